# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decides for the role dcv where the records of a host are published, and with which settings."""

from __future__ import annotations

import datetime as dt
import importlib.util
import typing as t
from collections.abc import Mapping, Sequence
from pathlib import Path

from ansible.plugins.action import ActionBase

from ..module_utils._dcv.providers import (
    COLLECTIONS,
    collection_problem,
    provider_problem,
    web_files,
    web_hosts,
    web_problem,
)
from ..module_utils._dcv.publication import UnpublishableError, check_providers, instructions, place
from ..module_utils._dcv.withdrawal import to_note
from ..plugin_utils._dcv_settings import fingerprint, hosts_meet, is_shared, settings_of
from ..plugin_utils._filters import load_filters

Result = dict[str, t.Any]

_ARGUMENTS: Mapping[str, t.Any] = {
    "records": {"type": "list", "elements": "dict", "required": True},
    "provider": {"type": "str", "required": True},
    "providers": {"type": "dict", "default": {}, "no_log": True},
    "delegations": {"type": "dict", "default": {}},
    "names": {"type": "list", "elements": "str", "default": []},
    "notes": {"type": "list", "elements": "dict", "default": []},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}

_NOTING = "community.digicert.dcv_published"

load_filters()


class ActionModule(ActionBase):
    """The action of this file."""

    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: Result | None = None) -> Result:
        """Return the plan of the host."""
        result: Result = super().run(tmp, task_vars)
        del tmp
        _validated, options = self.validate_argument_spec({**_ARGUMENTS})
        variables = task_vars or {}
        try:
            placements = _placements(options, [name for name in variables if name.startswith("dcv_")])
        except UnpublishableError as problem:
            return {**result, "failed": True, "msg": str(problem)}
        noted = self._note(options, variables)
        if noted.get("failed"):
            return {**result, **noted}
        completed = [self._complete(placement, options["state"], variables) for placement in placements]
        to_do = [one for one in completed if one["provider"] == "manual" and options["state"] == "present"]
        return {
            **result,
            "call": str(self._task._uuid),
            "state": options["state"],
            "meets": hosts_meet(self._task),
            "placements": completed,
            "unpublished": [record for one in to_do for record in one["records"]],
        }

    def _note(self, options: Result, variables: Result) -> Result:
        """Have the host note what is published, before it is."""
        where = (options["provider"], options["providers"], options["delegations"])
        notes = [{**one, "records": to_note(one["records"], *where)} for one in options["notes"]]
        notes = [one for one in notes if one["records"]] if options["state"] == "present" else []
        if not notes:
            return {}
        noted: Result = self._execute_module(_NOTING, module_args={"certificates": notes}, task_vars=variables)
        self._remove_tmp_path(self._connection._shell.tmpdir)
        return noted

    def _complete(self, placement: Result, state: str, variables: Result) -> Result:
        """Return a placement with what its settings decide; the settings themselves may be secret."""
        provider = placement["provider"]
        settings = settings_of(placement, variables, self._templar.template)
        files = web_files(placement["files"], settings, variables["inventory_hostname"]) if provider == "http" else []
        inventory = [*variables["groups"]["all"], "localhost", variables["inventory_hostname"]]
        missing = collection_problem(provider) if not _is_installed(provider) else ""
        return {
            **placement,
            "settings": fingerprint(settings, *self._surroundings()) if is_shared(provider) else "",
            "web_hosts": web_hosts(files),
            "instructions": instructions(placement["records"]) if provider == "manual" else [],
            "problem": missing
            or provider_problem(provider, settings, state)
            or web_problem(files, inventory)
            or (_hook_problem(settings, state, variables["playbook_dir"]) if provider == "hook" else ""),
        }

    def _surroundings(self) -> tuple[t.Any, ...]:
        """Return what else decides how a module runs: its defaults and the environment, which may differ by host."""
        own = ("group/community.digicert.", "community.digicert.")
        defaults = [
            {name: values for name, values in entry.items() if not str(name).startswith(own)}
            for entry in self._task.module_defaults or ()
            if isinstance(entry, Mapping)
        ]
        return tuple(self._templar.template(values) for values in (defaults, self._task.environment or []))


def _placements(options: Mapping[str, t.Any], known: Sequence[str]) -> list[Result]:
    records, provider, providers = options["records"], options["provider"], options["providers"]
    # to remove a record its token need not be valid any more
    now = dt.datetime.now(dt.timezone.utc) if options["state"] == "present" else None
    others = {str(record["provider"]) for record in records if record.get("provider")}
    check_providers(providers, provider, known, others)
    given = {"providers": providers, "delegations": options["delegations"], "names": options["names"]}
    placed = place(records, provider=provider, now=now, **given)
    return [placement.as_dict() for placement in placed]


def _hook_problem(settings: Mapping[str, t.Any], state: str, folder: str) -> str:
    """Return that the tasks of the user are missing: Ansible would fail without saying so in a rescue."""
    file = Path(folder) / settings[f"dcv_hook_{state}"]
    return "" if file.is_file() else f"dcv_hook_{state} is {file}, which is not a file."


def _is_installed(provider: str) -> bool:
    name = COLLECTIONS.get(provider)
    try:
        return not name or importlib.util.find_spec(f"ansible_collections.{name}") is not None
    except ImportError:
        return False
