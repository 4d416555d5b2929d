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

_COMMAND = ["sanity", "--local", "--requirements", "--color", "no", "--junit"]


@pytest.fixture
def copied() -> list[str]:
    """Return what is copied."""
    return []


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, copied: list[str]) -> list[list[str]]:
    """Start nothing; return the commands that would have been started."""
    found: list[list[str]] = []

    def start(lane: str, command: Sequence[str | Path], *_more: Any) -> int:
        found.append([str(word) for word in command])
        return 0

    def copy(_folder: Path, names: list[str]) -> Path:
        copied.extend(names)
        return tmp_path

    monkeypatch.setattr(sanity, "BUILD", tmp_path / "build")
    monkeypatch.setattr(sanity, "own_files", lambda: ["tests/config.yml", "tests/unit/test_a.py", "plugins/a.py"])
    monkeypatch.setattr(sanity, "copy_checkout", copy)
    monkeypatch.setattr(sanity, "run_lane", start)
    return found


def test_the_tests_are_checked_for_every_python(started: list[list[str]], copied: list[str]) -> None:
    assert sanity.main("sanity", "every") == 0
    assert [command[1:] for command in started] == [_COMMAND]
    assert copied == ["tests/config.yml", "tests/unit/test_a.py", "plugins/a.py"]


def test_a_release_checks_what_users_install_for_its_own_python(started: list[list[str]], copied: list[str]) -> None:
    assert sanity.main("2.21-sanity", "own") == 0
    assert [command[1:] for command in started] == [[*_COMMAND, "--python", "{}.{}".format(*sys.version_info)]]
    assert copied == ["tests/config.yml", "plugins/a.py"]


@pytest.mark.parametrize("pythons", ["every", "own"])
def test_an_ignore_file_is_a_failure(
    pythons: str, started: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sanity, "own_files", lambda: ["tests/sanity/ignore-2.21.txt"])
    assert sanity.main("sanity", pythons) == 1
    assert "ignore-2.21.txt" in capsys.readouterr().err
    assert not started


def test_ansible_test_finds_every_python_under_its_full_name(tmp_path: Path) -> None:
    folders = sanity.environment_of(tmp_path)["PATH"].split(os.pathsep)
    assert folders[0] == str(VENV / "bin")
    assert "shims" not in folders[1]
