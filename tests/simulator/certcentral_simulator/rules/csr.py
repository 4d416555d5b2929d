# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading a certificate signing request. Only its key is used: names come from the JSON."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from certcentral_simulator.errors import Refusal

SigningKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey

_ARMOUR = re.compile(
    r"-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----(.*?)-----END (?:NEW )?CERTIFICATE REQUEST-----", re.DOTALL
)
_CURVES = {"secp256r1", "secp384r1", "secp521r1"}
_MINIMUM_RSA_BITS = 2048


@dataclass(frozen=True)
class RequestedKey:
    """The public key of a CSR and its length in bits."""

    public_key: SigningKey
    bits: int


def read_csr(text: str) -> RequestedKey:
    """Parse a CSR in PEM, with any line ends or none at all, or in plain base64, and check its key.

    :raises Refusal: it is missing, cannot be parsed, its signature is wrong, or its key is too weak.
    """
    if not text.strip():
        raise Refusal("csr_missing")
    armour = _ARMOUR.search(text)
    # Some clients send the base64 without the PEM lines (C).
    encoded = armour.group(1) if armour else text
    try:
        der = base64.b64decode("".join(encoded.split()), validate=True)
        request = x509.load_der_x509_csr(der)
        key = request.public_key()
        signature_valid = request.is_signature_valid
    except (ValueError, binascii.Error, UnsupportedAlgorithm) as exc:
        raise Refusal("csr_unparsable") from exc
    if not signature_valid:
        raise Refusal("csr_unparsable")
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _MINIMUM_RSA_BITS:
        return RequestedKey(key, key.key_size)
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES:
        return RequestedKey(key, key.curve.key_size)
    raise Refusal("key_too_weak")
