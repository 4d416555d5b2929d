# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The last step of the role certificate: shows what there is now, and fails if a request could not be fulfilled.

A line of its own for each certificate is easier to read, for many hosts, than the results of the tasks.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

Result = dict[str, t.Any]

_ARGUMENTS: Mapping[str, t.Any] = {
    "lines": {"type": "list", "elements": "str", "required": True},
    "problems": {"type": "list", "elements": "str", "required": True},
}


class ActionModule(ActionBase):
    """The action of this file."""

    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: Result | None = None) -> Result:
        """Show the lines, and return the problems as the message of a failure."""
        result: Result = super().run(tmp, task_vars)
        del tmp
        given: Result
        _validated, given = self.validate_argument_spec({**_ARGUMENTS})
        host = (task_vars or {})["inventory_hostname"]
        for line in given["lines"]:
            # a worker process passes it to the main process, so that lines are not mixed
            Display().display(f"[{host}] {line}")
        result = {**result, "lines": given["lines"]}
        if given["problems"]:
            return {**result, "failed": True, "msg": " ".join(given["problems"])}
        return result
