# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificate revocation lists (CRLs)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from certcentral_simulator.ca.authority import Issuer
from certcentral_simulator.clock import as_datetime

_LIFE = timedelta(days=7)
REASONS = {
    "keyCompromise": x509.ReasonFlags.key_compromise,
    "affiliationChanged": x509.ReasonFlags.affiliation_changed,
    "superseded": x509.ReasonFlags.superseded,
    "cessationOfOperation": x509.ReasonFlags.cessation_of_operation,
}


@dataclass(frozen=True)
class Revocation:
    """A revoked certificate: serial number in hexadecimal, seconds since 1970, reason as the API names it."""

    serial_number: str
    revoked_at: int
    reason: str


def build_crl(issuer: Issuer, revoked: Iterable[Revocation], now: int, part: str = "") -> bytes:
    """The list of one issuer as of ``now``, in DER. The reason "unspecified" is left out, as RFC 5280 recommends.

    :param part: address of the distribution point, if the list is only one part of the lists of the issuer.
    """
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(as_datetime(now))
        .next_update(as_datetime(now) + _LIFE)
        .add_extension(x509.CRLNumber(now), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False)
    )
    if part:
        builder = builder.add_extension(_scope(part), critical=True)
    for entry in revoked:
        builder = builder.add_revoked_certificate(_entry(entry))
    return builder.sign(issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _scope(address: str) -> x509.IssuingDistributionPoint:
    return x509.IssuingDistributionPoint(
        full_name=[x509.UniformResourceIdentifier(address)],
        relative_name=None,
        only_contains_user_certs=False,
        only_contains_ca_certs=False,
        only_some_reasons=None,
        indirect_crl=False,
        only_contains_attribute_certs=False,
    )


def _entry(revocation: Revocation) -> x509.RevokedCertificate:
    builder = (
        x509.RevokedCertificateBuilder()
        .serial_number(int(revocation.serial_number, 16))
        .revocation_date(as_datetime(revocation.revoked_at))
    )
    reason = REASONS.get(revocation.reason)
    if reason is not None:
        builder = builder.add_extension(x509.CRLReason(reason), critical=False)
    return builder.build()
