# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Attack the collection for minutes, and print what was tried and what was found as one table.

The exit status is 1 if anything was found. The seed is printed: with it, a run that found something can be repeated.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from simulator_testing.dns_server import DnsServer

from ansible_collections.community.digicert.tests.chaos import races
from ansible_collections.community.digicert.tests.chaos.api_kills import KILLED_SCENES, LATE, Place, kill_everywhere
from ansible_collections.community.digicert.tests.chaos.figures import Figures, table
from ansible_collections.community.digicert.tests.chaos.lifecycles import live
from ansible_collections.community.digicert.tests.unit import host_kills
from ansible_collections.community.digicert.tests.unit.host_jobs import live_together
from ansible_collections.community.digicert.tests.unit.host_scene import Scene
from ansible_collections.community.digicert.tests.unit.host_stories import STORIES
from ansible_collections.community.digicert.tests.years.service import SimulatorHere
from certcentral_simulator.process import SimulatorProcess

_MOST_EXAMPLES = 20
_HOST_JOBS = 10


@dataclass(frozen=True)
class Extent:
    """How much is tried."""

    seed: int
    controllers: int
    lifecycles: int
    further_kills: int


def kill_host_module(_extent: Extent, folder: Path) -> Iterator[Figures]:
    """Kill digicert_host_certificate before every call that changes something."""
    for kind in STORIES:
        place = folder / kind.__name__
        place.mkdir()
        counts = host_kills.kill_everywhere(kind, place, further=2)
        yield Figures(
            runs=2 * counts.kills,
            kills=counts.kills,
            mixed_pairs=counts.mixed_pairs,
            leaks=counts.open_keys,
            leftovers=counts.leftovers + counts.unreported,
            unfinished=counts.unfinished,
            examples=counts.examples,
        )


def kill_api_modules(extent: Extent, folder: Path) -> Iterator[Figures]:
    """Kill the modules that pay or change something at every request, also if orders are shown late."""
    dns = DnsServer()
    with SimulatorHere(folder / "simulator", dt.datetime.now(dt.timezone.utc)) as simulator:
        for switches in ({}, LATE):
            for name, scene in KILLED_SCENES.items():
                place = Place(simulator, dns, scene, folder, **switches)
                yield kill_everywhere(place, name, every=True, seed=extent.seed, further=extent.further_kills)
    dns.stop()


def race_controllers(extent: Extent, folder: Path) -> Iterator[Figures]:
    """Let controllers with disks of their own order the same in every mode."""
    with SimulatorProcess(["--no-rate-limit"]) as simulator:
        for module in (races.ORDER, races.CERTIFICATE):
            for name, mode in races.MODES.items():
                simulator.reset()
                disks = folder / f"{module}, {name}"
                disks.mkdir()
                results = races.run_controllers(simulator, module, mode, disks, extent.controllers)
                yield races.judge_controllers(simulator, mode, results)


def race_jobs(extent: Extent, folder: Path) -> Iterator[Figures]:
    """Let jobs on one host order the same, order overlapping slices, and install on the same host."""
    with SimulatorProcess(["--no-rate-limit"]) as simulator:
        for module in (races.ORDER, races.CERTIFICATE):
            simulator.reset()
            results = races.run_on_one_host(simulator, module, folder / module, extent.controllers)
            yield races.judge_jobs(simulator, results, 1)
        simulator.reset()
        results = races.run_slices(simulator, folder / "slices", extent.controllers)
        yield races.judge_jobs(simulator, results, extent.controllers + 2)
    failed, mixed = live_together(Scene(folder / "host"), _HOST_JOBS)
    yield Figures(
        runs=_HOST_JOBS, mixed_pairs=mixed, unfinished=failed, examples=["jobs on one host"] * (mixed + failed)
    )


def let_certificates_live(extent: Extent, folder: Path) -> Iterator[Figures]:
    """Let certificates be ordered, installed and replaced while much of what the service does fails.

    The simulator is in this process, so that the same seed always leads to the same course.
    """
    with SimulatorHere(folder / "simulator", dt.datetime.now(dt.timezone.utc)) as simulator:
        yield live(simulator, folder, extent.lifecycles, seed=extent.seed)


def let_certificates_live_over_tls(extent: Extent, folder: Path) -> Iterator[Figures]:
    """Do the same with a tenth of them over real connections."""
    with SimulatorProcess(["--no-rate-limit"]) as simulator:
        yield live(simulator, folder, extent.lifecycles // 10, seed=extent.seed)


PROOFS: dict[str, Callable[[Extent, Path], Iterator[Figures]]] = {
    "host-kills": kill_host_module,
    "api-kills": kill_api_modules,
    "controllers": race_controllers,
    "jobs": race_jobs,
    "lifecycles": let_certificates_live,
    "lifecycles-over-tls": let_certificates_live_over_tls,
}


def attack(name: str, extent: Extent) -> Figures:
    """Return what was tried and found."""
    total, start = Figures(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="digicert-chaos-") as folder:
        for figures in PROOFS[name](extent, Path(folder)):
            total += figures
            print(".", end="", file=sys.stderr, flush=True)
    print(f" {name}", file=sys.stderr, flush=True)
    total.seconds = time.monotonic() - start
    return total


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--only", action="append", choices=list(PROOFS), help="try only this; may be repeated")
    parser.add_argument("--seed", type=int, help="what random choices begin with; by default another one in each run")
    parser.add_argument("--controllers", type=int, default=50, help="how many order at once (%(default)s)")
    parser.add_argument("--lifecycles", type=int, default=500, help="how many certificates live (%(default)s)")
    parser.add_argument("--further-kills", type=int, default=2, help="kills after the first one (%(default)s)")
    return parser.parse_args()


def main() -> int:
    """Attack as the command line says. Return 1 if something was found."""
    given = _arguments()
    # settings of a developer must not change what happens, or lead to the real service
    for name in [name for name in os.environ if name.startswith(("ANSIBLE_", "DIGICERT_"))]:
        del os.environ[name]
    seed = random.SystemRandom().randrange(2**32) if given.seed is None else given.seed
    extent = Extent(seed, given.controllers, given.lifecycles, given.further_kills)
    print(f"seed {seed}: repeat this run with ARGS=--seed={seed}", flush=True)
    rows = {name: attack(name, extent) for name in given.only or PROOFS}
    print(table(rows))
    examples = [f"{name}: {example}" for name, figures in rows.items() for example in figures.examples]
    for example in examples[:_MOST_EXAMPLES]:
        print(example)
    return 1 if any(figures.found() for figures in rows.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
