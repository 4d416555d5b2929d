# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts that ask for the same names: a key each with duplicates of one order, or one key for all of them."""

from __future__ import annotations

import base64
import datetime as dt
import fnmatch
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.community.digicert.plugins.module_utils._x509.certificates import (
    Certificate,
    read_certificates,
)
from ansible_collections.community.digicert.tests.roles.support.playbook import Controller, Done, Step
from ansible_collections.community.digicert.tests.roles.support.starting_point import StartingPoint
from ansible_collections.community.digicert.tests.roles.support.tree import mode, tree
from certcentral_simulator.process import SimulatorProcess

# the ready account of the simulator has validated this domain: its names are issued at once
NAMES = ["www.valid.example", "valid.example"]
HOSTS = ("one", "two", "three")


# certificates of that age are not due by themselves, and by a rule of 100 days they are
_DAYS_AGO = 150


class Fleet:
    """Hosts with the certificate ``www``, each in a folder of its own name."""

    def __init__(self, hosts: Path, controllers: Path, simulator: SimulatorProcess) -> None:
        """Use these folders for the files of the hosts and of the controllers."""
        self._hosts = hosts
        self._controllers_folder = controllers
        self._simulator = simulator
        self._controllers = 0

    def home(self, host: str) -> Path:
        """Return the folder of the host's certificate."""
        return self._hosts / host / "www"

    def certificate(self, host: str) -> Certificate:
        """Return the certificate that is installed on a host."""
        return read_certificates((self.home(host) / "current/cert.pem").read_text())[0]

    def serial_numbers(self, *hosts: str) -> list[str]:
        """Return the serial numbers of what is installed."""
        return [self.certificate(host).serial_number for host in hosts]

    def step(self, label: str = "step", **variables: Any) -> Step:
        """Return a step in which the role provides ``www``; variables come without their prefix."""
        given = {
            "directory": str(self._hosts / "{{ inventory_hostname }}"),
            "organization_id": 112233,
            "skip_approval": True,
            "requests": [{"name": "www", "dns": NAMES}],
            # quicker to make than an RSA key
            "key_type": "ECC",
            "wait_interval": 1,
            **variables,
        }
        return Step(label, "certificate", {f"certificate_{name}": value for name, value in given.items()})

    def play(
        self, *hosts: str, check: bool = False, serial: int | None = None, **variables: Any
    ) -> tuple[Done, list[str]]:
        """Play the role on a new controller; return what it did and the calls that it sent, GET left out."""
        before = len(self._simulator.ledger())
        self._controllers += 1
        folder = self._controllers_folder / f"controller-{self._controllers}"
        controller = Controller(folder, hosts=hosts, serial=serial)
        played = controller.play(self.step(**variables), check=check)
        done = played["step"]
        self.by_host = {host: steps["step"] for host, steps in played.by_host.items()}
        self.calls = self._simulator.ledger()[before:]
        return done, [f"{call['method']} {call['path']}" for call in self.calls if call["method"] != "GET"]


@pytest.fixture
def fleet(tmp_path: Path, simulator: SimulatorProcess) -> Fleet:
    """Return hosts without certificates."""
    return Fleet(tmp_path, tmp_path, simulator)


def _set_back(simulator: SimulatorProcess) -> None:
    """Let the service live in the past: what it issues there has run for a while on the hosts."""
    then = dt.datetime.now(dt.timezone.utc) - dt.timedelta(days=_DAYS_AGO)
    simulator.set_clock(then.isoformat(timespec="seconds"))


def _results(done: Done) -> dict[str, dict[str, Any]]:
    """Return what the role says of the request on each host."""
    assert done.failure is None, done.failure
    found = {}
    for host, facts in done.facts_of.items():
        (found[host],) = facts["certificate_results"]
    return found


def _count(calls: list[str], kind: str) -> int:
    patterns = {"order": "POST */order/certificate/ssl_basic"}
    return len(fnmatch.filter(calls, patterns.get(kind, f"POST */order/certificate/*/{kind}")))


@dataclass(frozen=True)
class Delivery:
    """How all hosts got their first certificate: what a run did, and the calls that it sent, GET left out."""

    predicted: tuple[Done, list[str]]
    """The same of the run in check mode before."""
    done: tuple[Done, list[str]]


@pytest.fixture(scope="module")
def all_have_certificates(tmp_path_factory: pytest.TempPathFactory) -> StartingPoint[Delivery]:
    """Return the state in which each host has a certificate for a key of its own, issued a while ago."""
    return StartingPoint(tmp_path_factory.mktemp("delivered"))


@pytest.fixture
def delivery(simulator: SimulatorProcess, delivered: Fleet, all_have_certificates: StartingPoint[Delivery]) -> Delivery:
    """Bring the hosts to that state; return how they reached it."""

    def deliver() -> Delivery:
        _set_back(simulator)
        return Delivery(delivered.play(*HOSTS, check=True), delivered.play(*HOSTS))

    return all_have_certificates.begin(simulator, deliver)


@pytest.fixture
def delivered(simulator: SimulatorProcess, tmp_path: Path, all_have_certificates: StartingPoint[Delivery]) -> Fleet:
    """Return the hosts of ``delivery``."""
    return Fleet(all_have_certificates.hosts, tmp_path, simulator)


@pytest.mark.once
def test_each_host_has_a_key_of_its_own(delivered: Fleet, delivery: Delivery, simulator: SimulatorProcess) -> None:
    """One order is paid; the further hosts take duplicates, now and when the certificates are due."""
    predicted, writes = delivery.predicted
    assert predicted.failure is None
    assert writes == []
    assert [_results(predicted)[host]["action"] for host in HOSTS] == ["order", "duplicate", "duplicate"]

    done, writes = delivery.done
    assert done.failure is None
    assert (_count(writes, "order"), _count(writes, "duplicate"), len(writes)) == (1, 2, 3)
    assert len({delivered.certificate(host).public_key for host in HOSTS}) == 3
    assert len({delivered.certificate(host).dns_names for host in HOSTS}) == 1
    assert sorted(result["action"] for result in _results(done).values()) == ["duplicate", "duplicate", "order"]
    for host in HOSTS:
        assert _results(done)[host]["serial_number"] == delivered.certificate(host).serial_number
    first = delivered.serial_numbers(*HOSTS)

    again, _writes = delivered.play(*HOSTS)
    assert (again.failure, again.changed, delivered.calls) == (None, [], [])

    simulator.advance(days=_DAYS_AGO)
    renewed, writes = delivered.play(*HOSTS, renew_before="100")
    assert renewed.failure is None
    assert (_count(writes, "reissue"), _count(writes, "duplicate"), len(writes)) == (1, 2, 3)
    second = delivered.serial_numbers(*HOSTS)
    assert len({*first, *second}) == 6
    assert len({delivered.certificate(host).public_key for host in HOSTS}) == 3
    assert len(simulator.billed_orders()) == 1


@pytest.mark.once
def test_where_duplicates_are_refused_the_hosts_take_turns(fleet: Fleet, simulator: SimulatorProcess) -> None:
    """What the service refuses is reported, and each host still gets a certificate for its own key."""
    simulator.add_fault("error", method="POST", path="/order/certificate/*/duplicate", status=400, calls=-1)
    done, writes = fleet.play(*HOSTS)
    assert (_count(writes, "order"), _count(writes, "reissue")) == (1, 2)
    # a host that was refused one does not ask again in the same run
    assert _count(writes, "duplicate") == 2
    assert len({fleet.certificate(host).public_key for host in HOSTS}) == 3
    refused = [result for result in _results(done).values() if result["action"] == "reissue"]
    assert len(refused) == 2
    assert all("HTTP 400" in " ".join(result["reasons"]) for result in refused)

    again, _writes = fleet.play(*HOSTS)
    assert (again.failure, again.changed, fleet.calls) == (None, [], [])


@pytest.mark.once
def test_a_host_that_was_stopped_gets_its_duplicate_and_no_second_one(
    delivered: Fleet, delivery: Delivery, simulator: SimulatorProcess
) -> None:
    """The next run, on a controller that knows nothing, finds what was issued for the key that the host has staged."""
    installed = delivered.serial_numbers("two")
    # as if the run had been stopped before the certificate was installed
    home = delivered.home("two")
    key = (home / "current/privkey.pem").read_bytes()
    shutil.rmtree(home)
    (home / "pending").mkdir(parents=True)
    (home / "pending/privkey.pem").write_bytes(key)

    resumed, writes = delivered.play("one", "two", "four", skip_approval=False)
    assert (_results(resumed)["two"]["action"], _results(resumed)["two"]["phase"]) == ("none", "issued")
    assert delivered.serial_numbers("two") == installed
    # the only duplicate is that of another host, and it waits for its approval
    assert (_results(resumed)["four"]["phase"], _count(writes, "duplicate"), len(writes)) == ("waiting_approval", 1, 1)

    # the next run picks that one up, too
    simulator.approve_all()
    approved, writes = delivered.play("one", "two", "four", skip_approval=False)
    assert (_results(approved)["four"]["phase"], writes) == ("issued", [])
    others = {delivered.certificate(host).public_key for host in HOSTS}
    assert delivered.certificate("four").public_key not in others
    assert len(simulator.billed_orders()) == 1


@pytest.mark.once
def test_one_key_is_shared_by_all_hosts(fleet: Fleet, simulator: SimulatorProcess, tmp_path: Path) -> None:
    """One host obtains the certificate; its key is copied to the others and is seen nowhere on the way."""
    _set_back(simulator)
    # the file of an ECC key contains the public key, which may be shown
    shared: dict[str, Any] = {"key_strategy": "shared", "key_type": "RSA"}
    predicted, writes = fleet.play(*HOSTS, check=True, **shared)
    assert writes == []
    assert [_results(predicted)[host]["action"] for host in HOSTS] == ["order", "copy", "copy"]
    assert not fleet.home("two").exists()

    controller = Controller(tmp_path / "talkative", hosts=HOSTS)
    shown = controller.transcript(fleet.step(**shared), settings={"ANSIBLE_PIPELINING": "0"})
    assert len(set(fleet.serial_numbers(*HOSTS))) == 1, shown[-5000:]
    keys = {(fleet.home(host) / "current/privkey.pem").read_text() for host in HOSTS}
    (key,) = keys
    _check_hidden(key, shown, controller_files=tree(tmp_path / "talkative"))
    for host in HOSTS:
        assert mode(fleet.home(host) / "current/privkey.pem") == "600"
        assert not (fleet.home(host) / "pending").exists()
    assert [order["kind"] for order in simulator.billed_orders()] == ["order"]

    again, _writes = fleet.play(*HOSTS, **shared)
    assert (again.failure, again.changed, fleet.calls) == (None, [], [])

    # while a host is away the others get another key; a further host comes with it
    simulator.advance(days=_DAYS_AGO)
    renewed, writes = fleet.play("one", "two", renew_before="100", **shared)
    assert (_results(renewed)["two"]["action"], len(writes), _count(writes, "reissue")) == ("copy", 1, 1)
    late, _writes = fleet.play(*HOSTS, "four", renew_before="100", **shared)
    assert fleet.calls == []
    results = _results(late)
    assert [results[host]["action"] for host in (*HOSTS, "four")] == ["none", "none", "copy", "copy"]
    assert len(set(fleet.serial_numbers(*HOSTS, "four"))) == 1
    assert results["four"]["serial_number"] == fleet.certificate("one").serial_number


def _check_hidden(key: str, shown: str, controller_files: object) -> None:
    """Check that a key is neither in what was shown nor, whole or packed, on the disk of the controller."""
    lines = [line for line in key.splitlines() if not line.startswith("-")]
    coded = base64.b64encode(key.encode()).decode()
    for part in (*lines, coded[64:128]):
        assert part not in shown
        assert part not in str(controller_files)
    assert "PRIVATE KEY" not in shown
    # a module that is not piped to its host is written to a file of the controller first: slurp, which gets no secret
    assert "AnsiballZ_slurp.py" in shown
    assert "AnsiballZ_openssl_privatekey_convert.py" not in shown


@pytest.mark.once
def test_hosts_that_share_a_key_wait_for_one_of_them(fleet: Fleet, simulator: SimulatorProcess) -> None:
    """The phase of the host that asked is that of all, and the next run copies what it got."""
    shared: dict[str, Any] = {"key_strategy": "shared", "skip_approval": False, "wait_timeout": 0}
    waiting, writes = fleet.play("one", "two", **shared)
    assert {result["phase"] for result in _results(waiting).values()} == {"waiting_approval"}
    assert "approve" in _results(waiting)["two"]["blocked_on"][0]["next_action"]
    assert len(writes) == 1
    simulator.approve_all()
    # the host that has the key goes on, although another one is the first now
    done, writes = fleet.play("two", "one", **shared)
    assert (_results(done)["two"]["action"], writes) == ("copy", [])
    assert len(set(fleet.serial_numbers("one", "two"))) == 1


@pytest.mark.once
def test_a_shared_key_goes_from_batch_to_batch_and_not_from_a_host_that_failed(fleet: Fleet) -> None:
    shared: dict[str, Any] = {"key_strategy": "shared"}
    _failed, writes = fleet.play("one", "two", product="ssl_of_tomorrow", **shared)
    failures = {host: done.failure or "" for host, done in fleet.by_host.items()}
    assert "the host one, whose key this host shares, has no certificate to copy" in failures["two"]
    assert "ssl_of_tomorrow" in failures["one"]
    assert writes == []

    done, writes = fleet.play("one", "two", serial=1, **shared)
    assert (_results(done)["two"]["action"], len(writes)) == ("copy", 1)
    assert len(set(fleet.serial_numbers("one", "two"))) == 1
