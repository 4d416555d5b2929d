# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two hosts that serve the same names: one order is billed, each host has a key and a certificate of its own."""

from __future__ import annotations

import pytest
from conftest import PLAYBOOKS, ZONE
from cryptography import x509
from lab.ansible import Controller
from lab.calls import calls_of
from lab.handshake import openssl_verifies, served_certificate
from lab.lab import Lab
from lab.site import reported, serial_numbers

from certcentral_simulator.process import SimulatorProcess

NAMES = [f"shop.{ZONE}", f"www.shop.{ZONE}"]


def _check_served(lab: Lab, service: SimulatorProcess) -> dict[str, x509.Certificate]:
    """Check that both hosts serve both names, each with a key of its own; return what they serve."""
    shown = {}
    for name, host in lab.hosts.items():
        shown[name] = served_certificate(host.address, NAMES[0], service.root_file)
        verified, said = openssl_verifies(host.address, NAMES[1], service.root_file)
        assert verified, said
    assert shown["web1"].public_key() != shown["web2"].public_key()
    return shown


@pytest.fixture(scope="module")
def first(lab: Lab, operator: Controller, service: SimulatorProcess) -> dict[str, str]:
    """Install the first certificates in one run; return their serial numbers."""
    played = operator.play(PLAYBOOKS / "site.yml", site_names=NAMES)
    assert played.status == 0, played.text
    assert len(set(reported(played, "order_id").values())) == 1
    shown = serial_numbers(_check_served(lab, service))
    assert shown == reported(played, "serial_number")
    return shown


def test_one_order_is_billed_and_both_hosts_are_done(
    operator: Controller, service: SimulatorProcess, first: dict[str, str]
) -> None:
    assert [entry["kind"] for entry in service.billed_orders()] == ["order"]
    with calls_of(service) as calls:
        again = operator.play(PLAYBOOKS / "site.yml", site_names=NAMES)
    assert (again.status, again.total("changed")) == (0, 0), again.text
    assert calls.all == []


def test_each_host_gets_a_certificate_for_a_new_key_of_its_own(
    lab: Lab, operator: Controller, service: SimulatorProcess, first: dict[str, str]
) -> None:
    """The host of the order's certificate reissues it, which takes its time; the other one takes a duplicate."""
    service.set_issue_delay(5)
    with calls_of(service) as calls:
        played = operator.play(PLAYBOOKS / "certificate.yml", site_names=NAMES, certificate_key_type="ECC")
    assert played.status == 0, played.text
    now = serial_numbers(_check_served(lab, service))
    assert now == reported(played, "serial_number")
    assert not set(now.values()) & set(first.values())
    assert calls.count("POST", "/order/certificate/*/reissue") == 1
    assert calls.count("POST", "/order/certificate/*/duplicate") == 1
    assert len(calls.posts) == 2
    assert len(service.billed_orders()) == 1
