# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the encoding of a public key shows of the rules of public CAs, also for keys that cryptography does not load.

The rules are those of the CA/Browser Forum TLS Baseline Requirements, sections 6.1.5, 6.1.6 and 7.1.3.1.
"""

from __future__ import annotations

import base64
import functools
import math

from .der import OID, Element, children, element
from .der_kinds import dotted

_RSA = "1.2.840.113549.1.1.1"
_RSASSA_PSS = "1.2.840.113549.1.1.10"
_EC = "1.2.840.10045.2.1"
_NAMES = {
    "1.2.840.10040.4.1": "DSA",
    "1.3.101.110": "X25519",
    "1.3.101.111": "X448",
    "1.3.101.112": "Ed25519",
    "1.3.101.113": "Ed448",
}
_SMALLEST_RSA_KEY = 2048
_SMALLEST_EXPONENT = 3
# no modulus may have a smaller factor
_SMALLEST_FACTOR = 752


def weakness_of_csr(pem: str) -> str | None:
    """Return why a public CA would refuse the key of a CSR in plain PEM, as far as its encoding shows it."""
    try:
        csr = base64.b64decode("".join(pem.splitlines()[1:-1]))
        info = children(csr, children(csr, element(csr, 0))[0])[2]
        return _weakness(csr, *children(csr, info)[:2])
    except (ValueError, IndexError):
        return None


def _weakness(der: bytes, algorithm: Element, key: Element) -> str | None:
    identifier, *parameters = children(der, algorithm)
    name = dotted(identifier.content(der))
    if name == _RSASSA_PSS:
        return "an RSA key that is restricted to RSASSA-PSS; one with the identifier rsaEncryption is needed"
    if name == _EC and [part.tag for part in parameters] != [OID]:
        return "an ECDSA key with explicit curve parameters; a key on a named curve is needed"
    if name not in (_RSA, _EC):
        return f"a key with the algorithm {_NAMES.get(name, name)}; RSA or ECDSA is needed"
    if name == _EC:
        return None
    # the first octet of a bit string counts its unused bits
    outer = element(der, key.start + 1)
    modulus, exponent = (int.from_bytes(part.content(der), "big") for part in children(der, outer)[:2])
    return _weakness_of_rsa(modulus, exponent)


def _weakness_of_rsa(modulus: int, exponent: int) -> str | None:
    size = modulus.bit_length()
    if size < _SMALLEST_RSA_KEY:
        return f"an RSA key of {size} bits; at least {_SMALLEST_RSA_KEY} are needed"
    if size % 8:
        return f"an RSA key of {size} bits; the number must be a multiple of 8"
    if exponent < _SMALLEST_EXPONENT or exponent % 2 == 0:
        shown = exponent if exponent.bit_length() <= 64 else "which is even"
        return f"an RSA key with the public exponent {shown}; an odd number of at least {_SMALLEST_EXPONENT} is needed"
    if math.gcd(modulus, _small_primes()) != 1:
        return f"an RSA key whose modulus has a factor below {_SMALLEST_FACTOR}; another key is needed"
    return None


@functools.lru_cache(maxsize=1)
def _small_primes() -> int:
    """Return the product of all primes that a modulus must not have as a factor."""
    numbers = range(2, _SMALLEST_FACTOR)
    return math.prod(number for number in numbers if all(number % other for other in range(2, math.isqrt(number) + 1)))
