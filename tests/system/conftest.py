# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lab that every test of this folder shares: two web servers and a name server."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest
import yaml
from lab.hosts import inventory
from lab.lab import Lab, Plan, running

ZONE = "example.com"


def _end(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """Boot the hosts once; they are taken down after the last test, and after an interruption."""
    if os.geteuid() != 0:
        pytest.fail("the lab needs root: run make test-system as root")
    # Without this a plain kill would end Python before the lab is taken down.
    signal.signal(signal.SIGTERM, _end)
    with running(Plan(name="dclab", prefix="10.98.7", hosts=("web1", "web2"), zone=ZONE)) as made:
        yield made


@pytest.fixture(scope="session")
def lab_inventory(lab: Lab) -> Path:
    """Return an inventory file with the web servers in the group ``web``."""
    path = lab.folder / "inventory.yml"
    path.write_text(yaml.safe_dump(inventory(lab.hosts.values(), "web")), encoding="utf-8")
    return path
