# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Standard output of ansible-playbook as one line of JSON per task result, for programs that watch a run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:

    class CallbackBase:
        """What the type checker has to know about the base class: ansible-core ships no annotations."""

        _display: Any
else:
    from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: events
type: stdout
short_description: One line of JSON for each task result
description:
  - Prints C(task), C(status) (ok, changed, failed, skipped or unreachable), C(host) and C(result) of each task as it
    finishes, and finally C(stats).
requirements:
  - set as stdout in configuration
"""


class CallbackModule(CallbackBase):
    """Print results; values that Ansible hides from its own output are hidden here as well."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "stdout"
    CALLBACK_NAME = "events"

    def v2_runner_on_ok(self, result: Any) -> None:
        """Print a task that succeeded."""
        self._print_result(result, "changed" if _part(result, "result").get("changed") else "ok")

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """Print a task that failed."""
        self._print_result(result, "failed")

    def v2_runner_on_skipped(self, result: Any) -> None:
        """Print a task that was skipped."""
        self._print_result(result, "skipped")

    def v2_runner_on_unreachable(self, result: Any) -> None:
        """Print a host that could not be reached."""
        self._print_result(result, "unreachable")

    def v2_playbook_on_stats(self, stats: Any) -> None:
        """Print the counts of each host."""
        self._print({"stats": {host: stats.summarize(host) for host in stats.processed}})

    def _print_result(self, result: Any, status: str) -> None:
        task, host = _part(result, "task").get_name(), _part(result, "host").get_name()
        self._print({"task": task, "host": host, "status": status, "result": _part(result, "result")})

    def _print(self, event: dict[str, Any]) -> None:
        self._display.display(json.dumps(event, default=str))


def _part(result: Any, name: str) -> Any:
    """Return a part of a task result; before ansible-core 2.19 the names begin with an underscore."""
    return getattr(result, name) if hasattr(result, name) else getattr(result, f"_{name}")
