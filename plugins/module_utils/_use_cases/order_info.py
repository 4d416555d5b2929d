# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read orders: one, those with an alternative ID, those whose status changed, or those that match filters."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass, field

from .._certcentral import dcv, orders
from .._certcentral.client import Client
from .._certcentral.errors import ApiError, InputError
from .._certcentral.model import Order, order_of
from .outcome import Outcome, Standing
from .standing import standing_of

LONGEST_TIME_FRAME = dt.timedelta(days=7)
"""For status changes. Source: https://dev.digicert.com/ page on the list of order status changes."""


@dataclass(frozen=True)
class OrderQuery:
    """Which orders to read, and in how much detail. At most one of the first five fields is given."""

    order: int | str | None = None
    """ID or thumbprint."""
    serial_number: str | None = None
    alternative_order_id: str | None = None
    changed_within: dt.timedelta | None = None
    changed_between: tuple[dt.date, dt.date] | None = None
    """First and last day, in the time of the service."""
    filters: t.Mapping[str, str | t.Sequence[str]] = field(default_factory=dict)
    sort: str = "-date_created"
    limit: int | None = None
    details: bool = False
    include_certificates: bool = False
    include_archived: bool = False
    include_validation: bool = False
    include_caa_status: bool = False

    def check(self) -> None:
        """Raise InputError for a time frame that the service refuses."""
        span = self.changed_within
        if self.changed_between is not None:
            first, last = self.changed_between
            span = last - first + dt.timedelta(days=1)
        if span is not None and not dt.timedelta(0) < span <= LONGEST_TIME_FRAME:
            raise InputError(
                "changed_within and changed_between must cover more than zero and at most seven days.",
                next_action="Correct the time frame, or list the orders with filters instead.",
            )


def read_orders(client: Client, query: OrderQuery, *, now: dt.datetime) -> Outcome:
    """Return the orders that the query finds. An order that is given but does not exist is an error of the service."""
    query.check()
    found = list(_found(client, query))
    standings = [
        standing_of(client, order, today=now.date(), read_only=True) if is_full else None for order, is_full in found
    ]
    results = [_as_result(client, order, standing, query, now) for (order, _is_full), standing in zip(found, standings)]
    if len(found) == 1 and standings[0] is not None:
        return Outcome("none", order=found[0][0], standing=standings[0], extra={"orders": results})
    return Outcome("none", extra={"orders": results})


def _found(client: Client, query: OrderQuery) -> t.Iterator[tuple[Order, bool]]:
    """Yield each order, and whether all of it was read."""

    def read(order: int | str) -> tuple[Order, bool]:
        return orders.get(client, order, include_caa_status=query.include_caa_status), True

    if query.order is not None:
        yield read(query.order)
    elif query.serial_number is not None:
        by_number = orders.find_by_serial_number(client, query.serial_number)
        # if it is not found, report the error of the service
        yield read(by_number.id if by_number is not None else query.serial_number)
    elif query.alternative_order_id is not None:
        for reference in orders.by_alternative_id(client, query.alternative_order_id):
            yield read(reference.order_id)
    elif query.changed_within is not None or query.changed_between is not None:
        for reference in _changed(client, query)[: query.limit]:
            yield read(reference.order_id) if query.details else (_short(reference), False)
    else:
        for raw in orders.search(client, query.filters, most=query.limit, sort=query.sort):
            order = order_of(raw)
            yield read(order.id) if query.details else (order, False)


def _changed(client: Client, query: OrderQuery) -> list[orders.OrderReference]:
    if query.changed_between is not None:
        return orders.status_changes_between(client, *query.changed_between)
    seconds = int((query.changed_within or dt.timedelta(0)).total_seconds())
    return orders.status_changes(client, seconds)


def _short(reference: orders.OrderReference) -> Order:
    """Return an order of which only IDs and status are known."""
    fields = {"order_id": reference.order_id, "certificate_id": reference.certificate_id, "status": reference.status}
    return order_of({**fields, "id": reference.order_id, "certificate": {"id": reference.certificate_id}})


def _as_result(
    client: Client, order: Order, standing: Standing | None, query: OrderQuery, now: dt.datetime
) -> dict[str, t.Any]:
    result: dict[str, t.Any] = {
        "order": order.as_result(),
        "certificate": order.certificate.as_result(now),
        "raw": order.raw,
    }
    if query.include_certificates:
        listed = {
            "reissues": orders.reissues(client, order.id, show_archived=query.include_archived),
            "duplicates": orders.duplicates(client, order.id),
        }
        for name, found in listed.items():
            result[name] = [{**certificate.as_result(now), "raw": certificate.raw} for certificate in found]
    if query.include_validation:
        result["validation"] = _validation(client, order, standing)
    if query.include_caa_status:
        result["caa_status_message"] = order.raw.get("caa_status_message")
    if standing is not None:
        result["phase"] = standing.phase
        result["blocked_on"] = [blocker.as_result() for blocker in standing.blocked_on]
    return result


def _validation(client: Client, order: Order, standing: Standing | None) -> dict[str, t.Any] | None:
    """Return the validation of the order, or None if the service does not have any."""
    found = standing.validation if standing is not None else None
    if found is None:
        try:
            found = dcv.validation(client, order.id)
        except ApiError as exc:
            # an order that is not approved yet may not have a validation
            if exc.status in (400, 404):
                return None
            exc.order_id = order.id
            raise
    return {
        "organizations": [
            {"type": entry.type, "status": entry.status, "valid": entry.is_valid} for entry in found.organizations
        ],
        "domains": [entry.as_result() for entry in found.domains],
        "raw": found.raw,
    }
