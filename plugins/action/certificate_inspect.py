# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The first step of the role certificate: completes the requests and reads what the host has."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping
from pathlib import Path

from ansible import constants
from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase

from ..module_utils._decisions import delivery, inspection
from ..module_utils._decisions.requested_certificates import complete_requests, defaults_of, passphrases_of
from ..plugin_utils._filters import load_filters
from ..plugin_utils._revocations import add_revocations

Result = dict[str, t.Any]

_READING = "community.digicert.digicert_host_certificate_info"
_STAGING = "community.digicert.digicert_host_certificate"
_ARGUMENTS: Mapping[str, t.Any] = {
    "requests": {"type": "list", "elements": "dict", "required": True},
    "services": {"type": "bool", "default": True},
    "revocation": {"type": "bool", "default": False},
    "stage": {"type": "bool", "default": False},
}

# the role needs them in most of its tasks
load_filters()


class ActionModule(ActionBase):
    """The action of this file."""

    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: Result | None = None) -> Result:
        """Return the completed requests with what is installed for them, or why they cannot be used."""
        result: Result = super().run(tmp, task_vars)
        del tmp
        given: Result
        _validated, given = self.validate_argument_spec({**_ARGUMENTS})
        variables, template = task_vars or {}, self._templar.template
        completed = complete_requests(given["requests"], defaults_of(variables, template))
        if completed["problem"]:
            return {**result, "failed": True, "msg": completed["problem"]}
        requests = completed["requests"]
        nothing = {"certificates": delivery.joined(requests, ()), "staged": [], "in_order": False}
        result = {**result, "warnings": inspection.decisions_of_the_ca(requests)}
        passphrase = template(variables.get("certificate_keystore_passphrase", ""))
        passphrases = passphrases_of(given["requests"], passphrase)
        options = inspection.options_of(requests, passphrases, services=given["services"])
        try:
            read = self._read(requests, options, variables, stage=given["stage"])
        except AnsibleConnectionFailure as exc:
            # with ignore_unreachable the play goes on, and needs the requests
            return {**result, **nothing, "unreachable": True, "msg": str(exc), "problem": str(exc)}
        finally:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        if "found" not in read:
            return {**result, **read, **nothing, "problem": str(read.get("msg") or "The host could not be read.")}
        found = read.pop("found")
        result.update(read)
        result["warnings"] += inspection.unchecked_services(found)
        if given["revocation"]:
            kept = Path(constants.ANSIBLE_HOME) / "community.digicert" / "revocation"
            found, warnings = add_revocations(requests, found, kept, may_write=not self._task.check_mode)
            result["warnings"] += warnings
        certificates = delivery.joined(requests, found)
        return {**result, "certificates": certificates, "problem": "", **inspection.outcome(requests, found)}

    def _read(self, requests: list[Result], options: list[Result], variables: Result, *, stage: bool) -> Result:
        """Return what was ``found``, what was ``staged`` and whether that changed anything; or why it failed."""
        if not options:
            return {"found": [], "staged": []}
        arguments: Result = {"certificates": options}
        if stage:
            arguments = {"state": "staged", "certificates": inspection.with_staging(requests, options)}
        module = _STAGING if stage else _READING
        read: Result = self._execute_module(module, module_args=arguments, task_vars=variables)
        entries = read.get("certificates")
        if not stage:
            return read if entries is None else {"found": entries, "staged": []}
        if entries is None or any(one["installed"] is None for one in entries):
            return {key: value for key, value in read.items() if key not in ("certificates", "changed", "diff")}
        # an entry says why nothing could be staged for its request; the others go on
        kept: Result = {key: read[key] for key in ("changed", "diff") if key in read}
        return {**kept, "found": [one["installed"] for one in entries], "staged": inspection.staged_in(entries)}
