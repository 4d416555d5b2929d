# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The browser of the simulator's tests: what is missing, and who may install it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import simulator_lane
from lane_outcome import Outcome
from stage import DEVELOPER


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Leave no command on PATH but those of one folder."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


@pytest.fixture
def lane(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Play the lane without its tests; return what was installed."""
    installed: list[list[str]] = []
    monkeypatch.setattr(simulator_lane, "install_packages", installed.append)
    monkeypatch.setattr(simulator_lane, "run_pytest", lambda *arguments: Outcome("simulator-tests", 1, 0))
    return installed


def command(folder: Path, name: str) -> None:
    """Put a command into the folder."""
    (folder / name).write_text("#!/bin/sh\n", encoding="utf-8")
    (folder / name).chmod(0o755)


def test_missing_packages_are_named(bare_machine: Path) -> None:
    assert simulator_lane.missing_packages() == ["chromium", "chromium-driver"]
    command(bare_machine, "chromium")
    assert simulator_lane.missing_packages() == ["chromium-driver"]


def test_root_on_debian_gets_the_browser(
    bare_machine: Path, lane: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    command(bare_machine, "apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert simulator_lane.run_simulator_tests(DEVELOPER).good
    assert lane == [["chromium", "chromium-driver"]]


def test_nobody_else_is_asked_to(bare_machine: Path, lane: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    command(bare_machine, "apt-get")
    simulator_lane.run_simulator_tests(DEVELOPER)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    (bare_machine / "apt-get").unlink()
    simulator_lane.run_simulator_tests(DEVELOPER)
    assert lane == []


def test_tests_run_where_installing_fails(
    bare_machine: Path, lane: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(packages: list[str]) -> None:
        raise subprocess.CalledProcessError(100, ["apt-get"])

    command(bare_machine, "apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(simulator_lane, "install_packages", refuse)
    assert simulator_lane.run_simulator_tests(DEVELOPER).good
    assert "apt-get could not install chromium chromium-driver" in capsys.readouterr().out
