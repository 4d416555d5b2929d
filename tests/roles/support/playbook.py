# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of ansible-playbook on this machine as a list of steps, each a role with variables, and their results."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.community.digicert.tests.demo import processes as demo_folder
from ansible_collections.community.digicert.tests.roles.support.forked_playbook import run_playbook

Variables = Mapping[str, Any]
_EVENTS = Path(demo_folder.__file__).parent / "callback_plugins"
# Seconds after which a run counts as hanging, however busy the machine is.
PATIENCE = 1800
CONFIGURATION = Path(__file__).with_name("ansible.cfg")
_STEP = "Step "
# In a loop the message is that of the item that failed.
_FAILURE = (
    "{{ ((ansible_failed_result.results | default([]) | select('failed') | list) + [ansible_failed_result])[0].msg"
    " | default('no message') }}"
)


@dataclass(frozen=True)
class Step:
    """One use of a role. ``label`` names it in the results."""

    label: str
    role: str
    variables: Variables = field(default_factory=dict)

    def tasks(self) -> list[dict[str, Any]]:
        """Return the tasks; a role that fails does not keep the next step from being played."""
        call = {"name": f"community.digicert.{self.role}"}
        return [
            {"name": f"{_STEP}{self.label}", "ansible.builtin.debug": {"msg": self.label}},
            {
                "name": f"Play {self.label}",
                "block": [
                    {"name": f"Role {self.label}", "ansible.builtin.include_role": call, "vars": dict(self.variables)}
                ],
                "rescue": [
                    {
                        "name": f"Failure {self.label}",
                        "ansible.builtin.debug": {"msg": _FAILURE},
                    }
                ],
            },
        ]


@dataclass
class Done:
    """What a step did."""

    changed: list[str] = field(default_factory=list)
    """Names of the tasks that changed something, in their order."""
    facts: dict[str, Any] = field(default_factory=dict)
    """Facts that the role set."""
    facts_of: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The same by host."""
    failure: str | None = None
    """The message with which the role failed, or None."""


@dataclass(frozen=True)
class Played:
    """A whole run."""

    steps: dict[str, Done]
    status: int
    by_host: dict[str, dict[str, Done]]
    """The steps of each host by themselves."""

    def __getitem__(self, label: str) -> Done:
        return self.steps[label]


class Controller:
    """Plays steps on this machine without root; everything it writes is in its own folder."""

    def __init__(
        self,
        folder: Path,
        hosts: Sequence[str] = ("localhost",),
        *,
        collections: str | None = None,
        interpreters: Mapping[str, str] | None = None,
        serial: int | None = None,
    ) -> None:
        """Use ``folder`` for playbooks and for Ansible's own files; every host is this machine under another name.

        ``collections`` is the ANSIBLE_COLLECTIONS_PATH, if not that of the tests; ``interpreters`` are the programs
        that run the modules of a host, if not the Python of the tests; ``serial`` is how many hosts make a
        batch.
        """
        self._folder = folder
        self._hosts = hosts
        self._collections = collections or str(collections_path())
        self._interpreters = dict(interpreters or {})
        folder.mkdir(parents=True, exist_ok=True)
        self._batches = {"serial": serial} if serial else {}
        self._runs = 0

    def play(self, *steps: Step, check: bool = False) -> Played:
        """Play the steps in one run of ansible-playbook and read what each of them did."""
        options = ["--check", "--diff"] if check else ["--diff"]
        command, environment = self._prepare(steps, options, {"ANSIBLE_STDOUT_CALLBACK": "events"})
        ended = run_playbook(command, environment, PATIENCE)
        events = [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]
        assert events, f"ansible-playbook gave no report:\n{ended.stdout}\n{ended.stderr}"
        by_host = {host: _read(event for event in events if event.get("host") == host) for host in self._hosts}
        return Played(_read(events), ended.returncode, by_host)

    def transcript(
        self, *steps: Step, options: Sequence[str] = ("-vvvv", "--diff"), settings: Mapping[str, str] | None = None
    ) -> str:
        """Play the steps and return everything that a person could see of it; ``settings`` are those of Ansible."""
        shown = {"ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default", **(settings or {})}
        command, environment = self._prepare(steps, options, shown)
        ended = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=PATIENCE)
        return ended.stdout + ended.stderr

    def interrupt(self, *steps: Step, once_there: Path) -> None:
        """Play the steps and kill the whole run, without a chance to tidy up, as soon as a file is there."""
        self.kill_when(once_there.exists, *steps)

    def kill_when(self, reached: Callable[[], bool], *steps: Step) -> None:
        """Play the steps and kill the whole run, without a chance to tidy up, as soon as ``reached`` returns true."""
        command, environment = self._prepare(steps, (), {})
        devnull = subprocess.DEVNULL
        with subprocess.Popen(command, env=environment, stdout=devnull, stderr=devnull, start_new_session=True) as run:
            deadline = time.monotonic() + PATIENCE
            while not reached():
                assert run.poll() is None, "the run ended before it could be interrupted"
                assert time.monotonic() < deadline, "the run did not reach the point at which it should be interrupted"
                time.sleep(0.05)
            os.killpg(run.pid, signal.SIGKILL)

    def _prepare(
        self, steps: Sequence[Step], options: Sequence[str], settings: Mapping[str, str]
    ) -> tuple[list[str], dict[str, str]]:
        """Write the playbook; return the command and the environment that play it."""
        self._runs += 1
        playbook = self._folder / f"play-{self._runs}.json"
        play = {
            "name": "Roles under test",
            "hosts": "all",
            "connection": "local",
            "gather_facts": False,
            **self._batches,
            "vars": {
                "ansible_python_interpreter": "{{ test_interpreters[inventory_hostname] | default(test_interpreter) }}",
                "test_interpreter": sys.executable,
                "test_interpreters": self._interpreters,
            },
            "tasks": [task for step in steps for task in step.tasks()],
        }
        playbook.write_text(json.dumps([play]), encoding="utf-8")
        callbacks = (str(_EVENTS), os.environ.get("ANSIBLE_CALLBACK_PLUGINS"))
        environment = {
            **os.environ,
            "ANSIBLE_CALLBACK_PLUGINS": os.pathsep.join(filter(None, callbacks)),
            "ANSIBLE_CONFIG": str(CONFIGURATION),
            "ANSIBLE_LOCAL_TEMP": str(self._folder / "local"),
            "ANSIBLE_REMOTE_TEMP": str(self._folder / "remote"),
            "ANSIBLE_PIPELINING": "1",
            "ANSIBLE_RETRY_FILES_ENABLED": "0",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_COLLECTIONS_PATH": self._collections,
            **settings,
        }
        program = Path(sys.executable).with_name("ansible-playbook")
        return [str(program), "--inventory", f"{','.join(self._hosts)},", *options, str(playbook)], environment


def collections_path() -> Path:
    """Return the folder in which playbooks find collections: by default that from which this file was imported."""
    return Path(os.environ.get("ANSIBLE_COLLECTIONS_PATH") or Path(__file__).absolute().parents[6])


def _read(events: Iterable[Mapping[str, Any]]) -> dict[str, Done]:
    """Sort the task results of the callback plugin ``events`` by the step to which they belong."""
    steps: dict[str, Done] = {}
    current = Done()
    for event in events:
        name, result = event.get("task", ""), event.get("result", {})
        if name.startswith(_STEP):
            current = steps.setdefault(name.removeprefix(_STEP), Done())
        elif name.startswith("Failure "):
            current.failure = result["msg"]
        elif event.get("status") in ("ok", "changed"):
            if event["status"] == "changed":
                current.changed.append(name.rsplit(" : ", 1)[-1])
            for one in (result, *(result.get("results") or ())):
                found = one.get("ansible_facts") or {}
                current.facts.update(found)
                current.facts_of.setdefault(event["host"], {}).update(found)
    return steps
