# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the status of an order may be changed, and what it is then. Pure: no I/O, the day is an argument.

Page: https://dev.digicert.com/certcentral-apis/services-api/orders/update-order-status.html
"""

from __future__ import annotations

import datetime as dt
import typing as t

from .._certcentral.errors import DigicertError, InputError, StateError
from .._certcentral.model import IssuedCertificate, Order

# the page names pending and waiting_pickup; the others are what Order info calls an order before that
CANCELABLE = ("pending", "waiting_pickup", "needs_approval", "needs_csr", "processing", "reissue_pending")
RENEWED_WITHIN = dt.timedelta(days=90)

_INSTEAD_OF_CANCELING = {
    "issued": "An issued certificate can only be revoked, with digicert_revoke.",
    "rejected": "Nothing is left to cancel: a rejected order is neither issued nor billed.",
    "revoked": "Nothing is left to cancel: its certificates are revoked.",
    "expired": "Nothing is left to cancel: its time is over.",
}


def already(order: Order, status: str) -> str | None:
    """Return why nothing is to be done, or None."""
    if status == "canceled":
        return f"order {order.id} is canceled" if order.status == "canceled" else None
    if order.is_renewed is not (status == "renewed"):
        return None
    return f"order {order.id} is {'' if order.is_renewed else 'not '}marked renewed"


def reissue_was_canceled(order: Order, reissues: t.Iterable[IssuedCertificate]) -> str | None:
    """Return why nothing is to be done where an issued order's latest reissue was canceled or rejected, or None."""
    latest = max(reissues, key=lambda certificate: certificate.id or 0, default=None)
    if order.status != "issued" or latest is None or latest.status != "rejected":
        return None
    return f"order {order.id} is issued, and its latest reissue is canceled"


def check_cancel(order: Order, note: str | None) -> str:
    """Return the reason for the cancellation. Raises StateError or InputError where the service would refuse it."""
    if order.status not in CANCELABLE:
        raise StateError(
            f"Order {order.id} is {order.status}, so it cannot be cancelled.",
            next_action=_INSTEAD_OF_CANCELING.get(order.status, "Check the order ID."),
            order_id=order.id,
        )
    if order.status == "reissue_pending":
        return f"order {order.id} is to be cancelled while its reissue is pending"
    if not (note and note.strip()):
        raise InputError(
            "The cancellation of an order needs a note.",
            next_action="Say in note why the order is cancelled.",
            order_id=order.id,
        )
    return f"order {order.id} is to be cancelled while it is {order.status}"


def check_mark(order: Order, status: str, *, is_migrated: bool | None, today: dt.date) -> str:
    """Return the reason for the mark. Raises StateError where the service would refuse it.

    ``is_migrated`` is None where the service does not tell it; the decision is then the service's.
    """
    if is_migrated is False:
        raise StateError(
            f"Order {order.id} was not migrated from a legacy console: only such orders can be marked {status}.",
            next_action="Nothing has to be marked: CertCentral notes itself what is renewed in it, with "
            "renewal_of_order_id of digicert_order.",
            order_id=order.id,
        )
    if status == "renewed":
        _check_near_end(order, today)
    return f"order {order.id} is to be marked {status}"


def _check_near_end(order: Order, today: dt.date) -> None:
    ends = order.certificate.valid_till
    if ends is None:
        raise StateError(
            f"Order {order.id} is {order.status} and has no certificate; only one with a certificate can be marked.",
            next_action="Cancel the order instead, with status canceled, if nobody needs it.",
            order_id=order.id,
        )
    if ends - today > RENEWED_WITHIN:
        raise StateError(
            f"The certificate of order {order.id} ends on {ends}; it can be marked renewed from 90 days before that.",
            next_action=f"Do this again from {ends - RENEWED_WITHIN} on.",
            order_id=order.id,
        )


def after(order: Order, status: str) -> dict[str, object]:
    """Return status and renewal mark as they will be; an order whose reissue is cancelled is issued again."""
    if status == "canceled":
        return {"status": "issued" if order.status == "reissue_pending" else "canceled", "is_renewed": order.is_renewed}
    return {"status": order.status, "is_renewed": status == "renewed"}


def refusal_explained(order: Order, status: str) -> str | None:
    """Return what to do when the service refuses although the conditions that can be looked up hold; None: nothing."""
    if status == "canceled" and order.status in ("needs_approval", "needs_csr", "processing"):
        return (
            f"The service cancels orders that are pending or waiting_pickup, this one is {order.status}: reject its "
            f"request (digicert_request with order_id {order.id}, type new_request and status rejected), or wait."
        )
    if status in ("renewed", "not_renewed"):
        return f"Only an order that was migrated from a legacy console can be marked {status}: check where it is from."
    return None


def explain(exc: DigicertError, order: Order, status: str) -> None:
    """Put the order, and what can be done about the refusal, into an error of the service."""
    exc.order_id = order.id
    exc.next_action = refusal_explained(order, status) or exc.next_action
