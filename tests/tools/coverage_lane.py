# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much of ``plugins/`` the tests of decisions and of modules run, branches counted.

Usage: python tests/tools/coverage_lane.py [FOLDER...]

Without arguments the folders of ``FOLDERS`` are run.  It prints the table of coverage.py; the exit status is 1 where a
test fails or the sum is below the target.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from paths import BUILD, ROOT
from pytest_lane import run_pytest
from running import run
from stage import DEVELOPER, Stage

# Source: the target for branch coverage in the issue of the modules.
TARGET = 95
FOLDERS = ("tests/unit", "tests/modules")
FOLDER = BUILD / "coverage"


def settings() -> str:
    """Return the configuration of coverage.py: processes that the tests start are measured, too."""
    return "\n".join(
        [
            "[run]",
            "branch = True",
            "parallel = True",
            f"data_file = {FOLDER / 'data'}",
            f"source = {ROOT / 'plugins'}",
            # ansible-playbook forks its workers and ends them without a word
            "patch = subprocess, fork, _exit",
            "[report]",
            "show_missing = True",
            "skip_covered = True",
            "skip_empty = True",
            "exclude_also =",
            "    if t.TYPE_CHECKING:",
            '    if __name__ == "__main__":',
            "",
        ]
    )


def measure(stage: Stage, targets: Sequence[str]) -> int:
    """Run the tests, show what they ran of each file; return the exit status."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    configuration = FOLDER / "coveragerc"
    configuration.write_text(settings(), encoding="utf-8")
    failed = False
    for target in targets:
        arguments = (f"--cov-config={configuration}", "--cov", "--cov-append", "--cov-report=")
        outcome = run_pytest(stage, f"coverage-{Path(target).stem}", target, arguments=arguments)
        failed = failed or not outcome.good
    shown: list[str | Path] = [stage.tool("coverage"), "report", f"--rcfile={configuration}"]
    shown += [f"--fail-under={TARGET}", "--sort=cover"]
    status = run(shown, environment=stage.environment, folder=ROOT)
    if failed:
        print("coverage: a test failed, so the figures are not those of the whole suite", file=sys.stderr)
    return 1 if failed or status else 0


if __name__ == "__main__":
    sys.exit(measure(DEVELOPER, sys.argv[1:] or FOLDERS))
