# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decides for the role dcv which host of a batch publishes which records: it sees the plans of all of them."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible.plugins.action import ActionBase

from ..module_utils._dcv.sharing import Plan, extra_step, share

Result = dict[str, t.Any]

_ARGUMENTS: Mapping[str, t.Any] = {"plan": {"type": "dict", "required": True}}


class ActionModule(ActionBase):
    """The action of this file."""

    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: Result | None = None) -> Result:
        """Return what the host publishes, and on which hosts it relies."""
        result: Result = super().run(tmp, task_vars)
        del tmp
        self.validate_argument_spec({**_ARGUMENTS})
        plan, variables = self._task.args["plan"], task_vars or {}
        host = variables["inventory_hostname"]

        def plan_of(other: str) -> Plan | None:
            found: Plan | None = variables["hostvars"][other].get("__dcv_plan")
            return found

        batch = variables["ansible_play_batch"] if plan["meets"] else [host]
        turn = share(host, plan, plan_of, batch)
        # also if it becomes empty: what an earlier call left to a person is over
        if list(variables.get("dcv_unpublished") or ()) != plan["unpublished"]:
            turn["steps"].insert(0, extra_step("unpublished.yml"))
        return {**result, **turn}
