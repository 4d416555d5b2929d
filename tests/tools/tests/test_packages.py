# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The packages of lanes: what is missing, and who may install it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import packages
import pytest
from packages import BROWSER, HOSTS, missing_packages, provide, provide_hosts


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Leave no command on PATH but those of one folder."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Install nothing; return what would have been."""
    found: list[list[str]] = []
    monkeypatch.setattr(packages, "install_packages", found.append)
    return found


def command(folder: Path, name: str) -> None:
    """Put a command into the folder."""
    (folder / name).write_text("#!/bin/sh\n", encoding="utf-8")
    (folder / name).chmod(0o755)


def test_missing_packages_are_named(bare_machine: Path) -> None:
    assert missing_packages(BROWSER) == ["chromium", "chromium-driver"]
    command(bare_machine, "chromium")
    assert missing_packages(BROWSER) == ["chromium-driver"]


def test_root_on_debian_gets_the_browser(
    bare_machine: Path, installed: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    command(bare_machine, "apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert provide(BROWSER) == 0
    assert installed == [["chromium", "chromium-driver"]]


def test_nobody_else_is_asked_to(
    bare_machine: Path, installed: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    command(bare_machine, "apt-get")
    assert provide(BROWSER) == 0
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    (bare_machine / "apt-get").unlink()
    assert provide(BROWSER) == 0
    assert installed == []


def _refuse(packages: list[str]) -> None:
    raise subprocess.CalledProcessError(100, ["apt-get"])


def test_tests_run_without_a_browser_if_installing_fails(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command(bare_machine, "apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(packages, "install_packages", _refuse)
    assert provide(BROWSER) == 0
    assert "apt-get could not install chromium chromium-driver" in capsys.readouterr().out


def test_hosts_without_root_are_a_failure_that_says_why(
    bare_machine: Path, installed: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(packages, "_is_debian", lambda: True)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert provide_hosts() == 1
    assert "needs root" in capsys.readouterr().err
    assert installed == []


def test_hosts_need_what_is_missing_and_cannot_do_without(
    bare_machine: Path, installed: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "hindrance", lambda: None)
    assert provide_hosts() == 0
    assert installed == [missing_packages(HOSTS)]
    assert "systemd-container" in installed[0]
    monkeypatch.setattr(packages, "install_packages", _refuse)
    assert provide_hosts() == 1
