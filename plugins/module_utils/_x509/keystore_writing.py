# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write PKCS#12 files and Java keystores, in memory."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import ssl
import struct
import typing as t

from .certificates import Certificate
from .keystores import AUTO, COMPATIBILITY2022, JKS_HEADER, JKS_PRIVATE_KEY, JKS_SALT

try:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
except ImportError:
    pass  # reported by certificates.CRYPTOGRAPHY_IMPORT_ERROR

SHORTEST_JKS_PASSPHRASE = 6
"""Java refuses shorter ones."""

_SHA1_SIZE = 20
# more would be slow on the devices that need the older encryption
_ROUNDS = 2048
# AlgorithmIdentifier of sun.security.provider.KeyProtector of OpenJDK: 1.3.6.1.4.1.42.2.17.1.1, NULL
_KEY_PROTECTOR = bytes.fromhex("300e060a2b060104012a021101010500")


class UnsupportedEncryptionError(ValueError):
    """This release of cryptography cannot encrypt in the requested way; the text says which one can."""


def write_pkcs12(
    key_pem: bytes, certificates: t.Sequence[Certificate], alias: str, passphrase: str, encryption_level: str = AUTO
) -> bytes:
    """Return a PKCS#12 file with the key and its certificate, which is the first one, and its chain.

    With an empty passphrase it is not encrypted. Raises UnsupportedEncryptionError.
    """
    key: t.Any = serialization.load_pem_private_key(key_pem, password=None)
    leaf, *chain = [x509.load_pem_x509_certificate(each.pem.encode("ascii")) for each in certificates]
    encryption = _encryption(passphrase.encode(), encryption_level) if passphrase else NoEncryption()
    return pkcs12.serialize_key_and_certificates(alias.encode(), key, leaf, chain or None, encryption)


def _encryption(password: bytes, encryption_level: str) -> t.Any:
    if encryption_level != COMPATIBILITY2022:
        return serialization.BestAvailableEncryption(password)
    form = getattr(PrivateFormat, "PKCS12", None)
    if form is None:
        raise UnsupportedEncryptionError(f"encryption_level {COMPATIBILITY2022} needs cryptography 38 or newer")
    old = form.encryption_builder().kdf_rounds(_ROUNDS).hmac_hash(hashes.SHA1())
    return old.key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC).build(password)


def write_jks(
    key_pem: bytes, certificates: t.Sequence[Certificate], alias: str, passphrase: str, now: dt.datetime
) -> bytes:
    """Return a Java keystore of the type JKS with one entry: the key with its certificate and chain.

    Key and store have the same passphrase. It is written without keytool, which would need the key in a further file.
    """
    key: t.Any = serialization.load_pem_private_key(key_pem, password=None)
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    password = passphrase.encode("utf-16-be")
    protected = _sequence(_KEY_PROTECTOR + _der(0x04, _protect(plain, password, os.urandom(_SHA1_SIZE))))
    content = JKS_HEADER + struct.pack(">II", 1, JKS_PRIVATE_KEY) + _text(alias.lower())
    content += struct.pack(">Q", int(now.timestamp() * 1000)) + _counted(protected)
    content += struct.pack(">I", len(certificates))
    for certificate in certificates:
        content += _text("X.509") + _counted(ssl.PEM_cert_to_DER_cert(certificate.pem))
    return content + _sha1(password + JKS_SALT + content)


def _protect(plain: bytes, password: bytes, salt: bytes) -> bytes:
    """Encrypt a key as Java's own keystores do."""
    stream, block = b"", salt
    while len(stream) < len(plain):
        block = _sha1(password + block)
        stream += block
    return salt + bytes(a ^ b for a, b in zip(plain, stream)) + _sha1(password + plain)


def _sha1(data: bytes) -> bytes:
    # the format prescribes SHA-1
    return hashlib.new("sha1", data, usedforsecurity=False).digest()


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack(">H", len(data)) + data


def _counted(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _sequence(content: bytes) -> bytes:
    return _der(0x30, content)


def _der(tag: int, content: bytes) -> bytes:
    """Return an element (X.690 section 8.1.3)."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(digits))) + digits + content
