# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Change the status of an order: cancel it or its pending reissue, mark a migrated order renewed or not.

Page: https://dev.digicert.com/certcentral-apis/services-api/orders/update-order-status.html
"""

from __future__ import annotations

import datetime as dt

from ansible_collections.community.digicert.plugins.module_utils._certcentral import orders
from ansible_collections.community.digicert.plugins.module_utils._certcentral.model import Order
from ansible_collections.community.digicert.plugins.module_utils._client import Client
from ansible_collections.community.digicert.plugins.module_utils._errors import (
    ApiError,
    DigicertError,
    InputError,
    StateError,
)
from ansible_collections.community.digicert.plugins.module_utils._outcome import Outcome, standing_of

# the page names pending and waiting_pickup; the other two are what Order info calls an order before that
_CANCELABLE = ("pending", "waiting_pickup", "needs_approval", "needs_csr", "processing", "reissue_pending")
_RENEWED_WITHIN = dt.timedelta(days=90)
# the first edition of the page knew only this spelling
_OLDER_SPELLING = {"canceled": "CANCELED"}


def ensure_status(
    client: Client, order_id: int, status: str | None, note: str | None, *, check_mode: bool, now: dt.datetime
) -> Outcome:
    """Ensure the status; without one, report the order."""
    today = now.date()
    order = orders.get(client, order_id)
    if status is None or _is_already(order, status):
        reason = f"order {order.id} is {order.status}"
        return Outcome("none", (reason,), order, standing_of(client, order, today=today, read_only=True))
    if status == "canceled" and not note:
        raise InputError(
            "A cancellation needs a note.", next_action="Say in note why the order is cancelled.", order_id=order.id
        )
    reason = _check_possible(order, status, today)
    action = "cancel" if status == "canceled" else f"mark_{status}"
    before = {"status": order.status, "is_renewed": order.is_renewed}
    after = _after(order, status)
    if check_mode:
        return Outcome(action, (reason,), order, None, before=before, after=after)
    _send(client, order, status, note)
    current = orders.get(client, order.id)
    standing = standing_of(client, current, today=today, read_only=True)
    return Outcome(action, (reason,), current, standing, before=before, after=after)


def _after(order: Order, status: str) -> dict[str, object]:
    """Return status and renewal mark as they will be; an order whose reissue is cancelled is issued again."""
    if status == "canceled":
        return {"status": "issued" if order.status == "reissue_pending" else "canceled", "is_renewed": order.is_renewed}
    return {"status": order.status, "is_renewed": status == "renewed"}


def _is_already(order: Order, status: str) -> bool:
    if status == "canceled":
        return order.status == "canceled"
    return order.is_renewed is (status == "renewed")


def _check_possible(order: Order, status: str, today: dt.date) -> str:
    """Return the reason for the change, or raise StateError where the service would refuse it."""
    if status == "canceled":
        if order.status not in _CANCELABLE:
            raise StateError(
                f"Order {order.id} is {order.status}, so it cannot be cancelled.",
                next_action="An issued certificate can only be revoked, with digicert_revoke."
                if order.status == "issued"
                else "Nothing is left to cancel.",
                order_id=order.id,
            )
        what = "its reissue is pending" if order.status == "reissue_pending" else f"it is {order.status}"
        return f"order {order.id} is to be cancelled while {what}"
    ends = order.certificate.valid_till
    if status == "renewed" and ends is not None and ends - today > _RENEWED_WITHIN:
        raise StateError(
            f"The certificate of order {order.id} ends on {ends}; it can be marked renewed from 90 days before that.",
            next_action=f"Do this again from {ends - _RENEWED_WITHIN} on.",
            order_id=order.id,
        )
    return f"order {order.id} is to be marked {status}"


def _send(client: Client, order: Order, status: str, note: str | None) -> None:
    try:
        try:
            orders.set_status(client, order.id, status, note)
        except ApiError as exc:
            older = _OLDER_SPELLING.get(status)
            if older is None or not exc.has_code("invalid_value"):
                raise
            orders.set_status(client, order.id, older, note)
    except DigicertError as exc:
        exc.order_id = order.id
        raise
