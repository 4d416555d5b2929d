# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates, chains and keys as people give them to a host, and sets on a host that services cannot read."""

from __future__ import annotations

import datetime as dt
import functools
import typing as t
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs7,
    pkcs12,
)

from ansible_collections.community.digicert.plugins.module_utils._x509.as_given import to_pem
from ansible_collections.community.digicert.tests.unit import host_scene, pki
from ansible_collections.community.digicert.tests.unit.host_scene import Scene, issue, tree, with_certificate

_DAY = dt.timedelta(days=1)
_RSA = pki.rsa_key()


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Return a host without certificates."""
    return Scene(tmp_path)


@functools.cache
def _cas() -> tuple[pki.Issued, pki.Issued, pki.Issued]:
    """Return a root and two intermediates, the second of which issues certificates."""
    root = pki.issue("Root", lifetime=3650 * _DAY, ca=True)
    first = pki.issue("First", issuer=root, lifetime=1825 * _DAY, ca=True)
    return root, first, pki.issue("Second", issuer=first, lifetime=1825 * _DAY, ca=True)


@functools.cache
def _leaf() -> pki.Issued:
    return issue(issuer=_cas()[-1])


def _der(issued: pki.Issued) -> str:
    """Return the DER of a certificate as Ansible reads a file."""
    return issued.certificate.public_bytes(Encoding.DER).decode(errors="surrogateescape")


def _p7b(*issued: pki.Issued) -> str:
    return pkcs7.serialize_certificates([one.certificate for one in issued], Encoding.PEM).decode()


def _forms() -> dict[str, tuple[str, str]]:
    """Return what is given as certificate and as chain; all of it means the same."""
    leaf, (root, first, second) = _leaf(), _cas()
    chain = second.pem + first.pem
    full = leaf.pem + chain
    trusted = to_pem("TRUSTED CERTIFICATE", leaf.certificate.public_bytes(Encoding.DER) + bytes.fromhex("3000"))
    return {
        "as it should be": (leaf.pem, chain),
        "chain reversed": (leaf.pem, first.pem + second.pem),
        "root in the chain": (leaf.pem, chain + root.pem),
        "root first": (leaf.pem, root.pem + first.pem + second.pem),
        "leaf in the chain": (leaf.pem, full),
        "leaf twice": (leaf.pem + leaf.pem, chain),
        "full chain": (full, ""),
        "full chain and chain": (full, chain),
        "full chain with its root, reversed": (root.pem + first.pem + second.pem + leaf.pem, ""),
        "exchanged": (chain, leaf.pem),
        "one line": (leaf.pem.replace("\n", ""), chain.replace("\n", "")),
        "blanks for line ends": (leaf.pem.replace("\n", " "), chain.replace("\n", " ")),
        "written line ends": (full.replace("\n", "\\n"), ""),
        "CRLF": (leaf.pem.replace("\n", "\r\n"), chain.replace("\n", "\r\n")),
        "BOM": (f"\ufeff{leaf.pem}", f"\ufeff{chain}"),
        "text around them": (f"subject=CN = www\n{leaf.pem}\nthanks\n", f"i:Second\n{chain}"),
        "label of OpenSSL": (trusted, chain.replace("CERTIFICATE", "X509 CERTIFICATE")),
        "DER": (_der(leaf), _der(second) + _der(first)),
        "PKCS#7": (_p7b(leaf, second, first, root), ""),
        "PKCS#7 as the chain": (leaf.pem, _p7b(root, first, second)),
    }


@pytest.mark.parametrize("form", _forms())
def test_the_same_set_is_written_whatever_the_form(scene: Scene, form: str) -> None:
    certificate, chain = _forms()[form]
    leaf, (_root, first, second) = _leaf(), _cas()
    scene.stage(leaf.key)
    done = scene.ok("installed", certificate=certificate, chain=chain)
    assert done["certificate_pem"] == leaf.pem
    files = {name: (scene.current / name).read_text(encoding="ascii") for name in ("cert.pem", "chain.pem")}
    assert files == {"cert.pem": leaf.pem, "chain.pem": second.pem + first.pem}
    assert (scene.current / "fullchain.pem").read_text(encoding="ascii") == "".join(files.values())
    assert not done["warnings"]
    again = scene.ok("installed", certificate=leaf.pem, chain=second.pem + first.pem)
    assert again["action"] == "reload"


_NO_CERTIFICATES = {
    "key": (pki.key_pem(_RSA).decode(), "it is a private key. Give the certificate, not its key"),
    "CSR": (pki.csr_pem(_RSA), "it is a certificate signing request (CSR). Give the certificate that the CA issued"),
    "page": ("<html>", "it is an HTML page"),
    "path": ("/etc/ssl/www.pem", "it is the path of a file. Give the content of the file"),
    "empty": (" ", "it is empty"),
    "cut off": (host_scene.intermediate().pem[:300], "cut off"),
}


@pytest.mark.parametrize("option", ["certificate", "chain"])
@pytest.mark.parametrize(("text", "said"), _NO_CERTIFICATES.values(), ids=_NO_CERTIFICATES)
def test_what_is_no_certificate_is_named_and_nothing_is_written(
    scene: Scene, option: str, text: str, said: str
) -> None:
    issued = issue()
    before = tree(scene.folder)
    options = {**with_certificate(issued), "key_path": str(scene.folder / "none.key"), option: text}
    if option == "chain" and not text.strip():
        assert "no private key" in scene.fails("installed", **options)
    else:
        message = scene.fails("installed", **options)
        assert f"{option} cannot be read: " in message
        assert said in message
    assert tree(scene.folder) == before


class TestIntermediates:
    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            (
                {"not_before": pki.NOW - 400 * _DAY, "lifetime": 300 * _DAY},
                "the intermediate Old expired on 2026-08-12",
            ),
            ({"not_before": pki.NOW + 2 * _DAY}, "the intermediate Old is not valid before 2026-11-22"),
            ({"ca": False}, "the intermediate Old is not the certificate of a CA"),
            ({"ca": None}, "the intermediate Old is not the certificate of a CA"),
        ],
    )
    @pytest.mark.parametrize("is_upper", [False, True])
    def test_one_that_clients_refuse_is_refused(
        self, scene: Scene, changes: dict[str, t.Any], said: str, is_upper: bool
    ) -> None:
        root = _cas()[0]
        bad = pki.issue("Old", issuer=root, **{"ca": True, **changes})
        signer = pki.issue("Lower", issuer=bad, ca=True) if is_upper else bad
        issued = issue(issuer=signer)
        scene.stage(issued.key)
        before = tree(scene.folder)
        for certificate, chain in ((issued.pem, signer.pem + bad.pem), (issued.pem + bad.pem + signer.pem, "")):
            assert said in scene.fails("installed", certificate=certificate, chain=chain)
        assert tree(scene.folder) == before

    def test_one_that_expires_before_the_certificate_is_a_warning(self, scene: Scene) -> None:
        short = pki.issue("Short", issuer=_cas()[0], lifetime=100 * _DAY, ca=True)
        issued = issue(issuer=short)
        scene.stage(issued.key)
        (warning,) = scene.ok("installed", certificate=issued.pem, chain=short.pem)["warnings"]
        assert warning.startswith("www: the intermediate Short expires on 2027-02-27, before the certificate ")
        assert "2027-06-06" in warning

    def test_one_that_expired_after_the_installation_is_drift(self, scene: Scene) -> None:
        short = pki.issue("Short", issuer=_cas()[0], lifetime=100 * _DAY, ca=True)
        issued = issue(issuer=short)
        scene.stage(issued.key)
        scene.ok("installed", certificate=issued.pem, chain=short.pem)
        scene.ok("in_service")
        assert scene.look()["needs"] == "none"
        later = scene.look(now=pki.NOW + 120 * _DAY, renew_before="never")
        assert (later["needs"], later["reasons"]) == ("install", ["the intermediate Short expired on 2027-02-27"])
        assert later["certificate_pem"] is None, "the set on the host must not be installed again"

    def test_one_of_no_ca_is_drift(self, scene: Scene) -> None:
        issued = issue()
        scene.put_into_service(issued)
        no_ca = pki.issue("No CA", issuer=_cas()[0], ca=False)
        other = issue(issued.key, issuer=no_ca, serial_number=issued.certificate.serial_number)
        for name, text in {"cert": other.pem, "chain": no_ca.pem, "fullchain": other.pem + no_ca.pem}.items():
            (scene.current / f"{name}.pem").write_text(text, encoding="ascii")
        seen = scene.look()
        assert (seen["needs"], seen["certificate_pem"]) == ("install", None)
        assert seen["reasons"] == ["the intermediate No CA is not the certificate of a CA"]

    def test_a_chain_that_is_signed_with_rsassa_pss_is_accepted(self, scene: Scene) -> None:
        root = pki.issue("PSS root", key=_RSA, ca=True)
        issued = issue()
        builder = x509.CertificateBuilder(
            root.certificate.subject,
            issued.certificate.subject,
            issued.key.public_key(),
            4711,
            pki.NOW - _DAY,
            pki.NOW + 90 * _DAY,
            list(issued.certificate.extensions),
        )
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
        signed = builder.sign(_RSA, hashes.SHA256(), rsa_padding=pss).public_bytes(Encoding.PEM).decode()
        scene.stage(issued.key)
        scene.ok("installed", certificate=signed, chain=root.pem)
        other = pki.issue("PSS root", key=pki.rsa_key(3072), ca=True)
        assert "does not sign" in scene.fails("installed", certificate=signed, chain=other.pem)


def _traditional(key: t.Any) -> bytes:
    return bytes(key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(b"geheim")))


def _keys() -> dict[str, tuple[bytes, str, str]]:
    leaf = issue(_RSA)
    pfx = pkcs12.serialize_key_and_certificates(b"www", _RSA, leaf.certificate, None, NoEncryption())
    return {
        "PKCS#8": (pki.key_pem(_RSA, b"geheim"), "is an encrypted private key", "openssl pkey -in {} -out NEW.pem"),
        "traditional": (_traditional(_RSA), "is an encrypted private key", "openssl pkey -in {} -out NEW.pem"),
        "DER": (
            _RSA.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
            "is a private key in DER, not in PEM",
            "openssl pkey -inform DER -in {} -out NEW.pem",
        ),
        "PKCS#12": (pfx, "is a PKCS#12 file (PFX)", "openssl pkcs12 -in {} -nocerts -nodes -out NEW.pem"),
        "empty": (b"", "is empty", "Correct key_path"),
        "certificate": (leaf.pem.encode(), "is a certificate", "Correct key_path"),
        "garbage": (b"garbage", "is not a private key in PEM", "Correct key_path"),
    }


class TestKeys:
    @pytest.mark.parametrize("kind", _keys())
    def test_one_that_cannot_be_used_is_named_and_stays_as_it_is(self, scene: Scene, kind: str) -> None:
        content, said, advice = _keys()[kind]
        path = scene.folder / "www.key"
        path.write_bytes(content)
        before = tree(scene.folder)
        message = scene.fails("installed", key_path=str(path), **with_certificate(issue(_RSA)))
        assert f"{path} {said}" in message
        assert advice.format(path) in message
        assert "does not belong" not in message
        assert tree(scene.folder) == before

    @pytest.mark.parametrize("kind", ["PKCS#8", "traditional", "DER", "PKCS#12"])
    def test_a_key_of_the_user_is_never_replaced_because_of_its_form(self, scene: Scene, kind: str) -> None:
        content, said, advice = _keys()[kind]
        path = scene.folder / "www.key"
        path.write_bytes(content)
        staging = {"directory": str(scene.folder), "key_path": str(path), "csr_path": None, "owner": None}
        message = scene.fails("staged", staging={**staging, "group": None, "key_mode": "0600"})
        assert f"{path} {said}" in message
        assert advice.format(path) in message
        assert path.read_bytes() == content

    def test_a_staged_key_that_is_encrypted_is_named(self, scene: Scene) -> None:
        scene.stage(_RSA)
        path = scene.home / "pending" / "privkey.pem"
        path.write_bytes(pki.key_pem(_RSA, b"geheim"))
        message = scene.fails("installed", **with_certificate(issue(_RSA)))
        assert f"the staged key {path} cannot be used: it is an encrypted private key" in message
        assert f"openssl pkey -in {path} -out NEW.pem" in message

    @pytest.mark.parametrize("change", [lambda pem: pem.replace("\n", " "), lambda pem: pem.replace("\n", "\\n")])
    def test_one_with_lost_line_ends_is_written_in_plain_pem(self, scene: Scene, change: Callable[[str], str]) -> None:
        path, pem = scene.folder / "www.key", pki.key_pem(_RSA).decode()
        path.write_text(change(pem), encoding="ascii")
        scene.ok("installed", key_path=str(path), **with_certificate(issue(_RSA)))
        assert (scene.current / "privkey.pem").read_text(encoding="ascii") == pem


_SPOILED: dict[str, Callable[[str], str]] = {
    "one line": lambda text: text.replace("\n", ""),
    "blanks for line ends": lambda text: text.replace("\n", " "),
    "written line ends": lambda text: text.replace("\n", "\\n"),
    "boundary not on its own line": lambda text: f"x {text}",
}


@pytest.mark.parametrize("file", ["cert.pem", "chain.pem", "fullchain.pem", "privkey.pem"])
@pytest.mark.parametrize("spoil", _SPOILED.values(), ids=_SPOILED)
def test_a_file_that_services_cannot_read_is_drift_and_is_written_again(
    scene: Scene, file: str, spoil: Callable[[str], str]
) -> None:
    issued = issue()
    scene.put_into_service(issued)
    path = scene.current / file
    good = path.read_text(encoding="ascii")
    path.write_text(spoil(good), encoding="ascii")
    seen = scene.look()
    assert seen["needs"] == "install"
    assert f"{scene.home}/current/{file} is not in the form of PEM that services read" in seen["reasons"]
    assert seen["certificate_pem"] == issued.pem
    scene.ok("installed", certificate=seen["certificate_pem"], chain=seen["chain_pem"])
    assert path.read_text(encoding="ascii") == good
    scene.ok("in_service")
    assert scene.look()["needs"] == "none"
