# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits for the role dcv until every authoritative name server returns the records, and shows the progress."""

from __future__ import annotations

import time
import typing as t
from collections.abc import Mapping, Sequence

from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..plugin_utils._dcv_settings import settings_of
from ..plugin_utils._name_servers import (
    HAS_DNSPYTHON,
    DnsError,
    Endpoint,
    Responsible,
    missing_from_all,
    responsible,
)

Result = dict[str, t.Any]

_SECONDS_TO_ASK = 30

_ARGUMENTS: Mapping[str, t.Any] = {
    "placements": {"type": "list", "elements": "dict", "required": True},
    "call": {"type": "str", "required": True},
}


class ActionModule(ActionBase):
    """The action of this file."""

    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: Result | None = None) -> Result:
        """Return when all servers have the records, or fail with what is missing."""
        result: Result = super().run(tmp, task_vars)
        del tmp
        _validated, options = self.validate_argument_spec({**_ARGUMENTS})
        variables = task_vars or {}
        awaited = [one for one in options["placements"] if one["sets"] and self._is_awaited(one, variables)]
        try:
            if awaited:
                self._wait(awaited, variables)
        except DnsError as problem:
            return {**result, "failed": True, "msg": str(problem)}
        return {**result, "call": options["call"]}

    def _value(self, name: str, variables: Result) -> t.Any:
        return self._templar.template(variables[name])

    def _is_awaited(self, placement: Mapping[str, t.Any], variables: Result) -> bool:
        if self._task.check_mode or not boolean(self._value("dcv_wait", variables)):
            return False
        # nobody waits for what a person was not asked to do now
        settings = settings_of(placement, variables, self._templar.template)
        return placement["provider"] != "manual" or bool(boolean(settings["dcv_manual_pause"]))

    def _responsible(self, placement: Mapping[str, t.Any], variables: Result) -> Responsible:
        settings = settings_of(placement, variables, self._templar.template)
        primary = ""
        if placement["provider"] == "nsupdate":
            primary = str(Endpoint(settings["dcv_nsupdate_server"], int(settings["dcv_nsupdate_port"])))
        return responsible(
            placement["sets"],
            servers=settings["dcv_authoritative_servers"],
            primary=primary,
            resolvers=settings["dcv_resolvers"],
            zones=settings["dcv_zones"],
        )

    def _wait(self, placements: Sequence[Mapping[str, t.Any]], variables: Result) -> None:
        if not HAS_DNSPYTHON:
            raise DnsError("Waiting for name servers needs dnspython: install it on the controller, or unset dcv_wait.")
        timeout = int(self._value("dcv_wait_timeout", variables))
        interval = int(self._value("dcv_wait_interval", variables))
        asked = [entry for placement in placements for entry in self._responsible(placement, variables)]
        deadline = time.monotonic() + timeout
        shown: list[str] = []
        # a short wait still leaves time to ask each server once
        end = max(deadline, time.monotonic() + _SECONDS_TO_ASK)
        while missing := missing_from_all(asked, lambda: time.monotonic() >= end):
            messages = [one.as_dict()["message"] for one in missing]
            if time.monotonic() >= deadline:
                raise DnsError(
                    f"Not every authoritative server returned the published records within {timeout} seconds:"
                    f" {'; '.join(messages)}. Check whether that server gets the changes of the zone, or increase"
                    " dcv_wait_timeout."
                )
            if messages != shown:
                self._show(messages, variables)
            shown = messages
            time.sleep(max(0.0, min(interval, deadline - time.monotonic())))

    def _show(self, messages: Sequence[str], variables: Result) -> None:
        """Show what is missing; the first few servers are enough to see that it goes on."""
        more = f" (and {len(messages) - 3} more)" if len(messages) > 3 else ""
        Display().display(f"waiting: [{variables['inventory_hostname']}] {'; '.join(messages[:3])}{more}")
