# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a module in a process of its own that can be killed at each of its requests.

Its requests travel through a pipe to the simulator in this process, which therefore knows exactly what was carried out
when it sends SIGKILL: nothing of the request, or everything but the answer.
"""

from __future__ import annotations

import contextlib
import enum
import functools
import multiprocessing
import os
import signal
import tempfile
import threading
import traceback
import typing as t
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from unittest import mock

import requests

from ansible_collections.community.digicert.plugins.module_utils._certcentral.client import Client
from ansible_collections.community.digicert.plugins.module_utils._module import run as _module
from ansible_collections.community.digicert.tests.modules.controller import VirtualClock
from ansible_collections.community.digicert.tests.modules.execution import Printed, execute
from ansible_collections.community.digicert.tests.modules.remembering import kind_of
from ansible_collections.community.digicert.tests.modules.replaying import target_of
from ansible_collections.community.digicert.tests.years.service import Adapter, Answer, SimulatorHere


@dataclass(frozen=True)
class Task:
    """A module with its arguments, run by a user with this home directory."""

    module: str
    arguments: dict[str, t.Any]
    home: Path


class Moment(enum.Enum):
    """When a run is killed, as seen from one of its requests."""

    UNSENT = "before it sends"
    ON_ITS_WAY = "before the service has carried out"
    """The service carries it out while the next run is at work."""
    UNREAD = "before it has read the answer to"


class Point(t.NamedTuple):
    """Where a run is killed."""

    number: int
    """Of the request, beginning with 0."""
    moment: Moment


@dataclass
class Course:
    """What a run has done."""

    calls: list[str]
    printed: Printed | None = None
    """None if the run was killed."""
    on_its_way: requests.PreparedRequest | None = None
    """What the service has received and not carried out yet."""


@contextlib.contextmanager
def at_home(home: Path, nap: t.Callable[[float], object]) -> Iterator[None]:
    """Let the runs within belong to a user with this home directory. Waiting takes no time, and is reported."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    clock = VirtualClock()
    clock.on_nap = nap
    made = functools.partial(Client, sleep=clock.sleep, monotonic=clock.monotonic)
    with (
        mock.patch.dict(os.environ, {"HOME": str(home)}),
        mock.patch.object(tempfile, "tempdir", str(home)),
        mock.patch.object(_module, "Client", made),
    ):
        yield


def advance(simulator: SimulatorHere, seconds: float) -> None:
    """Let time pass for the service."""
    if seconds >= 1:
        simulator.advance(seconds=round(seconds))


def run_here(simulator: SimulatorHere, task: Task, on_its_way: requests.PreparedRequest | None = None) -> Printed:
    """Run a module in this process.

    What is still on its way to the service is carried out before the first request that may change something: the run
    has decided by then what to do.
    """
    late = [on_its_way] if on_its_way is not None else []

    def answer(request: requests.PreparedRequest) -> Answer:
        if request.method != "GET" and late:
            simulator.answer(late.pop())
        return simulator.answer(request)

    adapter = Adapter(answer)
    with (
        at_home(task.home, functools.partial(advance, simulator)),
        mock.patch.object(requests.Session, "get_adapter", return_value=adapter),
    ):
        printed = execute(task.module, task.arguments)
    for request in late:
        simulator.answer(request)
    return printed


def run_apart(simulator: SimulatorHere, task: Task, kill: Point | None = None) -> Course:
    """Run a module in a process of its own, which is killed at a point."""
    ours, theirs = multiprocessing.Pipe()
    pid = os.fork()
    if pid == 0:
        ours.close()
        _live(theirs, task)
    theirs.close()
    try:
        with ours:
            return _serve(simulator, ours, pid, kill)
    finally:
        os.waitpid(pid, 0)


def _serve(simulator: SimulatorHere, line: Connection, pid: int, kill: Point | None) -> Course:
    course = Course([])
    with contextlib.suppress(EOFError):
        while True:
            said = line.recv()
            if isinstance(said, Printed):
                course.printed = said
            elif isinstance(said, float):
                advance(simulator, said)
            else:
                moment = kill.moment if kill is not None and kill.number == len(course.calls) else None
                course.calls.append(kind_of((str(said.method), target_of(said))))
                if moment is Moment.ON_ITS_WAY:
                    course.on_its_way = said
                answer = simulator.answer(said) if moment in (None, Moment.UNREAD) else None
                if moment is not None:
                    os.kill(pid, signal.SIGKILL)
                    break
                line.send(answer)
    return course


def _live(line: Connection, task: Task) -> t.NoReturn:
    """Be the process of a module. It ends without anything of what the other process has registered for its end."""
    turn = threading.Lock()

    def ask(request: requests.PreparedRequest) -> Answer:
        with turn:
            line.send(request)
            answer: Answer = line.recv()
            return answer

    def nap(seconds: float) -> None:
        with turn:
            line.send(seconds)

    try:
        with (
            at_home(task.home, nap),
            mock.patch.object(requests.Session, "get_adapter", return_value=Adapter(ask)),
        ):
            line.send(execute(task.module, task.arguments))
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(0)
