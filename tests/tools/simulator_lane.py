# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tests of the simulator: the browser in which its page is checked is installed where that is possible."""

from __future__ import annotations

import os
import shutil
import subprocess

from lane_outcome import Outcome
from pytest_lane import run_pytest
from stage import Stage
from system import install_packages

# Command that must be there, Debian package that brings it.
BROWSER = {"chromium": "chromium", "chromedriver": "chromium-driver"}


def missing_packages() -> list[str]:
    """Return the Debian packages of the browser that this machine lacks."""
    return [package for command, package in BROWSER.items() if shutil.which(command) is None]


def may_install() -> bool:
    """Tell whether packages can be installed here without asking anybody."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def run_simulator_tests(stage: Stage) -> Outcome:
    """Install the browser where it is missing and this is root on Debian; the tests themselves say what they lack."""
    packages = missing_packages()
    if packages and may_install():
        print(f"installing {' '.join(packages)}", flush=True)
        try:
            install_packages(packages)
        except subprocess.CalledProcessError as problem:
            print(f"apt-get could not install {' '.join(packages)}: {problem}", flush=True)
    return run_pytest(stage, "simulator-tests", "tests/simulator/tests")
