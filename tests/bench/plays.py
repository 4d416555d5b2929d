# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays on many hosts, each of which is this machine, with the time and the memory that they take."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from certcentral_simulator.process import SimulatorProcess

_FORKS = 10
_ORGANIZATION = 112233

Play = Mapping[str, Any]


@dataclass(frozen=True)
class Timed:
    """What a run took: real time, and the most memory that the main process had at once."""

    seconds: float
    kilobytes: int


def ping() -> Play:
    """Return a play that runs one module without any work."""
    return {"tasks": [{"name": "Ping", "ansible.builtin.ping": {}}]}


def role(variables: Mapping[str, Any]) -> Play:
    """Return a play with the role certificate."""
    common = {
        "certificate_organization_id": _ORGANIZATION,
        "certificate_skip_approval": True,
        "certificate_key_type": "ECC",
        "certificate_wait_interval": 1,
    }
    return {"vars": {**common, **variables}, "roles": ["community.digicert.certificate"]}


def play(
    folder: Path,
    hosts: Sequence[str],
    content: Play,
    simulator: SimulatorProcess,
    variables: Mapping[str, str] | None = None,
) -> Timed:
    """Play it with ansible-playbook, with more ``variables`` in the environment. Raises RuntimeError if it fails."""
    folder.mkdir(exist_ok=True)
    playbook, log = folder / "play.json", folder / "log"
    about = {
        "name": "Measured",
        "hosts": "all",
        "connection": "local",
        "gather_facts": False,
        **content,
        "vars": {"ansible_python_interpreter": sys.executable, **content.get("vars", {})},
    }
    playbook.write_text(json.dumps([about]), encoding="utf-8")
    environment = {
        **os.environ,
        "ANSIBLE_FORKS": str(_FORKS),
        "ANSIBLE_PIPELINING": "1",
        "ANSIBLE_LOCAL_TEMP": str(folder / "local"),
        "ANSIBLE_REMOTE_TEMP": str(folder / "remote"),
        "DIGICERT_API_URL": simulator.base_url,
        "DIGICERT_API_KEY": simulator.api_key,
        "DIGICERT_CA_PATH": simulator.ca_file,
        **(variables or {}),
    }
    program = str(Path(sys.executable).with_name("ansible-playbook"))
    command = [program, "--inventory", f"{','.join(hosts)},", str(playbook)]
    began = time.perf_counter()
    with log.open("wb") as output:
        started = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
        _pid, status, used = os.wait4(started.pid, 0)
    seconds = time.perf_counter() - began
    started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode:
        raise RuntimeError(f"the play failed:\n{log.read_text(encoding='utf-8')[-4000:]}")
    return Timed(seconds, used.ru_maxrss)
