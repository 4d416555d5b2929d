# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""docs/idempotency.md speaks of every module, and every test that it names is there."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
_PAGE = (_ROOT / "docs" / "idempotency.md").read_text(encoding="utf-8")
_MODULES = sorted(path.stem for path in (_ROOT / "plugins" / "modules").glob("digicert_*.py"))
_KINDS = {"identified by", "difference", "no difference"}
_TEST = re.compile(r"`(test_\w+\.py)::(test_\w+)`")


def _sections() -> dict[str, str]:
    found = {}
    for section in _PAGE.split("\n## ")[1:]:
        title, _newline, body = section.partition("\n")
        assert title not in found
        found[title] = body
    return found


def _rows(section: str) -> list[list[str]]:
    lines = [line for line in section.splitlines() if line.startswith("| ") and not line.startswith("| | |")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


@functools.cache
def _tests_of(name: str) -> frozenset[str]:
    (path,) = [folder / name for folder in (_ROOT / "tests/modules", _ROOT / "tests/unit") if (folder / name).exists()]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_module_has_a_section_and_nothing_else_has() -> None:
    assert sorted(_sections()) == _MODULES


@pytest.mark.parametrize("module", _MODULES)
def test_every_claim_names_a_test(module: str) -> None:
    rows = _rows(_sections()[module])
    assert all(len(row) == 3 for row in rows)
    kinds = {row[0] for row in rows}
    assert kinds <= _KINDS
    assert "identified by" in kinds
    assert all(_TEST.fullmatch(row[2]) for row in rows)


def test_what_changes_something_says_what_is_a_difference() -> None:
    for module, section in _sections().items():
        if not module.endswith(("_info", "_wait", "_report")):
            assert {row[0] for row in _rows(section)} == _KINDS, module


def test_the_tests_that_are_named_exist() -> None:
    named = _TEST.findall(_PAGE)
    assert len(named) > len(_MODULES)
    assert [f"{file}::{test}" for file, test in named if test not in _tests_of(file)] == []
