# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of the collection's playbooks by their names, as an operator types them."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.community.digicert.tests.roles.support.forked_playbook import run_playbook
from ansible_collections.community.digicert.tests.roles.support.playbook import (
    CONFIGURATION,
    PATIENCE,
    collections_path,
)

_RECAP = re.compile(r"^(\S+)\s+: ok=\d+\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)", re.MULTILINE)


@dataclass(frozen=True)
class PlayedByName:
    """A run of a playbook."""

    status: int
    output: str
    """Everything that a person could see of it, lines unbroken."""

    @property
    def changed(self) -> int:
        """How many tasks changed something, over all hosts."""
        return sum(int(row[1]) for row in _RECAP.findall(self.output))


class Operator:
    """Types ``ansible-playbook community.digicert.<name>``; every host is this machine under another name."""

    def __init__(self, folder: Path, hosts: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        """Use ``folder`` for the inventory and Ansible's own files; ``hosts`` holds the variables of each host."""
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        inventory = {"all": {"hosts": {host: {**local, **given} for host, given in (hosts or {}).items()}}}
        self._inventory = folder / "inventory.json"
        self._inventory.write_text(json.dumps(inventory), encoding="utf-8")

    def play(self, name: str, *options: str, **variables: Any) -> PlayedByName:
        """Play a playbook of the collection to its end."""
        program = Path(sys.executable).with_name("ansible-playbook")
        command = [str(program), "--inventory", str(self._inventory), f"community.digicert.{name}", *options]
        command += ["--extra-vars", json.dumps(variables)]
        ended = run_playbook(command, self._environment(), PATIENCE)
        return PlayedByName(ended.returncode, f"{ended.stdout}\n{ended.stderr}")

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "ANSIBLE_CONFIG": str(CONFIGURATION),
            "ANSIBLE_LOCAL_TEMP": str(self._folder / "local"),
            "ANSIBLE_REMOTE_TEMP": str(self._folder / "remote"),
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_PIPELINING": "1",
            "ANSIBLE_RETRY_FILES_ENABLED": "0",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_COLLECTIONS_PATH": str(collections_path()),
        }
