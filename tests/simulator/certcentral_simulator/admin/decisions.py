# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decisions of people: validation of organizations and domains, orders made in the console, approvals."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, request

from certcentral_simulator.admin.common import current_simulator, json_answer, json_body
from certcentral_simulator.cases.approving import OPEN, approve, reject
from certcentral_simulator.cases.console import administrator, decide_domain, decide_organization, make_order
from certcentral_simulator.state.rows import Request
from certcentral_simulator.state.work import Work

blueprint = Blueprint("decisions", __name__)


@blueprint.put("/organizations/<int:organization_id>")
def put_organization(organization_id: int) -> Response:
    """Set the validations of an organization."""
    with current_simulator().work() as work:
        decide_organization(work, organization_id, json_body())
        return json_answer(asdict(work.organizations.need(organization_id)))


@blueprint.put("/domains/<name>")
def put_domain(name: str) -> Response:
    """Set the validation of a domain."""
    with current_simulator().work() as work:
        return json_answer(asdict(decide_domain(work, name, json_body())))


@blueprint.post("/orders")
def post_orders() -> Response:
    """Make one order, or a list of them, as if in the console."""
    given: Any = json.loads(request.get_data() or b"{}")
    with current_simulator().work() as work:
        made = [make_order(work, values) for values in (given if isinstance(given, list) else [given])]
        answer = [{"id": order.id, "certificate_id": order.certificate_id, "status": order.status} for order in made]
        return json_answer(answer, 201)


@blueprint.post("/requests/<which>/<decision>")
def post_decision(which: str, decision: str) -> Response:
    """Approve or reject one request, or ``all`` open ones, as an administrator."""
    if decision not in {"approve", "reject"}:
        raise ValueError("the decision must be approve or reject")
    comment = str(json_body().get("comment") or "")
    with current_simulator().work() as work:
        decided = _requests(work, which)
        user = administrator(work)
        for entry in decided:
            if decision == "approve":
                approve(work, entry, user, comment)
            else:
                reject(work, entry, user, comment)
        return json_answer([entry.id for entry in decided])


def _requests(work: Work, which: str) -> list[Request]:
    if which == "all":
        return list(work.requests.find("status IN (?, ?)", *OPEN))
    return [work.requests.need(int(which))]
