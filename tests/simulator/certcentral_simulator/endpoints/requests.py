# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests: list, info, approval."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, Response

from certcentral_simulator.cases.approving import OPEN, approve, reject
from certcentral_simulator.cases.divisions import visible_clause
from certcentral_simulator.errors import Refusal, invalid
from certcentral_simulator.render.orders import render_order_info
from certcentral_simulator.render.requests import render_request_full, render_request_in_list
from certcentral_simulator.rules.kinds import read_text
from certcentral_simulator.rules.listing import Condition
from certcentral_simulator.state import filters
from certcentral_simulator.state.work import Work
from certcentral_simulator.web.call import (
    Call,
    container_clause,
    in_transaction,
    json_reply,
    list_reply,
    no_content,
    page_of,
)
from certcentral_simulator.web.lookups import find_request

blueprint = Blueprint("requests", __name__)

_FILTERS = {
    "status": filters.texts("status"),
    "type": filters.texts("type"),
    "container_id": filters.of_order(filters.numbers("orders.container_id")),
    "metadata_id": filters.of_order(filters.custom_field("orders.settings", "metadata_id")),
    "metadata_value": filters.of_order(filters.custom_field("orders.settings", "value")),
    "search": filters.of_order(filters.search("orders.common_name")),
}


@blueprint.get("/request")
@in_transaction
def list_requests(work: Work, call: Call) -> Response:
    """The list of requests, by ``status`` (C) or filters (D)."""
    listing = call.listing()
    conditions = [*listing.conditions]
    if call.argument("status"):
        conditions.append(Condition("status", "in", (call.argument("status"),)))
    clause, values = filters.where(work, conditions, _FILTERS, [_visible(work)])
    found = work.requests.find(clause, *values, limit=listing.limit, offset=listing.offset)
    items = [render_request_in_list(work, request) for request in found]
    page = page_of(work.requests.count(clause, *values), listing)
    # The sample shows 0 where no limit was given (D).
    of_sample = not listing.limit_given and work.switches.text("request_page_limit") == "zero"
    return list_reply(work, "requests", items, {**page, "limit": 0} if of_sample else page)


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
    status = read_text(body.get("status"), "status")
    comment = read_text(body.get("processor_comment"), "processor_comment")
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


@blueprint.get("/report/request")
@in_transaction
def request_summary(work: Work, call: Call) -> Response:
    """How many requests are pending, by type (D)."""
    of_container = f"order_id IN (SELECT id FROM orders WHERE {container_clause(call, 'container_id')})"
    pending = list(work.requests.find(f"status IN (?, ?) AND {_visible(work)} AND {of_container}", *OPEN))
    types = Counter(request.type for request in pending)
    counted = [{"type": kind, "request_count": number} for kind, number in types.items()]
    return json_reply({"request": {"total": len(pending), "types": counted}})


def _visible(work: Work) -> str:
    if work.visible is None:
        return "1"
    return f"order_id IN (SELECT id FROM orders WHERE {visible_clause(work, 'container_id')})"
