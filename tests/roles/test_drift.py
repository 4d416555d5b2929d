# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Drift on a host, found by one look at it and put right by the next run, without a call of the service."""

from __future__ import annotations

import os
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12

from ansible_collections.community.digicert.plugins.module_utils._host.handshake import Endpoint, read_served
from ansible_collections.community.digicert.tests.roles.support.authority import Authority
from ansible_collections.community.digicert.tests.roles.support.playbook import Controller, Done, Step
from ansible_collections.community.digicert.tests.roles.support.running_service import RunningService, running_service
from ansible_collections.community.digicert.tests.roles.support.starting_point import StartingPoint
from ansible_collections.community.digicert.tests.roles.support.tree import mode, tree
from certcentral_simulator.process import SimulatorProcess

# the ready account of the simulator has validated this domain: its names are issued at once
NAME = "www.valid.example"
PASSPHRASE = "correct-horse-9"

pytestmark = pytest.mark.once


class Host:
    """The certificate ``www`` of a host, with a link, a copy and two further outputs."""

    def __init__(self, folder: Path) -> None:
        """Use ``folder`` as the root of the host."""
        self.folder = folder
        self.directory = folder / "digicert"
        self.current = self.directory / "www" / "current"
        self.link = folder / "ssl" / "www-combined.pem"
        self.copy = folder / "ssl" / "chroot.pem"
        self.link.parent.mkdir(exist_ok=True)

    @property
    def in_use(self) -> str:
        """Serial number of the set in use."""
        return self.current.readlink().name

    def step(self, label: str, **variables: Any) -> Step:
        """Return a step in which the role provides ``www``; what is given are keys of its request."""
        request = {
            "name": "www",
            "dns": [NAME],
            "outputs": ["pkcs12"],
            "keystore_alias": "shop",
            "keystore_passphrase": PASSPHRASE,
            "links": [
                {"path": str(self.link), "output": "combined"},
                {"path": str(self.copy), "output": "fullchain", "copy": True},
            ],
            "keep": 1,
            **variables,
        }
        given = {
            "directory": str(self.directory),
            "organization_id": 112233,
            "skip_approval": True,
            "requests": [request],
            "key_type": "ECC",
            "wait_interval": 1,
        }
        return Step(label, "certificate", {f"certificate_{name}": value for name, value in given.items()})


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """Return a host without certificates."""
    return Host(tmp_path)


@pytest.fixture(scope="module")
def has_a_certificate(tmp_path_factory: pytest.TempPathFactory) -> StartingPoint[None]:
    """Return the state in which a host has a certificate."""
    return StartingPoint(tmp_path_factory.mktemp("installed"))


@pytest.fixture
def installed(simulator: SimulatorProcess, controller: Controller, has_a_certificate: StartingPoint[None]) -> Host:
    """Return a host for which the role has obtained a certificate."""
    host = Host(has_a_certificate.hosts)

    def install() -> None:
        assert _result(controller.play(host.step("first"))["first"])["action"] == "order"

    has_a_certificate.begin(simulator, install)
    return host


@contextmanager
def service_of(host: Host) -> Iterator[RunningService]:
    """Run a TLS service that is configured with the set in use."""
    with running_service(host.current / "fullchain.pem", host.current / "privkey.pem") as service:
        yield service


def _result(done: Done) -> dict[str, Any]:
    assert done.failure is None, done.failure
    (result,) = done.facts["certificate_results"]
    assert isinstance(result, dict)
    return result


def _serves(port: int) -> str:
    certificate = read_served(Endpoint("127.0.0.1", port, NAME), 60).certificate
    assert certificate is not None
    return certificate.serial_number


def _opens(path: Path) -> bool:
    content = pkcs12.load_pkcs12(path.read_bytes(), PASSPHRASE.encode())
    return content.cert is not None and content.cert.friendly_name == b"shop"


def _damage(host: Host) -> list[str]:
    """Change what a set, a link and a copy are, in every way; return what should be reported."""
    set_in_use = host.current.resolve()
    (set_in_use / "fullchain.pem").write_text((set_in_use / "cert.pem").read_text(encoding="ascii"), encoding="ascii")
    (set_in_use / "certificate.p12").write_bytes(b"nothing that can be opened")
    (set_in_use / "privkey.pem").chmod(0o644)
    host.link.unlink()
    host.link.symlink_to("elsewhere.pem")
    host.copy.write_text("by hand\n", encoding="ascii")
    return [
        "fullchain.pem is not the certificate followed by its chain",
        "privkey.pem has the mode 0644, not 0600",
        "combined.pem does not consist of certificate, chain and key, in this order",
        "certificate.p12 must be written again: it cannot be opened with the passphrase",
        f"{host.link} points to elsewhere.pem, not to {host.current}/combined.pem",
        f"{host.copy} differs from {host.current}/fullchain.pem",
    ]


def test_files_links_and_copies_are_put_right_without_the_service(
    simulator: SimulatorProcess, controller: Controller, installed: Host
) -> None:
    """Check mode predicts it, one run does it, and the run after that does nothing."""
    host = installed
    calls, good = len(simulator.ledger()), tree(host.folder / "digicert")
    reported = _damage(host)
    damaged = tree(host.folder / "digicert")

    predicted = controller.play(host.step("predict"), check=True)["predict"]
    assert _result(predicted)["action"] == "install"
    assert predicted.changed
    assert tree(host.folder / "digicert") == damaged

    played = controller.play(host.step("mend"), host.step("again"))
    result = _result(played["mend"])
    assert (result["action"], result["phase"]) == ("install", "issued")
    assert len(result["reasons"]) == len(reported)
    for expected in reported:
        assert any(expected in reason for reason in result["reasons"]), (expected, result["reasons"])
    assert _result(played["again"])["action"] == "none"
    assert played["again"].changed == []
    assert len(simulator.ledger()) == calls, "the service was asked"

    # what somebody had written over the copy is kept as a set of its own
    assert (host.directory / "www/sets/replaced/fullchain.pem").read_text(encoding="ascii") == "by hand\n"
    shutil.rmtree(host.directory / "www/sets/replaced")
    mended = tree(host.folder / "digicert")
    keystore = f"www/sets/{host.in_use}/certificate.p12"
    assert _opens(host.current / "certificate.p12")
    assert {**mended, keystore: ""} == {**good, keystore: ""}
    assert host.link.readlink() == host.current / "combined.pem"
    assert not host.copy.is_symlink()
    assert host.copy.read_bytes() == (host.current / "fullchain.pem").read_bytes()
    assert mode(host.copy) == mode(host.current / "fullchain.pem")


def test_a_service_that_serves_another_certificate_is_reloaded(
    simulator: SimulatorProcess, controller: Controller, installed: Host
) -> None:
    host = installed
    first = host.in_use
    with service_of(host) as service:
        served: dict[str, Any] = {"served": [{"port": service.port}, {"port": service.port, "from": "controller"}]}
        reload: dict[str, Any] = {"reload": [{"command": service.reload_command}]}
        # a certificate is replaced by somebody who forgets the service
        renewed = controller.play(host.step("renew", renew_before="300"))["renew"]
        assert _result(renewed)["action"] == "reissue"
        calls, second = len(simulator.ledger()), host.in_use
        assert _serves(service.port) == first != second

        predicted = controller.play(host.step("predict", **served, **reload), check=True)["predict"]
        assert _result(predicted)["action"] == "install"
        assert predicted.changed
        assert _serves(service.port) == first

        played = controller.play(
            host.step("no reload", **served, reload=[{"command": ["false"]}]),
            host.step("mend", **served, **reload),
            host.step("again", **served, **reload),
        )
        failure = played["no reload"].failure
        assert failure is not None
        assert failure.startswith(
            f"The certificate {second} of www was not put into use: the command 'false' exited with 1"
        )
        assert "its files stay in place" in failure
        reason = f"127.0.0.1:{service.port} serves the certificate {first}, not the installed one"
        assert played["no reload"].facts["certificate_results"][0]["reasons"] == [reason]
        assert reason in _result(played["mend"])["reasons"]
        assert played["again"].changed == []
        assert (host.in_use, _serves(service.port)) == (second, second)

    # what does not run reads the certificate when it starts
    with socket.socket() as bound:
        # nobody else gets the port, and nobody listens on it
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        shown = controller.transcript(host.step("stopped", served=[{"port": port}], reload=[{"command": ["false"]}]))
    # warnings are folded before ansible-core 2.19
    seen = " ".join(shown.split())
    reason = "the connection fails: Connection refused"
    assert f"www: the certificate that 127.0.0.1:{port} serves was not checked: {reason}" in seen
    assert "changed=0" in seen
    assert "failed=0" in seen
    assert PASSPHRASE not in seen
    assert len(simulator.ledger()) == calls, "the service was asked"


def test_a_port_that_nobody_named_counts_only_with_a_former_certificate(
    simulator: SimulatorProcess, controller: Controller, host: Host, authority: Authority, tmp_path: Path
) -> None:
    """Another service may be there until the one that is to be reloaded is configured with the certificate."""
    other = authority.issue(NAME)
    (tmp_path / "other.pem").write_text(other.pem, encoding="ascii")
    other.stage(tmp_path / "other.key")
    with running_service(tmp_path / "other.pem", tmp_path / "other.key") as service:

        def step(label: str, **more: Any) -> Step:
            made = host.step(label, reload=[{"command": service.reload_command}], **more)
            return Step(label, made.role, {**made.variables, "certificate_served_port": service.port})

        first = controller.play(step("first"), step("again"))
        assert _result(first["first"])["action"] == "order"
        assert first["again"].changed == []
        # it gets the first certificate, then a second one is installed, and it is not reloaded
        current = host.current.resolve()
        (tmp_path / "other.pem").write_bytes((current / "fullchain.pem").read_bytes())
        (tmp_path / "other.key").write_bytes((current / "privkey.pem").read_bytes())
        os.kill(service.pid, signal.SIGHUP)
        controller.play(host.step("renew", renew_before="300"))
        noticed = controller.play(step("noticed"))["noticed"]
        assert noticed.failure is not None
        assert f"it serves the one with the serial number {current.name}" in noticed.failure
