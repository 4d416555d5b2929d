# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Translating search input into SQL conditions."""

from __future__ import annotations

from dataclasses import dataclass

from certcentral_simulator.clock import as_date
from certcentral_simulator.rules.validity import dcv_reuse_days

ORDER_STATUSES = (
    "needs_approval",
    "pending",
    "processing",
    "waiting_pickup",
    "needs_csr",
    "reissue_pending",
    "issued",
    "expired",
    "revoked",
    "canceled",
    "rejected",
)
DOMAIN_STATES = ("pending", "valid", "expired")
_DAY = 86400


@dataclass(frozen=True)
class Condition:
    """A condition on one table, and the values of its placeholders."""

    where: str = "1"
    values: tuple[object, ...] = ()

    def and_(self, other: Condition) -> Condition:
        """Both conditions."""
        return Condition(f"({self.where}) AND ({other.where})", (*self.values, *other.values))


def orders_with_status(status: str, today: str) -> Condition:
    """Orders that have this status in answers; ``today`` is the day of the simulated clock, ``yyyy-MM-dd``."""
    if status == "expired":
        return Condition("status = 'issued' AND valid_till < ?", (today,))
    if status == "issued":
        return Condition("status = 'issued' AND (valid_till IS NULL OR valid_till >= ?)", (today,))
    return Condition("status = ?", (status,)) if status in ORDER_STATUSES else Condition()


def orders_about(text: str) -> Condition:
    """Orders by id, serial number, alternative order id, product or any part of a name."""
    term = text.strip().lower()
    if not term:
        return Condition()
    pattern = _contains(term)
    clauses = [
        "lower(names) LIKE ? ESCAPE '!'",
        "product LIKE ? ESCAPE '!'",
        "lower(coalesce(alternative_order_id, '')) LIKE ? ESCAPE '!'",
        "id IN (SELECT order_id FROM certificates WHERE serial_number = ? OR thumbprint = ?)",
    ]
    values: list[object] = [pattern, pattern, pattern, *[term.replace(":", "").upper()] * 2]
    if _is_id(term):
        clauses.append("id = ?")
        values.append(int(term))
    return Condition(" OR ".join(clauses), tuple(values))


def domains_with_state(state: str, now: int) -> Condition:
    """Domains whose validation is valid, pending or expired at ``now`` (seconds since 1970)."""
    oldest = now - dcv_reuse_days(as_date(now)) * _DAY
    return {
        "pending": Condition("approved_at IS NULL"),
        "valid": Condition("approved_at > ?", (oldest,)),
        "expired": Condition("approved_at <= ?", (oldest,)),
    }.get(state, Condition())


def domains_about(text: str) -> Condition:
    """Domains by any part of their name or by the id of their DV order."""
    term = text.strip().lower()
    if not term:
        return Condition()
    if _is_id(term):
        return Condition("name LIKE ? ESCAPE '!' OR order_id = ? OR id = ?", (_contains(term), term, term))
    return Condition("name LIKE ? ESCAPE '!'", (_contains(term),))


def _contains(text: str) -> str:
    escaped = text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{escaped}%"


def _is_id(text: str) -> bool:
    # SQLite's integers end at 2^63; a longer string of digits is a serial number.
    return text.isascii() and text.isdigit() and len(text) < 19
