# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Domain control validation of orders against a real DNS server and a real web server."""

from __future__ import annotations

import contextlib
import socket
from datetime import datetime
from typing import Any

import pytest
from simulator_testing.client import Client, code_of
from simulator_testing.dns_server import DnsServer
from simulator_testing.web_server import WebServer

from certcentral_simulator.process import SimulatorProcess


def ordered(client: Client, *names: str, method: str = "dns-txt-token", **fields: Any) -> tuple[int, str]:
    """Place an approved order that waits for DCV; return its id and random value."""
    body = client.order(*names, skip_approval=True, dcv_method=method, **fields).json()
    return body["id"], body["dcv_random_value"]


def check(client: Client, order_id: int, *names: str) -> Any:
    """PUT check-dcv."""
    body = {"dns_names_validations": list(names)} if names else None
    return client.put(f"/order/certificate/{order_id}/check-dcv", body)


@pytest.mark.parametrize("place", ["_dnsauth.a.example", "a.example"])
@pytest.mark.parametrize("form", ['"{}"', '"v=1; value {} end"', '"other" "{}"'])
def test_txt_at_dnsauth_and_at_the_domain_d(client: Client, dns_zone: DnsServer, place: str, form: str) -> None:
    order_id, value = ordered(client, "a.example")
    answer = check(client, order_id)
    assert answer.status_code == 200
    assert answer.json()["order_status"] == "pending"
    assert answer.json()["dcv_status"] == "pending"
    dns_zone.add(place, "TXT", form.format(value))
    answer = check(client, order_id)
    assert answer.json() == {
        "order_status": "issued",
        "certificate_id": client.info(order_id)["certificate"]["id"],
        "dcv_status": "valid",
        "dns_name_validations": [{"dns_name": "a.example", "status": "approved"}],
    }
    assert client.info(order_id)["status"] == "issued"


def test_txt_behind_an_alias(client: Client, dns_zone: DnsServer) -> None:
    order_id, value = ordered(client, "a.example")
    dns_zone.add("_dnsauth.a.example", "CNAME", "a.validation.test.")
    dns_zone.add("a.validation.test", "TXT", f'"{value}"')
    assert check(client, order_id).json()["dcv_status"] == "valid"


def test_wrong_txt_value_is_not_accepted(client: Client, dns_zone: DnsServer) -> None:
    order_id, value = ordered(client, "a.example")
    dns_zone.add("_dnsauth.a.example", "TXT", f'"{value[:-1]}"')
    assert check(client, order_id).json()["dcv_status"] == "pending"
    other_id, _other = ordered(client, "b.example")
    dns_zone.add("_dnsauth.b.example", "TXT", f'"{value}"')
    assert check(client, other_id).json()["dcv_status"] == "pending", "the value of another order"


@pytest.mark.parametrize(
    ("owner", "target"),
    [("_dnsauth.a.example", "{value}.dcv.digicert.com."), ("{value}.a.example", "dcv.digicert.com.")],
)
def test_both_cname_placements_d(client: Client, dns_zone: DnsServer, owner: str, target: str) -> None:
    order_id, value = ordered(client, "a.example", method="dns-cname-token")
    assert check(client, order_id).json()["dcv_status"] == "pending"
    dns_zone.add(owner.format(value=value), "CNAME", target.format(value=value))
    assert check(client, order_id).json()["dcv_status"] == "valid"


def test_cname_to_another_target_is_not_accepted(client: Client, dns_zone: DnsServer) -> None:
    order_id, _other = ordered(client, "a.example", method="dns-cname-token")
    dns_zone.add("_dnsauth.a.example", "CNAME", "dcv.digicert.com.")
    assert check(client, order_id).json()["dcv_status"] == "pending"


def publish(web: WebServer, dns_zone: DnsServer, host: str, path: str, content: str) -> None:
    """Put a file on the web server under a host name that resolves to it."""
    dns_zone.add(host, "A", "127.0.0.1")
    web.files[(host, path)] = content


FILE = "/.well-known/pki-validation/fileauth.txt"


def test_http_token_is_fetched_for_each_name_d(client: Client, dns_zone: DnsServer, web: WebServer) -> None:
    order_id, value = ordered(client, "a.example", "www.a.example", method="http-token")
    publish(web, dns_zone, "a.example", FILE, value)
    answer = check(client, order_id)
    assert (answer.status_code, code_of(answer)) == (400, "file_random_value_not_found")
    states = client.get(f"/order/certificate/{order_id}/validation").json()["dns_name_validations"]
    assert {state["name_scope"]: state["status"] for state in states} == {
        "a.example": "approved",
        "www.a.example": "pending",
    }
    publish(web, dns_zone, "www.a.example", FILE, f"{value}\n")
    assert check(client, order_id).json()["order_status"] == "issued"
    assert web.user_agents[-1] == "DigiCert DCV/1.1"


def test_http_validation_does_not_cover_sub_domains_d(client: Client, dns_zone: DnsServer, web: WebServer) -> None:
    order_id, value = ordered(client, "a.example", method="http-token")
    publish(web, dns_zone, "a.example", FILE, value)
    assert check(client, order_id).json()["order_status"] == "issued"
    assert "certificate_chain" in client.order("a.example", skip_approval=True).json()
    for name in ("www.a.example", "*.a.example"):
        assert "certificate_chain" not in client.order(name, skip_approval=True).json()


def test_dns_validation_covers_sub_domains_and_wildcards_d(client: Client, dns_zone: DnsServer) -> None:
    order_id, value = ordered(client, "a.example")
    dns_zone.add("_dnsauth.a.example", "TXT", f'"{value}"')
    assert check(client, order_id).json()["order_status"] == "issued"
    for name in ("www.a.example", "*.a.example", "deep.down.a.example"):
        assert "certificate_chain" in client.order(name, skip_approval=True).json()


def test_http_token_dynamic_uses_its_own_file_d(client: Client, dns_zone: DnsServer, web: WebServer) -> None:
    body = client.order("a.example", skip_approval=True, dcv_method="http-token-dynamic").json()
    url = body["domains"][0]["dcv_token"]["http_token_url"]
    assert url.startswith("http://a.example/.well-known/pki-validation/")
    assert not url.endswith("fileauth.txt")
    publish(web, dns_zone, "a.example", FILE, body["dcv_random_value"])
    assert check(client, body["id"]).status_code == 400
    publish(web, dns_zone, "a.example", url.removeprefix("http://a.example"), body["dcv_random_value"])
    assert check(client, body["id"]).json()["order_status"] == "issued"


@pytest.mark.parametrize(
    ("target", "accepted"), [("http://www.a.example/token", True), ("http://b.example/token", False)]
)
def test_redirects_stay_in_the_base_domain_d(
    client: Client, dns_zone: DnsServer, web: WebServer, target: str, accepted: bool
) -> None:
    order_id, value = ordered(client, "a.example", method="http-token")
    dns_zone.add("a.example", "A", "127.0.0.1")
    web.redirects[("a.example", FILE)] = target
    publish(web, dns_zone, target.split("/")[2], "/token", value)
    assert (check(client, order_id).status_code == 200) is accepted


def test_http_body_over_5000_bytes_is_not_accepted_d(client: Client, dns_zone: DnsServer, web: WebServer) -> None:
    order_id, value = ordered(client, "a.example", method="http-token")
    publish(web, dns_zone, "a.example", FILE, value + " " * 5000)
    assert check(client, order_id).status_code == 400


def test_silent_resolver_does_not_delay_the_check(client: Client, simulator: SimulatorProcess) -> None:
    order_id, _other = ordered(client, "a.example", "b.example", "c.example")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        simulator.set_network(resolver=f"127.0.0.1:{silent.getsockname()[1]}")
        assert check(client, order_id).json()["dcv_status"] == "pending"
        silent.setblocking(False)
        queries = 0
        with contextlib.suppress(BlockingIOError):
            while silent.recv(512):
                queries += 1
    assert 1 <= queries <= 3, "no domain waits for a second query"


def test_public_addresses_are_not_contacted(client: Client, dns_zone: DnsServer) -> None:
    order_id, _other = ordered(client, "a.example", method="http-token")
    dns_zone.add("a.example", "A", "8.8.8.8")
    assert check(client, order_id).status_code == 400


def test_missing_dns_record_on_the_other_side_of_the_switch_d(
    client: Client, simulator: SimulatorProcess, dns_zone: DnsServer
) -> None:
    simulator.set_switches(check_dcv_missing_dns="error")
    order_id, value = ordered(client, "a.example", "b.example")
    dns_zone.add("_dnsauth.a.example", "TXT", f'"{value}"')
    answer = check(client, order_id)
    assert (answer.status_code, code_of(answer)) == (400, "invalid_dns_txt")
    assert check(client, order_id, "a.example").status_code == 200, "domains that were found stay validated"


def test_only_the_requested_names_are_checked_d(client: Client, dns_zone: DnsServer) -> None:
    order_id, value = ordered(client, "a.example", "b.example")
    for name in ("a.example", "b.example"):
        dns_zone.add(f"_dnsauth.{name}", "TXT", f'"{value}"')
    answer = check(client, order_id, "b.example").json()
    assert answer["dns_name_validations"] == [{"dns_name": "b.example", "status": "approved"}]
    assert answer["order_status"] == "pending"


def test_check_of_email_order_d(client: Client) -> None:
    order_id = client.order("a.example", skip_approval=True).json()["id"]
    answer = check(client, order_id)
    assert (answer.status_code, code_of(answer)) == (400, "invalid_dns_method")


def test_base_domain_scope_on_the_other_side_of_the_switch(
    client: Client, simulator: SimulatorProcess, dns_zone: DnsServer
) -> None:
    simulator.set_switches(dcv_scope="base_domain")
    body = client.order("x.a.example", "y.a.example", skip_approval=True, dcv_method="dns-txt-token").json()
    assert [entry["name"] for entry in body["domains"]] == ["a.example"]
    dns_zone.add("_dnsauth.x.a.example", "TXT", f'"{body["dcv_random_value"]}"')
    assert check(client, body["id"]).json()["dcv_status"] == "pending"
    dns_zone.add("_dnsauth.a.example", "TXT", f'"{body["dcv_random_value"]}"')
    assert check(client, body["id"]).json()["order_status"] == "issued"


def test_scope_of_the_order_overrides_the_switch(client: Client) -> None:
    body = client.order(
        "x.a.example",
        skip_approval=True,
        dcv_method="dns-txt-token",
        certificate={"certificate_dcv_scope": "base_domain"},
    ).json()
    assert [entry["name"] for entry in body["domains"]] == ["a.example"]


def test_change_of_method_d(client: Client, dns_zone: DnsServer) -> None:
    order_id = client.order("a.example", skip_approval=True).json()["id"]
    path = f"/order/certificate/{order_id}/dcv-method"
    answer = client.put(path, {"dcv_method": "dns-txt-token"})
    assert set(answer.json()) == {"dcv_random_value", "expiration_date"}
    dns_zone.add("_dnsauth.a.example", "TXT", f'"{answer.json()["dcv_random_value"]}"')
    assert client.put(path, {"dcv_method": "email"}).status_code == 204
    assert client.info(order_id)["dcv_method"] == "email"
    client.put(path, {"dcv_method": "dns-txt-token"})
    assert check(client, order_id).json()["order_status"] == "issued", "an unexpired value stays valid"


def test_random_value_is_kept_until_it_expires_d(
    client: Client, simulator: SimulatorProcess, dns_zone: DnsServer
) -> None:
    order_id, value = ordered(client, "a.example")
    path = f"/order/certificate/{order_id}/dcv-random-value"
    assert client.put(path).json()["dcv_random_value"] == value
    simulator.advance(days=29)
    assert client.put(path).json()["dcv_random_value"] == value
    simulator.advance(days=2)
    fresh = client.put(path).json()["dcv_random_value"]
    assert fresh != value
    dns_zone.add("_dnsauth.a.example", "TXT", f'"{value}"')
    assert check(client, order_id).json()["dcv_status"] == "pending", "the old value has expired"
    dns_zone.add("_dnsauth.a.example", "TXT", f'"{fresh}"')
    assert check(client, order_id).json()["dcv_status"] == "valid"


def test_random_value_of_email_order_d(client: Client) -> None:
    order_id = client.order("a.example", skip_approval=True).json()["id"]
    answer = client.put(f"/order/certificate/{order_id}/dcv-random-value")
    assert (answer.status_code, code_of(answer)) == (400, "invalid_dcv_method")


def test_token_calls_return_201_on_the_other_side_of_the_switch(client: Client, simulator: SimulatorProcess) -> None:
    order_id, _other = ordered(client, "a.example")
    assert client.put(f"/order/certificate/{order_id}/dcv-random-value").status_code == 200
    simulator.set_switches(dcv_token_status_code=201)
    assert client.put(f"/order/certificate/{order_id}/dcv-random-value").status_code == 201


def test_resend_emails_c(client: Client) -> None:
    order_id = client.order("a.example", skip_approval=True).json()["id"]
    assert client.put(f"/order/certificate/{order_id}/resend-emails").status_code == 204


def test_validation_of_an_order_d(client: Client) -> None:
    order_id = client.issued("www.valid.example")["id"]
    body = client.get(f"/order/certificate/{order_id}/validation").json()
    assert body["order_id"] == str(order_id)
    assert body["organization_id"] == "112233"
    assert {entry["type"]: entry["status"] for entry in body["organization_validations"]}["ov"] == "complete"
    domain = body["dns_name_validations"][0]
    assert (domain["name_scope"], domain["approval_scope"], domain["status"]) == (
        "valid.example",
        "subdomains",
        "approved",
    )
    assert domain["dns_names"] == ["www.valid.example"]
    assert isinstance(domain["domain_id"], str)


def test_automatic_check_issues_without_any_call_d(
    client: Client, simulator: SimulatorProcess, dns_zone: DnsServer
) -> None:
    order_id, value = ordered(client, "a.example")
    dns_zone.add("_dnsauth.a.example", "TXT", f'"{value}"')
    simulator.advance(seconds=50)
    assert client.info(order_id)["status"] == "pending", "the first check comes after a minute"
    simulator.advance(seconds=20)
    assert client.info(order_id)["status"] == "issued"


def test_automatic_checks_end_after_ten_days_d(
    client: Client, simulator: SimulatorProcess, dns_zone: DnsServer
) -> None:
    order_id, value = ordered(client, "a.example")
    simulator.advance(days=9)
    simulator.advance(days=2)
    dns_zone.add("_dnsauth.a.example", "TXT", f'"{value}"')
    simulator.advance(days=1)
    assert client.info(order_id)["status"] == "pending"
    assert check(client, order_id).json()["order_status"] == "issued"


def test_polling_can_be_switched_off(client: Client, simulator: SimulatorProcess, dns_zone: DnsServer) -> None:
    simulator.set_switches(polling=False)
    order_id, value = ordered(client, "a.example")
    dns_zone.add("_dnsauth.a.example", "TXT", f'"{value}"')
    simulator.advance(minutes=5)
    assert client.info(order_id)["status"] == "pending"


@pytest.mark.parametrize(
    ("today", "days"), [("2026-01-10", 398), ("2026-02-24", 199), ("2027-03-15", 100), ("2029-03-15", 10)]
)
def test_validation_is_valid_for_the_reuse_period_of_its_date(
    client: Client, simulator: SimulatorProcess, today: str, days: int
) -> None:
    simulator.set_clock(f"{today}T12:00:00Z")
    simulator.set_organization(112233, ov="valid")
    simulator.set_domain("valid.example")
    found = client.get("/domain?filters[name]=valid.example&include_dcv=true").json()["domains"][0]
    approved, expires = found["dcv_approval_datetime"], found["dcv_expiration_datetime"]
    simulator.set_clock(expires)
    assert "certificate_chain" not in client.order("www.valid.example", skip_approval=True).json()
    assert (datetime.fromisoformat(expires) - datetime.fromisoformat(approved)).days == days


def test_dv_order_is_validated_separately_d(client: Client, dns_zone: DnsServer) -> None:
    fields: dict[str, Any] = {"product": "ssl_dv_geotrust", "organization": None}
    order_id, value = ordered(client, "a.example", **fields)
    dns_zone.add("_dnsauth.a.example", "TXT", f'"{value}"')
    assert check(client, order_id).json()["order_status"] == "issued"
    second, _other = ordered(client, "a.example", **fields)
    assert check(client, second).json()["order_status"] == "pending", "the value of the first order does not count"
