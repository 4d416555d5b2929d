# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps the log of the role dcv: how far it came, and what went wrong. Later tasks and other hosts draw conclusions."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible.plugins.action import ActionBase

from ..module_utils._dcv.journal import note

Result = dict[str, t.Any]

_ARGUMENTS: Mapping[str, t.Any] = {
    "log": {"type": "dict", "required": True},
    "call": {"type": "str", "required": True},
    "attempted": {"type": "bool", "default": False},
    "reason": {"type": "str", "default": ""},
    "failure": {"type": "str", "default": ""},
}


class ActionModule(ActionBase):
    """The action of this file."""

    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: Result | None = None) -> Result:
        """Return the log with another entry."""
        result: Result = super().run(tmp, task_vars)
        del tmp
        _validated, options = self.validate_argument_spec({**_ARGUMENTS})
        entry = {name: options[name] for name in ("attempted", "reason", "failure")}
        return {**result, **note(options["log"], options["call"], **entry)}
