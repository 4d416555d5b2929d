# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Translating a parsed list request into SQL on orders and their current certificates."""

from __future__ import annotations

from dataclasses import replace

from certcentral_simulator.cases.divisions import visible_clause
from certcentral_simulator.rules.kinds import natural_number
from certcentral_simulator.rules.listing import Condition, Listing
from certcentral_simulator.rules.names import in_ascii
from certcentral_simulator.rules.products import PRODUCTS
from certcentral_simulator.state import filters
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

    :raises Refusal: a filter is not documented, and the switch says that this is refused.
    """
    listed, values = listed_clause(work)
    clauses = [listed]
    for condition in listing.conditions:
        clause, more = _clause(work, _as_stored(work, condition))
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


def _clause(work: Work, condition: Condition) -> filters.Clause:
    name = condition.property
    if name == "status":
        return filters.either([_status(value, work.today) for value in condition.values])
    if name == "domain_name":
        return filters.either(
            [
                ("EXISTS (SELECT 1 FROM json_each(orders.names) WHERE value = ?)", [value.lower()])
                for value in condition.values
            ]
        )
    if name == "search":
        # Of this list it is said that it matches or contains (D); of others, that a percent sign is needed.
        matching = filters.search if work.switches.text("order_search") == "exact" else filters.containing
        return matching("orders.common_name", "u.email")(condition)
    if name == "metadata_id":
        return filters.custom_field("orders.settings", "metadata_id")(condition)
    if name == "product_type":
        # Sent by a client of the vendor (C).
        products = [product.name_id for product in PRODUCTS.values() if product.type in condition.values]
        return filters.one_of("orders.product", products)
    column = _COLUMNS.get(name)
    if column is None:
        filters.unknown_filter(work)
        return "1", []
    values = [_typed(name, value) for value in condition.values]
    if condition.operator == "between":
        return f"({column} >= ? AND {column} <= ?)", values
    if condition.operator != "in":
        return f"{column} {condition.operator} ?", values
    return f"{column} IN ({', '.join('?' for _number in values)})", values


def _status(value: str, today: str) -> filters.Clause:
    # "issued" includes orders that have expired (D).
    if value == "expired":
        return "(orders.status = 'issued' AND orders.valid_till < ?)", [today]
    return "orders.status = ?", [value]


def _typed(name: str, value: str) -> object:
    if name == "serial_number":
        return value.upper()
    if name in _TEXT_COLUMNS:
        return value
    number = natural_number(value)
    return value if number is None else number
