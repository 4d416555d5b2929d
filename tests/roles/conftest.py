# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of the roles share: a controller, a certificate authority, a TLS service and a primary DNS server."""

from __future__ import annotations

import base64
import json
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ansible_collections.community.digicert.tests.demo import tls_service
from ansible_collections.community.digicert.tests.roles.support.authority import Authority
from ansible_collections.community.digicert.tests.roles.support.dns_primary import DnsPrimary
from ansible_collections.community.digicert.tests.roles.support.playbook import Controller


@pytest.fixture
def controller(tmp_path: Path) -> Controller:
    """Return a controller with a folder of its own."""
    return Controller(tmp_path / "controller")


@pytest.fixture(scope="session")
def authority() -> Authority:
    """Return one certificate authority for all tests."""
    return Authority()


@dataclass(frozen=True)
class RunningService:
    """A TLS service in a process of its own."""

    port: int
    pid: int

    @property
    def reload_command(self) -> list[str]:
        """The command that makes it read its certificate again."""
        return ["kill", "-HUP", str(self.pid)]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[RunningService]:
    """Run a TLS service that is configured with the set of the certificate ``www``."""
    current = tmp_path / "digicert" / "www" / "current"
    files = ["--certificate", str(current / "fullchain.pem"), "--key", str(current / "privkey.pem")]
    command = [sys.executable, tls_service.__file__, *files]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            ready = json.loads(process.stdout.readline())
            yield RunningService(ready["port"], ready["pid"])
        finally:
            process.kill()


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
