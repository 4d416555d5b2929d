# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Placing orders, and order info."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from simulator_testing.client import EC_CSR, ORGANIZATION, PENDING_ORGANIZATION, Client, code_of, order_body
from simulator_testing.csr import csr_for

from certcentral_simulator.process import SimulatorProcess


def test_approval_needed_returns_id_and_pending_request_d(client: Client) -> None:
    answer = client.order("www.valid.example")
    assert answer.status_code == 201
    body = answer.json()
    assert set(body) == {"id", "requests"}
    assert body["requests"] == [{"id": body["requests"][0]["id"], "status": "pending"}]
    info = client.info(body["id"])
    assert info["status"] == "needs_approval"
    assert "serial_number" not in info["certificate"]
    assert "valid_till" not in info["certificate"]
    assert "order_valid_till" not in info


def test_skip_approval_with_email_returns_only_ids_d(client: Client) -> None:
    body = client.order("new.example", skip_approval=True).json()
    assert set(body) == {"id", "certificate_id"}


@pytest.mark.parametrize("method", ["dns-txt-token", "dns-cname-token", "http-token", "http-token-dynamic"])
def test_skip_approval_with_token_returns_random_value_and_domains_c(client: Client, method: str) -> None:
    body = client.order("a.example", "www.a.example", skip_approval=True, dcv_method=method).json()
    assert len(body["dcv_random_value"]) == 32
    assert [entry["name"] for entry in body["domains"]] == ["a.example", "www.a.example"]
    assert all(entry["dns_name"] == entry["name"] for entry in body["domains"])
    assert all(entry["dcv_token"]["token"] == body["dcv_random_value"] for entry in body["domains"])
    assert all(entry["dcv_token"]["status"] == "pending" for entry in body["domains"])


def test_immediate_issuance_returns_leaf_ica_root_with_crlf_r(client: Client) -> None:
    body = client.issued("www.valid.example")
    chain = [x509.load_pem_x509_certificate(entry["pem"].encode()) for entry in body["certificate_chain"]]
    assert len(chain) == 3
    assert all("\r\n" in entry["pem"] for entry in body["certificate_chain"])
    assert body["certificate_chain"][0]["subject_common_name"] == "www.valid.example"
    for lower, upper in itertools.pairwise(chain):
        lower.verify_directly_issued_by(upper)
    chain[-1].verify_directly_issued_by(chain[-1])
    assert client.info(body["id"])["status"] == "issued"


def test_auto_approval_returns_approved_request_and_chain_r(client: Client, simulator: SimulatorProcess) -> None:
    simulator.set_mode("auto")
    body = client.order("www.valid.example").json()
    assert body["requests"][0]["status"] == "approved"
    assert len(body["certificate_chain"]) == 3


def test_names_come_from_json_not_from_csr_d(client: Client) -> None:
    body = client.issued("one.valid.example", "two.valid.example")
    leaf = x509.load_pem_x509_certificate(body["certificate_chain"][0]["pem"].encode())
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["one.valid.example", "two.valid.example"]


@pytest.mark.parametrize("form", ["crlf", "single_line", "without_final_newline"])
def test_csr_in_every_form_that_clients_send_c(client: Client, form: str) -> None:
    csr = {
        "crlf": EC_CSR.replace("\n", "\r\n"),
        "single_line": EC_CSR.replace("\n", ""),
        "without_final_newline": EC_CSR.strip(),
    }[form]
    assert client.order("www.valid.example", csr=csr, skip_approval=True).status_code == 201


def test_csr_garbage_is_refused_c(client: Client) -> None:
    answer = client.order(
        "www.valid.example", csr="-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----"
    )
    assert (answer.status_code, code_of(answer)) == (400, "csr_invalid_cannot_parse")
    assert client.simulator.billed_orders() == []


@pytest.mark.parametrize(
    "key",
    [
        rsa.generate_private_key(65537, 1024),
        ec.generate_private_key(ec.SECP256K1()),
        ed25519.Ed25519PrivateKey.generate(),
    ],
    ids=["rsa1024", "secp256k1", "ed25519"],
)
def test_weak_key_is_refused_with_the_code_of_the_switch(client: Client, key: Any) -> None:
    answer = client.order("www.valid.example", csr=csr_for(key))
    assert (answer.status_code, code_of(answer)) == (400, "invalid_value:csr")
    client.simulator.admin("PUT", "/switches", {"error.key_too_weak": "422 csr_weak"})
    answer = client.order("www.valid.example", csr=csr_for(key))
    assert (answer.status_code, code_of(answer)) == (422, "csr_weak")


def test_rsa_key_is_signed_and_key_size_shown(client: Client) -> None:
    body = client.issued(csr=csr_for(rsa.generate_private_key(65537, 2048)))
    assert client.info(body["id"])["certificate"]["key_size"] == 2048


def test_unknown_product_d(client: Client) -> None:
    answer = client.order("www.valid.example", product="ssl_gold")
    assert (answer.status_code, code_of(answer)) == (404, "not_found|product")


def test_every_product_can_be_ordered(client: Client) -> None:
    products = client.get("/product").json()["products"]
    assert len(products) >= 20
    for product in products:
        wild = "wildcard" in product["name_id"] and "cloud" not in product["name_id"]
        name = "*.valid.example" if wild else "www.valid.example"
        answer = client.order(name, product=product["name_id"])
        assert answer.status_code == 201, (product["name_id"], answer.text)


@pytest.mark.parametrize(
    ("names", "hint", "expected"),
    [
        (["a.example"], None, "ssl_plus"),
        (["a.example", "www.a.example"], "ov", "ssl_plus"),
        (["a.example", "b.example"], "ov", "ssl_multi_domain"),
        (["*.a.example"], "ov", "ssl_wildcard"),
        (["*.a.example", "b.example"], "ov", "ssl_cloud_wildcard"),
        (["a.example"], "ev", "ssl_ev_plus"),
        (["a.example"], "private", "private_ssl_plus"),
    ],
)
def test_type_hint_chooses_the_product(client: Client, names: list[str], hint: str | None, expected: str) -> None:
    fields: dict[str, Any] = {"product": {"type_hint": hint}} if hint else {}
    answer = client.post("/order/certificate/ssl", order_body(*names, **fields))
    assert client.info(answer.json()["id"])["product_name_id"] == expected


@pytest.mark.parametrize(("names", "hint"), [(["*.a.example"], "ev"), (["a.example"], "gold")])
def test_type_hint_that_cannot_decide_d(client: Client, names: list[str], hint: str) -> None:
    answer = client.post("/order/certificate/ssl", order_body(*names, product={"type_hint": hint}))
    assert (answer.status_code, code_of(answer)) == (400, "ambiguous_product")


def test_missing_and_unknown_organization(client: Client) -> None:
    assert client.order("a.example", organization=None).status_code == 400
    answer = client.order("a.example", organization={"id": 999})
    assert (answer.status_code, code_of(answer)) == (404, "not_found|organization")


def test_organization_id_as_text_c(client: Client) -> None:
    assert client.order("a.example", organization={"id": str(ORGANIZATION)}).status_code == 201


def test_organization_details_match_the_existing_one_d(client: Client) -> None:
    details = {"name": "Example Corp", "address": "2801 North Thanksgiving Way", "city": "Lehi", "country": "us"}
    same = client.order("a.example", organization=details).json()["id"]
    assert client.info(same)["organization"]["id"] == ORGANIZATION
    other = client.order("a.example", organization={**details, "skip_duplicate_org_check": True}).json()["id"]
    assert client.info(other)["organization"]["id"] != ORGANIZATION


def test_pending_organization_blocks_until_it_is_valid(client: Client, simulator: SimulatorProcess) -> None:
    body = client.order("www.valid.example", organization={"id": PENDING_ORGANIZATION}, skip_approval=True).json()
    assert client.info(body["id"])["status"] == "pending"
    simulator.set_organization(PENDING_ORGANIZATION, ov="valid")
    assert client.info(body["id"])["status"] == "issued"


@pytest.mark.parametrize(
    "name", ["nodots", "-bad.example", "sp ace.example", "a.*.example", "under_score.example", "1.2.3.4"]
)
def test_bad_host_name(client: Client, name: str) -> None:
    answer = client.order(name)
    assert (answer.status_code, code_of(answer)) == (400, "invalid_value:common_name")
    answer = client.order("good.example", name)
    assert (answer.status_code, code_of(answer)) == (400, "invalid_value:dns_names")


@pytest.mark.parametrize("method", ["http-token", "http-token-dynamic"])
def test_wildcard_with_http_method(client: Client, method: str) -> None:
    answer = client.order("*.a.example", dcv_method=method)
    assert (answer.status_code, code_of(answer)) == (400, "invalid_dcv_method")


def test_names_that_a_single_domain_product_does_not_accept(client: Client) -> None:
    assert client.order("a.example", "www.a.example", product="ssl_plus").status_code == 201
    assert client.order("a.example", "b.example", product="ssl_plus").status_code == 400
    assert client.order("*.a.example", product="ssl_plus").status_code == 400


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"order_validity": None}, "invalid_value:order_validity"),
        ({"order_validity": {"years": 4}}, "invalid_value:years"),
        ({"order_validity": None, "validity_years": 6}, "invalid_value:validity_years"),
        ({"order_validity": {"custom_expiration_date": "01 JAN 2001"}}, "invalid_value:custom_expiration_date"),
        ({"dcv_method": "pigeon"}, "invalid_value:dcv_method"),
    ],
)
def test_invalid_values_d(client: Client, fields: dict[str, Any], code: str) -> None:
    answer = client.order("a.example", **fields)
    assert (answer.status_code, code_of(answer)) == (400, code)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"order_validity": {"years": 2}}, {"years": 2}),
        ({"order_validity": {"years": 2, "days": 90}}, {"days": 90}),
        (
            {"order_validity": {"days": 90, "custom_expiration_date": "09 JUN 2027"}},
            {"custom_expiration_date": "2027-06-09"},
        ),
        ({"order_validity": {"years": 1}, "validity_years": 3}, {"years": 1}),
        ({"order_validity": None, "validity_years": 2}, {"years": 2}),
        (
            {"order_validity": None, "validity_years": 0, "custom_expiration_date": "2027-06-09"},
            {"custom_expiration_date": "2027-06-09"},
        ),
        (
            {"order_validity": None, "custom_expiration_date": "2027-06-09T00:00:00Z"},
            {"custom_expiration_date": "2027-06-09"},
        ),
    ],
)
def test_order_validity_precedence_d_c(
    client: Client, simulator: SimulatorProcess, fields: dict[str, Any], expected: dict[str, Any]
) -> None:
    simulator.set_clock("2026-11-20T12:00:00Z")
    order_id = client.order("a.example", **fields).json()["id"]
    assert client.info(order_id)["order_validity"] == expected


@pytest.mark.parametrize(
    ("today", "days"), [("2026-01-10", 398), ("2026-02-24", 199), ("2027-03-15", 99), ("2029-03-15", 46)]
)
def test_validity_is_capped_by_date(client: Client, simulator: SimulatorProcess, today: str, days: int) -> None:
    simulator.set_clock(f"{today}T12:00:00Z")
    simulator.set_domain("valid.example")
    simulator.set_organization(ORGANIZATION, ov="valid")
    body = client.issued(order_validity={"years": 2})
    leaf = x509.load_pem_x509_certificate(body["certificate_chain"][0]["pem"].encode())
    life = leaf.not_valid_after_utc - leaf.not_valid_before_utc
    assert leaf.not_valid_before_utc.date().isoformat() == today
    assert life.days + 1 == days
    assert client.info(body["id"])["is_multi_year_plan"] == "1"


def test_certificate_ends_with_its_order(client: Client, simulator: SimulatorProcess) -> None:
    simulator.set_clock("2026-11-20T12:00:00Z")
    body = client.issued(order_validity={"days": 30}, certificate={"cert_validity": {"days": 30}})
    info = client.info(body["id"])
    assert info["order_valid_till"] == info["certificate"]["valid_till"] == "2026-12-20"
    assert info["certificate"]["days_remaining"] == 30


def test_info_by_thumbprint_and_serial_d(client: Client) -> None:
    body = client.issued()
    certificate = client.info(body["id"])["certificate"]
    leaf = x509.load_pem_x509_certificate(body["certificate_chain"][0]["pem"].encode())
    assert certificate["thumbprint"] == leaf.fingerprint(hashes.SHA1()).hex().upper()
    assert int(certificate["serial_number"], 16) == leaf.serial_number
    assert client.info(certificate["thumbprint"])["id"] == body["id"]
    assert client.info(certificate["serial_number"])["id"] == body["id"]


def test_info_has_the_documented_fields_d(client: Client) -> None:
    body = client.issued(
        alternative_order_id="alt-1", comments="For the approver", custom_fields=[{"metadata_id": 11, "value": "x"}]
    )
    info = client.info(body["id"])
    for field in [
        "id",
        "certificate",
        "status",
        "is_renewal",
        "is_renewed",
        "date_created",
        "organization",
        "validity_years",
        "order_validity",
        "order_valid_from",
        "order_valid_till",
        "disable_renewal_notifications",
        "auto_renew",
        "auto_reissue",
        "container",
        "product",
        "organization_contact",
        "technical_contact",
        "user",
        "purchased_dns_names",
        "requests",
        "payment_method",
        "product_name_id",
        "custom_fields",
        "disable_issuance_email",
        "dcv_method",
        "alternative_order_id",
        "api_key",
    ]:
        assert field in info, field
    for field in [
        "id",
        "thumbprint",
        "serial_number",
        "common_name",
        "dns_names",
        "date_created",
        "date_issued",
        "valid_from",
        "valid_till",
        "days_remaining",
        "csr",
        "organization",
        "server_platform",
        "signature_hash",
        "key_size",
        "ca_cert",
    ]:
        assert field in info["certificate"], field
    assert info["api_key"] == {"name": "main", "key_type": "api_key"}
    assert "public_id" not in info
    assert info["requests"][0]["comments"] == "For the approver"


def test_unknown_order_d(client: Client) -> None:
    answer = client.get("/order/certificate/1")
    assert (answer.status_code, code_of(answer)) == (404, "not_found|order")


def test_zero_means_unset_c(client: Client) -> None:
    fields: dict[str, Any] = {"renewal_of_order_id": 0, "container": {"id": 0, "name": "", "is_active": False}, "id": 0}
    info = client.info(client.order("a.example", **fields).json()["id"])
    assert info["is_renewal"] is False
    assert info["container"]["id"] == 5


def test_renewal_links_both_ways_d(client: Client) -> None:
    first = client.issued()["id"]
    second = client.issued(renewal_of_order_id=first)["id"]
    assert client.info(second)["renewed_order_id"] == first
    assert client.info(second)["is_renewal"] is True
    assert client.info(first)["was_renewed_by_order_id"] == second
    assert client.info(first)["is_renewed"] is True
    thumbprint = client.info(second)["certificate"]["thumbprint"]
    third = client.issued(renewed_thumbprint=thumbprint)["id"]
    assert client.info(third)["renewed_order_id"] == second


def test_alternative_order_id_is_not_unique_d(client: Client) -> None:
    assert client.get("/order/alternate/alt-7").status_code == 404
    ids = [client.order("a.example", alternative_order_id="alt-7").json()["id"] for _number in range(2)]
    answer = client.get("/order/alternate/alt-7").json()
    assert [entry["order_id"] for entry in answer["orders"]] == ids
    assert all(set(entry) == {"order_id", "certificate_id", "status"} for entry in answer["orders"])
    assert answer["page"]["total"] == 2


def test_add_www_is_off_and_can_be_switched_on(client: Client, simulator: SimulatorProcess) -> None:
    alone = client.order("a.example", product="ssl_plus").json()["id"]
    assert client.info(alone)["certificate"]["dns_names"] == ["a.example"]
    simulator.set_switches(add_www=True)
    pair = client.order("a.example", product="ssl_plus").json()["id"]
    assert client.info(pair)["certificate"]["dns_names"] == ["a.example", "www.a.example"]


def test_dns_names_without_common_name_on_the_other_side_of_the_switch(
    client: Client, simulator: SimulatorProcess
) -> None:
    order_id = client.order("a.example", "b.example").json()["id"]
    simulator.set_switches(dns_names_include_common_name=False, certificate_status_in_info=True)
    certificate = client.info(order_id)["certificate"]
    assert certificate["dns_names"] == ["b.example"]
    assert certificate["status"] == "pending"


def test_ica_selection_only_for_flex_products_d(client: Client, simulator: SimulatorProcess) -> None:
    allowed = client.get("/product/ssl_basic").json()["allowed_ca_certs"]
    second = allowed[1]["id"]
    body = client.issued(certificate={"ca_cert_id": second})
    assert client.info(body["id"])["certificate"]["ca_cert"]["id"] == second
    assert client.order("a.example", certificate={"ca_cert_id": "BADC0FFEE"}).status_code == 400
    simulator.set_switches(ica_without_selection="refuse")
    assert client.order("a.example", product="ssl_plus", certificate={"ca_cert_id": second}).status_code == 400


def test_ev_needs_a_verified_user(client: Client, simulator: SimulatorProcess) -> None:
    assert "certificate_chain" in client.order("www.valid.example", product="ssl_ev_basic", skip_approval=True).json()
    simulator.set_organization(ORGANIZATION, ev={"state": "valid", "verified_users": [15]})
    body = client.order("www.valid.example", product="ssl_ev_basic", skip_approval=True).json()
    assert client.info(body["id"])["status"] == "pending"


def test_dv_never_reuses_a_validation_d(client: Client) -> None:
    body = client.order(
        "www.valid.example",
        product="ssl_dv_geotrust",
        organization=None,
        skip_approval=True,
        dcv_method="dns-txt-token",
    ).json()
    assert "certificate_chain" not in body
    info = client.info(body["id"])
    assert info["status"] == "pending"
    assert "organization" not in info
    assert "ca_cert" not in info["certificate"]
    client.simulator.set_switches(empty_organization_as_array=True)
    assert client.info(body["id"])["organization"] == []
