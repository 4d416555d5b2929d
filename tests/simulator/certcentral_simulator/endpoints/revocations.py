# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Revoking a certificate, or an order with all its certificates."""

from __future__ import annotations

from flask import Blueprint, Response

from certcentral_simulator.cases.approving import approve
from certcentral_simulator.cases.placing import approval_skipped, auto_approval
from certcentral_simulator.cases.revoking import request_revocation
from certcentral_simulator.render.requests import render_request
from certcentral_simulator.rules.permissions import may_approve
from certcentral_simulator.state.rows import Certificate, Order
from certcentral_simulator.state.work import Work
from certcentral_simulator.web.call import Call, in_transaction, json_reply, no_content
from certcentral_simulator.web.lookups import find_certificate, find_order

blueprint = Blueprint("revocations", __name__)


@blueprint.put("/certificate/<reference>/revoke")
@in_transaction
def revoke_certificate(work: Work, call: Call, reference: str) -> Response:
    """Revoke one certificate, by certificate id or serial number (D)."""
    certificate = find_certificate(work, reference)
    return _revoke(work, call, work.orders.need(certificate.order_id), certificate)


@blueprint.put("/order/certificate/<reference>/revoke")
@in_transaction
def revoke_order(work: Work, call: Call, reference: str) -> Response:
    """Revoke every certificate of an order (D)."""
    return _revoke(work, call, find_order(work, reference), None)


def _revoke(work: Work, call: Call, order: Order, certificate: Certificate | None) -> Response:
    body = call.body()
    skipped = work.switches.flag("revoke_skip_approval") and approval_skipped(work, body, call.user)
    request = request_revocation(work, order, certificate, body, call.user, skip_approval=skipped)
    if request is None:
        return no_content()
    follows_policy = work.switches.text("revoke_request_approval") == "policy"
    if follows_policy and auto_approval(work, call.requester, order.container_id) and may_approve(call.user.role_id):
        approve(work, request, call.user)
    return json_reply(render_request(work, request), 201)
