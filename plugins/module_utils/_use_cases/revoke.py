# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Revoke one certificate, or all of an order. Permanent, so nothing is revoked that was not named."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace

from .._certcentral import certificates, orders, shape
from .._certcentral.client import Client
from .._certcentral.errors import ApiError, StateError
from .._certcentral.model import ApprovalRequest, IssuedCertificate, Order
from .._decisions.phase import Blocker
from .._decisions.revoke import ALL, comment_about, subject_of
from .certificate_search import CertificateName, certificates_of, find_order, the_one
from .outcome import Outcome, Standing
from .send_once import send_once

REASONS = ("unspecified", "keyCompromise", "affiliationChanged", "superseded", "cessationOfOperation")


@dataclass(frozen=True)
class RevocationRequest:
    """What the user wants to have revoked."""

    scope: str
    """``certificate`` or ``order``."""
    name: CertificateName
    reason: str
    comment: str | None
    skip_approval: bool


def ensure_revoked(client: Client, request: RevocationRequest, *, check_mode: bool) -> Outcome:
    """Ensure that the certificate, or all of the order, is revoked or its revocation asked for."""
    order = find_order(client, request.name)
    found = certificates_of(client, order)
    targets = found if request.scope == "order" else [the_one(order, found, request.name)]
    open_ones = [certificate for certificate in targets if certificate.status != "revoked"]
    if order.status == "revoked" or not open_ones:
        reason = f"order {order.id} is revoked" if order.status == "revoked" else "the certificate is revoked"
        return Outcome("none", (reason,), order, Standing("revoked", (), ()))
    subject = ALL if request.scope == "order" else open_ones[0].serial_number
    waiting, warnings = _waiting_request(order, subject)
    if waiting is not None:
        reason = f"request {waiting.id} to revoke is waiting for approval"
        return Outcome("none", (reason,), order, _waits(waiting.id, waiting.date), warnings=warnings)
    _check_revocable(order)
    body, warnings = _body(order, request, subject)
    outcome = Outcome(
        "revoke",
        (f"{len(open_ones)} certificate(s) of order {order.id} are to be revoked ({request.reason})",),
        order,
        before={"revoked": [], "valid": [_name_of(certificate) for certificate in open_ones]},
        after={"revoked": [_name_of(certificate) for certificate in open_ones], "valid": []},
        warnings=warnings,
    )
    if check_mode:
        return outcome
    standing = _send(client, order, open_ones, subject, body)
    if request.skip_approval and standing.phase == "waiting_approval":
        warnings += ("skip_approval had no effect: the API key must belong to an administrator",)
    return replace(outcome, order=orders.get(client, order.id), standing=standing, warnings=warnings)


def _waiting_request(order: Order, subject: str | None) -> tuple[ApprovalRequest | None, tuple[str, ...]]:
    """Return the open request that is about the same, with a warning where the service does not tell that it is."""
    unsure: ApprovalRequest | None = None
    for entry in order.requests:
        if entry.type != "revoke" or not entry.is_open:
            continue
        about = subject_of(entry.comments)
        if about == ALL or (about is not None and about == subject):
            return entry, ()
        unsure = entry if about is None else unsure
    if unsure is None:
        return None, ()
    return unsure, (
        f"Request {unsure.id} was not made by this module, and CertCentral does not tell which certificate of order "
        f"{order.id} it is about; run this again when it is decided",
    )


def _check_revocable(order: Order) -> None:
    if order.status == "reissue_pending":
        raise StateError(
            f"Order {order.id} has a pending reissue; the service revokes nothing meanwhile.",
            next_action="Cancel the reissue (digicert_order_status with status canceled) or wait until it is issued.",
            order_id=order.id,
        )
    if order.is_pending:
        raise StateError(
            f"Order {order.id} is {order.status}: nothing is issued that could be revoked.",
            next_action="Cancel the order instead: digicert_order_status with status canceled.",
            order_id=order.id,
        )
    if order.status != "issued":
        raise StateError(
            f"Order {order.id} is {order.status}: its certificates cannot be revoked.",
            next_action="Nothing is left to do unless the order ID is wrong.",
            order_id=order.id,
        )


def _body(order: Order, request: RevocationRequest, subject: str | None) -> tuple[dict[str, t.Any], tuple[str, ...]]:
    """Return the body of the PUT. The service heeds a reason for TLS certificates only."""
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
    return body, (f"reason is left out: the service takes one for TLS certificates only, this is a {kind}",)


def _send(
    client: Client, order: Order, open_ones: t.Sequence[IssuedCertificate], subject: str | None, body: dict[str, t.Any]
) -> Standing:
    """Send the PUT once; after a lost answer look whether it took effect."""
    desired = {certificate.id for certificate in open_ones}

    def call() -> Standing:
        try:
            if subject == ALL:
                answer = orders.revoke(client, order.id, body)
            else:
                # certificates without an ID are not among the open ones
                answer = certificates.revoke(client, t.cast(int, open_ones[0].id), body)
        except ApiError as exc:
            if exc.status == 400:
                # the list of reissues need not show that a certificate is revoked
                exc.next_action = "Look at the certificate in CertCentral: it may be revoked already."
            raise
        return _standing(order, answer)

    def look() -> Standing | None:
        current = orders.get(client, order.id)
        if current.status == "revoked":
            return Standing("revoked", (), ())
        revoked = {entry.id for entry in certificates_of(client, current) if entry.status == "revoked"}
        if desired <= revoked:
            return Standing("revoked", (), ())
        # none was open before, so this is the one, whether or not the service returns its comment
        waiting = _waiting_request(current, subject)[0]
        return _waits(waiting.id, waiting.date) if waiting is not None else None

    sent = send_once(
        client,
        call,
        look,
        unseen=(
            f"The answer to the revocation was lost, and order {order.id} shows neither the revocation nor a request "
            "for it, which CertCentral need not show for one certificate among several"
        ),
        next_action=(
            "Nothing was sent twice. Run this again: the service refuses to revoke twice, and nothing worse happens."
        ),
        order_id=order.id,
    )
    return t.cast(Standing, sent.answer or sent.found)


def _standing(order: Order, answer: object) -> Standing:
    """Without an answer the revocation was carried out; with one it is a request, which may be approved at once."""
    if answer is None:
        return Standing("revoked", (), ())
    told = shape.mapping(answer, "the answer")
    request_id = shape.identifier(told.get("id"), "id")
    status = shape.text(told.get("status"), "status")
    if status == "approved":
        return Standing("revoked", (), ())
    if status == "rejected":
        raise StateError(
            f"Request {request_id} to revoke was rejected at once.",
            next_action="Ask an administrator of the account why.",
            order_id=order.id,
        )
    return _waits(request_id, shape.text(told.get("date"), "date"))


def _name_of(certificate: IssuedCertificate) -> dict[str, t.Any]:
    return {
        "certificate_id": certificate.id,
        "serial_number": certificate.serial_number,
        "common_name": certificate.common_name,
        "valid_till": certificate.valid_till.isoformat() if certificate.valid_till else None,
    }


def _waits(request_id: int | None, since: str | None) -> Standing:
    return Standing(
        "waiting_approval",
        (
            Blocker(
                "approval",
                f"request {request_id} to revoke waits for approval",
                since,
                f"Let a user who may approve requests approve request {request_id} in CertCentral.",
            ),
        ),
        (),
    )
