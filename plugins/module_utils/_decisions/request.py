# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which request is meant, and what a decision on it would do. Pure decisions."""

from __future__ import annotations

import typing as t

from .._certcentral.errors import StateError
from .._certcentral.model import Order
from .._certcentral.requests import Request

ACTIONS = {"approved": "approve", "rejected": "reject"}

# how what was asked for can still be undone, or asked for again, once the request is closed
_WAY_BACK = {
    (
        "approved",
        "new_request",
    ): "Cancel the order while it is pending (digicert_order_status), or revoke (digicert_revoke).",
    ("approved", "reissue"): "Cancel the reissue while it is pending: digicert_order_status with status canceled.",
    ("approved", "duplicate"): "Revoke the duplicate: digicert_revoke with its certificate ID.",
    ("approved", "revoke"): "A revocation cannot be undone: order again with digicert_order.",
    ("rejected", "new_request"): "Place the order again with digicert_order.",
    ("rejected", "reissue"): "Ask for the reissue again with digicert_reissue.",
    ("rejected", "duplicate"): "Ask for the duplicate again with digicert_duplicate.",
    ("rejected", "revoke"): "Ask for the revocation again with digicert_revoke.",
}


def choose_request(order: Order, kind: str | None) -> int:
    """Return the ID of the request of an order that is to be decided on: the open one, otherwise the newest.

    Raises StateError where there is none, or more than one that is open.
    """
    candidates = [(entry.id, entry) for entry in order.requests if entry.id is not None and kind in (None, entry.type)]
    what = f"request of type {kind}" if kind else "request"
    if not candidates:
        raise StateError(
            f"Order {order.id} has no {what}.",
            next_action="digicert_request_info with order_id lists the requests of the order.",
            order_id=order.id,
        )
    open_ones = [number for number, entry in candidates if entry.is_open]
    if len(open_ones) > 1:
        numbers = ", ".join(str(number) for number in sorted(open_ones))
        raise StateError(
            f"Order {order.id} has more than one open {what}: {numbers}.",
            next_action="Give request_id, or type.",
            order_id=order.id,
        )
    return open_ones[0] if open_ones else max(number for number, _entry in candidates)


def choose_action(request: Request, status: str) -> str:
    """Return ``none``, ``approve`` or ``reject``. Raises StateError where it was decided otherwise before."""
    if request.status == status:
        return "none"
    if request.is_open:
        return ACTIONS[status]
    raise StateError(
        f"Request {request.id} is {request.status} already, so it cannot be {status}.",
        next_action=_WAY_BACK.get(
            (request.status or "", request.type or ""), "Look at the order with digicert_order_info."
        ),
        order_id=request.order_id,
    )


def select(requests: t.Iterable[Request], *, statuses: t.Collection[str], kinds: t.Collection[str]) -> list[Request]:
    """Return the requests that have one of the statuses and types; an empty collection means any."""
    return [
        request
        for request in requests
        if (not statuses or request.status in statuses) and (not kinds or request.type in kinds)
    ]
