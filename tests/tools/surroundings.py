# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The environment variables under which a lane runs: the same on every machine, and no way to the real service."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from paths import BUILD, TOOLS

# Settings of the person at the keyboard, or of the make that runs this, that would change what a test sees, or lead it
# to the real service.
_FOREIGN = (
    "ANSIBLE_",
    "DIGICERT_",
    "MAKE",
    "MFLAGS",
    "PYTEST_",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "WORKERS",
)
_LOOPBACK = "127.0.0.1,::1,localhost"


def clean_environment(venv: Path, collections: Path, base: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the variables for tools that run from ``venv`` and see ``collections``."""
    source = os.environ if base is None else base
    kept = {name: value for name, value in source.items() if not name.startswith(_FOREIGN)}
    no_proxy = ",".join(filter(None, [source.get("no_proxy") or source.get("NO_PROXY"), _LOOPBACK]))
    return {
        **kept,
        "ANSIBLE_COLLECTIONS_PATH": str(collections),
        "ANSIBLE_CONFIG": str(TOOLS / "ansible.cfg"),
        "ANSIBLE_HOME": str(BUILD / "ansible-home"),
        "LC_ALL": "C.UTF-8",
        "NO_PROXY": no_proxy,
        "PATH": os.pathsep.join([str(venv / "bin"), source.get("PATH", os.defpath)]),
        "PYTHONUNBUFFERED": "1",
        "no_proxy": no_proxy,
    }
