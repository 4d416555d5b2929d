# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stand-ins for modules whose service is not available: they take the documented options and keep records in a file.

The options, their types and their choices are read from the documentation of the real module when the stand-in is made:
a parameter that the real module does not know is refused as it would be there.
"""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from ansible_collections.community.digicert.tests.roles.support.playbook import collections_path

_HEAD = """#!/usr/bin/python
from __future__ import annotations

import json
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule

STATE = Path({state!r})
SPEC = {spec!r}
CHECK_MODE = {check_mode!r}


def load():
    return json.loads(STATE.read_text()) if STATE.exists() else {{"calls": [], "records": {{}}}}


def main():
    module = AnsibleModule(argument_spec=SPEC, supports_check_mode=CHECK_MODE)
    state = load()
    given = {{name: value for name, value in module.params.items() if value is not None}}
    state["calls"].append([{name!r}, module.check_mode, given])
    STATE.write_text(json.dumps(state))
    result = behave(module, module.params, state["records"])
    if not module.check_mode:
        STATE.write_text(json.dumps(state))
    module.exit_json(**result)

"""

_LOOKUP = """from __future__ import annotations

import json
from pathlib import Path

from ansible.plugins.lookup import LookupBase

STATE = Path({state!r})


class LookupModule(LookupBase):
    def run(self, terms, variables=None, **kwargs):
        records = json.loads(STATE.read_text())["records"] if STATE.exists() else {{}}
        found = records.get(kwargs["filter"]["name"] + " " + terms[0].partition(":")[2].upper(), {{"values": []}})
        return [{{"name": kwargs["filter"]["name"], "canonical": value}} for value in found["values"]]
"""


@functools.cache
def _documented_options(module: str) -> dict[str, Any]:
    """Return the options of a module as ansible-doc reads them, those of its fragments included."""
    program = Path(sys.executable).with_name("ansible-doc")
    environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(collections_path())}
    done = subprocess.run(
        [str(program), "--type", "module", "--json", module],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    options: dict[str, Any] = json.loads(done.stdout)[module]["doc"]["options"]
    return options


def _spec(options: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Turn documented options into an argument spec."""
    spec = {}
    for name, about in options.items():
        own = {key: about[key] for key in ("type", "elements", "choices", "default", "aliases") if key in about}
        # a required option that the environment may give instead is documented as required
        own["required"] = bool(about.get("required")) and name != "auth_kind"
        if own["required"]:
            own.pop("default", None)
        if name in ("password", "api_token", "secret"):
            own["no_log"] = True
        suboptions = about.get("suboptions") or {}
        # without types there, as with azure's records, nothing is documented that could be checked
        if suboptions and all("type" in one for one in suboptions.values()):
            own["options"] = _spec(suboptions)
        spec[name] = own
    return spec


def _replace(path: Path, text: str) -> None:
    """Replace a link to the real file with another file."""
    path.unlink()
    path.write_text(text, encoding="utf-8")


class StandIns:
    """A collections path of its own with stand-ins, and the records and calls that they keep."""

    def __init__(self, folder: Path) -> None:
        """Keep everything below ``folder``."""
        self._folder = folder / "stand-ins"
        self._state = folder / "stand-ins.json"

    @property
    def path(self) -> str:
        """The ANSIBLE_COLLECTIONS_PATH in which the stand-ins come before the real collections."""
        return f"{self._folder}:{collections_path()}"

    def add(self, module: str, behaviour: str, *, check_mode: bool = True) -> None:
        """Make a stand-in for a module; ``behaviour`` is the source of ``behave(module, params, records)``."""
        short = module.rsplit(".", 1)[1]
        plugins = self._mirror(module) / "plugins" / "modules"
        spec = _spec(_documented_options(module))
        head = _HEAD.format(state=str(self._state), spec=spec, check_mode=check_mode, name=short)
        _replace(plugins / f"{short}.py", f"{head}\n{behaviour}\n\nmain()\n")

    def add_lookup(self, lookup: str) -> None:
        """Make a stand-in for the lookup that reads CNAME objects."""
        short = lookup.rsplit(".", 1)[1]
        _replace(self._mirror(lookup) / "plugins" / "lookup" / f"{short}.py", _LOOKUP.format(state=str(self._state)))

    def _mirror(self, plugin: str) -> Path:
        """Make the collection of a plugin out of links to the real one; return its folder."""
        place = Path("ansible_collections", *plugin.split(".")[:2])
        real, mirror = collections_path() / place, self._folder / place
        if mirror.exists():
            return mirror
        (mirror / "plugins").mkdir(parents=True)
        for entry in (entry for entry in real.iterdir() if entry.name != "plugins"):
            (mirror / entry.name).symlink_to(entry)
        for kind in (real / "plugins").iterdir():
            if kind.name not in ("modules", "lookup"):
                (mirror / "plugins" / kind.name).symlink_to(kind)
                continue
            (mirror / "plugins" / kind.name).mkdir()
            for entry in kind.iterdir():
                (mirror / "plugins" / kind.name / entry.name).symlink_to(entry)
        return mirror

    def put(self, name: str, kind: str, *values: Any, ttl: int = 300) -> None:
        """Place a record set as if it had always been there."""
        state = self._load()
        state["records"][f"{name} {kind}"] = {"values": list(values), "ttl": ttl}
        self._state.write_text(json.dumps(state), encoding="utf-8")

    def records(self) -> dict[str, dict[str, Any]]:
        """Return all record sets: by name and type their values and time to live."""
        found: dict[str, dict[str, Any]] = self._load()["records"]
        return found

    def calls(self, short: str) -> list[dict[str, Any]]:
        """Return the parameters of each call of a module outside of check mode."""
        return [given for name, check_mode, given in self._load()["calls"] if name == short and not check_mode]

    def _load(self) -> dict[str, Any]:
        if not self._state.exists():
            return {"calls": [], "records": {}}
        loaded: dict[str, Any] = json.loads(self._state.read_text(encoding="utf-8"))
        return loaded
