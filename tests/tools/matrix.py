# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lanes that depend on ansible-core, on every supported release for which this machine has an interpreter."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

from bundle import DEPENDENCIES, DNS_PROVIDERS, fetch_wheel, install_collections
from cores import CORES, Core, Version, choose_python
from environment import Unusable, core_in, install, make_venv, requirement_files, venv_python
from interpreters import find_interpreters
from lane_outcome import Outcome, broken, forget
from paths import BUILD
from stage import Stage, usable_cores

NamedLane = tuple[str, Callable[[Stage], Outcome]]
Timed = Callable[[Callable[[Stage], Outcome], Stage], Outcome]

FOLDER = BUILD / "matrix"
# So many releases at a time; each runs its own lanes one after the other.
_AT_A_TIME = 2


def planned(only: Sequence[str]) -> Iterator[tuple[Core, Version | None]]:
    """Return each release, or each in ``only``, with the interpreter for it; None where there is none."""
    present = find_interpreters()
    for core in CORES:
        if not only or core.release in only:
            yield core, choose_python(core, present)


def _fits(venv: Path, core: Core) -> bool:
    if not venv_python(venv).exists():
        return False
    try:
        return core_in(venv) == core
    except (subprocess.CalledProcessError, LookupError):
        return False


def prepare(core: Core, python: Version) -> Stage:
    """Make the environment of a release where it is missing or outdated."""
    folder = FOLDER / core.release
    venv = folder / "venv-{}.{}".format(*python)
    log = folder / "log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("", encoding="utf-8")
    files = requirement_files("test")
    wanted = "".join(file.read_text(encoding="utf-8") for file in files)
    done = venv / "complete"
    if not (_fits(venv, core) and done.exists() and done.read_text(encoding="utf-8") == wanted):
        if not venv_python(venv).exists():
            make_venv(venv, find_interpreters()[python])
        install(venv, "-r", files[0], f"ansible-core=={core.release}.*")
        done.write_text(wanted, encoding="utf-8")
    collections = folder / "collections"
    install_collections(fetch_wheel(core, venv_python(venv)), collections, (*DEPENDENCIES, *DNS_PROVIDERS))
    share = max(1, usable_cores() // _AT_A_TIME)
    # the developer's lane runs on every Python: here each release does on its own
    return Stage(core.release, venv, collections, log, workers=share, python=python)


# What a failed lane printed at its end: the log itself stays on the machine that ran it.
_SHOWN_LINES = 150


def _last_lines(log: Path, start: int) -> str:
    """Return the end of what was added to a log after its byte ``start``."""
    with log.open("rb") as stream:
        stream.seek(start)
        return "\n".join(stream.read().decode("utf-8", "replace").splitlines()[-_SHOWN_LINES:])


def _run_core(core: Core, python: Version, lanes: Sequence[NamedLane], timed: Timed, home: Path) -> list[Outcome]:
    on = "Python {}.{}".format(*python)
    try:
        stage = replace(prepare(core, python), home=home)
    except (Unusable, subprocess.CalledProcessError, LookupError) as problem:
        return [broken(core.release, f"{on}: the environment could not be made: {problem}")]
    outcomes = []
    for name, lane in lanes:
        start = stage.log.stat().st_size if stage.log and stage.log.exists() else 0
        outcome = timed(lane, stage)
        verdict = "passed" if outcome.good else f"FAILED, see {stage.log}"
        told = f"ansible-core {core.release} on {on}: {name} {verdict} ({outcome.seconds:.0f} s)"
        if stage.log and not outcome.good:
            told += f"\n{_last_lines(stage.log, start)}"
        print(told, flush=True)
        outcomes.append(outcome)
    return outcomes


def run_matrix(
    lanes: Sequence[NamedLane], on_the_first: Sequence[NamedLane], timed: Timed, only: Sequence[str] = ()
) -> list[Outcome]:
    """Run the lanes on every release, or on those in ``only``, and further ones on the first of them.

    A release without an interpreter is named; that none at all could run is a failure.
    """
    plan = list(planned(only))
    forget([f"{core.release}-{name}" for core, _python in plan for name, _lane in [*lanes, *on_the_first]])
    forget(["matrix", *(core.release for core, _python in plan)])
    homes: SimpleQueue[Path] = SimpleQueue()
    for number in range(_AT_A_TIME):
        homes.put(BUILD / f"ansible-test-home-{number}")

    def one(core: Core, python: Version) -> list[Outcome]:
        home = homes.get()
        try:
            further = on_the_first if core == order[0] else ()
            return _run_core(core, python, [*lanes, *further], timed, home)
        finally:
            homes.put(home)

    pythons = {core: python for core, python in plan if python}
    order = list(pythons)
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        outcomes = [outcome for found in pool.map(lambda core: one(core, pythons[core]), order) for outcome in found]
    print("\nansible-core  Python")
    for core, python in plan:
        first, last = ("{}.{}".format(*version) for version in core.pythons)
        print(
            f"{core.release:<12}  {'{}.{}'.format(*python) if python else f'not run: no Python {first} to {last} here'}"
        )
    return outcomes or [broken("matrix", "no supported release of ansible-core has an interpreter on this machine")]
