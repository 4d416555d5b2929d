# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every option of every module with invalid values: refused by name before anything is sent.

The values are derived from what the modules declare, so that new options are tested, too.
"""

from __future__ import annotations

import itertools
import json
import typing as t
from collections.abc import Iterator

import pytest

from ansible_collections.community.digicert.plugins.module_utils._module.input_checks import (
    LIMITS,
    MAY_HOLD_LINES,
    NOT_EMPTY,
)
from ansible_collections.community.digicert.tests.modules.api_modules import API_MODULES
from ansible_collections.community.digicert.tests.modules.argument_specs import (
    Declared,
    Option,
    declared_by,
    options_of,
    with_value,
)
from ansible_collections.community.digicert.tests.modules.execution import execute
from ansible_collections.community.digicert.tests.modules.replaying import played

Arguments = dict[str, t.Any]
Result = dict[str, t.Any]

_CONNECTION = {"api_key": "KEY0OF1THE2TESTS", "api_url": "http://127.0.0.1:9/services/v2"}
_MANY = 20_000


def _bad_values(option: Option, kind: str) -> Iterator[t.Any]:
    """Yield values that an option of that type does not accept."""
    if option.declared.get("choices"):
        yield from ("no_choice", "")
    elif kind == "int":
        least, most = LIMITS.get(option.name, (1, 2**63 - 1))
        yield from ("one", "1.5", "", {"a": 1}, least - 1, -(2**70), most + 1)
    elif kind == "bool":
        yield from ("perhaps", 2, [])
    elif kind == "dict":
        yield "no dictionary"
        if option.declared.get("options"):
            yield {"no_such_suboption": 1}
    elif kind in ("str", "path"):
        yield from ("a\x00b", "a\x1bb", "a\u2028b")
        if option.name not in MAY_HOLD_LINES:
            yield from ("two\nlines", "a\tb")
        if option.name in NOT_EMPTY:
            yield from ("", "  ")


def _all_bad_values(option: Option) -> Iterator[t.Any]:
    kind = option.declared.get("type", "str")
    if kind != "list":
        yield from _bad_values(option, kind)
        return
    elements = option.declared.get("elements", "str")
    yield {"a": 1}
    yield from ([value] for value in _bad_values(option, elements))
    if elements == "str" and not option.declared.get("choices"):
        yield from ([""], ["a.example"] * _MANY + [" "])


def _without_partners(declared: Declared, arguments: Arguments, name: str) -> Arguments:
    """Return the arguments without those that are mutually exclusive with the option."""
    groups = [group for group in declared.rules.get("mutually_exclusive", ()) if name in group]
    others = set(itertools.chain.from_iterable(groups)) - {name}
    return {key: value for key, value in arguments.items() if key not in others}


def _refused(module: str, arguments: Arguments) -> Result:
    """Run a module that must refuse its arguments without sending a request."""
    with played([]) as player:
        printed = execute(module, {**_CONNECTION, **arguments})
    result = printed.result
    assert result.get("failed"), arguments
    assert printed.status == 1
    assert "exception" not in result
    assert "Traceback" not in printed.stdout
    assert "\n" not in result["msg"]
    assert player.seen == []
    return result


def _names(result: Result, name: str) -> bool:
    # if a string is given instead of suboptions, the message of ansible-core names no option
    said = result["msg"]
    return name in said or (name == "api_key" and "API key" in said) or said.startswith("dictionary requested")


@pytest.mark.parametrize("module", API_MODULES)
def test_a_value_that_an_option_does_not_accept(module: str) -> None:
    declared = declared_by(module)
    tried = 0
    for option in options_of(declared.spec):
        arguments = _without_partners(declared, API_MODULES[module], option.path[0])
        for value in _all_bad_values(option):
            result = _refused(module, with_value(arguments, declared.spec, option.path, value))
            shown = json.dumps(value)[:80]
            assert _names(result, option.name), f"{option.path} = {shown}: {result['msg']}"
            tried += 1
    assert tried > 20


@pytest.mark.parametrize("module", API_MODULES)
def test_an_option_that_does_not_exist(module: str) -> None:
    assert "no_such_option" in _refused(module, {**API_MODULES[module], "no_such_option": 1})["msg"]


def _plausible(option: dict[str, t.Any]) -> t.Any:
    if option.get("choices"):
        return [option["choices"][0]] if option.get("type") == "list" else option["choices"][0]
    kind = option.get("type", "str")
    plain: dict[str, t.Any] = {"int": 1, "str": "a.example", "path": "/a", "bool": True}
    if kind == "list":
        return [plain[option.get("elements", "str")]] if option.get("elements", "str") in plain else [{}]
    return plain.get(kind, {})


@pytest.mark.parametrize("module", API_MODULES)
def test_options_that_exclude_each_other(module: str) -> None:
    declared = declared_by(module)
    for group in declared.rules.get("mutually_exclusive", ()):
        for pair in itertools.combinations(group, 2):
            given = {name: _plausible(declared.spec[name]) for name in pair}
            result = _refused(module, {**API_MODULES[module], **given})
            assert "mutually exclusive" in result["msg"]
            assert all(name in result["msg"] for name in pair)


@pytest.mark.parametrize("module", API_MODULES)
def test_missing_options(module: str) -> None:
    declared = declared_by(module)
    arguments = API_MODULES[module]
    groups = [tuple(group) for group in declared.rules.get("required_one_of", ())]
    groups += [(name,) for name, option in declared.spec.items() if option.get("required")]
    for group in groups:
        result = _refused(module, {key: value for key, value in arguments.items() if key not in group})
        assert all(name in result["msg"] for name in group)


def test_every_limit_belongs_to_an_option() -> None:
    numbers = {
        option.name
        for module in API_MODULES
        for option in options_of(declared_by(module).spec)
        if "int" in (option.declared.get("type"), option.declared.get("elements"))
    }
    assert set(LIMITS) - numbers == set()
    # anything without a limit must be an ID
    assert {name for name in numbers - set(LIMITS) if not name.endswith(("_id", "_ids"))} <= {"id"}
