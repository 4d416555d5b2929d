# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contract: check-dcv, dcv-method, dcv-random-value, resend-emails, csr, validation (facts, sections 3.8 and 5)."""

from __future__ import annotations

from typing import Any

import pytest
from simulator_testing.client import EC_CSR, Client, code_of
from simulator_testing.dns_server import DnsServer
from simulator_testing.shapes import DIGITS, MOMENT, TOKEN, mismatches
from simulator_testing.web_server import WebServer

from certcentral_simulator.process import SimulatorProcess

CHECKED = {
    "order_status": ("pending", "issued"),
    "certificate_id": int,
    "dcv_status": ("valid", "pending"),
    "dns_name_validations": [{"dns_name": str, "status": ("approved", "pending")}],
}
RANDOM_VALUE = {"dcv_random_value": TOKEN, "expiration_date": MOMENT, "http_token_url?": str}
VALIDATION = {
    "order_id": DIGITS,
    "order_status": str,
    "organization_id?": DIGITS,
    "organization_name?": str,
    "organization_validations?": [
        {
            "type": ("ov", "ev"),
            "name": str,
            "description": str,
            "date_created": MOMENT,
            "validated_until?": MOMENT,
            "status": ("complete", "pending", "expired"),
            "verified_users?": [{"id": int, "first_name": str, "last_name": str}],
        }
    ],
    "dns_name_validations": [
        {
            "domain_id": DIGITS,
            "name_scope": str,
            "approval_scope?": ("subdomains", "fqdn"),
            "status": ("approved", "pending"),
            "method": str,
            "order_name_scope": str,
            "order_dcv_method": str,
            "dns_names": [str],
            "approval_expiration_date?": MOMENT,
        }
    ],
}


def order(client: Client, method: str, *names: str) -> dict[str, Any]:
    """Place a pending order; return the body of the answer."""
    body: dict[str, Any] = client.order(
        *(names or ("a.example",)), product="ssl_multi_domain", skip_approval=True, dcv_method=method
    ).json()
    return body


def test_check_finds_the_token_d(client: Client, dns_zone: DnsServer) -> None:
    placed = order(client, "dns-txt-token", "a.example", "b.example")
    path = f"/order/certificate/{placed['id']}/check-dcv"
    dns_zone.add("_dnsauth.a.example", "TXT", f'"{placed["dcv_random_value"]}"')
    answer = client.put(path, {"dns_names_validations": ["a.example"]})
    assert answer.status_code == 200
    assert mismatches(answer.json(), CHECKED) == []
    assert answer.json()["dns_name_validations"] == [{"dns_name": "a.example", "status": "approved"}]
    assert answer.json()["order_status"] == "pending"
    dns_zone.add("b.example", "TXT", f'"{placed["dcv_random_value"]}"')
    answer = client.put(path)
    assert mismatches(answer.json(), CHECKED) == []
    assert (answer.json()["order_status"], answer.json()["dcv_status"]) == ("issued", "valid")


@pytest.mark.parametrize("method", ["dns-txt-token", "dns-cname-token"])
def test_missing_record_on_both_sides_of_the_switch_d(client: Client, simulator: SimulatorProcess, method: str) -> None:
    path = f"/order/certificate/{order(client, method)['id']}/check-dcv"
    answer = client.put(path)
    assert (answer.status_code, answer.json()["dns_name_validations"][0]["status"]) == (200, "pending")
    simulator.set_switches(check_dcv_missing_status="not_found")
    assert client.put(path).json()["dns_name_validations"][0]["status"] == "not_found"
    simulator.set_switches(check_dcv_missing_dns="error")
    answer = client.put(path)
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"code": "invalid_dns_txt", "message": "Could not find a valid TXT record for one or more domains."}
    ]


def test_missing_file_d(client: Client, dns_zone: DnsServer, web: WebServer) -> None:
    answer = client.put(f"/order/certificate/{order(client, 'http-token')['id']}/check-dcv")
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {
            "code": "file_random_value_not_found",
            "message": "Could not find the random value at the expected file location for one or more domains.",
        }
    ]


def test_check_of_email_order_d(client: Client) -> None:
    answer = client.put(f"/order/certificate/{order(client, 'email')['id']}/check-dcv")
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"code": "invalid_dns_method", "message": "An error occurred while processing your request."}
    ]


@pytest.mark.parametrize("status", [200, 201])
def test_method_and_random_value_on_both_sides_of_the_switch_d_c(
    client: Client, simulator: SimulatorProcess, status: int
) -> None:
    simulator.set_switches(dcv_token_status_code=status)
    path = f"/order/certificate/{order(client, 'email')['id']}"
    changed = client.put(f"{path}/dcv-method", {"dcv_method": "dns-txt-token"})
    assert changed.status_code == status
    assert mismatches(changed.json(), RANDOM_VALUE) == []
    again = client.put(f"{path}/dcv-random-value")
    assert (again.status_code, again.json()) == (status, changed.json())


def test_method_email_returns_204_d(client: Client) -> None:
    path = f"/order/certificate/{order(client, 'dns-txt-token')['id']}/dcv-method"
    answer = client.put(path, {"dcv_method": "email"})
    assert (answer.status_code, answer.content) == (204, b"")
    answer = client.put(path, {"dcv_method": "pigeon"})
    assert (answer.status_code, code_of(answer)) == (400, "invalid_value:dcv_method")


def test_resend_emails_c(client: Client) -> None:
    answer = client.put(f"/order/certificate/{order(client, 'email')['id']}/resend-emails")
    assert (answer.status_code, answer.content) == (204, b"")
    answer = client.put(f"/order/certificate/{client.issued()['id']}/resend-emails")
    assert answer.status_code == 400


def test_csr_is_added_to_a_pending_order_c(client: Client, simulator: SimulatorProcess) -> None:
    made = simulator.make_order(
        status="needs_csr", certificate={"common_name": "www.valid.example"}, organization={"id": 112233}
    )
    path = f"/order/certificate/{made['id']}"
    assert client.info(made["id"])["status"] == "needs_csr"
    assert code_of(client.post(f"{path}/csr", {"csr": "x"})) == "csr_invalid_cannot_parse"
    answer = client.post(f"{path}/csr", {"csr": EC_CSR})
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.info(made["id"])["status"] == "issued"


@pytest.mark.parametrize("product", ["ssl_basic", "ssl_ev_basic", "ssl_dv_geotrust"])
def test_validation_has_ids_as_texts_d(client: Client, product: str) -> None:
    organization = None if product == "ssl_dv_geotrust" else {"id": 112233}
    placed = client.order("www.valid.example", product=product, organization=organization, skip_approval=True).json()
    body = client.get(f"/order/certificate/{placed['id']}/validation").json()
    assert mismatches(body, VALIDATION) == []
    assert ("organization_id" in body) is (organization is not None)
    expected = "approved" if organization else "pending"
    assert [entry["status"] for entry in body["dns_name_validations"]] == [expected]
