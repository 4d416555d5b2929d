# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Get uv, which makes the environments, from the Python package index; any Python with pip or venv can do that.

Usage: python3 tests/tools/get_uv.py
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec

from paths import UV

PACKAGE = "uv>=0.13,<0.14"
OLDEST_PYTHON = (3, 10)


def main() -> str | None:
    """Install it; return what this machine lacks, or None."""
    if sys.version_info < OLDEST_PYTHON:
        return f"Python 3.10 or newer is needed, this is {sys.version.split()[0]}: make PYTHON=/path/to/python3.10"
    folder = UV.parents[1]
    shutil.rmtree(folder, ignore_errors=True)
    quiet = ["--quiet", "--disable-pip-version-check", "--no-warn-script-location"]
    if find_spec("pip"):
        # Debian's pip installs nothing into the system's Python, but anything into a folder.
        commands = [[sys.executable, "-m", "pip", "install", *quiet, "--target", str(folder), PACKAGE]]
    elif find_spec("ensurepip"):
        made = [str(folder / "bin" / "python"), "-m", "pip", "install"]
        commands = [[sys.executable, "-m", "venv", str(folder)], [*made, *quiet, PACKAGE]]
    else:
        release = "{}.{}".format(*sys.version_info)
        return (
            f"{sys.executable} has neither pip nor ensurepip. On Debian and Ubuntu: apt-get install "
            f"python{release}-venv (or python3-pip). With another interpreter: make PYTHON=/path/to/python3"
        )
    if any(subprocess.run(command, check=False).returncode for command in commands):
        return "uv could not be installed: see the message above"
    return None


if __name__ == "__main__":
    sys.exit(main())
