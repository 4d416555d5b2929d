# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of ansible-playbook that share the start of the program.

A program that has imported ansible-core waits, and forks for each run. It stands for one set of Ansible's settings, of
which ansible-core reads many when it is imported; everything else of the environment is set in the fork. What is played
is the same, and each run is a process of its own.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

# Settings that Ansible reads anew in each run, see _play().
_OF_A_RUN = ("ANSIBLE_ASYNC_DIR", "ANSIBLE_LOCAL_TEMP", "ANSIBLE_REMOTE_TEMP")
# What most runs import, partly in each of their tasks.
_IMPORTED = (
    "ansible.cli.playbook",
    "ansible.executor.module_common",
    "ansible.executor.playbook_executor",
    "ansible.plugins.action.normal",
    "ansible.plugins.callback.default",
    "ansible.plugins.connection.local",
    "ansible.plugins.filter.core",
    "ansible.plugins.filter.mathstuff",
    "ansible.plugins.filter.urls",
    "ansible.plugins.filter.urlsplit",
    "ansible.plugins.shell.sh",
    "ansible.plugins.strategy.linear",
    "ansible.plugins.test.core",
    "ansible.plugins.test.files",
    "ansible.plugins.test.mathstuff",
    "ansible.plugins.test.uri",
    "cryptography.hazmat.primitives.serialization.pkcs12",
    "cryptography.x509",
    "dns.update",
    "requests",
)
_LONGEST_REQUEST = 1_000_000


class _Starter:
    """The program that waits, for runs with the same settings."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._program = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())],
                env=dict(environment),
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def start(self, command: Sequence[str], environment: Mapping[str, str], outputs: Sequence[int]) -> None:
        """Start a run that writes to the two descriptors."""
        request = {"command": list(command), "environment": dict(environment), "folder": str(Path.cwd())}
        encoded = json.dumps(request).encode()
        socket.send_fds(self._socket, [len(encoded).to_bytes(8, "big")], list(outputs))
        self._socket.sendall(encoded)

    def wait(self, timeout: float) -> int:
        """Return the exit status of the run."""
        self._socket.settimeout(timeout)
        try:
            answer = self._socket.recv(1)
        except TimeoutError:
            os.killpg(self._program.pid, signal.SIGKILL)
            raise
        if not answer:
            raise RuntimeError("the program that starts runs of ansible-playbook has ended")
        return answer[0]

    def stop(self) -> None:
        """End the program."""
        self._socket.close()
        self._program.wait()


_STARTERS: dict[str, _Starter] = {}


def _starter_for(environment: Mapping[str, str]) -> _Starter:
    settings = {
        name: value
        for name, value in environment.items()
        if name.startswith(("ANSIBLE_", "PYTHON", "LC_")) and name not in _OF_A_RUN
    }
    key = json.dumps(settings, sort_keys=True)
    if key not in _STARTERS:
        _STARTERS[key] = _Starter(environment)
    return _STARTERS[key]


def run_playbook(
    command: Sequence[str], environment: Mapping[str, str], timeout: float
) -> subprocess.CompletedProcess[str]:
    """Run ansible-playbook as :func:`subprocess.run` does; the first word of the command is its path."""
    starter = _starter_for(environment)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        starter.start(command, environment, [out.fileno(), err.fileno()])
        status = starter.wait(timeout)
        texts = [os.pread(stream.fileno(), os.fstat(stream.fileno()).st_size, 0).decode() for stream in (out, err)]
    return subprocess.CompletedProcess(list(command), status, *texts)


def end_starters() -> None:
    """End all programs that wait."""
    while _STARTERS:
        _STARTERS.popitem()[1].stop()


def _serve(requests: socket.socket) -> dict[str, Any] | None:
    """Fork for each request; return it in the fork, and None at the end."""
    while True:
        length, outputs, _flags, _address = socket.recv_fds(requests, 8, 2)
        if not length:
            return None
        encoded = b""
        while len(encoded) < int.from_bytes(length, "big"):
            encoded += requests.recv(_LONGEST_REQUEST)
        child = os.fork()
        if child == 0:
            os.dup2(outputs[0], 1)
            os.dup2(outputs[1], 2)
        for descriptor in outputs:
            os.close(descriptor)
        if child == 0:
            requests.close()
            return dict(json.loads(encoded))
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        requests.sendall(bytes([status if status >= 0 else 128 - status]))


def _play(request: Mapping[str, Any]) -> None:
    from ansible import constants
    from ansible.cli.playbook import main

    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    # the folder for temporary files is made when the settings are read
    constants.DEFAULT_LOCAL_TMP = constants.config.get_config_value("DEFAULT_LOCAL_TMP")
    sys.argv = list(request["command"])
    main(sys.argv)


def _main() -> None:
    requests = socket.socket(fileno=int(sys.argv[1]))
    # the folder of this file holds no packages
    del sys.path[0]
    for name in _IMPORTED:
        importlib.import_module(name)
    request = _serve(requests)
    if request is not None:
        _play(request)


if __name__ == "__main__":
    _main()
