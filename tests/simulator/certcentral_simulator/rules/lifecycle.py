# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which changes of an order's state are allowed, and their result."""

from __future__ import annotations

from datetime import date, timedelta

from certcentral_simulator.errors import Refusal, invalid

CANCEL_WORDS = {"current": ("canceled",), "older": ("CANCELED",), "both": ("canceled", "CANCELED")}
"""Accepted spellings of this value, by generation of the documentation (D)."""

# A new order can be canceled only in these two states (D); the others wait for a person or are final.
CANCELABLE = ("pending", "waiting_pickup")
PENDING_STATES = ("needs_approval", "pending", "processing", "waiting_pickup", "needs_csr", "reissue_pending")
RENEWED_WINDOW = timedelta(days=90)


def cancel_target(status: str, note: str, *, note_required: bool, needs_approval_too: bool) -> str:
    """State of the order after ``canceled``: ``canceled``, or ``issued`` if only a reissue was pending.

    :raises Refusal: the state does not allow it, or the note is missing.
    """
    # In state "processing" the order waits only for the CA; clients treat it as pending.
    cancelable = (*CANCELABLE, "processing", *(("needs_approval",) if needs_approval_too else ()))
    if status != "reissue_pending" and status not in cancelable:
        raise Refusal("cancel_wrong_state")
    if status == "reissue_pending":
        # Only canceling an order needs a note (D).
        return "issued"
    if note_required and not note.strip():
        raise Refusal("note_missing")
    return "canceled"


def check_renewed_mark(word: str, *, migrated: bool, is_renewed: bool, valid_till: date | None, today: date) -> bool:
    """New value of the mark "renewed", which only migrated orders have.

    :raises Refusal: the order is not migrated, not near its expiry, or not marked as renewed.
    """
    if word not in {"renewed", "not_renewed"}:
        raise invalid("status")
    if not migrated:
        raise Refusal("renewed_wrong_state")
    if word == "not_renewed":
        if not is_renewed:
            raise Refusal("renewed_wrong_state")
        return False
    if valid_till is None or valid_till - today > RENEWED_WINDOW:
        raise Refusal("renewed_wrong_state")
    return True


def check_reissue(status: str) -> None:
    """Check that an order with this status, as shown in answers, can be reissued.

    :raises Refusal: the order is not issued, has expired, or a reissue is already pending.
    """
    if status == "reissue_pending":
        raise Refusal("reissue_pending")
    if status != "issued":
        raise Refusal("reissue_wrong_state")


def shown_status(status: str, order_end: date | None, today: date) -> str:
    """The status shown in answers: an issued order whose validity is over is ``expired``."""
    if status == "issued" and order_end is not None and order_end < today:
        return "expired"
    return status
