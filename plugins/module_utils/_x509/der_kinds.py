# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a DER file contains, seen by its structure alone: nothing is verified, and cryptography is not needed."""

from __future__ import annotations

from .der import BIT_STRING, CONTEXT_0, INTEGER, OCTET_STRING, OID, SEQUENCE, SET, Element, children, element

CERTIFICATE = "a certificate"
PKCS7 = "a PKCS#7 file"
CSR = "a certificate signing request (CSR)"
CRL = "a revocation list (CRL)"
PRIVATE_KEY = "a private key"
ENCRYPTED_KEY = "an encrypted private key"
PUBLIC_KEY = "a public key"
PKCS12 = "a PKCS#12 file (PFX)"

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")  # RFC 5652 section 5.1
_PFX_VERSION = b"\x03"  # RFC 7292 section 4
_NUMBERS_OF_DSA = 6
_TIMES = (0x17, 0x18)


def kind_of(der: bytes) -> str | None:
    """Return what the first element is, as a phrase with its article, or None if it is nothing of X.509."""
    try:
        outer = element(der, 0)
        inner = children(der, outer) if outer.tag == SEQUENCE else []
        return _kind(der, inner) if len(inner) >= 2 else None
    except ValueError:
        return None


def _kind(der: bytes, inner: list[Element]) -> str | None:
    first, second = inner[:2]
    if first.tag == OID:
        return PKCS7 if first.content(der) == _SIGNED_DATA else None
    if first.tag == INTEGER:
        return _kind_with_version(der, first, second, len(inner))
    if first.tag != SEQUENCE:
        return None
    if second.tag in (OCTET_STRING, BIT_STRING) and len(inner) == 2:
        return ENCRYPTED_KEY if second.tag == OCTET_STRING else PUBLIC_KEY
    is_signed = len(inner) == 3 and second.tag == SEQUENCE and inner[2].tag == BIT_STRING
    return _kind_of_signed(der, children(der, first)) if is_signed else None


def _kind_with_version(der: bytes, version: Element, second: Element, count: int) -> str | None:
    """Tell private keys (RFC 5208, RFC 5915, RFC 8017), PKCS#12 files and bare RSA public keys apart."""
    if second.tag == SEQUENCE:
        # the algorithm of a key has an identifier and parameters, the content of a PKCS#12 file a tagged element
        last = children(der, second)[-1:]
        is_pfx = version.content(der) == _PFX_VERSION and bool(last) and last[0].tag == CONTEXT_0
        return PKCS12 if is_pfx else PRIVATE_KEY
    if second.tag == OCTET_STRING or (second.tag == INTEGER and count > 4):
        return PRIVATE_KEY
    return PUBLIC_KEY if second.tag == INTEGER and count == 2 else None


def _kind_of_signed(der: bytes, parts: list[Element]) -> str | None:
    """Tell certificates (RFC 5280 section 4.1), CSRs (RFC 2986) and revocation lists (RFC 5280 section 5.1) apart."""
    tags = [part.tag for part in parts]
    if tags[:1] == [CONTEXT_0]:
        return CERTIFICATE
    if any(tag in _TIMES for tag in tags[2:4]):
        return CRL
    if tags[:3] == [INTEGER, SEQUENCE, SEQUENCE] and _is_name(der, parts[1]):
        return CSR
    return CERTIFICATE if tags[:5] == [INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE] else None


def _is_name(der: bytes, part: Element) -> bool:
    return all(child.tag == SET for child in children(der, part))


def algorithm_of_key(der: bytes) -> str | None:
    """Return the object identifier of the algorithm of a PKCS#8 key, or None for another form."""
    try:
        parts = children(der, element(der, 0))
        algorithm = children(der, parts[1])
        return dotted(algorithm[0].content(der)) if algorithm[0].tag == OID else None
    except (ValueError, IndexError):
        return None


def label_of_key(der: bytes) -> str:
    """Return the PEM label of a private key, which says how it is encoded."""
    inner = children(der, element(der, 0))
    if inner[1].tag == SEQUENCE:
        return "PRIVATE KEY"
    if inner[1].tag == OCTET_STRING:
        return "EC PRIVATE KEY"
    return "RSA PRIVATE KEY" if len(inner) > _NUMBERS_OF_DSA else "DSA PRIVATE KEY"


def dotted(content: bytes) -> str:
    """Return an object identifier in its usual notation (X.690 section 8.19)."""
    numbers, value = [], 0
    for byte in content:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            numbers.append(value)
            value = 0
    first = min(numbers[0] // 40, 2) if numbers else 0
    return ".".join(map(str, [first, numbers[0] - 40 * first, *numbers[1:]] if numbers else []))


def certificates_in_pkcs7(der: bytes) -> list[bytes]:
    """Return the certificates of a PKCS#7 file (RFC 5652 section 5.1). Raises ValueError."""
    _identifier, tagged = children(der, element(der, 0))[:2]
    (signed,) = children(der, tagged)
    parts = children(der, signed)[3:]
    bag = next((part for part in parts if part.tag == CONTEXT_0), None)
    if bag is None:
        return []
    return [part.whole(der) for part in children(der, bag) if part.tag == SEQUENCE]
