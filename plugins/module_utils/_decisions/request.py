# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which request for approval to decide on, and what the decision does. Pure decisions."""

from __future__ import annotations

import typing as t

from .._certcentral.errors import StateError
from .._certcentral.model import Order
from .._certcentral.requests import Request

ACTIONS = {"approved": "approve", "rejected": "reject"}

# how the requested change can be undone, or requested again, after the request was closed
_WAY_BACK = {
    (
        "approved",
        "new_request",
    ): "Cancel the order while it is pending (digicert_order_status), or revoke (digicert_revoke).",
    ("approved", "reissue"): "Cancel the reissue while it is pending: digicert_order_status with status canceled.",
    ("approved", "duplicate"): "Revoke the duplicate: digicert_revoke with its certificate ID.",
    ("approved", "revoke"): "A revocation cannot be undone: order again with digicert_order.",
    ("rejected", "new_request"): "Place the order again with digicert_order.",
    ("rejected", "reissue"): "Request the reissue again with digicert_reissue.",
    ("rejected", "duplicate"): "Request the duplicate again with digicert_duplicate.",
    ("rejected", "revoke"): "Request the revocation again with digicert_revoke.",
}


def choose_request(order: Order, kind: str | None) -> int:
    """Return the ID of the request of an order on which to decide: the open one, otherwise the newest.

    Raises StateError if there is none, or if several are open.
    """
    candidates = [(entry.id, entry) for entry in order.requests if entry.id is not None and kind in (None, entry.type)]
    what = f"request of type {kind}" if kind else "request"
    if not candidates:
        raise StateError(
            f"Order {order.id} has no {what}.",
            next_action="digicert_request_info with order_id lists the requests of the order.",
            order_id=order.id,
        )
    open_ids = [number for number, entry in candidates if entry.is_open]
    if len(open_ids) > 1:
        numbers = ", ".join(str(number) for number in sorted(open_ids))
        raise StateError(
            f"Order {order.id} has more than one open {what}: {numbers}.",
            next_action="Set request_id or type.",
            order_id=order.id,
        )
    return open_ids[0] if open_ids else max(number for number, _entry in candidates)


def choose_action(request: Request, status: str) -> str:
    """Return ``none``, ``approve`` or ``reject``. Raises StateError if the opposite was already decided."""
    if request.status == status:
        return "none"
    if request.is_open:
        return ACTIONS[status]
    raise StateError(
        f"Request {request.id} is already {request.status}, so it cannot be {status}.",
        next_action=_WAY_BACK.get(
            (request.status or "", request.type or ""), "Check the order with digicert_order_info."
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
