# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Status changes of orders."""

from __future__ import annotations

from flask import Blueprint, Response, request

from certcentral_simulator.cases.divisions import visible_clause
from certcentral_simulator.render.orders import render_order_reference
from certcentral_simulator.rules.time_frame import read_time_frame
from certcentral_simulator.state.work import Work
from certcentral_simulator.web.call import Call, in_transaction, json_reply

blueprint = Blueprint("order_changes", __name__)


@blueprint.get("/order/certificate/status-changes")
@in_transaction
def status_changes(work: Work, call: Call) -> Response:
    """Orders whose last status change is within the time frame; ``{}`` if there are none (D)."""
    first, last = read_time_frame(request.args, work.now)
    # An order that changed again after the range is omitted (D), because its last change counts.
    where = f"status_changed_at >= ? AND status_changed_at <= ? AND {visible_clause(work, 'container_id')}"
    found = work.orders.find(where, first, last, order="status_changed_at, id")
    items = [render_order_reference(work, order) for order in found]
    return json_reply({"orders": items} if items else {})
