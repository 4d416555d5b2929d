# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of the roles share: controller, simulator, certificate authority, TLS service, primary DNS server."""

from __future__ import annotations

import base64
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.community.digicert.tests.roles.support.authority import Authority
from ansible_collections.community.digicert.tests.roles.support.dns_primary import DnsPrimary
from ansible_collections.community.digicert.tests.roles.support.forked_playbook import end_starters
from ansible_collections.community.digicert.tests.roles.support.playbook import Controller
from ansible_collections.community.digicert.tests.roles.support.reuse import reuse
from ansible_collections.community.digicert.tests.roles.support.running_service import RunningService, running_service
from certcentral_simulator.process import SimulatorProcess


@pytest.fixture(scope="session", autouse=True)
def _reuse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let all runs of ansible-playbook take over from each other what does not change."""
    with pytest.MonkeyPatch.context() as patched:
        for variable, value in reuse(tmp_path_factory.mktemp("reuse")).items():
            patched.setenv(variable, value)
        yield
    end_starters()


@pytest.fixture
def controller(tmp_path: Path) -> Controller:
    """Return a controller with a folder of its own."""
    return Controller(tmp_path / "controller")


@pytest.fixture(scope="session")
def running() -> Iterator[SimulatorProcess]:
    """Run a simulator that looks nothing up; tests that need names set its network, see ``reached_names``."""
    with SimulatorProcess(["--no-rate-limit"], stderr=sys.stderr) as simulator:
        yield simulator


@pytest.fixture
def simulator(running: SimulatorProcess, monkeypatch: pytest.MonkeyPatch) -> SimulatorProcess:
    """Return the simulator as it starts, and let the controller find it."""
    running.reset()
    monkeypatch.setenv("DIGICERT_API_KEY", running.api_key)
    monkeypatch.setenv("DIGICERT_API_URL", running.base_url)
    monkeypatch.setenv("DIGICERT_CA_PATH", running.ca_file)
    return running


@pytest.fixture(scope="session")
def authority() -> Authority:
    """Return one certificate authority for all tests."""
    return Authority()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[RunningService]:
    """Run a TLS service that is configured with the set of the certificate ``www``."""
    current = tmp_path / "digicert" / "www" / "current"
    with running_service(current / "fullchain.pem", current / "privkey.pem") as started:
        yield started


@pytest.fixture
def tsig_secret() -> str:
    """Return a new TSIG secret."""
    return base64.b64encode(secrets.token_bytes(32)).decode("ascii")


@pytest.fixture
def primary(tsig_secret: str) -> Iterator[DnsPrimary]:
    """Run a primary DNS server for ``example.test``."""
    server = DnsPrimary("example.test", tsig_secret)
    yield server
    server.stop()
