# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demonstration as a test: it ends with 0 only if each of its steps was proven."""

from __future__ import annotations

import os
import subprocess

from paths import BUILD, COLLECTIONS, ROOT


def test_the_demonstration_proves_each_step() -> None:
    """Run what ``make demo`` runs, with the environment that it makes."""
    path = os.pathsep.join([str(BUILD / "demo-venv" / "bin"), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS)}
    assert subprocess.run([ROOT / "tests" / "demo" / "run"], env=environment, check=False).returncode == 0
