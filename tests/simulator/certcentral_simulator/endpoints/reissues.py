# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reissues and duplicates of an order, and their lists."""

from __future__ import annotations

from flask import Blueprint, Response

from certcentral_simulator.cases.reissuing import duplicate, reissue
from certcentral_simulator.endpoints.delivery import placed_reply
from certcentral_simulator.render.certificates import render_duplicate, render_reissue
from certcentral_simulator.state.work import Work
from certcentral_simulator.web.call import Call, in_transaction, list_reply
from certcentral_simulator.web.lookups import find_order

blueprint = Blueprint("reissues", __name__)


@blueprint.post("/order/certificate/<reference>/reissue")
@in_transaction
def post_reissue(work: Work, call: Call, reference: str) -> Response:
    """Request a reissue (D)."""
    placed = reissue(work, find_order(work, reference), call.body(), call.requester)
    call.simulator.jobs.wake()
    return placed_reply(work, call, placed)


@blueprint.get("/order/certificate/<reference>/reissue")
@in_transaction
def list_reissues(work: Work, call: Call, reference: str) -> Response:
    """Every certificate of the order except duplicates; archived ones on request (D)."""
    order = find_order(work, reference)
    where = f"order_id = ? AND kind != 'duplicate' AND {_archived(call)}"
    found = [render_reissue(work, certificate) for certificate in work.certificates.find(where, order.id)]
    return list_reply(work, "certificates", found)


@blueprint.post("/order/certificate/<reference>/duplicate")
@in_transaction
def post_duplicate(work: Work, call: Call, reference: str) -> Response:
    """Request a duplicate (D)."""
    placed = duplicate(work, find_order(work, reference), call.body(), call.requester)
    return placed_reply(work, call, placed)


@blueprint.get("/order/certificate/<reference>/duplicate")
@in_transaction
def list_duplicates(work: Work, call: Call, reference: str) -> Response:
    """The duplicates of an order; archived ones on request (D)."""
    order = find_order(work, reference)
    found = work.certificates.find(f"order_id = ? AND kind = 'duplicate' AND {_archived(call)}", order.id)
    return list_reply(work, "certificates", [render_duplicate(work, certificate) for certificate in found])


def _archived(call: Call) -> str:
    return "1" if call.flag("show_archived") else "archived = 0"
