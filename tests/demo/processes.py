# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Programs that the demonstration starts, each in its own session, so that all of them can be stopped."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

_START_SECONDS = 20.0
_STOP_SECONDS = 5.0
_LOOK_SECONDS = 0.05


class Server(NamedTuple):
    """A running server: its process ID and its port."""

    pid: int
    port: int


class StartError(Exception):
    """A program did not start; the text says which one, and what it printed."""


@contextmanager
def undisturbed() -> Iterator[None]:
    """Defer Ctrl-C and SIGTERM until the block is left, so that no program is lost between two statements."""
    waiting: list[int] = []
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda got, _: waiting.append(got)) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if waiting:
        raise KeyboardInterrupt


def end(process: subprocess.Popen[str], mark: str) -> None:
    """Stop a program, its process group, and processes that left the group but still have its mark."""
    with undisturbed():
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_STOP_SECONDS)
        # since ansible-core 2.19, the workers of ansible-playbook have their own sessions
        deadline = time.monotonic() + _STOP_SECONDS
        while (left := _marked(mark)) and time.monotonic() < deadline:
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(_LOOK_SECONDS)
        if process.stdout:
            process.stdout.close()


def _marked(mark: str) -> list[int]:
    """Return the processes that have a text in their environment, as far as this user can see them."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        # a process may exit while it is read, or belong to another user
        with contextlib.suppress(OSError):
            if mark.encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
    return found


@contextmanager
def started(
    command: Sequence[str], *, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Start a program with its standard output as a pipe, and stop it when the block is left, whatever happened."""
    mark = uuid.uuid4().hex
    with ExitStack() as afterwards:
        with log.open("ab") as diagnostics, undisturbed():
            process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=diagnostics,
                text=True,
                env={**(os.environ if environment is None else environment), "DEMONSTRATION_PROCESS": mark},
                start_new_session=True,
            )
            afterwards.callback(end, process, mark)
        yield process


def _last_line(log: Path) -> str:
    """Return the last line of a log."""
    return next(reversed(log.read_text(encoding="utf-8").splitlines()), "it printed nothing")


@contextmanager
def serving(command: Sequence[str], *, ready: str, log: Path) -> Iterator[Server]:
    """Start a server and wait for its first line, in which the first group of ``ready`` is its port."""
    with started(command, log=log) as process:
        assert process.stdout is not None
        deadline = time.monotonic() + _START_SECONDS
        while not select.select([process.stdout], [], [], 0.1)[0]:
            if time.monotonic() > deadline:
                raise StartError(f"{' '.join(command)} printed nothing for {_START_SECONDS:.0f} seconds; see {log}")
        found = re.search(ready, line := process.stdout.readline())
        if not found:
            raise StartError(f"{' '.join(command)} did not start: {line.strip() or _last_line(log)}")
        yield Server(process.pid, int(found[1]))
