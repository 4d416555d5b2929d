# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is attached to an order: notes, custom fields, and the e-mails that ask EV approvers."""

from __future__ import annotations

from flask import Blueprint, Response

from certcentral_simulator.cases.custom_fields import set_value
from certcentral_simulator.cases.notes import add_note
from certcentral_simulator.errors import Refusal, invalid
from certcentral_simulator.render.orders import render_note
from certcentral_simulator.rules.kinds import read_list, read_text
from certcentral_simulator.rules.lifecycle import PENDING_STATES
from certcentral_simulator.rules.products import PRODUCTS
from certcentral_simulator.state.rows import Order
from certcentral_simulator.state.work import Work
from certcentral_simulator.web.call import Call, in_transaction, json_reply, list_reply, no_content
from certcentral_simulator.web.lookups import find_order

blueprint = Blueprint("order_attachments", __name__)


@blueprint.post("/order/certificate/<reference>/note")
@in_transaction
def post_note(work: Work, call: Call, reference: str) -> Response:
    """Add a note to an order (D: 201)."""
    order = find_order(work, reference)
    text = read_text(call.body().get("text"), "text")
    if not text.strip():
        raise invalid("text")
    note = add_note(work, order, text, call.user)
    work.orders.update(order)
    return json_reply(render_note(work, note), 201)


@blueprint.get("/order/certificate/<reference>/note")
@in_transaction
def list_notes(work: Work, call: Call, reference: str) -> Response:
    """The notes of an order, newest first (D)."""
    order = find_order(work, reference)
    return list_reply(work, "notes", [render_note(work, note) for note in reversed(order.notes)])


@blueprint.post("/order/certificate/<reference>/custom-field")
@in_transaction
def post_custom_field(work: Work, call: Call, reference: str) -> Response:
    """Set a custom field of an order (D: 204)."""
    set_value(work, find_order(work, reference), call.body())
    return no_content()


@blueprint.put("/order/certificate/<reference>/order-approval/resend-emails")
@in_transaction
def resend_approval_emails(work: Work, call: Call, reference: str) -> Response:
    """Ask the EV approvers of a pending order again (D: 204). The simulator sends no mail."""
    order = find_order(work, reference)
    if order.status not in PENDING_STATES or PRODUCTS[order.product].validation_type != "ev":
        raise Refusal("approval_email_wrong_state")
    addresses = [read_text(entry, "emails").lower() for entry in read_list(call.body().get("emails"), "emails")]
    if not addresses or not set(addresses) <= _approver_addresses(work, order):
        raise Refusal("approval_email_unknown")
    return no_content()


def _approver_addresses(work: Work, order: Order) -> set[str]:
    organization = work.organizations.get(order.organization_id)
    verified = organization.validations.get("ev", {}).get("verified_users", []) if organization else []
    users = (work.users.get(person.get("id")) for person in verified)
    return {user.email.lower() for user in users if user is not None}
