# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Change the status of an order: cancel it or its pending reissue, mark a migrated order as renewed or not renewed.

Page: https://dev.digicert.com/certcentral-apis/services-api/orders/update-order-status.html
"""

from __future__ import annotations

import datetime as dt

from .._certcentral import orders
from .._certcentral.client import Client
from .._certcentral.errors import ApiError, DigicertError
from .._certcentral.model import Order
from .._decisions import order_status as order_status_decision
from .outcome import Outcome
from .send_once import may_have_been_carried_out, send_once
from .standing import standing_of

# the first version of the page had only this spelling
_OLDER_SPELLING = {"canceled": "CANCELED"}


def ensure_status(
    client: Client, order_id: int, status: str | None, note: str | None, *, check_mode: bool, now: dt.datetime
) -> Outcome:
    """Ensure the status; without a status, report the order."""
    today = now.date()
    order = orders.get(client, order_id)
    reason = f"order {order.id} is {order.status}" if status is None else _already(client, order, status)
    if status is None or reason is not None:
        standing = standing_of(client, order, today=today, read_only=True)
        return Outcome("none", (reason or "",), order, standing)
    if status == "canceled":
        action, reason = "cancel", order_status_decision.check_cancel(order, note)
    else:
        action = f"mark_{status}"
        reason = order_status_decision.check_mark(order, status, is_migrated=_is_migrated(client, order), today=today)
    before = {"status": order.status, "is_renewed": order.is_renewed}
    after = order_status_decision.state_after(order, status)
    if check_mode:
        return Outcome(action, (reason,), order, None, before=before, after=after)
    current = _send(client, order, status, note)
    standing = standing_of(client, current, today=today, read_only=True)
    return Outcome(action, (reason,), current, standing, before=before, after=after)


def _already(client: Client, order: Order, status: str) -> str | None:
    """Return the reason why nothing has to be done, or None. Reissues are read only if they matter."""
    reason = order_status_decision.reason_for_no_change(order, status)
    if reason is None and status == "canceled" and order.status == "issued":
        return order_status_decision.reissue_was_canceled(order, orders.reissues(client, order.id))
    return reason


def _is_migrated(client: Client, order: Order) -> bool | None:
    """Return whether the list shows the order as migrated (its filter ``origin`` is the only source); None if refused.

    Source: https://dev.digicert.com/certcentral-apis/services-api/orders/list-orders.html
    """
    try:
        found = orders.search(client, {"id": str(order.id), "origin": "migrated"}, most=2)
    except ApiError as exc:
        if exc.status in (400, 403):
            return None
        exc.order_id = order.id
        raise
    return any(str(entry.get("id")) == str(order.id) for entry in found)


def _send(client: Client, order: Order, status: str, note: str | None) -> Order:
    """Send the PUT, in the older spelling if the value is refused; if the answer is lost, look for its effect."""
    desired = order_status_decision.state_after(order, status)

    def call() -> None:
        try:
            _put(client, order, status, note)
        except DigicertError as exc:
            if not may_have_been_carried_out(exc):
                order_status_decision.add_advice(exc, order, status)
            raise

    def look() -> Order | None:
        current = orders.get(client, order.id)
        return current if {"status": current.status, "is_renewed": current.is_renewed} == desired else None

    sent = send_once(
        client,
        call,
        look,
        unseen=f"The answer to the change of order {order.id} to {status} was lost, and the order does not show it",
        order_id=order.id,
    )
    return sent.found or orders.get(client, order.id)


def _put(client: Client, order: Order, status: str, note: str | None) -> None:
    try:
        orders.set_status(client, order.id, status, note)
    except ApiError as refusal:
        older = _OLDER_SPELLING.get(status)
        if older is None or not refusal.has_code("invalid_value:status", "invalid_value|status"):
            raise
        try:
            orders.set_status(client, order.id, older, note)
        except ApiError as exc:
            # a service that accepts neither spelling refuses the change itself, so report its first answer
            raise (exc if exc.may_have_been_carried_out else refusal) from None
