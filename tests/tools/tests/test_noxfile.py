# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sessions of nox are the lanes and the targets of the Makefile."""

from __future__ import annotations

import ast
import re

from lanes import TEST
from paths import ROOT


def _constants() -> dict[str, tuple[str, ...]]:
    tree = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    assigned = [node for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)]
    return {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in assigned
        if isinstance(node.targets[0], ast.Name) and node.targets[0].id.isupper()
    }


def test_every_lane_that_needs_no_root_is_a_session() -> None:
    assert sorted(_constants()["LANES"]) == sorted(TEST)


def test_every_session_is_a_target() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {name for names in _constants().values() for name in names} <= targets
