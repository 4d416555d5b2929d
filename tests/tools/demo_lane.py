# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demonstration as a check: it ends with 0 only if each of its steps was proven."""

from __future__ import annotations

import os

from lane_outcome import Outcome, broken
from paths import ROOT
from running import run
from stage import Stage

COMMAND = ("make", "demo")


def run_demo(stage: Stage) -> Outcome:
    """Run the command that users run; it makes an environment of its own."""
    lane = stage.lane("demo")
    environment = {**stage.environment, "PATH": os.environ.get("PATH", os.defpath)}
    status = run(COMMAND, environment=environment, folder=ROOT, log=stage.log)
    return broken(lane, f"{' '.join(COMMAND)} ended with {status}") if status else Outcome(lane, passed=1, failed=0)
