# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run ansible-playbook and watch its progress."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.community.digicert.tests.demo.processes import started
from ansible_collections.community.digicert.tests.roles.support.reuse import reuse

HERE = Path(__file__).parent
_FOREIGN = ("ANSIBLE_", "DIGICERT_", "PYTHON")
Event = Mapping[str, Any]


@dataclass
class Run:
    """The result of a run: counts of the host, its last facts, the messages of failed tasks."""

    stats: dict[str, int] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    status: int = -1

    @property
    def changed(self) -> int:
        """The number of tasks that changed something."""
        return self.stats.get("changed", 0)

    def note(self, event: Event) -> None:
        """Add one event of the callback plugin."""
        for counts in event.get("stats", {}).values():
            self.stats = {name: self.stats.get(name, 0) + number for name, number in counts.items()}
        result = event.get("result", {})
        for part in (result, *result.get("results", [])):
            self.facts.update(part.get("ansible_facts") or {})
        if event.get("status") in ("failed", "unreachable"):
            self.failures.append(_message(result))


def _message(result: Mapping[str, Any]) -> str:
    """Return why a task failed; for a loop, why its first failed item did."""
    failed = [item for item in result.get("results", []) if item.get("failed")]
    return str((failed or [result])[0].get("msg", "no message"))


class Player:
    """Run the playbooks of this folder."""

    def __init__(self, folder: Path, environment: Mapping[str, str], variables: Mapping[str, Any]) -> None:
        """Keep Ansible's files and the log of all runs in ``folder``."""
        self.log = folder / "ansible.log"
        self._variables = variables
        # the user's own Ansible settings must not affect the demonstration
        configuration = folder / "ansible.cfg"
        configuration.touch()
        # modules are built and compiled once, not again in each step
        shared = reuse(folder / "reuse")
        callbacks = (str(HERE / "callback_plugins"), shared["ANSIBLE_CALLBACK_PLUGINS"])
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)},
            **shared,
            "ANSIBLE_CALLBACK_PLUGINS": os.pathsep.join(callbacks),
            "ANSIBLE_COLLECTIONS_PATH": os.environ.get("ANSIBLE_COLLECTIONS_PATH", ""),
            "ANSIBLE_CONFIG": str(configuration),
            "ANSIBLE_HOME": str(folder / "ansible"),
            "ANSIBLE_LOCALHOST_WARNING": "0",
            "ANSIBLE_PIPELINING": "1",
            "ANSIBLE_REMOTE_TEMP": str(folder / "ansible" / "remote"),
            "ANSIBLE_STDOUT_CALLBACK": "events",
            "LC_ALL": "C.UTF-8",
            **environment,
        }

    def play(self, playbook: str, watch: Callable[[Event], None], **variables: Any) -> Run:
        """Run a playbook with the common variables and these; ``watch`` gets each event as it happens."""
        run = Run()
        program = str(Path(sys.executable).with_name("ansible-playbook"))
        extra = json.dumps({**self._variables, **variables})
        inventory = ["--inventory", str(HERE / "inventory.yml")]
        command = [program, *inventory, "--extra-vars", extra, str(HERE / playbook)]
        with started(command, log=self.log, environment=self._environment) as process, self.log.open("a") as log:
            assert process.stdout is not None
            for line in process.stdout:
                log.write(line)
                if line.startswith("{"):
                    event = json.loads(line)
                    run.note(event)
                    watch(event)
            run.status = process.wait()
        return run
