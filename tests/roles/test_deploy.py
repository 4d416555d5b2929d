# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role deploy: one certificate set taken into use, proven, or put back."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from ansible_collections.community.digicert.plugins.module_utils._host.trace import Trace
from ansible_collections.community.digicert.tests.roles.support.authority import Authority
from ansible_collections.community.digicert.tests.roles.support.deploy_host import (
    NAME,
    NEVER_SERVED,
    Host,
    content,
    failure,
    result,
)
from ansible_collections.community.digicert.tests.roles.support.handshake import served_serial_number
from ansible_collections.community.digicert.tests.roles.support.playbook import Controller
from ansible_collections.community.digicert.tests.roles.support.running_service import RunningService
from ansible_collections.community.digicert.tests.roles.support.tree import mode, tree
from ansible_collections.community.digicert.tests.unit import pki

RELOADS = "Run the reload command"


@pytest.fixture
def host(tmp_path: Path, authority: Authority) -> Host:
    """Return a host without certificates."""
    return Host(tmp_path, authority)


def test_a_certificate_is_installed_served_left_alone_and_replaced(
    controller: Controller, host: Host, service: RunningService
) -> None:
    old, new = host.authority.issue(NAME), host.authority.issue(NAME)
    pending = old.stage(host.home / "pending" / "privkey.pem")
    checks, checks_from_both = host.served_by(service), host.served_by(service, "both")

    played = controller.play(
        host.step("first", old, deploy_key_path=str(pending), **checks),
        host.step("again", old, deploy_key_path=str(pending), **checks),
        host.step("next", new, deploy_serial_number=f"00{new.serial_number.upper()}", **checks_from_both),
    )

    assert [step.failure for step in played.steps.values()] == [None] * 3
    assert RELOADS in played["first"].changed
    assert result(played["first"])["previous_serial_number"] == ""
    assert played["again"].changed == []
    assert result(played["again"])["changed"] is False
    assert result(played["again"])["serial_number"] == old.serial_number
    assert result(played["next"]) == {
        "changed": True,
        "serial_number": new.serial_number,
        "directory": str(host.home / "current"),
        "previous_serial_number": old.serial_number,
        "rolled_back": False,
    }
    assert served_serial_number(service.port, NAME, host.authority.root) == new.serial_number
    current = host.home / "current"
    assert str(current.readlink()) == f"sets/{new.serial_number}"
    assert {path.name for path in host.home.iterdir()} == {"current", "sets", ".lock"}
    assert (current / "cert.pem").read_text(encoding="ascii") == new.pem
    assert (current / "chain.pem").read_text(encoding="ascii") == host.authority.intermediate.pem
    assert (current / "fullchain.pem").read_text(encoding="ascii") == new.pem + host.authority.intermediate.pem
    assert {p.name: mode(p) for p in current.iterdir()} == {
        "cert.pem": "644",
        "chain.pem": "644",
        "fullchain.pem": "644",
        "privkey.pem": "600",
    }
    assert (host.home / "sets" / old.serial_number / "privkey.pem").exists()


def test_what_cannot_work_is_refused_before_anything_in_use_changes(controller: Controller, host: Host) -> None:
    installed, new = host.authority.issue(NAME), host.authority.issue(NAME)
    stranger = Authority("Other").intermediate
    host.install(installed)
    installed.stage(host.staged(installed))
    before = content(host.home)
    locked, binary = host.folder / "locked.key", host.folder / "new.der"
    locked.write_bytes(pki.key_pem(pki.rsa_key(), b"secret"))
    binary.write_bytes(pki.key_der(pki.rsa_key()))

    played = controller.play(
        host.step("other key", new, deploy_key_path=str(host.staged(installed))),
        host.step("no key", new, deploy_key_path=str(host.folder / "nowhere.pem")),
        host.step("encrypted key", new, deploy_key_path=str(locked)),
        # a binary file, as Ansible reads it
        host.step("binary key", new, deploy_certificate=f"{{{{ lookup('ansible.builtin.file', '{binary}') }}}}"),
        host.step("other chain", new, deploy_chain=stranger.pem),
        host.step("other serial", new, deploy_serial_number="0a"),
        # the key is written last, so that this leaves a set that is half-written
        host.step("no such owner", new, deploy_key_owner="nobody-has-this-name"),
        host.step("tomorrow", host.authority.issue(NAME, days_old=-1)),
        host.step("yesterday", host.authority.issue(NAME, days_old=32)),
        host.step("broken", new, deploy_certificate="-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"),
        host.step("folder name", new, deploy_name="../www"),
        host.step("reload", new, deploy_reload=[{"service": "a", "command": ["b"]}]),
    )

    assert f"does not belong to the private key {host.staged(installed)}" in failure(played["other key"])
    assert "there is no private key at" in failure(played["no key"])
    assert f"{locked} is an encrypted private key" in failure(played["encrypted key"])
    assert f"openssl pkey -in {locked} -out NEW.pem), and set deploy_key_path to" in failure(played["encrypted key"])
    assert "deploy_certificate cannot be read" in failure(played["binary key"])
    assert "it is a private key. Give the certificate, not its key" in failure(played["binary key"])
    assert "the chain does not sign the certificate" in failure(played["other chain"])
    assert f"has the serial number {new.serial_number}, not 0a" in failure(played["other serial"])
    assert "nobody-has-this-name" in failure(played["no such owner"])
    assert "the certificate is not valid before 2" in failure(played["tomorrow"])
    assert "the certificate expired on 2" in failure(played["yesterday"])
    for label in ("tomorrow", "yesterday"):
        assert re.search(r" UTC, and the clock of the host says 2\d{3}-.* UTC: set the clock", failure(played[label]))
    refused = ("other key", "no key", "other chain", "other serial", "no such owner", "tomorrow", "yesterday", "broken")
    for label in refused:
        assert failure(played[label]).startswith("The certificate ")
        assert "was not installed: " in failure(played[label])
        assert failure(played[label]).endswith("Correct this and run the play again.")
        assert result(played[label])["rolled_back"] is False
    for label in ("other key", "no such owner"):
        assert f"the certificate {installed.serial_number} stays in use" in failure(played[label])
    assert "plain folder name" in failure(played["folder name"])
    assert "either 'service', 'command' or 'tasks'" in failure(played["reload"])
    assert content(host.home) == before


def test_the_previous_set_is_put_back_when_the_new_one_does_not_come_into_service(
    controller: Controller, host: Host, service: RunningService
) -> None:
    good, bad = host.authority.issue(NAME), host.authority.issue(NAME)
    host.install(good, service)
    checks = host.served_by(service)
    # fails as a real test of a configuration would: only while the new set is in use
    refuses_new = (
        f"test $(readlink {host.home}/current) = sets/{good.serial_number} || {{ echo key mismatch >&2; exit 3; }}"
    )
    tested = [{"command": service.reload_command, "config_test": ["sh", "-c", refuses_new]}]

    played = controller.play(
        host.step("configuration", bad, **{**checks, "deploy_reload": tested}),
        host.step("not reloaded", bad, **{**checks, **NEVER_SERVED, "deploy_reload": [{"command": ["true"]}]}),
        host.step("never works", bad, **{**checks, "deploy_reload": ["no-such-service-anywhere"]}),
        host.step("first of all", bad, deploy_name="api", deploy_reload=[{"command": ["sh", "-c", "echo no; exit 4"]}]),
    )

    assert "exited with 3: key mismatch; the previous" in failure(played["configuration"])
    assert RELOADS not in played["configuration"].changed, "nothing had left the previous set"
    assert RELOADS in played["not reloaded"].changed, "the previous set was not loaded again"
    assert f"it serves the one with the serial number {good.serial_number}" in failure(played["not reloaded"])
    for label in ("configuration", "not reloaded"):
        expected = f"the previous certificate {good.serial_number} is in place again and is served. "
        assert expected in failure(played[label])
        assert failure(played[label]).endswith("Correct the cause and run the play again.")
        assert result(played[label])["rolled_back"] is True
        assert result(played[label])["previous_serial_number"] == good.serial_number
    # it is proven by the handshake that nothing had to be reloaded
    assert f"{good.serial_number} is in place again and is served, although a service did not reload it: " in failure(
        played["never works"]
    )
    assert failure(played["never works"]).count("no-such-service-anywhere") == 2
    assert result(played["never works"])["rolled_back"] is True
    assert host.in_use == good.serial_number
    assert not (host.home / "sets" / bad.serial_number).exists()
    assert served_serial_number(service.port, NAME, host.authority.root) == good.serial_number
    assert "'sh -c echo no; exit 4' exited with 4: no; there was no previous certificate" in failure(
        played["first of all"]
    )
    assert content(host.folder / "digicert" / "api") == {"sets": "folder 755"}


@pytest.mark.once
def test_a_run_that_was_killed_is_completed_or_undone_by_the_next_one(
    controller: Controller, host: Host, service: RunningService
) -> None:
    old, new = host.authority.issue(NAME), host.authority.issue(NAME)
    host.install(old, service)
    checks = host.served_by(service)
    reached = host.folder / "reload-reached"
    waits = [{"command": ["sh", "-c", f"touch {reached}; exec sleep 60"]}]
    controller.interrupt(host.step("killed", new, **{**checks, "deploy_reload": waits}), once_there=reached)
    assert host.in_use == new.serial_number
    assert served_serial_number(service.port, NAME, host.authority.root) == old.serial_number

    undone = controller.play(
        host.step("undo", new, **{**checks, **NEVER_SERVED, "deploy_reload": [{"command": ["true"]}]})
    )["undo"]

    assert f"the previous certificate {old.serial_number} is in place again and is served" in failure(undone)
    assert host.in_use == old.serial_number
    assert {path.name for path in (host.home / "sets").iterdir()} == {old.serial_number}
    assert not (host.home / ".deploying").exists()

    # as the role would have left it when killed between the rename and the reload, here with files that were lost
    host.install(new)
    (host.home / "current" / "fullchain.pem").write_text(new.pem[:80], encoding="ascii")
    (host.home / "current" / "privkey.pem").write_text("", encoding="ascii")
    trace = Trace(new.serial_number, old.serial_number)
    (host.home / ".deploying").write_bytes(trace.to_json())

    completed = controller.play(host.step("complete", new, **checks))["complete"]

    assert completed.failure is None
    assert RELOADS in completed.changed
    assert result(completed)["previous_serial_number"] == old.serial_number
    assert served_serial_number(service.port, NAME, host.authority.root) == new.serial_number
    assert not (host.home / ".deploying").exists()


def test_check_mode_touches_nothing_and_tells_what_would_change(
    controller: Controller, host: Host, service: RunningService
) -> None:
    installed, new = host.authority.issue(NAME), host.authority.issue(NAME)
    checks = host.served_by(service)
    host.install(installed)
    fresh = host.step("fresh", new, deploy_name="api", **checks)
    same, other = host.step("same", installed, **checks), host.step("other", new, **checks)
    before = tree(host.folder / "digicert")

    played = controller.play(fresh, same, other, check=True)

    assert [step.failure for step in played.steps.values()] == [None] * 3
    assert result(played["fresh"])["changed"] is True
    assert played["same"].changed == []
    assert result(played["same"])["changed"] is False
    assert played["other"].changed == ["Install the set"]
    assert result(played["other"])["previous_serial_number"] == installed.serial_number
    assert tree(host.folder / "digicert") == before


def test_drift_is_repaired_and_old_sets_are_removed(
    controller: Controller, host: Host, service: RunningService
) -> None:
    first, second = host.authority.issue(NAME), host.authority.issue(NAME)
    for age, name in enumerate(("a1", "a2", "a3"), start=1):
        old = host.home / "sets" / name
        old.mkdir(parents=True)
        os.utime(old, (1_000_000_000 - age, 1_000_000_000 - age))
    checks = host.served_by(service)
    host.install(first)
    (host.home / "current" / "privkey.pem").chmod(0o644)
    (host.home / "current" / "fullchain.pem").write_text(first.pem, encoding="ascii")
    pending = second.stage(host.home / "pending" / "privkey.pem")

    # the key of an order that still waits is staged meanwhile
    repaired_first = controller.play(host.step("repair", first, deploy_key_path=str(pending), **checks))["repair"]
    assert repaired_first.failure is None
    assert RELOADS in repaired_first.changed
    assert result(repaired_first)["previous_serial_number"] == ""
    assert pending.exists()

    assert controller.play(host.step("keep two", second))["keep two"].failure is None

    assert not pending.exists(), "it is the key of the certificate that is installed now"
    repaired = host.home / "sets" / first.serial_number
    assert mode(repaired / "privkey.pem") == "600"
    assert (repaired / "fullchain.pem").read_text(encoding="ascii") == first.pem + host.authority.intermediate.pem
    assert {path.name for path in (host.home / "sets").iterdir()} == {first.serial_number, second.serial_number, "a1"}


def test_the_private_key_is_in_no_output(controller: Controller, host: Host) -> None:
    installed, refused = host.authority.issue(NAME), host.authority.issue(NAME)

    seen = controller.transcript(
        host.step("install", installed),
        host.step("rolled back", refused, deploy_reload=[{"command": ["false"]}]),
    )

    assert "was not put into use" in seen
    for issued in (installed, refused):
        lines = host.staged(issued).read_text(encoding="ascii").splitlines()[1:-1]
        assert [line for line in lines if line in seen] == []
    assert "PRIVATE KEY" not in seen
