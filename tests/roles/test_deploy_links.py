# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Paths of the role deploy that lead to the set in use: taken over, put back, and refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from ansible_collections.community.digicert.tests.roles.support.authority import Authority, Issued, key_pem
from ansible_collections.community.digicert.tests.roles.support.deploy_host import (
    NAME,
    NEVER_SERVED,
    Host,
    failure,
    result,
)
from ansible_collections.community.digicert.tests.roles.support.handshake import served_serial_number
from ansible_collections.community.digicert.tests.roles.support.playbook import Controller, Step
from ansible_collections.community.digicert.tests.roles.support.readme import ROOT, examples
from ansible_collections.community.digicert.tests.roles.support.running_service import RunningService, running_service
from ansible_collections.community.digicert.tests.roles.support.tree import mode, tree

# the module behind it is tested on the oldest release, too
pytestmark = pytest.mark.once


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


@pytest.mark.once
def test_files_are_taken_over_and_come_back_until_the_new_certificate_is_served(
    controller: Controller, site: Site
) -> None:
    host, old, new = site.host, site.old, site.host.authority.issue(NAME)
    checks = site.reload_tasks()
    not_reloaded: dict[str, object] = {**checks, **NEVER_SERVED, "deploy_reload": []}
    before = {path: path.read_text(encoding="ascii") for path in (site.certificate, site.key)}

    refused = controller.play(
        host.step("refused", new, deploy_key_owner="nobody-has-this-name", **site.links(), **checks)
    )["refused"]
    assert "nobody-has-this-name" in failure(refused)
    assert not site.certificate.is_symlink()
    assert not host.home.exists(), "it was refused before anything was written"

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


@pytest.mark.once
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
    assert f"restoring the previous certificate {first.serial_number} failed too" in failure(played["new set"])
    assert host.in_use == first.serial_number
    assert {path: path.read_text(encoding="ascii") for path in before} == before
    assert not site.certificate.is_symlink()
    assert (mode(site.certificate), mode(site.key)) == ("644", "640")
    assert str(linked.readlink()) == "elsewhere.pem"
    assert not absent.is_symlink()

    predicted = controller.play(host.step("check", second, **links), check=True)["check"]
    assert predicted.failure is None
    assert predicted.changed == ["Install the set"]
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

    assert f"{folder} is a folder: use the path of a file" in failure(played["folder"])
    assert f"the folder {tmp_path / 'nowhere'} does not exist: create it" in failure(played["no folder"])
    for label in ("relative", "twice"):
        assert "must be absolute and appear once" in failure(played[label])
    assert "at least 6 characters" in failure(played["short passphrase"])
    assert "five5" not in failure(played["short passphrase"])
    assert "pfx" in failure(played["unknown output"])
    assert list(folder.iterdir()) == []
    assert not (host.home / "current").exists()


def _kill_in_reload(controller: Controller, host: Host, issued: Issued, **variables: object) -> None:
    """Play the role until it reloads, and kill it there: everything but reload and proof was done."""
    reached = host.folder / "reload-reached"
    waits = [{"command": ["sh", "-c", f"touch {reached}; exec sleep 60"]}]
    controller.interrupt(host.step("killed", issued, **{**variables, "deploy_reload": waits}), once_there=reached)
    assert host.in_use == issued.serial_number
    assert (host.home / ".deploying").exists()


def _point(link: Path, target: str) -> None:
    link.unlink()
    link.symlink_to(target)


@pytest.mark.once
def test_a_takeover_that_was_killed_is_undone_or_completed(controller: Controller, site: Site) -> None:
    """First while the old files were saved, then while they became links to their copies."""
    host, old, new = site.host, site.old, site.host.authority.issue(NAME)
    checks = site.reload_tasks()
    saved = host.home / "sets" / old.serial_number
    unfinished = saved.with_name(f".new-{old.serial_number}")
    unfinished.mkdir(parents=True)
    (unfinished / "fullchain.pem").write_bytes(site.certificate.read_bytes())

    _kill_in_reload(controller, host, new, **site.links(), **checks)
    assert (saved / "privkey.pem").read_text(encoding="ascii") == key_pem(old.key)
    assert (saved / "cert.pem").read_text(encoding="ascii") == old.pem
    # the step before: one path leads to the copies of the old files, the other one not yet
    _point(host.home / "current", f"sets/{old.serial_number}")
    site.key.unlink()
    old.stage(site.key)

    played = controller.play(
        host.step("undone", new, **site.links(), **{**checks, **NEVER_SERVED, "deploy_reload": []}),
        host.step("completed", new, **site.links(), **checks),
    )

    undone = failure(played["undone"])
    assert f"the previous certificate {old.serial_number} is in place again and is served" in undone
    assert played["completed"].failure is None
    assert result(played["completed"])["previous_serial_number"] == old.serial_number
    assert site.served == host.in_use == new.serial_number
    assert {path.readlink().name for path in (site.certificate, site.key)} == {"fullchain.pem", "privkey.pem"}
    assert {path.name for path in (host.home / "sets").iterdir()} == {old.serial_number, new.serial_number}
    assert not (host.home / ".deploying").exists()


@pytest.mark.once
def test_what_a_killed_run_had_replaced_comes_back(controller: Controller, site: Site) -> None:
    """Links and copies that are new to a set in use: some were made when the run was killed, others not yet."""
    host, first, second = site.host, site.host.authority.issue(NAME), site.host.authority.issue(NAME)
    host.install(first)
    copied, stale, absent = site.folder / "copied.pem", site.folder / "stale.key", site.folder / "absent.pem"
    copied.write_bytes((host.home / "current/fullchain.pem").read_bytes())
    copied.chmod(0o640)
    stale.write_text("of somebody else\n", encoding="ascii")
    copies = [(copied, "fullchain"), (stale, "combined"), (absent, "chain")]
    links = site.links()
    copied_links = [{"path": str(path), "output": output, "copy": True} for path, output in copies]
    variables: dict[str, object] = {"deploy_links": [*cast("list[object]", links["deploy_links"]), *copied_links]}
    before = tree(site.folder)

    _kill_in_reload(controller, host, second, **variables)
    assert copied.read_bytes() == (host.home / "current/fullchain.pem").read_bytes()
    assert mode(stale) == "600"
    assert not stale.is_symlink()
    # as if it had been killed before the last link and the last copy
    site.key.unlink()
    site.old.stage(site.key)
    site.key.chmod(0o640)
    absent.unlink()

    undone = controller.play(host.step("undone", second, **variables, deploy_reload=[{"command": ["false"]}]))["undone"]
    assert "the command 'false' exited with 1" in failure(undone)
    assert host.in_use == first.serial_number
    assert tree(site.folder) == before

    played = controller.play(host.step("completed", second, **variables), host.step("again", second, **variables))
    assert [step.failure for step in played.steps.values()] == [None] * 2
    assert played["again"].changed == []
    current = host.home / "current"
    assert site.key.readlink() == current / "privkey.pem"
    for path, output in ((copied, "fullchain"), (stale, "combined"), (absent, "chain")):
        assert path.read_bytes() == (current / f"{output}.pem").read_bytes()
        assert (path.is_symlink(), mode(path)) == (False, mode(current / f"{output}.pem"))


@pytest.mark.once
def test_copies_follow_each_set_as_the_readme_shows_it(controller: Controller, host: Host, tmp_path: Path) -> None:
    """The example of the README with folders of this test; check mode predicts and writes nothing."""
    page = (ROOT / "roles/deploy/README.md").read_text(encoding="utf-8")
    (play,) = [play for play in examples(page) if "in a chroot" in play["name"]]
    chroot = tmp_path / "chroot"
    chroot.mkdir()
    first, second = host.authority.issue(NAME), host.authority.issue(NAME)
    key, pem = tmp_path / f"{NAME}.key", tmp_path / "controller" / f"{NAME}.pem"
    (role,) = play["roles"]
    text = json.dumps(role["vars"]).replace("/var/lib/service/chroot", str(chroot)).replace("/root/", f"{tmp_path}/")
    variables = {**json.loads(text), "deploy_directory": str(host.folder / "digicert")}
    (tmp_path / "controller" / f"{NAME}.chain.pem").write_text(host.authority.intermediate.pem, encoding="ascii")

    for issued in (first, second):
        issued.stage(key)
        pem.write_text(issued.pem, encoding="ascii")
        before = tree(tmp_path / "chroot")
        predicted = controller.play(Step("predict", "deploy", variables), check=True)["predict"]
        assert predicted.failure is None
        assert predicted.changed
        assert tree(chroot) == before
        done = controller.play(Step("copy", "deploy", variables))["copy"]
        assert done.failure is None
        assert (chroot / "www.pem").read_text(encoding="ascii") == issued.pem + host.authority.intermediate.pem
        assert (chroot / "www.key").read_text(encoding="ascii") == key_pem(issued.key)
        assert {path.name: mode(path) for path in chroot.iterdir()} == {"www.pem": "644", "www.key": "600"}
