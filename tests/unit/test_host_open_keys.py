# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No private key can be read by others, not even for an instant.

After every system call of digicert_host_certificate the mode of every file is read that has a private key. This sees
everything only if nothing is changed in another way, so Python's own audit events are compared with these calls.
"""

from __future__ import annotations

import os
import sys
import typing as t
from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.community.digicert.plugins.module_utils._host import folder as _folder
from ansible_collections.community.digicert.plugins.module_utils._host import set_links, written_set
from ansible_collections.community.digicert.plugins.module_utils._host.files import FileAccess
from ansible_collections.community.digicert.tests.unit import host_stories, pki
from ansible_collections.community.digicert.tests.unit.host_kills import Place, observing
from ansible_collections.community.digicert.tests.unit.host_scene import Scene, intermediate, issue, with_certificate
from ansible_collections.community.digicert.tests.unit.host_stories import CHANGES, STORIES, Story, no_key_is_open

# slow, and nothing of ansible-core is in it
pytestmark = pytest.mark.once

_CHANGING = {
    f"os.{name}"
    for name in (
        *("rename", "remove", "rmdir", "mkdir", "chmod", "chown", "link", "symlink", "setxattr", "truncate"),
        *("exec", "posix_spawn", "system", "fork"),
    )
} | {"subprocess.Popen", "shutil.copyfile", "shutil.move", "tempfile.mkstemp"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


def _open_after(kind: type[Story], folder: Path, allowed: int = 0o600) -> list[str]:
    """Play a story. Return the calls after which others could read a private key."""
    place, found, last = Place(kind, folder), [], "the beginning"
    place.reset()

    def observe(call: str, path: str) -> None:
        nonlocal last
        if (last.split(" ", maxsplit=1)[0] in CHANGES or call == "end") and not no_key_is_open(
            place.story.scene.folder, allowed
        ):
            found.append(last)
        last = f"{call} {path}"

    with observing(observe):
        place.story.act()
        observe("end", "")
    return found


@pytest.mark.parametrize("kind", STORIES)
def test_no_key_is_open_after_any_call(tmp_path: Path, kind: type[Story]) -> None:
    assert _open_after(kind, tmp_path) == []


def _unseen(act: Callable[[], object]) -> int:
    """Do something in a process of its own. Return how many of its changes did not go through ``files.call``."""
    pid = os.fork()
    if pid == 0:
        status = 255
        try:
            status = _count_unseen(act)
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _count_unseen(act: Callable[[], object]) -> int:
    is_announced, unseen = False, 0

    def observe(_call: str, _path: str) -> None:
        nonlocal is_announced
        is_announced = True

    def hook(event: str, arguments: tuple[t.Any, ...]) -> None:
        nonlocal is_announced, unseen
        if event in _CHANGING or (event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING):
            unseen += not is_announced
            is_announced = False

    sys.addaudithook(hook)
    with observing(observe):
        act()
    return min(unseen, 254)


def test_every_change_is_a_call_that_is_seen(tmp_path: Path) -> None:
    for kind in (host_stories.Keystores, host_stories.Takeover, host_stories.Staging):
        place = Place(kind, tmp_path / kind.__name__)
        place.reset()
        assert _unseen(place.story.act) == 0


def test_a_change_that_goes_another_way_is_noticed(tmp_path: Path) -> None:
    assert _unseen(lambda: (tmp_path / "file").write_bytes(b"")) == 1
    assert _unseen((tmp_path / "file").unlink) == 1
    assert _unseen(lambda: os.system("true")) > 0


@pytest.mark.parametrize("mode", [0o640, 0o440])
def test_a_group_gets_its_right_and_nobody_else(tmp_path: Path, mode: int) -> None:
    class WithGroup(host_stories.Keystores):
        """Keys that a group may read."""

        def options(self) -> dict[str, t.Any]:
            """Add the mode."""
            return {**super().options(), "key_mode": f"{mode:04o}"}

        def look_options(self) -> dict[str, t.Any]:
            """Read with the mode, too."""
            return self.options()

    assert _open_after(WithGroup, tmp_path, 0o600 | mode) == []


def test_an_old_key_in_a_closed_folder_is_not_opened_by_saving_it(tmp_path: Path) -> None:
    """The key may be open to everybody only because its folder is not. The folder of the sets is open."""
    scene = Scene(tmp_path)
    old, new = issue(), issue()
    certificate, key = scene.site / "www.pem", scene.site / "www.key"
    certificate.write_text(old.pem + intermediate().pem, encoding="ascii")
    key.write_bytes(pki.key_pem(old.key))
    key.chmod(0o4644)
    scene.site.chmod(0o700)
    links = [{"path": str(certificate), "output": "fullchain"}, {"path": str(key), "output": "key"}]
    scene.stage(new.key)
    # without links yet, so that the old files are saved and put back, not taken over
    scene.put_into_service(issue())
    scene.stage(new.key)
    seen: list[str] = []

    def observe(_call: str, _path: str) -> None:
        if not no_key_is_open(scene.directory):
            seen.append(_path)

    with observing(observe):
        scene.ok("installed", links=links, **with_certificate(new))
    assert seen == []
    assert key.is_symlink()
    scene.ok("previous", links=links)
    assert (key.read_bytes(), key.stat().st_mode & 0o7777) == (pki.key_pem(old.key), 0o644)
    assert no_key_is_open(scene.directory)


def test_the_owner_is_set_before_the_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mode for a group is only set if the file already belongs to it."""
    order: list[str] = []

    def call(name: str, _path: str, *_rest: object) -> os.stat_result:
        order.append(name)
        return Path("/").stat()

    monkeypatch.setattr(_folder, "call", call)
    _folder._give(0, "x", FileAccess(54321, 54321, 0o640))
    assert order == ["fstat", "fchown", "fchmod"]


# Below, the code is broken on purpose. The proof must notice each of these mistakes.


def test_a_file_that_is_closed_after_it_is_written_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = os.open

    def open_(path: t.Any, flags: int, mode: int = 0o777, **more: t.Any) -> int:
        fd = original(path, flags, mode, **more)
        if flags & os.O_EXCL:
            os.fchmod(fd, 0o644)
        return fd

    place = Place(host_stories.Keystores, tmp_path / "x")
    place.reset()
    monkeypatch.setattr(os, "open", open_)
    found = []

    def observe(call: str, path: str) -> None:
        if not no_key_is_open(tmp_path / "x" / "work"):
            found.append(f"{call} {path}")

    with observing(observe):
        place.story.act()
    assert {Path(entry.split(" ")[1]).name for entry in found} >= {"certificate.p12", "keystore.jks", "privkey.pem"}


def test_a_saved_key_that_keeps_an_open_mode_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(set_links, "is_open_to_others", lambda _mode: False)
    with pytest.raises(AssertionError):
        test_an_old_key_in_a_closed_folder_is_not_opened_by_saving_it(tmp_path)


def test_outputs_that_are_not_treated_as_keys_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written_set, "HAS_KEY", frozenset({"privkey.pem"}))
    assert _open_after(host_stories.Keystores, tmp_path)
