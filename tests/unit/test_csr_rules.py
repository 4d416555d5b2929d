# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CSRs of other programs: which signatures and keys are accepted, and which are refused before anything is sent."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, padding

from ansible_collections.community.digicert.plugins.module_utils._certcentral.errors import InputError
from ansible_collections.community.digicert.plugins.module_utils._decisions.request_checks import check_csr
from ansible_collections.community.digicert.plugins.module_utils._x509.certificates import read_csr
from ansible_collections.community.digicert.plugins.module_utils._x509.key_rules import weakness_of_csr
from ansible_collections.community.digicert.plugins.module_utils._x509.pem import InvalidPemError
from ansible_collections.community.digicert.tests.unit import made_csrs, pki
from ansible_collections.community.digicert.tests.unit.made_csrs import element, identifier, integer, sequence

_N = pki.rsa_key().public_key().public_numbers().n
_INFO = made_csrs.rsa_key_info(_N, 65537)


def _refusal(pem: str) -> str:
    """Return why a CSR is refused, whether it can be read or not; empty if it is accepted."""
    try:
        check_csr(read_csr(pem))
    except InvalidPemError as exc:
        return f"The CSR cannot be read: {exc}."
    except InputError as exc:
        return exc.message
    return ""


class TestSignature:
    @pytest.mark.parametrize(
        ("algorithm", "digest"),
        [("1.2.840.113549.1.1.5", hashes.SHA1()), ("1.2.840.113549.1.1.4", hashes.MD5())],
        ids=["SHA-1", "MD5"],
    )
    def test_one_with_an_old_hash_is_left_to_the_ca(self, algorithm: str, digest: hashes.HashAlgorithm) -> None:
        try:
            pem = made_csrs.csr_signed_with(pki.rsa_key(), algorithm, digest)
        except (UnsupportedAlgorithm, ValueError):  # by the policy of this machine
            pem = made_csrs.unsigned_csr(_INFO, algorithm)
        assert read_csr(pem).dns_names == ("www.example.com",)

    @pytest.mark.parametrize(
        "algorithm",
        [
            "1.2.840.113549.1.1.5",  # sha1WithRSAEncryption
            "1.2.840.113549.1.1.4",  # md5WithRSAEncryption
            "1.2.840.113549.1.1.2",  # md2WithRSAEncryption
            "1.3.14.3.2.29",  # another one for SHA-1
            "1.3.36.3.3.1.2",  # RIPEMD-160
            "1.2.3.4.5",
        ],
    )
    def test_one_that_cannot_be_verified_here_is_not_called_wrong(self, algorithm: str) -> None:
        assert _refusal(made_csrs.unsigned_csr(_INFO, algorithm)) == ""

    @pytest.mark.parametrize("digest", ["11", "12", "13"])
    def test_one_that_is_verified_and_wrong_is_refused(self, digest: str) -> None:
        said = _refusal(made_csrs.unsigned_csr(_INFO, f"1.2.840.113549.1.1.{digest}"))
        assert said == "The CSR cannot be read: its signature does not match its own public key."

    def test_one_with_rsassa_pss_is_accepted(self) -> None:
        key = pki.rsa_key()
        builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
        signed = builder.sign(key, hashes.SHA256(), rsa_padding=pss)
        assert _refusal(signed.public_bytes(serialization.Encoding.PEM).decode()) == ""


def _explicit_p256() -> bytes:
    """Return a key on P-256 whose parameters are written out (RFC 3279 section 2.3.5)."""
    p = 2**256 - 2**224 + 2**192 + 2**96 - 1
    b = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    generator = (
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    )
    field = sequence(identifier("1.2.840.10045.1.1"), integer(p))
    curve = sequence(element(0x04, (p - 3).to_bytes(32, "big")), element(0x04, b.to_bytes(32, "big")))
    base = element(0x04, b"\x04", *(number.to_bytes(32, "big") for number in generator))
    parameters = sequence(integer(1), field, curve, base, integer(order), integer(1))
    point = (
        pki.new_key()
        .public_key()
        .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    )
    return made_csrs.key_info("1.2.840.10045.2.1", point, parameters)


class TestKey:
    """CA/Browser Forum TLS Baseline Requirements, sections 6.1.5, 6.1.6 and 7.1.3.1."""

    @pytest.mark.parametrize(
        ("info", "said"),
        [
            (made_csrs.rsa_key_info(_N, 65537, "1.2.840.113549.1.1.10"), "restricted to RSASSA-PSS"),
            (_explicit_p256(), "an ECDSA key with explicit curve parameters"),
            (made_csrs.key_info("1.2.840.10045.2.1", b"\4" * 65), "an ECDSA key with explicit curve parameters"),
            (made_csrs.rsa_key_info(_N >> 1024, 65537), "an RSA key of 1024 bits; at least 2048 are needed"),
            (made_csrs.rsa_key_info(_N >> 1, 65537), "an RSA key of 2047 bits; at least 2048 are needed"),
            (made_csrs.rsa_key_info(_N << 1 | 1, 65537), "an RSA key of 2049 bits; the number must be a multiple of 8"),
            (made_csrs.rsa_key_info(_N, 1), "an RSA key with the public exponent 1; an odd number of at least 3"),
            (made_csrs.rsa_key_info(_N, 2), "an RSA key with the public exponent 2; an odd number of at least 3"),
            (made_csrs.rsa_key_info(_N, 65536), "an RSA key with the public exponent 65536; an odd number"),
            (made_csrs.rsa_key_info(_N, 1 << 80), "an RSA key with the public exponent which is even"),
        ],
    )
    def test_one_that_no_public_ca_accepts_is_refused(self, info: bytes, said: str) -> None:
        assert said in _refusal(made_csrs.unsigned_csr(info))

    def test_a_modulus_with_a_small_factor_is_refused(self) -> None:
        for factor in (3, 743, 751):
            modulus = _N - _N % factor
            modulus += factor * (modulus % 2 == 0)
            said = _refusal(made_csrs.unsigned_csr(made_csrs.rsa_key_info(modulus, 65537)))
            assert "an RSA key whose modulus has a factor below 752" in said

    @pytest.mark.parametrize("exponent", [3, 17, 65537, (1 << 64) + 1])
    def test_every_other_exponent_is_left_to_the_ca(self, exponent: int) -> None:
        assert weakness_of_csr(made_csrs.unsigned_csr(made_csrs.rsa_key_info(_N, exponent))) is None

    @pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()], ids=lambda one: one.name)
    @pytest.mark.parametrize(
        "form", [serialization.PublicFormat.UncompressedPoint, serialization.PublicFormat.CompressedPoint]
    )
    def test_the_three_curves_are_accepted(self, curve: ec.EllipticCurve, form: serialization.PublicFormat) -> None:
        point = ec.generate_private_key(curve).public_key().public_bytes(serialization.Encoding.X962, form)
        named = {"secp256r1": "1.2.840.10045.3.1.7", "secp384r1": "1.3.132.0.34", "secp521r1": "1.3.132.0.35"}
        info = made_csrs.key_info("1.2.840.10045.2.1", point, identifier(named[curve.name]))
        assert _refusal(made_csrs.unsigned_csr(info)) == ""

    def test_other_curves_and_algorithms_are_refused(self) -> None:
        brainpool = ec.generate_private_key(ec.BrainpoolP256R1())
        builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
        made = (builder.sign(brainpool, hashes.SHA256()), builder.sign(ed448.Ed448PrivateKey.generate(), None))
        said = [_refusal(one.public_bytes(serialization.Encoding.PEM).decode()) for one in made]
        assert "the curve brainpoolP256r1; one of secp256r1, secp384r1, secp521r1 is needed" in said[0]
        assert "a key with the algorithm Ed448; RSA or ECDSA is needed" in said[1]

    def test_a_key_of_an_unknown_algorithm_is_refused_without_the_words_of_a_library(self) -> None:
        said = _refusal(made_csrs.unsigned_csr(made_csrs.key_info("1.2.3.4", b"\1" * 32)))
        assert said == "The CSR cannot be read: it has a key with the algorithm 1.2.3.4; RSA or ECDSA is needed."
