# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The scenarios of Molecule, one after the other."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from paths import ROOT, VENV

SCENARIOS = ROOT / "extensions" / "molecule"


def scenarios() -> list[str]:
    """Return the names of the scenarios."""
    return sorted(path.parent.name for path in SCENARIOS.glob("*/molecule.yml"))


@pytest.mark.parametrize("scenario", scenarios())
def test_a_scenario_of_molecule_passes(scenario: str) -> None:
    command: list[str | Path] = [VENV / "bin" / "molecule", "test", "--scenario-name", scenario]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "NO_COLOR": "1"}, check=False)
    assert done.returncode == 0, f"molecule ended with {done.returncode}: its output is below"
