# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role certificate against the simulator: from nothing to an installed certificate, and what may come between."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.digicert.plugins.module_utils._x509.certificates import (
    Certificate,
    read_certificates,
)
from ansible_collections.community.digicert.tests.roles.support.playbook import Controller, Done, Step
from ansible_collections.community.digicert.tests.roles.support.reached_names import (
    QuietHandler,
    reached_names,
)
from ansible_collections.community.digicert.tests.roles.support.starting_point import StartingPoint
from ansible_collections.community.digicert.tests.roles.support.tree import mode, tree
from certcentral_simulator.process import SimulatorProcess

ORGANIZATION = 112233
# the ready account of the simulator has validated this domain: its names are issued at once
PROVEN = "valid.example"


@pytest.fixture(scope="module")
def webroot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that the web server of the tests serves."""
    return tmp_path_factory.mktemp("webroot")


@pytest.fixture(scope="module")
def network(webroot: Path) -> Iterator[dict[str, str | int]]:
    """Run a web server that serves the folder, and a DNS server; return the settings that lead to both."""
    names = ("shop.example", "www.shop.example")
    with reached_names(names, partial(QuietHandler, directory=str(webroot))) as settings:
        yield settings


@pytest.fixture
def simulator(simulator: SimulatorProcess, network: dict[str, str | int]) -> SimulatorProcess:
    """Return a simulator that reaches the web server of the tests."""
    simulator.set_network(**network)
    return simulator


class Host:
    """The certificate ``www`` of a host, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        """Use ``folder`` as what ``/etc/digicert`` is elsewhere."""
        self.folder = folder

    def step(self, label: str, names: list[str], **variables: Any) -> Step:
        """Return a step in which the role provides ``www``; other variables come without their prefix."""
        given: dict[str, Any] = {
            "directory": str(self.folder),
            "organization_id": ORGANIZATION,
            "skip_approval": True,
            "requests": [{"name": "www", "dns": names}],
            "wait_interval": 1,
            **variables,
        }
        return Step(
            label,
            "certificate",
            {name if name.startswith("dcv_http_") else f"certificate_{name}": value for name, value in given.items()},
        )

    @property
    def certificate(self) -> Certificate:
        """The certificate that is installed."""
        return read_certificates((self.folder / "www/current/cert.pem").read_text())[0]


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """Return a host without certificates."""
    return Host(tmp_path / "digicert")


@pytest.fixture(scope="module")
def has_a_certificate(tmp_path_factory: pytest.TempPathFactory) -> StartingPoint[None]:
    """Return the state in which a host has a certificate."""
    return StartingPoint(tmp_path_factory.mktemp("installed"))


@pytest.fixture
def installed(simulator: SimulatorProcess, controller: Controller, has_a_certificate: StartingPoint[None]) -> Host:
    """Return a host for which the role has obtained a certificate with one name."""
    host = Host(has_a_certificate.hosts / "digicert")

    def install() -> None:
        assert _result(controller.play(host.step("first", [f"www.{PROVEN}"]))["first"])["action"] == "order"

    has_a_certificate.begin(simulator, install)
    return host


def _result(done: Done) -> dict[str, Any]:
    assert done.failure is None, done.failure
    (result,) = done.facts["certificate_results"]
    assert isinstance(result, dict)
    return result


def _methods(simulator: SimulatorProcess) -> set[str]:
    return {entry["method"] for entry in simulator.ledger()}


def test_check_mode_spends_nothing_then_one_order_then_nothing_at_all(
    simulator: SimulatorProcess, controller: Controller, host: Host
) -> None:
    """Check mode predicts a change with reading calls only; the second run makes no call."""
    names = [f"www.{PROVEN}", PROVEN]

    predicted = controller.play(host.step("predict", names), check=True)["predict"]
    assert _result(predicted)["action"] == "order"
    assert predicted.changed
    assert _methods(simulator) == {"GET"}
    assert tree(host.folder) == {}

    played = controller.play(host.step("first", names), host.step("again", names, key_mode="0600"))
    assert _result(played["first"])["action"] == "order"
    assert host.certificate.dns_names == tuple(names)
    assert mode(host.folder / "www/current/privkey.pem") == "600"
    assert not (host.folder / "www/pending").exists()
    assert len(simulator.billed_orders()) == 1
    seen = len(simulator.ledger())
    assert played["again"].changed == []

    later = controller.play(host.step("later", names))
    assert later["later"].changed == []
    assert _result(later["later"])["days_left"] > 100
    assert len(simulator.ledger()) == seen


def test_an_order_that_waits_for_approval_is_picked_up_by_another_controller(
    simulator: SimulatorProcess, tmp_path: Path, host: Host
) -> None:
    """Waiting is not a failure, and the state is on the host and at the service, not on the controller."""
    names = [f"www.{PROVEN}"]
    waiting = Controller(tmp_path / "one").play(host.step("ask", names, skip_approval=False))["ask"]
    assert _result(waiting)["phase"] == "waiting_approval"
    assert "approve" in _result(waiting)["blocked_on"][0]["next_action"]
    assert (host.folder / "www/pending/privkey.pem").exists()

    simulator.approve_all()
    done = Controller(tmp_path / "two").play(host.step("fetch", names, skip_approval=False))["fetch"]
    assert _result(done)["phase"] == "issued"
    assert host.certificate.dns_names == tuple(names)
    assert len(simulator.billed_orders()) == 1


def test_a_further_name_is_added_by_a_reissue_and_one_less_is_kept(
    simulator: SimulatorProcess, controller: Controller, installed: Host
) -> None:
    """Names are added at once, and dropped only when that was allowed, because it revokes."""
    one, two = [f"www.{PROVEN}"], [f"www.{PROVEN}", f"shop.{PROVEN}"]
    played = controller.play(installed.step("two", two), installed.step("less", one))
    assert _result(played["two"])["action"] == "reissue"
    assert played["less"].changed == []
    assert set(installed.certificate.dns_names) == set(two)
    before = installed.certificate.public_key

    allowed = controller.play(installed.step("drop", one, allow_name_removal=True, key_reuse=True))["drop"]
    assert _result(allowed)["action"] == "reissue"
    assert installed.certificate.dns_names == tuple(one)
    assert installed.certificate.public_key == before
    assert len({order["order_id"] for order in simulator.billed_orders()}) == 1


def test_what_is_wrong_on_the_host_is_mended(
    simulator: SimulatorProcess, controller: Controller, installed: Host
) -> None:
    """A wrong mode needs no new certificate; another type of key does, within the same order."""
    names = [f"www.{PROVEN}"]
    first = installed.certificate.serial_number
    key = (installed.folder / "www/current/privkey.pem").resolve()
    key.chmod(0o644)

    played = controller.play(installed.step("mend", names), installed.step("ecc", names, key_type="ECDSA"))
    assert played["mend"].changed
    assert _result(played["mend"])["serial_number"] == first
    assert mode(key) == "600"
    assert _result(played["ecc"])["action"] == "reissue"
    assert installed.certificate.key_type == "ECC"
    assert len(simulator.billed_orders()) == 1


def test_tokens_are_published_and_removed_whether_or_not_the_service_finds_them(
    simulator: SimulatorProcess, controller: Controller, host: Host, webroot: Path
) -> None:
    """The first name leads to the web server, the second one nowhere: that order stays in its phase."""
    http_variables = {"dcv_provider": "http", "dcv_http_webroot": str(webroot), "dcv_check_for": 0, "wait_timeout": 0}
    elsewhere = Host(host.folder.with_name("elsewhere"))
    played = controller.play(
        host.step("found", ["www.shop.example", "shop.example"], **http_variables),
        elsewhere.step("lost", ["nowhere.example"], **http_variables),
    )
    assert _result(played["found"])["phase"] == "issued"
    assert _result(played["lost"])["phase"] == "waiting_dcv"
    assert _result(played["lost"])["records"][0]["type"] == "HTTP"
    assert "Serve the files" in _result(played["lost"])["blocked_on"][0]["next_action"]
    assert list(webroot.iterdir()) == []
    assert not (elsewhere.folder / "www/sets").exists()


def test_records_are_told_where_nobody_publishes_them(
    simulator: SimulatorProcess, controller: Controller, host: Host
) -> None:
    """The provider manual leaves the publishing to a person, and shows what to publish."""
    done = controller.play(host.step("ask", ["*.shop.example"], wait_timeout=0))["ask"]
    (record,) = _result(done)["records"]
    assert (record["type"], record["name"]) == ("TXT", "_dnsauth.shop.example")


def test_a_reload_that_fails_leaves_the_old_certificate(
    simulator: SimulatorProcess, controller: Controller, installed: Host
) -> None:
    """The order is not lost by it: when the reload works, the certificate that was issued is installed."""
    names = [f"www.{PROVEN}"]
    old = installed.certificate.serial_number
    renewal = {"renew_before": "300", "served": []}
    failing = {**renewal, "reload": [{"command": ["ls", "/nowhere/at/all"]}]}

    failed = controller.play(installed.step("fail", names, **failing))["fail"]
    assert failed.failure is not None
    assert "/nowhere/at/all" in failed.failure
    assert old in failed.failure
    assert installed.certificate.serial_number == old
    reissues = sum(entry["path"].endswith("/reissue") and entry["method"] == "POST" for entry in simulator.ledger())
    assert reissues == 1

    working = {"served": [], "reload": [{"command": ["true"]}]}
    mended = controller.play(installed.step("mend", names, renew_before="198", **working))["mend"]
    assert mended.failure is None
    assert installed.certificate.serial_number != old
    assert len(simulator.billed_orders()) == 1


def test_hosts_with_the_same_names_share_an_order_and_no_key(simulator: SimulatorProcess, tmp_path: Path) -> None:
    """One order is paid for both hosts; each has a certificate for a key of its own."""
    hosts = Controller(tmp_path / "controller", hosts=("one", "two"))
    shared = Host(tmp_path / "{{ inventory_hostname }}")
    played = hosts.play(shared.step("both", [f"www.{PROVEN}"]))["both"]
    assert played.failure is None
    one, two = Host(tmp_path / "one").certificate, Host(tmp_path / "two").certificate
    assert one.public_key != two.public_key
    assert one.dns_names == two.dns_names
    assert len(simulator.billed_orders()) == 1


BAD_INPUT: dict[str, tuple[dict[str, Any], list[str], str]] = {
    "unknown organization": ({"organization_id": 999999}, [f"www.{PROVEN}"], "organization"),
    "unknown product": ({"product": "ssl_of_tomorrow"}, [f"www.{PROVEN}"], "not_found|product"),
    "no organization": ({"organization_id": None}, [f"www.{PROVEN}"], "needs an organization"),
    "no host name": ({}, ["not a name.example"], "is not a host name"),
    "wildcard with http-token": ({"dcv_provider": "http"}, [f"*.{PROVEN}"], "cannot be validated by http-token"),
    "weak key": ({"key_size": 1024}, [f"www.{PROVEN}"], "2048"),
}


def test_bad_input_ends_in_one_clear_message(simulator: SimulatorProcess, controller: Controller, host: Host) -> None:
    """Nothing is ordered, nothing is installed, and the message names what is wrong."""
    played = controller.play(*(host.step(label, names, **more) for label, (more, names, _text) in BAD_INPUT.items()))
    for label, (_more, _names, expected) in BAD_INPUT.items():
        failure = played[label].failure
        assert failure is not None, label
        assert expected in failure, (label, failure)
    assert simulator.billed_orders() == []
    assert not (host.folder / "www/sets").exists()
    assert not (host.folder / "www/current").is_symlink()


def test_a_bad_connection_ends_in_one_clear_message_and_shows_no_secret(
    simulator: SimulatorProcess, controller: Controller, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The API key, right or wrong, is nowhere in what a person can see."""
    names = [f"www.{PROVEN}"]
    wrong = "A1B2C3D4E5F6" * 6
    for variable, value, expected in (
        ("DIGICERT_API_KEY", "", "No API key was given"),
        ("DIGICERT_API_KEY", wrong, "access_denied_invalid_key"),
        ("DIGICERT_CA_PATH", simulator.root_file, "does not verify"),
    ):
        with monkeypatch.context() as patched:
            patched.setenv(variable, value)
            seen = controller.transcript(host.step("ask", names))
        assert expected in seen, (variable, seen[-3000:])
        assert wrong not in seen
        assert simulator.api_key not in seen
    # the key is staged for the next run
    assert [path.name for path in (host.folder / "www").iterdir() if not path.name.startswith(".")] == ["pending"]
