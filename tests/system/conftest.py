# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each file of tests gets for itself: fresh hosts, a name server, the service, a controller."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest
import yaml
from lab.ansible import Controller
from lab.hosts import inventory
from lab.lab import Lab, Plan, running

from ansible_collections.community.digicert.tests.roles.support.reuse import reuse
from certcentral_simulator.process import SimulatorProcess

ZONE = "example.com"
PLAYBOOKS = Path(__file__).parent / "playbooks"


def _end(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)


@pytest.fixture(scope="session", autouse=True)
def _reuse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let all runs of ansible-playbook reuse what earlier ones have built."""
    with pytest.MonkeyPatch.context() as patched:
        for variable, value in reuse(tmp_path_factory.mktemp("reuse")).items():
            patched.setenv(variable, value)
        yield


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """Boot the hosts; they are taken down after the last test of the file, and after an interruption."""
    if os.geteuid() != 0:
        pytest.fail("the lab needs root: run make test-system as root")
    # Without this a plain kill would end Python before the lab is taken down.
    signal.signal(signal.SIGTERM, _end)
    with running(Plan(name="dclab", prefix="10.98.7", hosts=("web1", "web2"), zone=ZONE)) as made:
        yield made


@pytest.fixture(scope="module")
def lab_inventory(lab: Lab) -> Path:
    """Return an inventory file with the web servers in the group ``web``."""
    path = lab.folder / "inventory.yml"
    path.write_text(yaml.safe_dump(inventory(lab.hosts.values(), "web")), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def service(lab: Lab) -> Iterator[SimulatorProcess]:
    """Start a service that looks validation records up at the lab's name server."""
    with SimulatorProcess(["--resolver", f"{lab.dns.address}:{lab.dns.port}"]) as started:
        yield started


@pytest.fixture(scope="module")
def controller(lab: Lab, lab_inventory: Path) -> Controller:
    """Return a controller that knows the lab and no service."""
    return Controller(lab.folder / "controller", lab_inventory, about(lab))


@pytest.fixture(scope="module")
def operator(lab: Lab, lab_inventory: Path, service: SimulatorProcess) -> Controller:
    """Return a controller that may use the service."""
    return operator_of(lab, lab_inventory, service, "operator")


def operator_of(lab: Lab, lab_inventory: Path, service: SimulatorProcess, name: str) -> Controller:
    """Return a controller with an empty folder of its own that may use the service."""
    secrets = {
        "DIGICERT_API_KEY": service.api_key,
        "DIGICERT_API_URL": service.base_url,
        "DIGICERT_CA_PATH": service.ca_file,
    }
    return Controller(lab.folder / name, lab_inventory, {**about(lab), "lab_root_file": service.root_file}, secrets)


def about(lab: Lab) -> dict[str, object]:
    """Return the variables with the address of the lab's name server and how to update it."""
    return {
        "lab_zone": lab.dns.zone,
        "lab_dns_server": lab.dns.address,
        "lab_dns_port": lab.dns.port,
        "lab_dns_key_name": lab.dns.key_name,
        "lab_dns_key_algorithm": lab.dns.key_algorithm,
        "lab_dns_key_secret": lab.dns.key_secret,
    }
