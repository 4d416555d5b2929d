# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays a single task with ansible-playbook, and reacts while it runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import typing as t
from dataclasses import dataclass, field
from pathlib import Path

from ansible_collections.community.digicert.tests.roles.support.playbook import collections_path
from certcentral_simulator.process import SimulatorProcess


@dataclass
class Played:
    """A run of ansible-playbook."""

    status: int
    lines: list[str]
    """Its complete output."""
    result: dict[str, t.Any] = field(default_factory=dict)
    """What the task registered."""

    @property
    def progress(self) -> list[str]:
        """Return the progress lines."""
        return [line for line in self.lines if line.startswith("waiting: ")]


class Player:
    """Plays a single task on this machine, with the connection from the defaults of the action group."""

    def __init__(self, simulator: SimulatorProcess, folder: Path, module: str) -> None:
        self.simulator = simulator
        self.folder = folder
        self.module = module

    def play(
        self,
        arguments: dict[str, t.Any],
        *options: str,
        steps: t.Sequence[t.Callable[[], object]] = (),
        keywords: dict[str, t.Any] | None = None,
        defaults: dict[str, t.Any] | None = None,
        hosts: t.Sequence[str] = ("localhost",),
    ) -> Played:
        """Play the task; each progress line triggers the next step."""
        connection = {
            "api_key": self.simulator.api_key,
            "api_url": self.simulator.base_url,
            "ca_path": self.simulator.ca_file,
        }
        result = self.folder / "result.json"
        play = {
            "hosts": "all",
            "connection": "local",
            "gather_facts": False,
            "vars": {"ansible_python_interpreter": sys.executable},
            "module_defaults": {"group/community.digicert.digicert": {**connection, **(defaults or {})}},
            "tasks": [
                {"name": "Task under test", self.module: arguments, "register": "waited", **(keywords or {})},
                {
                    "name": "Keep the result",
                    "ansible.builtin.copy": {"content": "{{ waited | to_json }}", "dest": str(result)},
                    "check_mode": False,
                    "run_once": True,
                },
            ],
        }
        playbook = self.folder / "play.json"
        playbook.write_text(json.dumps([play]), encoding="utf-8")
        program = Path(sys.executable).with_name("ansible-playbook")
        command = [str(program), "--inventory", f"{','.join(hosts)},", *options, str(playbook)]
        waiting = list(steps)
        lines: list[str] = []
        with subprocess.Popen(
            command, env=self._environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as run:
            assert run.stdout is not None
            guard = threading.Timer(120, run.kill)
            guard.start()
            for line in run.stdout:
                lines.append(line.rstrip("\n"))
                if line.startswith("waiting: ") and waiting:
                    waiting.pop(0)()
            guard.cancel()
        assert not waiting, lines
        registered = json.loads(result.read_text(encoding="utf-8")) if result.exists() else {}
        return Played(run.returncode, lines, registered)

    def _environment(self) -> dict[str, str]:
        configuration = self.folder / "ansible.cfg"
        # looking a thousand times a second whether a task has ended costs as much as small tasks do
        configuration.write_text("[defaults]\ninternal_poll_interval = 0.01\n", encoding="utf-8")
        return {
            **os.environ,
            "ANSIBLE_CONFIG": str(configuration),
            "ANSIBLE_LOCAL_TEMP": str(self.folder / "local"),
            "ANSIBLE_REMOTE_TEMP": str(self.folder / "remote"),
            "ANSIBLE_ASYNC_DIR": str(self.folder / "async"),
            "ANSIBLE_COLLECTIONS_PATH": str(collections_path()),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_PIPELINING": "1",
            # buffered output would arrive too late to react to
            "PYTHONUNBUFFERED": "1",
        }
