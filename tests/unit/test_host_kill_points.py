# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_host_certificate, killed before each of its system calls, and run again.

A run that is killed leaves what SIGKILL would leave: nothing of its own code runs afterwards. At every moment the key
and the certificate that can be seen belong together, and no private key can be read by others.
"""

from __future__ import annotations

import os
import typing as t
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from ansible_collections.community.digicert.plugins.module_utils._host import files as _files
from ansible_collections.community.digicert.tests.unit import host_scene, pki
from ansible_collections.community.digicert.tests.unit.host_kills import Place
from ansible_collections.community.digicert.tests.unit.host_scene import Scene, tree
from ansible_collections.community.digicert.tests.unit.host_stories import (
    CHANGES,
    NEW,
    FirstInstallation,
    LaterLinks,
    Renewal,
    Story,
    Takeover,
    no_key_is_open,
)

# slow, and nothing of ansible-core is in it
pytestmark = pytest.mark.once

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
        if call not in CHANGES:
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


@pytest.mark.parametrize("kind", [FirstInstallation, Renewal, Takeover, LaterLinks])
def test_a_run_that_was_killed_anywhere_can_be_taken_back(watch: t.Any, tmp_path: Path, kind: type[Story]) -> None:
    """Until the certificate is proven, what was served before is served again, and the staged key is kept."""
    place = Place(kind, tmp_path)
    calls, story, number = place.calls, place.story, 0
    while True:
        place.reset()
        before = {name: (story.scene.site / name).exists() for name in ("www.pem", "www.key")}
        served = _served(story)
        observer = watch(story.check)
        observer.kill_at, observer.checks = number, False
        try:
            story.scene.ok("installed", **host_scene.with_certificate(NEW), **story.options())
        except Killed:
            pass
        else:
            break
        observer = watch(story.check)
        if (story.scene.home / ".deploying").exists():
            story.scene.ok("previous", **story.options())
        assert _served(story) == served, f"killed before {calls[number]}"
        assert {name: (story.scene.site / name).exists() for name in before} == before
        assert (story.scene.home / "pending" / "privkey.pem").read_bytes() == pki.key_pem(NEW.key)
        # and the next attempt succeeds
        watch(story.check)
        story.act()
        assert story.scene.in_use == host_scene.serial(NEW)
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
        assert not trace or story.scene.in_use == host_scene.serial(NEW)


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
        story.scene.ok("installed", **host_scene.with_certificate(NEW), **story.options())
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
    assert no_key_is_open(scene.folder)
