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


def reuse(folder: Path) -> dict[str, str]:
    """Return the environment variables with which runs keep below ``folder`` what later runs take over."""
    built, compiled = folder / "built-modules", folder / "compiled-code"
    compiled.mkdir(parents=True)
    return {
        "ANSIBLE_CALLBACK_PLUGINS": str(_HERE / "callbacks"),
        "PYTHONPATH": str(_HERE / "site"),
        "TEST_BUILT_MODULES": str(built),
        "TEST_COMPILED_CODE": str(compiled),
    }
