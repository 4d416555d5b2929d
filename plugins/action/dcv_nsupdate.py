# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sends dynamic updates (RFC 2136) from the controller.

The controller is where the TSIG key and dnspython are, and starting a module there would take longer than the updates.
"""

from __future__ import annotations

import re
import typing as t
from collections.abc import Mapping, Sequence

from ansible.plugins.action import ActionBase

from ..module_utils._dcv.publication import UnpublishableError, record_sets
from ..module_utils._dcv.zone_update import Change
from ..plugin_utils._dynamic_update import Primary, TsigKey, bring
from ..plugin_utils._name_servers import HAS_DNSPYTHON, DnsError, Endpoint

Result = dict[str, t.Any]

_IPV4 = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}")
_ARGUMENTS: Mapping[str, t.Any] = {
    "records": {"type": "list", "elements": "dict", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "server": {"type": "str", "required": True},
    "port": {"type": "int", "default": 53},
    "protocol": {"type": "str", "choices": ["tcp", "udp"], "default": "tcp"},
    "key_name": {"type": "str", "default": ""},
    "key_secret": {"type": "str", "default": "", "no_log": True},
    "key_algorithm": {
        "type": "str",
        "choices": ["hmac-md5", "hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512"],
        "default": "hmac-sha256",
    },
    "zones": {"type": "list", "elements": "str", "default": []},
    "ttl": {"type": "int", "default": 60},
}


class ActionModule(ActionBase):
    """The action of this file."""

    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: Result | None = None) -> Result:
        """Send the updates."""
        result: Result = super().run(tmp, task_vars)
        del tmp
        _validated, options = self.validate_argument_spec({**_ARGUMENTS})
        try:
            _check(options)
            changes = _update(options, dry=bool(self._task.check_mode))
        except (DnsError, UnpublishableError) as problem:
            return {**result, "failed": True, "msg": str(problem)}
        result["changed"] = any(changes.values())
        result["zones"] = [zone for zone, changed in changes.items() if changed]
        if self._task.diff:
            result["diff"] = _diff(changes)
        return result


def _check(options: Mapping[str, t.Any]) -> None:
    server = options["server"]
    if not HAS_DNSPYTHON:
        raise DnsError("Dynamic updates need dnspython: install it on the controller.")
    if not _IPV4.fullmatch(server) or bool(options["key_name"]) != bool(options["key_secret"]):
        raise DnsError(
            f"dcv_nsupdate_server must be the IPv4 address of the primary DNS server (it is '{server}'), and"
            " dcv_nsupdate_key_name and dcv_nsupdate_key_secret must be set together or not at all."
        )


def _update(options: Mapping[str, t.Any], *, dry: bool) -> dict[str, list[Change]]:
    has_key = bool(options["key_name"])
    key = TsigKey(options["key_name"], options["key_secret"], options["key_algorithm"]) if has_key else None
    primary = Primary(Endpoint(options["server"], options["port"]), key, protocol=options["protocol"])
    sets = record_sets(options["records"])
    return bring(primary, sets, zones=options["zones"], state=options["state"], ttl=options["ttl"], dry=dry)


def _diff(changes: Mapping[str, Sequence[Change]]) -> list[dict[str, str]]:
    """Return one entry for each zone, with the records as in a zone file."""
    return [
        {
            "before_header": zone,
            "after_header": zone,
            "before": "".join(f"{one.name}. {one.kind} {value}\n" for one in changed for value in one.remove),
            "after": "".join(f"{one.name}. {one.ttl} {one.kind} {value}\n" for one in changed for value in one.add),
        }
        for zone, changed in changes.items()
        if changed
    ]
