# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role certificate: the cost of a run with nothing to do, on one host and on ten."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from figures import Figure, seconds_of

from certcentral_simulator.process import SimulatorProcess

_HOSTS = (1, 10)
_RUNS = 3
_ORGANIZATION = 112233


def measure(folder: Path) -> Iterator[Figure]:
    """Measure a first run that orders and installs, then runs that have nothing to do and call no API."""
    with SimulatorProcess(["--no-rate-limit"]) as simulator:
        for count in _HOSTS:
            play = partial(_play, folder / f"hosts-{count}", count, simulator)
            first = seconds_of(play)
            calls = len(simulator.ledger())
            runs = [seconds_of(play) for _number in range(_RUNS)]
            if len(simulator.ledger()) != calls:
                raise RuntimeError("a run with nothing to do called the service")
            hosts = "1 host" if count == 1 else f"{count} hosts"
            yield Figure(
                f"role: first run, {hosts}", first, "s", note="key, order, download, install; local connection"
            )
            yield Figure(
                f"role: second run, {hosts}", statistics.median(runs), "s", note=f"median of {_RUNS}, no API call"
            )


def _play(folder: Path, count: int, simulator: SimulatorProcess) -> None:
    folder.mkdir(exist_ok=True)
    playbook = folder / "play.json"
    variables = {
        "ansible_python_interpreter": sys.executable,
        "certificate_directory": f"{folder}/{{{{ inventory_hostname }}}}",
        "certificate_organization_id": _ORGANIZATION,
        "certificate_skip_approval": True,
        "certificate_key_type": "ECC",
        "certificate_wait_interval": 1,
        "certificate_requests": [{"name": "www", "dns": [f"{{{{ inventory_hostname }}}}-of-{count}.valid.example"]}],
    }
    play = {
        "name": "The role certificate",
        "hosts": "all",
        "connection": "local",
        "gather_facts": False,
        "vars": variables,
        "roles": ["community.digicert.certificate"],
    }
    playbook.write_text(json.dumps([play]), encoding="utf-8")
    environment = {
        **os.environ,
        "ANSIBLE_FORKS": "10",
        "ANSIBLE_PIPELINING": "1",
        "ANSIBLE_LOCAL_TEMP": str(folder / "local"),
        "ANSIBLE_REMOTE_TEMP": str(folder / "remote"),
        "DIGICERT_API_URL": simulator.base_url,
        "DIGICERT_API_KEY": simulator.api_key,
        "DIGICERT_CA_PATH": simulator.ca_file,
    }
    names = ",".join(f"host{number}" for number in range(count))
    command = [str(Path(sys.executable).with_name("ansible-playbook")), "--inventory", f"{names},", str(playbook)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=170)
    if done.returncode:
        raise RuntimeError(f"the role failed:\n{done.stdout[-3000:]}{done.stderr[-1000:]}")
