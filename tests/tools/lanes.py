# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run one lane or a suite of them, count, and say so in a table.

Usage: python tests/tools/lanes.py LANE... | test | matrix [RELEASE...] | summary [SUITE=STATUS...]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from beside import run_beside
from demo_lane import run_demo
from lane_outcome import Outcome, broken, forget, load_all, table, total_line
from lint import run_lint
from matrix import run_matrix
from molecule_lane import run_molecule
from pytest_lane import run_pytest
from sanity import run_sanity
from simulator_lane import run_simulator_tests
from stage import DEVELOPER, Stage
from system import run_system

Lane = Callable[[Stage], Outcome]


def _folder(name: str, folder: str, *, parallel: bool = True, arguments: tuple[str, ...] = ()) -> Lane:
    return lambda stage: run_pytest(stage, name, folder, parallel=parallel, arguments=arguments)


LANES: dict[str, Lane] = {
    "unit": _folder("unit", "tests/unit"),
    "tools": _folder("tools", "tests/tools/tests"),
    "simulator-tests": run_simulator_tests,
    "modules": _folder("modules", "tests/modules"),
    "roles": _folder("roles", "tests/roles"),
    # after the simulator's, which install the browser; one browser is enough
    "report": _folder("report", "tests/report", parallel=False),
    # its tests look at one course of events
    "years": _folder("years", "tests/years", parallel=False),
    "demo": run_demo,
    "lint": run_lint,
    "sanity": run_sanity,
    "package": _folder("package", "tests/package"),
    "molecule": run_molecule,
    "system": run_system,
}
# What needs no root.
TEST = tuple(name for name in LANES if name != "system")
# The last of them, beside each other: each keeps one processor core busy, so that two chains fill two.
BESIDE = (("years", "report", "package"), ("sanity", "lint", "molecule"))
# Tests with this mark are slow and show the same on every release of ansible-core.
_NOT_ONCE = ("-m", "not once")
# What differs between the releases of ansible-core.
MATRIX: dict[str, Lane] = {
    "unit": LANES["unit"],
    "modules": _folder("modules", "tests/modules", arguments=_NOT_ONCE),
    "sanity": LANES["sanity"],
}
# Slow; templates changed once, and the developer's release stands for those after that.
MATRIX_FIRST: dict[str, Lane] = {"roles": _folder("roles", "tests/roles", arguments=_NOT_ONCE)}


def suite_of(lane: str) -> str:
    """Return the make target of the suite that a kept result belongs to."""
    if lane == "system":
        return "test-system"
    return "test" if lane in TEST else "matrix"


def timed(lane: Lane, stage: Stage) -> Outcome:
    """Run a lane, note how long it took, keep the result."""
    start = time.monotonic()
    outcome = replace(lane(stage), seconds=round(time.monotonic() - start, 1))
    outcome.save()
    return outcome


def _report(outcomes: Iterable[Outcome]) -> int:
    rows = list(outcomes)
    print(f"\n{table(rows)}\n\n{total_line(rows)}", flush=True)
    return 0 if rows and all(row.good for row in rows) else 1


def run_lanes(names: Iterable[str]) -> int:
    """Run lanes one after the other on the developer's environment; a failure does not stop the next one."""
    wanted = list(names)
    forget(wanted)
    outcomes = []
    for name in wanted:
        print(f"\n== {name}", flush=True)
        outcomes.append(timed(LANES[name], DEVELOPER))
    return _report(outcomes)


def run_test() -> int:
    """Run everything that needs no root: one lane after the other, those of ``BESIDE`` at the end beside each other."""
    forget(TEST)
    outcomes = []
    at_the_end = {lane for chain in BESIDE for lane in chain}
    for name in TEST:
        if name not in at_the_end:
            print(f"\n== {name}", flush=True)
            outcomes.append(timed(LANES[name], DEVELOPER))
    outcomes += run_beside(BESIDE, lambda name, stage: timed(LANES[name], stage))
    return _report(outcomes)


def summarise(suites: Iterable[str]) -> int:
    """Show every kept result; ``SUITE=STATUS`` adds a failure where a suite failed outside of its lanes."""
    kept = load_all()
    died = []
    for suite in suites:
        name, status = suite.split("=", 1)
        own = [outcome for outcome in kept if suite_of(outcome.lane) == name]
        if status != "0" and all(outcome.good for outcome in own):
            died.append(broken(name, f"ended with status {status} before all of its lanes could count"))
    return _report([*kept, *died])


def main() -> int:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(description="Run test lanes.")
    parser.add_argument("what", choices=[*LANES, "test", "matrix", "summary"])
    parser.add_argument("more", nargs="*", help="further lanes; matrix: releases; summary: SUITE=STATUS")
    arguments = parser.parse_args()
    if arguments.what == "summary":
        return summarise(arguments.more)
    if arguments.what == "matrix":
        outcomes = run_matrix(list(MATRIX.items()), list(MATRIX_FIRST.items()), timed, arguments.more)
        for outcome in outcomes:
            outcome.save()
        return _report(outcomes)
    if arguments.what == "test":
        return run_test()
    unknown = [name for name in arguments.more if name not in LANES]
    if unknown:
        parser.error(f"no such lane: {', '.join(unknown)}")
    return run_lanes([arguments.what, *arguments.more])


if __name__ == "__main__":
    sys.exit(main())
