# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of a module, as declared by the module itself."""

from __future__ import annotations

import importlib
import typing as t
from collections.abc import Iterator
from unittest import mock

from ansible_collections.community.digicert.plugins.module_utils._module.options import connection_argument_spec
from ansible_collections.community.digicert.tests.modules.execution import PACKAGE

Spec = dict[str, dict[str, t.Any]]


class Declared(t.NamedTuple):
    """What a module passes to AnsibleModule."""

    spec: Spec
    rules: dict[str, t.Any]
    """``mutually_exclusive`` and the like."""


class Option(t.NamedTuple):
    """One option, or suboption."""

    path: tuple[str, ...]
    """Its name, preceded by the names of the options that contain it."""
    declared: dict[str, t.Any]

    @property
    def name(self) -> str:
        """The option's own name."""
        return self.path[-1]


def declared_by(module: str) -> Declared:
    """Return what a module declares, without running it."""
    program = importlib.import_module(f"{PACKAGE}.{module}")
    with mock.patch.object(program, "run_module") as run:
        program.main()
    (_use_case, spec), rules = run.call_args
    return Declared({**connection_argument_spec(), **spec}, rules)


def options_of(spec: Spec, above: tuple[str, ...] = ()) -> Iterator[Option]:
    """Yield every option, including suboptions."""
    for name, declared in spec.items():
        yield Option((*above, name), declared)
        yield from options_of(declared.get("options") or {}, (*above, name))


def with_value(arguments: dict[str, t.Any], spec: Spec, path: tuple[str, ...], value: t.Any) -> dict[str, t.Any]:
    """Return the arguments with an option set; its parents and required siblings get made-up values."""
    name, *rest = path
    if not rest:
        return {**arguments, name: value}
    holder = spec[name]
    given = arguments.get(name)
    is_list = holder["type"] == "list"
    present = (given[0] if is_list and given else given) or {}
    held = with_value({**_partners(holder, rest[0]), **present}, holder["options"], tuple(rest), value)
    return {**arguments, name: [held] if is_list else held}


def _partners(holder: dict[str, t.Any], name: str) -> dict[str, t.Any]:
    """Return the suboptions that must be given together with this one."""
    options = holder["options"]
    needed = [other for other, declared in options.items() if declared.get("required")]
    for group in holder.get("required_together", ()):
        if name in group:
            needed += group
    excluded = {other for pair in holder.get("mutually_exclusive", ()) if name in pair for other in pair}
    for group in holder.get("required_one_of", ()):
        if not {name, *needed}.intersection(group):
            needed += [other for other in group if other not in excluded][:1]
    return {other: _made_up(options[other]) for other in needed if other != name}


def _made_up(declared: dict[str, t.Any]) -> t.Any:
    if declared.get("choices"):
        return declared["choices"][0]
    plain: dict[str, t.Any] = {"int": 1, "str": "a", "path": "/a", "bool": True, "dict": {}, "list": []}
    return plain[declared.get("type", "str")]
