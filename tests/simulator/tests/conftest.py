# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One simulator for all tests, reset before each; a DNS server and a web server that DCV really contacts."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from simulator_testing.client import Client
from simulator_testing.dns_server import DnsServer
from simulator_testing.web_server import WebServer

from certcentral_simulator.process import SimulatorProcess


@pytest.fixture(scope="session")
def dns_server() -> Iterator[DnsServer]:
    """The resolver that the simulator uses."""
    server = DnsServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def web_server() -> Iterator[WebServer]:
    """The web server behind port 80 of every name."""
    server = WebServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def running(dns_server: DnsServer, web_server: WebServer) -> Iterator[SimulatorProcess]:
    """The simulator process."""
    arguments = [
        "--resolver",
        dns_server.address,
        "--http-port",
        str(web_server.port),
        "--https-port",
        "1",
        "--no-rate-limit",
    ]
    with SimulatorProcess(arguments, stderr=sys.stderr) as process:
        yield process


@pytest.fixture
def simulator(running: SimulatorProcess, dns_server: DnsServer, web_server: WebServer) -> SimulatorProcess:
    """The simulator in its initial state, with empty DNS and web servers."""
    running.reset()
    dns_server.records.clear()
    dns_server.queries.clear()
    web_server.files.clear()
    web_server.redirects.clear()
    return running


@pytest.fixture
def client(simulator: SimulatorProcess) -> Client:
    """A client with the administrator's key."""
    return Client(simulator)


@pytest.fixture
def dns_zone(simulator: SimulatorProcess, dns_server: DnsServer) -> DnsServer:
    """The DNS server of this test."""
    return dns_server


@pytest.fixture
def web(simulator: SimulatorProcess, web_server: WebServer) -> WebServer:
    """The web server of this test."""
    return web_server
