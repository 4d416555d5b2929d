# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lane of Molecule: one scenario for each role, and what fails is counted and named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import molecule_lane
import pytest
import yaml
from paths import ROOT
from stage import DEVELOPER


def test_every_role_has_a_scenario_that_looks_for_changes_in_a_second_run() -> None:
    roles = sorted(path.name for path in (ROOT / "roles").iterdir() if path.is_dir())
    assert molecule_lane.scenarios() == roles
    shared = yaml.safe_load((molecule_lane.SCENARIOS / "config.yml").read_text(encoding="utf-8"))
    for role in roles:
        folder = molecule_lane.SCENARIOS / role
        own = yaml.safe_load((folder / "molecule.yml").read_text(encoding="utf-8"))
        sequence = own["scenario"].get("test_sequence", shared["scenario"]["test_sequence"])
        assert sequence[-4:] == ["converge", "idempotence", "verify", "destroy"], role
        assert ("prepare" in sequence) == (folder / "prepare.yml").exists(), role
        assert f"community.digicert.{role}\n" in (folder / "converge.yml").read_text(encoding="utf-8"), role


def test_what_fails_is_counted_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[str] = []

    def run(command: list[Any], **options: Any) -> int:
        played.append(str(command[-1]))
        return int(command[-1] == "dcv")

    monkeypatch.setattr(molecule_lane, "run", run)
    outcome = molecule_lane.run_molecule(DEVELOPER)
    assert played == molecule_lane.scenarios()
    assert (outcome.passed, outcome.failed, outcome.remarks) == (len(played) - 1, 1, ["failed: dcv"])


def test_no_scenario_is_a_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(molecule_lane, "SCENARIOS", tmp_path)
    assert not molecule_lane.run_molecule(DEVELOPER).good
