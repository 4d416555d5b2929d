# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What lanes found: counted from JUnit reports, kept below ``.build/results`` and shown as a table.

Usage: python lane_outcome.py [LANE...]

It shows the named lanes, or all that were kept; a named lane without a result is a failure.
"""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from paths import RESULTS


@dataclass(frozen=True)
class Outcome:
    """The result of one lane.

    ``seconds`` is wall-clock time, ``cpu`` processor time in seconds; ``remarks`` holds one line for each failure or
    thing worth knowing.
    """

    lane: str
    passed: int
    failed: int
    skipped: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    remarks: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether something ran and nothing failed."""
        return self.failed == 0 and self.passed > 0

    def save(self) -> None:
        """Keep the result for a later summary."""
        RESULTS.mkdir(parents=True, exist_ok=True)
        _file_of(self.lane).write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")


def _file_of(lane: str) -> Path:
    return RESULTS / f"{lane}.json"


def forget(lane: str) -> None:
    """Drop a kept result, so that a lane which dies early cannot show that of its last run."""
    _file_of(lane).unlink(missing_ok=True)


def load(lane: str) -> Outcome:
    """Return the kept result of a lane; none is a failure, which is kept, too."""
    file = _file_of(lane)
    if not file.exists():
        Outcome(lane, passed=0, failed=1, remarks=["it could not run: its output above shows why"]).save()
    return Outcome(**json.loads(file.read_text(encoding="utf-8")))


def _cases(report: Path) -> list[ET.Element]:
    """Return the tests of a JUnit report; one that was not written to its end holds none."""
    try:
        return list(ET.parse(report).iter("testcase"))
    except ET.ParseError:
        return []


def read_reports(lane: str, status: int, reports: Iterable[Path]) -> Outcome:
    """Count what the JUnit reports of a command that ended with ``status`` hold.

    A status other than 0 is a failure, whatever the reports say.
    """
    passed = failed = skipped = 0
    remarks = []
    for report in reports:
        for case in _cases(report):
            # ansible-test writes a report for each Python, and does not repeat the version inside of it
            name = report.stem if case.get("classname") == "sanity" else f"{case.get('classname')}::{case.get('name')}"
            kinds = {child.tag for child in case}
            if kinds & {"failure", "error"}:
                failed += 1
                remarks.append(f"failed: {name}")
            elif "skipped" in kinds:
                skipped += 1
                remarks.append(f"skipped: {name}")
            else:
                passed += 1
    if status and not failed:
        failed = 1
        remarks.append(f"it ended with status {status} after {passed} passed")
    return Outcome(lane, passed, failed, skipped, remarks=remarks)


def table(outcomes: Iterable[Outcome]) -> str:
    """Return the results as a plain table, remarks below it."""
    rows = list(outcomes)
    width = max((len(row.lane) for row in rows), default=4)
    lines = [f"{'lane':<{width}}  passed  failed  skipped  seconds      cpu"]
    for row in rows:
        verdict = "" if row.good else "  FAILED"
        counts = f"{row.passed:>6}  {row.failed:>6}  {row.skipped:>7}  {row.seconds:>7.1f}  {row.cpu:>7.1f}"
        lines.append(f"{row.lane:<{width}}  {counts}{verdict}")
    lines += [f"  {row.lane}: {remark}" for row in rows for remark in row.remarks]
    return "\n".join(lines)


def total_line(outcomes: Iterable[Outcome]) -> str:
    """Return the sum as one plain line."""
    rows = list(outcomes)
    # A lane in which nothing ran counts as one failure: silence is no success.
    failed = sum(row.failed or (0 if row.good else 1) for row in rows)
    return f"{sum(row.passed for row in rows)} passed, {failed} failed"


def show(lanes: Sequence[str]) -> int:
    """Print the results of lanes; return the exit status, which is 0 only if all of them are good."""
    rows = [load(lane) for lane in lanes or sorted(file.stem for file in RESULTS.glob("*.json"))]
    print(f"\n{table(rows)}\n\n{total_line(rows)}", flush=True)
    return 0 if rows and all(row.good for row in rows) else 1


if __name__ == "__main__":
    sys.exit(show(sys.argv[1:]))
