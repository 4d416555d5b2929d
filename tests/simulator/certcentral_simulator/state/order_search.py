# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Translating a parsed list request into SQL on orders and their current certificates."""

from __future__ import annotations

from dataclasses import replace

from certcentral_simulator.cases.divisions import visible_clause
from certcentral_simulator.errors import Refusal
from certcentral_simulator.rules.kinds import natural_number
from certcentral_simulator.rules.listing import Condition, Listing
from certcentral_simulator.rules.names import in_ascii
from certcentral_simulator.state.rows import Order
from certcentral_simulator.state.work import Work

_JOINS = "JOIN certificates c ON c.id = orders.certificate_id JOIN users u ON u.id = orders.user_id"

_COLUMNS = {
    "id": "orders.id",
    "organization_id": "orders.organization_id",
    "product_name_id": "orders.product",
    "valid_till": "c.valid_till",
    "user_id": "orders.user_id",
    "common_name": "orders.common_name",
    "date_created": "date(orders.created_at, 'unixepoch')",
    "container_id": "orders.container_id",
    "is_renewed": "orders.is_renewed",
    "disable_renewal_notifications": "coalesce(json_extract(orders.settings, '$.disable_renewal_notifications'), 0)",
    "email": "u.email",
    "certificate_id": "orders.certificate_id",
    "serial_number": "c.serial_number",
    "origin": "CASE orders.migrated WHEN 1 THEN 'migrated' ELSE 'certcentral' END",
}
_TEXT_COLUMNS = {"product_name_id", "valid_till", "common_name", "date_created", "email", "serial_number", "origin"}
_SORTS = {
    **_COLUMNS,
    "order_id": "orders.id",
    "date_created": "orders.created_at",
    "status": "orders.status",
    "product_name": "orders.product",
    "validity_years": "json_extract(orders.validity, '$.years')",
}


def listed_clause(work: Work) -> tuple[str, list[object]]:
    """The orders that lists show to this caller: those of its divisions, except ones that are too new."""
    visible = visible_clause(work, "orders.container_id")
    delay = work.switches.number("visibility_delay")
    return (f"{visible} AND orders.created_at <= ?", [work.now - delay]) if delay > 0 else (visible, [])


def search_orders(work: Work, listing: Listing) -> tuple[list[Order], int]:
    """One page of orders, and the total number.

    :raises Refusal: a filter is not documented.
    """
    listed, values = listed_clause(work)
    clauses = [listed]
    for condition in listing.conditions:
        clause, more = _clause(_as_stored(work, condition), work.today)
        clauses.append(clause)
        values.extend(more)
    where = " AND ".join(clauses)
    order = ", ".join(f"{_SORTS[name]} {'DESC' if down else 'ASC'}" for name, down in listing.sort if name in _SORTS)
    order = f"{order}, orders.id" if order else "orders.id"
    found = list(
        work.orders.find(where, *values, order=order, limit=listing.limit, offset=listing.offset, joins=_JOINS)
    )
    return found, work.orders.count(where, *values, joins=_JOINS)


def _as_stored(work: Work, condition: Condition) -> Condition:
    """Convert a filter for names to the stored spelling; one in a spelling not used in answers finds nothing."""
    if condition.property != "domain_name" or work.switches.text("international_names") != "u_label":
        return condition
    return replace(condition, values=tuple("" if "xn--" in value else in_ascii(value) for value in condition.values))


def _clause(condition: Condition, today: str) -> tuple[str, list[object]]:
    name = condition.property
    if name == "status":
        return _either([_status(value, today) for value in condition.values])
    if name == "domain_name":
        return _either(
            [
                ("EXISTS (SELECT 1 FROM json_each(orders.names) WHERE value = ?)", [value.lower()])
                for value in condition.values
            ]
        )
    if name == "search":
        patterns = [value.lower() if "%" in value else f"%{value.lower()}%" for value in condition.values]
        return _either(
            [("(orders.common_name LIKE ? OR lower(u.email) LIKE ?)", [pattern, pattern]) for pattern in patterns]
        )
    if name == "metadata_id":
        fields = "json_each(orders.settings, '$.custom_fields') f"
        inner = f"EXISTS (SELECT 1 FROM {fields} WHERE json_extract(f.value, '$.metadata_id') = ?)"
        return _either([(inner, [_typed(name, value)]) for value in condition.values])
    column = _COLUMNS.get(name)
    if column is None:
        raise Refusal("filter_unknown")
    values = [_typed(name, value) for value in condition.values]
    if condition.operator == "between":
        return f"({column} >= ? AND {column} <= ?)", values
    if condition.operator != "in":
        return f"{column} {condition.operator} ?", values
    return f"{column} IN ({', '.join('?' for _number in values)})", values


def _either(parts: list[tuple[str, list[object]]]) -> tuple[str, list[object]]:
    return f"({' OR '.join(clause for clause, _values in parts)})", [
        value for _clause, values in parts for value in values
    ]


def _status(value: str, today: str) -> tuple[str, list[object]]:
    # "issued" includes orders that have expired (D).
    if value == "expired":
        return "(orders.status = 'issued' AND orders.valid_till < ?)", [today]
    return "orders.status = ?", [value]


def _typed(name: str, value: str) -> object:
    if name == "serial_number":
        return value.lower()
    if name in _TEXT_COLUMNS:
        return value
    number = natural_number(value)
    return value if number is None else number
