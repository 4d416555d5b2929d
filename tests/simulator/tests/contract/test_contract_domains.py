# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contract: domains and their validation independent of orders (facts, section 5)."""

from __future__ import annotations

from typing import Any

import pytest
from simulator_testing.client import Client, code_of
from simulator_testing.dns_server import DnsServer
from simulator_testing.order_shapes import DCV_TOKEN, PAGE
from simulator_testing.shapes import DAY, MOMENT, TOKEN, mismatches
from simulator_testing.web_server import WebServer

from certcentral_simulator.process import SimulatorProcess

DOMAIN = {
    "id": int,
    "is_active": bool,
    "status": ("active", "pending"),
    "is_pending_validation": bool,
    "name": str,
    "date_created": MOMENT,
    "last_submitted_datetime": MOMENT,
    "dcv_approval_datetime?": MOMENT,
    "dcv_expiration_datetime?": MOMENT,
    "organization": {
        "id": int,
        "status": ("active", "inactive"),
        "name": str,
        "display_name": str,
        "is_active": ("0", "1"),
    },
    "container": {"id": int, "parent_id": int, "name": str, "is_active": bool},
    "dcv_method": str,
    "dcv_expiration?": {"ov?": DAY, "ev?": DAY},
    "validations": [
        {
            "type": ("ov", "ev"),
            "name": str,
            "description": str,
            "validated_until?": MOMENT,
            "status": ("active", "pending"),
            "dcv_status": ("complete", "pending"),
        }
    ],
}
WITH_DCV = {**DOMAIN, "dcv_token?": DCV_TOKEN}
ADDRESSES = {"name_scope": str, "base_emails": [str], "whois_emails": [str], "email_array": [str]}
EMAILS = {"validation_emails": ADDRESSES}
METHODS = ("dns-txt-token", "dns-cname-token", "http-token", "http-token-dynamic")


def create(client: Client, method: str | None = None, name: str = "a.example", **fields: Any) -> Any:
    """Send the sample request of the facts; return the body of the answer."""
    body = {
        "name": name,
        "organization": {"id": 112233},
        "validations": [{"type": "ov"}, {"type": "ev"}],
        "dcv_method": method,
        **fields,
    }
    answer = client.post("/domain", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_create_with_email_d(client: Client) -> None:
    body = create(client)
    assert mismatches(body, {"id": int, **EMAILS}) == []
    assert body["validation_emails"]["base_emails"] == [
        f"{box}@a.example" for box in ("admin", "administrator", "webmaster", "hostmaster", "postmaster")
    ]


@pytest.mark.parametrize("method", METHODS)
def test_create_with_token_d(client: Client, method: str) -> None:
    body = create(client, method)
    assert mismatches(body, {"id": int, "dcv_token": DCV_TOKEN}) == []
    assert ("verification_value" in body["dcv_token"]) is (method == "dns-cname-token")
    assert ("http_token_url" in body["dcv_token"]) is method.startswith("http")


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({}, "a.example"),
        ({"method": "dns-cname-token"}, "a.example"),
        ({"keep_www": True}, "www.a.example"),
        ({"method": "http-token"}, "www.a.example"),
    ],
)
def test_www_is_stripped_unless_kept_or_needed_d(client: Client, fields: dict[str, Any], name: str) -> None:
    domain = create(client, name="www.a.example", **fields)["id"]
    assert client.get(f"/domain/{domain}").json()["name"] == name


def test_list_and_info_d(client: Client) -> None:
    body = client.get("/domain?container_id=5&limit=1").json()
    assert mismatches(body, {"domains": [DOMAIN], "page": PAGE}) == []
    assert (len(body["domains"]), body["page"]["total"]) == (1, 2)
    for name in ("valid.example", "pending.example"):
        found = client.get(f"/domain?filters[name]={name}").json()["domains"]
        assert mismatches(found, [DOMAIN]) == []
        path = f"/domain/{found[0]['id']}"
        assert mismatches(client.get(path).json(), DOMAIN) == []
        assert mismatches(client.get(f"{path}?include_dcv=true").json(), WITH_DCV) == []


def test_method_email_d(client: Client) -> None:
    domain = create(client, "dns-txt-token")["id"]
    answer = client.put(f"/domain/{domain}/dcv/method", {"dcv_method": "email"})
    assert (answer.status_code, mismatches(answer.json(), EMAILS)) == (200, [])
    assert client.put(f"/domain/{domain}/dcv/emails", {}).status_code == 204


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("status", [200, 201])
def test_method_and_token_d_on_both_sides_of_the_switch(
    client: Client, simulator: SimulatorProcess, method: str, status: int
) -> None:
    simulator.set_switches(dcv_token_status_code=status)
    path = f"/domain/{create(client)['id']}/dcv"
    answer = client.put(f"{path}/method", {"dcv_method": method})
    assert (answer.status_code, mismatches(answer.json(), {"dcv_token": DCV_TOKEN})) == (200, [])
    answer = client.post(f"{path}/token")
    assert answer.status_code == status
    shape = {"token": TOKEN, "expiration_date": MOMENT, "http_token_url?": str, "verification_value?": str}
    assert mismatches(answer.json(), shape) == []


def test_token_of_email_method_d(client: Client) -> None:
    path = f"/domain/{create(client)['id']}/dcv"
    for method, name in (("POST", "token"), ("PUT", "validate-token")):
        answer = client.call(method, f"{path}/{name}")
        assert (answer.status_code, code_of(answer)) == (400, "invalid_dcv_method")
    assert client.put(f"/domain/{create(client, METHODS[0], 'b.example')['id']}/dcv/emails").status_code == 400


def test_validate_token_d(client: Client, dns_zone: DnsServer) -> None:
    made = create(client, "dns-txt-token")
    path = f"/domain/{made['id']}/dcv/validate-token"
    answer = client.put(path)
    assert (answer.status_code, code_of(answer)) == (400, "invalid_dns_txt")
    dns_zone.add("a.example", "TXT", f'"{made["dcv_token"]["token"]}"')
    answer = client.put(path)
    assert answer.status_code == 200
    assert answer.json() == {"token": made["dcv_token"]["token"], "status": "active"}
    found = client.get(f"/domain/{made['id']}?include_dcv=true&include_validation=true").json()
    assert found["dcv_token"]["status"] == "active"
    assert [entry["dcv_status"] for entry in found["validations"]] == ["complete", "complete"]


def test_every_unexpired_value_is_valid_d(client: Client, simulator: SimulatorProcess, dns_zone: DnsServer) -> None:
    made = create(client, "dns-txt-token")
    client.post(f"/domain/{made['id']}/dcv/token")
    dns_zone.add("a.example", "TXT", f'"{made["dcv_token"]["token"]}"')
    simulator.advance(days=31)
    assert client.put(f"/domain/{made['id']}/dcv/validate-token").status_code == 400
    simulator.advance(days=-2)
    assert client.put(f"/domain/{made['id']}/dcv/validate-token").status_code == 200


def test_missing_file_d(client: Client, dns_zone: DnsServer, web: WebServer) -> None:
    answer = client.put(f"/domain/{create(client, 'http-token')['id']}/dcv/validate-token")
    assert (answer.status_code, code_of(answer)) == (400, "file_random_value_not_found")


def test_submit_for_more_types(client: Client) -> None:
    domain = create(client, "dns-txt-token", validations=[{"type": "ov"}])["id"]
    answer = client.post(f"/domain/{domain}/validation", {"validations": [{"type": "ev"}]})
    assert (answer.status_code, mismatches(answer.json(), {"id": int, "dcv_token": DCV_TOKEN})) == (200, [])
    found = client.get(f"/domain/{domain}?include_validation=true").json()["validations"]
    assert [entry["type"] for entry in found] == ["ov", "ev"]


def test_methods_and_validation_types(client: Client) -> None:
    methods = client.get("/domain/dcv/method").json()
    assert mismatches(methods, {"methods": [{"name_id": str, "name": str}]}) == []
    assert [entry["name_id"] for entry in methods["methods"]] == ["email", *METHODS]
    types = client.get("/domain/validation-type").json()
    assert mismatches(types, {"validation_types": [{"type": ("ov", "ev"), "name": str, "description": str}]}) == []


def test_deactivated_and_deleted_domains_are_not_used(client: Client) -> None:
    domain = client.get("/domain?filters[name]=valid.example").json()["domains"][0]["id"]
    assert client.put(f"/domain/{domain}/deactivate").status_code == 204
    assert client.get(f"/domain/{domain}").json()["is_active"] is False
    assert "certificate_chain" not in client.order("www.valid.example", skip_approval=True).json()
    assert client.put(f"/domain/{domain}/activate").status_code == 204
    client.issued("www.valid.example")
    answer = client.call("DELETE", f"/domain/{domain}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get(f"/domain/{domain}").status_code == 404


def test_domain_that_exists_on_both_sides_of_the_switch(client: Client, simulator: SimulatorProcess) -> None:
    body = {"name": "valid.example", "organization": {"id": 112233}, "validations": [{"type": "ov"}]}
    assert client.post("/domain", body).status_code == 400
    simulator.admin("PUT", "/switches", {"error.domain_exists": "409 domain_exists"})
    answer = client.post("/domain", body)
    assert (answer.status_code, code_of(answer)) == (409, "domain_exists")


def test_validations_d_a10(client: Client) -> None:
    domain = client.get("/domain?filters[name]=valid.example").json()["domains"][0]["id"]
    body = client.get(f"/domain/{domain}/validation").json()
    entry = {
        "type": ("ov", "ev"),
        "name": str,
        "description": str,
        "date_created": MOMENT,
        "validated_until": MOMENT,
        "status": ("pending", "active"),
        "dcv_status": ("complete", "pending"),
        "org_status": ("pending", "active"),
        "verified_users?": [
            {
                "id": int,
                "first_name": str,
                "last_name": str,
                "email": str,
                "job_title": str,
                "telephone": str,
            }
        ],
    }
    assert mismatches(body, {"validations": [entry]}) == []
    assert [user["id"] for user in body["validations"][1]["verified_users"]] == [14]


def test_a_domain_needs_a_validation_d(client: Client) -> None:
    body = {"name": "a.example", "organization": {"id": 112233}}
    for validations in (None, [], [{"type": "x"}]):
        assert code_of(client.post("/domain", {**body, "validations": validations})) == "invalid_value:validations"


def test_the_method_that_is_set_already_d(client: Client) -> None:
    path = f"/domain/{create(client, 'dns-txt-token')['id']}/dcv/method"
    assert client.put(path, {"dcv_method": "dns-txt-token"}).json() == {}
    assert "validation_emails" in client.put(path, {"dcv_method": "email"}).json()
    assert client.put(path, {"dcv_method": "email"}).json() == {}


def test_addresses_by_id_and_by_name_d_a10(client: Client) -> None:
    made = create(client, email_array=["admin@a.example", "nobody@a.example"], locale="xx")
    by_id = client.get(f"/domain/{made['id']}/dcv/emails").json()
    assert mismatches(by_id, {**ADDRESSES, "dns_txt_emails": [str]}) == []
    # Addresses that are not allowed are ignored.
    assert (by_id["name_scope"], by_id["email_array"]) == ("a.example", ["admin@a.example"])
    assert client.get("/domain/a.example/dcv/emails").json() == by_id
    answer = client.put(f"/domain/{made['id']}/dcv/emails", {"name_scope": "a.example", "email_array": ["x@y.example"]})
    assert (answer.status_code, answer.content) == (204, b"")


def test_sample_without_parameters_b2_d(client: Client) -> None:
    (domain,) = client.get("/domain?filters[name]=valid.example").json()["domains"]
    assert {"validations", "dcv_method", "dcv_expiration", "last_submitted_datetime"} <= set(domain)
    assert set(domain["dcv_expiration"]) == {"ov", "ev"}
