# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples of every module, played unchanged by ansible-playbook against the simulator.

Each task must succeed. A module that only reads must report no change; the tasks of a module that writes are played
twice in a row, and the second run must report no change.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
import yaml
from simulator_testing.dns_server import DnsServer

from ansible_collections.community.digicert.tests.demo import processes as demo_folder
from ansible_collections.community.digicert.tests.modules.documentation import MODULES, read
from ansible_collections.community.digicert.tests.modules.example_accounts import ACCOUNTS, Prepared, prepare
from ansible_collections.community.digicert.tests.modules.execution import PACKAGE
from ansible_collections.community.digicert.tests.modules.publisher import Publisher
from ansible_collections.community.digicert.tests.roles.support.playbook import collections_path
from certcentral_simulator.process import SimulatorProcess

pytestmark = pytest.mark.once

_AGAIN = " (again)"

Task = dict[str, t.Any]
Event = dict[str, t.Any]


def _examples(module: str, prepared: Prepared) -> list[Task]:
    text = importlib.import_module(f"{PACKAGE}.{module}").EXAMPLES
    found: list[Task] = yaml.safe_load(prepared.place(text))
    return found


def _twice(tasks: list[Task], module: str, refused: tuple[str, ...]) -> list[Task]:
    """Return the tasks, with each task that writes with the module repeated, unless the service refuses that."""
    played: list[Task] = []
    for task in tasks:
        if "block" in task:
            played.append({**task, "block": _twice(task["block"], module, refused)})
            continue
        played.append(task)
        if f"community.digicert.{module}" in task and not task.get("check_mode") and task["name"] not in refused:
            played.append({**task, "name": f"{task['name']}{_AGAIN}"})
    return played


def _flat(tasks: list[Task]) -> t.Iterator[Task]:
    for task in tasks:
        yield from _flat(task["block"]) if "block" in task else [task]


def _play(tasks: list[Task], variables: dict[str, t.Any], folder: Path, simulator: SimulatorProcess) -> list[Event]:
    """Play the tasks and return the result of each. Fails unless all succeed."""
    play = {
        "name": "Examples",
        "hosts": "all",
        "connection": "local",
        "gather_facts": False,
        "tasks": tasks,
    }
    host = {"ansible_python_interpreter": sys.executable, **variables}
    (folder / "inventory.json").write_text(json.dumps({"all": {"hosts": {"localhost": host}}}), encoding="utf-8")
    (folder / "examples.json").write_text(json.dumps([play]), encoding="utf-8")
    (folder / "ansible.cfg").touch()
    environment = {
        **os.environ,
        "ANSIBLE_CALLBACK_PLUGINS": str(Path(demo_folder.__file__).parent / "callback_plugins"),
        "ANSIBLE_COLLECTIONS_PATH": str(collections_path()),
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "ANSIBLE_LOCAL_TEMP": str(folder / "local"),
        "ANSIBLE_REMOTE_TEMP": str(folder / "remote"),
        "ANSIBLE_PIPELINING": "1",
        "ANSIBLE_STDOUT_CALLBACK": "events",
        "DIGICERT_API_KEY": simulator.api_key,
        "DIGICERT_API_URL": simulator.base_url,
        "DIGICERT_CA_PATH": simulator.ca_file,
    }
    program = Path(sys.executable).with_name("ansible-playbook")
    command = [str(program), "--inventory", "inventory.json", "--diff", "examples.json"]
    ended = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    events: list[Event] = [json.loads(line) for line in ended.stdout.splitlines() if line.startswith('{"task"')]
    failed = [event for event in events if event["status"] in ("failed", "unreachable")]
    assert ended.returncode == 0, failed or ended.stdout + ended.stderr
    return events


def test_the_accounts_are_those_of_modules() -> None:
    assert ACCOUNTS.keys() <= set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_examples(module: str, simulator: SimulatorProcess, dns_zone: DnsServer, tmp_path: Path) -> None:
    prepared = prepare(module, simulator, tmp_path)
    tasks = _examples(module, prepared)
    assert any(f"community.digicert.{module}" in task for task in _flat(tasks))
    reads_only = read(module).reads_only
    with Publisher(simulator, dns_zone):
        played = tasks if reads_only else _twice(tasks, module, prepared.refused_again)
        events = _play(played, prepared.variables, tmp_path, simulator)
    changed = [event["task"] for event in events if event["status"] == "changed"]
    if reads_only:
        assert changed == []
    else:
        again = {name.removesuffix(_AGAIN) for name in changed if name.endswith(_AGAIN)}
        assert again - set(prepared.repeated) == set()
