# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role deploy reloads and checks: entries in one form, services that run, and endpoints of both sides."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.community.digicert.plugins.filter import deploy_endpoints, deploy_steps

_steps = deploy_steps.FilterModule().filters()["deploy_steps"]
_endpoints = deploy_endpoints.FilterModule().filters()["deploy_endpoints"]


def test_entries_get_one_form() -> None:
    entries = [
        "nginx.service",
        {"service": "haproxy", "config_test": []},
        {"command": ["sh", "-c", "x"], "config_test": ["true"]},
        {"tasks": "reload.yml"},
    ]
    assert _steps(entries) == [
        {
            "kind": "service",
            "label": "nginx.service",
            "service": "nginx.service",
            "command": None,
            "tasks": None,
            "config_test": ["nginx", "-t"],
        },
        {
            "kind": "service",
            "label": "haproxy",
            "service": "haproxy",
            "command": None,
            "tasks": None,
            "config_test": [],
        },
        {
            "kind": "command",
            "label": "sh -c x",
            "service": None,
            "command": ["sh", "-c", "x"],
            "tasks": None,
            "config_test": ["true"],
        },
        {
            "kind": "tasks",
            "label": "reload.yml",
            "service": None,
            "command": None,
            "tasks": "reload.yml",
            "config_test": [],
        },
    ]


@pytest.mark.parametrize(
    "entry",
    [
        7,
        ["nginx"],
        {},
        {"service": "a", "command": ["b"]},
        {"command": "nginx -s reload"},
        {"service": "a", "config_test": "nginx -t"},
    ],
)
def test_other_entries_are_refused(entry: Any) -> None:
    with pytest.raises(AnsibleFilterError, match="either 'service', 'command' or 'tasks'"):
        _steps([entry])


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ({}, ["a", "true", "b"]),
        ({"rc": 0, "stdout_lines": ["active", "active"]}, ["a", "true", "b"]),
        ({"rc": 0, "stdout_lines": ["inactive", "reloading"]}, ["true", "b"]),
        ({"rc": 3, "stdout_lines": ["failed", "unknown"]}, ["true"]),
        # nothing is said about each of them
        ({"rc": 4, "stdout_lines": []}, ["true"]),
        ({"rc": 1, "stdout_lines": []}, ["a", "true", "b"]),
        ({"rc": 1, "stdout_lines": ["offline"]}, ["a", "true", "b"]),
        ({"skipped": True}, ["a", "true", "b"]),
    ],
)
def test_services_that_do_not_run_are_left_out(asked: dict[str, Any], left: list[str]) -> None:
    assert [step["label"] for step in _steps(["a", {"command": ["true"]}, "b"], asked)] == left


def test_endpoints_are_those_of_one_side() -> None:
    served = [
        {"port": 8443},
        {"from": "both", "host": "", "server_name": None, "starttls": "smtp"},
        {"from": "controller", "host": "lb.example.com"},
    ]
    assert _endpoints(served, "host") == [
        {"host": "127.0.0.1", "port": 8443},
        {"host": "127.0.0.1", "starttls": "smtp"},
    ]
    assert _endpoints(served, "controller", "10.0.0.1") == [
        {"host": "10.0.0.1", "starttls": "smtp"},
        {"host": "lb.example.com"},
    ]
