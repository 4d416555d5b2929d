# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read requests for approval, and approve or reject one."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass

from .._certcentral import orders, requests
from .._certcentral.client import Client
from .._certcentral.errors import ApiError, DigicertError
from .._certcentral.model import Order
from .._certcentral.requests import Request
from .._decisions.request import choose_action, choose_request, select
from .outcome import Outcome
from .send_once import look_for, send_once
from .standing import standing_of


@dataclass(frozen=True)
class Decision:
    """The request to approve or reject."""

    request_id: int | None
    order_id: int | None
    kind: str | None
    status: str
    """``approved`` or ``rejected``."""
    comment: str | None


def read_requests(
    client: Client,
    request_id: int | None,
    order_id: int | None,
    *,
    statuses: t.Sequence[str],
    kinds: t.Sequence[str],
    now: dt.datetime,
) -> Outcome:
    """Return requests: one, those of an order, or those of the account."""
    order: Order | None = None
    if request_id is not None:
        found = [requests.get(client, request_id)]
        order = _order_of(client, found[0])
    elif order_id is not None:
        order = orders.get(client, order_id)
        found = [requests.get(client, entry.id) for entry in order.requests if entry.id is not None]
    else:
        found = requests.list_all(client, statuses[0] if len(statuses) == 1 else None)
    found = select(found, statuses=statuses, kinds=kinds)
    standing = standing_of(client, order, today=now.date(), read_only=True) if order else None
    results = [{**request.as_result(), "raw": request.raw} for request in found]
    return Outcome("none", order=order, standing=standing, extra={"requests": results})


def ensure_decision(client: Client, decision: Decision, *, check_mode: bool, now: dt.datetime) -> Outcome:
    """Ensure that the request is approved or rejected; in check mode report what would be done."""
    order = orders.get(client, decision.order_id) if decision.order_id is not None else None
    request_id = decision.request_id
    if request_id is None:
        # the module requires one of the two IDs
        request_id = choose_request(t.cast(Order, order), decision.kind)
    request = requests.get(client, request_id)
    order = order or _order_of(client, request)
    action = choose_action(request, decision.status)
    reason = f"request {request.id} ({request.type}) is {request.status}"
    before, after = {"status": request.status}, {"status": decision.status}
    if action == "none":
        standing = standing_of(client, order, today=now.date(), read_only=True) if order else None
        return Outcome("none", (reason,), order, standing, extra={"request": request.as_result()})
    if check_mode:
        return Outcome(action, (reason,), order, None, before, after, extra={"request": request.as_result()})
    done_by_others = _send(client, request, decision)
    reasons = (reason, "somebody else made the same decision at the same time") if done_by_others else (reason,)
    request, order = _reread(client, request)
    standing = standing_of(client, order, today=now.date(), read_only=False) if order else None
    if done_by_others:
        return Outcome("none", reasons, order, standing, extra={"request": request.as_result()})
    return Outcome(action, reasons, order, standing, before, after, extra={"request": request.as_result()})


def _order_of(client: Client, request: Request) -> Order | None:
    return orders.get(client, request.order_id) if request.order_id is not None else None


def _reread(client: Client, request: Request) -> tuple[Request, Order | None]:
    """Read the request and its order again after the decision; every error now names the order."""
    try:
        return requests.get(client, request.id), _order_of(client, request)
    except DigicertError as exc:
        exc.order_id = request.order_id
        raise


def _send(client: Client, request: Request, decision: Decision) -> bool:
    """Send the decision once; return whether somebody else had already made it."""

    def call() -> bool:
        try:
            requests.decide(client, request.id, decision.status, decision.comment)
        except ApiError as exc:
            # a refusal can mean that somebody else was faster
            if exc.status == 400 and look_for(client, look, (0.0,)):
                return True
            raise
        return False

    def look() -> bool | None:
        return _has_status(client, request.id, decision.status)

    sent = send_once(
        client,
        call,
        look,
        unseen=f"The answer to the decision on request {request.id} was lost, and the request is still open",
        order_id=request.order_id,
    )
    return bool(sent.answer)


def _has_status(client: Client, request_id: int, status: str) -> bool | None:
    """Return True if the request has that status, otherwise None."""
    return True if requests.get(client, request_id).status == status else None
