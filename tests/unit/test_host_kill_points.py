# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_host_certificate, killed before each of its system calls, and run again.

A run that is killed leaves what SIGKILL would leave: nothing of its own code runs afterwards. At every moment the key
and the certificate that can be seen belong together, and no private key can be read by others.
"""

from __future__ import annotations

import os
import stat
import typing as t
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from ansible_collections.community.digicert.plugins.module_utils._host import files as _files
from ansible_collections.community.digicert.tests.unit import host_scene, pki
from ansible_collections.community.digicert.tests.unit.host_scene import Scene, tree

_OLD, _NEW, _FOREIGN = (host_scene.issue(pki.new_key()) for _number in range(3))
_PUBLIC: dict[bytes, bytes] = {}
# A run that is killed before it reads something leaves what it leaves if it is killed before it changes the next thing.
_CHANGES = {"create", "write", "fsync", "fchown", "fchmod", "mkdir", "symlink", "rename", "unlink", "rmdir", "lock"}
# What can be seen of the host changes with these.
_VISIBLE = {"create", "fchmod", "mkdir", "symlink", "rename", "unlink", "rmdir"}


class Killed(BaseException):
    """Stands for SIGKILL."""


class Observer:
    """Looks at every system call that changes something, and kills the run before the one with a given number."""

    def __init__(self, check: Callable[[], None]) -> None:
        self.calls: list[str] = []
        self.kill_at: int | None = None
        self.checks = True
        self.is_dead = False
        self._check = check
        self._visible = True

    def __call__(self, call: str, path: str) -> None:
        """Count a call."""
        if call not in _CHANGES:
            if self.is_dead:
                raise Killed
            return
        self.calls.append(f"{call} {path}")
        at_end = self.kill_at is not None and len(self.calls) > self.kill_at
        if at_end or (self.checks and self._visible):
            self._check()
        self._visible = call in _VISIBLE
        if at_end:
            self.is_dead = True
            raise Killed


def _public_key(content: bytes) -> bytes:
    """Return the public key of a PEM certificate or private key."""
    if content not in _PUBLIC:
        key = (
            serialization.load_pem_private_key(content, None).public_key()
            if content.startswith(b"-----BEGIN PRIVATE")
            else x509.load_pem_x509_certificate(content).public_key()
        )
        _PUBLIC[content] = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return _PUBLIC[content]


def _are_a_pair(certificate: Path, key: Path) -> bool:
    return _public_key(certificate.read_bytes()) == _public_key(key.read_bytes())


def _no_key_is_open(folder: Path) -> bool:
    for path, _folders, files in os.walk(folder):
        for name in files:
            file = Path(path, name)
            status = file.lstat()
            if status.st_mode & 0o077 and stat.S_ISREG(status.st_mode) and b"PRIVATE KEY" in file.read_bytes():
                return False
    return True


class Story:
    """One thing to do on a host that is prepared for it, and what must hold meanwhile."""

    links_are_pairs = True

    def __init__(self, folder: Path) -> None:
        self.scene = Scene(folder)
        self.links = [
            {"path": str(self.scene.site / "www.pem"), "output": "fullchain"},
            {"path": str(self.scene.site / "www.key"), "output": "key"},
        ]

    def options(self) -> dict[str, t.Any]:
        """Return the options of every run."""
        return {"links": self.links, "outputs": ["combined"]}

    def prepare(self) -> None:
        """Bring the host into the state in which it begins."""

    def act(self) -> None:
        """Do what is interrupted, and again until it is done."""
        self.scene.ok("installed", **host_scene.with_certificate(_NEW), **self.options())
        self.scene.ok("in_service", **self.options())

    def check(self) -> None:
        """Raise AssertionError if something can be seen that must never be seen."""
        scene = self.scene
        if scene.current.is_symlink():
            assert _are_a_pair(scene.current / "fullchain.pem", scene.current / "privkey.pem")
            assert _are_a_pair(scene.current / "cert.pem", scene.current / "privkey.pem")
        certificate, key = scene.site / "www.pem", scene.site / "www.key"
        if self.links_are_pairs and certificate.exists() and key.exists():
            assert _are_a_pair(certificate, key)
        assert _no_key_is_open(scene.folder)


class FirstInstallation(Story):
    """There is nothing but a staged key."""

    def prepare(self) -> None:
        """Stage the key."""
        self.scene.stage(_NEW.key)


class Renewal(Story):
    """A set is in use, with links and a copy."""

    def options(self) -> dict[str, t.Any]:
        """Add a copy."""
        copy = {"path": str(self.scene.site / "copy.pem"), "output": "fullchain", "copy": True}
        return {"links": [*self.links, copy]}

    def prepare(self) -> None:
        """Install the old certificate, and stage the key of the new one."""
        self.scene.put_into_service(_OLD, **self.options())
        self.scene.stage(_NEW.key)


class Takeover(Story):
    """No set is in use; a service has files of its own, one of them by a link."""

    def prepare(self) -> None:
        """Lay the files of the service, and stage the key of the new certificate."""
        site = self.scene.site
        chain = host_scene.intermediate().pem
        (site / "elsewhere.pem").write_text(_FOREIGN.pem + chain, encoding="ascii")
        (site / "www.pem").symlink_to("elsewhere.pem")
        (site / "www.key").write_bytes(pki.key_pem(_FOREIGN.key))
        (site / "www.key").chmod(0o600)
        self.scene.stage(_NEW.key)


class LaterLinks(Takeover):
    """A set is in use, and paths with files of their own are added: they change one at a time."""

    links_are_pairs = False

    def prepare(self) -> None:
        """Install the old certificate without links before."""
        self.scene.put_into_service(_OLD)
        super().prepare()


class Repair(Story):
    """The certificate is in use, but some of its files are wrong."""

    def prepare(self) -> None:
        """Install the new certificate, and spoil some files."""
        self.scene.put_into_service(_NEW, **self.options())
        used = self.scene.current.resolve()
        (used / "chain.pem").write_text("spoiled", encoding="ascii")
        (used / "privkey.pem").chmod(0o400)
        (used / "combined.pem").unlink()
        (self.scene.site / "www.pem").unlink()


class TakenBack(Renewal):
    """The new certificate is installed, but not proven."""

    def prepare(self) -> None:
        """Install the new certificate."""
        super().prepare()
        self.scene.ok("installed", **host_scene.with_certificate(_NEW), **self.options())

    def act(self) -> None:
        """Go back. If nothing is left to go back from, that is what was asked for."""
        if (self.scene.home / ".deploying").exists():
            self.scene.ok("previous", **self.options())
        assert self.scene.in_use == host_scene.serial(_OLD)


class TakeoverTakenBack(Takeover):
    """The same after a takeover."""

    def prepare(self) -> None:
        """Install the new certificate over the files of the service."""
        super().prepare()
        self.scene.ok("installed", **host_scene.with_certificate(_NEW), **self.options())

    def act(self) -> None:
        """Go back."""
        if (self.scene.home / ".deploying").exists():
            self.scene.ok("previous", **self.options())
        assert self.scene.in_use == host_scene.serial(_FOREIGN)


class FirstTakenBack(FirstInstallation):
    """The first certificate is installed, but not proven, and its paths were empty before."""

    def prepare(self) -> None:
        """Install it."""
        super().prepare()
        self.scene.ok("installed", **host_scene.with_certificate(_NEW), **self.options())

    def act(self) -> None:
        """Go back to nothing."""
        if (self.scene.home / ".deploying").exists():
            self.scene.ok("previous", **self.options())
        assert not self.scene.current.is_symlink()


_STORIES: tuple[type[Story], ...] = (
    FirstInstallation,
    Renewal,
    Takeover,
    LaterLinks,
    Repair,
    TakenBack,
    TakeoverTakenBack,
    FirstTakenBack,
)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], Observer]:
    """Return a function that puts an observer in place."""

    def put(check: Callable[[], None]) -> Observer:
        observer = Observer(check)
        monkeypatch.setattr(_files, "observe", observer)
        return observer

    # the disk is not what is tested; every call is still counted
    monkeypatch.setattr(os, "fsync", lambda _fd: None)

    return put


def _relative(scene: Scene) -> dict[str, tuple[str, str]]:
    """Return the tree of a host as it would be at any other place."""
    found = tree(scene.folder)
    return {name: (kind, content.replace(str(scene.folder), "")) for name, (kind, content) in found.items()}


def _play(watch: t.Any, story: Story, kill_at: int | None = None) -> Observer:
    """Prepare a host and do what the story is about; with ``kill_at`` it is killed before that system call."""
    watch(lambda: None)
    story.prepare()
    observer: Observer = watch(story.check)
    observer.kill_at = kill_at
    observer.checks = kill_at is None
    try:
        story.act()
    except Killed:
        assert kill_at is not None
    return observer


@pytest.mark.parametrize("kind", _STORIES)
def test_a_run_that_was_killed_anywhere_is_completed(watch: t.Any, tmp_path: Path, kind: type[Story]) -> None:
    whole = kind(tmp_path / "whole")
    calls = _play(watch, whole).calls
    expected = _relative(whole.scene)
    assert len(calls) > 10
    for number in range(len(calls)):
        story = kind(tmp_path / str(number))
        assert len(_play(watch, story, number).calls) == number + 1
        watch(story.check)
        story.act()
        found = _relative(story.scene)
        assert found == expected, f"killed before {calls[number]}"


@pytest.mark.parametrize("kind", [FirstInstallation, Renewal, Takeover, LaterLinks])
def test_a_run_that_was_killed_anywhere_can_be_taken_back(watch: t.Any, tmp_path: Path, kind: type[Story]) -> None:
    """Until the certificate is proven, what was served before is served again, and the staged key is kept."""
    whole = kind(tmp_path / "whole")
    calls = _play(watch, whole).calls
    number = 0
    while True:
        story = kind(tmp_path / str(number))
        story.prepare()
        before = {name: (story.scene.site / name).exists() for name in ("www.pem", "www.key")}
        served = _served(story)
        observer = watch(story.check)
        observer.kill_at, observer.checks = number, False
        try:
            story.scene.ok("installed", **host_scene.with_certificate(_NEW), **story.options())
        except Killed:
            pass
        else:
            break
        observer = watch(story.check)
        if (story.scene.home / ".deploying").exists():
            story.scene.ok("previous", **story.options())
        assert _served(story) == served, f"killed before {calls[number]}"
        assert {name: (story.scene.site / name).exists() for name in before} == before
        assert (story.scene.home / "pending" / "privkey.pem").read_bytes() == pki.key_pem(_NEW.key)
        # and the next attempt succeeds
        watch(story.check)
        story.act()
        assert story.scene.in_use == host_scene.serial(_NEW)
        number += 1
    assert number > 20


def _served(story: Story) -> bytes | None:
    path = story.scene.site / "www.pem"
    return path.read_bytes() if path.exists() else None


@pytest.mark.parametrize("kind", [Renewal, Takeover])
def test_staging_after_a_kill_completes_or_takes_back(watch: t.Any, tmp_path: Path, kind: type[Story]) -> None:
    calls = _play(watch, kind(tmp_path / "whole")).calls
    for number in range(0, len(calls), 2):
        story = kind(tmp_path / str(number))
        _play(watch, story, number)
        watch(story.check)
        story.scene.ok("staged", **story.options())
        trace = (story.scene.home / ".deploying").exists()
        assert not trace or story.scene.in_use == host_scene.serial(_NEW)


def test_the_trace_goes_last(watch: t.Any, tmp_path: Path) -> None:
    """Who finds no trace may rely on it that nothing is left to clean up, the staged key least of all."""
    whole = Renewal(tmp_path / "whole")
    _play(watch, whole)
    number, expected = 0, _relative(whole.scene)
    without_trace = []
    while True:
        story = Renewal(tmp_path / str(number))
        watch(lambda: None)
        story.prepare()
        story.scene.ok("installed", **host_scene.with_certificate(_NEW), **story.options())
        observer = watch(lambda: None)
        observer.kill_at = number
        try:
            story.scene.ok("in_service", **story.options())
        except Killed:
            pass
        else:
            break
        if not (story.scene.home / ".deploying").exists():
            without_trace.append(number)
            assert _relative(story.scene) == expected
        number += 1
    assert number > 5
    assert without_trace


def test_staging_that_was_killed_anywhere_is_completed(watch: t.Any, tmp_path: Path) -> None:
    whole = Scene(tmp_path / "whole")
    observer = watch(lambda: None)
    whole.ok("staged", key_type="ECC")
    for number in range(len(observer.calls)):
        scene = Scene(tmp_path / str(number))
        observer = watch(lambda scene=scene: _check_pending(scene))
        observer.kill_at = number
        with pytest.raises(Killed):
            scene.run("staged", key_type="ECC")
        watch(lambda: None)
        staged = scene.ok("staged", key_type="ECC")
        assert tree(scene.home).keys() == tree(whole.home).keys()
        request = x509.load_pem_x509_csr(staged["csr"].encode())
        key = serialization.load_pem_private_key((scene.home / "pending/privkey.pem").read_bytes(), None)
        assert request.public_key() == key.public_key()
        assert not scene.ok("staged", key_type="ECC")["changed"]


def _check_pending(scene: Scene) -> None:
    assert _no_key_is_open(scene.folder)
