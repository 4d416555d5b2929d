# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every static check: one tool, one check; all of them run, whatever the first ones said."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lane_outcome import Outcome
from paths import BUILD, COLLECTIONS, NAME, NAMESPACE, ROOT, TOOLS
from pytest_lane import IMPORTED
from running import Command, run
from stage import Stage

# The checkout as Python sees it: ansible_collections.community.digicert.
_AS_COLLECTION = Path("ansible_collections", NAMESPACE, NAME)


@dataclass(frozen=True)
class Check:
    """One tool with its arguments and the folder in which it is started."""

    name: str
    command: Command
    folder: Path = ROOT
    variables: Mapping[str, str] = field(default_factory=dict)


def _mypy(stage: Stage) -> Check:
    bases = [COLLECTIONS, *(COLLECTIONS / _AS_COLLECTION / "tests" / name for name in IMPORTED)]
    command: list[str | Path] = [stage.tool("mypy"), "--config-file", ROOT / "pyproject.toml"]
    command += ["--cache-dir", BUILD / "mypy-cache", _AS_COLLECTION / "plugins", _AS_COLLECTION / "tests"]
    return Check("mypy", command, COLLECTIONS, {"MYPYPATH": os.pathsep.join(map(str, bases))})


def checks(stage: Stage) -> Iterator[Check]:
    """Return the checks in the order of their cost."""
    cache = {"RUFF_CACHE_DIR": str(BUILD / "ruff-cache")}
    yield Check("ruff check", [stage.tool("ruff"), "check", "."], variables=cache)
    yield Check("ruff format", [stage.tool("ruff"), "format", "--check", "."], variables=cache)
    yield Check("yamllint", [stage.tool("yamllint"), "--strict", "."])
    yield Check("reuse", [stage.tool("reuse"), "lint", "--lines"])
    yield Check("return values", [stage.tool("python"), TOOLS / "return_values.py", "--check"])
    yield Check("antsibull-changelog", [stage.tool("antsibull-changelog"), "lint"])
    yield Check("antsibull-docs", [stage.tool("antsibull-docs"), "lint-collection-docs", "--plugin-docs", "."])
    yield _mypy(stage)
    yield Check("ansible-lint", [stage.tool("ansible-lint"), "--offline", "--profile", "production", "--strict"])


def run_lint(stage: Stage) -> Outcome:
    """Run every check and count those that found something."""
    done = list(checks(stage))
    bad = [
        check.name
        for check in done
        if run(check.command, environment={**stage.environment, **check.variables}, folder=check.folder, log=stage.log)
    ]
    remarks = [f"failed: {name}" for name in bad]
    return Outcome(stage.lane("lint"), passed=len(done) - len(bad), failed=len(bad), remarks=remarks)
