# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SIGKILL at every system call of digicert_host_certificate, and the proof that this would notice a mistake."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

import pytest

from ansible_collections.community.digicert.plugins.module_utils._host import certificate, clean_up, folder, home
from ansible_collections.community.digicert.tests.unit import host_scene, host_stories
from ansible_collections.community.digicert.tests.unit.host_kills import kill_everywhere
from ansible_collections.community.digicert.tests.unit.host_stories import STORIES, Story

# slow, and nothing of ansible-core is in it
pytestmark = pytest.mark.once


@pytest.mark.parametrize("kind", STORIES)
def test_a_run_that_was_killed_anywhere_is_completed(tmp_path: Path, kind: type[Story]) -> None:
    """Every call has its turn; of those with keystores, which are slow to make, every third one has it here."""
    counts = kill_everywhere(kind, tmp_path, step=3 if kind is host_stories.Keystores else 1)
    assert counts.kills >= 3
    assert counts.found() == {}, counts.examples[:3]


@pytest.mark.parametrize("kind", [host_stories.Renewal, host_stories.Takeover, host_stories.Staging])
def test_runs_that_were_killed_again_and_again_are_completed(tmp_path: Path, kind: type[Story]) -> None:
    counts = kill_everywhere(kind, tmp_path, step=6, further=2)
    assert counts.found() == {}, counts.examples[:3]


# Below, the code is broken on purpose. The proof must notice each of these mistakes.


def _broken(tmp_path: Path, kind: type[Story]) -> dict[str, int]:
    return kill_everywhere(kind, tmp_path, until_found=True).found()


def test_files_that_change_one_at_a_time_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = home.Home.point_to

    def point_to(self: home.Home, name: str) -> None:
        used, new = self.open_set(self.in_use()), self.open_set(name)
        if used is not None and new is not None:
            with used, new:
                for entry, file in home.files_in(new).items():
                    used.replace(entry, file.content, file.status.access)
        original(self, name)

    monkeypatch.setattr(home.Home, "point_to", point_to)
    assert _broken(tmp_path, host_stories.OldSets)["mixed_pairs"] > 0


def test_keys_that_are_closed_too_late_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = os.open

    def open_(path: t.Any, flags: int, mode: int = 0o777, **more: t.Any) -> int:
        previous = os.umask(0)
        try:
            return original(path, flags, 0o644 if flags & os.O_EXCL else mode, **more)
        finally:
            os.umask(previous)

    monkeypatch.setattr(os, "open", open_)
    assert _broken(tmp_path, host_stories.Renewal)["open_keys"] > 0


def test_leftovers_that_nobody_reports_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificate, "left_behind", lambda _directory, _name: [])
    assert _broken(tmp_path, host_stories.Renewal)["unreported"] > 0


def test_a_trace_that_goes_first_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = clean_up._remove
    monkeypatch.setattr(clean_up, "_remove", lambda home, trace, paths: original(home, trace, paths[::-1]))
    # nobody sees that the key of an installed certificate is still staged
    monkeypatch.setattr(certificate, "left_behind", lambda _directory, _name: [])
    assert _broken(tmp_path, host_stories.Renewal)["unreported"] > 0


def test_leftovers_that_stay_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "leftovers_in", lambda _folder: [])
    monkeypatch.setattr(folder.Folder, "_discard", lambda _self, _name: None)
    assert _broken(tmp_path, host_stories.Renewal)["leftovers"] > 0


def test_an_installation_without_a_trace_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home.Home, "write_trace", lambda _self, _trace: None)
    assert _broken(tmp_path, host_stories.Takeover).keys() & {"unfinished", "mixed_pairs", "leftovers"}


def test_a_note_that_is_written_too_late_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = host_scene.Scene.note
    monkeypatch.setattr(
        host_scene.Scene, "note", lambda scene, *records: False if records else original(scene, *records)
    )
    assert _broken(tmp_path, host_stories.Published)["not_noted"] > 0
