# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Counting: what passed, what failed, and that silence is no success."""

from __future__ import annotations

from pathlib import Path

import lane_outcome
import pytest
from lane_outcome import Outcome, broken, from_junit, table, total_line
from lanes import summarise
from sanity import read_report

REPORT = """<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite>
<testcase classname="a.b" name="good"/>
<testcase classname="a.b" name="bad"><failure message="no"/></testcase>
<testcase classname="a.b" name="broken"><error message="no"/></testcase>
<testcase classname="a.b" name="left"><skipped message="no root"/></testcase>
</testsuite></testsuites>
"""

SANITY = """WARNING: Using locale "C.UTF-8" instead of "en_US.UTF-8".
Running sanity test "compile" on Python 3.9
Running sanity test "compile" on Python 3.13
Running sanity test "pylint"
ERROR: Found 1 pylint issue(s) which need to be resolved:
Running sanity test "yamllint"
FATAL: The 2 sanity test(s) listed below (out of 4) failed. See error output above for details.
compile --python 3.9
pylint
"""


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder in which results are kept during a test."""
    monkeypatch.setattr(lane_outcome, "RESULTS", tmp_path)
    return tmp_path


def test_a_junit_report_is_counted(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT, encoding="utf-8")
    found = from_junit("unit", report)
    assert (found.passed, found.failed, found.skipped) == (1, 2, 1)
    assert found.remarks == ["failed: a.b::bad", "failed: a.b::broken", "skipped: a.b::left"]


def test_a_sanity_run_is_counted_by_test_and_python() -> None:
    found = read_report("sanity", 1, SANITY)
    assert (found.passed, found.failed) == (2, 2)
    assert found.remarks == ["failed: compile --python 3.9", "failed: pylint"]


def test_a_sanity_run_that_broke_off_is_a_failure() -> None:
    found = read_report("sanity", 1, "FATAL: no such interpreter\n")
    assert not found.good
    assert found.remarks == ["ansible-test ended with status 1: FATAL: no such interpreter"]


def test_nothing_run_is_no_success() -> None:
    assert not Outcome("unit", passed=0, failed=0).good
    assert total_line([Outcome("unit", passed=0, failed=0)]) == "0 passed, 1 failed"
    assert total_line([]) == "0 passed, 0 failed"


def test_the_table_marks_what_failed() -> None:
    text = table([Outcome("unit", 3, 0, seconds=1.26), broken("system", "needs root")])
    assert text.splitlines() == [
        "lane    passed  failed  skipped  seconds",
        "unit         3       0        0      1.3",
        "system       0       1        0      0.0  FAILED",
        "  system: needs root",
    ]


def test_a_suite_that_failed_before_counting_is_in_the_sum(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Outcome("unit", 3, 0).save()
    assert summarise(["test=0", "matrix=2"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "3 passed, 1 failed"


def test_a_failure_elsewhere_does_not_hide_a_suite_that_died(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Outcome("unit", 3, 2).save()
    assert summarise(["test=2", "test-system=2", "matrix=2"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "3 passed, 4 failed"


def test_a_good_run_ends_well(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Outcome("unit", 3, 0).save()
    Outcome("lint", 8, 0).save()
    assert summarise(["test=0"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "11 passed, 0 failed"


def test_an_empty_run_does_not_end_well(kept: Path) -> None:
    assert summarise(["test=0"]) == 1
