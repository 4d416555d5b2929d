# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One simulator for all module tests, reset before each test, and the DNS server that it queries."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Iterator

import pytest
from simulator_testing.dns_server import DnsServer
from simulator_testing.web_server import WebServer

from ansible_collections.community.digicert.plugins.module_utils._certcentral.client import Client
from ansible_collections.community.digicert.plugins.module_utils._module import run as _module
from ansible_collections.community.digicert.tests.modules.controller import Controller, VirtualClock
from ansible_collections.community.digicert.tests.roles.support.forked_playbook import end_starters
from ansible_collections.community.digicert.tests.roles.support.reuse import reuse
from certcentral_simulator.process import SimulatorProcess

# pytest imports hypothesis at exit if it is installed; plugins that other packages add to it may not be importable
os.environ.setdefault("HYPOTHESIS_NO_PLUGINS", "1")


@pytest.fixture(scope="session", autouse=True)
def _reuse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let all runs of ansible-playbook reuse what earlier ones have built."""
    with pytest.MonkeyPatch.context() as patched:
        for variable, value in reuse(tmp_path_factory.mktemp("reuse")).items():
            patched.setenv(variable, value)
        yield
    end_starters()


@pytest.fixture(scope="session")
def _dns_server() -> Iterator[DnsServer]:
    server = DnsServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def _web_server() -> Iterator[WebServer]:
    server = WebServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def _running(_dns_server: DnsServer, _web_server: WebServer) -> Iterator[SimulatorProcess]:
    network = ["--resolver", _dns_server.address, "--http-port", str(_web_server.port), "--https-port", "1"]
    with SimulatorProcess([*network, "--no-rate-limit"], stderr=sys.stderr) as process:
        yield process


@pytest.fixture
def simulator(_running: SimulatorProcess, _dns_server: DnsServer, _web_server: WebServer) -> SimulatorProcess:
    """Return the simulator in its initial state, with DNS and web empty."""
    _running.reset()
    _dns_server.records.clear()
    _web_server.files.clear()
    return _running


@pytest.fixture
def dns_zone(simulator: SimulatorProcess, _dns_server: DnsServer) -> DnsServer:
    """Return the DNS server that the simulator queries."""
    return _dns_server


@pytest.fixture
def web(simulator: SimulatorProcess, _web_server: WebServer) -> WebServer:
    """Return the web server behind port 80 of every name."""
    return _web_server


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> VirtualClock:
    """Give the client of each run a clock on which sleeping takes no time."""
    virtual = VirtualClock()
    made = functools.partial(Client, sleep=virtual.sleep, monotonic=virtual.monotonic)
    monkeypatch.setattr(_module, "Client", made)
    return virtual


@pytest.fixture
def controller(simulator: SimulatorProcess, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch) -> Controller:
    """Return a controller with the key of an administrator."""
    for variable in ("DIGICERT_API_KEY", "DIGICERT_API_URL", "DIGICERT_CA_PATH", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(variable, raising=False)
    return Controller(simulator, simulator.api_key)
