# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Brings the requests of several hosts together, and shows the progress of the module while it waits."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ansible import constants
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase

from ..plugin_utils._account import account_of_task
from ..plugin_utils._batch import hosts_meet, share_of, unanswered
from ..plugin_utils._progress import ProgressAction, Result


class ActionModule(ProgressAction):
    """Runs the module from change to change, and shows each."""

    MODULE = "community.digicert.digicert_certificate"

    def run(self, tmp: str | None = None, task_vars: Result | None = None) -> Result:
        """Run the module, perhaps for all hosts of the account."""
        variables = task_vars or {}
        if self._task.args.get("prepared") is None:
            return super().run(tmp, task_vars)
        return self._run_for_account(tmp, variables)

    @contextmanager
    def _alone(self, *, needed: bool) -> Iterator[None]:
        """Keep other hosts of the account waiting: hosts that request the same names must see each other's orders."""
        if not needed:
            yield
            return
        with Path(constants.DEFAULT_LOCAL_TMP, f"digicert-{account_of_task(self)}.lock").open(
            "w", encoding="ascii"
        ) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _run_for_account(self, tmp: str | None, variables: Result) -> Result:
        """Run the module if this is the first host of its account, for all hosts of the account."""
        host = str(variables["inventory_hostname"])
        meet = hosts_meet(str(self._task.get_play().strategy))
        share = share_of(host, account_of_task(self), self._task.args["prepared"], meet)
        if share.handled_by != host or not share.requests:
            nothing: Result = ActionBase.run(self, tmp, variables)
            return {**nothing, "changed": False, "handled_by": share.handled_by, "certificates": []}
        given = {name: value for name, value in self._task.args.items() if name != "prepared"}
        self._task.args = {**given, "requests": list(share.requests)}
        with self._alone(needed=not meet):
            result = super().run(tmp, variables)
        must_succeed = boolean(given.get("fail_on_error", True), strict=False)
        if result.get("failed") and "certificates" not in result and not must_succeed:
            # the other hosts learn why, too
            message = str(result.get("msg") or "The module failed.")
            result = {**result, "failed": False, "certificates": unanswered(share.requests, message)}
        return {**result, "handled_by": host}
