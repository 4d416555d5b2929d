# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fingerprint of the public key in a CSR that the service returned.

Most modules need nothing else of X.509, so they load cryptography, which takes a tenth of the time of such a run, only
for unusual keys.
"""

from __future__ import annotations

import base64
import hashlib

from .der import INTEGER, SEQUENCE, element
from .pem import InvalidPemError, only_csr

# CA/Browser Forum TLS Baseline Requirements, section 7.1.3.1: the algorithm, byte for byte
_RSA = bytes.fromhex("300d06092a864886f70d0101010500")
# the algorithm, the start of the bit string, and the octet for an uncompressed point (RFC 5480 section 2.2)
_UNCOMPRESSED_POINTS = tuple(
    bytes.fromhex(start)
    for start in (
        "3059301306072a8648ce3d020106082a8648ce3d03010703420004",
        "3076301006072a8648ce3d020106052b8104002203620004",
        "30819b301006072a8648ce3d020106052b810400230381860004",
    )
)


def csr_key_fingerprint(text: str) -> str | None:
    """Return the SHA-256 of the SubjectPublicKeyInfo of a PEM CSR in lower-case hexadecimal.

    None if the text is not a readable CSR: old orders and some views have a placeholder.
    """
    try:
        pem = only_csr(text)
        key = _public_key_info(base64.b64decode("".join(pem.splitlines()[1:-1]), validate=True))
    except InvalidPemError:
        return None
    except ValueError:
        return _fingerprint_read_by_cryptography(text)
    return hashlib.sha256(key).hexdigest()


def _fingerprint_read_by_cryptography(text: str) -> str | None:
    from . import certificates

    if certificates.CRYPTOGRAPHY_IMPORT_ERROR is not None:
        return None
    try:
        return certificates.read_csr(text).public_key
    except InvalidPemError:
        return None


def _public_key_info(csr: bytes) -> bytes:
    """Return the SubjectPublicKeyInfo (RFC 2986 section 4.1). Raises ValueError if its encoding may vary."""
    start, _end = _element(csr, 0, SEQUENCE)
    start, _end = _element(csr, start, SEQUENCE)
    for tag in (INTEGER, SEQUENCE):  # version and subject
        _start, start = _element(csr, start, tag)
    inner, end = _element(csr, start, SEQUENCE)
    key = csr[start:end]
    if not (key.startswith(_UNCOMPRESSED_POINTS) or csr.startswith(_RSA, inner)):
        raise ValueError("the key has more than one encoding")
    return key


def _element(der: bytes, position: int, tag: int) -> tuple[int, int]:
    """Return where the content of an element starts and ends. Raises ValueError if it is another element."""
    found = element(der, position)
    if found.tag != tag:
        raise ValueError(f"there is no element {tag:#x}")
    return found.start, found.end
