# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Programs that run beside the demonstration, each in a session of its own, so that all of it can be ended."""

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
    """A server that answers: its process id and its port."""

    pid: int
    port: int


class StartError(Exception):
    """A program did not start; the text says which and what it wrote."""


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM wait until the block is left, so that no program is forgotten between two statements."""
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
    """End a program, whatever it may have left in its group, and what left that group but still bears its mark."""
    with undisturbed():
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_STOP_SECONDS)
        # the workers of ansible-playbook have sessions of their own from ansible-core 2.19 on
        deadline = time.monotonic() + _STOP_SECONDS
        while (left := _marked(mark)) and time.monotonic() < deadline:
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(_LOOK_SECONDS)
        if process.stdout:
            process.stdout.close()


def _marked(mark: str) -> list[int]:
    """Return the processes that were started with a text in their environment, where the system shows it."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        # a process may end while it is looked at, or belong to somebody else
        with contextlib.suppress(OSError):
            if mark.encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
    return found


@contextmanager
def started(
    command: Sequence[str], *, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Start a program with its standard output as a pipe; it is ended when the block is left, whatever happened."""
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
    """Return what was written last into a log."""
    return next(reversed(log.read_text(encoding="utf-8").splitlines()), "it wrote nothing")


@contextmanager
def serving(command: Sequence[str], *, ready: str, log: Path) -> Iterator[Server]:
    """Start a server and wait for its first line, in which the first group of ``ready`` is its port."""
    with started(command, log=log) as process:
        assert process.stdout is not None
        deadline = time.monotonic() + _START_SECONDS
        while not select.select([process.stdout], [], [], 0.1)[0]:
            if time.monotonic() > deadline:
                raise StartError(f"{' '.join(command)} said nothing for {_START_SECONDS:.0f} seconds; see {log}")
        found = re.search(ready, line := process.stdout.readline())
        if not found:
            raise StartError(f"{' '.join(command)} did not start: {line.strip() or _last_line(log)}")
        yield Server(process.pid, int(found[1]))
