# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries of ``certificate_requests`` as the Linux system role ``certificate`` takes them: accepted or refused.

The keys are those of its README and its argument specs (github.com/linux-system-roles/certificate).
"""

from __future__ import annotations

import grp
import os
import pwd
import re
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.community.digicert.plugins.module_utils._x509.certificates import (
    Certificate,
    read_certificates,
)
from ansible_collections.community.digicert.tests.roles.support.playbook import Controller, Done, Step
from ansible_collections.community.digicert.tests.roles.support.readme import ROOT, play
from ansible_collections.community.digicert.tests.roles.support.starting_point import StartingPoint
from ansible_collections.community.digicert.tests.roles.support.tree import mode, tree
from certcentral_simulator.process import SimulatorProcess

pytestmark = pytest.mark.once

SYSTEM_ROLE_KEYS = {
    *("name", "dns", "ip", "email", "ca", "provider", "owner", "group", "mode", "key_size", "common_name"),
    *("country", "state", "locality", "organization", "organizational_unit", "contact_email"),
    *("key_usage", "extended_key_usage", "run_before", "run_after", "principal", "auto_renew"),
}
# the ready account of the simulator has validated it
NAMES = ["www.valid.example", "valid.example"]
USER = pwd.getpwuid(os.getuid()).pw_name
GROUP = grp.getgrgid(os.getgid()).gr_name


def _step(label: str, folder: Path, *requests: dict[str, Any], **variables: Any) -> Step:
    given = {
        "directory": str(folder),
        "organization_id": 112233,
        "skip_approval": True,
        "wait_interval": 1,
        **variables,
    }
    prefixed = {f"certificate_{name}": value for name, value in given.items()}
    return Step(label, "certificate", {**prefixed, "certificate_requests": list(requests)})


def _results(done: Done) -> list[dict[str, Any]]:
    assert done.failure is None, done.failure
    found: list[dict[str, Any]] = done.facts["certificate_results"]
    return found


def _installed(path: Path) -> Certificate:
    return read_certificates(path.read_text(encoding="ascii"))[0]


def test_every_key_of_the_system_role_is_a_key_here() -> None:
    specs = yaml.safe_load((ROOT / "roles/certificate/meta/argument_specs.yml").read_text(encoding="utf-8"))
    entry = specs["argument_specs"]["main"]["options"]["certificate_requests"]["options"]
    assert set(entry) >= SYSTEM_ROLE_KEYS


def _side_by_side() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the two plays that the guide shows beside each other."""
    guide = (ROOT / "docs/docsite/rst/guide_system_role.rst").read_text(encoding="utf-8")
    blocks = re.findall(r"^      \.\. code-block:: yaml\n\n((?:        .*\n|\n)+)", guide, re.MULTILINE)
    ((theirs,), (ours,)) = (yaml.safe_load(textwrap.dedent(block)) for block in blocks)
    return theirs, ours


def test_the_guide_tells_of_every_key_and_of_no_other() -> None:
    guide = (ROOT / "docs/docsite/rst/guide_system_role.rst").read_text(encoding="utf-8")
    section = guide.partition("Key by key\n")[2].partition("\nMigrate a host\n")[0]
    rows = re.findall(r"^  \* - (``.*)$", section, re.MULTILINE)
    assert {key for row in rows for key in re.findall(r"``(\w+)``", row)} == SYSTEM_ROLE_KEYS | {"certificate_wait"}


def test_the_play_beside_that_of_the_system_role(
    simulator: SimulatorProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For the same names; the keys of the other play are those of the system role."""
    theirs, ours = _side_by_side()
    (their_request,), (our_request,) = (one["vars"]["certificate_requests"] for one in (theirs, ours))
    assert their_request.keys() <= SYSTEM_ROLE_KEYS
    assert (their_request["name"], their_request["dns"]) == (our_request["name"], our_request["dns"])
    # systemctl(1): 4 stands for no such unit, so that the service of the example does not run here
    program = tmp_path / "programs" / "systemctl"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexit 4\n", encoding="ascii")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    simulator.set_domain("example.com", "valid")
    play(tmp_path, ours, "web,", certificate_directory=str(tmp_path / "digicert"), certificate_wait_interval=1)
    certificate = _installed(tmp_path / "digicert/www/current/fullchain.pem")
    assert certificate.dns_names == ("www.example.com", "example.com")


def test_a_request_with_every_key_that_can_be_had(
    simulator: SimulatorProcess, controller: Controller, tmp_path: Path
) -> None:
    """Its paths, owner, hooks and subject; a second run changes nothing, and the hooks run once."""
    (tmp_path / "tls").mkdir()
    log = tmp_path / "hooks"
    serial = f"$(openssl x509 -in {tmp_path}/tls/www.crt -noout -serial)"
    request = {
        "name": str(tmp_path / "tls" / "www"),
        "dns": NAMES[0],
        "common_name": NAMES[0],
        "ca": "digicert",
        "provider": "digicert",
        "owner": USER,
        "group": GROUP,
        # YAML reads 0640 as this number
        "mode": 0o640,
        "key_size": 3072,
        "key_usage": ["digitalSignature", "keyEncipherment"],
        "extended_key_usage": ["id-kp-serverAuth"],
        "auto_renew": True,
        "country": "US",
        "organization": "Example Corp",
        "run_before": f"test -e {tmp_path}/tls/www.crt || echo before >> {log}",
        "run_after": f"echo after {serial} >> {log}",
    }
    folder = tmp_path / "digicert"
    played = controller.play(_step("first", folder, request), _step("again", folder, request))
    (result,) = _results(played["first"])
    assert result["name"] == "www"
    (warning,) = result["warnings"]
    assert warning.startswith("country, organization are not taken from the request")
    assert _results(played["again"])[0]["warnings"] == [warning]
    assert played["again"].changed == []

    current = folder / "www" / "current"
    certificate = _installed(tmp_path / "tls/www.crt")
    assert certificate.dns_names == (NAMES[0],)
    assert certificate.key_size == 3072
    assert (tmp_path / "tls/www.crt").readlink() == current / "fullchain.pem"
    assert (tmp_path / "tls/www.key").readlink() == current / "privkey.pem"
    assert (mode(current / "cert.pem"), mode(current / "privkey.pem")) == ("640", "600")
    hooks = log.read_text(encoding="utf-8").splitlines()
    assert hooks[0] == "before"
    assert len(hooks) == 2
    assert int(hooks[1].partition("serial=")[2], 16) == int(certificate.serial_number, 16)


@pytest.fixture(scope="module")
def has_a_certificate(tmp_path_factory: pytest.TempPathFactory) -> StartingPoint[None]:
    """Return the state in which a host has a certificate."""
    return StartingPoint(tmp_path_factory.mktemp("installed"))


@pytest.fixture
def installed(simulator: SimulatorProcess, controller: Controller, has_a_certificate: StartingPoint[None]) -> Path:
    """Return the folder of certificates of a host that has ``www``."""
    folder = has_a_certificate.hosts / "digicert"

    def install() -> None:
        assert controller.play(_step("first", folder, {"name": "www", "dns": NAMES}))["first"].failure is None

    has_a_certificate.begin(simulator, install)
    return folder


def test_a_hook_that_fails_leaves_the_certificate_that_was_there(
    installed: Path, simulator: SimulatorProcess, controller: Controller, tmp_path: Path
) -> None:
    """Before: nothing was touched. After: it is put back, and what follows it runs again for the former one."""
    log = tmp_path / "hooks"
    former = _installed(installed / "www/current/cert.pem").serial_number
    due: dict[str, Any] = {"name": "www", "dns": NAMES, "renew_before": "300"}
    before = {**due, "run_before": f"echo before >> {log}; false", "run_after": f"echo after >> {log}"}
    serial = f"openssl x509 -in {installed}/www/current/cert.pem -noout -serial"
    after = {**due, "run_before": "true", "run_after": f"{serial} >> {log}; {serial} | grep -qi '={former}$'"}
    played = controller.play(_step("before", installed, before), _step("after", installed, after))

    for label, state in (("before", "stays in use"), ("after", "is in place again")):
        failure = played[label].failure
        assert failure is not None, label
        assert f"the previous certificate {former} {state}" in failure, failure
    lines = log.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "before"
    served = [f"{int(line.partition('=')[2], 16):x}" for line in lines[1:]]
    assert len(served) == 2
    assert served[0] != former
    assert served[1] == former
    assert _installed(installed / "www/current/cert.pem").serial_number == former


def test_a_certificate_that_is_not_to_be_renewed_stays(
    installed: Path, simulator: SimulatorProcess, controller: Controller
) -> None:
    """It is not replaced because it ends, without a call of the service; another name is had all the same."""
    calls = len(simulator.ledger())
    kept: dict[str, Any] = {"name": "www", "dns": NAMES, "auto_renew": False}
    more = {**kept, "dns": [*NAMES, "shop.valid.example"]}
    played = controller.play(_step("kept", installed, kept, renew_before="300"))
    assert played["kept"].changed == []
    assert len(simulator.ledger()) == calls
    played = controller.play(_step("more", installed, more, renew_before="300"))
    assert _results(played["more"])[0]["action"] == "reissue"
    assert "shop.valid.example" in _installed(installed / "www/current/cert.pem").dns_names


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "addresses": ({"ip": ["192.0.2.12", "2001:db8::2:1"]}, "remove ip, and use host names in dns"),
    "addresses alone": ({"dns": [], "ip": "192.0.2.12"}, "remove ip, and use host names in dns"),
    "no name": ({"dns": []}, "add at least one"),
    "e-mail": ({"email": "admin@example.com"}, "remove email"),
    "principal": ({"principal": "HTTP/www.example.com@EXAMPLE.COM"}, "remove principal"),
    "another CA": ({"ca": "self-sign"}, "its ca is self-sign"),
    "another provider": ({"provider": "certmonger"}, "its provider is certmonger"),
    "usage": ({"key_usage": ["digitalSignature", "nonRepudiation"]}, "does not grant the key_usage nonRepudiation:"),
    "purpose": (
        {"extended_key_usage": ["id-kp-serverAuth", "id-kp-clientAuth"]},
        "extended_key_usage id-kp-clientAuth:",
    ),
    "relative path": ({"name": "tls/www"}, "or an absolute path"),
}


def test_what_cannot_be_had_is_refused_in_one_sentence(
    simulator: SimulatorProcess, controller: Controller, tmp_path: Path
) -> None:
    request = {"name": "www", "dns": NAMES}
    twice = [request, {**request, "name": "/etc/pki/tls/www"}]
    steps = [_step(label, tmp_path / "digicert", {**request, **more}) for label, (more, _text) in REFUSED.items()]
    played = controller.play(*steps, _step("same name", tmp_path / "digicert", *twice))
    for label, (_more, expected) in REFUSED.items():
        failure = played[label].failure
        assert failure is not None, label
        assert expected in failure, (label, failure)
        assert failure.startswith("The request"), label
    assert "a unique name" in str(played["same name"].failure)
    assert simulator.ledger() == []
    assert tree(tmp_path / "digicert") == {}
