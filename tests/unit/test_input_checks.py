# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values that the type of an option cannot rule out are refused in one place for all modules."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral.errors import InputError
from ansible_collections.community.digicert.plugins.module_utils._module.input_checks import LIMITS, check_input

_SPEC: dict[str, dict[str, t.Any]] = {
    "order_id": {"type": "int"},
    "order_ids": {"type": "list", "elements": "int"},
    "timeout": {"type": "int"},
    "server_platform_id": {"type": "int"},
    "dns_names": {"type": "list", "elements": "str"},
    "name": {"type": "str"},
    "locale": {},
    "note": {"type": "str"},
    "serial_number": {"type": "str"},
    "dest": {"type": "path"},
    "check": {"type": "bool"},
    "filters": {"type": "dict"},
    "validations": {
        "type": "list",
        "elements": "dict",
        "options": {"type": {"type": "str"}, "users": {"type": "list", "elements": "int"}},
    },
    "cert_validity": {"type": "dict", "options": {"days": {"type": "int"}}},
}


@pytest.mark.parametrize(
    "given",
    [
        {},
        dict.fromkeys(_SPEC),
        {"order_id": 1, "order_ids": [1, 2**63 - 1], "timeout": LIMITS["timeout"][1], "server_platform_id": -1},
        {"name": "Müller\u00a0GmbH", "locale": "", "note": "two\nlines\tand a tab\r\n", "serial_number": " 0A:1b \n"},
        {"dns_names": ["a.example"], "dest": "/a b", "check": True, "filters": {"a": "\x00"}},
        {"validations": [{"type": "ov", "users": [1]}, {"type": None}], "cert_validity": {"days": 1}},
    ],
)
def test_valid_values_pass(given: dict[str, t.Any]) -> None:
    check_input(_SPEC, given)


@pytest.mark.parametrize(
    ("given", "start"),
    [
        ({"order_id": 0}, "order_id is 0"),
        ({"order_id": -1}, "order_id is -1"),
        ({"order_id": 2**63}, "order_id is 9223372036854775808"),
        ({"order_ids": [1, 0]}, "order_ids[1] is 0"),
        ({"timeout": 0}, "timeout is 0"),
        ({"timeout": LIMITS["timeout"][1] + 1}, "timeout is"),
        ({"server_platform_id": -2}, "server_platform_id is -2"),
        ({"dns_names": ["a", " "]}, "dns_names[1] is empty"),
        ({"dns_names": ["a\nb"]}, "dns_names[0] contains a control character (U+000A)"),
        ({"name": ""}, "name is empty"),
        ({"name": " "}, "name is empty"),
        ({"serial_number": "\n"}, "serial_number is empty"),
        ({"locale": "en\x1b[0m"}, "locale contains a control character (U+001B)"),
        ({"note": "a\x00"}, "note contains a control character (U+0000)"),
        ({"serial_number": "0A\n1B"}, "serial_number contains a control character (U+000A)"),
        ({"dest": "/a\nb"}, "dest contains a control character (U+000A)"),
        ({"locale": "a\u2029b"}, "locale contains a control character (U+2029)"),
        (
            {"validations": [{"type": "ov"}, {"type": "o\tv"}]},
            "validations[1].type contains a control character (U+0009)",
        ),
        ({"validations": [{"users": [0]}]}, "validations[0].users[0] is 0"),
        ({"cert_validity": {"days": 0}}, "cert_validity.days is 0"),
    ],
)
def test_invalid_values_are_refused_with_the_name_of_the_option(given: dict[str, t.Any], start: str) -> None:
    with pytest.raises(InputError) as refused:
        check_input(_SPEC, given)
    assert refused.value.message.startswith(start)
    option = start.split(" ", 1)[0]
    assert option in refused.value.next_action
    assert "\n" not in f"{refused.value.message}{refused.value.next_action}"
