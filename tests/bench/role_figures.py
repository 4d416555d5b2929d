# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role certificate beside ``ansible.builtin.ping`` on the same hosts: nothing to do, calls, memory and growth."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from figures import Figure
from plays import Timed, ping, play, role

from certcentral_simulator.process import SimulatorProcess

_HOSTS = (10, 100)
_ROUNDS = {10: 3, 100: 1}
_MOST_PINGS, _MOST_CALLS = 1.5, 1.1
_MEGABYTE = 1024


def measure(folder: Path) -> Iterator[Figure]:
    """Measure a first run whose certificates are issued at once, then runs with nothing to do, each beside a ping."""
    took: dict[int, float] = {}
    with SimulatorProcess(["--no-rate-limit"]) as simulator:
        for count in _HOSTS:
            hosts = [f"n{count}-{number}" for number in range(count)]
            variables = _variables(folder)
            before = len(simulator.ledger())
            first = play(folder, hosts, role(variables), simulator)
            calls = len(simulator.ledger()) - before
            took[count] = first.seconds
            yield Figure(
                f"role: API calls a certificate issued at once, {count} hosts", calls / count, "calls", _MOST_CALLS
            )
            yield from _compare(folder, hosts, variables, simulator, first)
    few, many = _HOSTS
    exponent = math.log(took[many] / took[few]) / math.log(many / few)
    yield Figure(
        f"role: growth from {few} to {many} hosts",
        exponent,
        "exponent",
        note=f"{took[few]:.1f} s and {took[many]:.1f} s",
    )


def _variables(folder: Path) -> dict[str, Any]:
    return {
        "certificate_directory": f"{folder}/hosts/{{{{ inventory_hostname }}}}",
        "certificate_requests": [{"name": "www", "dns": ["{{ inventory_hostname }}.valid.example"]}],
    }


def _compare(
    folder: Path, hosts: list[str], variables: Mapping[str, Any], simulator: SimulatorProcess, first: Timed
) -> Iterator[Figure]:
    """Run the role and ping in turn."""
    count, calls = len(hosts), len(simulator.ledger())
    pings: list[Timed] = []
    runs: list[Timed] = []
    for _round in range(_ROUNDS[count]):
        pings.append(play(folder, hosts, ping(), simulator))
        runs.append(play(folder, hosts, role(variables), simulator))
    pings.append(play(folder, hosts, ping(), simulator))
    if len(simulator.ledger()) != calls:
        raise RuntimeError("a run with nothing to do called the service")
    one_ping = statistics.median(each.seconds for each in pings)
    ratio = statistics.median(each.seconds for each in runs) / one_ping
    yield Figure(
        f"role: nothing to do / ping, {count} hosts",
        ratio,
        "times",
        _MOST_PINGS,
        note=f"medians of {len(runs)} and {len(pings)}; a ping takes {one_ping:.1f} s",
    )
    more = max(first.kilobytes, *(each.kilobytes for each in runs)) - max(each.kilobytes for each in pings)
    yield Figure(f"role: memory of the controller over that of ping, {count} hosts", more / _MEGABYTE, "MB")
