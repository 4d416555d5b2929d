# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests in answers."""

from __future__ import annotations

from typing import Any

from certcentral_simulator.cases.validation import scopes
from certcentral_simulator.clock import iso
from certcentral_simulator.render.orders import render_order_of_request
from certcentral_simulator.render.people import render_person
from certcentral_simulator.state.rows import Order, Request
from certcentral_simulator.state.work import Work


def render_request(work: Work, request: Request) -> dict[str, Any]:
    """A request as returned by a revocation."""
    body: dict[str, Any] = {
        "id": request.id,
        "date": iso(request.created_at),
        "type": request.type,
        "status": request.status,
        "requester": render_person(work.users.need(request.requester_id)),
    }
    if request.comments:
        body["comments"] = request.comments
    return body


def render_request_in_list(work: Work, request: Request) -> dict[str, Any]:
    """A request in the list of requests (D)."""
    return {**render_request(work, request), "order": render_order_of_request(work, work.orders.need(request.order_id))}


def render_request_full(work: Work, request: Request, order: dict[str, Any]) -> dict[str, Any]:
    """A request in request info; ``order`` is the complete order object (D)."""
    stored = work.orders.need(request.order_id)
    body = {**render_request(work, request), "order": {**order, **_only_here(work, stored)}}
    if request.processed_at is not None:
        body["date_processed"] = iso(request.processed_at)
    processor = work.users.get(request.processor_id)
    if processor is not None:
        body["reviewer"] = render_person(processor)
        body["processor"] = render_person(processor)
    if request.processor_comment:
        body["processor_comment"] = request.processor_comment
    return body


def _only_here(work: Work, order: Order) -> dict[str, Any]:
    """What the order has only in request info (D)."""
    certificate = work.certificates.need(order.pending_certificate_id or order.certificate_id)
    # A domain that was in the account before the order counts as submitted.
    new = [
        scope.name
        for scope in scopes(work, order, certificate)
        if not scope.approved and scope.domain.created_at >= order.created_at
    ]
    renewed = work.orders.get(order.renewed_order_id)
    until = {"renewal_of_order_valid_till": renewed.valid_till} if renewed is not None and renewed.valid_till else {}
    return {"unsubmitted_domains": new, **until}
