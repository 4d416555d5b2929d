# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests: list, info, approval."""

from __future__ import annotations

from flask import Blueprint, Response

from certcentral_simulator.cases.approving import OPEN, approve, reject
from certcentral_simulator.cases.divisions import visible_clause
from certcentral_simulator.errors import Refusal, invalid
from certcentral_simulator.render.orders import render_order_info
from certcentral_simulator.render.requests import render_request_full, render_request_in_list
from certcentral_simulator.state.work import Work
from certcentral_simulator.web.call import Call, in_transaction, json_reply, list_reply, no_content, page_of
from certcentral_simulator.web.lookups import find_request

blueprint = Blueprint("requests", __name__)


@blueprint.get("/request")
@in_transaction
def list_requests(work: Work, call: Call) -> Response:
    """The list of requests, by ``status`` (C) or ``filters[status]`` and ``filters[type]`` (D)."""
    listing = call.listing()
    clauses: list[str] = [_visible(work)]
    values: list[str] = []
    for condition in listing.conditions:
        if condition.property not in {"status", "type"}:
            raise Refusal("filter_unknown")
        clauses.append(f"{condition.property} IN ({', '.join('?' for _number in condition.values)})")
        values.extend(condition.values)
    if call.argument("status"):
        clauses.append("status = ?")
        values.append(call.argument("status"))
    where = " AND ".join(clauses)
    found = work.requests.find(where, *values, limit=listing.limit, offset=listing.offset)
    items = [render_request_in_list(work, request) for request in found]
    return list_reply(work, "requests", items, page_of(work.requests.count(where, *values), listing))


@blueprint.get("/request/<int:request_id>")
@in_transaction
def request_info(work: Work, call: Call, request_id: int) -> Response:
    """A request with its complete order (D)."""
    request = find_request(work, request_id)
    order = render_order_info(work, work.orders.need(request.order_id))
    return json_reply(render_request_full(work, request, order))


@blueprint.put("/request/<int:request_id>/status")
@in_transaction
def put_request_status(work: Work, call: Call, request_id: int) -> Response:
    """Approve or reject a request (D: 204)."""
    request = find_request(work, request_id)
    body = call.body()
    status, comment = str(body.get("status") or ""), str(body.get("processor_comment") or "")
    if status == "approved":
        approve(work, request, call.user, comment)
        call.simulator.jobs.wake()
    elif status == "rejected":
        reject(work, request, call.user, comment)
    elif status in OPEN:
        if request.status not in OPEN:
            raise Refusal("request_already_processed")
        request.status = status
        work.requests.update(request)
    else:
        raise invalid("status")
    return no_content()


def _visible(work: Work) -> str:
    if work.visible is None:
        return "1"
    return f"order_id IN (SELECT id FROM orders WHERE {visible_clause(work, 'container_id')})"
