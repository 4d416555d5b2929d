# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stages keys and CSRs on a host, and prepares the requests to the service that need them."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping

from ansible.plugins.action import ActionBase

from ..module_utils._decisions import delivery
from ..plugin_utils._account import account_of_task
from ..plugin_utils._batch import CONNECTION

Result = dict[str, t.Any]

_MODULE = "community.digicert.digicert_host_certificate"
_ARGUMENTS: Mapping[str, t.Any] = {
    "inspected": {"type": "list", "elements": "dict", "required": True},
    "staged": {"type": "list", "elements": "dict", "default": []},
    "names": {"type": "list", "elements": "str", "required": True},
    # from module_defaults: they decide to which account the requests of the host belong
    **{name: {"type": "raw", "no_log": name == "api_key"} for name in CONNECTION},
}


class ActionModule(ActionBase):
    """The action of this file."""

    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: Result | None = None) -> Result:
        """Return what was staged, and the requests of this host for digicert_certificate."""
        result: Result = super().run(tmp, task_vars)
        del tmp
        variables = task_vars or {}
        given: Result
        _validated, given = self.validate_argument_spec({**_ARGUMENTS})
        requests = [one["request"] for one in given["inspected"]]
        found = [one["installed"] for one in given["inspected"] if one["installed"]]
        already = [one for one in given["staged"] if one["name"] in given["names"]]
        left = [name for name in given["names"] if not delivery.named(already, name)]
        options = delivery.to_stage(requests, found, left)
        staged: Result = {"changed": False, "certificates": []}
        if options:
            arguments = {"state": "staged", "certificates": options}
            staged = self._execute_module(_MODULE, module_args=arguments, task_vars=variables)
            self._remove_tmp_path(self._connection._shell.tmpdir)
        if "certificates" not in staged:
            return {**result, **staged}
        # an entry says why its request failed; the others go on
        kept: Result = {key: staged[key] for key in ("changed", "diff") if key in staged}
        entries = [*already, *staged["certificates"]]
        host = str(variables["inventory_hostname"])
        ordered = delivery.to_order(host, requests, found, entries)
        return {
            **result,
            **kept,
            "certificates": entries,
            "host": host,
            "account": account_of_task(self),
            "requests": ordered,
        }
