# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The key of a CSR, read without cryptography, is the key that cryptography reads."""

from __future__ import annotations

import base64
import typing as t

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.digicert.plugins.module_utils._x509 import certificates
from ansible_collections.community.digicert.plugins.module_utils._x509.csr_key import (
    _public_key_info,
    csr_key_fingerprint,
)
from ansible_collections.community.digicert.plugins.module_utils._x509.pem import InvalidPemError
from ansible_collections.community.digicert.tests.unit import pki

_USUAL: dict[str, pki.SigningKey] = {
    "RSA 2048": pki.rsa_key(),
    "RSA 1024": pki.rsa_key(1024),
    "P-256": ec.generate_private_key(ec.SECP256R1()),
    "P-384": ec.generate_private_key(ec.SECP384R1()),
    "P-521": ec.generate_private_key(ec.SECP521R1()),
}
_UNUSUAL: dict[str, pki.SigningKey] = {
    "Ed25519": ed25519.Ed25519PrivateKey.generate(),
    "brainpoolP256r1": ec.generate_private_key(ec.BrainpoolP256R1()),
}


def _der(pem: str) -> bytes:
    return base64.b64decode("".join(pem.splitlines()[1:-1]))


# signed once, because signatures with elliptic curves are random
_SIGNED = {kind: _der(pki.csr_pem(key, "www.example.com")) for kind, key in _USUAL.items()}


def _pem(der: bytes) -> str:
    body = base64.b64encode(der).decode("ascii")
    return f"-----BEGIN CERTIFICATE REQUEST-----\n{body}\n-----END CERTIFICATE REQUEST-----\n"


def _read_by_cryptography(pem: str) -> str | None:
    try:
        return certificates.read_csr(pem).public_key
    except InvalidPemError:
        return None


@pytest.fixture
def no_cryptography(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "CRYPTOGRAPHY_IMPORT_ERROR", "ImportError: it is not there")


@pytest.mark.parametrize("kind", _USUAL)
@pytest.mark.usefixtures("no_cryptography")
def test_usual_keys_need_no_cryptography(kind: str) -> None:
    key = _USUAL[kind]
    for names in ((), ["www.example.com"], [f"host-{number}.example.com" for number in range(100)]):
        pem = pki.csr_pem(key, "www.example.com" if names else None, names)
        assert csr_key_fingerprint(pem) == certificates.read_csr(pem).public_key
        assert csr_key_fingerprint(pem.replace("\n", "\r\n")) == certificates.read_csr(pem).public_key


@pytest.mark.parametrize("kind", _UNUSUAL)
def test_other_keys_are_read_by_cryptography(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pem = pki.csr_pem(_UNUSUAL[kind], "www.example.com")
    assert csr_key_fingerprint(pem) == certificates.read_csr(pem).public_key
    monkeypatch.setattr(certificates, "CRYPTOGRAPHY_IMPORT_ERROR", "ImportError: it is not there")
    assert csr_key_fingerprint(pem) is None


def test_a_compressed_point_is_the_same_key() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    plain, compressed = (
        key.public_key().public_bytes(serialization.Encoding.X962, form)
        for form in (serialization.PublicFormat.UncompressedPoint, serialization.PublicFormat.CompressedPoint)
    )
    info = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert info.endswith(plain)
    # only the key, as if it were in a CSR: if both forms were accepted, they would have two fingerprints
    algorithm = info[2 : -len(plain) - 3]
    content = algorithm + bytes([0x03, len(compressed) + 1, 0]) + compressed
    request = _sequence(_sequence(b"\x02\x01\x00" + _sequence(b"") + _sequence(content)))
    with pytest.raises(ValueError, match="more than one encoding"):
        _public_key_info(request)


def _sequence(content: bytes) -> bytes:
    assert len(content) < 0x80
    return bytes([0x30, len(content)]) + content


@pytest.mark.parametrize(
    "text",
    [
        "",
        "n/a",
        "-----BEGIN CERTIFICATE REQUEST-----\nn/a\n-----END CERTIFICATE REQUEST-----\n",
        "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\u00e9\n-----END CERTIFICATE REQUEST-----\n",
        "-----BEGIN CERTIFICATE REQUEST-----\n-----END CERTIFICATE REQUEST-----\n",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        2 * pki.csr_pem(pki.rsa_key(), "www.example.com"),
    ],
)
def test_a_text_that_is_not_a_csr_has_no_key(text: str) -> None:
    assert csr_key_fingerprint(text) is None


@given(st.sampled_from(sorted(_USUAL)), st.data())
def test_a_damaged_csr_has_the_key_that_cryptography_reads_or_none(kind: str, data: st.DataObject) -> None:
    der = bytearray(_SIGNED[kind])
    der[data.draw(st.integers(min_value=0, max_value=len(der) - 1))] = data.draw(st.integers(0, 255))
    pem = _pem(bytes(der))
    read = _read_by_cryptography(pem)
    # cryptography refuses more: it checks the signature, which the service has already checked
    assert read is None or csr_key_fingerprint(pem) == read


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(der: bytes) -> None:
    found: t.Any = csr_key_fingerprint(_pem(der))
    assert found == _read_by_cryptography(_pem(der))


@given(st.sampled_from(sorted(_USUAL)), st.data())
def test_a_csr_that_is_cut_short_has_no_key(kind: str, data: st.DataObject) -> None:
    der = _SIGNED[kind]
    assert csr_key_fingerprint(_pem(der[: data.draw(st.integers(min_value=0, max_value=len(der) - 1))])) is None
