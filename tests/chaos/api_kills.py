# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kill the modules that pay or change something at each of their requests, and run the same task again until done.

Afterwards the account must be what it is without a kill: the same is billed, ordered, reissued, duplicated and revoked,
nothing more is waiting for approval, and the last run names every order that is paid.
"""

from __future__ import annotations

import collections
import datetime as dt
import itertools
import json
import random
import shutil
import typing as t
from collections.abc import Iterator
from pathlib import Path

import requests
from simulator_testing.dns_server import DnsServer

from ansible_collections.community.digicert.tests.chaos.figures import Figures
from ansible_collections.community.digicert.tests.chaos.processes import (
    Moment,
    Point,
    Task,
    advance,
    at_home,
    run_apart,
    run_here,
)
from ansible_collections.community.digicert.tests.modules.arguments import ORGANIZATION, csr, order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller
from ansible_collections.community.digicert.tests.modules.execution import Printed
from ansible_collections.community.digicert.tests.modules.scenes import COSTLY_SCENES, SCENES, Scene
from ansible_collections.community.digicert.tests.years.service import SimulatorHere

_CHANGING = (
    "digicert_certificate",
    "digicert_dcv",
    "digicert_domain",
    "digicert_duplicate",
    "digicert_order",
    "digicert_order_status",
    "digicert_organization",
    "digicert_reissue",
    "digicert_request",
    "digicert_revoke",
)


def _of_all_kinds(controller: Controller) -> dict[str, t.Any]:
    """Return requests of which one is ordered, one renewed, one reissued and one duplicated."""
    issued = {
        name: controller.ok("digicert_order", **order_args(f"{name}.valid.example"))["order"]["id"]
        for name in ("reissue", "duplicate")
    }
    console = {
        "certificate": {"common_name": "renew.valid.example", "csr": csr()},
        "organization": {"id": ORGANIZATION},
    }
    a_year_ago = dt.datetime.now(dt.timezone.utc) - dt.timedelta(days=364)
    controller.simulator.make_order(**console, created=a_year_ago.isoformat())
    return {
        "requests": [
            order_args("order.valid.example"),
            order_args("renew.valid.example"),
            order_args("reissue.valid.example", "more.valid.example", order_id=issued["reissue"]),
            order_args("duplicate.valid.example", key="b"),
        ]
    }


_MORE = {
    "order that is guarded": Scene("digicert_order", lambda _c: order_args(order_guard="strict")),
    "certificates that are guarded": Scene(
        "digicert_certificate",
        lambda _c: {"requests": [order_args(f"host{n}.valid.example") for n in range(3)], "order_guard": "strict"},
    ),
    "certificates of all kinds": Scene("digicert_certificate", _of_all_kinds),
}
_REFUSED = {"order for a key that another one has"}
KILLED_SCENES = {
    **{name: scene for name, scene in SCENES.items() if scene.module in _CHANGING and not scene.is_settled},
    **{name: scene for name, scene in COSTLY_SCENES.items() if name not in _REFUSED},
    **_MORE,
}
"""Runs that pay or change something."""

LATE = {"visibility_delay": 60}
"""A service that shows new orders late in its lists."""

_MOST_RUNS = 4
_OPEN = ("pending", "submitted", "ev_pending")
_GONE = ("canceled", "rejected")

Counts = collections.Counter[tuple[str, ...]]


class Place:
    """An account in which a task is run again and again, always from the same state.

    Switches say how the service behaves meanwhile.
    """

    def __init__(self, simulator: SimulatorHere, dns: DnsServer, scene: Scene, folder: Path, **switches: t.Any) -> None:
        self._simulator = simulator
        self._home = folder / "home"
        simulator.reset()
        simulator.set_network(resolver=dns.address, http_port=1, https_port=1)
        controller = Controller(simulator, simulator.api_key)
        with at_home(self._home, lambda seconds: advance(simulator, seconds)), simulator.answering():
            arguments = scene.prepare(controller)
        connection = {"api_key": simulator.api_key, "api_url": simulator.base_url, "rate_limit": 0}
        given = {name: value for name, value in arguments.items() if value is not None}
        self.is_guarded = given.get("order_guard") == "strict"
        self._task = Task(scene.module, {**given, **connection}, self._home)
        self._before = set(self.paid())
        simulator.set_switches(**switches)
        self._start = simulator.keep_state()
        self._expected: Counts | None = None
        self._phase: str | None = None
        self._on_its_way: requests.PreparedRequest | None = None
        self.calls = self.kill(None)
        """The kinds of the calls of a run that is not killed."""
        figures = Figures()
        self.finish(figures, "without a kill")
        assert not figures.found(), figures.examples
        self._expected = self._counts()

    def reset(self) -> None:
        """Go back to the state before the task."""
        self._simulator.restore_state(self._start)
        shutil.rmtree(self._home)

    def kill(self, point: Point | None) -> list[str]:
        """Run the task until the point; return the kinds of its calls."""
        course = run_apart(self._simulator, self._task, point)
        self._on_its_way = course.on_its_way
        if course.printed is not None and point is None:
            assert not course.printed.result.get("failed"), course.printed.stdout
        return course.calls

    def finish(self, figures: Figures, where: str) -> None:
        """Run the task again until it is done, and count what is wrong then."""
        for number in range(_MOST_RUNS):
            if number:
                self._simulator.advance(seconds=61)
            printed = run_here(self._simulator, self._task, self._on_its_way)
            self._on_its_way = None
            figures.runs += 1
            figures.add("leaks", where, leaks(printed, self._simulator.api_key))
            if self._is_done(printed.result):
                break
        else:
            figures.add("unfinished", f"{where}: {printed.result.get('msg') or printed.result.get('reasons')}")
        lost = [number for number in self.paid() if number not in self._before and str(number) not in printed.stdout]
        figures.add("lost_orders", f"{where}: {lost}", len(lost))
        if self._expected is not None:
            self._compare(self._counts(), self._expected, figures, where)

    def _compare(self, counts: Counts, expected: Counts, figures: Figures, where: str) -> None:
        surplus, missing = counts - expected, expected - counts
        for kind, name in _SURPLUS.items():
            found = [fact for fact in surplus.elements() if fact[0] == kind]
            figures.add(name, f"{where}: {found}", len(found))
        figures.add("unfinished", f"{where}: not there: {list(missing)}", bool(missing))

    def _is_done(self, result: dict[str, t.Any]) -> bool:
        """Return whether nothing was left to do, and nothing is awaited that is not awaited without a kill."""
        if result.get("failed") or result["changed"]:
            return False
        if self._expected is None:
            self._phase = result.get("phase")
        return bool(result.get("phase") == self._phase)

    def paid(self) -> list[int]:
        """Return the orders that are billed."""
        return [entry["order_id"] for entry in self._simulator.billed_orders() if not entry["credited_at"]]

    def _counts(self) -> Counts:
        """Return what is in the account, without what differs from run to run."""
        tables = self._simulator.admin("GET", "/export")
        return collections.Counter(itertools.chain.from_iterable(_facts(tables, kind) for kind in _SURPLUS))


_SURPLUS = {
    "billed": "duplicate_orders",
    "orders": "leftovers",
    "certificates": "second_requests",
    "requests": "second_requests",
    "domains": "leftovers",
    "organizations": "leftovers",
}
"""What more of a kind of facts means."""


def _facts(tables: t.Mapping[str, t.Any], kind: str) -> Iterator[tuple[str, ...]]:
    for row in tables[kind]:
        if kind == "billed" and row["credited_at"] is None:
            yield kind, row["kind"], *row["names"]
        elif kind == "orders" and row["status"] not in _GONE:
            yield kind, row["status"], row["common_name"], str(row["is_renewed"])
        elif kind == "certificates" and row["status"] not in _GONE:
            yield kind, row["kind"], row["status"], *row["names"]
        elif kind == "requests" and row["status"] in _OPEN:
            yield kind, row["type"]
        elif kind in ("domains", "organizations"):
            yield kind, row["name"]


def leaks(printed: Printed, api_key: str) -> int:
    """Return how many secrets a module has shown."""
    text = printed.stdout + printed.stderr + printed.log
    return sum(secret in text for secret in (api_key, json.dumps(api_key)[1:-1], "PRIVATE KEY"))


def points(calls: t.Sequence[str], *, every: bool, is_guarded: bool) -> Iterator[Point]:
    """Yield where to kill a run with these calls.

    A run that is killed before the answer to a GET is read leaves what it leaves before the next request is sent, so
    only with ``every`` it is killed there, too. An order that is still on its way is like that of another controller,
    against which only the strict guard helps.
    """
    for number, call in enumerate(calls):
        yield Point(number, Moment.UNSENT)
        if every or not call.startswith("GET "):
            yield Point(number, Moment.UNREAD)
        if is_guarded and call.startswith("POST "):
            yield Point(number, Moment.ON_ITS_WAY)


def kill_everywhere(
    place: Place,
    name: str,
    *,
    every: bool = False,
    step: int = 1,
    seed: int = 0,
    further: int = 0,
    until_found: bool = False,
) -> Figures:
    """Kill a task at one of ``step`` points each, and ``further`` times in the runs after that one, at random points.

    With ``until_found`` it ends when something is found.
    """
    figures, calls = Figures(), place.calls
    generator = random.Random(f"{seed} {name}")
    chosen = itertools.islice(points(calls, every=every, is_guarded=place.is_guarded), 0, None, step)
    for point in chosen:
        where = f"{name}, killed {point.moment.value} {calls[point.number]}"
        place.reset()
        kills = [point]
        if point.moment is not Moment.ON_ITS_WAY:
            moments = (Moment.UNSENT, Moment.UNREAD)
            kills += [Point(generator.randrange(len(calls)), generator.choice(moments)) for _nth in range(further)]
        for each in kills:
            figures.runs += 1
            figures.kills += len(place.kill(each)) > each.number
        place.finish(figures, where)
        if until_found and figures.found():
            break
    return figures
