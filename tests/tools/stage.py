# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a lane runs: which interpreter, which collections, where its output goes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from paths import COLLECTIONS, VENV
from surroundings import clean_environment


@dataclass(frozen=True)
class Stage:
    """One environment in which lanes can run; the developer's own, or one of the matrix.

    ``label`` distinguishes the results, ``log`` is None where the output goes to the terminal.
    """

    label: str
    venv: Path
    collections: Path
    log: Path | None = None

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
