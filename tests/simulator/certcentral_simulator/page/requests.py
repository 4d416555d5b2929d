# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests: open ones, processed ones, and decisions on them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from werkzeug.wrappers import Response

from certcentral_simulator.admin.common import current_simulator
from certcentral_simulator.cases.approving import OPEN, approve, reject
from certcentral_simulator.cases.console import administrator
from certcentral_simulator.page.formats import plural
from certcentral_simulator.page.paging import read_paging
from certcentral_simulator.page.site import PREFIX, done, make_part, show
from certcentral_simulator.state.rows import Order, Request, User
from certcentral_simulator.state.work import Work

part = make_part("requests")


@dataclass(frozen=True)
class ListedRequest:
    """A request with its order and the people involved."""

    request: Request
    order: Order
    requester: User | None
    processor: User | None
    is_open: bool


@part.get(f"{PREFIX}/requests")
def show_list() -> str:
    """Requests by ``show`` (open or processed) and ``page``; open ones oldest first, processed ones newest first."""
    processed = request.args.get("show") == "processed"
    where = f"status {'NOT ' if processed else ''}IN (?, ?)"
    with current_simulator().work() as work:
        paging = read_paging(request.args, work.requests.count(where, *OPEN))
        order = "processed_at DESC, id DESC" if processed else "id"
        found = work.requests.find(where, *OPEN, order=order, limit=paging.rows, offset=paging.offset)
        return show(
            work,
            "requests.html",
            requests=[listed_request(work, entry) for entry in found],
            paging=paging,
            processed=processed,
        )


@part.post(f"{PREFIX}/requests/<int:request_id>/decide")
def decide(request_id: int) -> Response:
    """Approve or reject one request as an administrator."""
    decision, comment = request.form.get("decision", ""), request.form.get("comment", "").strip()
    if decision not in {"approve", "reject"}:
        raise ValueError("a request can only be approved or rejected")
    with current_simulator().work() as work:
        entry = work.requests.get(request_id)
        if entry is None:
            raise LookupError(f"there is no request {request_id}")
        (approve if decision == "approve" else reject)(work, entry, administrator(work), comment)
        status = entry.status
    return done(f"Request {request_id} was {status}.", "page_requests.show_list")


@part.post(f"{PREFIX}/requests/approve-all")
def approve_all() -> Response:
    """Approve every open request as an administrator."""
    with current_simulator().work() as work:
        entries = list(work.requests.find("status IN (?, ?)", *OPEN))
        user = administrator(work)
        for entry in entries:
            approve(work, entry, user)
    return done(f"{plural(len(entries), 'request')} approved.", "page_requests.show_list")


def listed_request(work: Work, entry: Request) -> ListedRequest:
    """A request with its order and the people involved."""
    return ListedRequest(
        entry,
        work.orders.need(entry.order_id),
        work.users.get(entry.requester_id),
        work.users.get(entry.processor_id),
        entry.status in OPEN,
    )
