# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the status of an order may be changed, and what it becomes. Pure: no I/O, the day is an argument.

Page: https://dev.digicert.com/certcentral-apis/services-api/orders/update-order-status.html
"""

from __future__ import annotations

import datetime as dt
import typing as t

from .._certcentral.errors import DigicertError, InputError, StateError
from .._certcentral.model import IssuedCertificate, Order

# the page mentions pending and waiting_pickup; the others are statuses that Order info shows before those
CANCELABLE = ("pending", "waiting_pickup", "needs_approval", "needs_csr", "processing", "reissue_pending")
RENEWED_WITHIN = dt.timedelta(days=90)

_INSTEAD_OF_CANCELING = {
    "issued": "An issued certificate can only be revoked, with digicert_revoke.",
    "rejected": "There is nothing to cancel: a rejected order is neither issued nor billed.",
    "revoked": "There is nothing to cancel: its certificates are revoked.",
    "expired": "There is nothing to cancel: it has expired.",
}


def reason_for_no_change(order: Order, status: str) -> str | None:
    """Return why nothing needs to be done, or None."""
    if status == "canceled":
        return f"order {order.id} is canceled" if order.status == "canceled" else None
    if order.is_renewed is not (status == "renewed"):
        return None
    return f"order {order.id} is {'' if order.is_renewed else 'not '}marked renewed"


def reissue_was_canceled(order: Order, reissues: t.Iterable[IssuedCertificate]) -> str | None:
    """Return why nothing needs to be done if an issued order's latest reissue was canceled or rejected, or None."""
    latest = max(reissues, key=lambda certificate: certificate.id or 0, default=None)
    if order.status != "issued" or latest is None or latest.status != "rejected":
        return None
    return f"order {order.id} is issued, and its latest reissue is canceled"


def check_cancel(order: Order, note: str | None) -> str:
    """Return the reason for the cancellation. Raises StateError or InputError if the service would refuse it."""
    if order.status not in CANCELABLE:
        raise StateError(
            f"Order {order.id} is {order.status}, so it cannot be cancelled.",
            next_action=_INSTEAD_OF_CANCELING.get(order.status, "Check the order ID."),
            order_id=order.id,
        )
    if order.status == "reissue_pending":
        return f"cancellation of order {order.id} was requested while its reissue is pending"
    if not (note and note.strip()):
        raise InputError(
            "The cancellation of an order requires a note.",
            next_action="Set note to the reason for the cancellation.",
            order_id=order.id,
        )
    return f"cancellation of order {order.id} was requested while it is {order.status}"


def check_mark(order: Order, status: str, *, is_migrated: bool | None, today: dt.date) -> str:
    """Return the reason for the mark. Raises StateError if the service would refuse it.

    ``is_migrated`` is None if the service does not report it; the service then decides.
    """
    if is_migrated is False:
        raise StateError(
            f"Order {order.id} was not migrated from a legacy console: only migrated orders can be marked {status}.",
            next_action="No mark is needed: CertCentral itself records a renewal that is placed with "
            "renewal_of_order_id of digicert_order.",
            order_id=order.id,
        )
    if status == "renewed":
        _check_expires_soon(order, today)
    return f"the mark {status} was requested for order {order.id}"


def _check_expires_soon(order: Order, today: dt.date) -> None:
    valid_till = order.certificate.valid_till
    if valid_till is None:
        raise StateError(
            f"Order {order.id} is {order.status} and has no certificate; only an order with a certificate can be "
            "marked.",
            next_action="Cancel the order instead, with status canceled, if nobody needs it.",
            order_id=order.id,
        )
    if valid_till - today > RENEWED_WITHIN:
        raise StateError(
            f"The certificate of order {order.id} expires on {valid_till}; the order can be marked renewed in the 90 "
            "days before that.",
            next_action=f"Run this again on or after {valid_till - RENEWED_WITHIN}.",
            order_id=order.id,
        )


def state_after(order: Order, status: str) -> dict[str, object]:
    """Return status and renewal mark after the change; an order whose reissue is cancelled is issued again."""
    if status == "canceled":
        return {"status": "issued" if order.status == "reissue_pending" else "canceled", "is_renewed": order.is_renewed}
    return {"status": order.status, "is_renewed": status == "renewed"}


def _advice_on_refusal(order: Order, status: str) -> str | None:
    """Return what to do if the service refuses although all conditions that can be checked are met, or None."""
    if status == "canceled" and order.status in ("needs_approval", "needs_csr", "processing"):
        return (
            f"The service only cancels orders that are pending or waiting_pickup, and this one is {order.status}: "
            f"reject its request (digicert_request with order_id {order.id}, type new_request and status rejected), "
            "or wait."
        )
    if status in ("renewed", "not_renewed"):
        return f"Only an order that was migrated from a legacy console can be marked {status}: check its origin."
    return None


def add_advice(exc: DigicertError, order: Order, status: str) -> None:
    """Add the order ID, and what can be done about the refusal, to an error of the service."""
    exc.order_id = order.id
    exc.next_action = _advice_on_refusal(order, status) or exc.next_action
