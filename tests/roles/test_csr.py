# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role csr: key and certificate signing request on the host."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from ansible_collections.community.digicert.tests.roles.support.authority import key_pem, new_key
from ansible_collections.community.digicert.tests.roles.support.playbook import Controller, Done, Step
from ansible_collections.community.digicert.tests.roles.support.tree import mode, tree

# the module behind it is tested on the oldest release, too
pytestmark = pytest.mark.once

NAMES = ["www.example.com", "Example.com", "api.example.com"]


@pytest.fixture
def staging(tmp_path: Path) -> Path:
    """Return a staging directory that does not exist, in a folder that does not exist either."""
    return tmp_path / "host" / "digicert" / "www" / "pending"


def csr_step(label: str, staging: Path, **more: object) -> Step:
    """Return a step that asks for a CSR for the first of NAMES."""
    common = {"csr_directory": str(staging), "csr_common_name": NAMES[0], "csr_dns_names": NAMES}
    return Step(label, "csr", {**common, **more})


def read_key(path: Path) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    """Read a private key that the role made."""
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey))
    return key


def fingerprint(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    """Return the SHA-256 of the SubjectPublicKeyInfo, as the role spells it."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return hashlib.sha256(key.public_key().public_bytes(serialization.Encoding.DER, form)).hexdigest()


def read_request(done: Done) -> x509.CertificateSigningRequest:
    """Read the CSR that a step returned as a fact."""
    return x509.load_pem_x509_csr(done.facts["csr_content"].encode("ascii"))


def dns_names(request: x509.CertificateSigningRequest) -> list[str]:
    """Return the DNS names of a CSR in their order."""
    extension = request.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return extension.value.get_values_for_type(x509.DNSName)


def test_a_key_is_made_once_and_a_csr_follows_the_names(controller: Controller, staging: Path) -> None:
    played = controller.play(
        csr_step("first", staging, csr_organization="Example Corp.", csr_country="DE"),
        csr_step("again", staging, csr_organization="Example Corp.", csr_country="DE"),
        csr_step("fewer names", staging, csr_dns_names=[]),
        csr_step(
            "beyond ASCII", staging.parent / "idn", csr_common_name="straße.example", csr_dns_names=["Bücher.example"]
        ),
    )

    first, again, fewer = (played[label] for label in ("first", "again", "fewer names"))
    assert [step.failure for step in (first, again, fewer)] == [None] * 3
    # by IDNA 2008, whatever the host has
    assert dns_names(read_request(played["beyond ASCII"])) == ["xn--strae-oqa.example", "xn--bcher-kva.example"]
    key, request = read_key(staging / "privkey.pem"), read_request(first)
    assert isinstance(key, rsa.RSAPrivateKey)
    assert key.key_size == 2048
    assert request.is_signature_valid
    assert dns_names(request) == ["www.example.com", "example.com", "api.example.com"]
    assert {a.rfc4514_string() for a in request.subject} == {"CN=www.example.com", "O=Example Corp.", "C=DE"}
    assert first.facts["csr_public_key_fingerprint"] == fingerprint(key)
    assert first.facts["csr_changed"] is True
    assert (mode(staging), mode(staging / "privkey.pem")) == ("700", "600")
    assert mode(staging.parent) == mode(staging.parent.parent) == "755"

    assert again.changed == []
    assert again.facts["csr_changed"] is False
    assert again.facts["csr_content"] == first.facts["csr_content"]

    assert fewer.changed == ["Ensure that there is a private key and a certificate signing request"]
    assert fewer.facts["csr_public_key_fingerprint"] == fingerprint(key)
    assert dns_names(read_request(fewer)) == ["www.example.com"]
    assert (staging / "request.csr").read_text(encoding="ascii").strip() == fewer.facts["csr_content"].strip()


def test_another_key_type_replaces_the_staged_key_and_an_existing_key_is_copied(
    controller: Controller, staging: Path, tmp_path: Path
) -> None:
    staging.mkdir(parents=True)
    (staging / "privkey.pem").write_text("half a key", encoding="ascii")
    installed_key = new_key()
    installed = tmp_path / "installed.pem"
    installed.write_text(key_pem(installed_key), encoding="ascii")

    played = controller.play(
        csr_step("broken", staging, csr_key_type="ECDSA", csr_key_curve="secp384r1", csr_digest="sha384"),
        csr_step("reuse", staging, csr_key_reuse_from=str(installed)),
        csr_step("reuse again", staging, csr_key_reuse_from=str(installed)),
    )

    request = read_request(played["broken"])
    assert [a.oid for a in request.subject] == [NameOID.COMMON_NAME]
    assert request.signature_hash_algorithm is not None
    assert request.signature_hash_algorithm.name == "sha384"
    made = request.public_key()
    assert isinstance(made, ec.EllipticCurvePublicKey)
    assert made.curve.name == "secp384r1"
    assert played["reuse"].facts["csr_public_key_fingerprint"] == fingerprint(installed_key)
    assert read_request(played["reuse"]).public_key() == installed_key.public_key()
    assert mode(staging / "privkey.pem") == "600"
    assert installed.read_text(encoding="ascii") == key_pem(installed_key)
    assert played["reuse again"].changed == []


def test_check_mode_touches_nothing_and_tells_what_would_change(
    controller: Controller, staging: Path, tmp_path: Path
) -> None:
    fits = tmp_path / "fits" / "pending"
    assert controller.play(csr_step("made", fits, csr_key_type="ECC")).status == 0
    before = tree(tmp_path / "fits")

    played = controller.play(
        csr_step("nothing there", staging),
        csr_step("all there", fits, csr_key_type="ECC"),
        csr_step("other names", fits, csr_key_type="ECC", csr_dns_names=[]),
        check=True,
    )

    assert [step.failure for step in played.steps.values()] == [None] * 3
    assert played["nothing there"].facts["csr_changed"] is True
    assert played["nothing there"].facts["csr_content"] == ""
    assert played["nothing there"].facts["csr_public_key_fingerprint"] == ""
    assert not staging.parent.parent.exists()
    assert played["all there"].changed == []
    assert played["all there"].facts["csr_changed"] is False
    assert dns_names(read_request(played["all there"]))[0] == NAMES[0]
    assert played["other names"].changed == ["Ensure that there is a private key and a certificate signing request"]
    assert played["other names"].facts["csr_content"] == ""
    assert tree(tmp_path / "fits") == before


def test_what_no_authority_would_sign_is_refused_before_a_key_is_made(controller: Controller, staging: Path) -> None:
    long_name = f"{'a' * 60}.example.com"

    played = controller.play(
        csr_step("long", staging, csr_common_name=long_name),
        csr_step("weak", staging, csr_key_size=1024),
        csr_step("curve", staging, csr_key_type="ECC", csr_key_curve="secp192r1"),
        csr_step("URL", staging, csr_common_name="https://www.valid.example"),
        csr_step("address", staging, csr_dns_names=["192.0.2.7", "a b"]),
        csr_step("list", staging, csr_common_name="a.example,b.example"),
        csr_step("snowman", staging, csr_dns_names=["☃.example"]),
    )

    said = {label: step.failure or "" for label, step in played.steps.items()}
    assert (
        "'https://www.valid.example' is not a host name, but a URL. Correct csr_common_name or csr_dns_names"
        in said["URL"]
    )
    assert (
        "'192.0.2.7' is not a host name, but an IP address. Correct csr_common_name or csr_dns_names" in said["address"]
    )
    assert "perhaps a list of several names" in said["list"]
    assert "IDNA 2008 does not allow" in said["snowman"]
    assert "Use a shorter name as csr_common_name and put this one into csr_dns_names" in said["long"]
    assert said["weak"].startswith("csr_key_size is 1024 bits")
    assert f"'{long_name}' has 72 characters" in (played["long"].failure or "")
    assert "refuse RSA keys with fewer than 2048 bits" in (played["weak"].failure or "")
    assert "secp192r1" in (played["curve"].failure or "")
    assert not staging.exists()


def test_the_private_key_is_in_no_output(controller: Controller, staging: Path, tmp_path: Path) -> None:
    copied = tmp_path / "copied"

    seen = controller.transcript(
        csr_step("new", staging), csr_step("reuse", copied, csr_key_reuse_from=str(staging / "privkey.pem"))
    )

    lines = (staging / "privkey.pem").read_text(encoding="ascii").splitlines()[1:-1]
    assert (copied / "privkey.pem").read_text(encoding="ascii").splitlines()[1:-1] == lines
    assert "PLAY RECAP" in seen
    assert [line for line in lines if line in seen] == []
    assert "PRIVATE KEY" not in seen
