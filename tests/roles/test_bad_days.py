# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bad days of the role certificate: each host serves a certificate, needs another one, and something is in the way.

Each host has its own trouble, and all of them are in the same play. The old certificate stays served, nothing stays
published, the message says what to do, and once the cause is gone the same reissue comes into service.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from simulator_testing.client import Client

from ansible_collections.community.digicert.plugins.module_utils._host.handshake import Endpoint, read_all_served
from ansible_collections.community.digicert.plugins.module_utils._x509.certificates import read_certificates
from ansible_collections.community.digicert.tests.roles.support.authority import key_pem, new_key
from ansible_collections.community.digicert.tests.roles.support.other_clock import python_with_other_clock
from ansible_collections.community.digicert.tests.roles.support.playbook import Controller, Played, Step
from ansible_collections.community.digicert.tests.roles.support.reached_names import (
    QuietHandler,
    reached_names,
)
from ansible_collections.community.digicert.tests.roles.support.running_service import RunningService, running_service
from certcentral_simulator.process import SimulatorProcess

pytestmark = pytest.mark.once

# the ready account of the simulator has validated the first domain; the other one leads to the web server of the tests
PROVEN, UNPROVEN = "valid.example", "shop.example"
ONE_DAY = 24 * 60 * 60


class _Sites(QuietHandler):
    """A web server with a folder for each of its names."""

    def __init__(self, *args: Any, sites: Path) -> None:
        self._sites = sites
        super().__init__(*args)

    def do_GET(self) -> None:
        self.directory = str(self._sites / self.headers["Host"])
        super().do_GET()


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that holds the folder of each site that the web server of the tests serves."""
    return tmp_path_factory.mktemp("sites")


@pytest.fixture(scope="module")
def network(sites: Path) -> Iterator[dict[str, str | int]]:
    """Run a web server that serves the folder of each site, and a DNS server; return the settings that lead to both."""
    names = [f"{host}.{UNPROVEN}" for host in ("no-webroot", "elsewhere")]
    for name in names:
        (sites / name).mkdir()
    with reached_names(names, partial(_Sites, sites=sites)) as settings:
        yield settings


@pytest.fixture
def simulator(simulator: SimulatorProcess, network: dict[str, str | int]) -> SimulatorProcess:
    """Return a simulator that reaches the web server of the tests."""
    simulator.set_network(**network)
    return simulator


@dataclass(frozen=True)
class Host:
    """A host whose TLS service serves a certificate of an order that nobody but this test knows."""

    folder: Path
    names: tuple[str, str]
    """The names that the certificate should have; the one that is served lacks the second name."""
    old: str
    """Serial number of the certificate that is served."""
    order: int
    """ID of its order."""
    service: RunningService
    root_file: str

    def variables(self, **more: object) -> dict[str, object]:
        """Return the variables of the role for this host."""
        served = {
            "host": "127.0.0.1",
            "port": self.service.port,
            "server_name": self.names[0],
            "ca_path": self.root_file,
        }
        request = {"name": "www", "dns": self.names, "key_type": "ECC", "served": [served]}
        reload = {"command": self.service.reload_command}
        return {"directory": str(self.folder), "requests": [{**request, "reload": [reload]}], **more}

    @property
    def served(self) -> str:
        """Serial number of the certificate that a client gets now; it verifies."""
        endpoint = Endpoint("127.0.0.1", self.service.port, self.names[0], ca_path=self.root_file)
        (shown,) = read_all_served([endpoint], 60)
        assert shown.certificate, shown.problem
        assert shown.verified, shown.problem
        return shown.certificate.serial_number


def _install(client: Client, folder: Path, name: str) -> tuple[str, int]:
    """Order a certificate, put it where the role keeps it, and return its serial number and the ID of its order."""
    key = new_key()
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    issued = client.issued(name, csr=request.public_bytes(Encoding.PEM).decode("ascii"))
    leaf, chain = (entry["pem"].replace("\r", "") for entry in issued["certificate_chain"][:2])
    serial_number = read_certificates(leaf)[0].serial_number
    new = folder / "www" / "sets" / serial_number
    new.mkdir(parents=True)
    for file, content in {"cert": leaf, "chain": chain, "fullchain": leaf + chain, "privkey": key_pem(key)}.items():
        (new / f"{file}.pem").write_text(content, encoding="ascii")
        (new / f"{file}.pem").chmod(0o600 if file == "privkey" else 0o644)
    (folder / "www" / "current").symlink_to(f"sets/{serial_number}")
    return serial_number, int(issued["id"])


@contextlib.contextmanager
def _fleet(simulator: SimulatorProcess, folder: Path, domains: dict[str, str]) -> Iterator[dict[str, Host]]:
    """Return by name hosts that serve; ``domains`` says in which domain each of them needs a further name."""
    client = Client(simulator)
    with contextlib.ExitStack() as stack:
        hosts = {}
        for name, domain in domains.items():
            home = folder / name
            names = (f"{name}.{PROVEN}", f"{name}.{domain}" if domain == UNPROVEN else f"more.{name}.{domain}")
            old, order = _install(client, home, names[0])
            files = (home / "www" / "current" / f"{file}.pem" for file in ("fullchain", "privkey"))
            hosts[name] = Host(
                home, names, old, order, stack.enter_context(running_service(*files)), simulator.root_file
            )
        yield hosts


def _step(label: str, by_host: dict[str, dict[str, object]], patience: int = 0) -> Step:
    """Return a step in which each host has variables of its own, given without the prefix of the role."""
    common: dict[str, Any] = {
        "certificate_organization_id": 112233,
        "certificate_skip_approval": True,
        "certificate_dcv_provider": "http",
        "certificate_dcv_check_for": patience,
        "certificate_dcv_check_interval": 1,
        "certificate_wait_timeout": patience,
        "certificate_connections": 1,
        "deploy_served_retries": 120,
        "deploy_served_delay": 1,
        "test_days": by_host,
    }
    own = "{{ test_days[inventory_hostname]."
    return Step(
        label,
        "certificate",
        {
            **common,
            "certificate_directory": f"{own}directory }}}}",
            "certificate_requests": f"{own}requests }}}}",
            "dcv_http_webroot": f"{own}webroot | default('/nowhere') }}}}",
        },
    )


def _reissues(simulator: SimulatorProcess) -> int:
    return sum(entry["method"] == "POST" and entry["path"].endswith("/reissue") for entry in simulator.ledger())


def _failure(played: Played, host: str) -> str:
    failure = played.by_host[host]["bad"].failure
    assert failure is not None, f"{host} did not fail"
    return failure


def test_the_old_certificate_stays_served_and_the_next_run_needs_no_further_order(
    simulator: SimulatorProcess, tmp_path: Path, sites: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six hosts: a day of each of them, and the day after."""
    domains = {"no-webroot": UNPROVEN, "elsewhere": UNPROVEN}
    domains |= dict.fromkeys(("other-key", "other-chain", "slow-clock", "fast-clock"), PROVEN)
    empty = tmp_path / "empty"
    empty.mkdir()
    clocks = {
        name: python_with_other_clock(tmp_path / "clocks" / name, seconds=seconds)
        for name, seconds in (("slow-clock", -ONE_DAY), ("fast-clock", ONE_DAY))
    }
    with _fleet(simulator, tmp_path / "hosts", domains) as hosts:
        orders = len(simulator.state()["orders"])
        webroots = {"no-webroot": tmp_path / "missing", "elsewhere": empty}
        for name, kind in (("other-key", "wrong_pem"), ("other-chain", "wrong_chain")):
            # in the answer to the reissue, and in the download that is then tried: one host after the other
            simulator.add_fault(kind, method="POST", path=f"/order/certificate/{hosts[name].order}/*")
            simulator.add_fault(kind, method="GET", path="/certificate/*")
        played = Controller(tmp_path / "one", tuple(hosts), interpreters=clocks).play(
            _step("bad", {name: host.variables(webroot=str(webroots.get(name, ""))) for name, host in hosts.items()})
        )

        assert f"{tmp_path / 'missing'} is not a folder on this host. dcv_http_webroot must be the folder" in _failure(
            played, "no-webroot"
        )
        (waiting,) = played.by_host["elsewhere"]["bad"].facts["certificate_results"]
        assert waiting["phase"] == "waiting_dcv"
        assert "over HTTP on port 80" in waiting["blocked_on"][0]["next_action"]
        assert "no certificate for the key of the CSR; nothing was installed" in _failure(played, "other-key")
        assert "lacks the certificate of the issuer; nothing was installed" in _failure(played, "other-chain")
        assert "set the clock if it is wrong" in _failure(played, "slow-clock")
        assert f"the certificate {hosts['slow-clock'].old} stays in use" in _failure(played, "slow-clock")
        for name, host in hosts.items():
            assert (host.served == host.old) is (name != "fast-clock"), name
        assert [path for path in (*sites.rglob("*"), *empty.rglob("*")) if path.parent != sites] == []
        assert _reissues(simulator) == len(hosts)

        billed = simulator.billed_orders()
        played = Controller(tmp_path / "two", tuple(hosts)).play(
            _step(
                "good", {name: host.variables(webroot=str(sites / host.names[1])) for name, host in hosts.items()}, 600
            )
        )
        for name, host in hosts.items():
            done = played.by_host[name]["good"]
            assert done.failure is None, done.failure
            (result,) = done.facts["certificate_results"]
            assert result["phase"] == "issued", result
            assert host.served == result["serial_number"] != host.old
            installed = read_certificates((host.folder / "www/current/cert.pem").read_text(encoding="ascii"))[0]
            assert installed.dns_names == host.names
            assert not (host.folder / "www" / "pending").exists()
        assert played.by_host["fast-clock"]["good"].changed == []
        assert [path for path in sites.rglob("*") if path.parent != sites] == []
        assert _reissues(simulator) == len(hosts)
        assert simulator.billed_orders() == billed
        assert len(simulator.state()["orders"]) == orders
