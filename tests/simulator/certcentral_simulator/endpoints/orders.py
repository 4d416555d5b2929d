# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Placing orders, order info, list, lookup by alternative order id, status."""

from __future__ import annotations

import re

from flask import Blueprint, Response

from certcentral_simulator.cases.caa import caa_message
from certcentral_simulator.cases.canceling import update_status
from certcentral_simulator.cases.placing import place
from certcentral_simulator.cases.statuses import awaited_certificate
from certcentral_simulator.endpoints.delivery import placed_reply
from certcentral_simulator.errors import Refusal
from certcentral_simulator.render.orders import (
    render_order_in_list,
    render_order_info,
    render_order_reference,
)
from certcentral_simulator.state.order_search import listed_clause, search_orders
from certcentral_simulator.state.work import Work
from certcentral_simulator.web.call import Call, in_transaction, json_reply, list_reply, no_content, page_of
from certcentral_simulator.web.lookups import find_order

blueprint = Blueprint("orders", __name__)


@blueprint.post("/order/certificate/<product_id>")
@in_transaction
def place_order(work: Work, call: Call, product_id: str) -> Response:
    """Place an order: 201 in four forms (D, R)."""
    placed = place(work, product_id, call.body(), call.requester)
    call.simulator.jobs.wake()
    return placed_reply(work, call, placed)


@blueprint.get("/order/certificate/<reference>")
@in_transaction
def order_info(work: Work, call: Call, reference: str) -> Response:
    """Order info by order id, thumbprint or serial number (D)."""
    order = find_order(work, reference)
    body = render_order_info(work, order)
    awaited = awaited_certificate(work, order)
    if call.argument("include_caa_status") == "true" and awaited is not None and order.status != "needs_approval":
        body["caa_status_message"] = caa_message(work, awaited)
    return json_reply(body)


@blueprint.get("/order/certificate")
@in_transaction
def list_orders(work: Work, call: Call) -> Response:
    """The list of orders: filters, sort, page (D)."""
    listing = call.listing()
    orders, total = search_orders(work, listing)
    return list_reply(work, "orders", [render_order_in_list(work, order) for order in orders], page_of(total, listing))


@blueprint.get("/order/alternate/<path:alternative_order_id>")
@in_transaction
def orders_by_alternative_id(work: Work, call: Call, alternative_order_id: str) -> Response:
    """Every order with this alternative order id, which is not unique (D); 404 if there is none (C)."""
    # The HTTP server does not decode an escaped slash, which would split the path.
    alternative_id = re.sub("%2f", "/", alternative_order_id, flags=re.IGNORECASE)
    listing = call.listing()
    listed, values = listed_clause(work)
    where = f"alternative_order_id = ? AND {listed}"
    total = work.orders.count(where, alternative_id, *values)
    if not total and work.switches.text("alternate_unknown") == "error":
        raise Refusal("alternate_unknown")
    found = work.orders.find(where, alternative_id, *values, limit=listing.limit, offset=listing.offset)
    items = [render_order_reference(work, order) for order in found]
    return list_reply(work, "orders", items, page_of(total, listing))


@blueprint.put("/order/certificate/<reference>/status")
@in_transaction
def put_status(work: Work, call: Call, reference: str) -> Response:
    """Cancel an order or a reissue; mark a migrated order as renewed (D)."""
    update_status(work, find_order(work, reference), call.body(), call.user)
    return no_content()
