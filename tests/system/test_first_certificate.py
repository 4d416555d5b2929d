# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From an empty host to a served certificate of its own, validated by DNS; then nothing to do; then a renewal.

The tests of this file share one course of events: predicted, installed, played again, renewed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from conftest import PLAYBOOKS, ZONE
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from lab.ansible import Controller, Played
from lab.calls import Calls, calls_of
from lab.handshake import openssl_verifies
from lab.lab import Lab
from lab.site import FOLDER, installed_file, names_of, reported, serial_numbers, served
from lab.traces import files_with, places_with, spellings_of_key, state_of

from certcentral_simulator.process import SimulatorProcess


@dataclass(frozen=True)
class Run:
    """One run of a playbook and what it asked of the service."""

    played: Played
    calls: Calls


@dataclass(frozen=True)
class Prediction(Run):
    """A run in check mode, with the files of each host before and after it."""

    before: dict[str, dict[str, Any]]
    after: dict[str, dict[str, Any]]


def _files(lab: Lab) -> dict[str, dict[str, Any]]:
    return {name: state_of(host) for name, host in lab.hosts.items()}


@pytest.fixture(scope="module")
def predicted(lab: Lab, operator: Controller, service: SimulatorProcess) -> Prediction:
    """Play the first installation in check mode."""
    # The first login of a user makes files of its own.
    for host in lab.hosts.values():
        host.run("true")
    before = _files(lab)
    with calls_of(service) as calls:
        played = operator.play(PLAYBOOKS / "site.yml", "--check", "--diff")
    return Prediction(played, calls, before, _files(lab))


@pytest.fixture(scope="module")
def installed(operator: Controller, service: SimulatorProcess, predicted: Prediction) -> Run:
    """Play the first installation, with every detail shown and every file kept that is sent to a host."""
    with calls_of(service) as calls:
        played = operator.play(PLAYBOOKS / "site.yml", "-vvvv", "--diff", keep_files=True)
    assert played.status == 0, played.text[-4000:]
    return Run(played, calls)


@pytest.fixture(scope="module")
def again(operator: Controller, service: SimulatorProcess, installed: Run) -> Run:
    """Play the same once more."""
    with calls_of(service) as calls:
        played = operator.play(PLAYBOOKS / "site.yml")
    return Run(played, calls)


def test_check_mode_changes_no_file_and_spends_nothing(predicted: Prediction, service: SimulatorProcess) -> None:
    assert predicted.played.status == 0, predicted.played.text
    assert predicted.after == predicted.before
    assert set(predicted.calls.methods) == {"GET"}


def test_check_mode_predicts_what_happens(lab: Lab, predicted: Prediction, installed: Run) -> None:
    assert reported(predicted.played, "action") == dict.fromkeys(lab.hosts, "order")
    assert all(counts["changed"] > 0 for counts in predicted.played.counts.values())
    assert reported(installed.played, "action") == dict.fromkeys(lab.hosts, "order")


def test_each_host_serves_a_certificate_of_its_own(lab: Lab, service: SimulatorProcess, installed: Run) -> None:
    certificates = served(lab.hosts, ZONE, service.root_file)
    for name, host in lab.hosts.items():
        names = certificates[name].extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert names.get_values_for_type(x509.DNSName) == names_of(name, ZONE)
        for server_name in names_of(name, ZONE):
            verified, said = openssl_verifies(host.address, server_name, service.root_file)
            assert verified, said
        key = load_pem_private_key(installed_file(host, "privkey.pem").read_bytes(), password=None)
        assert key.public_key() == certificates[name].public_key()
    web1, web2 = certificates.values()
    assert web1.public_key() != web2.public_key()
    assert reported(installed.played, "serial_number") == serial_numbers(certificates)


def test_each_host_was_billed_one_order(installed: Run, service: SimulatorProcess) -> None:
    assert installed.calls.count("POST", "/order/certificate/*") == 2
    billed = [entry for entry in service.billed_orders() if entry["kind"] == "order"]
    assert sorted(entry["names"][0] for entry in billed) == [f"web1.{ZONE}", f"web2.{ZONE}"]


def test_the_records_that_proved_control_are_gone(lab: Lab, installed: Run) -> None:
    # Each update gives the zone a new serial number: there have been records.
    assert int(lab.dns.query(ZONE, "SOA")[0].split()[2]) > 1
    assert installed.calls.count("PUT", "/order/certificate/*/check-dcv") >= 2
    for name in lab.hosts:
        for domain in names_of(name, ZONE):
            assert lab.dns.query(f"_dnsauth.{domain}", "ANY") == []
            assert lab.dns.query(domain, "TXT") == []


def test_the_key_is_in_one_place_only(lab: Lab, operator: Controller, installed: Run) -> None:
    for host in lab.hosts.values():
        key = installed_file(host, "privkey.pem")
        assert key.stat().st_mode & 0o7777 == 0o600
        assert key.stat().st_uid == 0
        spellings = spellings_of_key(key.read_text(encoding="utf-8"))
        assert places_with(host, spellings) == {str(key.relative_to(host.root))}
        assert files_with(operator.folder, spellings) == set()
        assert [spelling for spelling in spellings if spelling in installed.played.text] == []


def test_no_secret_of_the_controller_reaches_a_host(
    lab: Lab, operator: Controller, installed: Run, service: SimulatorProcess
) -> None:
    secrets = [*operator.secrets, *operator.secrets.values(), lab.dns.key_secret]
    for name, host in lab.hosts.items():
        assert places_with(host, secrets) == set()
        # The search does see what is sent to a host.
        sent = places_with(host, [f"www.{name}.{ZONE}"])
        assert any(place.startswith("root/.ansible/tmp/") for place in sent)


def test_no_secret_is_told_at_the_highest_verbosity(lab: Lab, installed: Run, service: SimulatorProcess) -> None:
    assert service.api_key not in installed.played.text
    assert lab.dns.key_secret not in installed.played.text


def test_the_second_run_changes_nothing_and_makes_no_call(lab: Lab, again: Run) -> None:
    assert again.played.status == 0, again.played.text
    assert again.played.total("changed") == 0, again.played.text
    assert again.calls.all == []
    assert reported(again.played, "action") == dict.fromkeys(lab.hosts, "none")


def test_a_renewal_is_served_and_bills_nothing(
    lab: Lab, operator: Controller, service: SimulatorProcess, again: Run
) -> None:
    before, billed = serial_numbers(served(lab.hosts, ZONE, service.root_file)), service.billed_orders()
    # One day more than what is left, so that the certificate is due, and its order is not near its end.
    due = str(max(reported(again.played, "days_left").values()) + 1)
    with calls_of(service) as calls:
        played = operator.play(PLAYBOOKS / "certificate.yml", certificate_renew_before=due)
    assert played.status == 0, played.text
    assert reported(played, "action") == dict.fromkeys(lab.hosts, "reissue")
    after = serial_numbers(served(lab.hosts, ZONE, service.root_file))
    assert after == reported(played, "serial_number")
    assert not set(after.values()) & set(before.values())
    assert calls.count("POST", "/order/certificate/*/reissue") == len(calls.posts) == 2
    assert service.billed_orders() == billed
    for name, host in lab.hosts.items():
        verified, said = openssl_verifies(host.address, names_of(name, ZONE)[0], service.root_file)
        assert verified, said
        # The set before this one stays for a rollback.
        assert (host.root / FOLDER / "sets" / before[name] / "privkey.pem").exists()
