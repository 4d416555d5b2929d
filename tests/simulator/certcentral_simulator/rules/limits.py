# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Product limits of a division: which products may be ordered there, by which role, and for how long."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from certcentral_simulator.rules.names import is_wildcard
from certcentral_simulator.rules.validity import Span

EVERY_ROLE = 0
_DAYS_OF_YEAR = 365.25


@dataclass(frozen=True)
class Wish:
    """What is ordered, as far as limits look at it."""

    product: str
    role_id: int
    names: Sequence[str]
    order_years: int
    certificate_years: int | None
    auto_renew: bool
    auto_reissue: bool


def years_of(span: Span, today: date) -> int:
    """Years of a validity, begun ones counted as whole."""
    return span.years or max(1, math.ceil((span.end(today) - today).days / _DAYS_OF_YEAR))


def within_limits(limits: Iterable[Mapping[str, Any]], wish: Wish) -> bool:
    """Whether the limits of a division allow this. A product without an entry for the role is not allowed."""
    roles = {EVERY_ROLE, wish.role_id}
    return any(
        _allows(limit, wish)
        for limit in limits
        if limit.get("product_name_id") == wish.product and limit.get("role_id", EVERY_ROLE) in roles
    )


def full_limit(entry: Mapping[str, Any], container_id: int) -> dict[str, Any]:
    """An entry in the form in which the endpoint answers it (D); what is left out is allowed."""
    return {
        "container_id": container_id,
        "role_id": int(entry.get("role_id", EVERY_ROLE)),
        "product_name_id": str(entry["product_name_id"]),
        "allowed_lifetimes": [str(years) for years in entry.get("allowed_lifetimes", ["1"])],
        "allowed_order_lifetimes": [str(years) for years in entry.get("allowed_order_lifetimes", ["1", "2", "3"])],
        "allow_auto_renew": bool(entry.get("allow_auto_renew", True)),
        "allow_auto_reissue": bool(entry.get("allow_auto_reissue", True)),
        "allowed_wildcards": bool(entry.get("allowed_wildcards", True)),
    }


def _allows(limit: Mapping[str, Any], wish: Wish) -> bool:
    entry = full_limit(limit, 0)
    return (
        str(wish.order_years) in entry["allowed_order_lifetimes"]
        and (wish.certificate_years is None or str(wish.certificate_years) in entry["allowed_lifetimes"])
        and (entry["allowed_wildcards"] or not any(is_wildcard(name) for name in wish.names))
        and (entry["allow_auto_renew"] or not wish.auto_renew)
        and (entry["allow_auto_reissue"] or not wish.auto_reissue)
    )
