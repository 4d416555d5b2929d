# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts that are not as digicert_host_certificate left them: a clear error, and the old certificate stays in use."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import shutil
import typing as t
from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.community.digicert.plugins.module_utils._host.files import HostError
from ansible_collections.community.digicert.tests.unit import host_scene, host_stories, pki
from ansible_collections.community.digicert.tests.unit.host_kills import Counts, Place, observing
from ansible_collections.community.digicert.tests.unit.host_scene import Scene, issue, tree, with_certificate
from ansible_collections.community.digicert.tests.unit.host_stories import CHANGES, STORIES, Story

# slow, and nothing of ansible-core is in it
pytestmark = pytest.mark.once

_OLD, _NEW = issue(), issue()


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Return a host with a certificate."""
    monkeypatch.setattr(os, "fsync", lambda _fd: None)
    found = Scene(tmp_path)
    found.put_into_service(_OLD)
    return found


_FAULTS = [
    (errno.ENOSPC, {"create", "write", "mkdir", "symlink"}),
    (errno.EROFS, CHANGES - {"fsync"}),
    (errno.EIO, {"write", "fsync", "rename", "unlink"}),
]


@pytest.mark.parametrize(("number", "calls"), _FAULTS)
@pytest.mark.parametrize("kind", STORIES)
def test_a_disk_that_fails_at_any_call_is_an_error_and_changes_no_pair(
    tmp_path: Path, kind: type[Story], number: int, calls: set[str]
) -> None:
    """From one call on all such calls fail, those of the way back, too. Afterwards the next run completes it."""
    place, counts = Place(kind, tmp_path), Counts()
    hit = [at for at, call in enumerate(place.calls) if call.split(" ")[0] in calls]
    for first in hit[:: max(1, len(hit) // 3)]:
        place.reset()
        seen = iter(range(first))

        def fail(call: str, path: str, seen: t.Any = seen) -> None:
            if call in CHANGES and next(seen, None) is None and call in calls:
                raise OSError(number, os.strerror(number), path)

        # a story that runs the module fails with its message
        with observing(fail), pytest.raises((AssertionError, HostError)) as raised:
            place.story.act()
        assert os.strerror(number) in str(raised.value)
        where = f"{kind.__name__}, failed at {place.calls[first]}"
        place.look(counts, where)
        place.finish(counts, where)
        assert counts.found() == {}, counts.examples


def _is_a_file(pending: Path) -> None:
    shutil.rmtree(pending)
    pending.write_text("pending", encoding="ascii")


def _is_a_link(pending: Path) -> None:
    pending.rename(pending.with_name("elsewhere"))
    pending.symlink_to("elsewhere")


def _has_half_a_key(pending: Path) -> None:
    key = (pending / "privkey.pem").read_bytes()
    (pending / "privkey.pem").write_bytes(key[: len(key) // 2])


def _has_a_foreign_key(pending: Path) -> None:
    (pending / "privkey.pem").write_bytes(pki.key_pem(pki.new_key()))


def _has_an_encrypted_key(pending: Path) -> None:
    (pending / "privkey.pem").write_bytes(pki.key_pem(pki.new_key(), b"passphrase"))


def _has_a_folder(pending: Path) -> None:
    (pending / "privkey.pem").unlink()
    (pending / "privkey.pem").mkdir()


def _has_a_pipe(pending: Path) -> None:
    (pending / "privkey.pem").unlink()
    os.mkfifo(pending / "privkey.pem")


def _has_a_large_file(pending: Path) -> None:
    os.truncate(pending / "privkey.pem", 1 << 40)


def _has_another_csr(pending: Path) -> None:
    (pending / "request.csr").write_text(pki.csr_pem(pki.new_key(), "evil.example"), encoding="ascii")


_PENDING: tuple[Callable[[Path], None], ...] = (
    _is_a_file,
    _is_a_link,
    _has_half_a_key,
    _has_a_foreign_key,
    _has_an_encrypted_key,
    _has_a_folder,
    _has_a_pipe,
    _has_a_large_file,
    _has_another_csr,
)


@pytest.mark.parametrize("spoil", _PENDING)
def test_a_pending_directory_that_is_not_ours_changes_nothing_in_use(
    scene: Scene, spoil: Callable[[Path], None]
) -> None:
    scene.ok("staged", key_type="ECC")
    scene.stage(_NEW.key)
    spoil(scene.home / "pending")
    before = tree(scene.home / "sets")
    scene.look()
    installed = scene.run("installed", **with_certificate(_NEW))
    if spoil is _has_another_csr:
        assert not installed["failed"]
        return
    assert installed["failed"]
    assert str(scene.home / "pending") in installed["msg"]
    assert (installed["serial_number"], scene.in_use) == (host_scene.serial(_OLD), host_scene.serial(_OLD))
    assert tree(scene.home / "sets") == before
    # the next attempt has a key and a CSR that belong together, or says what is in the way
    staged = scene.run("staged", key_type="ECC")
    if staged["failed"]:
        assert "Move it away" in staged["msg"]
    else:
        assert host_stories.public_key((scene.home / "pending" / "privkey.pem").read_bytes())
        assert staged["csr"]
    assert scene.in_use == host_scene.serial(_OLD)


def _trace_of_an_older_release(scene: Scene, serial: str) -> None:
    content = {"serial_number": serial, "previous_serial_number": "", "replaced": "", "links": []}
    (scene.home / ".deploying").write_text(json.dumps(content), encoding="ascii")


def test_what_an_older_release_left_unfinished_is_completed(scene: Scene) -> None:
    """It was killed after the certificate was written and before the key was; its trace lacks what later ones have."""
    scene.stage(_NEW.key)
    half = scene.home / "sets" / host_scene.serial(_NEW)
    half.mkdir(mode=0o755)
    (half / "cert.pem").write_text(_NEW.pem, encoding="ascii")
    _trace_of_an_older_release(scene, host_scene.serial(_NEW))
    assert scene.look()["needs"] == "install"
    assert scene.in_use == host_scene.serial(_OLD)
    assert scene.ok("installed", **with_certificate(_NEW))["action"] == "install"
    scene.ok("in_service")
    assert scene.in_use == host_scene.serial(_NEW)
    assert scene.look()["needs"] == "none"


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"links": 1}', '{"serial_number": "../../etc"}', "\0" * 99]
)
def test_a_trace_that_cannot_be_read_keeps_what_is_in_use(scene: Scene, content: str) -> None:
    (scene.home / ".deploying").write_text(content, encoding="ascii")
    assert scene.look()["needs"] == "install"
    scene.ok("previous")
    assert scene.in_use == host_scene.serial(_OLD)


@pytest.mark.parametrize("days", [-20_000, -400, 400, 20_000])
def test_a_clock_that_jumps_installs_nothing_and_removes_nothing(
    scene: Scene, days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.stage(_NEW.key)
    before = tree(scene.home)
    with monkeypatch.context() as patched:
        patched.setattr(scene, "now", scene.now + dt.timedelta(days=days))
        said = scene.fails("installed", **with_certificate(_NEW))
    assert "set the clock if it is wrong" in said
    assert tree(scene.home) == before
    assert scene.install(_NEW)["action"] == "install"


def test_sets_with_times_in_the_future_do_not_displace_the_previous_one(scene: Scene) -> None:
    """The trace names the previous set, so dates do not matter."""
    future = pki.NOW.timestamp() * 2
    for issued in (issue(), issue()):
        scene.put_into_service(issued, keep=3)
    for path in (scene.home / "sets").iterdir():
        if path.name != scene.in_use:
            os.utime(path, (future, future))
    previous = scene.in_use
    scene.put_into_service(_NEW, keep=1)
    assert scene.sets == {host_scene.serial(_NEW), previous}
