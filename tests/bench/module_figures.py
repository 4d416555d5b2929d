# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules: the cost of digicert_order_info compared with ansible.builtin.uri, both making the same single GET."""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from figures import Figure, seconds_of

from certcentral_simulator.process import SimulatorProcess

_PAIRS = 15


def measure(folder: Path) -> Iterator[Figure]:
    """Measure pairs of runs, each started as Ansible starts a module: one file, a new interpreter."""
    with SimulatorProcess(["--no-rate-limit"]) as simulator:
        body = {"certificate": {"common_name": "www.valid.example"}, "organization": {"id": 112233}}
        order_id = simulator.make_order(**body)["id"]
        uri = _payload(
            folder / "uri",
            "ansible.builtin.uri",
            {
                "url": f"{simulator.base_url}/order/certificate/{order_id}",
                "headers": {"X-DC-DEVKEY": simulator.api_key},
                "ca_path": simulator.ca_file,
                "return_content": True,
            },
        )
        info = _payload(
            folder / "info",
            "community.digicert.digicert_order_info",
            {
                "api_url": simulator.base_url,
                "api_key": simulator.api_key,
                "ca_path": simulator.ca_file,
                "order_id": order_id,
            },
        )
        calls = len(simulator.ledger())
        pairs = [(_cost(uri), _cost(info)) for _number in range(_PAIRS)]
        made = len(simulator.ledger()) - calls
        if made != 2 * _PAIRS:
            raise RuntimeError(f"{made} calls were made, not one for each run")
    note = f"{_PAIRS} alternating pairs"
    for name, costs in (
        ("ansible.builtin.uri", [pair[0] for pair in pairs]),
        ("digicert_order_info", [pair[1] for pair in pairs]),
    ):
        seconds = statistics.median(cost.seconds for cost in costs)
        yield Figure(f"module: {name}, one GET", seconds * 1000, "ms", note=f"median of {note}")
    ratio = statistics.median(pair[1].seconds / pair[0].seconds for pair in pairs)
    yield Figure("module: digicert_order_info / uri", ratio, "times", 1.2, note=f"median of the ratios of {note}")
    ratio = statistics.median(pair[1].processor / pair[0].processor for pair in pairs)
    yield Figure(
        "module: digicert_order_info / uri, processor", ratio, "times", 1.2, note="the same runs, without waiting"
    )


@dataclass(frozen=True)
class _Cost:
    """The cost of one run, in seconds of real time and of processor time."""

    seconds: float
    processor: float


def _cost(payload: Path) -> _Cost:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = seconds_of(partial(_run, payload))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return _Cost(seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _payload(folder: Path, module: str, arguments: Mapping[str, object]) -> Path:
    """Return the file that Ansible makes from a module and its arguments, kept after a first run."""
    folder.mkdir()
    environment = {
        **os.environ,
        "ANSIBLE_KEEP_REMOTE_FILES": "1",
        "ANSIBLE_PIPELINING": "0",
        "ANSIBLE_REMOTE_TEMP": str(folder),
        "ANSIBLE_LOCAL_TEMP": str(folder),
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
    }
    command = [_program("ansible"), "localhost", "--connection", "local", "--module-name", module]
    command += ["--inventory", "localhost,", "--args", json.dumps(arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    found = [path for path in folder.rglob("AnsiballZ_*.py") if module.rpartition(".")[2] in path.name]
    if done.returncode or len(found) != 1:
        raise RuntimeError(f"{module} did not run: {done.stdout}{done.stderr}")
    return found[0]


def _run(payload: Path) -> None:
    done = subprocess.run([sys.executable, payload], capture_output=True, text=True, check=False, timeout=60)
    if done.returncode:
        raise RuntimeError(f"{payload.name} failed: {done.stdout}{done.stderr}")


def _program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))
