# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls that the service got during a run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from certcentral_simulator.process import SimulatorProcess

_BASE = "/services/v2"


@dataclass
class Calls:
    """Method and path (below the API's base) of each call, in their order."""

    all: list[tuple[str, str]] = field(default_factory=list)

    @property
    def methods(self) -> list[str]:
        """The methods, one entry a call."""
        return [method for method, _path in self.all]

    @property
    def posts(self) -> list[str]:
        """The paths of the calls that may cost money."""
        return [path for method, path in self.all if method == "POST"]

    def count(self, method: str, path: str) -> int:
        """Return how often a path was called; ``*`` stands for anything."""
        return sum(made == method and fnmatchcase(called, path) for made, called in self.all)


@contextmanager
def calls_of(service: SimulatorProcess) -> Iterator[Calls]:
    """Collect what is called inside of the block; it is there when the block has ended."""
    before = max((entry["id"] for entry in service.ledger()), default=0)
    calls = Calls()
    yield calls
    calls.all += [(entry["method"], entry["path"].removeprefix(_BASE)) for entry in service.ledger(before)]
