# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every static check: one tool, one test; all of them run, whatever the first ones said.

A file of pytest, so that a check is counted, and shows its output if it fails, as every other test does.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from lane import IMPORTED
from paths import BUILD, NAME, NAMESPACE, ROOT, TOOLS, VENV, VENV_COLLECTIONS

# The checkout as Python sees it: ansible_collections.community.digicert.
_AS_COLLECTION = Path("ansible_collections", NAMESPACE, NAME)
_TYPED = [_AS_COLLECTION / "plugins", _AS_COLLECTION / "tests"]
_BASES = [VENV_COLLECTIONS, *(VENV_COLLECTIONS / _AS_COLLECTION / "tests" / name for name in IMPORTED)]
_RUFF = {"RUFF_CACHE_DIR": str(BUILD / "ruff-cache")}


@dataclass(frozen=True)
class Check:
    """One tool with its arguments and the folder in which it is started."""

    name: str
    command: Sequence[str | Path]
    folder: Path = ROOT
    variables: Mapping[str, str] = field(default_factory=dict)


CHECKS = (
    Check("ruff check", ["ruff", "check", "."], variables=_RUFF),
    Check("ruff format", ["ruff", "format", "--check", "."], variables=_RUFF),
    Check("yamllint", ["yamllint", "--strict", "."]),
    Check("reuse", ["reuse", "lint", "--lines"]),
    Check("return values", ["python", TOOLS / "return_values.py", "--check"]),
    Check("antsibull-changelog", ["antsibull-changelog", "lint"]),
    Check("antsibull-docs", ["antsibull-docs", "lint-collection-docs", "--plugin-docs", "."]),
    Check(
        "mypy",
        ["mypy", "--config-file", ROOT / "pyproject.toml", "--cache-dir", BUILD / "mypy-cache", *_TYPED],
        VENV_COLLECTIONS,
        {"MYPYPATH": os.pathsep.join(map(str, _BASES))},
    ),
    Check("ansible-lint", ["ansible-lint", "--offline", "--profile", "production", "--strict"]),
)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_static_check_finds_nothing(check: Check) -> None:
    command = [VENV / "bin" / check.command[0], *check.command[1:]]
    done = subprocess.run(command, cwd=check.folder, env={**os.environ, **check.variables}, check=False)
    assert done.returncode == 0, f"{check.name} ended with {done.returncode}: its output is below"
