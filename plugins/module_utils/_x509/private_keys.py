# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Generate private keys, and read those that are there."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .certificates import read_private_key_fingerprint
from .pem import is_base64, pem_blocks

try:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
except ImportError:
    pass  # reported by certificates.CRYPTOGRAPHY_IMPORT_ERROR

# RFC 7468 section 10, and the older labels of OpenSSL
_LABEL = "(RSA |EC )?PRIVATE KEY"
SMALLEST_RSA_KEY = 2048
CURVES = ("secp256r1", "secp384r1", "secp521r1")
"""Curves that public CAs accept (CA/Browser Forum TLS Baseline Requirements, section 6.1.5)."""


@dataclass(frozen=True)
class PrivateKey:
    """A private key with what is known of its public half. The text is never shown, not even by ``repr``."""

    pem: bytes
    public_key: str
    """SHA-256 of the SubjectPublicKeyInfo, hexadecimal."""
    key_type: str
    key_size: int | str

    def __repr__(self) -> str:
        """Return what may be shown of the key."""
        return f"PrivateKey({self.public_key}, {self.key_type}, {self.key_size})"


def read_private_key(data: bytes) -> PrivateKey:
    """Read a file that contains exactly one unencrypted private key. Raises InvalidPemError, which says what it is."""
    blocks = pem_blocks(data.decode("ascii", errors="replace"), _LABEL)
    if len(blocks) == 1 and is_base64(blocks[0]):
        pem = blocks[0].encode("ascii")
    else:
        from .as_given import clean_key  # few are not plain PEM

        pem = clean_key(data)
    return PrivateKey(pem, *read_private_key_fingerprint(pem))


def generate_private_key(key_type: str, size: int, curve: str) -> PrivateKey:
    """Return a new key of the type ``RSA`` (with so many bits) or ``ECC`` (on that curve)."""
    key: t.Any
    if key_type == "RSA":
        key = rsa.generate_private_key(public_exponent=65537, key_size=size)
    else:
        key = ec.generate_private_key({"secp256r1": ec.SECP256R1, "secp384r1": ec.SECP384R1}.get(curve, ec.SECP521R1)())
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return read_private_key(pem)
