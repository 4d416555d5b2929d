# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lane of Molecule: one scenario for each role."""

from __future__ import annotations

import yaml
from paths import ROOT
from scenarios import SCENARIOS, scenarios


def test_every_role_has_a_scenario_that_looks_for_changes_in_a_second_run() -> None:
    roles = sorted(path.name for path in (ROOT / "roles").iterdir() if path.is_dir())
    assert scenarios() == roles
    shared = yaml.safe_load((SCENARIOS / "config.yml").read_text(encoding="utf-8"))
    for role in roles:
        folder = SCENARIOS / role
        own = yaml.safe_load((folder / "molecule.yml").read_text(encoding="utf-8"))
        sequence = own["scenario"].get("test_sequence", shared["scenario"]["test_sequence"])
        assert sequence[-4:] == ["converge", "idempotence", "verify", "destroy"], role
        assert ("prepare" in sequence) == (folder / "prepare.yml").exists(), role
        assert f"community.digicert.{role}\n" in (folder / "converge.yml").read_text(encoding="utf-8"), role
