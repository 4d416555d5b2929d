# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many controllers, or many runs on one host, that order the same certificate at the same moment."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.community.digicert.tests.chaos.figures import Figures
from ansible_collections.community.digicert.tests.modules.arguments import order_args
from ansible_collections.community.digicert.tests.modules.racing import Run, race
from certcentral_simulator.process import SimulatorProcess

ORDER, CERTIFICATE = "digicert_order", "digicert_certificate"
RACERS = 8
_LAST = "/product/*"
"""The last call before an order is placed: whether to place it is decided by then."""

_LEFT = ("canceled", "rejected")

Results = list[dict[str, t.Any]]


@dataclass(frozen=True)
class Mode:
    """How the controllers of a race order."""

    names: tuple[str, ...] = ()
    options: dict[str, t.Any] = field(default_factory=dict)
    key: str = ""
    """The name of an API key that is not an administrator's."""
    may_fail: bool = False
    """Whether controllers that were second may fail, if they name their order."""


STRICT = {"order_guard": "strict"}
MODES = {
    "strict": Mode(options=STRICT),
    "strict, pending": Mode(("www.pending.example",), STRICT),
    "strict, may not approve": Mode(options=STRICT, key="no-approval", may_fail=True),
    "strict, a person approves": Mode(options={**STRICT, "skip_approval": False}),
    "basic": Mode(may_fail=True),
    "basic, pending": Mode(("www.pending.example",)),
    "basic, a person approves": Mode(options={"skip_approval": False}),
}


def connection_of(simulator: SimulatorProcess) -> dict[str, t.Any]:
    """Return the options with which a module reaches the simulator."""
    return {"api_key": simulator.api_key, "api_url": simulator.base_url, "ca_path": simulator.ca_file, "timeout": 300}


def hold(simulator: SimulatorProcess, racers: int, path: str = _LAST) -> None:
    """Answer no controller a call until every one has sent it."""
    simulator.add_fault("held", method="GET", path=path, seconds=120, calls=racers)


def live_orders(simulator: SimulatorProcess) -> list[dict[str, t.Any]]:
    """Return the orders that are neither canceled nor rejected."""
    return [order for order in simulator.state()["orders"] if order["status"] not in _LEFT]


def paid(simulator: SimulatorProcess) -> list[int]:
    """Return the orders that stay billed."""
    kinds = ("order", "renewal")
    return [each["order_id"] for each in simulator.billed_orders() if each["kind"] in kinds and not each["credited_at"]]


def run_controllers(
    simulator: SimulatorProcess, module: str, mode: Mode, disks: Path, racers: int = RACERS, *, broken: str = ""
) -> Results:
    """Let controllers with disks of their own order at the same moment: each has looked before anyone orders."""
    hold(simulator, racers)
    arguments = {**connection_of(simulator), **order_args(*mode.names, **mode.options)}
    if mode.key:
        arguments["api_key"] = simulator.keys()[mode.key]
    if module == CERTIFICATE:
        arguments["wait"] = False
    results = race([Run(module, arguments, disks / str(number)) for number in range(racers)], broken=broken)
    simulator.clear_faults()
    placed = [each for each in simulator.billed_orders() if each["kind"] == "order"]
    assert len(placed) == racers, "every controller has placed an order"
    return results


def judge_controllers(simulator: SimulatorProcess, mode: Mode, results: Results) -> Figures:
    """Return what a race has left: one order, and the failed runs name every other one."""
    failed = [result for result in results if result.get("failed")]
    named = {result["order_id"] for result in failed if str(result["order_id"]) in result["next_action"]}
    first, *others = sorted(paid(simulator))
    second = [number for number in others if not (mode.may_fail and number in named)]
    figures = Figures(runs=len(results), faults=len(results), to_refund=len(others) - len(second))
    figures.add("duplicate_orders", f"{second}", len(second))
    survivors = {result["order"]["id"] for result in results if not result.get("failed")}
    figures.add("lost_orders", f"{survivors}, not {first}", survivors != {first})
    if not mode.may_fail:
        figures.add("unfinished", str([result["msg"] for result in failed[:1]]), len(failed))
        waiting = simulator.state()["requests_pending"]
        figures.add("second_requests", f"{waiting}", max(0, len(waiting) - 1))
    return figures


def run_on_one_host(
    simulator: SimulatorProcess, module: str, home: Path, racers: int = RACERS, *, broken: str = ""
) -> Results:
    """Let jobs of one user on one host order the same."""
    arguments = {**connection_of(simulator), **order_args()}
    return race([Run(module, arguments, home)] * racers, broken=broken)


def run_slices(simulator: SimulatorProcess, home: Path, racers: int = RACERS) -> Results:
    """Let jobs on one host order overlapping slices of a list of certificates, three each."""
    names = [f"host{number}.valid.example" for number in range(racers + 2)]
    connection = connection_of(simulator)
    return race(
        [
            Run(CERTIFICATE, {**connection, "requests": [order_args(name) for name in names[first : first + 3]]}, home)
            for first in range(racers)
        ]
    )


def judge_jobs(simulator: SimulatorProcess, results: Results, certificates: int) -> Figures:
    """Return what jobs on one host have left: an order for each certificate, and no job failed."""
    figures = Figures(runs=len(results))
    orders = paid(simulator)
    figures.add("duplicate_orders", f"{len(orders)} for {certificates}", max(0, len(orders) - certificates))
    failed = [result["msg"] for result in results if result.get("failed")]
    figures.add("unfinished", str(failed[:1]), len(failed))
    shown = str(results)
    lost = [number for number in orders if str(number) not in shown]
    figures.add("lost_orders", str(lost), len(lost))
    return figures
