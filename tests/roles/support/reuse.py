# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What runs of ansible-playbook do again and again, and what they can take over from each other instead.

A run of a role spends a third of its time on building the modules for its hosts and on compiling them there. The code
that is run stays the same.
"""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent
VARIABLES = ("ANSIBLE_CALLBACK_PLUGINS", "PYTHONPATH", "TEST_BUILT_MODULES", "TEST_COMPILED_CODE")
"""The environment variables that ``reuse`` sets."""


def reuse(folder: Path) -> dict[str, str]:
    """Return the environment variables with which runs keep below ``folder`` what later runs take over."""
    built, compiled = folder / "built-modules", folder / "compiled-code"
    compiled.mkdir(parents=True)
    values = (_HERE / "callbacks", _HERE / "site", built, compiled)
    return dict(zip(VARIABLES, map(str, values), strict=True))
