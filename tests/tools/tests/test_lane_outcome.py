# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Counting: what passed, what failed, and that silence is no success."""

from __future__ import annotations

from pathlib import Path

import lane_outcome
import pytest
from lane_outcome import Outcome, read_reports, show, table, total_line

REPORT = """<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite>
<testcase classname="a.b" name="good"/>
<testcase classname="a.b" name="bad"><failure message="no"/></testcase>
<testcase classname="a.b" name="broken"><error message="no"/></testcase>
<testcase classname="a.b" name="left"><skipped message="no root"/></testcase>
</testsuite></testsuites>
"""

SANITY = """<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite><testcase classname="sanity" name="timeless">{result}</testcase></testsuite></testsuites>
"""


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder in which results are kept during a test."""
    monkeypatch.setattr(lane_outcome, "RESULTS", tmp_path)
    return tmp_path


def test_a_junit_report_is_counted(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT, encoding="utf-8")
    found = read_reports("unit", 1, [report])
    assert (found.passed, found.failed, found.skipped) == (1, 2, 1)
    assert found.remarks == ["failed: a.b::bad", "failed: a.b::broken", "skipped: a.b::left"]


def test_a_sanity_run_is_counted_by_test_and_python(tmp_path: Path) -> None:
    failure = '<failure message="no"/>'
    for name, result in (("compile-python-3.9", failure), ("compile-python-3.13", ""), ("pylint", failure)):
        (tmp_path / f"ansible-test-sanity-{name}.xml").write_text(SANITY.format(result=result), encoding="utf-8")
    found = read_reports("sanity", 1, sorted(tmp_path.glob("*.xml")))
    assert (found.passed, found.failed) == (1, 2)
    assert found.remarks == ["failed: ansible-test-sanity-compile-python-3.9", "failed: ansible-test-sanity-pylint"]


def test_a_run_that_broke_off_is_a_failure(tmp_path: Path) -> None:
    half = tmp_path / "half.xml"
    half.write_text(REPORT[:200], encoding="utf-8")
    for reports in ([], [half]):
        found = read_reports("sanity", 3, reports)
        assert not found.good
        assert found.remarks == ["it ended with status 3 after 0 passed"]


def test_nothing_run_is_no_success() -> None:
    assert not Outcome("unit", passed=0, failed=0).good
    assert total_line([Outcome("unit", passed=0, failed=0)]) == "0 passed, 1 failed"
    assert total_line([]) == "0 passed, 0 failed"


def test_the_table_marks_what_failed() -> None:
    text = table([Outcome("unit", 3, 0, seconds=1.26), Outcome("system", 0, 1, remarks=["needs root"])])
    assert text.splitlines() == [
        "lane    passed  failed  skipped  seconds      cpu",
        "unit         3       0        0      1.3      0.0",
        "system       0       1        0      0.0      0.0  FAILED",
        "  system: needs root",
    ]


def test_a_lane_that_could_not_run_is_in_the_sum(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Outcome("unit", 3, 0).save()
    assert show(["unit", "test-system"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "3 passed, 1 failed"
    # also in the sum of everything
    assert show([]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "3 passed, 1 failed"


def test_a_failure_elsewhere_does_not_hide_a_lane_that_died(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Outcome("unit", 3, 2).save()
    assert show(["unit", "test-system", "2.16-sanity"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "3 passed, 4 failed"


def test_a_good_run_ends_well(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Outcome("unit", 3, 0).save()
    Outcome("lint", 8, 0).save()
    assert show(["unit", "lint"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "11 passed, 0 failed"


def test_an_empty_run_does_not_end_well(kept: Path) -> None:
    assert show([]) == 1
