# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Approving and rejecting requests."""

from __future__ import annotations

from certcentral_simulator.cases.caa import check_caa_refusal
from certcentral_simulator.cases.issuing import progress
from certcentral_simulator.cases.revoking import revoke
from certcentral_simulator.cases.statuses import set_status
from certcentral_simulator.errors import Refusal
from certcentral_simulator.rules.permissions import may_approve
from certcentral_simulator.rules.polling import next_poll
from certcentral_simulator.rules.products import PRODUCTS
from certcentral_simulator.state.rows import Certificate, Order, Request, User
from certcentral_simulator.state.work import Work

OPEN = ("pending", "submitted")


def approve(work: Work, request: Request, user: User, comment: str = "") -> None:
    """Approve a request and carry it out.

    :raises Refusal: the user may not approve, the request is not open anymore, or it cannot be carried out now.
    """
    _process(work, request, user, "approved", comment)
    order = work.orders.need(request.order_id)
    if request.type == "revoke":
        if order.status == "reissue_pending":
            # A certificate with a pending reissue cannot be revoked (D), even if this was requested before the reissue.
            raise Refusal("revoke_with_pending_reissue")
        certificate = work.certificates.get(request.certificate_id)
        revoke(work, order, certificate, str(request.details.get("revocation_reason", "unspecified")))
        return
    certificate = work.certificates.need(request.certificate_id or order.certificate_id)
    mark_approved(work, order, certificate, user)
    if request.type == "new_request":
        set_status(work, order, "pending")
    submit_to_ca(work, order, certificate)


def reject(work: Work, request: Request, user: User, comment: str = "") -> None:
    """Reject a request: a new order is rejected; a pending reissue is dropped and its order stays issued.

    :raises Refusal: the user may not approve, or the request is not open anymore.
    """
    _process(work, request, user, "rejected", comment)
    order = work.orders.need(request.order_id)
    if request.type == "new_request":
        drop_pending(work, order)
        set_status(work, order, "rejected")
    elif request.type == "reissue":
        drop_pending(work, order)
        set_status(work, order, "issued")
    elif request.type == "duplicate" and request.certificate_id is not None:
        certificate = work.certificates.need(request.certificate_id)
        certificate.status = "rejected"
        work.certificates.update(certificate)


def mark_approved(work: Work, order: Order, certificate: Certificate, user: User) -> None:
    """Record the approval; if a verified EV approver of the organization gives it, it counts for EV as well (D)."""
    certificate.approved = True
    if PRODUCTS[order.product].validation_type == "ev":
        certificate.ev_approved = certificate.ev_approved or is_ev_approver(work, order, user)
    work.certificates.update(certificate)


def is_ev_approver(work: Work, order: Order, user: User) -> bool:
    """Whether the user is a verified user of the organization for EV."""
    organization = work.organizations.get(order.organization_id)
    if organization is None:
        return False
    verified = organization.validations.get("ev", {}).get("verified_users", [])
    return any(person.get("id") == user.id for person in verified)


def submit_to_ca(work: Work, order: Order, certificate: Certificate) -> None:
    """Issue an approved certificate if nothing is missing, otherwise start the automatic checks.

    :raises Refusal: CAA records forbid it, and the switch makes the service refuse at once.
    """
    progress(work, order)
    if work.certificates.need(certificate.id).status == "pending":
        start_polling(work, order)
    check_caa_refusal(work, order, certificate)


def start_polling(work: Work, order: Order) -> None:
    """Start automatic DCV checks, as when an order is submitted to the CA."""
    order.polling_since = work.now
    order.next_poll_at = next_poll(work.now, work.now)
    work.orders.update(order)


def drop_pending(work: Work, order: Order) -> None:
    """Reject the pending certificate and credit what was billed for it. The order is not stored."""
    certificate = work.certificates.need(order.pending_certificate_id or order.certificate_id)
    certificate.status = "rejected"
    certificate.issue_due_at = None
    work.certificates.update(certificate)
    order.pending_certificate_id = None
    order.next_poll_at = None
    for entry in work.billed.find("certificate_id = ? AND credited_at IS NULL", certificate.id):
        entry.credited_at = work.now
        work.billed.update(entry)
    if certificate.kind == "original":
        _release_renewed(work, order)


def _release_renewed(work: Work, order: Order) -> None:
    # The order that this one would have renewed can be renewed again.
    renewed = work.orders.get(order.renewed_order_id)
    if renewed is not None and renewed.renewed_by_order_id == order.id:
        renewed.is_renewed = False
        renewed.renewed_by_order_id = None
        work.orders.update(renewed)


def _process(work: Work, request: Request, user: User, status: str, comment: str) -> None:
    if not may_approve(user.role_id):
        raise Refusal("approver_invalid")
    if request.status not in OPEN:
        raise Refusal("request_already_processed")
    close_request(work, request, user, status, comment)


def close_request(work: Work, request: Request, user: User, status: str, comment: str) -> None:
    """Record who processed a request, when and how."""
    request.status = status
    request.processed_at = work.now
    request.processor_id = user.id
    request.processor_comment = comment
    work.requests.update(request)
