# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A controller: it starts ansible-playbook, and reads what was counted and shown."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from paths import COLLECTIONS
from surroundings import clean_environment

from ansible_collections.community.digicert.tests.roles.support.playbook import CONFIGURATION
from ansible_collections.community.digicert.tests.roles.support.reuse import VARIABLES

_RECAP = re.compile(r"^(\S+)\s+: (ok=\d+.*)$", re.MULTILINE)
_COUNT = re.compile(r"(\w+)=(\d+)")
_SHOWN = re.compile(r"^ok: \[(\S+)\] => (?=\{)", re.MULTILINE)


@dataclass(frozen=True)
class Played:
    """What one run of a playbook did; ``counts`` holds the recap of each host."""

    status: int
    text: str
    counts: dict[str, dict[str, int]]

    def total(self, what: str) -> int:
        """Return one number of the recap, summed over the hosts."""
        return sum(counts[what] for counts in self.counts.values())

    def shown(self, variable: str) -> dict[str, Any]:
        """Return by host what a task ``ansible.builtin.debug`` showed of a variable."""
        found = {}
        for match in _SHOWN.finditer(self.text):
            shown, _end = json.JSONDecoder().raw_decode(self.text, match.end())
            if variable in shown:
                found[match[1]] = shown[variable]
        return found


def read_recap(text: str) -> dict[str, dict[str, int]]:
    """Return the numbers of PLAY RECAP by host."""
    recap = text.rpartition("PLAY RECAP")[2]
    return {host: {what: int(number) for what, number in _COUNT.findall(line)} for host, line in _RECAP.findall(recap)}


@dataclass(frozen=True)
class Controller:
    """One controller. Its folder is its home and where it works: two controllers share nothing but the inventory.

    ``secrets`` become environment variables, so that no list of processes shows them.
    """

    folder: Path
    inventory: Path
    variables: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)

    def play(self, playbook: Path, *arguments: str, keep_files: bool = False, **variables: Any) -> Played:
        """Run a playbook with these variables added to the controller's own.

        ``keep_files`` leaves everything that Ansible sends to a host in the host's folder ``/root/.ansible/tmp``.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        extra = self.folder / "variables.json"
        extra.write_text(json.dumps({**self.variables, **variables}), encoding="utf-8")
        program = Path(sys.executable).with_name("ansible-playbook")
        done = subprocess.run(
            [program, "-i", self.inventory, "-e", f"@{extra}", playbook, *arguments],
            cwd=self.folder,
            env={**self._environment(), **_transport(keep_files)},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        return Played(done.returncode, done.stdout, read_recap(done.stdout))

    def _environment(self) -> dict[str, str]:
        return {
            **clean_environment(Path(sys.prefix), COLLECTIONS),
            **{name: os.environ[name] for name in VARIABLES if name in os.environ},
            **self.secrets,
            "ANSIBLE_CONFIG": str(CONFIGURATION),
            "HOME": str(self.folder),
            "ANSIBLE_HOME": str(self.folder / ".ansible"),
            "ANSIBLE_FORKS": "10",
            # The lab's ssh_config says how connections are shared.
            "ANSIBLE_SSH_ARGS": "-C",
        }


def _transport(keep_files: bool) -> dict[str, str]:
    # With pipelining a module is never a file on the host.
    return {"ANSIBLE_KEEP_REMOTE_FILES": "1"} if keep_files else {"ANSIBLE_PIPELINING": "1"}
