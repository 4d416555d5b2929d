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

from ansible_collections.community.digicert.tests.modules.arguments import ORGANIZATION
from ansible_collections.community.digicert.tests.roles.support.playbook import collections_path
from certcentral_simulator.process import SimulatorProcess

_CERTIFICATE = "community.digicert.digicert_certificate"
_STAGE = "community.digicert.certificate_stage"
_INSPECT = "community.digicert.certificate_inspect"
_DEFAULTS = collections_path() / "ansible_collections/community/digicert/roles/certificate/defaults/main.yml"
_HOSTS = ("one", "two")
_WRONG = {"connections": "many"}


def _play(tasks: list[dict[str, t.Any]], **keywords: t.Any) -> dict[str, t.Any]:
    return {"hosts": "all", "gather_facts": False, "vars_files": [str(_DEFAULTS)], "tasks": tasks, **keywords}


def _ordered(name: str, **options: t.Any) -> dict[str, t.Any]:
    """Return the task that gets certificates for what both hosts have staged."""
    everything = "{{ ansible_play_hosts_all | map('extract', hostvars, 'staged') | list }}"
    return {_CERTIFICATE: {"prepared": everything, "fail_on_error": False, **options}, "register": name}


def _inspected(
    name: str, requests: list[dict[str, t.Any]], *, stage: bool = False, **keywords: t.Any
) -> dict[str, t.Any]:
    ignored = {"ignore_errors": True, "ignore_unreachable": True}
    return {_INSPECT: {"requests": requests, "stage": stage}, "register": name, **ignored, **keywords}


@pytest.fixture
def found(simulator: SimulatorProcess, tmp_path: Path) -> dict[str, dict[str, t.Any]]:
    """Return what was registered, by name and host: ``wrong.one`` and so on."""
    connection = {"api_key": simulator.api_key, "api_url": simulator.base_url, "ca_path": simulator.ca_file}
    defaults = {"module_defaults": {"group/community.digicert.digicert": connection}}
    # both hosts request the same names, each for its own key
    directory = f"{tmp_path}/{{{{ inventory_hostname }}}}"
    request = {"name": "www", "dns": ["www.valid.example"], "directory": directory, "key_type": "ECC"}
    named: list[dict[str, t.Any]] = [{**request, "organization_id": ORGANIZATION, "skip_approval": True}]
    staging = {"inspected": "{{ read.certificates }}", "staged": "{{ read.staged }}", "names": ["www"]}
    in_the_way = tmp_path / "in-the-way"
    (in_the_way / "www").mkdir(parents=True)
    (in_the_way / "www" / "pending").touch()
    # as ssh ends if a host does not answer
    ssh = tmp_path / "ssh"
    ssh.write_text("#!/bin/sh\nexit 255\n", encoding="ascii")
    ssh.chmod(0o755)
    unreachable = {"ansible_connection": "ssh", "ansible_ssh_executable": str(ssh), "ansible_ssh_retries": 0}
    broken = {"ansible_python_interpreter": "/nonexistent/python"}
    inspected = [
        _inspected("problem", [{**named[0], "dns": []}]),
        _inspected("unreachable", named, vars=unreachable),
        _inspected("broken", named, vars=broken),
        _inspected("unknown", [{**named[0], "renew_before": "soon"}], stage=True),
        _inspected("in_the_way", [{**named[0], "directory": str(in_the_way)}], stage=True),
    ]
    shown = {f"{name}.{host}": f"hostvars.{host}.{name}" for name in ("read", "wrong", "free") for host in _HOSTS}
    shown |= {f"{one['register']}.one": f"hostvars.one.{one['register']}" for one in inspected}
    content = "{{ {" + ", ".join(f"'{name}': {value}" for name, value in shown.items()) + "} | to_json }}"
    result = tmp_path / "result.json"
    plays = [
        _play(
            [
                _inspected("read", named, stage=True),
                {_STAGE: staging, "register": "staged"},
                _ordered("wrong", **_WRONG),
            ],
            **defaults,
        ),
        _play([_ordered("free")], strategy="ansible.builtin.free", **defaults),
        _play(inspected, hosts="one"),
        _play([{"ansible.builtin.copy": {"content": content, "dest": str(result)}}], hosts="two"),
    ]
    playbook, inventory = tmp_path / "play.json", tmp_path / "hosts.json"
    playbook.write_text(json.dumps(plays), encoding="utf-8")
    local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    hosts = dict.fromkeys(_HOSTS, local)
    inventory.write_text(json.dumps({"all": {"hosts": hosts}}), encoding="utf-8")
    environment = {
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": str(collections_path()),
        "ANSIBLE_LOCAL_TEMP": str(tmp_path / "local"),
        "ANSIBLE_REMOTE_TEMP": str(tmp_path / "remote"),
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_PIPELINING": "1",
    }
    program = Path(sys.executable).with_name("ansible-playbook")
    command = [str(program), "--inventory", str(inventory), str(playbook)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return t.cast("dict[str, dict[str, t.Any]]", json.loads(result.read_text(encoding="utf-8")))


def test_several_hosts(found: dict[str, dict[str, t.Any]], simulator: SimulatorProcess) -> None:
    # a call that fails as a whole is known to the host that did not make it
    assert [found[f"wrong.{host}"]["handled_by"] for host in _HOSTS] == ["one", "one"]
    entries = found["wrong.one"]["certificates"]
    assert [(entry["host"], entry["failed"]) for entry in entries] == [("one", True), ("two", True)]
    assert all("connections" in entry["msg"] for entry in entries)
    assert found["wrong.two"]["certificates"] == []

    # if hosts do not meet, each calls for itself, one after the other: the second one sees the order of the first
    assert [found[f"free.{host}"]["handled_by"] for host in _HOSTS] == ["one", "two"]
    actions = [entry["action"] for host in _HOSTS for entry in found[f"free.{host}"]["certificates"]]
    assert sorted(actions) == ["duplicate", "order"]
    assert len(simulator.billed_orders()) == 1

    read = found["read.one"]
    assert (read["changed"], [one["name"] for one in read["staged"]]) == (True, ["www"])
    assert (read["in_order"], [one["installed"]["needs"] for one in read["certificates"]]) == (False, ["certificate"])

    problem = found["problem.one"]
    assert problem["failed"]
    assert "www" in problem["msg"]
    assert "certificates" not in problem

    # the play may go on without a host, and reports its requests
    for name in ("unreachable", "broken"):
        lost = found[f"{name}.one"]
        assert [(one["name"], one["installed"]) for one in lost["certificates"]] == [("www", None)]
        assert lost["problem"]
    assert found["unreachable.one"]["unreachable"]
    assert found["broken.one"]["failed"]

    # nothing is staged for what cannot be compared; a key that cannot be staged does not hide what was found
    assert "soon" in found["unknown.one"]["problem"]
    assert (found["unknown.one"]["failed"], found["unknown.one"]["staged"]) == (True, [])
    in_the_way = found["in_the_way.one"]
    assert in_the_way["certificates"][0]["installed"]["needs"] == "certificate"
    assert [(one["failed"], one["csr_path"]) for one in in_the_way["staged"]] == [(True, None)]
    assert not in_the_way["failed"]
