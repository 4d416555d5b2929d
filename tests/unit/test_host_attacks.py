# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Other users of a host who own a folder, make a link, or exchange something between two system calls."""

from __future__ import annotations

import itertools
import os
import threading
import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.community.digicert.plugins.module_utils._host import files as _files
from ansible_collections.community.digicert.plugins.module_utils._host.files import FileAccess, HostError
from ansible_collections.community.digicert.plugins.module_utils._host.folder import check_name
from ansible_collections.community.digicert.plugins.module_utils._host.walk import find_file, make_path, open_path
from ansible_collections.community.digicert.tests.unit import host_scene, pki
from ansible_collections.community.digicert.tests.unit.host_scene import Scene, issue, tree, with_certificate

_SERVICE = 54321
_as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root may give files away")


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Return a host with a certificate, and the staged key of another one."""
    found = Scene(tmp_path)
    found.put_into_service(issue())
    return found


def _next(scene: Scene) -> dict[str, t.Any]:
    issued = issue()
    scene.stage(issued.key)
    return with_certificate(issued)


@_as_root
@pytest.mark.parametrize("place", [".", "..", "sets", "pending", "current"])
def test_a_folder_of_a_service_user_is_refused(scene: Scene, place: str) -> None:
    options = _next(scene)
    path = (scene.home / place).resolve()
    os.chown(path, _SERVICE, _SERVICE)
    before = tree(scene.folder)
    for state in ("installed", "in_service"):
        said = scene.fails(state, **options)
        assert f"{path} belongs to another user (ID {_SERVICE})" in said
        assert f"chown 0 {path}" in said
    assert tree(scene.folder) == before


@pytest.mark.parametrize("place", [".", "..", "sets", "pending"])
@pytest.mark.parametrize("mode", [0o775, 0o757])
def test_a_folder_that_others_may_write_to_is_refused(
    scene: Scene, place: str, mode: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = _next(scene)
    path = (scene.home / place).resolve()
    if mode == 0o775 and place == ".." and os.getegid() == 0:
        os.chown(path, 0, _SERVICE)  # the group of root stands for root
    path.chmod(mode)
    said = scene.fails("installed", **options)
    assert f"{path} has the mode {mode:04o}" in said
    assert "chmod go-w" in said


@pytest.mark.parametrize("place", ["sets", "pending", "."])
def test_a_link_in_the_place_of_a_folder_is_refused(scene: Scene, place: str) -> None:
    options = _next(scene)
    path = (scene.home / place).resolve()
    elsewhere = scene.folder / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    before = tree(scene.folder)
    assert f"{path} is a symbolic link" in scene.fails("installed", **options)
    assert tree(scene.folder) == before


def test_a_link_in_the_place_of_the_next_set_is_refused(scene: Scene) -> None:
    """The service user has moved ``sets`` away and makes the next set a link to a folder of root."""
    issued = issue()
    scene.stage(issued.key)
    victim = scene.folder / "victim"
    victim.mkdir(mode=0o700)
    (victim / "secret").touch()
    (scene.home / "sets" / host_scene.serial(issued)).symlink_to(victim)
    before = victim.stat()
    assert "is a symbolic link" in scene.fails("installed", owner="54321", **with_certificate(issued))
    after = victim.stat()
    assert (after.st_uid, after.st_mode) == (before.st_uid, before.st_mode)
    assert [path.name for path in victim.iterdir()] == ["secret"]


@pytest.mark.parametrize("target", ["/etc", "sets/../../victim", "sets/x/../y", "../sets/1", "sets/.lock"])
def test_a_current_that_is_not_ours_is_refused(scene: Scene, target: str) -> None:
    options = _next(scene)
    scene.current.unlink()
    scene.current.symlink_to(target)
    assert "which is not a set of this folder" in scene.fails("installed", **options)
    scene.current.unlink()
    scene.current.mkdir()
    assert "is not a symbolic link" in scene.fails("installed", **options)


def test_files_of_another_kind_are_never_opened(scene: Scene) -> None:
    used = scene.current.resolve()
    (used / "privkey.pem").unlink()
    os.mkfifo(used / "privkey.pem")
    (scene.home / ".deploying").symlink_to("/etc/passwd")
    assert "is not a regular file" in scene.fails("in_service")
    (scene.home / ".deploying").unlink()
    assert scene.ok("in_service")["action"] == "none"


@_as_root
def test_a_link_that_another_user_made_is_not_followed_on_the_way(scene: Scene) -> None:
    theirs = scene.folder / "theirs"
    theirs.mkdir()
    (theirs / "digicert").symlink_to(scene.directory)
    os.chown(theirs / "digicert", _SERVICE, _SERVICE, follow_symlinks=False)
    said = scene.fails("staged", directory=str(theirs / "digicert"))
    assert "another user could have made" in said
    # a link of root is followed
    (scene.folder / "mine").symlink_to(scene.directory)
    assert not scene.run("installed", directory=str(scene.folder / "mine"), check_mode=True)["changed"]


@_as_root
def test_old_files_behind_a_link_of_another_user_are_not_read(scene: Scene) -> None:
    """Otherwise a service user has any file of root copied to a place of its own."""
    folder = scene.folder / "chroot"
    folder.mkdir()
    secret = scene.folder / "shadow"
    secret.write_text("secret", encoding="ascii")
    secret.chmod(0o600)
    (folder / "www.pem").symlink_to(secret)
    os.chown(folder, _SERVICE, _SERVICE)
    for copy in (False, True):
        said = scene.fails(
            "installed", links=[{"path": str(folder / "www.pem"), "output": "fullchain", "copy": copy}], **_next(scene)
        )
        assert "is not followed" in said
    assert secret.read_text(encoding="ascii") == "secret"


@_as_root
def test_a_copy_in_a_folder_of_a_service_user_is_written(scene: Scene) -> None:
    folder = scene.folder / "chroot"
    folder.mkdir()
    os.chown(folder, _SERVICE, _SERVICE)
    links = [{"path": str(folder / "www.key"), "output": "key", "copy": True}]
    scene.ok("installed", links=links, key_owner=str(_SERVICE), **_next(scene))
    found = (folder / "www.key").stat()
    assert (found.st_uid, found.st_mode & 0o7777) == (_SERVICE, 0o600)
    folder.chmod(0o777)
    assert "has the mode 0777" in scene.fails("installed", links=links, **_next(scene))


def test_a_folder_that_is_exchanged_between_two_calls_changes_nothing_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before each call in turn, the folder of the certificate is moved away, and a link takes its place."""
    issued = issue()
    for number in range(400):
        scene = Scene(tmp_path / str(number))
        scene.stage(issued.key)
        victim = scene.folder / "victim"
        (victim / "sets").mkdir(parents=True)
        (victim / "pending").mkdir()
        before = tree(victim)
        calls = itertools.count()

        def swap(_call: str, _path: str, scene: Scene = scene, number: int = number, calls: t.Any = calls) -> None:
            if next(calls) == number:
                scene.home.rename(scene.folder / "away")
                scene.home.symlink_to(scene.folder / "victim")

        monkeypatch.setattr(_files, "observe", swap)
        scene.run("installed", **with_certificate(issued))
        monkeypatch.setattr(_files, "observe", lambda _call, _path: None)
        assert tree(victim) == before, f"before call {number}"
        if next(calls) <= number:
            break
    else:
        pytest.fail("the run makes more calls than expected")


def test_a_key_that_is_exchanged_after_it_was_compared_is_not_installed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written is what was compared: the file is read once."""
    issued = issue()
    scene.stage(issued.key)
    path = scene.home / "pending" / "privkey.pem"

    def exchange(call: str, _path: str) -> None:
        if call == "create":
            path.write_bytes(pki.key_pem(pki.new_key()))

    monkeypatch.setattr(_files, "observe", exchange)
    scene.ok("installed", **with_certificate(issued))
    assert (scene.current / "privkey.pem").read_bytes() == pki.key_pem(issued.key)


def test_what_the_disk_changes_is_noticed_before_the_switch(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    used = scene.in_use
    options = _next(scene)
    original = os.pread

    def spoiled(fd: int, size: int, offset: int) -> bytes:
        found = original(fd, size, offset)
        is_new = "/.new-" in str(Path(f"/proc/self/fd/{fd}").readlink())
        return found.replace(b"-----END", b"-----EN0") if is_new else found

    monkeypatch.setattr(os, "pread", spoiled)
    assert "does not contain what was written" in scene.fails("installed", **options)
    monkeypatch.undo()
    assert scene.in_use == used
    assert not [name for name in tree(scene.folder) if ".new-" in name]


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/a", "a\0b", "a\nb", "\x7f"])
def test_names_that_leave_their_folder_are_refused(name: str) -> None:
    with pytest.raises(HostError, match="not the name of a file"):
        check_name(name)


def test_folders_on_the_way(tmp_path: Path) -> None:
    assert open_path(str(tmp_path / "nothing")) is None
    with pytest.raises(HostError, match="absolute"):
        open_path("relative")
    (tmp_path / "file").touch()
    with pytest.raises(HostError, match="is not a folder"):
        open_path(str(tmp_path / "file" / "x"))
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(HostError, match="cannot be followed"):
        open_path(str(tmp_path / "loop"))
    with make_path(str(tmp_path / "a" / "b"), 0o755) as made:
        assert made.path == str(tmp_path / "a" / "b")
    (tmp_path / "up").symlink_to("a/b/..")
    opened = open_path(str(tmp_path / "up"))
    assert opened is not None
    with opened:
        assert opened.names() == ["b"]


def test_files_behind_links(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("content", encoding="ascii")
    (tmp_path / "first").symlink_to("second")
    (tmp_path / "second").symlink_to(tmp_path / "file")
    (tmp_path / "dangling").symlink_to("nothing")
    (tmp_path / "loop").symlink_to("loop")
    found = find_file(str(tmp_path / "first"))
    assert found is not None
    with found[0]:
        assert found[1] == "file"
    assert find_file(str(tmp_path / "dangling")) is None
    assert find_file("/nothing/there") is None
    with pytest.raises(HostError, match="too many links"):
        find_file(str(tmp_path / "loop"))


def test_a_file_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("content", encoding="ascii")
    (tmp_path / "link").symlink_to("victim")
    with make_path(str(tmp_path), 0o755) as folder:
        for name in ("victim", "link"):
            with pytest.raises(HostError, match="File exists"):
                folder.write(name, b"x", FileAccess())
        folder.replace("link", b"x", FileAccess(mode=0o640))
    assert (tmp_path / "victim").read_text(encoding="ascii") == "content"
    assert not (tmp_path / "link").is_symlink()


def test_descriptors_are_closed(scene: Scene) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for state in ("staged", "installed", "in_service", "previous"):
        scene.run(state, key_type="ECC", **with_certificate(issue()))
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_two_runs_wait_for_each_other(scene: Scene) -> None:
    options = _next(scene)
    entries = []

    def run() -> None:
        entries.append(scene.run("installed", lock_timeout=20, **options))

    with make_path(str(scene.home), 0o755) as home, home.locked(1):
        said = scene.fails("installed", lock_timeout=0, **options)
        assert "another run has been working on" in said
        assert "lock_timeout" in said
        thread = threading.Thread(target=run)
        thread.start()
        time.sleep(0.3)
        assert entries == []
    thread.join(20)
    assert [entry["action"] for entry in entries] == ["install"]


@_as_root
def test_a_user_without_root_can_use_folders_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And root does not trust them."""
    monkeypatch.setattr(os, "geteuid", lambda: _SERVICE)
    own = tmp_path / "own"
    own.mkdir()
    os.chown(own, _SERVICE, _SERVICE)
    scene = Scene(own)
    assert scene.ok("staged", key_type="ECC")["action"] == "stage"
    monkeypatch.undo()
    assert "belongs to another user" in scene.fails("staged", key_type="ECC")
