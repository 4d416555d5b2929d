# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys and CSRs that are staged: which are kept, which are replaced, and why."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from ansible_collections.community.digicert.tests.unit import pki
from ansible_collections.community.digicert.tests.unit.host_scene import Scene, issue, tree

_ECC: dict[str, t.Any] = {"key_type": "ECC"}


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Return a host without certificates."""
    return Scene(tmp_path)


def _key(scene: Scene) -> t.Any:
    return serialization.load_pem_private_key((scene.home / "pending" / "privkey.pem").read_bytes(), None)


def _names(csr: x509.CertificateSigningRequest) -> list[str]:
    san = csr.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return san.get_values_for_type(x509.DNSName)


def test_a_key_and_a_csr_are_staged_once(scene: Scene) -> None:
    subject = {"organization": "Example Corp", "locality": "Munich", "state_or_province": "Bavaria", "country": "DE"}
    options = {**_ECC, **subject, "email": "ca@example.com", "organizational_unit": "Web", "digest": "sha384"}
    done = scene.ok("staged", **options)
    assert (done["action"], done["needs_reload"], done["serial_number"]) == ("stage", False, None)
    csr = x509.load_pem_x509_csr(done["csr"].encode())
    assert csr.is_signature_valid
    assert csr.public_key() == _key(scene).public_key()
    assert _names(csr) == ["www.example.com", "example.com"]
    assert csr.signature_hash_algorithm is not None
    assert csr.signature_hash_algorithm.name == "sha384"
    values = {attribute.rfc4514_attribute_name: attribute.value for attribute in csr.subject}
    assert values["CN"] == "www.example.com"
    assert (values["O"], values["C"], values["L"]) == ("Example Corp", "DE", "Munich")
    assert Path(done["csr_path"]).read_text(encoding="ascii") == done["csr"]
    found = tree(scene.home)
    assert found["pending"][0] == "folder 700"
    assert (found["pending/privkey.pem"][0], found["pending/request.csr"][0]) == ("file 600", "file 644")
    again = scene.ok("staged", **options)
    assert (again["changed"], again["reasons"]) == (False, [])
    assert {key: again[key] for key in ("csr", "public_key_fingerprint", "key_path")} == {
        key: done[key] for key in ("csr", "public_key_fingerprint", "key_path")
    }


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"dns_names": ["www.example.com", "mail.example.com"]}, "names of the CSR"),
        ({"common_name": "example.com"}, "subject of the CSR"),
        ({"organization": "Other"}, "subject of the CSR"),
        ({"digest": "sha512"}, "signed with sha256"),
    ],
)
def test_another_csr_keeps_the_key(scene: Scene, changes: dict[str, t.Any], reason: str) -> None:
    first = scene.ok("staged", **_ECC)
    assert scene.ok("staged", check_mode=True, **_ECC | changes)["csr"] is None
    second = scene.ok("staged", **_ECC | changes)
    assert reason in "; ".join(second["reasons"])
    assert second["csr"] != first["csr"]
    assert second["public_key_fingerprint"] == first["public_key_fingerprint"]
    assert not scene.ok("staged", **_ECC | changes)["changed"]


def test_the_order_and_case_of_names_make_no_difference(scene: Scene) -> None:
    scene.ok("staged", common_name="www.example.com", **_ECC)
    names = ["EXAMPLE.com.", "www.example.com"]
    assert not scene.ok("staged", common_name="www.example.com", **_ECC | {"dns_names": names})["changed"]


def _spoiled(kind: str, path: Path) -> None:
    path.unlink()
    if kind == "link":
        outside = path.parents[3] / "outside.key"
        outside.write_bytes(pki.key_pem(pki.new_key()))
        path.symlink_to(outside)
    elif kind == "folder":
        path.mkdir()
        (path / "inner").touch()
    else:
        contents = {
            "empty": b"",
            "garbage": b"garbage",
            "cut off": pki.key_pem(pki.new_key())[:100],
            "encrypted": pki.key_pem(pki.new_key(), b"secret"),
            "two keys": pki.key_pem(pki.new_key()) * 2,
            "RSA": pki.key_pem(pki.rsa_key()),
            "curve": pki.key_pem(ec.generate_private_key(ec.SECP384R1())),
            "Ed25519": pki.key_pem(ed25519.Ed25519PrivateKey.generate()),
            "too large": b"x" * (1024 * 1024 + 1),
        }
        path.write_bytes(contents[kind])


@pytest.mark.parametrize(
    "kind",
    ["empty", "garbage", "cut off", "encrypted", "two keys", "RSA", "curve", "Ed25519", "link", "folder", "too large"],
)
def test_a_staged_key_that_cannot_be_used_is_replaced(scene: Scene, kind: str) -> None:
    scene.ok("staged", **_ECC)
    _spoiled(kind, scene.home / "pending" / "privkey.pem")
    outside = {name: entry for name, entry in tree(scene.folder).items() if "pending" not in name}
    options = {**_ECC, "key_curve": "secp256r1"}
    assert scene.ok("staged", check_mode=True, **options)["public_key_fingerprint"] is None
    done = scene.ok("staged", **options)
    assert "the staged key is replaced" in done["reasons"][0]
    assert isinstance(_key(scene), ec.EllipticCurvePrivateKey)
    assert {name: entry for name, entry in tree(scene.folder).items() if "pending" not in name} == outside
    assert not scene.ok("staged", **options)["changed"]


def test_a_key_without_a_requested_type_is_kept_unless_it_is_weak(scene: Scene) -> None:
    scene.stage(pki.new_key())
    scene.ok("staged")
    assert isinstance(_key(scene), ec.EllipticCurvePrivateKey)
    scene.stage(rsa.generate_private_key(public_exponent=65537, key_size=1024))
    assert "has only 1024 bits" in scene.ok("staged", **_ECC | {"key_type": None})["reasons"][0]
    assert isinstance(_key(scene), rsa.RSAPrivateKey)


def test_open_modes_are_closed_and_the_key_is_kept(scene: Scene) -> None:
    first = scene.ok("staged", **_ECC)
    (scene.home / "pending" / "privkey.pem").chmod(0o644)
    (scene.home / "pending").chmod(0o755)
    done = scene.ok("staged", **_ECC)
    assert len(done["reasons"]) == 2
    assert done["public_key_fingerprint"] == first["public_key_fingerprint"]
    found = tree(scene.home)
    assert (found["pending"][0], found["pending/privkey.pem"][0]) == ("folder 700", "file 600")


def test_the_installed_key_is_staged_only_on_request(scene: Scene) -> None:
    issued = issue()
    scene.put_into_service(issued)
    scene.stage(issued.key)
    done = scene.ok("staged", **_ECC)
    assert "already installed" in done["reasons"][0]
    assert _key(scene).public_key() != issued.key.public_key()
    reused = scene.ok("staged", key_reuse=True, **_ECC | {"key_type": "RSA"})
    assert "not the one that is to be used" in reused["reasons"][0]
    assert _key(scene).public_key() == issued.key.public_key()
    assert not scene.ok("staged", key_reuse=True)["changed"]


def test_an_existing_key_is_staged(scene: Scene) -> None:
    key = pki.rsa_key()
    path = scene.folder / "own.key"
    path.write_bytes(pki.key_pem(key))
    scene.ok("staged", key_path=str(path), **_ECC)
    assert _key(scene).public_key() == key.public_key()
    path.unlink()
    assert "there is no private key at" in scene.fails("staged", key_path=str(path))


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"common_name": f"{'a' * 60}.example.com"}, "has 72 characters; it must have 1 to 64"),
        ({"key_size": 1024}, "key_size is 1024 bits"),
        ({"key_type": "ECC", "key_curve": "secp224r1"}, "key_curve is 'secp224r1'"),
        ({"country": "Germany"}, "country is 'Germany'"),
        ({"dns_names": []}, "dns_names is empty"),
        ({"dns_names": ["10.0.0.1"]}, "IP address"),
    ],
)
def test_what_cannot_be_in_a_csr_is_refused(scene: Scene, wrong: dict[str, t.Any], word: str) -> None:
    assert word in scene.fails("staged", **wrong)
    assert not scene.directory.exists()


def test_another_place_is_used_for_a_certificate_that_is_not_installed_here(scene: Scene) -> None:
    place = scene.folder / "a" / "b" / "staging"
    scene.site.chmod(0o755)
    options = {**_ECC, "staging": _staging(place, csr_path=str(scene.site / "www.csr"))}
    predicted = scene.ok("staged", check_mode=True, **options)
    assert (predicted["changed"], predicted["csr"]) == (True, None)
    assert not place.parent.parent.exists()
    done = scene.ok("staged", **options)
    assert done["reasons"] == predicted["reasons"] == ["no private key is staged"]
    assert (done["key_path"], done["csr_path"]) == (str(place / "privkey.pem"), str(scene.site / "www.csr"))
    found = tree(scene.folder / "a")
    assert [found[name][0] for name in ("b", "b/staging", "b/staging/privkey.pem")] == [
        "folder 755",
        "folder 700",
        "file 600",
    ]
    assert (scene.site / "www.csr").read_text(encoding="ascii") == done["csr"]
    assert not scene.directory.exists()
    assert not scene.ok("staged", **options)["changed"]
    (place / "privkey.pem").chmod(0o640)
    (scene.site / "www.csr").chmod(0o600)
    again = scene.ok("staged", **options)
    assert len(again["reasons"]) == 2
    assert again["public_key_fingerprint"] == done["public_key_fingerprint"]


@pytest.mark.skipif(os.getuid() != 0, reason="only root may give files away")
def test_an_owner_can_read_what_is_staged_for_it(scene: Scene) -> None:
    place = scene.folder / "staging"
    options = {**_ECC, "staging": _staging(place, owner="54321", group="54322", key_mode="0440")}
    done = scene.ok("staged", **options)
    assert (place.stat().st_uid, place.stat().st_mode & 0o7777) == (0, 0o711)
    for name, mode in (("privkey.pem", 0o440), ("request.csr", 0o644)):
        status = (place / name).stat()
        assert (status.st_uid, status.st_gid, status.st_mode & 0o7777) == (54321, 54322, mode)
    assert not scene.ok("staged", **options)["changed"]
    os.chown(place / "privkey.pem", 54323, 0)
    assert "belongs to another user" in scene.ok("staged", **options)["reasons"][0]
    assert scene.ok("staged", **options)["public_key_fingerprint"] != done["public_key_fingerprint"]


def test_a_place_that_others_can_change_is_refused(scene: Scene) -> None:
    place = scene.folder / "open"
    place.mkdir()
    place.chmod(0o1777)
    assert "has the mode 1777" in scene.fails("staged", **_ECC, staging=_staging(place))
    assert list(place.iterdir()) == []
    linked = scene.folder / "linked"
    linked.mkdir(mode=0o700)
    (linked / "privkey.pem").symlink_to(scene.folder / "victim")
    assert "not a regular file" in scene.ok("staged", **_ECC, staging=_staging(linked))["reasons"][-1]
    assert not (scene.folder / "victim").exists()
    nowhere = _staging(linked, key_path=str(scene.folder / "nowhere" / "www.key"))
    assert f"{scene.folder / 'nowhere'} does not exist: create it" in scene.fails("staged", **_ECC, staging=nowhere)
    for path in ("relative", "/tmp/../etc"):
        assert "bsolute path" in scene.fails("staged", **_ECC, staging=_staging(path))


def _staging(directory: Path | str, **more: str) -> dict[str, t.Any]:
    return {
        "directory": str(directory),
        "key_path": None,
        "csr_path": None,
        "owner": None,
        "group": None,
        "key_mode": "0600",
        **more,
    }


def test_a_key_that_is_given_is_staged_whatever_its_type(scene: Scene) -> None:
    """As for hosts that share a key; nothing shows it."""
    given = pki.key_pem(ec.generate_private_key(ec.SECP384R1())).decode()
    done = scene.ok("staged", private_key=given, key_type="RSA", key_size=3072)
    assert (scene.home / "pending" / "privkey.pem").read_text(encoding="ascii").split() == given.split()
    assert "PRIVATE KEY" not in str(done)
    again = scene.ok("staged", private_key=given, key_type="RSA", key_size=3072)
    assert (again["changed"], again["csr"]) == (False, done["csr"])
    assert "private_key is not a readable unencrypted private key" in scene.fails(
        "staged", private_key="nothing of the kind"
    )


def test_a_key_is_staged_only_if_a_certificate_is_needed(scene: Scene) -> None:
    only_looked = scene.ok("staged", stage="never")
    assert (only_looked["changed"], only_looked["installed"]["needs"]) == (False, "certificate")
    assert not scene.home.exists()
    predicted = scene.ok("staged", stage="if_needed", check_mode=True)
    assert (predicted["changed"], predicted["csr"]) == (True, None)
    assert not scene.home.exists()
    staged = scene.ok("staged", stage="if_needed")
    assert (staged["action"], staged["installed"]["needs"]) == ("stage", "certificate")
    assert staged["installed"]["pending_key"] is None
    again = scene.ok("staged", stage="if_needed")
    assert (again["changed"], again["csr"]) == (False, staged["csr"])
    assert again["installed"]["pending_key"]["public_key_fingerprint"] == staged["public_key_fingerprint"]


def test_nothing_is_staged_for_a_certificate_that_is_in_order(scene: Scene) -> None:
    scene.put_into_service(issue())
    before = tree(scene.home)
    done = scene.ok("staged", stage="if_needed")
    assert (done["changed"], done["csr_path"], done["installed"]["needs"]) == (False, None, "none")
    # files that are not as requested do not need another certificate
    drifted = scene.ok("staged", stage="if_needed", mode="0600")
    assert (drifted["changed"], drifted["installed"]["needs"]) == (False, "install")
    assert tree(scene.home) == before
    assert scene.ok("staged")["installed"] is None


def test_a_request_that_cannot_be_compared_stages_nothing(scene: Scene) -> None:
    for wrong in ({"renew_before": "soon"}, {"mode": "rw"}):
        message = scene.fails("staged", stage="if_needed", **wrong)
        assert f"{next(iter(wrong.values()))!r}" in message
        assert not scene.home.exists()


@pytest.mark.parametrize(("mode", "needs"), [(0o644, "none"), ("0644", "none"), (0o640, "install")])
def test_a_mode_is_compared_whether_or_not_it_was_quoted(scene: Scene, mode: object, needs: str) -> None:
    scene.put_into_service(issue())
    assert scene.ok("staged", stage="if_needed", mode=mode)["installed"]["needs"] == needs
