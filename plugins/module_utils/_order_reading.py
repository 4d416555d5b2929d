# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read orders: one, those of an alternative ID, or those that pass filters."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass

from ansible_collections.community.digicert.plugins.module_utils._certcentral import orders
from ansible_collections.community.digicert.plugins.module_utils._certcentral.model import Order, order_of
from ansible_collections.community.digicert.plugins.module_utils._client import Client
from ansible_collections.community.digicert.plugins.module_utils._outcome import Outcome, standing_of


@dataclass(frozen=True)
class OrderQuery:
    """Which orders the user wants to see, and how much of them."""

    order: int | str | None
    """ID, serial number or thumbprint."""
    alternative_order_id: str | None
    filters: dict[str, str]
    limit: int | None
    details: bool
    include_certificates: bool


def read_orders(client: Client, query: OrderQuery, *, now: dt.datetime) -> Outcome:
    """Return the orders that were found. An order asked for by name that is not there is an error of the service."""
    found: list[tuple[Order, bool]]
    if query.order is not None:
        found = [(orders.get(client, query.order), True)]
    elif query.alternative_order_id is not None:
        references = orders.by_alternative_id(client, query.alternative_order_id)
        found = [(orders.get(client, reference.order_id), True) for reference in references]
    else:
        listed = [order_of(raw) for raw in orders.search(client, query.filters, most=query.limit)]
        found = [(orders.get(client, order.id), True) if query.details else (order, False) for order in listed]
    results = [_as_result(client, order, query, is_full, now) for order, is_full in found]
    if len(found) == 1 and found[0][1]:
        order = found[0][0]
        standing = standing_of(client, order, today=now.date(), read_only=True)
        return Outcome("none", order=order, standing=standing, extra={"orders": results})
    return Outcome("none", extra={"orders": results})


def _as_result(client: Client, order: Order, query: OrderQuery, is_full: bool, now: dt.datetime) -> dict[str, t.Any]:
    result: dict[str, t.Any] = {
        "order": order.as_result(),
        "certificate": order.certificate.as_result(now),
        "raw": order.raw,
    }
    if query.include_certificates:
        for name, read in (("reissues", orders.reissues), ("duplicates", orders.duplicates)):
            result[name] = [certificate.as_result(now) for certificate in read(client, order.id)]
    if is_full:
        standing = standing_of(client, order, today=now.date(), read_only=True)
        result["phase"] = standing.phase
        result["blocked_on"] = [blocker.as_result() for blocker in standing.blocked_on]
    return result
