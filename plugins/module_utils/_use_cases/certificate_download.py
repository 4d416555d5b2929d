# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Download an issued certificate, and verify that it is the right one before it is installed."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass

from .._certcentral import certificates, orders
from .._certcentral.client import Client
from .._certcentral.errors import DigicertError, StateError, UnexpectedAnswerError
from .._certcentral.model import IssuedCertificate, Order
from .._x509.archives import certificates_in
from .._x509.certificates import Certificate, Chain, build_chain, find_leaf, read_certificates
from .._x509.chain_checks import expiry_warnings, why_unusable
from .._x509.pem import InvalidPemError

PLATFORM = "platform"

_TRY_AGAIN = "Run this again. If that does not help, download it in the console and report the problem to DigiCert."


@dataclass(frozen=True)
class DownloadRequest:
    """The certificate to download, and the format of its file."""

    order_id: int | None
    certificate_id: int | None
    public_key: str | None
    """SHA-256 of the SubjectPublicKeyInfo that the certificate must have; None accepts any key."""
    format_name: str
    """Format of the file; :data:`PLATFORM` is the format of a server platform."""
    platform_id: int | None = None
    """Server platform; None means the one of the order."""
    names: tuple[str, ...] = ()
    """Names that the certificate must have, normalised, besides those that the order shows."""


class Downloaded(t.NamedTuple):
    """A verified certificate."""

    order: Order | None
    """None if only the certificate is known."""
    described: dict[str, t.Any]
    content: bytes | None
    """The content of the file, if there is one."""
    warnings: tuple[str, ...]


def download(client: Client, request: DownloadRequest, *, with_file: bool, now: dt.datetime) -> Downloaded:
    """Download a certificate, and verify it."""
    certificate_id, order, shown = _find(client, request)
    try:
        body = certificates.download(client, certificate_id, "pem_all")
        chain = verified_chain(body, certificate_id, request.public_key)
        check_usable(chain, f"Certificate {certificate_id}", now, {*request.names, *shown}, is_exact=False)
        content = _file(client, certificate_id, request, body, chain.leaf) if with_file else None
    except DigicertError as exc:
        exc.order_id = exc.order_id or request.order_id
        raise
    warnings = tuple(
        f"Certificate {certificate_id}: {one}." for one in expiry_warnings(chain.leaf, chain.intermediates)
    )
    return Downloaded(order, {"certificate_id": certificate_id, **describe(chain)}, content, warnings)


def _file(client: Client, certificate_id: int, request: DownloadRequest, pem_all: bytes, leaf: Certificate) -> bytes:
    """Return the certificate in the requested format; ``pem_all`` was downloaded already."""
    if request.format_name == "pem_all":
        return pem_all
    if request.format_name == PLATFORM:
        content = certificates.download_for_platform(client, certificate_id, request.platform_id)
    else:
        content = certificates.download(client, certificate_id, request.format_name)
    what = f"The download of certificate {certificate_id} in the format {request.format_name}"
    try:
        found = certificates_in(content)
    except InvalidPemError as exc:
        raise UnexpectedAnswerError(f"{what} cannot be read: {exc}.", next_action=_TRY_AGAIN) from exc
    if leaf.thumbprint not in {certificate.thumbprint for certificate in found}:
        raise UnexpectedAnswerError(f"{what} holds another certificate; nothing was written.", next_action=_TRY_AGAIN)
    return content


def _find(client: Client, request: DownloadRequest) -> tuple[int, Order | None, tuple[str, ...]]:
    """Return the ID of the certificate, its order if it is known, and the names that the service shows for it."""
    if request.certificate_id is not None:
        return request.certificate_id, None, ()
    order = orders.get(client, t.cast(int, request.order_id))
    if order.status != "issued" or order.certificate.id is None:
        raise StateError(
            f"Order {order.id} is {order.status}, so there is no certificate to download.",
            next_action="Wait until it is issued, for example with digicert_order_wait.",
            order_id=order.id,
        )
    certificate = _for_key(client, order, request.public_key)
    return t.cast(int, certificate.id), order, certificate.names


def _for_key(client: Client, order: Order, public_key: str | None) -> IssuedCertificate:
    """Return the newest certificate of the order for that key: an order can have certificates for several hosts."""
    current = order.certificate
    if public_key is None or current.public_key in (None, public_key):
        return current
    others = (*orders.reissues(client, order.id), *orders.duplicates(client, order.id))
    found = [
        certificate
        for certificate in others
        if certificate.id and certificate.public_key == public_key and certificate.status in ("issued", "approved")
    ]
    return max(found, key=lambda certificate: certificate.id or 0, default=current)


def check_usable(chain: Chain, what: str, now: dt.datetime, names: t.Collection[str], *, is_exact: bool) -> None:
    """Refuse a certificate that must not be installed, whatever the service says about it.

    ``what`` names it in the message, ``names`` are the requested ones; see ``why_unusable()``. Raises
    UnexpectedAnswerError.
    """
    problem = why_unusable(chain, now, names, is_exact=is_exact)
    if problem:
        raise UnexpectedAnswerError(
            f"{what} {problem}; nothing was written.",
            next_action=(
                "Compare the certificate with the order in CertCentral, and check the clock of this machine. If the "
                "service issued it like this, report it to DigiCert."
            ),
        )


def verified_chain(body: bytes, certificate_id: int, public_key: str | None) -> Chain:
    """Sort the downloaded certificates, in any order and number, into leaf, intermediates and root.

    If a public key is given, the leaf must have it. Raises UnexpectedAnswerError if this is not a chain for that key.
    """
    try:
        found = read_certificates(body)
    except InvalidPemError as exc:
        raise UnexpectedAnswerError(
            f"The download of certificate {certificate_id} cannot be read: {exc}.", next_action=_TRY_AGAIN
        ) from exc
    leaf = find_leaf(found, public_key)
    if leaf is None:
        what = (
            "has no certificate for the key of the CSR" if public_key else "does not have exactly one leaf certificate"
        )
        raise UnexpectedAnswerError(
            f"The download of certificate {certificate_id} {what}; nothing was installed.",
            next_action="Check that the order was placed with this CSR; digicert_reissue changes the key of an order.",
        )
    chain = build_chain(found, leaf)
    if not chain.intermediates and chain.root is None and not leaf.is_self_issued:
        raise UnexpectedAnswerError(
            f"The download of certificate {certificate_id} lacks the certificate of the issuer; nothing was installed.",
            next_action=_TRY_AGAIN,
        )
    return chain


def describe(chain: Chain) -> dict[str, t.Any]:
    """Return the PEM texts and the main properties of the leaf."""
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
