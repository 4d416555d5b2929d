# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CSRs that no library makes: unusual keys and signatures, put together from elements of DER (RFC 2986)."""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from ansible_collections.community.digicert.plugins.module_utils._x509.as_given import to_pem

NULL = b"\x05\x00"


def element(tag: int, *parts: bytes) -> bytes:
    """Return an element (X.690 section 8.1.3)."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(digits))) + digits + content


def sequence(*parts: bytes) -> bytes:
    """Return a sequence."""
    return element(0x30, *parts)


def integer(value: int) -> bytes:
    """Return a number that is not negative."""
    return element(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def identifier(dotted: str) -> bytes:
    """Return an object identifier (X.690 section 8.19)."""
    first, second, *rest = map(int, dotted.split("."))
    encoded = b""
    for number in (40 * first + second, *rest):
        digits = [number & 0x7F]
        while number := number >> 7:
            digits.append(0x80 | number & 0x7F)
        encoded += bytes(reversed(digits))
    return element(0x06, encoded)


def bits(content: bytes) -> bytes:
    """Return a bit string."""
    return element(0x03, b"\0", content)


def key_info(algorithm: str, key: bytes, *parameters: bytes) -> bytes:
    """Return a SubjectPublicKeyInfo."""
    return sequence(sequence(identifier(algorithm), *parameters), bits(key))


def rsa_key_info(modulus: int, exponent: int, algorithm: str = "1.2.840.113549.1.1.1") -> bytes:
    """Return that of an RSA key, whose numbers may be wrong."""
    return key_info(algorithm, sequence(integer(modulus), integer(exponent)), NULL)


def _request(info: bytes, common_name: str) -> bytes:
    attribute = sequence(identifier("2.5.4.3"), element(0x0C, common_name.encode()))
    return sequence(integer(0), sequence(element(0x31, attribute)), info, b"\xa0\x00")


def unsigned_csr(info: bytes, algorithm: str = "1.2.840.113549.1.1.5", common_name: str = "www.example.com") -> str:
    """Return a CSR whose signature nobody can verify."""
    signature = bits(b"\x5a" * 256)
    return to_pem(
        "CERTIFICATE REQUEST",
        sequence(_request(info, common_name), sequence(identifier(algorithm), NULL), signature),
    )


def csr_signed_with(key: rsa.RSAPrivateKey, algorithm: str, digest: hashes.HashAlgorithm) -> str:
    """Return a CSR of an RSA key whose signature is right, with whatever hash."""
    numbers = key.public_key().public_numbers()
    request = _request(rsa_key_info(numbers.n, numbers.e), "www.example.com")
    signature = key.sign(request, padding.PKCS1v15(), digest)
    return to_pem("CERTIFICATE REQUEST", sequence(request, sequence(identifier(algorithm), NULL), bits(signature)))
