# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Brings the requests of several hosts together before it runs the module of the same name."""

from __future__ import annotations

import os
import typing as t

from ansible import constants
from ansible.plugins.action import ActionBase

from ..plugin_utils._batch import account_of, hosts_meet, share_of, unanswered

_MODULE = "community.digicert.digicert_certificate"

Result = dict[str, t.Any]


class ActionModule(ActionBase):
    """Runs on the controller. The module runs on the host of the task, which usually is the controller as well."""

    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: Result | None = None) -> Result:
        """Prepare the requests of this host, or run the module for all hosts of the account."""
        result: Result = super().run(tmp, task_vars)
        del tmp
        variables = task_vars or {}
        arguments = dict(self._task.args)
        is_preparing = self._as_bool(arguments.pop("prepare", False))
        prepared = arguments.pop("prepared", None)
        if is_preparing:
            result.update(self._prepare(arguments, variables))
        elif prepared is not None:
            result.update(self._share(arguments, prepared, variables))
        else:
            result.update(self._execute_module(_MODULE, module_args=arguments, task_vars=variables))
        self._remove_tmp_path(self._connection._shell.tmpdir)
        return result

    @staticmethod
    def _as_bool(value: object) -> bool:
        return str(value).lower() in ("1", "on", "true", "yes", "y", "t")

    def _account(self, arguments: Result) -> str:
        """Return an identifier of the account that this task connects to."""
        environment: Result = {}
        self._compute_environment_string(environment)
        # the folder has a new random name in each run
        return account_of(arguments, {**os.environ, **environment}, constants.DEFAULT_LOCAL_TMP)

    def _prepare(self, arguments: Result, variables: Result) -> Result:
        host = str(variables["inventory_hostname"])
        requests = [{**request, "host": host} for request in arguments.get("requests") or []]
        return {"changed": False, "host": host, "account": self._account(arguments), "requests": requests}

    def _share(self, arguments: Result, prepared: list[Result], variables: Result) -> Result:
        """Run the module if this is the first host of its account, for all hosts of the account."""
        host = str(variables["inventory_hostname"])
        meet = hosts_meet(str(self._task.get_play().strategy))
        share = share_of(host, self._account(arguments), prepared, meet)
        if share.handled_by != host:
            return {"changed": False, "handled_by": share.handled_by, "certificates": []}
        if not share.requests:
            return {"changed": False, "handled_by": host, "certificates": []}
        arguments["requests"] = list(share.requests)
        result: Result = self._execute_module(_MODULE, module_args=arguments, task_vars=variables)
        if result.get("failed") and "certificates" not in result and not self._as_bool(
            arguments.get("fail_on_error", True)
        ):
            # the other hosts learn why, too
            message = str(result.get("msg") or "the module failed")
            result = {**result, "failed": False, "certificates": unanswered(share.requests, message)}
        return {**result, "handled_by": host}
