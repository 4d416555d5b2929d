# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A certificate for a discarded key, for the fault that delivers a wrong certificate."""

from __future__ import annotations

from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric import ec

from certcentral_simulator.ca.authority import LeafRequest
from certcentral_simulator.clock import as_date
from certcentral_simulator.state.rows import Certificate
from certcentral_simulator.state.work import Work


def throwaway_certificate(work: Work, certificate: Certificate) -> Certificate:
    """A certificate with the same names and issuer but another key; it is not stored."""
    today = as_date(work.now)
    leaf = work.authority.issue(
        LeafRequest(
            common_name=certificate.common_name,
            names=certificate.names,
            organization={},
            public_key=ec.generate_private_key(ec.SECP256R1()).public_key(),
            signature_hash="sha256",
            first_day=today,
            last_day=today,
        ),
        certificate.ica,
    )
    return replace(certificate, pem=leaf.pem, serial_number=leaf.serial_number, thumbprint=leaf.thumbprint)
