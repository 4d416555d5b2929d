# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Revoke one certificate, or all of an order. This is permanent, so only what the user names is revoked."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from .._certcentral import certificates, orders, requests, shape
from .._certcentral.client import Client, if_permitted
from .._certcentral.errors import ApiError, StateError
from .._certcentral.model import ApprovalRequest, IssuedCertificate, Order
from .._decisions.phase import Blocker, unheeded_skip
from .._decisions.revoke import ALL, comment_about, subject_of
from .certificate_search import CertificateReference, certificates_of, find_order, select_certificate
from .outcome import Outcome, Standing
from .send_once import send_once

_TYPE = "revoke"

REASONS = ("unspecified", "keyCompromise", "affiliationChanged", "superseded", "cessationOfOperation")


@dataclass(frozen=True)
class RevocationRequest:
    """What to revoke, and why."""

    scope: str
    """``certificate`` or ``order``."""
    certificate: CertificateReference
    reason: str
    comment: str | None
    skip_approval: bool


def ensure_revoked(client: Client, request: RevocationRequest, *, check_mode: bool) -> Outcome:
    """Ensure that the certificate, or all of the order, is revoked or that its revocation is requested."""
    order = find_order(client, request.certificate)
    found = certificates_of(client, order)
    targets = found if request.scope == "order" else [select_certificate(order, found, request.certificate)]
    not_revoked = [certificate for certificate in targets if certificate.status != "revoked"]
    if order.status == "revoked" or not not_revoked:
        reason = f"order {order.id} is revoked" if order.status == "revoked" else "the certificate is revoked"
        return Outcome("none", (reason,), order, Standing("revoked", (), ()))
    subject = ALL if request.scope == "order" else not_revoked[0].serial_number
    order = _with_requests(client, order)
    waiting, warnings = _waiting_request(order, subject)
    if waiting is None:
        _check_requests(order)
    if waiting is not None:
        reason = f"request {waiting.id} to revoke is waiting for approval"
        return Outcome("none", (reason,), order, _awaiting_approval(waiting.id, waiting.date), warnings=warnings)
    _check_revocable(order)
    body, warnings = _body(order, request, subject)
    outcome = Outcome(
        "revoke",
        (f"{len(not_revoked)} certificate(s) of order {order.id} must be revoked ({request.reason})",),
        order,
        before={"revoked": [], "valid": [_summary_of(certificate) for certificate in not_revoked]},
        after={"revoked": [_summary_of(certificate) for certificate in not_revoked], "valid": []},
        warnings=warnings,
    )
    if check_mode:
        return outcome
    standing = _send(client, order, not_revoked, subject, body)
    warnings += unheeded_skip(standing.phase, {"skip_approval": request.skip_approval})
    return replace(outcome, order=orders.get(client, order.id), standing=standing, warnings=warnings)


def _with_requests(client: Client, order: Order) -> Order:
    """Return an order with its open requests to revoke from the list of requests if its own answer has no requests."""
    if order.requests:
        return order
    found = if_permitted(lambda: requests.open_ones(client, order.id, _TYPE)) or []
    return replace(
        order,
        requests=tuple(
            ApprovalRequest(entry.id, entry.type, entry.status, entry.date, entry.comments) for entry in found
        ),
    )


def _check_requests(order: Order) -> None:
    """Refuse to go on if a request may already be about the revocation, but the answer lacks what it is."""
    unclear = [str(entry.id) for entry in order.requests if entry.may_ask_for(_TYPE) and not _is_waiting(entry)]
    if unclear:
        raise StateError(
            f"CertCentral does not report type and status of request {', '.join(unclear)} of order {order.id}, which "
            "may be the request to revoke, so nothing was requested.",
            next_action="Check the requests of the order in CertCentral, and run this again.",
            order_id=order.id,
        )


def _is_waiting(entry: ApprovalRequest) -> bool:
    return entry.type == _TYPE and entry.is_open


def _waiting_request(order: Order, subject: str | None) -> tuple[ApprovalRequest | None, tuple[str, ...]]:
    """Return the open request to revoke the same, with a warning if its subject is unknown."""
    unsure: ApprovalRequest | None = None
    for entry in order.requests:
        if not _is_waiting(entry):
            continue
        about = subject_of(entry.comments)
        if about == ALL or (about is not None and about == subject):
            return entry, ()
        unsure = entry if about is None else unsure
    if unsure is None:
        return None, ()
    return unsure, (
        f"request {unsure.id} was not made by this module, and CertCentral does not report which certificate of order "
        f"{order.id} it concerns; run this again after it is approved or rejected",
    )


def _check_revocable(order: Order) -> None:
    if order.status == "reissue_pending":
        raise StateError(
            f"Order {order.id} has a pending reissue, during which the service does not revoke any certificate.",
            next_action="Cancel the reissue (digicert_order_status with status canceled) or wait until it is issued.",
            order_id=order.id,
        )
    if order.is_pending:
        raise StateError(
            f"Order {order.id} is {order.status}, so there is no certificate to revoke.",
            next_action="Cancel the order instead: digicert_order_status with status canceled.",
            order_id=order.id,
        )
    if order.status != "issued":
        raise StateError(
            f"Order {order.id} is {order.status}, so its certificates cannot be revoked.",
            next_action="There is nothing to do, unless order_id is wrong.",
            order_id=order.id,
        )


def _body(order: Order, request: RevocationRequest, subject: str | None) -> tuple[dict[str, t.Any], tuple[str, ...]]:
    """Return the body of the PUT. The service accepts a reason only for TLS certificates."""
    body: dict[str, t.Any] = {"skip_approval": request.skip_approval}
    comment = comment_about(subject, request.comment) if subject else request.comment
    if comment:
        body["comment"] = comment
    product = shape.mapping(order.raw.get("product"), "product")
    kind = shape.text(product.get("type"), "product.type")
    if kind is None or kind == "ssl_certificate":
        return {"revocation_reason": request.reason, **body}, ()
    if request.reason == "unspecified":
        return body, ()
    return body, (f"reason is not sent, because the service accepts it only for TLS certificates and this is a {kind}",)


def _send(
    client: Client,
    order: Order,
    not_revoked: t.Sequence[IssuedCertificate],
    subject: str | None,
    body: dict[str, t.Any],
) -> Standing:
    """Send the PUT once; if the answer is lost, look for its effect."""
    desired = {certificate.id for certificate in not_revoked}

    def call() -> Standing:
        try:
            if subject == ALL:
                answer = orders.revoke(client, order.id, body)
            else:
                # each certificate that is not revoked has an ID
                answer = certificates.revoke(client, t.cast(int, not_revoked[0].id), body)
        except ApiError as exc:
            if exc.status == 400:
                # the list of reissues may not show that a certificate is revoked
                exc.next_action = "Check the certificate in CertCentral: it may already be revoked."
            raise
        return _standing(order, answer)

    def look() -> Standing | None:
        current = orders.get(client, order.id)
        if current.status == "revoked":
            return Standing("revoked", (), ())
        revoked = {entry.id for entry in certificates_of(client, current) if entry.status == "revoked"}
        if desired <= revoked:
            return Standing("revoked", (), ())
        # no request was open before, so this is ours, even if the service does not return its comment
        waiting = _waiting_request(current, subject)[0]
        return _awaiting_approval(waiting.id, waiting.date) if waiting is not None else None

    sent = send_once(
        client,
        call,
        look,
        unseen=(
            f"The answer to the revocation was lost, and order {order.id} shows neither the revocation nor a request "
            "for it (CertCentral may not show it for one of several certificates)"
        ),
        next_action=(
            "Nothing was sent twice. Run this again: if the certificate is already revoked, the service just refuses."
        ),
        order_id=order.id,
    )
    return t.cast(Standing, sent.answer or sent.found)


def _standing(order: Order, answer: object) -> Standing:
    """Return the standing: revoked if there is no answer, otherwise that of the request, which may be approved."""
    if answer is None:
        return Standing("revoked", (), ())
    fields = shape.mapping(answer, "the answer")
    request_id = shape.identifier(fields.get("id"), "id")
    status = shape.text(fields.get("status"), "status")
    if status == "approved":
        return Standing("revoked", (), ())
    if status == "rejected":
        raise StateError(
            f"The request to revoke (ID {request_id}) was rejected immediately.",
            next_action="Ask an administrator of the account for the reason.",
            order_id=order.id,
        )
    return _awaiting_approval(request_id, shape.text(fields.get("date"), "date"))


def _summary_of(certificate: IssuedCertificate) -> dict[str, t.Any]:
    return {
        "certificate_id": certificate.id,
        "serial_number": certificate.serial_number,
        "common_name": certificate.common_name,
        "valid_till": certificate.valid_till.isoformat() if certificate.valid_till else None,
    }


def _awaiting_approval(request_id: int | None, since: str | None) -> Standing:
    return Standing(
        "waiting_approval",
        (
            Blocker(
                "approval",
                f"request {request_id} to revoke is waiting for approval",
                since,
                f"Have request {request_id} approved in CertCentral by a user who may approve requests.",
            ),
        ),
        (),
    )
