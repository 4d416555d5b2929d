# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers of the OCSP responder (RFC 6960)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from certcentral_simulator.ca.authority import Issuer
from certcentral_simulator.ca.crl import REASONS, Revocation
from certcentral_simulator.clock import as_datetime

_AGE_OF_EXPIRED = timedelta(days=30)
_LIFE_OF_EXPIRED = timedelta(days=7)
_RESPONDER_LIFE = timedelta(days=30)


@dataclass(frozen=True)
class Signer:
    """Who signs answers: the issuer itself, or a responder with a certificate of its own."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    is_issuer: bool


def issuer_as_signer(issuer: Issuer) -> Signer:
    """The issuer signs."""
    return Signer(issuer.key, issuer.certificate, is_issuer=True)


def new_responder(issuer: Issuer, now: int, *, appointed: bool) -> Signer:
    """A responder whose certificate is new; if the issuer has not appointed it, nobody may believe it."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CertCentral Simulator OCSP Responder")]))
        .issuer_name(issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(as_datetime(now) - timedelta(hours=1))
        .not_valid_after(as_datetime(now) + _RESPONDER_LIFE)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=False)
        .add_extension(x509.OCSPNoCheck(), critical=False)
    )
    certificate = builder.sign(issuer.key if appointed else key, hashes.SHA256())
    return Signer(key, certificate, is_issuer=False)


@dataclass(frozen=True)
class Answer:
    """What is said of a certificate: ``revocation`` is None if it is not revoked; ``valid_for`` 0: no next update."""

    certificate: x509.Certificate
    revocation: Revocation | None
    now: int
    valid_for: int
    expired: bool = False
    unknown: bool = False


def read_request(der: bytes) -> ocsp.OCSPRequest:
    """A request in DER.

    :raises ValueError: it cannot be read.
    """
    return ocsp.load_der_ocsp_request(der)


def build_answer(request: ocsp.OCSPRequest, answer: Answer, issuer: Issuer, signer: Signer) -> bytes:
    """The response in DER; certificates are identified with the hash of the request."""
    since, until = _times(answer)
    revoked = None if answer.unknown else answer.revocation
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=answer.certificate,
        issuer=issuer.certificate,
        algorithm=request.hash_algorithm,
        cert_status=_status(answer),
        this_update=since,
        next_update=until,
        revocation_time=as_datetime(revoked.revoked_at) if revoked else None,
        revocation_reason=REASONS.get(revoked.reason) if revoked else None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signer.certificate)
    if not signer.is_issuer:
        builder = builder.certificates([signer.certificate])
    return builder.sign(signer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _status(answer: Answer) -> ocsp.OCSPCertStatus:
    if answer.unknown:
        return ocsp.OCSPCertStatus.UNKNOWN
    return ocsp.OCSPCertStatus.REVOKED if answer.revocation else ocsp.OCSPCertStatus.GOOD


def _times(answer: Answer) -> tuple[datetime, datetime | None]:
    now = as_datetime(answer.now)
    if answer.expired:
        return now - _AGE_OF_EXPIRED, now - _AGE_OF_EXPIRED + _LIFE_OF_EXPIRED
    return now, now + timedelta(seconds=answer.valid_for) if answer.valid_for else None


def refused(status: ocsp.OCSPResponseStatus) -> bytes:
    """A response without an answer, which nobody signs."""
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(serialization.Encoding.DER)
