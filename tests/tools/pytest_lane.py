# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lanes that are a folder of pytest tests."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

from lane_outcome import Outcome, broken, from_junit
from paths import BUILD, ROOT
from running import run
from stage import Stage

# Exit status of pytest: all passed, some failed.  Anything else means that it could not do its work.
_RAN = (0, 1)

# Folders of tests/ whose packages are imported by their own name.
IMPORTED = ("bench", "simulator", "system", "tools")


def run_pytest(
    stage: Stage, name: str, folder: str, *, parallel: bool = True, arguments: tuple[str, ...] = ()
) -> Outcome:
    """Run the tests of one folder; no folder, or no test in it, is a failure."""
    lane = stage.lane(name)
    if not list((ROOT / folder).rglob("test_*.py")):
        return broken(lane, f"{folder} holds no test: there is nothing to run")
    report = BUILD / "junit" / f"{lane}.xml"
    report.unlink(missing_ok=True)
    imports = [stage.collections, *(ROOT / "tests" / name for name in IMPORTED)]
    command: list[str | Path] = [stage.tool("python"), "-m", "pytest", folder, "--quiet", f"--junitxml={report}"]
    command += ["--override-ini", f"pythonpath={' '.join(map(str, imports))}"]
    command += ["--override-ini", f"cache_dir={BUILD / 'pytest_cache' / lane}"]
    if parallel and stage.workers > 1:
        command += ["--numprocesses", str(stage.workers), "--dist", "worksteal"]
    status = run([*command, *arguments], environment=stage.environment, folder=ROOT, log=stage.log)
    try:
        outcome = from_junit(lane, report)
    except (OSError, ET.ParseError) as problem:
        return broken(lane, f"pytest ended with status {status} and left no report: {problem}")
    if status not in _RAN and outcome.good:
        return replace(outcome, failed=1, remarks=[*outcome.remarks, f"pytest ended with status {status}"])
    return outcome
