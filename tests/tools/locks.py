# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pin what the environments install, with the hash of each file.

Usage: python locks.py

Writes locked/*.txt from requirements-*.txt: one for each environment of the Makefile, and one for each release of
ansible-core.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from cores import CORES
from paths import TOOLS, UV

LOCKED = TOOLS / "locked"
_OLDEST = "3.10"
_OPTIONS = ["--quiet", "--universal", "--generate-hashes", "--no-header", "--no-annotate", "--upgrade"]


def sources() -> dict[str, tuple[str, str, str]]:
    """Return for each file its requirements, a further one, and the oldest Python that it is for."""
    found = {kind: (kind, "", _OLDEST) for kind in ("developer", "demo", "importer", "mutation")}
    for core in CORES:
        oldest = "{}.{}".format(*core.pythons[0])
        found[core.release] = ("test", f"ansible-core=={core.release}.*", oldest)
    return found


def main() -> int:
    """Write all of them; return the exit status."""
    LOCKED.mkdir(exist_ok=True)
    for name, (kind, more, python) in sources().items():
        files: list[str | Path] = ["--output-file", LOCKED / f"{name}.txt", TOOLS / f"requirements-{kind}.txt", "-"]
        done = subprocess.run(
            [UV, "pip", "compile", *_OPTIONS, "--python-version", python, *files],
            input=more,
            text=True,
            check=False,
        )
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
