# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several jobs that work on the same certificate of one host at the same time, each in a process of its own."""

from __future__ import annotations

import contextlib
import os
import time
import traceback
import typing as t
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ansible_collections.community.digicert.plugins.module_utils._host import folder as _folder
from ansible_collections.community.digicert.plugins.module_utils._host import home as _home
from ansible_collections.community.digicert.tests.unit import host_scene, pki
from ansible_collections.community.digicert.tests.unit.host_kills import observing
from ansible_collections.community.digicert.tests.unit.host_scene import Scene, issue, with_certificate
from ansible_collections.community.digicert.tests.unit.host_stories import are_a_pair

# slow, and nothing of ansible-core is in it
pytestmark = pytest.mark.once

# another job may have gone back to before the first certificate
_NOTHING_LEFT = ("no certificate is installed", "nothing to go back to", "has no other set")
_ISSUED = [issue() for _number in range(3)]


def _start(job: Callable[[], object], gate: Path) -> int:
    """Start a job that begins when the gate is there. Its process ends with 1 if the job fails."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            while not gate.exists():
                time.sleep(0.001)
            with observing(lambda _call, _path: None):
                job()
            status = 0
        except AssertionError:
            traceback.print_exc()
        finally:
            os._exit(status)
    return pid


def _run_together(jobs: Sequence[Callable[[], object]], gate: Path, meanwhile: Callable[[], None]) -> int:
    """Run jobs at the same time. Return how many failed."""
    left = {_start(job, gate) for job in jobs}
    gate.touch()
    failed = 0
    while left:
        meanwhile()
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid in left:
            left.remove(pid)
            failed += status != 0
    return failed


def _options(scene: Scene) -> dict[str, t.Any]:
    return {
        "lock_timeout": 60,
        "links": [
            {"path": str(scene.site / "copy.pem"), "output": "fullchain", "copy": True},
            {"path": str(scene.site / "www.key"), "output": "key"},
        ],
    }


def _job(scene: Scene, number: int) -> Callable[[], None]:
    """Return a job that installs all certificates in an order of its own, and goes back now and then."""
    options = _options(scene)

    def live() -> None:
        for turn in range(4):
            issued = _ISSUED[(number + turn) % len(_ISSUED)]
            given = {**with_certificate(issued), "key_path": str(scene.folder / f"{host_scene.serial(issued)}.key")}
            entries = [scene.run("installed", **given, **options)]
            if (number + turn) % 3 == 0:
                entries.append(scene.run("previous", **options))
            entries += [scene.run("staged", key_type="ECC", **options), scene.run("in_service", **options)]
            for entry in entries:
                assert not entry["failed"] or any(text in entry["msg"] for text in _NOTHING_LEFT), entry["msg"]

    return live


def _live_together(scene: Scene) -> tuple[int, int]:
    """Return how many jobs failed, and how often a mixed pair was seen in the set in use."""
    for issued in _ISSUED:
        path = scene.folder / f"{host_scene.serial(issued)}.key"
        path.write_bytes(pki.key_pem(issued.key))
        path.chmod(0o600)
    scene.stage(_ISSUED[0].key)
    scene.put_into_service(_ISSUED[0], **_options(scene))
    mixed = 0

    def look() -> None:
        nonlocal mixed
        # a set may be removed while it is read; what is in use is read through one folder, as a service does
        with contextlib.suppress(FileNotFoundError):
            used = scene.current.resolve()
            mixed += not are_a_pair(used / "cert.pem", used / "privkey.pem")

    failed = _run_together([_job(scene, number) for number in range(5)], scene.folder / "gate", look)
    return failed, mixed


def test_jobs_that_install_at_the_same_time_leave_one_whole_certificate(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    assert _live_together(scene) == (0, 0)
    last = _ISSUED[1]
    given = {**with_certificate(last), "key_path": str(scene.folder / f"{host_scene.serial(last)}.key")}
    scene.ok("installed", **given, **_options(scene))
    scene.ok("in_service", **_options(scene))
    assert scene.look(**{name: value for name, value in _options(scene).items() if name == "links"})["needs"] == "none"
    assert not [name for name in host_scene.tree(scene.folder) if ".new-" in name or name.endswith(".deploying")]


def _staged_together(scene: Scene) -> set[str]:
    """Return the different CSRs that jobs got which staged at the same time."""

    def stage(number: int) -> None:
        entry = scene.ok("staged", key_type="RSA", lock_timeout=60)
        (scene.folder / f"csr-{number}").write_text(entry["csr"], encoding="ascii")

    jobs = [lambda number=number: stage(number) for number in range(4)]
    assert _run_together(jobs, scene.folder / "gate", lambda: time.sleep(0.01)) == 0
    return {path.read_text(encoding="ascii") for path in scene.folder.glob("csr-*")}


def test_jobs_that_stage_at_the_same_time_order_for_the_same_key(tmp_path: Path) -> None:
    assert len(_staged_together(Scene(tmp_path))) == 1


# Below, the code is broken on purpose. The proof must notice it.


@contextlib.contextmanager
def _unlocked(_self: _folder.Folder, _timeout: float) -> t.Iterator[None]:
    yield


def test_jobs_without_a_lock_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_folder.Folder, "locked", _unlocked)
    try:
        assert len(_staged_together(Scene(tmp_path / "staged"))) > 1
    except AssertionError:
        # one job failed because of another
        assert _live_together(Scene(tmp_path / "installed")) != (0, 0)


def test_a_mixed_pair_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def point_to(self: _home.Home, name: str) -> None:
        used, new = self.open_set(self.in_use()), self.open_set(name)
        assert used is not None
        assert new is not None
        with used, new:
            for entry, file in _home.files_in(new).items():
                used.replace(entry, file.content, file.status.access)
                time.sleep(0.002)

    scene = Scene(tmp_path)
    scene.put_into_service(_ISSUED[0], **_options(scene))
    monkeypatch.setattr(_home.Home, "point_to", point_to)
    failed, mixed = _live_together(scene)
    assert mixed > 0 or failed > 0


def test_a_folder_that_another_job_makes_at_the_same_moment_is_used(tmp_path: Path) -> None:
    """Several certificates of a new host are often staged at the same time, in folders that nobody has made yet."""
    scene = Scene(tmp_path / "host")
    made: list[str] = []

    def be_faster(call: str, path: str) -> None:
        if call == "mkdir" and not Path(path).exists():
            Path(path).mkdir(mode=0o700)
            made.append(path)

    with observing(be_faster):
        staged = scene.run("staged")
    assert (staged["failed"], staged["msg"]) == (False, None)
    assert len(made) > 1
