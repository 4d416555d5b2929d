# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role deploy writes on request. Java keystores need Java, and are tested on the hosts of tests/system."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12

from ansible_collections.community.digicert.tests.roles.support.authority import Authority, Issued, key_pem
from ansible_collections.community.digicert.tests.roles.support.deploy_host import NAME, Host
from ansible_collections.community.digicert.tests.roles.support.playbook import Controller
from ansible_collections.community.digicert.tests.roles.support.tree import mode, tree

# the module behind it is tested on the oldest release, too
pytestmark = pytest.mark.once

PASSPHRASE, ANOTHER = "correct-horse-9", "battery-staple-7"


@pytest.fixture
def host(tmp_path: Path, authority: Authority) -> Host:
    """Return a host without certificates."""
    return Host(tmp_path, authority)


def holds(file: Path, passphrase: str, issued: Issued, authority: Authority) -> bool:
    """Tell whether a PKCS#12 file holds a certificate with its key and chain."""
    content = pkcs12.load_pkcs12(file.read_bytes(), passphrase.encode())
    assert content.cert is not None
    same_key = isinstance(content.key, type(issued.key)) and key_pem(content.key) == key_pem(issued.key)
    chain = [extra.certificate for extra in content.additional_certs]
    return same_key and content.cert.certificate == issued.certificate and chain == [authority.intermediate.certificate]


def test_outputs_belong_to_their_set_and_are_written_again_only_when_they_differ(
    controller: Controller, host: Host
) -> None:
    first, second = host.authority.issue(NAME), host.authority.issue(NAME)
    requested: dict[str, Any] = {"deploy_outputs": ["combined", "pkcs12"], "deploy_keystore_passphrase": PASSPHRASE}
    other = {**requested, "deploy_keystore_passphrase": ANOTHER}

    sets, chain = host.home / "sets", host.authority.intermediate.pem
    files = [sets / first.serial_number / name for name in ("combined.pem", "certificate.p12")]

    played = controller.play(host.step("without", first))
    assert played["without"].failure is None
    assert not any(file.exists() for file in files)

    played = controller.play(host.step("requested", first, **requested), host.step("again", first, **requested))
    assert [step.failure for step in played.steps.values()] == [None] * 2
    assert "Install the set" in played["requested"].changed
    assert played["again"].changed == []
    combined, keystore = (file.stat().st_ino for file in files)

    played = controller.play(host.step("other passphrase", first, **other))
    assert "Install the set" in played["other passphrase"].changed
    assert files[0].stat().st_ino == combined, "it contains no passphrase"
    assert files[1].stat().st_ino != keystore

    # without SELinux a type makes no difference and causes no error
    settings: dict[str, Any] = {"deploy_key_mode": "0640", "deploy_setype": "cert_t"}
    assert controller.play(host.step("next", second, **requested, **settings))["next"].failure is None
    for issued, passphrase, access in ((first, ANOTHER, "600"), (second, PASSPHRASE, "640")):
        folder = sets / issued.serial_number
        assert (folder / "combined.pem").read_text(encoding="ascii") == issued.pem + chain + key_pem(issued.key)
        assert holds(folder / "certificate.p12", passphrase, issued, host.authority)
        assert {mode(folder / name) for name in ("combined.pem", "certificate.p12", "privkey.pem")} == {access}
        assert mode(folder / "fullchain.pem") == "644"
    assert host.in_use == second.serial_number

    before = tree(host.home)
    predicted = controller.play(
        host.step("fresh", host.authority.issue(NAME), **requested), host.step("same", second, **other), check=True
    )
    assert [step.failure for step in predicted.steps.values()] == [None] * 2
    assert predicted["same"].changed == ["Install the set"]
    assert predicted["fresh"].facts["deploy_result"]["changed"] is True
    assert tree(host.home) == before


def test_neither_passphrase_nor_key_is_in_any_output(controller: Controller, host: Host) -> None:
    issued = host.authority.issue(NAME)
    requested: dict[str, Any] = {"deploy_outputs": ["combined", "pkcs12"], "deploy_keystore_passphrase": PASSPHRASE}
    seen = controller.transcript(
        host.step("installed", issued, **requested, deploy_key_mode="0600"),
        host.step("refused", issued, **{**requested, "deploy_key_owner": "nobody-has-this-name"}),
    )
    assert "was not installed" in seen
    assert PASSPHRASE not in seen
    lines = key_pem(issued.key).splitlines()[1:-1]
    assert [line for line in lines if line in seen] == []
