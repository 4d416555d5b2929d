# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator: how fast it starts, answers and lists with many orders stored, and under load."""

from __future__ import annotations

import http.client
import random
import ssl
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from figures import Figure, percentile, seconds_of

from certcentral_simulator.cases.console import make_csr
from certcentral_simulator.process import SimulatorProcess

STORED = 10_000
_BATCH = 1_000
_STARTS = 5
_INFO_CALLS = 300
_LISTS = 5
_CONNECTIONS = 20
_CALLS_PER_CONNECTION = 60


class Connection:
    """A persistent connection to the API through http.client, with no other overhead."""

    def __init__(self, simulator: SimulatorProcess) -> None:
        address = urlsplit(simulator.base_url)
        context = ssl.create_default_context(cafile=simulator.ca_file)
        self._connection = http.client.HTTPSConnection(
            address.hostname or "", address.port, context=context, timeout=30
        )
        self._base = address.path
        self._headers = {"X-DC-DEVKEY": simulator.api_key}

    def get(self, path: str) -> bytes:
        """Return the body of a GET.

        :raises RuntimeError: the answer is not 200.
        """
        self._connection.request("GET", self._base + path, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"GET {path}: {answer.status} {body[:200]!r}")
        return body

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def measure(folder: Path) -> Iterator[Figure]:
    """Measure the simulator; ``folder`` is empty and used for its state."""
    starts = [_start_seconds(folder / f"start-{number}") for number in range(_STARTS)]
    yield Figure("simulator: start, empty", statistics.median(starts), "s", 1.0, note=f"median of {_STARTS}")
    state = folder / "many"
    with SimulatorProcess(["--no-rate-limit", "--state", str(state)]) as simulator:
        orders: list[int] = []
        filling = seconds_of(lambda: orders.extend(_fill(simulator)))
        yield Figure(f"simulator: make {STORED:,} orders", filling, "s", note="issued, over the control address")
    again = [_start_seconds(state) for _number in range(_STARTS)]
    yield Figure(
        "simulator: start, 10,000 orders stored", statistics.median(again), "s", 1.0, note=f"median of {_STARTS}"
    )
    with SimulatorProcess(["--no-rate-limit", "--state", str(state)]) as simulator:
        connection = Connection(simulator)
        chance = random.Random(1)
        paths = [f"/order/certificate/{chance.choice(orders)}" for _number in range(_INFO_CALLS)]
        connection.get(paths[0])
        info = [seconds_of(partial(connection.get, path)) * 1000 for path in paths]
        note = f"{_INFO_CALLS} calls, {STORED:,} orders stored"
        yield Figure("simulator: info, median", statistics.median(info), "ms", 10.0, note=note)
        yield Figure("simulator: info, 95th percentile", percentile(info, 95), "ms", note=note)
        listing = partial(connection.get, "/order/certificate?limit=1000&sort=-date_created")
        lists = [seconds_of(listing) for _number in range(_LISTS)]
        yield Figure("simulator: list of 1,000 orders", statistics.median(lists), "s", note=f"median of {_LISTS}")
        connection.close()
        yield _load(simulator, orders)


def _start_seconds(state: Path) -> float:
    """Return the time from the start of the process to its ready line, without stopping it."""
    process = SimulatorProcess(["--state", str(state)])
    try:
        return seconds_of(process.start)
    finally:
        process.stop()


def _fill(simulator: SimulatorProcess) -> Iterator[int]:
    csr = make_csr("many.valid.example")
    for start in range(0, STORED, _BATCH):
        bodies = [
            {
                "certificate": {"common_name": f"host-{number}.valid.example", "csr": csr},
                "organization": {"id": 112233},
                "alternative_order_id": f"bench-{number}",
            }
            for number in range(start, start + _BATCH)
        ]
        for made in simulator.admin("POST", "/orders", bodies):
            yield int(made["id"])


def _load(simulator: SimulatorProcess, orders: list[int]) -> Figure:
    connections = [Connection(simulator) for _number in range(_CONNECTIONS)]
    for connection in connections:
        connection.get("/user/me")

    def call(connection: Connection, number: int) -> None:
        chance = random.Random(number)
        for _number in range(_CALLS_PER_CONNECTION):
            connection.get(f"/order/certificate/{chance.choice(orders)}")

    start = time.perf_counter()
    with ThreadPoolExecutor(_CONNECTIONS) as pool:
        list(pool.map(call, connections, range(_CONNECTIONS)))
    seconds = time.perf_counter() - start
    for connection in connections:
        connection.close()
    rate = _CONNECTIONS * _CALLS_PER_CONNECTION / seconds
    note = f"{_CONNECTIONS} connections, {_CONNECTIONS * _CALLS_PER_CONNECTION:,} calls, client on the same cores"
    return Figure("simulator: info under load", rate, "requests/s", 200.0, at_least=True, note=note)
