# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CAA records: real lookups before a certificate is signed."""

from __future__ import annotations

import pytest
from simulator_testing.client import Client, code_of
from simulator_testing.dns_server import DnsServer

from certcentral_simulator.process import SimulatorProcess

NAME = "www.valid.example"
OURS, OTHERS = '0 issue "digicert.com"', '0 issue "ca.example"'


@pytest.mark.parametrize(
    ("owner", "records", "permitted"),
    [
        (NAME, [OURS], True),
        (NAME, ['0 issue "digicert.com; account=1"'], True),
        (NAME, [OTHERS], False),
        (NAME, ['0 issue ";"'], False),
        (NAME, [OTHERS, OURS], True),
        ("valid.example", [OTHERS], False),
        ("example", [OTHERS], False),
        (NAME, ['0 iodef "mailto:security@valid.example"'], True),
        (NAME, ['0 issuewild ";"'], True),
        (NAME, ['128 unheardof "x"', OURS], False),
        ("other.valid.example", [OTHERS], True),
    ],
)
def test_records_decide_d(client: Client, dns_zone: DnsServer, owner: str, records: list[str], permitted: bool) -> None:
    dns_zone.add(owner, "CAA", *records)
    body = client.order(NAME, skip_approval=True).json()
    assert ("certificate_chain" in body) is permitted
    assert client.info(body["id"])["status"] == ("issued" if permitted else "pending")


@pytest.mark.parametrize(("records", "permitted"), [([OURS, '0 issuewild ";"'], False), ([OURS], True)])
def test_issuewild_decides_for_wildcards_d(
    client: Client, dns_zone: DnsServer, records: list[str], permitted: bool
) -> None:
    dns_zone.add("valid.example", "CAA", *records)
    body = client.order("*.valid.example", skip_approval=True).json()
    assert ("certificate_chain" in body) is permitted


def test_nearest_record_set_decides(client: Client, dns_zone: DnsServer) -> None:
    dns_zone.add("valid.example", "CAA", OTHERS)
    dns_zone.add(NAME, "CAA", OURS)
    client.issued(NAME)


def test_order_is_issued_once_the_record_is_corrected(
    client: Client, simulator: SimulatorProcess, dns_zone: DnsServer
) -> None:
    dns_zone.add(NAME, "CAA", OTHERS)
    order_id = client.order(NAME, skip_approval=True).json()["id"]
    dns_zone.add(NAME, "CAA", OURS)
    simulator.advance(minutes=2)
    assert client.info(order_id)["status"] == "issued"


def test_caa_status_message_of_pending_orders_d(client: Client, dns_zone: DnsServer) -> None:
    dns_zone.add(NAME, "CAA", OTHERS)
    refused = client.order(NAME, skip_approval=True).json()["id"]
    waiting = client.order("new.example", skip_approval=True).json()["id"]
    query = {"params": {"include_caa_status": "true"}}
    assert client.get(f"/order/certificate/{refused}", **query).json()["caa_status_message"] == {
        NAME: "CAA check failed"
    }
    answer = client.get(f"/order/certificate/{waiting}", **query).json()
    assert answer["caa_status_message"] == {"new.example": "CAA check is not called yet"}
    assert "caa_status_message" not in client.info(waiting)


@pytest.mark.parametrize("step", ["order", "approval", "reissue", "duplicate"])
def test_refusal_on_the_other_side_of_the_switch_d(
    client: Client, simulator: SimulatorProcess, dns_zone: DnsServer, step: str
) -> None:
    issued = client.issued("other.valid.example")["id"]
    simulator.set_switches(caa_refused="refuse")
    simulator.advance(hours=9)
    dns_zone.add("valid.example", "CAA", OTHERS)
    certificate = {"common_name": "other.valid.example", "csr": client.info(issued)["certificate"]["csr"]}
    if step == "order":
        answer = client.order(NAME, skip_approval=True)
    elif step == "approval":
        request = client.order(NAME).json()["requests"][0]["id"]
        answer = client.put(f"/request/{request}/status", {"status": "approved"})
    else:
        body = {"certificate": certificate, "skip_approval": True}
        answer = client.post(f"/order/certificate/{issued}/{step}", body)
    assert answer.status_code == 400
    assert code_of(answer).startswith("caa_check_failed|")
    assert client.info(issued)["status"] == "issued"


def test_duplicate_waits_for_caa(client: Client, simulator: SimulatorProcess, dns_zone: DnsServer) -> None:
    issued = client.issued(NAME)["id"]
    simulator.advance(hours=9)
    dns_zone.add(NAME, "CAA", OTHERS)
    certificate = {"common_name": NAME, "csr": client.info(issued)["certificate"]["csr"]}
    path = f"/order/certificate/{issued}/duplicate"
    client.post(path, {"certificate": certificate, "skip_approval": True})
    assert client.get(path).json()["certificates"][0]["status"] == "pending"
    dns_zone.add(NAME, "CAA", OURS)
    simulator.advance(minutes=2)
    assert client.get(path).json()["certificates"][0]["status"] == "approved"


def test_result_is_reused_for_eight_hours(client: Client, simulator: SimulatorProcess, dns_zone: DnsServer) -> None:
    client.issued(NAME)
    before = len(dns_zone.queries)
    client.issued(NAME)
    assert len(dns_zone.queries) == before
    simulator.advance(hours=9)
    client.issued(NAME)
    assert (NAME, "CAA") in dns_zone.queries[before:]


def test_no_lookup_if_switched_off_or_private(client: Client, simulator: SimulatorProcess, dns_zone: DnsServer) -> None:
    dns_zone.add("valid.example", "CAA", OTHERS)
    client.issued(NAME, product="private_ssl_plus")
    simulator.set_switches(caa=False)
    client.issued(NAME)
    assert dns_zone.queries == []


def test_other_identifiers_of_the_ca(client: Client, simulator: SimulatorProcess, dns_zone: DnsServer) -> None:
    dns_zone.add("valid.example", "CAA", OTHERS)
    simulator.set_switches(caa_identifiers="digicert.com ca.example")
    client.issued(NAME)


def test_unreachable_resolver_delays_nothing(client: Client, simulator: SimulatorProcess) -> None:
    simulator.set_network(resolver="127.0.0.1:9")
    try:
        body = client.order(NAME, skip_approval=True)
        assert "certificate_chain" in body.json()
        assert body.elapsed.total_seconds() < 1
    finally:
        simulator.reset()
