# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the action plugins of the role certificate do for several hosts, in one run of ansible-playbook."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest

from ansible_collections.community.digicert.tests.modules.arguments import csr, order_args
from ansible_collections.community.digicert.tests.roles.support.playbook import collections_path
from ansible_collections.community.digicert.tests.unit.test_delivery import DEFAULTS
from certcentral_simulator.process import SimulatorProcess

_CERTIFICATE = "community.digicert.digicert_certificate"
_INSPECT = "community.digicert.certificate_inspect"
_HOSTS = ("one", "two")
_WRONG = {"interval": 0}


def _play(name: str, folder: Path, tasks: list[dict[str, t.Any]], **keywords: t.Any) -> dict[str, t.Any]:
    """Return a play whose last task keeps what each host has registered as ``found``."""
    keep = {
        "ansible.builtin.copy": {
            "content": "{{ found | to_json }}",
            "dest": str(folder / (name + ".{{ inventory_hostname }}.json")),
        },
        "delegate_to": "localhost",
        "vars": {"ansible_connection": "local", "ansible_python_interpreter": sys.executable},
    }
    return {"name": name, "hosts": ",".join(_HOSTS), "gather_facts": False, "tasks": [*tasks, keep], **keywords}


def _prepared(request: dict[str, t.Any], **options: t.Any) -> list[dict[str, t.Any]]:
    """Return the tasks of the role that bring the requests of the hosts together."""
    everything = "{{ ansible_play_batch | map('extract', hostvars, 'prepared') | select('defined') | list }}"
    return [
        {_CERTIFICATE: {"prepare": True, "requests": [request]}, "register": "prepared"},
        {_CERTIFICATE: {"prepared": everything, "fail_on_error": False, **options}, "register": "found"},
    ]


def _inspected(requests: list[dict[str, t.Any]], **keywords: t.Any) -> list[dict[str, t.Any]]:
    arguments = {"requests": requests, "defaults": DEFAULTS}
    return [{_INSPECT: arguments, "register": "found", "ignore_errors": True, "ignore_unreachable": True, **keywords}]


@pytest.fixture
def found(simulator: SimulatorProcess, tmp_path: Path) -> dict[str, dict[str, t.Any]]:
    """Return what was registered, by play and host."""
    # both hosts request the same names, each for its own key
    request = {**order_args("www.valid.example", name="www"), "csr_content": "{{ csr }}"}
    connection = {"api_key": simulator.api_key, "api_url": simulator.base_url, "ca_path": simulator.ca_file}
    defaults = {"module_defaults": {"group/community.digicert.digicert": connection}}
    named = [{"name": "www", "dns": ["www.example.com"], "directory": str(tmp_path / "certificates")}]
    unreachable = {"ansible_connection": "ssh", "ansible_ssh_executable": "/bin/false", "ansible_ssh_retries": 0}
    broken = {"ansible_python_interpreter": "/nonexistent/python"}
    plays = [
        _play("wrong", tmp_path, _prepared(request, **_WRONG), **defaults),
        _play("free", tmp_path, _prepared(request), strategy="ansible.builtin.free", **defaults),
        _play("read", tmp_path, _inspected(named)),
        _play("problem", tmp_path, _inspected([{**named[0], "dns": []}])),
        _play("unreachable", tmp_path, _inspected(named, vars=unreachable)),
        _play("broken", tmp_path, _inspected(named, vars=broken)),
    ]
    playbook, inventory = tmp_path / "play.json", tmp_path / "hosts.json"
    playbook.write_text(json.dumps(plays), encoding="utf-8")
    local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    hosts = {host: {**local, "csr": csr(host)} for host in _HOSTS}
    inventory.write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(collections_path()),
        "ANSIBLE_LOCAL_TEMP": str(tmp_path / "local"),
        "ANSIBLE_REMOTE_TEMP": str(tmp_path / "remote"),
        "ANSIBLE_NOCOLOR": "1",
    }
    program = Path(sys.executable).with_name("ansible-playbook")
    command = [str(program), "--inventory", str(inventory), str(playbook)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return {
        play["name"]: {
            host: json.loads((tmp_path / f"{play['name']}.{host}.json").read_text(encoding="utf-8")) for host in _HOSTS
        }
        for play in plays
    }


def test_several_hosts(found: dict[str, dict[str, t.Any]], simulator: SimulatorProcess) -> None:
    # a call that fails as a whole is known to the host that did not make it
    wrong = found["wrong"]
    assert [wrong[host]["handled_by"] for host in _HOSTS] == ["one", "one"]
    entries = wrong["one"]["certificates"]
    assert [(entry["host"], entry["failed"]) for entry in entries] == [("one", True), ("two", True)]
    assert all("interval" in entry["msg"] for entry in entries)
    assert wrong["two"]["certificates"] == []

    # if hosts do not meet, each calls for itself, one after the other: the second one sees the order of the first
    free = found["free"]
    assert [free[host]["handled_by"] for host in _HOSTS] == ["one", "two"]
    actions = [entry["action"] for host in _HOSTS for entry in free[host]["certificates"]]
    assert sorted(actions) == ["duplicate", "order"]
    assert len(simulator.billed_orders()) == 1

    read = found["read"]["one"]
    assert (read["in_order"], [one["needs"] for one in read["certificates"]]) == (False, ["certificate"])

    problem = found["problem"]["one"]
    assert problem["failed"]
    assert "www" in problem["msg"]
    assert "requests" not in problem

    # the play may go on without the host, and reports its requests
    unreachable = found["unreachable"]["one"]
    assert unreachable["unreachable"]
    assert [one["name"] for one in unreachable["requests"]] == ["www"]
    assert "certificates" not in unreachable

    broken = found["broken"]["one"]
    assert broken["failed"]
    assert [one["name"] for one in broken["requests"]] == ["www"]
