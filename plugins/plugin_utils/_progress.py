# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shows the progress of modules that wait, for the action plugins of the same names.

A module cannot display anything before it returns. The plugin therefore runs it from one change to the next and shows
a line after each. A continued run does not read orders again and keeps the interval, so that it sends no more requests
than one long run.
"""

from __future__ import annotations

import collections
import time
import typing as t

from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

Result = dict[str, t.Any]


class ProgressAction(ActionBase):
    """Runs on the controller. The module runs on the host of the task, which usually is the controller as well."""

    MODULE: t.ClassVar[str]
    """Full name of the module, which has the options ``until_change`` and ``resume``."""

    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: Result | None = None) -> Result:
        """Run the module until there is nothing left to wait for, and return the result of one long run."""
        result: Result = super().run(tmp, task_vars)
        del tmp
        wrap_async = bool(self._task.async_val) and not self._connection.has_native_async
        # a task that sets these options itself, or runs asynchronously, gets the module's own result
        if self._task.async_val or "until_change" in self._task.args or "resume" in self._task.args:
            result.update(self._execute_module(self.MODULE, task_vars=task_vars, wrap_async=wrap_async))
        else:
            result.update(self._wait(task_vars or {}))
        if not wrap_async:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        return result

    def _wait(self, task_vars: Result) -> Result:
        """Run the module from change to change, and show each."""
        started = time.monotonic()
        calls: collections.Counter[str] = collections.Counter()
        arguments = {**self._task.args, "until_change": True}
        has_shown = False
        while True:
            result: Result = self._execute_module(self.MODULE, module_args=arguments, task_vars=task_vars)
            calls.update(result.get("api_calls") or {})
            state = result.pop("resume", None)
            if result.get("failed") or not state or result.get("is_over"):
                break
            self._show(result["progress"], task_vars)
            has_shown = True
            # starting the module takes time, which counts as well
            state["elapsed"] = max(state["elapsed"], time.monotonic() - started)
            arguments["resume"] = state
        if has_shown and not result.get("failed"):
            self._show(result["progress"], task_vars)
        if "api_calls" in result:
            result["api_calls"] = dict(calls)
        # with -vvv only the options of the task are shown
        given = (result.get("invocation") or {}).get("module_args") or {}
        for name in ("until_change", "resume"):
            given.pop(name, None)
        return result

    def _show(self, progress: str, task_vars: Result) -> None:
        """Show a line. A worker process passes it to the main process, so that lines are not mixed."""
        if self._task.no_log:
            return
        host = str(task_vars.get("inventory_hostname", "localhost"))
        if self._task.delegate_to:
            host += f" -> {self._task.delegate_to}"
        Display().display(f"waiting: [{host}] {progress}")
