# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ansible-test sanity: how it is started, and what is counted of what it prints."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sanity
from cores import Version
from stage import DEVELOPER

_PRINTED = """\
Running sanity test "compile" on Python 3.9
Running sanity test "compile" on Python 3.12
Running sanity test "validate-modules"
"""
_FAILED = "ERROR: The 1 sanity test(s) listed below (out of 2) failed. See error output above for details.\n"


@pytest.mark.parametrize(("python", "added"), [(None, []), ((3, 12), ["--python", "3.12"])])
def test_a_stage_may_be_for_one_python(
    python: Version | None, added: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started: list[list[str]] = []

    def print_report(command: list[str], **_options: Any) -> tuple[int, str]:
        started.append(command)
        return 0, _PRINTED

    monkeypatch.setattr(sanity, "copy_checkout", lambda _folder: tmp_path)
    monkeypatch.setattr(sanity, "_provide_pip", lambda _stage: None)
    monkeypatch.setattr(sanity, "output_of", print_report)
    outcome = sanity.run_sanity(replace(DEVELOPER, python=python))
    assert (outcome.passed, outcome.failed) == (3, 0)
    (command,) = started
    assert command[1:] == ["sanity", "--local", "--requirements", "--color", "no", *added]


def test_an_ignore_file_is_a_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ignore = tmp_path / "tests" / "sanity" / "ignore-2.21.txt"
    ignore.parent.mkdir(parents=True)
    ignore.write_text("", encoding="utf-8")
    monkeypatch.setattr(sanity, "copy_checkout", lambda _folder: tmp_path)
    outcome = sanity.run_sanity(DEVELOPER)
    assert not outcome.good
    assert "ignore-2.21.txt" in " ".join(outcome.remarks)


def test_failures_are_named() -> None:
    outcome = sanity.read_report("sanity", 1, f"{_PRINTED}{_FAILED}validate-modules\n")
    assert (outcome.passed, outcome.failed) == (2, 1)
    assert outcome.remarks == ["failed: validate-modules"]


def test_an_end_without_a_report_is_a_failure() -> None:
    outcome = sanity.read_report("sanity", 1, "FATAL: no such option\n")
    assert (outcome.passed, outcome.failed) == (0, 1)
    assert "no such option" in outcome.remarks[0]
