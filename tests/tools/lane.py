# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the tests of one lane in a clean environment, count them and keep the result.

Usage: PYTHON tests/tools/lane.py LANE PYTEST_ARGUMENT...

PYTHON decides about the environment: it is that of a virtual environment which has its collections beside it. The
variable WORKERS says how many tests run at a time; without it they run one after the other.
"""

from __future__ import annotations

import os
import resource
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from lane_outcome import forget, read_reports, show
from paths import BUILD, ROOT, VENV, VENV_COLLECTIONS
from surroundings import clean_environment

# Folders of tests/ whose packages are imported by their own name.
IMPORTED = ("bench", "simulator", "system", "tools")


def run_lane(
    lane: str, command: Sequence[str | Path], reports: Path, environment: Mapping[str, str], folder: Path = ROOT
) -> int:
    """Run the command of a lane, which writes JUnit reports; return the exit status of the lane."""
    forget(lane)
    shutil.rmtree(reports, ignore_errors=True)
    words = [str(word) for word in command]
    print(f"\n== {lane}\n$ {shlex.join(words)}", flush=True)
    start = time.monotonic()
    status = subprocess.run(words, env=environment, cwd=folder, check=False).returncode
    outcome = read_reports(lane, status, sorted(reports.glob("*.xml")))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds, cpu = time.monotonic() - start, used.ru_utime + used.ru_stime
    replace(outcome, seconds=round(seconds, 1), cpu=round(cpu, 1)).save()
    return show([lane])


def pytest_command(lane: str, reports: Path, arguments: Sequence[str]) -> list[str | Path]:
    """Return the command that runs tests with what every lane needs."""
    imports = [VENV_COLLECTIONS, *(ROOT / "tests" / name for name in IMPORTED)]
    command: list[str | Path] = [VENV / "bin" / "python", "-m", "pytest", "--quiet"]
    command += [f"--junitxml={reports / 'pytest.xml'}", "--override-ini", f"pythonpath={' '.join(map(str, imports))}"]
    command += ["--override-ini", f"cache_dir={BUILD / 'pytest_cache' / lane}"]
    if int(os.environ.get("WORKERS") or 1) > 1:
        command += ["--numprocesses", os.environ["WORKERS"], "--dist", "worksteal"]
    return [*command, *arguments]


def main() -> int:
    """Run the lane that the command line names."""
    lane, *arguments = sys.argv[1:]
    reports = BUILD / "junit" / lane
    command = pytest_command(lane, reports, arguments)
    return run_lane(lane, command, reports, clean_environment(VENV, VENV_COLLECTIONS))


if __name__ == "__main__":
    sys.exit(main())
