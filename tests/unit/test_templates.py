# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Playbooks and roles are lists of steps: no programs in templates, no expression over several lines."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_FILES = {
    path.relative_to(_ROOT).as_posix(): path
    for folder in ("playbooks", "roles")
    for path in sorted((_ROOT / folder).rglob("*.yml"))
}
_PLAYBOOKS = [name for name in _FILES if name.startswith("playbooks/")]
_EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%", re.DOTALL)
_BARE = re.compile(r"\b(?:when|that|until|changed_when|failed_when|loop): *[>|]")


@pytest.mark.parametrize("name", _FILES)
def test_an_expression_is_on_one_line_and_has_no_statements(name: str) -> None:
    text = _FILES[name].read_text(encoding="utf-8")
    assert [found for found in _EXPRESSION.findall(text) if "\n" in found or found == "{%"] == []
    assert _BARE.findall(text) == []


@pytest.mark.parametrize("name", _PLAYBOOKS)
def test_a_playbook_reads_no_private_variable_of_a_role(name: str) -> None:
    own = f"__{Path(name).stem}_"
    private = re.findall(r"\b__[a-z]\w*", _FILES[name].read_text(encoding="utf-8"))
    assert [variable for variable in private if not variable.startswith(own)] == []
