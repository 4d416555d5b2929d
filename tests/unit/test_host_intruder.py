# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service user who attacks between two system calls, with the rights that it really has.

Root works, and before each of its calls the attacker has a turn under its own user ID. A folder of root with a secret
must stay as it is, and nothing that the attacker can reach may contain the secret or a key that is not its own.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import typing as t
from collections.abc import Callable
from pathlib import Path

import pytest

from ansible_collections.community.digicert.plugins.module_utils._host import files as _files
from ansible_collections.community.digicert.plugins.module_utils._host import folder as _folder
from ansible_collections.community.digicert.plugins.module_utils._host import home as _home_module
from ansible_collections.community.digicert.plugins.module_utils._host import walk as _walk
from ansible_collections.community.digicert.tests.unit import host_scene, pki
from ansible_collections.community.digicert.tests.unit.host_scene import Scene, issue, with_certificate

# slow, and nothing of ansible-core is in it
pytestmark = [pytest.mark.once, pytest.mark.skipif(os.getuid() != 0, reason="only root may become another user")]

_SERVICE = 54321
_SECRET = b"the secret of root"
_FIRST, _NEXT = issue(), issue()

Status = tuple[int, int, int, int, bytes]


class Battlefield(Scene):
    """A host with a service user, who has a folder of its own, and a folder of root."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        for path in (folder, *folder.parents):
            if path.stat().st_mode & 0o005 != 0o005 and path != Path("/"):
                path.chmod(0o755)
        self.victim = folder / "victim"
        (self.victim / "sets").mkdir(parents=True)
        self.victim.chmod(0o700)
        for name in ("secret", "www.pem", "www.key", "privkey.pem", ".new-www.key", "sets/secret"):
            (self.victim / name).write_bytes(_SECRET)
            (self.victim / name).chmod(0o600)
        self.site = folder / "srv" / "site"
        self.site.mkdir(parents=True)
        for path in (self.site, self.site.parent):
            os.chown(path, _SERVICE, _SERVICE)
        self.copies = [
            {"path": str(self.site / name), "output": output, "copy": copy}
            for name, output, copy in (
                ("www.pem", "fullchain", True),
                ("www.key", "key", True),
                ("link.pem", "fullchain", False),
            )
        ]
        self.options: dict[str, t.Any] = {
            "owner": str(_SERVICE),
            "group": str(_SERVICE),
            "key_owner": str(_SERVICE),
            "key_group": str(_SERVICE),
            "links": self.copies,
        }
        self.before = self.of_root()

    def of_root(self) -> dict[str, Status]:
        """Return everything that can be seen of the folder of root."""
        found = {}
        for path in (self.victim, *sorted(self.victim.rglob("*"))):
            status = path.lstat()
            content = path.read_bytes() if path.is_file() else b""
            found[str(path.relative_to(self.victim))] = (
                status.st_uid,
                status.st_gid,
                status.st_mode,
                status.st_nlink,
                content,
            )
        return found

    def check(self) -> None:
        """Raise AssertionError if the attacker was successful."""
        assert self.of_root() == self.before
        for path in self.folder.rglob("*"):
            status = path.lstat()
            if path.is_symlink() or not path.is_file() or self.victim in path.parents:
                continue
            is_readable = status.st_mode & 0o004 or (status.st_uid == _SERVICE and status.st_mode & 0o400)
            assert not (is_readable and _SECRET in path.read_bytes()), f"{path} has the secret"
            assert not status.st_mode & 0o7000, f"{path} runs with the rights of its owner"


@contextlib.contextmanager
def _as_service() -> t.Iterator[None]:
    """Act under the user ID of the service, without any right of root."""
    os.setegid(_SERVICE)
    os.seteuid(_SERVICE)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def _swap(path: Path, target: Path) -> None:
    """Move a file or folder away, and put a link in its place; the next time, undo it."""
    away = path.with_name(f"away-{path.name}")
    with contextlib.suppress(OSError):
        if path.is_symlink():
            path.unlink()
            away.rename(path)
        else:
            if os.path.lexists(path):
                path.rename(away)
            path.symlink_to(target)


def _link_to(path: Path, target: Path) -> None:
    """Have a link in a place, whatever is there."""
    with contextlib.suppress(OSError):
        if not path.is_symlink():
            if os.path.lexists(path):
                path.rename(path.with_name(f"away-{path.name}"))
            path.symlink_to(target)


def _sets(host: Battlefield) -> None:
    serial = host_scene.serial(_NEXT)
    for path in (host.home / "sets", host.home / "sets" / serial, host.home / "sets" / f".new-{serial}"):
        _swap(path, host.victim)


def _home(host: Battlefield) -> None:
    for path in (host.directory, host.home, host.home / "pending", host.home / "current", host.home / ".deploying"):
        _swap(path, host.victim)


def _site(host: Battlefield) -> None:
    _swap(host.site, host.victim)


def _copies(host: Battlefield) -> None:
    for name in ("www.pem", "www.key", "link.pem"):
        _swap(host.site / name, host.victim / "secret")


def _temporaries(host: Battlefield) -> None:
    for name in ("www.pem", "www.key", "link.pem"):
        _link_to(host.site / f".new-{name}", host.victim / "secret")


def _temporary_folders(host: Battlefield) -> None:
    for name in ("www.pem", "www.key", "link.pem"):
        temporary = host.site / f".new-{name}"
        with contextlib.suppress(OSError):
            (temporary / "deep" / "deeper").mkdir(parents=True)
        _swap(temporary / "deep", host.victim)


def _hard_links(host: Battlefield) -> None:
    for name in ("www.pem", "www.key", ".new-www.key"):
        with contextlib.suppress(OSError):
            (host.site / name).unlink(missing_ok=True)
            os.link(host.victim / "secret", host.site / name)


def _files_of_the_set(host: Battlefield) -> None:
    """The files belong to the service, so it may change their content; this must not become anything of root."""
    for path in host.directory.glob("www/sets/*/*.pem"):
        with contextlib.suppress(OSError):
            path.write_bytes(pki.key_pem(_FIRST.key))
        _link_to(path, host.victim / "secret")


def _pipes(host: Battlefield) -> None:
    for name in ("www.pem", "www.key", ".new-www.pem"):
        with contextlib.suppress(OSError):
            (host.site / name).unlink(missing_ok=True)
            os.mkfifo(host.site / name)


Attack = Callable[[Battlefield], None]
_ATTACKS: tuple[Attack, ...] = (
    _sets,
    _home,
    _site,
    _copies,
    _temporaries,
    _temporary_folders,
    _hard_links,
    _files_of_the_set,
    _pipes,
)
_ON_ITS_OWN = (_site, _copies, _temporaries, _temporary_folders)
"""Those that change something in the folder of the service."""


def _live(host: Battlefield) -> None:
    """Have the whole life of a certificate. It may fail, but never give anything away."""
    host.run("staged", key_type="ECC", **host.options)
    for issued in (_FIRST, _NEXT):
        with contextlib.suppress(OSError):
            host.stage(issued.key)
        host.run("installed", **with_certificate(issued), **host.options)
        host.run("in_service", **host.options)
    host.run("previous", **host.options)
    host.look(**host.options)


def _attacked(host: Battlefield, monkeypatch: pytest.MonkeyPatch, turn: Callable[[int], bool], attack: Attack) -> int:
    """Live while the attacker has its turns. Return the number of system calls."""
    calls = itertools.count()

    def observe(_call: str, _path: str) -> None:
        if turn(next(calls)):
            with _as_service():
                attack(host)

    monkeypatch.setattr(_files, "observe", observe)
    try:
        _live(host)
    finally:
        monkeypatch.setattr(_files, "observe", lambda _call, _path: None)
    host.check()
    return next(calls)


@pytest.fixture(autouse=True)
def _quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _fd: None)


@pytest.mark.parametrize("attack", _ATTACKS)
@pytest.mark.parametrize("rhythm", [1, 7])
def test_a_service_user_that_swaps_paths_at_every_call_gains_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, attack: Attack, rhythm: int
) -> None:
    assert _attacked(Battlefield(tmp_path / "x"), monkeypatch, lambda call: call % rhythm == 0, attack) > 20


@pytest.mark.parametrize("attack", _ON_ITS_OWN)
def test_a_service_user_that_swaps_paths_once_gains_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, attack: Attack
) -> None:
    """At one of the calls, a prime number apart."""
    total = _attacked(Battlefield(tmp_path / "x"), monkeypatch, lambda _call: False, attack)
    for number in range(0, total, 131):
        host = Battlefield(tmp_path / str(number))
        _attacked(host, monkeypatch, lambda call, number=number: call == number, attack)  # type: ignore[misc]


def test_the_attacker_has_its_turns(tmp_path: Path) -> None:
    """What is shown above is only worth something if the attacks succeed where the service user may do them."""
    for attack in _ON_ITS_OWN:
        host = Battlefield(tmp_path / attack.__name__)
        _live(host)
        before = _names(host.site.parent)
        with _as_service():
            attack(host)
            assert _names(host.site.parent) != before
            with pytest.raises(PermissionError):
                (host.victim / "secret").read_bytes()
            with pytest.raises(PermissionError):
                (host.current / "privkey.pem").unlink()


def _names(folder: Path) -> dict[str, bool]:
    return {str(path): path.is_symlink() for path in folder.rglob("*")}


# Below, the code is broken on purpose. The attacks must succeed then.


def test_an_owner_that_is_set_by_path_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def give(_fd: int, path: str, access: _files.FileAccess) -> None:
        _files.call("fchown", path, os.chown, path, access.uid or 0, access.gid or 0)
        os.chmod(path, access.mode)  # noqa: PTH101

    monkeypatch.setattr(_folder, "_give", give)
    host = Battlefield(tmp_path / "x")

    def at_the_owner(call: str, _path: str) -> None:
        if call == "fchown":
            with _as_service():
                _temporaries(host)

    monkeypatch.setattr(_files, "observe", at_the_owner)
    _live(host)
    with pytest.raises(AssertionError):
        host.check()


def test_links_that_are_followed_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_walk, "is_trusted", lambda _uid: True)
    with pytest.raises(AssertionError):
        _attacked(Battlefield(tmp_path / "x"), monkeypatch, lambda call: call == 0, _site)


def _write_as_service(path: Path, content: bytes, mode: int = 0o600) -> None:
    with _as_service():
        path.write_bytes(content)
        path.chmod(mode)


def _older_host(folder: Path) -> Battlefield:
    """Return a host of a release that gave the folders to ``owner``, after the service user has been at work."""
    host = Battlefield(folder)
    host.stage(_FIRST.key)
    host.ok("installed", **with_certificate(_FIRST), **{**host.options, "links": []})
    host.ok("in_service")
    host.stage(_NEXT.key)
    for path in (host.home, *host.home.rglob("*")):
        os.chown(path, _SERVICE, _SERVICE, follow_symlinks=False)
    planted = [
        {
            "path": str(host.victim / name),
            "file": "privkey.pem",
            "is_copy": True,
            "state": state,
            "target": "",
            "saved": "feed/privkey.pem",
            "uid": _SERVICE,
            "gid": _SERVICE,
            "mode": 0o644,
        }
        for name, state in (("secret", "absent"), ("www.key", "foreign"), ("privkey.pem", "former"))
    ]
    trace = {"serial_number": "beef", "previous_serial_number": host_scene.serial(_FIRST), "replaced": ""}
    trace_file = json.dumps({**trace, "set_existed": False, "links": planted}).encode()
    _write_as_service(host.home / ".deploying", trace_file, 0o644)
    with _as_service():
        (host.home / "sets" / "feed").mkdir()
        (host.home / "sets" / "feed" / "privkey.pem").symlink_to(host.victim / "secret")
        (host.home / "sets" / ".new-2").symlink_to(host.victim)
        (host.home / ".new-current").mkdir()
        (host.home / "pending" / ".new-privkey.pem").symlink_to(host.victim / "secret")
    return host


def _advised(said: str) -> bool:
    """Do what a message advises, as an administrator who trusts it. Return whether it advises something."""
    for pattern, act in (
        (r"chown 0 (\S+?)[.;]?(\s|$)", lambda path: os.chown(path, 0, 0)),
        (r"(\S+) is a folder\. Move it away", lambda path: Path(path).rename(f"{path}-away")),
        (r"(\S+) is a symbolic link, which", lambda path: Path(path).rename(f"{path}-away")),
        (r"(\S+) could have been written by another user", lambda path: Path(path).unlink()),
    ):
        found = re.search(pattern, said)
        if found is not None:
            act(found.group(1))
            return True
    return False


@pytest.mark.parametrize("first", ["installed", "staged", "previous", "in_service"])
def test_a_host_of_an_older_release_is_refused_until_it_is_safe(tmp_path: Path, first: str) -> None:
    """Each message names a path and what to do; who does it, and nothing else, gives nothing away."""
    host = _older_host(tmp_path / "x")
    assert "belongs to another user" in str(host.look()["reasons"])
    said: list[str] = []
    for _number in range(12):
        entry = host.run(first, key_type="ECC", **with_certificate(_NEXT), **host.options)
        host.check()
        assert host.current.exists()
        if not entry["failed"] or "has no other set" in entry["msg"]:
            break
        said.append(entry["msg"])
        assert _advised(entry["msg"]), entry["msg"]
    assert len(said) >= 3, said
    assert any("could have been written by another user" in text for text in said), said
    host.run("installed", **with_certificate(_NEXT), **host.options)
    host.check()


def test_a_trace_of_another_user_that_is_carried_out_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_home_module, "is_trusted", lambda _uid: True)
    with pytest.raises(AssertionError):
        test_a_host_of_an_older_release_is_refused_until_it_is_safe(tmp_path, "installed")
