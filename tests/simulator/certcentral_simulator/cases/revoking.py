# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Revoking one certificate, or all certificates of an order."""

from __future__ import annotations

from typing import Any

from certcentral_simulator.cases.statuses import set_status
from certcentral_simulator.cases.webhooks import record_revoked
from certcentral_simulator.errors import Refusal, invalid
from certcentral_simulator.state.rows import Certificate, Order, Request, User
from certcentral_simulator.state.work import Work

REASONS = ("unspecified", "keyCompromise", "affiliationChanged", "superseded", "cessationOfOperation")


def read_reason(body: dict[str, Any]) -> tuple[str, str]:
    """Reason and comment; older documents and clients use ``reason`` and ``comments``.

    :raises Refusal: the reason is not documented.
    """
    reason = str(body.get("revocation_reason") or body.get("reason") or "unspecified")
    if reason not in REASONS:
        raise invalid("revocation_reason")
    return reason, str(body.get("comment") or body.get("comments") or "")


def request_revocation(
    work: Work,
    order: Order,
    certificate: Certificate | None,
    body: dict[str, Any],
    user: User,
    *,
    skip_approval: bool,
) -> Request | None:
    """Make a request to revoke, or revoke at once and return None.

    :param certificate: the one to revoke; None means every certificate of the order.
    :raises Refusal: a reissue is pending, or there is nothing to revoke.
    """
    reason, comment = read_reason(body)
    if order.status == "reissue_pending":
        raise Refusal("revoke_with_pending_reissue")
    if (certificate is None and order.status != "issued") or (
        certificate is not None and certificate.status != "issued"
    ):
        raise Refusal("revoke_wrong_state")
    if skip_approval:
        revoke(work, order, certificate, reason)
        return None
    return work.requests.insert(
        Request(
            type="revoke",
            status=work.switches.text("revoke_request_status"),
            order_id=order.id,
            certificate_id=certificate.id if certificate else None,
            requester_id=user.id,
            created_at=work.now,
            comments=comment,
            details={"revocation_reason": reason},
        )
    )


def revoke(work: Work, order: Order, certificate: Certificate | None, reason: str) -> None:
    """Revoke one certificate, or (None) the order with all its certificates."""
    if certificate is None:
        for issued in work.certificates.find("order_id = ? AND status = 'issued'", order.id):
            mark_revoked(work, issued, reason)
        set_status(work, order, "revoked")
        return
    mark_revoked(work, certificate, reason)
    left = work.certificates.count("order_id = ? AND status = 'issued'", order.id)
    if not left and order.status == "issued" and work.switches.flag("revoke_order_with_last_certificate"):
        set_status(work, order, "revoked")


def mark_revoked(work: Work, certificate: Certificate, reason: str) -> None:
    """Revoke one certificate; the order keeps its status."""
    certificate.status = "revoked"
    certificate.revoked_at = work.now
    certificate.revoke_due_at = None
    certificate.revocation_reason = reason
    work.certificates.update(certificate)
    record_revoked(work, certificate)
