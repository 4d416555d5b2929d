# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Download an issued certificate, and prove that it is the right one before anybody installs it."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._certcentral import certificates, orders
from .._certcentral.client import Client
from .._certcentral.errors import DigicertError, StateError, UnexpectedAnswerError
from .._certcentral.model import Order
from .._x509 import certificates as _x509
from .._x509.pem import InvalidPemError

PLATFORM = "platform"

_TRY_AGAIN = "Run this again; if it stays so, download it in the console and report this to DigiCert."


@dataclass(frozen=True)
class DownloadRequest:
    """Which certificate the user wants."""

    order_id: int | None
    certificate_id: int | None
    public_key: str | None
    """SHA-256 of the SubjectPublicKeyInfo that the certificate must carry; None accepts each."""
    format_name: str
    """Format of the file; :data:`PLATFORM` for that of a server platform."""
    platform_id: int | None = None
    """Server platform; None means that of the order."""


def download(
    client: Client, request: DownloadRequest, *, with_file: bool
) -> tuple[Order | None, dict[str, t.Any], bytes | None]:
    """Return the order where it is known, the verified certificate, and the body in the wanted format for a file."""
    certificate_id, order = _find(client, request)
    try:
        body = certificates.download(client, certificate_id, "pem_all")
        chain = verified_chain(body, certificate_id, request.public_key)
        content = _file(client, certificate_id, request, body) if with_file else None
    except DigicertError as exc:
        exc.order_id = exc.order_id or request.order_id
        raise
    return order, {"certificate_id": certificate_id, **describe(chain)}, content


def _file(client: Client, certificate_id: int, request: DownloadRequest, pem_all: bytes) -> bytes:
    """Return the certificate in the wanted format; what was downloaded already is not asked for twice."""
    if request.format_name == "pem_all":
        return pem_all
    if request.format_name == PLATFORM:
        return certificates.download_for_platform(client, certificate_id, request.platform_id)
    return certificates.download(client, certificate_id, request.format_name)


def _find(client: Client, request: DownloadRequest) -> tuple[int, Order | None]:
    if request.certificate_id is not None:
        return request.certificate_id, None
    order = orders.get(client, t.cast(int, request.order_id))
    if order.status != "issued" or order.certificate.id is None:
        raise StateError(
            f"Order {order.id} is {order.status}, so there is no certificate to download.",
            next_action="Wait until it is issued: digicert_order_wait.",
            order_id=order.id,
        )
    return _id_for_key(client, order, order.certificate.id, request.public_key), order


def _id_for_key(client: Client, order: Order, current_id: int, public_key: str | None) -> int:
    """Return the newest certificate of the order for that key: an order may hold those of several hosts."""
    if public_key is None or order.certificate.public_key in (None, public_key):
        return current_id
    others = (*orders.reissues(client, order.id), *orders.duplicates(client, order.id))
    ids = [
        certificate.id
        for certificate in others
        if certificate.id and certificate.public_key == public_key and certificate.status in ("issued", "approved")
    ]
    return max(ids, default=current_id)


def verified_chain(body: bytes, certificate_id: int, public_key: str | None) -> _x509.Chain:
    """Sort what was downloaded into leaf, intermediates and root, whatever its order and number.

    With a public key the leaf must carry it. Raises UnexpectedAnswerError when it is not a chain for that key.
    """
    try:
        found = _x509.read_certificates(body.decode("ascii", errors="replace"))
    except InvalidPemError as exc:
        raise UnexpectedAnswerError(
            f"The download of certificate {certificate_id} cannot be read: {exc}.", next_action=_TRY_AGAIN
        ) from exc
    leaf = _x509.find_leaf(found, public_key)
    if leaf is None:
        what = "holds no certificate for the key of the CSR" if public_key else "holds not exactly one leaf certificate"
        raise UnexpectedAnswerError(
            f"The download of certificate {certificate_id} {what}; nothing was installed.",
            next_action="Check that the order was placed with this CSR; digicert_reissue changes the key of an order.",
        )
    chain = _x509.build_chain(found, leaf)
    if not chain.intermediates and chain.root is None and not leaf.is_self_issued:
        raise UnexpectedAnswerError(
            f"The download of certificate {certificate_id} holds no certificate that signed it; nothing was installed.",
            next_action=_TRY_AGAIN,
        )
    return chain


def describe(chain: _x509.Chain) -> dict[str, t.Any]:
    """Return the PEM texts and what a user wants to know of the leaf."""
    leaf = chain.leaf
    intermediates = "".join(certificate.pem for certificate in chain.intermediates)
    return {
        "certificate_pem": leaf.pem,
        "chain_pem": intermediates,
        "fullchain_pem": leaf.pem + intermediates,
        "root_pem": chain.root.pem if chain.root else None,
        "serial_number": leaf.serial_number,
        "thumbprint": leaf.thumbprint,
        "public_key_fingerprint": leaf.public_key,
        "dns_names": list(leaf.dns_names),
        "not_before": leaf.not_before.isoformat(),
        "not_after": leaf.not_after.isoformat(),
    }
