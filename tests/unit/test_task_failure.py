# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a task failed, in one form."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.digicert.plugins.filter.failure_reason import FilterModule

_COMMAND = {"failed": True, "cmd": ["nginx", "-t"], "rc": 1, "msg": "non-zero return code"}


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ({"msg": " it is not there \n"}, "it is not there"),
        ({}, "unknown"),
        ({"msg": None}, "unknown"),
        ({**_COMMAND, "stderr": "no such key\n", "stdout": "x"}, "the command 'nginx -t' exited with 1: no such key"),
        ({**_COMMAND, "stderr": "", "stdout": "said"}, "the command 'nginx -t' exited with 1: said"),
        (_COMMAND, "the command 'nginx -t' exited with 1: non-zero return code"),
        ({"cmd": "true", "rc": 2}, "the command 'true' exited with 2: no output"),
        ({"msg": "One or more items failed", "results": [{"msg": "a"}, {"failed": True, "msg": "b"}]}, "b"),
        ({"msg": "All items completed", "results": []}, "All items completed"),
        (
            {"msg": "The request 'www' failed: full.", "certificates": [{"failed": True, "problem": "full"}]},
            "full",
        ),
        ({"msg": "no Python", "certificates": [{"failed": False, "problem": None}]}, "no Python"),
    ],
)
def test_a_reason_is_that_of_the_first_failure(result: dict[str, Any], reason: str) -> None:
    assert FilterModule().filters()["failure_reason"](result) == reason


_MISSING = "there is no program {} on the host, or the interpreter in its first line is missing"


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        # ansible-core 2.19 and later, and the releases before
        ({"cmd": "nginx -t", "rc": 2, "msg": "Error executing command.", "stderr": ""}, _MISSING.format("nginx")),
        (
            {"cmd": "nginx -t", "rc": 2, "msg": "[Errno 2] No such file or directory: b'nginx'"},
            _MISSING.format("nginx"),
        ),
        ({"cmd": ["nginx", "-t"], "rc": 2, "msg": "Error executing command."}, _MISSING.format("nginx")),
        (
            {"cmd": "'/opt/my app/run' x", "rc": 2, "msg": "Error executing command."},
            _MISSING.format("/opt/my app/run"),
        ),
        ({"cmd": "'run", "rc": 2, "msg": "Error executing command."}, _MISSING.format("'run")),
        (
            {"cmd": "/etc/hosts", "rc": 13, "msg": "[Errno 13] Permission denied: b'/etc/hosts'"},
            "the user who runs the task must not execute /etc/hosts on the host",
        ),
        ({"cmd": "./x", "rc": 8, "msg": "Error executing command."}, "./x is not a program that the host can execute"),
        ({"cmd": "x", "rc": 7, "msg": "Error executing command."}, "x could not be started, with the error number 7"),
    ],
)
def test_a_program_that_is_missing_is_named(result: dict[str, Any], reason: str) -> None:
    command = result["cmd"] if isinstance(result["cmd"], str) else " ".join(result["cmd"])
    for form in (result, {"msg": "One or more items failed", "results": [{"failed": True, **result}]}):
        assert FilterModule().filters()["failure_reason"](form) == f"the command '{command}' was not run: {reason}"


def test_a_command_that_ran_speaks_for_itself() -> None:
    ran = {"cmd": "x", "rc": 2, "start": "2026-11-27", "msg": "non-zero return code", "stderr": "[Errno 2] nowhere"}
    assert FilterModule().filters()["failure_reason"](ran) == "the command 'x' exited with 2: [Errno 2] nowhere"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("certificate cannot be read: it is empty", "r_certificate cannot be read: it is empty"),
        ("the certificate cannot be read", "the certificate cannot be read"),
        (
            "Give the certificate, and its intermediates as chain",
            "Give the certificate, and its intermediates as r_chain",
        ),
        ("the chain does not sign the certificate", "the chain does not sign the certificate"),
        (
            "/a/key_path/key_path.pem is empty. Correct key_path",
            "/a/key_path/key_path.pem is empty. Correct r_key_path",
        ),
        ("Correct common_name or dns_names", "Correct r_cn or r_names"),
        ("'dns_names' is empty, and set dns_names to it", "'dns_names' is empty, and set r_names to it"),
        ("country is 'DEU', which is no code of a country", "r_country is 'DEU', which is no code of a country"),
    ],
)
def test_the_user_of_a_role_reads_the_names_of_its_variables(said: str, shown: str) -> None:
    variables = {"certificate": "r_certificate", "chain": "r_chain", "key_path": "r_key_path", "country": "r_country"}
    variables |= {"common_name": "r_cn", "dns_names": "r_names"}
    assert FilterModule().filters()["failure_reason"]({"msg": said}, variables) == shown
