# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Paths of the role deploy that lead to the set in use: taken over, put back, and refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.digicert.tests.roles.support.authority import Authority, Issued, key_pem
from ansible_collections.community.digicert.tests.roles.support.deploy_host import NAME, Host, failure, result
from ansible_collections.community.digicert.tests.roles.support.handshake import served_serial_number
from ansible_collections.community.digicert.tests.roles.support.playbook import Controller
from ansible_collections.community.digicert.tests.roles.support.running_service import RunningService, running_service
from ansible_collections.community.digicert.tests.roles.support.tree import mode, tree


@dataclass(frozen=True)
class Site:
    """A service with files of its own, as a person has set it up."""

    host: Host
    folder: Path
    service: RunningService
    old: Issued

    @property
    def certificate(self) -> Path:
        """The path from which the service reads certificate and chain."""
        return self.folder / "www.pem"

    @property
    def key(self) -> Path:
        """The path from which the service reads the key."""
        return self.folder / "www.key"

    def links(self, *more: tuple[Path, str]) -> dict[str, object]:
        """Return the variable that makes both paths, and more of them, lead to the set in use."""
        links = [(self.certificate, "fullchain"), (self.key, "key"), *more]
        return {"deploy_links": [{"path": str(path), "output": output} for path, output in links]}

    @property
    def served(self) -> str:
        """The serial number that is served."""
        return served_serial_number(self.service.port, NAME, self.host.authority.root)

    def reload_tasks(self) -> dict[str, object]:
        """Return the variables that reload the service with a task file of the user, and check what it serves."""
        file = self.folder / "reload.yml"
        task = {"name": "Reload by hand", "ansible.builtin.command": {"argv": self.service.reload_command}}
        file.write_text(json.dumps([task]), encoding="utf-8")
        return {**self.host.served_by(self.service), "deploy_reload": [{"tasks": str(file)}]}


@pytest.fixture
def host(tmp_path: Path, authority: Authority) -> Host:
    """Return a host without certificates below the folder of the role."""
    return Host(tmp_path, authority)


@pytest.fixture
def site(tmp_path: Path, host: Host) -> Iterator[Site]:
    """Run a service whose certificate and key are plain files."""
    folder = tmp_path / "ssl"
    folder.mkdir()
    old = host.authority.issue(NAME)
    (folder / "www.pem").write_text(old.pem + host.authority.intermediate.pem, encoding="ascii")
    (folder / "www.key").write_text(key_pem(old.key), encoding="ascii")
    (folder / "www.key").chmod(0o640)
    with running_service(folder / "www.pem", folder / "www.key") as service:
        yield Site(host, folder, service, old)


def test_files_are_taken_over_and_come_back_until_the_new_certificate_is_served(
    controller: Controller, site: Site
) -> None:
    host, old, new = site.host, site.old, site.host.authority.issue(NAME)
    checks = site.reload_tasks()
    not_reloaded: dict[str, object] = {**checks, "deploy_reload": []}
    before = {path: path.read_text(encoding="ascii") for path in (site.certificate, site.key)}

    refused = controller.play(
        host.step("refused", new, deploy_key_owner="nobody-has-this-name", **site.links(), **checks)
    )["refused"]
    assert "nobody-has-this-name" in failure(refused)
    assert not site.certificate.is_symlink()
    assert tree(host.home) == {"sets": "folder 755"}

    put_back = controller.play(host.step("put back", new, **site.links(), **not_reloaded))["put back"]
    assert f"the previous certificate {old.serial_number} is in place again and is served" in failure(put_back)
    assert host.in_use == old.serial_number
    assert {path: path.read_text(encoding="ascii") for path in before} == before
    assert mode(site.key.resolve()) == "640"
    assert site.served == old.serial_number

    played = controller.play(
        host.step("taken over", new, **site.links(), **checks), host.step("again", new, **site.links(), **checks)
    )
    assert [step.failure for step in played.steps.values()] == [None] * 2
    assert "Reload by hand" in played["taken over"].changed
    assert result(played["taken over"])["previous_serial_number"] == old.serial_number
    assert played["again"].changed == []
    assert site.certificate.readlink() == host.home / "current" / "fullchain.pem"
    assert site.key.readlink() == host.home / "current" / "privkey.pem"
    assert site.served == new.serial_number
    assert (host.home / "sets" / old.serial_number / "cert.pem").read_text(encoding="ascii") == old.pem


def test_paths_that_come_later_are_put_back_as_they_were(controller: Controller, site: Site) -> None:
    host, first, second = site.host, site.host.authority.issue(NAME), site.host.authority.issue(NAME)
    host.install(first)
    first.stage(host.staged(first))
    elsewhere = site.folder / "elsewhere.pem"
    elsewhere.write_text("what it leads to\n", encoding="ascii")
    linked, absent = site.folder / "linked.pem", site.folder / "absent.pem"
    linked.symlink_to("elsewhere.pem")
    links = site.links((linked, "certificate"), (absent, "combined"))
    before = {path: path.read_text(encoding="ascii") for path in (site.certificate, site.key)}
    fails: dict[str, object] = {"deploy_reload": [{"command": ["false"]}]}

    played = controller.play(
        host.step("same set", first, **links, **fails), host.step("new set", second, **links, **fails)
    )

    assert "its files stay in place" in failure(played["same set"])
    assert f"putting the previous certificate {first.serial_number} back did not succeed" in failure(played["new set"])
    assert host.in_use == first.serial_number
    assert {path: path.read_text(encoding="ascii") for path in before} == before
    assert not site.certificate.is_symlink()
    assert (mode(site.certificate), mode(site.key)) == ("644", "640")
    assert str(linked.readlink()) == "elsewhere.pem"
    assert not absent.is_symlink()

    predicted = controller.play(host.step("check", second, **links), check=True)["check"]
    assert predicted.failure is None
    assert "Point the paths to the set in use" in predicted.changed
    assert not site.certificate.is_symlink()

    taken = controller.play(host.step("taken over", second, **links))["taken over"]
    assert taken.failure is None
    names = {path: path.readlink().name for path in (site.certificate, site.key, linked, absent)}
    assert list(names.values()) == ["fullchain.pem", "privkey.pem", "cert.pem", "combined.pem"]
    combined = second.pem + host.authority.intermediate.pem + key_pem(second.key)
    assert absent.read_text(encoding="ascii") == combined
    assert mode(absent.resolve()) == "600"


def test_paths_that_cannot_lead_to_a_set_are_refused(controller: Controller, host: Host, tmp_path: Path) -> None:
    issued = host.authority.issue(NAME)
    folder = tmp_path / "folder"
    folder.mkdir()

    def step(label: str, *paths: object, **more: object) -> Any:
        return host.step(label, issued, deploy_links=[{"path": str(p), "output": "fullchain"} for p in paths], **more)

    played = controller.play(
        step("folder", folder),
        step("no folder", tmp_path / "nowhere" / "www.pem"),
        step("relative", "ssl/www.pem"),
        step("twice", folder / "a.pem", folder / "a.pem"),
        host.step("short passphrase", issued, deploy_outputs=["jks"], deploy_keystore_passphrase="five5"),
        host.step("unknown output", issued, deploy_outputs=["pfx"]),
    )

    assert f"{folder} is a folder: give paths of files in deploy_links" in failure(played["folder"])
    assert f"the folder {tmp_path / 'nowhere'} does not exist: create it" in failure(played["no folder"])
    for label in ("relative", "twice"):
        assert "must be absolute and appear once" in failure(played[label])
    assert "at least 6 characters" in failure(played["short passphrase"])
    assert "five5" not in failure(played["short passphrase"])
    assert "pfx" in failure(played["unknown output"])
    assert list(folder.iterdir()) == []
    assert not (host.home / "current").exists()
