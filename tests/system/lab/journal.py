# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the lab made, written down before it is made, so that it can be undone after any end.

The journal is a file of JSON lines.  Undoing reads it backwards; each step accepts that the thing is already gone.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

# How long a killed process may take to vanish, in seconds.
_PATIENCE = 120.0


def start_time(pid: int) -> str | None:
    """Return when a process was started, in ticks since boot, or None if there is no such process.

    One that has ended and was not waited for yet counts as gone.  A pid is used again some day; pid and start time
    together are not.  Source: proc(5), field 22 of stat.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return None
    state, *fields = stat.rpartition(")")[2].split()
    return None if state == "Z" else fields[18]


def children(pid: int) -> list[int]:
    """Return the direct children of a process."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()]
    except OSError:
        return []


def kill(pid: int, started: str) -> None:
    """End a process and the children that it has now; do nothing if the pid now belongs to another one."""
    if start_time(pid) != started:
        return
    # The first child of systemd-nspawn is the host's init: its end takes every process of the host along.
    for victim in [*children(pid), pid]:
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            continue
    deadline = time.monotonic() + _PATIENCE
    while start_time(pid) == started:
        if time.monotonic() > deadline:
            raise RuntimeError(f"process {pid} does not end")
        time.sleep(0.02)


def _unmount(path: str) -> None:
    while os.path.ismount(path):
        # A process of the host that is still on its way out keeps the mount busy: detach it then.
        if subprocess.run(["umount", path], capture_output=True, check=False).returncode:
            subprocess.run(["umount", "--lazy", path], check=True)


def _delete_link(name: str) -> None:
    if Path("/sys/class/net", name).exists():
        subprocess.run(["ip", "link", "delete", name], check=True)


def _delete_namespace(name: str) -> None:
    if Path("/run/netns", name).exists():
        subprocess.run(["ip", "netns", "delete", name], check=True)


def _close_connection(socket: str) -> None:
    # The master of a shared ssh connection outlives the play that opened it.
    for path in Path(socket).parent.glob(Path(socket).name):
        subprocess.run(["ssh", "-o", f"ControlPath={path}", "-O", "exit", "host"], capture_output=True, check=False)


_UNDO: dict[str, Callable[[str], None]] = {
    "mount": _unmount,
    "link": _delete_link,
    "namespace": _delete_namespace,
    "connections": _close_connection,
    "folder": lambda path: shutil.rmtree(path, ignore_errors=True),
}


class Journal:
    """The list of things to undo, kept in one file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def note(self, kind: str, name: str | Path) -> None:
        """Write down a thing that is about to be made: mount, link, namespace, connections or folder."""
        if kind not in _UNDO:
            raise ValueError(f"the journal cannot undo a {kind}")
        self._append([kind, str(name)])

    def note_process(self, pid: int) -> None:
        """Write down a process that was just started."""
        started = start_time(pid)
        if started:
            self._append(["process", pid, started])

    def _append(self, entry: list[str | int]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(entry) + "\n")

    def undo(self) -> None:
        """Undo everything, the last thing first, and forget it."""
        if not self.path.exists():
            return
        entries = [json.loads(line) for line in self.path.read_text(encoding="utf-8").splitlines()]
        for kind, *details in reversed(entries):
            if kind == "process":
                kill(*details)
            else:
                _UNDO[kind](*details)
        self.path.unlink()
