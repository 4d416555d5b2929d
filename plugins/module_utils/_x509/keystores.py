# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read PKCS#12 files and Java keystores as far as is needed to compare them with a certificate and its chain."""

from __future__ import annotations

import hashlib
import hmac
import ssl
import struct
import typing as t
from dataclasses import dataclass

from .certificates import Certificate, read_certificates, read_private_key_fingerprint
from .pem import InvalidPemError

try:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
except ImportError:
    pass  # reported by certificates.CRYPTOGRAPHY_IMPORT_ERROR

AUTO, COMPATIBILITY2022 = ENCRYPTION_LEVELS = ("auto", "compatibility2022")
"""How PKCS#12 files are encrypted, with the names of community.crypto.openssl_pkcs12."""

# 1.2.840.113549.1.5.13 (RFC 8018), which the encryption of 2022 does without
_PBES2 = bytes.fromhex("06092a864886f70d01050d")

# Java's own format: sun.security.provider.JavaKeyStore of OpenJDK
_JKS_MAGIC = 0xFEEDFEED
_JKS_VERSION = 2
JKS_HEADER = struct.pack(">II", _JKS_MAGIC, _JKS_VERSION)
JKS_PRIVATE_KEY, _JKS_TRUSTED = 1, 2
_JKS_DIGEST_SIZE = 20
JKS_SALT = b"Mighty Aphrodite"


class InvalidKeystoreError(ValueError):
    """A file is not a keystore or cannot be opened; the text says why and quotes none of its content."""


@dataclass(frozen=True)
class Keystore:
    """The only entry of a keystore with a private key."""

    certificates: tuple[Certificate, ...]
    """The certificate first, then its chain."""
    alias: str | None
    """Name of the entry; None if it has none, or if this release of cryptography cannot read it."""
    public_key: str | None
    """Fingerprint of the public half of the private key; None if the format hides it."""


def _certificate(der: bytes) -> Certificate:
    try:
        return read_certificates(ssl.DER_cert_to_PEM_cert(der))[0]
    except InvalidPemError as exc:
        raise InvalidKeystoreError("it holds a certificate that cannot be read") from exc


def read_pkcs12(data: bytes, passphrase: str) -> Keystore:
    """Open a PKCS#12 file; an empty passphrase means none. Raises InvalidKeystoreError."""
    try:
        password = passphrase.encode() or None
        key, certificate, others = pkcs12.load_key_and_certificates(data, password)
        alias = _friendly_name(data, password)
    except (ValueError, TypeError, UnsupportedAlgorithm) as exc:
        raise InvalidKeystoreError("it cannot be opened with the passphrase") from exc
    if key is None or certificate is None:
        raise InvalidKeystoreError("it holds no private key with its certificate")
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public_key, _kind, _size = read_private_key_fingerprint(pem)
    ders = [entry.public_bytes(Encoding.DER) for entry in (certificate, *others)]
    return Keystore(tuple(_certificate(der) for der in ders), alias, public_key)


def needs_a_new_reader(data: bytes) -> bool:
    """Whether a PKCS#12 file is encrypted in a form that readers of before about 2022 do not know."""
    return _PBES2 in data


def _friendly_name(data: bytes, password: bytes | None) -> str | None:
    load = getattr(pkcs12, "load_pkcs12", None)  # cryptography 36 and later
    content = load(data, password) if load else None
    name = content.cert.friendly_name if content is not None and content.cert else None
    return name.decode(errors="replace") if name else None


class _Fields:
    """Reads the fields of a Java keystore one at a time; all numbers are big-endian."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, size: int) -> bytes:
        """Return the next bytes. Raises InvalidKeystoreError if the file is too short."""
        found = self._data[self._at : self._at + size]
        if len(found) < size:
            raise InvalidKeystoreError("it is cut off")
        self._at += size
        return found

    def number(self) -> int:
        """Return the next four bytes as a number."""
        return int(struct.unpack(">I", self.take(4))[0])

    def text(self) -> str:
        """Return the next text, which is preceded by its length in two bytes."""
        (size,) = struct.unpack(">H", self.take(2))
        return self.take(size).decode(errors="replace")

    def der(self) -> bytes:
        """Return the next certificate, which is stored as type, length and DER."""
        if self.text() != "X.509":
            raise InvalidKeystoreError("it holds a certificate that is not X.509")
        return self.take(self.number())


def _entries(fields: _Fields, count: int) -> t.Iterator[Keystore]:
    """Yield the entries with a private key, and skip those of trusted certificates."""
    for _number in range(count):
        tag, alias, _date = fields.number(), fields.text(), fields.take(8)
        if tag == JKS_PRIVATE_KEY:
            fields.take(fields.number())  # the key, encrypted by a method that only Java has
            chain = tuple(_certificate(fields.der()) for _each in range(fields.number()))
            yield Keystore(chain, alias, None)
        elif tag == _JKS_TRUSTED:
            fields.der()
        else:
            raise InvalidKeystoreError("it has an entry of an unknown type")


def read_jks(data: bytes, passphrase: str) -> Keystore:
    """Open a Java keystore of the type JKS, and verify with the passphrase that it was not changed.

    The private key stays encrypted. Raises InvalidKeystoreError.
    """
    content, digest = data[:-_JKS_DIGEST_SIZE], data[-_JKS_DIGEST_SIZE:]
    fields = _Fields(content)
    if fields.number() != _JKS_MAGIC or fields.number() != _JKS_VERSION:
        raise InvalidKeystoreError("it is not a Java keystore")
    # the format prescribes SHA-1
    expected = hashlib.new("sha1", passphrase.encode("utf-16-be") + JKS_SALT + content)
    if not hmac.compare_digest(expected.digest(), digest):
        raise InvalidKeystoreError("it cannot be opened with the passphrase")
    found = list(_entries(fields, fields.number()))
    if len(found) != 1:
        raise InvalidKeystoreError(f"it holds {len(found)} private keys instead of one")
    return found[0]
