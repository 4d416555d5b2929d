# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults on purpose: what goes wrong with the next calls, for which calls, and how often."""

from __future__ import annotations

import fnmatch
import random
import threading
from dataclasses import asdict, dataclass, field
from typing import Any

# Kinds that keep the call from reaching the service.
BEFORE = ("connection_cut", "error", "rate_limited")
# Kinds that spoil the way of the answer, after the commit.
AFTER = ("reply_lost", "slow_first_byte", "slow_body", "truncated_body")
# Kinds that spoil what a certificate answer holds.
CONTENT = ("wrong_pem", "four_certificates")
KINDS = (*BEFORE, *AFTER, *CONTENT)

_CERTIFICATE_PATHS = ("*/download/*", "*/chain")


@dataclass
class Fault:
    """One fault.

    ``calls`` is how many calls it still hits (-1: without end). ``method`` and ``path`` restrict it; the path is a
    shell pattern below the API's base, for example ``/order/certificate/*``. ``probability`` is between 0 and 1 and is
    drawn from a generator with ``seed``. ``status``, ``html`` are for ``error``; ``retry_after`` (seconds) for
    ``rate_limited`` and ``error``; ``seconds`` for the slow kinds.
    """

    kind: str
    calls: int = 1
    method: str = "*"
    path: str = "*"
    probability: float = 1.0
    seed: int = 0
    status: int = 503
    html: bool = False
    retry_after: int | None = None
    seconds: float = 1.0
    id: int = 0
    hits: int = 0
    generator: random.Random = field(default_factory=random.Random, repr=False, compare=False)

    def matches(self, method: str, path: str) -> bool:
        """Whether the fault is for this call; chance is not drawn yet."""
        if self.calls == 0 or self.method.upper() not in {"*", method}:
            return False
        if self.kind in CONTENT and not any(fnmatch.fnmatchcase(path, pattern) for pattern in _CERTIFICATE_PATHS):
            return False
        return fnmatch.fnmatchcase(path, self.path)

    def as_json(self) -> dict[str, Any]:
        """The fault by field."""
        values = asdict(self)
        del values["generator"]
        return values


def fault_from(values: dict[str, Any]) -> Fault:
    """Read a fault from JSON.

    :raises ValueError: a field is unknown or its value cannot be used.
    """
    known = {"kind", "calls", "method", "path", "probability", "seed", "status", "html", "retry_after", "seconds"}
    unknown = set(values) - known
    if unknown:
        raise ValueError(f"a fault has no field {', '.join(sorted(unknown))}")
    if values.get("kind") not in KINDS:
        raise ValueError(f"kind is one of {', '.join(KINDS)}")
    fault = Fault(**values)
    if not 0 <= fault.probability <= 1:
        raise ValueError("probability is between 0 and 1")
    if not 400 <= fault.status <= 599:
        raise ValueError("status is an HTTP error status")
    fault.generator.seed(fault.seed)
    return fault


class Faults:
    """The faults that are set. They are kept in memory: a restarted simulator has none."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._next_id = 1

    def add(self, fault: Fault) -> Fault:
        """Set one more fault; earlier ones come first."""
        with self._lock:
            fault.id = self._next_id
            self._next_id += 1
            self._faults.append(fault)
            return fault

    def everything(self) -> list[Fault]:
        """All faults that are set, used up or not."""
        with self._lock:
            return list(self._faults)

    def clear(self, fault_id: int | None = None) -> None:
        """Remove one fault, or all."""
        with self._lock:
            self._faults = [fault for fault in self._faults if fault_id is not None and fault.id != fault_id]

    def take(self, method: str, path: str) -> Fault | None:
        """The first fault that hits this call, counted; None for a call that goes well."""
        with self._lock:
            for fault in self._faults:
                if fault.matches(method, path) and fault.generator.random() < fault.probability:
                    fault.hits += 1
                    if fault.calls > 0:
                        fault.calls -= 1
                    return fault
        return None
