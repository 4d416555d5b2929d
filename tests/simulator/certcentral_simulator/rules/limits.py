# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Product limits of a division: which products may be ordered, by which role, and for how long."""

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
class OrderTerms:
    """The properties of an order to which limits apply."""

    product: str
    role_id: int
    names: Sequence[str]
    order_years: int
    certificate_years: int | None
    auto_renew: bool
    auto_reissue: bool


def years_of(span: Span, today: date) -> int:
    """Years of a validity, rounded up."""
    return span.years or max(1, math.ceil((span.end(today) - today).days / _DAYS_OF_YEAR))


def within_limits(limits: Iterable[Mapping[str, Any]], terms: OrderTerms) -> bool:
    """Whether the limits of a division allow the order. A product without an entry for the role is not allowed."""
    roles = {EVERY_ROLE, terms.role_id}
    return any(
        _allows(limit, terms)
        for limit in limits
        if limit.get("product_name_id") == terms.product and limit.get("role_id", EVERY_ROLE) in roles
    )


def full_limit(entry: Mapping[str, Any], container_id: int) -> dict[str, Any]:
    """An entry as returned by the endpoint (D); omitted properties are not limited."""
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


def _allows(limit: Mapping[str, Any], terms: OrderTerms) -> bool:
    entry = full_limit(limit, 0)
    return (
        str(terms.order_years) in entry["allowed_order_lifetimes"]
        and (terms.certificate_years is None or str(terms.certificate_years) in entry["allowed_lifetimes"])
        and (entry["allowed_wildcards"] or not any(is_wildcard(name) for name in terms.names))
        and (entry["allow_auto_renew"] or not terms.auto_renew)
        and (entry["allow_auto_reissue"] or not terms.auto_reissue)
    )
