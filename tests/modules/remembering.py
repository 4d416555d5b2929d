# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator with a memory, so that thousands of runs need few of its answers.

What the simulator answers depends on its state alone, and only a call that changes something leads to another state.
Each state is kept together with its answers and with what the simulator's ledger counts in it: a run that takes a known
way is answered from memory, and the simulator returns to a kept state as soon as a run leaves the known ways.
"""

from __future__ import annotations

import collections
import contextlib
import fnmatch
import re
import threading
import typing as t
from collections.abc import Iterator
from dataclasses import dataclass, field
from unittest import mock

import requests
from requests.adapters import HTTPAdapter

from ansible_collections.community.digicert.tests.modules.replaying import Call, Exchange, answer_of, target_of
from certcentral_simulator.process import SimulatorProcess

Change = t.Callable[[str, Exchange], Exchange]
"""Spoils an answer; it is given the kind of the call."""

# the first returns the present token, the others start nothing that costs anything and were requested in any case
_READING = (("PUT", "*/dcv-random-value"),)
FREE = (
    *_READING,
    ("PUT", "*/domain/*/dcv/method"),
    ("PUT", "*/check-dcv"),
    ("PUT", "*/domain/*/dcv"),
    ("POST", "*/domain/*/dcv/token"),
    ("POST", "*/domain/*/validation"),
    ("POST", "*/organization/*/validation"),
)

_ALTERNATE = re.compile(r"/alternate/[^/?]+")
_NUMBER = re.compile(r"/[0-9A-Fa-f]*[0-9][0-9A-Fa-f]*(?=/|$)")


def _is_one_of(call: Call, patterns: t.Iterable[tuple[str, str]]) -> bool:
    return any(call[0] == method and fnmatch.fnmatch(call[1].split("?")[0], pattern) for method, pattern in patterns)


def kind_of(call: Call) -> str:
    """Return which call it is, regardless of IDs and of the query."""
    path = _ALTERNATE.sub("/alternate/<id>", call[1].split("?")[0])
    return f"{call[0]} {_NUMBER.sub('/<id>', path.removeprefix('/services/v2'))}"


@dataclass
class State:
    """A state of the simulator."""

    number: int
    """The number with which the simulator returns to it."""
    counts: collections.Counter[str]
    """How often each kind of call that may create something was sent, and what was billed, by the ledger."""
    answers: dict[Call, Exchange] = field(default_factory=dict)
    moves: dict[tuple[Call, bytes], tuple[Exchange, State]] = field(default_factory=dict)


class Memory:
    """What is known of the simulator from a first state on."""

    def __init__(self, simulator: SimulatorProcess) -> None:
        self._simulator = simulator
        self._session = requests.Session()
        self._session.verify = simulator.ca_file
        self._session.trust_env = False
        self._lock = threading.Lock()
        self._ledger_end = max((entry["id"] for entry in simulator.ledger()), default=0)
        self._billed = len(simulator.billed_orders())
        self.first = self._kept()
        self.here = self._real = self.first
        self.asked = 0
        """How often the simulator was asked."""

    def _kept(self) -> State:
        counts = collections.Counter(
            kind_of((entry["method"], entry["path"]))
            for entry in self._simulator.ledger(self._ledger_end)
            if entry["method"] != "GET" and not _is_one_of((entry["method"], entry["path"]), FREE)
        )
        counts["billed"] = len(self._simulator.billed_orders()) - self._billed
        return State(self._simulator.keep_state(), counts)

    def answer(self, request: requests.PreparedRequest) -> tuple[str, Exchange]:
        """Return the kind of a call and its answer in the present state, which may lead to another state."""
        call, body = (str(request.method), target_of(request)), _bytes(request.body)
        with self._lock:
            if call[0] == "GET" or _is_one_of(call, _READING):
                if call not in self.here.answers:
                    self.here.answers[call] = self._ask(request)
                return kind_of(call), self.here.answers[call]
            if (call, body) not in self.here.moves:
                answer = self._ask(request)
                self._real = self._kept()
                self.here.moves[call, body] = answer, self._real
            answer, self.here = self.here.moves[call, body]
            return kind_of(call), answer

    def _ask(self, request: requests.PreparedRequest) -> Exchange:
        if self._real is not self.here:
            self._simulator.restore_state(self.here.number)
            self._real = self.here
        self.asked += 1
        got = self._session.send(request)
        content_type = got.headers.get("Content-Type", "")
        return Exchange(str(request.method), target_of(request), got.status_code, content_type, got.content)


def _bytes(body: object) -> bytes:
    return body.encode() if isinstance(body, str) else body if isinstance(body, bytes) else b""


class _Adapter(HTTPAdapter):
    def __init__(self, memory: Memory, change: Change) -> None:
        super().__init__()
        self._memory = memory
        self._change = change

    def send(self, request: requests.PreparedRequest, *_arguments: t.Any, **_options: t.Any) -> requests.Response:
        return answer_of(self, request, self._change(*self._memory.answer(request)))


@contextlib.contextmanager
def remembered(memory: Memory, change: Change) -> Iterator[None]:
    """Answer the runs within from the first state on, with every answer changed."""
    memory.here = memory.first
    adapter = _Adapter(memory, change)
    # what the memory itself sends takes the way to the simulator
    real = requests.Session.get_adapter

    def adapter_of(session: requests.Session, url: str) -> t.Any:
        return real(session, url) if session is memory._session else adapter

    with mock.patch.object(requests.Session, "get_adapter", adapter_of):
        yield
