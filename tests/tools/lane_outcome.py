# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a lane found: counted, kept below ``.build/results`` and shown as a table."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from paths import RESULTS


@dataclass(frozen=True)
class Outcome:
    """The result of one lane.

    ``seconds`` is wall-clock time; ``remarks`` holds one line for each failure or thing worth knowing.
    """

    lane: str
    passed: int
    failed: int
    skipped: int = 0
    seconds: float = 0.0
    remarks: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Tell whether something ran and nothing failed."""
        return self.failed == 0 and self.passed > 0

    def save(self) -> None:
        """Keep the result for a later summary."""
        RESULTS.mkdir(parents=True, exist_ok=True)
        _file_of(self.lane).write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")


def _file_of(lane: str) -> Path:
    return RESULTS / f"{lane}.json"


def forget(lanes: Iterable[str]) -> None:
    """Drop kept results, so that a lane which dies early cannot show those of its last run."""
    for lane in lanes:
        _file_of(lane).unlink(missing_ok=True)


def load_all() -> list[Outcome]:
    """Return every kept result, in the order in which the lanes ended."""
    files = sorted(RESULTS.glob("*.json"), key=lambda file: file.stat().st_mtime)
    return [Outcome(**json.loads(file.read_text(encoding="utf-8"))) for file in files]


def broken(lane: str, reason: str) -> Outcome:
    """Return the result of a lane that could not run."""
    return Outcome(lane, passed=0, failed=1, remarks=[reason])


def from_junit(lane: str, report: Path) -> Outcome:
    """Read the counts of a JUnit report; raises ``OSError`` or ``ParseError`` where there is none."""
    passed = failed = skipped = 0
    remarks = []
    for case in ET.parse(report).iter("testcase"):
        name = f"{case.get('classname', '')}::{case.get('name', '')}"
        kinds = {child.tag for child in case}
        if kinds & {"failure", "error"}:
            failed += 1
            remarks.append(f"failed: {name}")
        elif "skipped" in kinds:
            skipped += 1
            remarks.append(f"skipped: {name}")
        else:
            passed += 1
    return Outcome(lane, passed, failed, skipped, remarks=remarks)


def table(outcomes: Iterable[Outcome]) -> str:
    """Return the results as a plain table, remarks below it."""
    rows = list(outcomes)
    width = max((len(row.lane) for row in rows), default=4)
    lines = [f"{'lane':<{width}}  passed  failed  skipped  seconds"]
    for row in rows:
        verdict = "" if row.good else "  FAILED"
        counts = f"{row.passed:>6}  {row.failed:>6}  {row.skipped:>7}  {row.seconds:>7.1f}"
        lines.append(f"{row.lane:<{width}}  {counts}{verdict}")
    lines += [f"  {row.lane}: {remark}" for row in rows for remark in row.remarks]
    return "\n".join(lines)


def total_line(outcomes: Iterable[Outcome]) -> str:
    """Return the sum as one plain line."""
    rows = list(outcomes)
    # A lane in which nothing ran counts as one failure: silence is no success.
    failed = sum(row.failed or (0 if row.good else 1) for row in rows)
    return f"{sum(row.passed for row in rows)} passed, {failed} failed"
