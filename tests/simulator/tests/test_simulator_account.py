# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Organizations, domains, products, users, account."""

from __future__ import annotations

import pytest
from simulator_testing.client import Client, code_of
from simulator_testing.dns_server import DnsServer
from simulator_testing.web_server import WebServer


def test_organizations_of_the_ready_account(client: Client) -> None:
    body = client.get("/organization?container_id=5&filters[status]=active&include_validation=true").json()
    assert [(entry["id"], entry["name"]) for entry in body["organizations"]] == [
        (112233, "Example Corp"),
        (112244, "Pending Corp"),
    ]
    assert body["organizations"][0]["validations"][0]["status"] == "active"
    assert client.get("/organization/112233").json()["city"] == "Lehi"
    assert client.get("/organization/1").status_code == 404


def test_organization_validation_d(client: Client) -> None:
    found = client.get("/organization/112233/validation").json()["validations"]
    assert {entry["type"]: entry["status"] for entry in found} == {"ov": "active", "ev": "active"}
    assert found[1]["verified_users"] == [{"id": 14, "first_name": "John", "last_name": "Smith"}]
    assert "validated_until" in found[0]
    pending = client.get("/organization/112244/validation").json()["validations"]
    assert [(entry["type"], entry["status"]) for entry in pending] == [("ov", "pending")]
    assert "validated_until" not in pending[0]


def test_organization_validation_expires_by_date(client: Client) -> None:
    client.simulator.advance(days=399)
    found = client.get("/organization/112233/validation").json()["validations"]
    assert {entry["status"] for entry in found} == {"expired"}


def test_submit_organization_d(client: Client) -> None:
    path = "/organization/112244/validation"
    assert client.post(path, {"validations": [{"type": "ev", "verified_users": [{"id": 14}]}]}).status_code == 204
    found = {entry["type"]: entry for entry in client.get(path).json()["validations"]}
    assert found["ev"]["status"] == "pending"
    assert found["ev"]["verified_users"][0]["last_name"] == "Smith"
    assert client.post(path, {"validations": [{"type": "ev_cs"}]}).status_code == 400
    assert client.post(path, {"validations": [{"type": "brave"}]}).status_code == 400


def test_create_organization(client: Client) -> None:
    body = {"name": "New Corp", "address": "1 Street", "city": "Lehi", "country": "us"}
    answer = client.post("/organization", body)
    assert (answer.status_code, set(answer.json())) == (201, {"id"})
    assert client.get(f"/organization/{answer.json()['id']}").json()["name"] == "New Corp"
    answer = client.post("/organization", {"name": "New Corp"})
    assert (answer.status_code, code_of(answer)) == (400, "invalid_value:address")


def test_deactivated_organization_accepts_no_order(client: Client) -> None:
    assert client.put("/organization/112233/deactivate").status_code == 204
    assert client.order("www.valid.example").status_code == 400
    assert client.put("/organization/112233/activate").status_code == 204
    assert client.order("www.valid.example").status_code == 201


def test_domain_info_d(client: Client) -> None:
    listed = client.get("/domain").json()["domains"]
    assert [entry["name"] for entry in listed] == ["valid.example", "pending.example"]
    body = client.get(f"/domain/{listed[0]['id']}?include_dcv=true&include_validation=true").json()
    assert body["organization"]["is_active"] == "1"
    assert {entry["type"]: entry["dcv_status"] for entry in body["validations"]} == {"ov": "complete", "ev": "complete"}
    assert body["dcv_token"]["status"] == "active"
    pending = client.get(f"/domain/{listed[1]['id']}?include_validation=true").json()
    assert pending["validations"][0]["dcv_status"] == "pending"
    assert (pending["dcv_method"], "dcv_token" in pending) == ("dns-txt-token", False)
    assert client.get("/domain/3").status_code == 404


def test_domain_is_created_and_validated_before_any_order_d(client: Client, dns_zone: DnsServer) -> None:
    body = {
        "name": "new.example",
        "organization": {"id": 112233},
        "validations": [{"type": "ov"}],
        "dcv_method": "dns-txt-token",
    }
    answer = client.post("/domain", body)
    assert answer.status_code == 201
    domain_id, token = answer.json()["id"], answer.json()["dcv_token"]["token"]
    refused = client.put(f"/domain/{domain_id}/dcv/validate-token")
    assert (refused.status_code, code_of(refused)) == (400, "invalid_dns_txt")
    dns_zone.add("_dnsauth.new.example", "TXT", f'"{token}"')
    assert client.put(f"/domain/{domain_id}/dcv/validate-token").json() == {"token": token, "status": "active"}
    assert "certificate_chain" in client.order("www.new.example", skip_approval=True).json()


def test_domain_method_and_token_d(client: Client, dns_zone: DnsServer, web: WebServer) -> None:
    domain_id = client.get("/domain?filters[name]=pending.example").json()["domains"][0]["id"]
    cname = client.put(f"/domain/{domain_id}/dcv/method", {"dcv_method": "dns-cname-token"}).json()
    assert cname["dcv_token"]["verification_value"] == "dcv.digicert.com"
    http = client.put(f"/domain/{domain_id}/dcv/method", {"dcv_method": "http-token"}).json()
    assert http["dcv_token"]["http_token_url"] == "http://pending.example/.well-known/pki-validation/fileauth.txt"
    token = client.post(f"/domain/{domain_id}/dcv/token").json()["token"]
    assert token != http["dcv_token"]["token"]
    refused = client.put(f"/domain/{domain_id}/dcv/validate-token")
    assert (refused.status_code, code_of(refused)) == (400, "file_random_value_not_found")
    dns_zone.add("pending.example", "A", "127.0.0.1")
    web.files[("pending.example", "/.well-known/pki-validation/fileauth.txt")] = http["dcv_token"]["token"]
    assert client.put(f"/domain/{domain_id}/dcv/validate-token").json()["status"] == "active", "every value counts (D)"
    emails = client.put(f"/domain/{domain_id}/dcv/method", {"dcv_method": "email"}).json()
    assert emails["validation_emails"]["base_emails"][0] == "admin@pending.example"
    answer = client.post(f"/domain/{domain_id}/dcv/token")
    assert (answer.status_code, code_of(answer)) == (400, "invalid_dcv_method")


def test_token_of_an_order_is_shown_by_its_domain_d(client: Client) -> None:
    body = client.order("new.example", skip_approval=True, dcv_method="dns-txt-token").json()
    domain = client.get(f"/domain/{body['domains'][0]['id']}?include_dcv=true").json()
    assert domain["dcv_token"]["token"] == body["dcv_random_value"]


def test_deleted_domain_is_not_used(client: Client) -> None:
    domain_id = client.get("/domain?filters[name]=valid.example").json()["domains"][0]["id"]
    assert client.call("DELETE", f"/domain/{domain_id}").status_code == 204
    assert "certificate_chain" not in client.order("www.valid.example", skip_approval=True).json()


def test_products(client: Client) -> None:
    body = client.get("/product/ssl_basic").json()
    assert (body["name"], body["type"], body["validation_type"]) == ("Basic OV", "ssl_certificate", "OV")
    assert len(body["allowed_ca_certs"]) == 2
    answer = client.get("/product/ssl_gold")
    assert (answer.status_code, code_of(answer)) == (404, "not_found|product")
    limits = client.get("/container/5/product-limits").json()["product_limits"]
    assert {"container_id", "product_name_id", "allowed_lifetimes", "allowed_order_lifetimes"} <= set(limits[0])


def test_user_and_account_r(client: Client) -> None:
    me = client.get("/user/me").json()
    assert (me["id"], me["access_roles"], me["container"]["id"]) == (14, [{"id": 1, "name": "Administrator"}], 5)
    assert len(client.get("/user").json()["users"]) == 2
    account = client.get("/account").json()
    assert (account["id"], account["primary_organization_id"]) == (1000001, 112233)
    assert client.get("/container/5").json()["name"] == "Example Division"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_unknown_route_d(client: Client, method: str) -> None:
    answer = client.call(method, "/nothing/here")
    assert (answer.status_code, code_of(answer)) == (404, "not_found|route")
    assert answer.json()["errors"][0]["message"] == "The specified route was not found."
