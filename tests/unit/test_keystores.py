# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading keystores of keytool and of cryptography, and refusing other files."""

from __future__ import annotations

import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from ansible_collections.community.digicert.plugins.module_utils._x509.certificates import read_certificates
from ansible_collections.community.digicert.plugins.module_utils._x509.keystores import (
    InvalidKeystoreError,
    read_jks,
    read_pkcs12,
)
from ansible_collections.community.digicert.tests.unit import java_keystore, pki


def made_pkcs12(leaf: pki.Issued, chain: list[pki.Issued], passphrase: str, alias: str | None = "www") -> bytes:
    """Return a PKCS#12 file; without a passphrase it is not encrypted."""
    encryption = (
        serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    )
    name = alias.encode() if alias else None
    others: list[x509.Certificate] = [issued.certificate for issued in chain]
    return pkcs12.serialize_key_and_certificates(name, leaf.key, leaf.certificate, others, encryption)


def _signed(content: bytes, passphrase: str = java_keystore.PASSPHRASE) -> bytes:
    """Return the content of a Java keystore with the digest for its passphrase."""
    salted = passphrase.encode("utf-16-be") + b"Mighty Aphrodite" + content
    return content + hashlib.sha1(salted).digest()


def test_a_keystore_of_keytool_is_read() -> None:
    found = read_jks(java_keystore.KEYSTORE, java_keystore.PASSPHRASE)
    assert list(found.certificates) == read_certificates(java_keystore.FULLCHAIN)
    assert found.alias == java_keystore.ALIAS
    assert found.public_key is None


@pytest.mark.parametrize("size", [0, 7, 19, 40, 300, len(java_keystore.KEYSTORE) - 1])
def test_a_java_keystore_that_is_cut_off_is_refused(size: int) -> None:
    with pytest.raises(InvalidKeystoreError):
        read_jks(java_keystore.KEYSTORE[:size], java_keystore.PASSPHRASE)


@pytest.mark.parametrize("at", [9, 20, 100, 500, -1])
def test_a_modified_java_keystore_is_refused(at: int) -> None:
    changed = bytearray(java_keystore.KEYSTORE)
    changed[at] ^= 1
    with pytest.raises(InvalidKeystoreError, match="cannot be opened with the passphrase"):
        read_jks(bytes(changed), java_keystore.PASSPHRASE)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"\xfe\xed\xfe\xed\x00\x00\x00\x02" + b"\x00\x00\x00\x00", "holds 0 private keys"),
        (b"\xfe\xed\xfe\xed\x00\x00\x00\x02" + b"\x00\x00\x00\x01", "is cut off"),
        (b"\xfe\xed\xfe\xed\x00\x00\x00\x02" + b"\x00\x00\x00\x01\x00\x00\x00\x07\x00\x00" + bytes(8), "unknown type"),
        (b"\xfe\xed\xfe\xed\x00\x00\x00\x01" + b"\x00\x00\x00\x00", "is not a Java keystore"),
        (b"\x30\x82\x00\x00\x00\x00\x00\x00", "is not a Java keystore"),
    ],
)
def test_a_file_that_is_not_a_keystore_with_one_key_is_refused(content: bytes, problem: str) -> None:
    with pytest.raises(InvalidKeystoreError, match=problem):
        read_jks(_signed(content), java_keystore.PASSPHRASE)


@pytest.mark.parametrize(
    ("found", "given", "problem"),
    [
        (b"\x00\x05X.509", b"\x00\x05X.400", "a certificate that is not X.509"),
        # the name of the issuer, with a type that a certificate cannot have there
        (b"\x30\x1c\x31\x1a\x30\x18\x06\x03", b"\x1f\x1c\x31\x1a\x30\x18\x06\x03", "a certificate that cannot be read"),
    ],
)
def test_a_java_keystore_with_another_kind_of_certificate_is_refused(found: bytes, given: bytes, problem: str) -> None:
    content = java_keystore.KEYSTORE[:-20]
    assert found in content
    with pytest.raises(InvalidKeystoreError, match=f"it holds {problem}"):
        read_jks(_signed(content.replace(found, given, 1)), java_keystore.PASSPHRASE)


def test_a_pkcs12_file_without_a_private_key_is_refused() -> None:
    only = pki.hierarchy().intermediate.certificate
    data = pkcs12.serialize_key_and_certificates(None, None, only, None, serialization.NoEncryption())
    with pytest.raises(InvalidKeystoreError, match="it holds no private key with its certificate"):
        read_pkcs12(data, "")


def test_trusted_certificates_are_skipped() -> None:
    content = java_keystore.KEYSTORE[:-20]
    der = pki.issue("root.example").certificate.public_bytes(serialization.Encoding.DER)
    trusted = b"\x00\x00\x00\x02" + b"\x00\x04root" + bytes(8) + b"\x00\x05X.509" + len(der).to_bytes(4, "big") + der
    both = content[:8] + b"\x00\x00\x00\x02" + content[12:] + trusted
    assert read_jks(_signed(both), java_keystore.PASSPHRASE).alias == java_keystore.ALIAS


@pytest.mark.parametrize("passphrase", ["", "correct-horse-9"])
def test_a_pkcs12_file_is_read(passphrase: str) -> None:
    made = pki.hierarchy()
    found = read_pkcs12(made_pkcs12(made.leaf, [made.intermediate], passphrase), passphrase)
    assert list(found.certificates) == read_certificates(made.leaf.pem + made.intermediate.pem)
    assert (found.alias, found.public_key) == ("www", found.certificates[0].public_key)


def test_the_error_for_a_pkcs12_file_does_not_contain_the_passphrase() -> None:
    made = pki.hierarchy()
    data = made_pkcs12(made.leaf, [], "correct-horse-9")
    for given in ("battery-staple-7", ""):
        with pytest.raises(InvalidKeystoreError, match="cannot be opened with the passphrase") as failed:
            read_pkcs12(data, given)
        assert "battery" not in str(failed.value)
    with pytest.raises(InvalidKeystoreError):
        read_pkcs12(b"garbage", "correct-horse-9")


def test_without_load_pkcs12_the_alias_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    made = pki.hierarchy()
    data = made_pkcs12(made.leaf, [], "correct-horse-9")
    monkeypatch.delattr(pkcs12, "load_pkcs12")
    assert read_pkcs12(data, "correct-horse-9").alias is None
