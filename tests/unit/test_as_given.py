# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates, CSRs and keys as people have them: what is read, and what is named instead of being read."""

from __future__ import annotations

import base64
import functools
import json
import typing as t
import urllib.parse
from collections.abc import Callable

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs7,
    pkcs12,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.community.digicert.plugins.module_utils._x509 import as_given
from ansible_collections.community.digicert.plugins.module_utils._x509.certificates import read_certificates, read_csr
from ansible_collections.community.digicert.plugins.module_utils._x509.der_kinds import dotted
from ansible_collections.community.digicert.plugins.module_utils._x509.pem import InvalidPemError, is_plain
from ansible_collections.community.digicert.plugins.module_utils._x509.private_keys import read_private_key
from ansible_collections.community.digicert.tests.unit import pki

_KEY = pki.new_key()
Damage = Callable[[str], "str | bytes"]


def _der(pem: str) -> bytes:
    return base64.b64decode("".join(pem.splitlines()[1:-1]))


def _relabelled(label: str) -> Damage:
    return lambda text: text.replace("CERTIFICATE", label)


def _quoted(text: str) -> str:
    return "".join(f"> {line}\n" for line in text.splitlines())


def _lines_of_76(text: str) -> str:
    first, *body, last = text.splitlines()
    joined = "".join(body)
    lines = [joined[at : at + 76] for at in range(0, len(joined), 76)]
    return "\n".join([first, *lines, last]) if "-" not in joined else text.replace("\n", "\n\n")


# what happens to a text on its way; each must be understood in certificates, CSRs and keys
_DAMAGES: dict[str, Damage] = {
    "as it is": str,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "CR": lambda text: text.replace("\n", "\r"),
    "one line": lambda text: text.replace("\n", ""),
    "blanks for line ends": lambda text: text.replace("\n", " "),
    "tabs for line ends": lambda text: text.replace("\n", "\t"),
    "no blanks at all": lambda text: "".join(text.split()),
    "the body in one line": lambda text: text.replace("\n", "").replace("-----MII", "-----\nMII"),
    "lines of 76": _lines_of_76,
    "empty lines": lambda text: text.replace("\n", "\n\n"),
    "indented": lambda text: "".join(f"    {line}  \n" for line in text.splitlines()),
    "written line ends": lambda text: text.replace("\n", "\\n"),
    "written CRLF": lambda text: text.replace("\n", "\\r\\n"),
    "written twice": lambda text: text.replace("\n", "\\\\n"),
    "line ends of both kinds": lambda text: text.replace("\n", "\\n\n"),
    "JSON": json.dumps,
    "JSON with slashes": lambda text: json.dumps(text).replace("/", "\\/"),
    "shell continuation": lambda text: text.replace("\n", "\\\n"),
    "lines in quotes": lambda text: "".join(f'"{line}",\n' for line in text.splitlines()),
    "quoted in a mail": _quoted,
    "percent encoding": urllib.parse.quote,
    "percent encoding of a form": urllib.parse.quote_plus,
    "text around it": lambda text: f"Bag Attributes\n  friendlyName: \u00e9\n{text}\nRegards, an admin\n",
    "text in Latin-1": lambda text: b"K\xf6ln\n" + text.encode(),
    "text in Latin-1, read by Ansible": lambda text: (b"K\xf6ln\n" + text.encode()).decode(errors="surrogateescape"),
    "non-breaking blanks": lambda text: text.replace("\n", "\n\u00a0"),
    "non-breaking blanks in the label": lambda text: text.replace("BEGIN ", "BEGIN\u00a0").replace("END ", "END\u00a0"),
    "blanks without width": lambda text: text.replace("\n", "\u200b\n\ufeff"),
    "other line separators": lambda text: text.replace("\n", "\u2028"),
    "dashes of an editor": lambda text: text.replace("-----", "\u2014\u2013-"),
    "four hyphens": lambda text: text.replace("-----", "----"),
    "BOM": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "BOM in a text": lambda text: f"\ufeff{text}",
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16, big endian": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "UTF-16 without BOM": lambda text: text.encode("utf-16-le"),
    "UTF-16, big endian, without BOM": lambda text: text.encode("utf-16-be"),
    "UTF-16 whose BOM was lost": lambda text: "\ufffd\ufffd" + text.encode("utf-16-le").decode(),
    "UTF-16, big endian, whose BOM was lost": lambda text: "\ufffd\ufffd" + text.encode("utf-16-be").decode(),
    "UTF-16, read by Ansible": lambda text: text.encode("utf-16").decode(errors="surrogateescape"),
}


@functools.cache
def _made() -> pki.Hierarchy:
    return pki.hierarchy()


def _pems(*issued: pki.Issued) -> list[str]:
    return [one.pem for one in issued]


class TestCertificates:
    @pytest.mark.parametrize("damage", _DAMAGES.values(), ids=_DAMAGES)
    @pytest.mark.parametrize("label", ["CERTIFICATE", "X509 CERTIFICATE"])
    def test_all_are_plain_whatever_happened_on_their_way(self, damage: Damage, label: str) -> None:
        made = _made()
        text = _relabelled(label)(made.leaf.pem + made.intermediate.pem)
        found = [one.pem for one in read_certificates(damage(str(text)))]
        assert found == _pems(made.leaf, made.intermediate)
        assert is_plain("".join(found))

    @pytest.mark.parametrize("trust", [b"", bytes.fromhex("300c300a06082b06010505070301")])
    def test_the_trust_settings_of_openssl_are_left_out(self, trust: bytes) -> None:
        leaf = _made().leaf.pem
        text = as_given.to_pem("TRUSTED CERTIFICATE", _der(leaf) + trust)
        assert [one.pem for one in read_certificates(text)] == [leaf]

    def test_der_is_read(self) -> None:
        made = _made()
        files: tuple[str | bytes, ...] = (
            _der(made.leaf.pem),
            _der(made.leaf.pem).decode(errors="surrogateescape"),
            base64.b64encode(_der(made.leaf.pem)),
            base64.encodebytes(_der(made.leaf.pem)).decode(),
        )
        for file in files:
            assert [one.pem for one in read_certificates(file)] == _pems(made.leaf)
        both = _der(made.leaf.pem) + _der(made.intermediate.pem)
        assert [one.pem for one in read_certificates(both)] == _pems(made.leaf, made.intermediate)

    @pytest.mark.parametrize("label", ["PKCS7", "CMS", "PKCS #7 SIGNED DATA", "CERTIFICATE", ""])
    def test_pkcs7_is_read(self, label: str) -> None:
        made = _made()
        der = pkcs7.serialize_certificates([made.leaf.certificate, made.intermediate.certificate], Encoding.DER)
        found = read_certificates(as_given.to_pem(label, der) if label else der)
        assert {one.pem for one in found} == {made.leaf.pem, made.intermediate.pem}

    def test_one_that_is_there_twice_is_read_once_if_it_is_not_plain(self) -> None:
        leaf = _made().leaf.pem
        assert [one.pem for one in read_certificates(leaf + leaf.replace("\n", "\\n"))] == [leaf]

    def test_a_private_key_beside_it_is_left_out(self) -> None:
        leaf = _made().leaf.pem
        assert [one.pem for one in read_certificates(pki.key_pem(_KEY).decode() + leaf)] == [leaf]


def _pfx() -> bytes:
    return pkcs12.serialize_key_and_certificates(
        b"www", _made().leaf.key, _made().leaf.certificate, None, BestAvailableEncryption(b"secret")
    )


def _traditional(password: bytes) -> bytes:
    return pki.rsa_key().private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(password)
    )


def _public() -> bytes:
    return _KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


# what people give instead: the file, what it is, and what else is said of it
_OTHERS: dict[str, tuple[bytes, str]] = {
    "CSR": (pki.csr_pem(_KEY, "a.example").encode(), "a certificate signing request (CSR)"),
    "CSR in DER": (_der(pki.csr_pem(_KEY, "a.example")), "a certificate signing request (CSR)"),
    "key": (pki.key_pem(_KEY), "a private key"),
    "encrypted key": (pki.key_pem(_KEY, b"secret"), "an encrypted private key"),
    "encrypted key, as of old": (_traditional(b"secret"), "an encrypted private key"),
    "PKCS#12": (_pfx(), "a PKCS#12 file (PFX)"),
    "PKCS#12 in Base64": (base64.encodebytes(_pfx()), "a PKCS#12 file (PFX)"),
    "public key": (_public(), "a public key"),
    "JKS": (b"\xfe\xed\xfe\xed\0\0\0\2", "a Java keystore"),
    "ZIP": (b"PK\x03\x04rest", "a ZIP archive"),
    "page": (b"<!DOCTYPE html>\n<html><body>Log in</body></html>", "an HTML page"),
    "XML": (b"<?xml version='1.0'?><a/>", "XML or HTML"),
    "path": (b"/etc/pki/tls/certs/www.crt\n", "the path of a file"),
    "relative path": (b"files/www.pem", "the path of a file"),
    "vault": (b"$ANSIBLE_VAULT;1.1;AES256\n3132\n", "a text that is encrypted with Ansible Vault"),
    "SSH": (b"ssh-ed25519 AAAA", "an SSH public key"),
}


class TestWhatIsNamed:
    @pytest.mark.parametrize(("file", "kind"), _OTHERS.values(), ids=_OTHERS)
    def test_what_is_no_certificate_is_named_with_what_to_do(self, file: bytes, kind: str) -> None:
        for form in (file, file.decode(errors="surrogateescape")):
            with pytest.raises(InvalidPemError) as refusal:
                read_certificates(form)
            assert str(refusal.value) == f"it holds no PEM block CERTIFICATE: it is {kind}"
            assert refusal.value.advice

    @pytest.mark.parametrize(
        ("file", "kind"),
        [pair for name, pair in _OTHERS.items() if not name.startswith("CSR")],
        ids=[name for name in _OTHERS if not name.startswith("CSR")],
    )
    def test_what_is_no_csr_is_named(self, file: bytes, kind: str) -> None:
        with pytest.raises(InvalidPemError) as refusal:
            read_csr(file)
        assert str(refusal.value) == f"it holds no PEM block CERTIFICATE REQUEST: it is {kind}"

    def test_a_certificate_is_named_as_what_it_is(self) -> None:
        with pytest.raises(InvalidPemError, match=r"it is a certificate$"):
            read_csr(_made().leaf.pem)
        with pytest.raises(InvalidPemError, match=r"^a certificate$"):
            read_private_key(_made().leaf.pem.encode())

    @pytest.mark.parametrize("cut", [40, 200, 500])
    def test_a_file_that_was_cut_off_says_so(self, cut: int) -> None:
        pem, der = _made().leaf.pem, _der(_made().leaf.pem)
        whole = f"-----BEGIN CERTIFICATE-----\n{pem[28:cut]}\n-----END CERTIFICATE-----\n"
        for file in (pem[:cut], whole, _made().intermediate.pem + whole):
            with pytest.raises(InvalidPemError, match="cut off"):
                read_certificates(file)
        with pytest.raises(InvalidPemError, match="cut off"):
            read_certificates(der[: cut // 2])
        with pytest.raises(InvalidPemError, match="cut off"):
            read_certificates((der[:-2]).decode(errors="surrogateescape"))

    @settings(max_examples=40)
    @given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"-----BEGIN CERTIFICATE-----{text}"))
    def test_nothing_else_ever_comes_out(self, anything: str | bytes) -> None:
        for read in (read_certificates, read_csr):
            with pytest.raises(InvalidPemError) as refusal:
                t.cast("Callable[[str | bytes], object]", read)(anything)
            assert "\n" not in str(refusal.value)


class TestKeys:
    @pytest.mark.parametrize("damage", _DAMAGES.values(), ids=_DAMAGES)
    @pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
    def test_it_is_plain_whatever_happened_on_its_way(self, damage: Damage, form: PrivateFormat) -> None:
        pem = _KEY.private_bytes(Encoding.PEM, form, NoEncryption()).decode()
        given_form = damage(pem)
        data = given_form if isinstance(given_form, bytes) else given_form.encode(errors="surrogateescape")
        assert read_private_key(data).pem.decode() == pem

    @pytest.mark.parametrize(
        ("file", "kind", "advice"),
        [
            (b"", "empty", ""),
            (b" \n", "empty", ""),
            (pki.key_pem(_KEY, b"secret"), "an encrypted private key", "openssl pkey -in FILE -out NEW.pem"),
            (_traditional(b"secret"), "an encrypted private key", "openssl pkey -in FILE -out NEW.pem"),
            (_der(pki.key_pem(_KEY).decode()), "a private key in DER, not in PEM", "openssl pkey -inform DER"),
            (_pfx(), "a PKCS#12 file (PFX)", "openssl pkcs12 -in FILE -nocerts"),
            (
                _KEY.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()),
                "a private key in the format of OpenSSH",
                "cp FILE NEW.pem",
            ),
            (b"PuTTY-User-Key-File-2: ssh-rsa", "a private key in the format of PuTTY", "puttygen FILE"),
            (b"\xfe\xed\xfe\xed\0\0\0\2", "a Java keystore", "keytool -importkeystore"),
            (_public(), "a public key", ""),
            (pki.csr_pem(_KEY).encode(), "a certificate signing request (CSR)", ""),
            (b"hello", "not a private key in PEM", ""),
            (pki.key_pem(_KEY) * 2, "a file with more than one private key", "files of their own"),
            (
                as_given.to_pem(
                    "PRIVATE KEY", bytes.fromhex("301002010030070605 2b0504010a".replace(" ", "") + "04020500")
                ).encode(),
                "a private key that cannot be used here",
                "RSA or ECDSA",
            ),
        ],
    )
    def test_what_cannot_be_used_is_named_and_nothing_destroys_it(self, file: bytes, kind: str, advice: str) -> None:
        with pytest.raises(InvalidPemError) as refusal:
            read_private_key(file)
        assert str(refusal.value).startswith(kind)
        assert advice in refusal.value.advice
        # nothing is written where the key is, and nothing new is readable for others
        assert "-out FILE" not in refusal.value.advice
        assert not refusal.value.advice.count("openssl") or "umask 077" in refusal.value.advice

    def test_other_algorithms_are_read(self) -> None:
        for key in (ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP521R1())):
            assert read_private_key(pki.key_pem(key)).public_key
        old = dsa.generate_private_key(1024).private_bytes(
            Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()
        )
        assert read_private_key(as_given.to_pem("DSA PRIVATE KEY", old).encode()).key_type == "DSAPrivateKey"


class TestCsrs:
    @pytest.mark.parametrize("damage", _DAMAGES.values(), ids=_DAMAGES)
    @pytest.mark.parametrize("label", ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"])
    def test_it_is_read_whatever_happened_on_its_way(self, damage: Damage, label: str) -> None:
        pem = pki.csr_pem(_KEY, "www.example.com", ["www.example.com"])
        found = read_csr(damage(pem.replace("CERTIFICATE REQUEST", label)))
        assert found.dns_names == ("www.example.com",)
        assert x509.load_pem_x509_csr(found.pem.encode()).is_signature_valid
        assert is_plain(found.pem)

    def test_der_is_read(self) -> None:
        pem = pki.csr_pem(_KEY, "www.example.com")
        assert read_csr(_der(pem)).pem == pem


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("", True),
        ("-----BEGIN A-----\nAAAA\n-----END A-----", True),
        ("subject=a\n-----BEGIN A-----\r\nAAAA\r\n-----END A-----\r\n", True),
        ("-----BEGIN A-----AAAA-----END A-----", False),
        ("-----BEGIN A-----\n" + "A" * 80 + "\n-----END A-----\n", False),
        ("-----BEGIN A-----\nAAAA -----END A-----\n", False),
        ("x -----BEGIN A-----\nAAAA\n-----END A-----\n", False),
        ("-----BEGIN A-----\nAA AA\n-----END A-----\n", False),
        ("-----BEGIN A-----\nAAAA\n-----END A-----\n-----BEGIN A-----\nAAAA\n", False),
    ],
)
def test_plain_is_what_every_program_reads(text: str, plain: bool) -> None:
    assert is_plain(text) is plain


def test_an_object_identifier_is_shown_in_its_usual_notation() -> None:
    assert dotted(bytes.fromhex("2a864886f70d01010a")) == "1.2.840.113549.1.1.10"
    assert dotted(bytes.fromhex("550403")) == "2.5.4.3"
    assert dotted(b"") == ""
