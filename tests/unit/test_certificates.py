# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys, CSRs, certificates and chains: what is read in all its forms, and what is refused."""

from __future__ import annotations

import base64
import datetime as dt
import itertools
import random
import types
import typing as t
from collections.abc import Callable, Iterator

import pytest
from cryptography import x509 as cx509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.digicert.plugins.module_utils._x509 import certificates
from ansible_collections.community.digicert.plugins.module_utils._x509.pem import InvalidPemError
from ansible_collections.community.digicert.plugins.module_utils._x509.private_keys import read_private_key
from ansible_collections.community.digicert.tests.unit import pki


def _single_line(pem: str) -> str:
    return pem.replace("\n", "")


def _fingerprint(key: pki.SigningKey) -> str:
    der = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    digest = hashes.Hash(hashes.SHA256())
    digest.update(der)
    return digest.finalize().hex()


def _certificates(*issued: pki.Issued) -> list[certificates.Certificate]:
    return certificates.read_certificates("".join(each.pem for each in issued))


class TestCsr:
    @pytest.mark.parametrize("change", [str, _single_line, lambda pem: pem.replace("\n", "\r\n")])
    def test_line_breaks_make_no_difference(self, change: type[str]) -> None:
        key = pki.new_key()
        pem = pki.csr_pem(key, "www.example.com", ["www.example.com", "Example.com"])
        csr = certificates.read_csr(change(pem))
        assert csr.pem == pem
        assert csr.common_name == "www.example.com"
        assert csr.dns_names == ("www.example.com", "example.com")
        assert csr.public_key == _fingerprint(key)
        assert csr.weakness is None

    def test_text_around_the_block_and_the_older_label_are_accepted(self) -> None:
        pem = pki.csr_pem(pki.new_key(), "www.example.com")
        older = "Attributes\n" + pem.replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST") + "\ntrailer"
        assert certificates.read_csr(older).common_name == "www.example.com"

    def test_it_needs_no_subject_and_no_names(self) -> None:
        csr = certificates.read_csr(pki.csr_pem(pki.new_key()))
        assert (csr.common_name, csr.dns_names) == (None, ())

    def test_the_common_name_comes_first_among_the_names(self) -> None:
        csr = certificates.read_csr(pki.csr_pem(_KEY, "b.example", ["c.example", "a.example"]))
        assert csr.dns_names == ("b.example", "c.example", "a.example")

    def test_a_common_name_in_another_alphabet_is_read(self) -> None:
        csr = certificates.read_csr(pki.csr_pem(pki.new_key(), "bücher.example", ["xn--bcher-kva.example"]))
        assert csr.common_name == "bücher.example"
        assert csr.dns_names == ("xn--bcher-kva.example",)

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("", "no PEM block CERTIFICATE REQUEST"),
            ("hello", "no PEM block CERTIFICATE REQUEST"),
            ("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----", "."),
            ("-----BEGIN CERTIFICATE REQUEST-----\n!!!!\n-----END CERTIFICATE REQUEST-----", "."),
            ("-----BEGIN CERTIFICATE REQUEST-----\n日本語日本語\n-----END CERTIFICATE REQUEST-----", "."),
            ("-----BEGIN CERTIFICATE REQUEST-----\nMIIB", "no PEM block CERTIFICATE REQUEST"),
        ],
    )
    def test_a_text_that_is_not_a_csr_is_refused(self, text: str, why: str) -> None:
        with pytest.raises(InvalidPemError, match=why):
            certificates.read_csr(text)

    def test_a_key_or_a_certificate_is_not_a_csr(self) -> None:
        for text in (pki.key_pem(pki.new_key()).decode(), pki.hierarchy().leaf.pem):
            with pytest.raises(InvalidPemError, match="no PEM block CERTIFICATE REQUEST"):
                certificates.read_csr(text)

    def test_two_csrs_are_refused(self) -> None:
        with pytest.raises(InvalidPemError, match="more than one CSR"):
            certificates.read_csr(pki.csr_pem(pki.new_key()) + pki.csr_pem(pki.new_key()))

    def test_a_signature_of_another_key_is_refused(self) -> None:
        der = bytearray(
            cx509.load_pem_x509_csr(pki.csr_pem(pki.new_key(), "a.example").encode()).public_bytes(
                serialization.Encoding.DER
            )
        )
        at = der.find(b"a.example")
        der[at : at + 1] = b"b"
        pem = (
            f"-----BEGIN CERTIFICATE REQUEST-----\n{base64.b64encode(der).decode()}\n-----END CERTIFICATE REQUEST-----"
        )
        with pytest.raises(InvalidPemError, match=r"^its signature does not match its own public key$"):
            certificates.read_csr(pem)

    def test_an_unknown_version_is_refused_with_our_own_error(self) -> None:
        der = bytearray(
            cx509.load_pem_x509_csr(pki.csr_pem(pki.new_key(), "a.example").encode()).public_bytes(
                serialization.Encoding.DER
            )
        )
        at = der.find(b"\x02\x01\x00")
        der[at + 2] = 7
        pem = (
            f"-----BEGIN CERTIFICATE REQUEST-----\n{base64.b64encode(der).decode()}\n-----END CERTIFICATE REQUEST-----"
        )
        with pytest.raises(InvalidPemError):
            certificates.read_csr(pem)

    @given(st.binary(max_size=300))
    def test_garbage_in_a_block_is_always_a_clear_refusal(self, junk: bytes) -> None:
        body = base64.b64encode(junk).decode()
        with pytest.raises(InvalidPemError):
            certificates.read_csr(f"-----BEGIN CERTIFICATE REQUEST-----\n{body}\n-----END CERTIFICATE REQUEST-----\n")

    def test_one_changed_byte_is_read_or_clearly_refused(self) -> None:
        request = cx509.load_pem_x509_csr(pki.csr_pem(_KEY, "www.example.com", ["www.example.com"]).encode())
        spoiled = _spoiled(request.public_bytes(serialization.Encoding.DER), "CERTIFICATE REQUEST")
        assert all(_refusals(certificates.read_csr, spoiled))


def _refusals(read: Callable[[str], object], texts: Iterator[str]) -> list[str]:
    """Read every text and return the messages of the refusals. Only InvalidPemError is caught."""
    messages = []
    for text in texts:
        try:
            read(text)
        except InvalidPemError as refusal:
            messages.append(str(refusal))
    assert len(messages) > 50
    return messages


def _spoiled(der: bytes, label: str) -> Iterator[str]:
    """Yield PEM texts with one changed byte each."""
    for position, change in itertools.product(range(len(der)), (0x01, 0x07, 0x80, 0xFF)):
        spoiled = bytearray(der)
        spoiled[position] ^= change
        yield f"-----BEGIN {label}-----\n{base64.b64encode(spoiled).decode()}\n-----END {label}-----\n"


_KEY = pki.new_key()


class TestKeyStrength:
    @pytest.mark.parametrize("bits", [2048, 3072])
    def test_rsa_from_2048_bits_is_accepted(self, bits: int) -> None:
        assert certificates.read_csr(pki.csr_pem(pki.rsa_key(bits), "a.example")).weakness is None

    def test_a_smaller_rsa_key_is_weak(self) -> None:
        assert certificates.read_csr(pki.csr_pem(pki.rsa_key(1024), "a.example")).weakness == (
            "an RSA key of 1024 bits; at least 2048 are needed"
        )

    @pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()])
    def test_the_nist_curves_are_accepted(self, curve: ec.EllipticCurve) -> None:
        assert certificates.read_csr(pki.csr_pem(ec.generate_private_key(curve), "a.example")).weakness is None

    def test_another_curve_is_named(self) -> None:
        weakness = certificates.read_csr(pki.csr_pem(ec.generate_private_key(ec.SECP256K1()), "a.example")).weakness
        assert weakness == "the curve secp256k1; one of secp256r1, secp384r1, secp521r1 is needed"

    def test_ed25519_is_not_accepted_for_public_certificates(self) -> None:
        weakness = certificates.read_csr(pki.csr_pem(ed25519.Ed25519PrivateKey.generate(), "a.example")).weakness
        assert weakness == "a key with the algorithm Ed25519; RSA or ECDSA is needed"
        assert certificates.describe_key(ed25519.Ed25519PrivateKey.generate()) == ("Ed25519PrivateKey", 0)
        # older releases of the library hide their classes
        assert certificates.describe_key(type("_XmssPublicKey", (), {})()) == ("XmssPublicKey", 0)


class TestPrivateKey:
    def test_the_public_half_is_that_of_the_csr(self) -> None:
        key = pki.new_key()
        found = certificates.read_private_key_fingerprint(pki.key_pem(key))
        assert found == (certificates.read_csr(pki.csr_pem(key)).public_key, "ECC", "secp256r1")

    def test_rsa_has_its_size_in_bits(self) -> None:
        assert certificates.read_private_key_fingerprint(pki.key_pem(pki.rsa_key()))[1:] == ("RSA", 2048)

    @pytest.mark.parametrize(
        ("data", "kind"),
        [
            (b"", "empty"),
            (b"garbage", "not a private key in PEM"),
            (pki.key_pem(_KEY, b"secret"), "an encrypted private key"),
            (pki.key_pem(_KEY)[:80], "cut off: its block PRIVATE KEY has no end"),
        ],
        ids=["nothing", "garbage", "encrypted", "cut"],
    )
    def test_an_unusable_key_is_refused_without_quoting_it(self, data: bytes, kind: str) -> None:
        with pytest.raises(InvalidPemError) as refusal:
            read_private_key(data)
        assert str(refusal.value) == kind
        lines = [line for line in data.decode().splitlines() if len(line) > 16 and "-" not in line]
        assert not any(line in str(refusal.value) for line in lines)


class TestCertificate:
    def test_all_fields_are_read(self) -> None:
        issued = pki.issue(
            "www.example.com",
            dns_names=["www.example.com", "EXAMPLE.com"],
            serial_number=0x0ABCDEF,
            key=pki.rsa_key(),
        )
        (found,) = certificates.read_certificates(issued.pem)
        assert found.serial_number == "abcdef"
        assert found.thumbprint == issued.certificate.fingerprint(hashes.SHA1()).hex().upper()
        assert found.common_name == "www.example.com"
        assert found.dns_names == ("www.example.com", "example.com")
        assert found.public_key == _fingerprint(pki.rsa_key())
        assert (found.key_type, found.key_size) == ("RSA", 2048)
        assert found.not_after - found.not_before == dt.timedelta(days=199)
        assert found.not_before.tzinfo is not None
        assert found.is_self_issued
        assert found.issuer_common_name == "www.example.com"
        (signed,) = certificates.read_certificates(pki.hierarchy().leaf.pem)
        (signer,) = certificates.read_certificates(pki.hierarchy().intermediate.pem)
        assert signed.issuer_common_name == signer.common_name
        assert not signed.is_self_issued

    def test_the_result_of_a_module_has_all_fields_that_identify_it(self) -> None:
        issued = pki.issue("www.example.com", dns_names=["example.com"], serial_number=0x0ABC, key=pki.rsa_key())
        (found,) = certificates.read_certificates(issued.pem)
        start = (pki.NOW - dt.timedelta(days=1)).replace(microsecond=0)
        assert found.as_result(pki.NOW) == {
            "serial_number": "abc",
            "thumbprint": issued.certificate.fingerprint(hashes.SHA1()).hex().upper(),
            "common_name": "www.example.com",
            "dns_names": ["www.example.com", "example.com"],
            "not_before": start.isoformat(),
            "not_after": (start + dt.timedelta(days=199)).isoformat(),
            "days_left": 198,
            "public_key_fingerprint": _fingerprint(pki.rsa_key()),
        }
        assert found.as_result(start + dt.timedelta(days=199, hours=1))["days_left"] == -1

    def test_crlf_and_single_lines_are_read(self) -> None:
        leaf, intermediate = pki.hierarchy().leaf, pki.hierarchy().intermediate
        expected = _certificates(leaf, intermediate)
        text = leaf.pem + intermediate.pem
        assert certificates.read_certificates(text.replace("\n", "\r\n")) == expected
        assert certificates.read_certificates(_single_line(text)) == expected
        assert certificates.read_certificates("Bag attributes: é\n" + text) == expected

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "it holds no PEM block CERTIFICATE: it is empty"),
            ("<html></html>", "it holds no PEM block CERTIFICATE: it is an HTML page"),
            (pki.csr_pem(_KEY), "it holds no PEM block CERTIFICATE: it is a certificate signing request (CSR)"),
            ("hello", "it holds no PEM block CERTIFICATE"),
            (
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "a certificate in it is damaged: it was cut off or changed",
            ),
            (
                "-----BEGIN CERTIFICATE-----\n日本語\n-----END CERTIFICATE-----\n",
                "a certificate in it is damaged: it was cut off or changed",
            ),
        ],
    )
    def test_a_text_without_a_readable_certificate_is_refused_and_says_what_it_is(self, text: str, said: str) -> None:
        with pytest.raises(InvalidPemError) as refusal:
            certificates.read_certificates(text)
        assert str(refusal.value) == said

    def test_one_broken_certificate_spoils_the_whole_text(self) -> None:
        good = pki.hierarchy().leaf.pem
        with pytest.raises(InvalidPemError):
            certificates.read_certificates(good + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")

    @pytest.mark.filterwarnings("ignore:Parsed a serial number")
    def test_one_changed_byte_is_read_or_clearly_refused(self) -> None:
        der = pki.hierarchy().leaf.certificate.public_bytes(serialization.Encoding.DER)
        assert all(_refusals(certificates.read_certificates, _spoiled(der, "CERTIFICATE")))


class TestLibrary:
    """The differences between releases of cryptography."""

    def test_dates_have_a_time_zone_with_every_release(self) -> None:
        moment = dt.datetime(2026, 11, 20, 12, 30)
        older = types.SimpleNamespace(not_valid_after=moment)
        assert certificates.utc_moment(older, "not_valid_after") == moment.replace(tzinfo=dt.timezone.utc)
        # from 42 on the naive attribute warns
        aware = moment.replace(tzinfo=dt.timezone.utc)
        newer = types.SimpleNamespace(not_valid_after=None, not_valid_after_utc=aware)
        assert certificates.utc_moment(newer, "not_valid_after") is aware

    @pytest.mark.parametrize("message", ["no such curve", ""])
    @pytest.mark.parametrize("step", ["load_pem_x509_certificate", "public_key", "load_pem_x509_csr"])
    def test_its_message_is_not_shown(self, monkeypatch: pytest.MonkeyPatch, step: str, message: str) -> None:
        def refuse(*_arguments: object) -> t.NoReturn:
            raise ValueError(message)

        if step == "public_key":
            monkeypatch.setattr(certificates, "_load", lambda _pem: types.SimpleNamespace(public_key=refuse))
        else:
            monkeypatch.setattr(cx509, step, refuse)
        read: Callable[[str], object] = certificates.read_csr if "csr" in step else certificates.read_certificates
        text = pki.csr_pem(_KEY) if "csr" in step else pki.hierarchy().leaf.pem
        with pytest.raises(InvalidPemError) as refusal:
            read(text)
        assert str(refusal.value) == "it is damaged, or not encoded as X.509 prescribes"


class TestChain:
    @pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
    def test_three_certificates_are_sorted_whatever_their_order(self, order: tuple[int, ...]) -> None:
        made = pki.hierarchy()
        parts = [made.leaf, made.intermediate, made.root]
        found = _certificates(*(parts[index] for index in order))
        leaf = certificates.find_leaf(found, None)
        assert leaf is not None
        chain = certificates.build_chain(found, leaf)
        assert (chain.leaf.pem, [c.pem for c in chain.intermediates]) == (made.leaf.pem, [made.intermediate.pem])
        assert chain.root is not None
        assert chain.root.pem == made.root.pem

    @pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
    def test_a_cross_signed_root_makes_the_chain_no_longer(self, order: tuple[int, ...]) -> None:
        made = pki.hierarchy()
        parts = [made.leaf, made.intermediate, made.root, made.cross_signed_root]
        found = _certificates(*(parts[index] for index in order))
        leaf = certificates.find_leaf(found, None)
        assert leaf is not None
        chain = certificates.build_chain(found, leaf)
        assert [c.pem for c in chain.intermediates] == [made.intermediate.pem]
        assert chain.root is not None
        assert chain.root.pem == made.root.pem

    @pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
    def test_a_chain_to_the_older_root_is_followed_to_its_end(self, order: tuple[int, ...]) -> None:
        made = pki.hierarchy()
        parts = [made.leaf, made.intermediate, made.cross_signed_root, made.old_root]
        found = _certificates(*(parts[index] for index in order))
        leaf = certificates.find_leaf(found, None)
        assert leaf is not None
        chain = certificates.build_chain(found, leaf)
        assert [c.pem for c in chain.intermediates] == [made.intermediate.pem, made.cross_signed_root.pem]
        assert chain.root is not None
        assert chain.root.pem == made.old_root.pem

    def test_unrelated_certificates_are_left_out(self) -> None:
        made, stranger = pki.hierarchy(), pki.issue("Intermediate")
        found = _certificates(stranger, made.leaf, made.intermediate)
        leaf = next(c for c in found if c.pem == made.leaf.pem)
        chain = certificates.build_chain(found, leaf)
        assert chain.leaf == leaf
        assert [c.pem for c in chain.intermediates] == [made.intermediate.pem]
        assert chain.root is None

    def test_a_matching_name_is_not_a_signature(self) -> None:
        made, pretender = pki.hierarchy(), pki.issue("Intermediate", issuer=pki.hierarchy().root)
        leaf, false_issuer = _certificates(made.leaf, pretender)
        assert leaf.issuer == false_issuer.subject
        assert not certificates.is_signed_by(leaf, false_issuer)
        assert certificates.build_chain([leaf, false_issuer], leaf).intermediates == ()

    def test_ed25519_and_rsa_issuers_are_verified(self) -> None:
        for key in (ed25519.Ed25519PrivateKey.generate(), pki.rsa_key()):
            issuer = pki.issue("Issuer", key=key)
            leaf, parent = _certificates(pki.issue("leaf.example", issuer=issuer), issuer)
            assert certificates.is_signed_by(leaf, parent)

    def test_an_issuer_with_another_type_of_key_has_signed_nothing(self) -> None:
        # no public CA has a DSA key
        key: t.Any = dsa.generate_private_key(1024)
        issuer = pki.issue("Issuer", key=key)
        leaf, parent = _certificates(pki.issue("leaf.example", issuer=issuer), issuer)
        assert leaf.issuer == parent.subject
        assert not certificates.is_signed_by(leaf, parent)

    def test_certificates_that_sign_each_other_do_not_cause_an_endless_loop(self) -> None:
        first_key, second_key = pki.new_key(), pki.new_key()
        first = pki.issue("First", issuer=pki.issue("Second", key=second_key), key=first_key)
        second = pki.issue("Second", issuer=pki.issue("First", key=first_key), key=second_key)
        leaf = pki.issue("leaf.example", issuer=first)
        found = _certificates(leaf, first, second)
        chain = certificates.build_chain(found, found[0])
        assert (len(chain.intermediates), chain.root) == (2, None)

    def test_a_self_signed_certificate_has_no_chain(self) -> None:
        (only,) = _certificates(pki.issue("self.example"))
        assert certificates.build_chain([only], only) == certificates.Chain(only, (), None)

    @given(st.randoms(use_true_random=False))
    def test_the_key_finds_the_leaf(self, shuffler: random.Random) -> None:
        made = pki.hierarchy()
        found = _certificates(made.leaf, made.intermediate, made.root, made.cross_signed_root)
        shuffler.shuffle(found)
        leaf = certificates.find_leaf(found, _fingerprint(made.leaf.key))
        assert leaf is not None
        assert leaf.pem == made.leaf.pem
        assert certificates.find_leaf(found, "0" * 64) is None

    def test_without_a_key_two_leaves_are_ambiguous(self) -> None:
        made = pki.hierarchy()
        other = pki.issue("other.example", issuer=made.intermediate)
        assert certificates.find_leaf(_certificates(made.leaf, other, made.intermediate), None) is None


@pytest.mark.parametrize("ca", [True, False, None])
def test_only_basic_constraints_make_a_certificate_a_ca(ca: bool | None) -> None:
    """RFC 5280, section 4.2.1.9; without the extension it is the certificate of a server."""
    (found,) = certificates.read_certificates(pki.issue("www.example.com", ca=ca).pem)
    assert certificates.is_ca(found) is (ca is True)
