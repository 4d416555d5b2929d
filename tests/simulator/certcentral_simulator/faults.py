# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Injected faults: what goes wrong, for which calls, and how often."""

from __future__ import annotations

import fnmatch
import random
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import Any

# Kinds that prevent the call from reaching the service.
BEFORE = ("connection_cut", "error", "rate_limited")
# Kinds that disturb the delivery of the answer, after the commit.
AFTER = ("reply_lost", "slow_first_byte", "slow_body", "held", "truncated_body")
# Kinds that spoil the content of an answer about certificates.
WRONG = ("wrong_pem", "wrong_names", "wrong_chain", "ca_certificate", "expired_intermediate")
CONTENT = (*WRONG, "four_certificates", "crlf_pem", "lf_pem")
# Kinds that spoil the content of an answer about orders.
ORDERS = ("empty_organization", "missing_orders_key", "delayed_visibility")
KINDS = (*BEFORE, *AFTER, *CONTENT, *ORDERS)

_ORDER_LIST, _ALTERNATE = ("GET", "/order/certificate"), ("GET", "/order/alternate/*")
_PLACING = ("POST", "/order/certificate/*")
_DOWNLOADS = (("GET", "/certificate/*/download/*"), ("GET", "/certificate/download/*"), ("GET", "/certificate/*/chain"))
# Calls (method, path) that a kind can spoil; a kind that is not listed here can hit every call.
_CALLS: dict[str, tuple[tuple[str, str], ...]] = {
    **dict.fromkeys(WRONG, (*_DOWNLOADS, _PLACING)),
    "four_certificates": (*_DOWNLOADS, _PLACING),
    "crlf_pem": (*_DOWNLOADS, _PLACING),
    "lf_pem": (*_DOWNLOADS, _PLACING),
    "empty_organization": (_ORDER_LIST, ("GET", "/order/certificate/*")),
    "missing_orders_key": (_ORDER_LIST, _ALTERNATE),
    "delayed_visibility": (_ORDER_LIST, _ALTERNATE),
}


@dataclass
class Fault:
    """One fault.

    ``calls`` is how many more calls it hits (-1: no limit). ``method`` and ``path`` restrict it; the path is a
    shell pattern below the API's base, for example ``/order/certificate/*``. ``probability`` is between 0 and 1 and is
    drawn from a generator with ``seed``. ``status``, ``code``, ``message``, ``html`` are for ``error``;
    ``retry_after`` (seconds) for ``rate_limited`` and ``error``; ``seconds`` for the slow kinds, for ``held`` how long
    an answer is held at most, and for ``delayed_visibility`` the age (of the simulated clock) below which an order is
    not shown. ``draws`` is the number of random draws so far.
    """

    kind: str
    calls: int = 1
    method: str = "*"
    path: str = "*"
    probability: float = 1.0
    seed: int = 0
    status: int = 503
    code: str = "service_unavailable"
    message: str = ""
    html: bool = False
    retry_after: int | None = None
    seconds: float = 1.0
    id: int = 0
    hits: int = 0
    draws: int = 0

    def __post_init__(self) -> None:
        # calls that were taken, and whose answer is not made yet
        self.being_answered = 0
        self._generator = random.Random(self.seed)
        for _number in range(self.draws):
            self._generator.random()

    def draw(self) -> bool:
        """Draw whether the fault happens this time; the seed determines the sequence."""
        self.draws += 1
        return self._generator.random() < self.probability

    def matches(self, method: str, path: str) -> bool:
        """Whether the fault applies to this call, before any random draw."""
        if self.calls == 0 or self.method.upper() not in {"*", method}:
            return False
        calls = _CALLS.get(self.kind)
        if calls and not any(method == verb and fnmatch.fnmatchcase(path, pattern) for verb, pattern in calls):
            return False
        return fnmatch.fnmatchcase(path, self.path)

    def as_json(self) -> dict[str, Any]:
        """The fields of the fault by name."""
        # all are plain values, and asdict() would copy each of them at every call to the API
        return {field.name: getattr(self, field.name) for field in fields(self)}


def switch_values(fault: Fault) -> dict[str, str | int | bool]:
    """The switches that a fault changes for the call that it hits."""
    values: dict[str, dict[str, str | int | bool]] = {
        "crlf_pem": {"crlf_pem": True},
        "lf_pem": {"crlf_pem": False},
        "empty_organization": {"empty_organization_as_array": True},
        "missing_orders_key": {"empty_list": "missing"},
        "delayed_visibility": {"visibility_delay": round(fault.seconds)},
    }
    return values.get(fault.kind, {})


def fault_from(values: dict[str, Any]) -> Fault:
    """Read a fault from JSON.

    :raises ValueError: a field is unknown or its value cannot be used.
    """
    known = {
        "kind",
        "calls",
        "method",
        "path",
        "probability",
        "seed",
        "status",
        "code",
        "message",
        "html",
        "retry_after",
        "seconds",
    }
    unknown = set(values) - known
    if unknown:
        raise ValueError(f"a fault has no field {', '.join(sorted(unknown))}")
    if values.get("kind") not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}")
    fault = Fault(**values)
    if not 0 <= fault.probability <= 1:
        raise ValueError("probability must be between 0 and 1")
    if not 400 <= fault.status <= 599:
        raise ValueError("status must be an HTTP error status")
    if not (isinstance(fault.code, str) and fault.code.strip() and isinstance(fault.message, str)):
        raise ValueError("code must be a non-empty text, message must be a text")
    return fault


class Faults:
    """The faults that are set."""

    def __init__(self, keep: Callable[[list[dict[str, Any]]], None] = lambda faults: None) -> None:
        """Start without faults.

        :param keep: stores the faults; called after every change.
        """
        self._keep = keep
        self._lock = threading.Condition()
        self._faults: list[Fault] = []
        self._next_id = 1

    def take_up(self, stored: Iterable[dict[str, Any]]) -> None:
        """Restore stored faults."""
        with self._lock:
            self._faults = [Fault(**values) for values in stored]
            self._next_id = 1 + max((fault.id for fault in self._faults), default=0)

    def add(self, fault: Fault) -> Fault:
        """Add a fault; earlier ones are tried first."""
        with self._lock:
            fault.id = self._next_id
            self._next_id += 1
            self._faults.append(fault)
            self._changed()
            return fault

    def everything(self) -> list[Fault]:
        """All faults that are set, used up or not."""
        with self._lock:
            return list(self._faults)

    def clear(self, fault_id: int | None = None) -> None:
        """Remove one fault, or all."""
        with self._lock:
            self._faults = [fault for fault in self._faults if fault_id is not None and fault.id != fault_id]
            self._changed()

    def take(self, method: str, path: str) -> Fault | None:
        """The first fault that hits this call, which is counted; None if none does."""
        with self._lock:
            matching = [fault for fault in self._faults if fault.matches(method, path)]
            hit = next((fault for fault in matching if fault.draw()), None)
            if hit is not None:
                hit.hits += 1
                hit.being_answered += hit.kind == "held"
                hit.calls -= hit.calls > 0
                self._lock.notify_all()
            if matching:
                self._changed()
            return hit

    def wait_for_the_others(self, fault: Fault) -> None:
        """Wait until a fault has hit its last call, and every answer is made, at most for its ``seconds``.

        An answer that is made after another one was sent could show what that client has done with it.
        """
        with self._lock:
            fault.being_answered -= 1
            self._lock.notify_all()
            self._lock.wait_for(lambda: fault.calls == 0 and fault.being_answered == 0, fault.seconds)

    def _changed(self) -> None:
        self._keep([fault.as_json() for fault in self._faults])
