# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many mutants of the files that decide and that read X.509 the unit tests kill, with the tool mutmut.

Usage: PYTHON tests/tools/mutation.py, with the Python of .build/mutation-venv

It prints each mutant that survived, a table of the files and a total; the exit status is 1 where a file is below the
target.  What survives is looked at with ``mutmut show NAME`` in ``.build/mutation``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from equivalent_mutants import EQUIVALENT
from paths import BUILD, COLLECTIONS, NAME, NAMESPACE, ROOT, VENV
from surroundings import clean_environment

FOLDER = BUILD / "mutation"
TARGET = 85.0
# Each file with the tests that are about it.
SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "_decisions/order.py": ("test_order.py",),
    "_decisions/reissue.py": ("test_reissue.py",),
    "_decisions/certificate_plan.py": ("test_certificate_plan.py",),
    "_decisions/key_plan.py": ("test_key_plan.py",),
    "_x509/certificates.py": ("test_certificates.py",),
}
# What those tests import of the tests.
_HELPERS = ("conftest.py", "made_orders.py", "order_strategies.py", "pki.py")
_COLLECTION = Path("ansible_collections", NAMESPACE, NAME)
_UTILS = _COLLECTION / "plugins" / "module_utils"
_UNIT = _COLLECTION / "tests" / "unit"
_RESULT = re.compile(r"^\s*(\S+): (.+?)\s*$", re.MULTILINE)
_FUNCTION = re.compile(r"\.x(?:ǁ\w+ǁ|_)(\w+)__mutmut_\d+$")
_MUTANT = re.compile(r"\.[^.]+$")
_KILLED = frozenset({"killed", "timeout", "segfault", "caught by type check"})


@dataclass(frozen=True)
class Mutant:
    """One change of one line, and what the tests said of it."""

    name: str
    status: str

    @property
    def file(self) -> str:
        """The file that was changed, by its path below ``plugins/module_utils``."""
        return "/".join(_MUTANT.sub("", self.name).split(".")[-2:]) + ".py"

    @property
    def function(self) -> str:
        """The name of the function, or method, that was changed."""
        match = _FUNCTION.search(self.name)
        return match[1] if match else self.name

    @property
    def is_killed(self) -> bool:
        """Whether a test noticed it; one that never ends is noticed, too."""
        return self.status in _KILLED


@dataclass
class Score:
    """The mutants of one file, counted."""

    file: str
    counts: Counter[str] = field(default_factory=Counter)
    killed: int = 0

    @property
    def mutants(self) -> int:
        """How many there were."""
        return self.counts.total()

    @property
    def percent(self) -> float:
        """The share that was killed; equivalent mutants count as survivors."""
        return 100 * self.killed / self.mutants if self.mutants else 0.0


def read_results(text: str) -> Iterator[Mutant]:
    """Read what ``mutmut results --all true`` prints."""
    for name, status in _RESULT.findall(text):
        yield Mutant(name, status)


def scores(mutants: list[Mutant]) -> list[Score]:
    """Count the mutants of each subject."""
    found = {name: Score(name) for name in SUBJECTS}
    for mutant in mutants:
        score = found[mutant.file]
        score.counts[mutant.status] += 1
        score.killed += mutant.is_killed
    return list(found.values())


def changed_lines(diff: str) -> tuple[str, str]:
    """Return the line that a mutant takes away and the one that it puts there, without indentation."""
    lines = [line for line in diff.splitlines() if line[:1] in "+-" and not line.startswith(("+++", "---"))]
    removed = " ".join(line[1:].strip() for line in lines if line.startswith("-"))
    added = " ".join(line[1:].strip() for line in lines if line.startswith("+"))
    return removed, added


def make_stage() -> None:
    """Copy what is mutated and what tests it, under the names by which they are imported."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "plugins" / "module_utils", FOLDER / _UTILS, ignore=ignored)
    (FOLDER / _UNIT).mkdir(parents=True)
    tests = list(dict.fromkeys(name for names in SUBJECTS.values() for name in names))
    for name in (*_HELPERS, *tests):
        shutil.copyfile(ROOT / "tests" / "unit" / name, FOLDER / _UNIT / name)
    settings = {
        "source_paths": ["ansible_collections"],
        "only_mutate": [f"*/{name}" for name in SUBJECTS],
        "pytest_add_cli_args": ["-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-profile=mutation"],
        "pytest_add_cli_args_test_selection": [str(_UNIT / name) for name in tests],
    }
    lines = ["[tool.mutmut]", *(f"{key} = {json.dumps(value)}" for key, value in settings.items())]
    lines += ["[tool.pytest.ini_options]", 'pythonpath = ["."]', 'addopts = ["--import-mode=importlib"]', ""]
    (FOLDER / "pyproject.toml").write_text("\n".join(lines), encoding="utf-8")


class Tool:
    """mutmut in its environment."""

    def __init__(self, venv: Path) -> None:
        self._program = venv / "bin" / "mutmut"
        # The staged copy is the collection under test: no other may be found.
        self._environment = {**clean_environment(venv, COLLECTIONS), "PYTHONDONTWRITEBYTECODE": "1"}

    def run(self) -> int:
        """Make the mutants and run the tests against each; its output goes to a log."""
        with (FOLDER / "log").open("w", encoding="utf-8") as log:
            command: list[str | Path] = [self._program, "run", "--max-children", str(os.cpu_count() or 1)]
            return subprocess.run(
                command, cwd=FOLDER, env=self._environment, stdout=log, stderr=subprocess.STDOUT, check=False
            ).returncode

    def ask(self, *arguments: str) -> str:
        """Return what it says."""
        command: list[str | Path] = [self._program, *arguments]
        return subprocess.run(
            command, cwd=FOLDER, env=self._environment, stdout=subprocess.PIPE, text=True, check=True
        ).stdout


def report(tool: Tool) -> bool:
    """Print survivors and table; return whether each file reaches the target."""
    mutants = list(read_results(tool.ask("results", "--all", "true")))
    survivors = [mutant for mutant in mutants if not mutant.is_killed]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        diffs = list(pool.map(lambda mutant: tool.ask("show", mutant.name), survivors))
    for mutant, diff in zip(survivors, diffs, strict=True):
        removed, added = changed_lines(diff)
        reason = EQUIVALENT.get((mutant.function, added))
        print(f"\n{mutant.name.rpartition('.')[2]} in {mutant.file}: {mutant.status}\n  - {removed}\n  + {added}")
        if reason:
            print(f"  equivalent: {reason}")
    rows = scores(mutants)
    print(f"\n{'file':<30}  mutants  killed  survived  score")
    for row in rows:
        counts = f"{row.mutants:>7}  {row.killed:>6}  {row.mutants - row.killed:>8}  {row.percent:>5.1f}"
        print(f"{row.file:<30}  {counts}{'' if row.percent >= TARGET else f'  below {TARGET:g} %'}")
    return all(row.percent >= TARGET for row in rows)


def main() -> int:
    """Make the mutants and the report."""
    start = time.monotonic()
    tool = Tool(VENV)
    make_stage()
    if status := tool.run():
        last = (FOLDER / "log").read_text(encoding="utf-8", errors="replace")[-3000:]
        print(f"mutation: mutmut ended with status {status}:\n{last}", file=sys.stderr)
        return 1
    reached = report(tool)
    print(f"\n{time.monotonic() - start:.0f} s; equivalent mutants count as survivors")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
