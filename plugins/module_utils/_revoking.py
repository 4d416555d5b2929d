# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Revoke one certificate, or all of an order. Permanent, so nothing is revoked that was not named."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.community.digicert.plugins.module_utils._certcentral import certificates, orders
from ansible_collections.community.digicert.plugins.module_utils._certcentral.model import IssuedCertificate, Order
from ansible_collections.community.digicert.plugins.module_utils._client import Client
from ansible_collections.community.digicert.plugins.module_utils._errors import (
    ApiError,
    DigicertError,
    InputError,
    StateError,
)
from ansible_collections.community.digicert.plugins.module_utils._outcome import Outcome, Standing
from ansible_collections.community.digicert.plugins.module_utils._phase import Blocker
from ansible_collections.community.digicert.plugins.module_utils._serial_number import normalise_serial_number

REASONS = ("unspecified", "keyCompromise", "affiliationChanged", "superseded", "cessationOfOperation")


@dataclass(frozen=True)
class RevocationRequest:
    """What the user wants to have revoked."""

    scope: str
    """``certificate`` or ``order``."""
    order_id: int | None
    certificate_id: int | None
    serial_number: str | None
    thumbprint: str | None
    reason: str
    comment: str | None
    skip_approval: bool

    def body(self) -> dict[str, t.Any]:
        """Return the body of the PUT."""
        body: dict[str, t.Any] = {"revocation_reason": self.reason, "skip_approval": self.skip_approval}
        if self.comment:
            body["comment"] = self.comment
        return body


def ensure_revoked(client: Client, request: RevocationRequest, *, check_mode: bool) -> Outcome:
    """Ensure that the certificate, or all of the order, is revoked or its revocation asked for."""
    order = _find_order(client, request)
    all_certificates = _certificates_of(client, order)
    targets = all_certificates if request.scope == "order" else [_target(order, all_certificates, request)]
    open_ones = [certificate for certificate in targets if certificate.status != "revoked"]
    if order.status == "revoked" or not open_ones:
        reason = f"order {order.id} is revoked" if order.status == "revoked" else "the certificate is revoked"
        return Outcome("none", (reason,), order, Standing("revoked", (), ()))
    waiting = next((entry for entry in order.requests if entry.type == "revoke" and entry.is_open), None)
    if waiting is not None:
        reason = f"request {waiting.id} to revoke is waiting for approval"
        return Outcome("none", (reason,), order, _waiting(waiting.id, waiting.date))
    _check_revocable(order)
    before = {"revoked": [], "valid": [_name_of(certificate) for certificate in open_ones]}
    after = {"revoked": [_name_of(certificate) for certificate in open_ones], "valid": []}
    reasons = (f"{len(open_ones)} certificate(s) of order {order.id} are to be revoked ({request.reason})",)
    if check_mode:
        return Outcome("revoke", reasons, order, None, before=before, after=after)
    try:
        answer = _send(client, request, order, open_ones)
    except DigicertError as exc:
        exc.order_id = order.id
        if isinstance(exc, ApiError) and exc.status == 400:
            # the list of reissues knows no word for revoked
            exc.next_action = "Look at the certificate in CertCentral: it may be revoked already."
        raise
    current = orders.get(client, order.id)
    return Outcome("revoke", reasons, current, _standing(answer), before=before, after=after)


def _find_order(client: Client, request: RevocationRequest) -> Order:
    if request.order_id is not None:
        return orders.get(client, request.order_id)
    order: Order | None = None
    if request.serial_number:
        order = orders.find_by_serial_number(client, request.serial_number)
    elif request.thumbprint:
        order = orders.find(client, _thumbprint(request.thumbprint))
    elif request.certificate_id is not None:
        entries = orders.search(client, {"certificate_id": str(request.certificate_id)}, most=2)
        order = orders.get(client, int(entries[0]["id"])) if len(entries) == 1 else None
    if order is not None:
        return order
    raise InputError(
        "CertCentral has no order with that certificate.",
        next_action="Give order_id too; a duplicate is found only through its order.",
    )


def _thumbprint(text: str) -> str:
    return text.replace(":", "").strip().upper()


def _certificates_of(client: Client, order: Order) -> list[IssuedCertificate]:
    """Return every issued certificate of an order once: the current one, reissues, duplicates."""
    found: dict[int, IssuedCertificate] = {}
    for certificate in (order.certificate, *orders.reissues(client, order.id), *orders.duplicates(client, order.id)):
        if certificate.id is None or certificate.status in ("pending", "rejected"):
            continue
        known = found.get(certificate.id)
        if known is None or (known.status != "revoked" and certificate.status == "revoked"):
            found[certificate.id] = certificate
    return list(found.values())


def _target(
    order: Order, all_certificates: t.Sequence[IssuedCertificate], request: RevocationRequest
) -> IssuedCertificate:
    """Return the one certificate that is meant; without a name for it, the order's current one."""
    wanted_id = request.certificate_id
    if wanted_id is None and not request.serial_number and not request.thumbprint:
        wanted_id = order.certificate.id
    serial_number = normalise_serial_number(request.serial_number) if request.serial_number else None
    thumbprint = _thumbprint(request.thumbprint) if request.thumbprint else None
    for certificate in all_certificates:
        if (
            (wanted_id is not None and certificate.id == wanted_id)
            or (serial_number is not None and certificate.serial_number == serial_number)
            or (thumbprint is not None and (certificate.thumbprint or "").upper() == thumbprint)
        ):
            return certificate
    raise StateError(
        f"Order {order.id} has no issued certificate with that ID, serial number or thumbprint.",
        next_action="digicert_order_info with include_certificates lists the certificates of the order.",
        order_id=order.id,
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


def _send(client: Client, request: RevocationRequest, order: Order, open_ones: t.Sequence[IssuedCertificate]) -> object:
    if request.scope == "order":
        return orders.revoke(client, order.id, request.body())
    # certificates without an ID are not among the open ones
    return certificates.revoke(client, t.cast(int, open_ones[0].id), request.body())


def _name_of(certificate: IssuedCertificate) -> dict[str, t.Any]:
    return {
        "certificate_id": certificate.id,
        "serial_number": certificate.serial_number,
        "common_name": certificate.common_name,
        "valid_till": certificate.valid_till.isoformat() if certificate.valid_till else None,
    }


def _standing(answer: object) -> Standing:
    """Without an answer the revocation was carried out; with one it is a request that may wait for approval."""
    if isinstance(answer, dict) and answer.get("status") in ("pending", "submitted"):
        request_id, date = answer.get("id"), answer.get("date")
        return _waiting(request_id if isinstance(request_id, int) else None, str(date) if date else None)
    return Standing("revoked", (), ())


def _waiting(request_id: int | None, since: str | None) -> Standing:
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
