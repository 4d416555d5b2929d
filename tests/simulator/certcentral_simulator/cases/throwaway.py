# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates that nobody requested, for the faults that deliver a wrong certificate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from certcentral_simulator.ca.authority import LeafRequest
from certcentral_simulator.clock import as_date
from certcentral_simulator.rules.csr import SigningKey
from certcentral_simulator.state.rows import Certificate
from certcentral_simulator.state.work import Work

FOREIGN_NAME = "nobody-asked-for-this.example"


def throwaway_certificate(work: Work, certificate: Certificate) -> Certificate:
    """A certificate with the same names and issuer but another key; it is not stored."""
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return _made(work, certificate, key, certificate.names)


def foreign_certificate(work: Work, certificate: Certificate) -> Certificate:
    """A certificate for the same key, but for a name that nobody requested; it is not stored."""
    return _made(work, certificate, _key_of(certificate), (FOREIGN_NAME,))


def ca_certificate(work: Work, certificate: Certificate) -> Certificate:
    """A certificate for the same key and names that may sign others; it is not stored."""
    return _made(work, certificate, _key_of(certificate), certificate.names, is_ca=True)


def _key_of(certificate: Certificate) -> SigningKey:
    return cast(SigningKey, x509.load_pem_x509_certificate(certificate.pem.encode()).public_key())


def _made(
    work: Work, certificate: Certificate, key: SigningKey, names: Sequence[str], *, is_ca: bool = False
) -> Certificate:
    today = as_date(work.now)
    request = LeafRequest(
        common_name=names[0],
        names=names,
        organization={},
        public_key=key,
        signature_hash="sha256",
        first_day=today,
        last_day=today,
        is_ca=is_ca,
    )
    leaf = work.authority.issue(request, certificate.ica)
    return replace(certificate, pem=leaf.pem, serial_number=leaf.serial_number, thumbprint=leaf.thumbprint)
