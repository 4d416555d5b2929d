# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several jobs that work on the same certificate of one host at the same time, each in a process of its own."""

from __future__ import annotations

import contextlib
import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.community.digicert.plugins.module_utils._host import folder as _folder
from ansible_collections.community.digicert.plugins.module_utils._host import home as _home
from ansible_collections.community.digicert.tests.unit import host_scene
from ansible_collections.community.digicert.tests.unit.host_jobs import (
    ISSUED,
    job_options,
    live_together,
    staged_together,
)
from ansible_collections.community.digicert.tests.unit.host_kills import observing
from ansible_collections.community.digicert.tests.unit.host_scene import Scene, with_certificate

# slow, and nothing of ansible-core is in it
pytestmark = pytest.mark.once


def test_jobs_that_install_at_the_same_time_leave_one_whole_certificate(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    assert live_together(scene) == (0, 0)
    last = ISSUED[1]
    given = {**with_certificate(last), "key_path": str(scene.folder / f"{host_scene.serial(last)}.key")}
    scene.ok("installed", **given, **job_options(scene))
    scene.ok("in_service", **job_options(scene))
    assert (
        scene.look(**{name: value for name, value in job_options(scene).items() if name == "links"})["needs"] == "none"
    )
    assert not [name for name in host_scene.tree(scene.folder) if ".new-" in name or name.endswith(".deploying")]


def test_jobs_that_stage_at_the_same_time_order_for_the_same_key(tmp_path: Path) -> None:
    assert len(staged_together(Scene(tmp_path))) == 1


# Below, the code is broken on purpose. The proof must notice it.


@contextlib.contextmanager
def _unlocked(_self: _folder.Folder, _timeout: float) -> t.Iterator[None]:
    yield


def test_jobs_without_a_lock_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_folder.Folder, "locked", _unlocked)
    try:
        assert len(staged_together(Scene(tmp_path / "staged"))) > 1
    except AssertionError:
        # one job failed because of another
        assert live_together(Scene(tmp_path / "installed")) != (0, 0)


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
    scene.put_into_service(ISSUED[0], **job_options(scene))
    monkeypatch.setattr(_home.Home, "point_to", point_to)
    failed, mixed = live_together(scene)
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
