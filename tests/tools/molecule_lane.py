# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The scenarios of Molecule, one after the other: each is counted, and a failure does not stop the next."""

from __future__ import annotations

from pathlib import Path

from lane_outcome import Outcome, broken
from paths import ROOT
from running import run
from stage import Stage

SCENARIOS = ROOT / "extensions" / "molecule"


def scenarios() -> list[str]:
    """Return the names of the scenarios."""
    return sorted(path.parent.name for path in SCENARIOS.glob("*/molecule.yml"))


def run_molecule(stage: Stage) -> Outcome:
    """Play every scenario; none is a failure."""
    lane = stage.lane("molecule")
    names = scenarios()
    if not names:
        return broken(lane, f"{SCENARIOS} holds no scenario: there is nothing to run")
    environment = {**stage.environment, "NO_COLOR": "1"}
    command: list[str | Path] = [stage.tool("molecule"), "test", "--scenario-name"]
    failed = [name for name in names if run([*command, name], environment=environment, folder=ROOT, log=stage.log) != 0]
    remarks = [f"failed: {name}" for name in failed]
    return Outcome(lane, passed=len(names) - len(failed), failed=len(failed), remarks=remarks)
