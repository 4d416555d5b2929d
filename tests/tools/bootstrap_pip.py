# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Give an empty virtual environment of ansible-test its pip, from the interpreter's own copy.

ansible-test fetches a script for this from a server of its own unless a file of the expected name is in its cache.
This file is put there (see sanity.py), so that only the Python package index is needed.  It is called as
``bootstrap_pip.py [pip's options] PACKAGE... [--no-setuptools] [--no-wheel]``.
"""

from __future__ import annotations

import subprocess
import sys

# They tell the usual script to leave something out, and pip itself does not know them.
_NOT_FOR_PIP = {"--no-setuptools", "--no-wheel"}


def main() -> int:
    """Install pip from ensurepip, then whatever release of it ansible-test asks for."""
    options = [word for word in sys.argv[1:] if word not in _NOT_FOR_PIP]
    subprocess.check_call([sys.executable, "-m", "ensurepip", "--upgrade"], stdout=subprocess.DEVNULL)
    return subprocess.call([sys.executable, "-m", "pip", "install", "--quiet", *options])


if __name__ == "__main__":
    sys.exit(main())
