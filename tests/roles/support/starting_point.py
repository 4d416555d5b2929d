# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""States of hosts and simulator from which several tests begin: a role reaches each of them only once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from certcentral_simulator.process import SimulatorProcess

T = TypeVar("T")


class StartingPoint(Generic[T]):
    """One such state."""

    def __init__(self, folder: Path) -> None:
        """Keep everything below ``folder``; the files of the hosts have the same paths in each test."""
        self._copy = folder / "copy"
        self._reached: tuple[int, T] | None = None
        self.hosts = folder / "hosts"
        """The folder of what the hosts hold."""
        self.hosts.mkdir()

    def begin(self, simulator: SimulatorProcess, reach: Callable[[], T]) -> T:
        """Reach the state the first time, return to it every other time; return what ``reach`` returned."""
        if self._reached:
            number, result = self._reached
            shutil.rmtree(self.hosts)
            shutil.copytree(self._copy, self.hosts, symlinks=True)
            simulator.restore_state(number)
            return result
        result = reach()
        shutil.copytree(self.hosts, self._copy, symlinks=True)
        self._reached = simulator.keep_state(), result
        return result
