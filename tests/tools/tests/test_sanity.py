# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ansible-test sanity: how it is started, and that nothing is ignored."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import sanity
from paths import VENV


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """Start nothing; return the commands that would have been started."""
    found: list[list[str]] = []

    def start(lane: str, command: Sequence[str | Path], *_more: Any) -> int:
        found.append([str(word) for word in command])
        return 0

    monkeypatch.setattr(sanity, "BUILD", tmp_path / "build")
    monkeypatch.setattr(sanity, "copy_checkout", lambda _folder: tmp_path)
    monkeypatch.setattr(sanity, "run_lane", start)
    return found


@pytest.mark.parametrize(
    ("pythons", "added"), [("every", []), ("own", ["--python", "{}.{}".format(*sys.version_info)])]
)
def test_a_lane_may_be_for_one_python(pythons: str, added: list[str], started: list[list[str]]) -> None:
    assert sanity.main("sanity", pythons) == 0
    (command,) = started
    assert command[1:] == ["sanity", "--local", "--requirements", "--color", "no", "--junit", *added]


def test_an_ignore_file_is_a_failure(
    started: list[list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ignore = tmp_path / "tests" / "sanity" / "ignore-2.21.txt"
    ignore.parent.mkdir(parents=True)
    ignore.write_text("", encoding="utf-8")
    assert sanity.main("sanity", "every") == 1
    assert "ignore-2.21.txt" in capsys.readouterr().err
    assert not started


def test_ansible_test_finds_every_python_under_its_full_name(tmp_path: Path) -> None:
    folders = sanity.environment_of(tmp_path)["PATH"].split(os.pathsep)
    assert folders[0] == str(VENV / "bin")
    assert "shims" not in folders[1]
