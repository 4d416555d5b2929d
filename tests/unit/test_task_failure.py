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
