# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a lane runs: which interpreter, which collections, where its output goes."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from cores import Version
from paths import BUILD, COLLECTIONS, VENV
from surroundings import clean_environment

# Above this, tests wait for each other's Ansible processes.
_MOST_WORKERS = 8


def usable_cores() -> int:
    """Return how many tests to run at a time."""
    return min(os.cpu_count() or 1, _MOST_WORKERS)


@dataclass(frozen=True)
class Stage:
    """One environment in which lanes can run; the developer's own, or one of the matrix.

    ``label`` distinguishes the results, ``log`` is None where the output goes to the terminal.  ``home`` is where
    ansible-test keeps its environments: two runs at a time must not share it.  ``python`` is the only version that it
    takes; None means every one of this machine.
    """

    label: str
    venv: Path
    collections: Path
    log: Path | None = None
    home: Path = BUILD / "ansible-test-home"
    workers: int = field(default_factory=usable_cores)
    python: Version | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The variables for every command of the lane."""
        return clean_environment(self.venv, self.collections)

    def tool(self, name: str) -> Path:
        """Return the path of a command of this environment."""
        return self.venv / "bin" / name

    def lane(self, name: str) -> str:
        """Return the name under which a lane's result is kept."""
        return f"{self.label}-{name}" if self.label else name


DEVELOPER = Stage(label="", venv=VENV, collections=COLLECTIONS)
