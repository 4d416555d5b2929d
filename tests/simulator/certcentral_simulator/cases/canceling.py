# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The statuses that a client may set: canceled, and the renewal mark of migrated orders."""

from __future__ import annotations

from datetime import date
from typing import Any

from certcentral_simulator.cases.approving import OPEN, close_request, drop_pending
from certcentral_simulator.cases.notes import add_note
from certcentral_simulator.cases.statuses import set_status
from certcentral_simulator.clock import as_date
from certcentral_simulator.rules.kinds import read_text
from certcentral_simulator.rules.lifecycle import CANCEL_WORDS, cancel_target, check_renewed_mark
from certcentral_simulator.state.rows import Order, User
from certcentral_simulator.state.work import Work


def update_status(work: Work, order: Order, body: dict[str, Any], user: User) -> None:
    """Carry out ``PUT …/status``.

    :raises Refusal: the status is not allowed at all, or not in this state.
    """
    word = read_text(body.get("status"), "status")
    note = read_text(body.get("note"), "note")
    if word in CANCEL_WORDS[work.switches.text("cancel_spelling")]:
        _cancel(work, order, note, user)
        return
    certificate = work.certificates.need(order.certificate_id)
    order.is_renewed = check_renewed_mark(
        word,
        migrated=order.migrated,
        is_renewed=order.is_renewed,
        # The expiry of the certificate counts (D), which may be years before that of the order.
        valid_till=date.fromisoformat(certificate.valid_till) if certificate.valid_till else None,
        today=as_date(work.now),
    )
    if note:
        add_note(work, order, note, user)
    work.orders.update(order)


def _cancel(work: Work, order: Order, note: str, user: User) -> None:
    target = cancel_target(
        order.status,
        note,
        note_required=work.switches.text("cancel_note") == "required",
        needs_approval_too=work.switches.text("cancel_needs_approval") == "accept",
    )
    awaited = order.pending_certificate_id or order.certificate_id
    for request in work.requests.find("order_id = ? AND certificate_id = ?", order.id, awaited):
        if request.status in OPEN or request.type == "reissue":
            # The note becomes the processor_comment of the rejected request (D).
            close_request(work, request, user, "rejected", note)
    drop_pending(work, order)
    if note:
        add_note(work, order, note, user)
    set_status(work, order, target)
