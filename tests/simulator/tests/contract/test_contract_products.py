# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contract: products and product limits (facts, sections 3.1 and 4)."""

from __future__ import annotations

import re

import pytest
from simulator_testing.client import Client, code_of, order_body
from simulator_testing.shapes import mismatches

from certcentral_simulator.process import SimulatorProcess

CHAIN_INFO = re.compile(r".+ \(SHA2-256\) > .+ \(SHA2-256\)")
PRODUCT = {
    "group_name": ("ssl_certificate", "dv_ssl_certificate", "private_ssl_certificate"),
    "name_id": str,
    "name": str,
    "type": "ssl_certificate",
    "validation_type": ("ov", "ev", "dv"),
    "validation_name": str,
    "validation_description": str,
    "csr_required": bool,
    "duplicates_allowed": bool,
    "additional_dns_names_allowed?": bool,
    "custom_expiration_date_allowed": bool,
    "allow_auto_renew": bool,
    "server_platforms": [{"id": int, "name": str, "install_url": str, "csr_url": str}],
    "allowed_container_ids": [int],
    "allowed_validity_years": [int],
    "allowed_order_validity_years": [int],
    "max_multi_year_order_validity_years": int,
    "custom_order_expiration_date_allowed": bool,
    "signature_hash_types": {
        "allowed_hash_types": [{"id": ("sha256", "sha384", "sha512"), "name": str}],
        "default_hash_type_id": str,
    },
    "allowed_ca_certs": [{"id": re.compile("[0-9A-F]{15}"), "name": str, "chain_info": CHAIN_INFO}],
}
LIMIT = {
    "container_id": int,
    "role_id": int,
    "product_name_id": str,
    "allowed_lifetimes": [re.compile(r"\d")],
    "allowed_order_lifetimes": [re.compile(r"\d")],
    "allow_auto_renew": bool,
    "allow_auto_reissue": bool,
    "allowed_wildcards": bool,
}
# Parts of the names of products whose intermediate can be chosen: flex (D seed 002) and private ones (D).
CHOICE = ("flex", "basic", "_pro", "truebizid", "private")
# Every identifier in the facts.
NAMES = (
    "ssl_plus",
    "ssl_multi_domain",
    "ssl_wildcard",
    "ssl_cloud_wildcard",
    "ssl_ev_plus",
    "ssl_ev_multi_domain",
    "ssl_basic",
    "ssl_ev_basic",
    "ssl_securesite_flex",
    "ssl_ev_securesite_flex",
    "ssl_securesite_pro",
    "ssl_ev_securesite_pro",
    "ssl_dv_geotrust",
    "ssl_dv_rapidssl",
    "wildcard_dv_geotrust",
    "wildcard_dv_rapidssl",
    "cloud_dv_geotrust",
    "ssl_dv_geotrust_flex",
    "ssl_geotrust_truebizid",
    "private_ssl_plus",
    "private_ssl_wildcard",
    "private_ssl_multi_domain",
    "private_ssl_flex",
    "ssl_securesite",
)


def test_list_has_every_product_d_c_r(client: Client) -> None:
    body = client.get("/product").json()
    assert mismatches(body, {"products": [PRODUCT]}) == []
    assert {entry["name_id"] for entry in body["products"]} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_info_r(client: Client, name: str) -> None:
    body = client.get(f"/product/{name}").json()
    # In capitals in product info, in small letters everywhere else (D).
    assert mismatches(body, {**PRODUCT, "validation_type": ("OV", "EV", "DV")}) == []
    assert body["name_id"] == name
    choice = body["allowed_ca_certs"] != []
    assert choice is (name in {n for n in NAMES if any(part in n for part in CHOICE)})


def test_unknown_product_d(client: Client) -> None:
    answer = client.get("/product/none")
    assert (answer.status_code, code_of(answer)) == (404, "not_found|product")
    answer = client.order("a.example", product="none")
    assert (answer.status_code, code_of(answer)) == (404, "not_found|product")


def test_limits_of_a_container_d(client: Client) -> None:
    body = client.get("/container/5/product-limits").json()
    assert mismatches(body, {"is_limited": bool, "product_limits": [LIMIT]}) == []
    assert body["is_limited"] is False
    assert {entry["container_id"] for entry in body["product_limits"]} == {5}
    answer = client.get("/container/6/product-limits")
    assert (answer.status_code, code_of(answer)) == (404, "not_found|container")


def test_every_allowed_intermediate_can_be_selected_d_seed_002(client: Client) -> None:
    for name in ("ssl_basic", "ssl_ev_basic"):
        for issuer in client.get(f"/product/{name}").json()["allowed_ca_certs"]:
            body = client.issued(product=name, certificate={"ca_cert_id": issuer["id"].lower()})
            assert client.info(body["id"])["certificate"]["ca_cert"] == {key: issuer[key] for key in ("id", "name")}
            assert body["certificate_chain"][1]["subject_common_name"] == issuer["name"]


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("ssl_plus", "ssl_certificate"),
        ("ssl_ev_basic", "ssl_certificate"),
        ("ssl_dv_geotrust", "dv_ssl_certificate"),
        ("private_ssl_plus", "private_ssl_certificate"),
    ],
)
def test_groups_b1_d_r(client: Client, name: str, group: str) -> None:
    body = client.get(f"/product/{name}").json()
    assert (body["group_name"], body["type"]) == (group, "ssl_certificate")


def test_private_product_with_its_own_intermediate_a2_d(client: Client) -> None:
    (issuer,) = client.get("/product/private_ssl_plus").json()["allowed_ca_certs"]
    body = client.issued(product="private_ssl_plus", certificate={"ca_cert_id": issuer["id"]})
    assert client.info(body["id"])["certificate"]["ca_cert"]["id"] == issuer["id"]


def test_intermediate_of_order_info_can_be_sent_back_a2(client: Client) -> None:
    order_id = client.issued(product="ssl_plus")["id"]
    chosen = client.info(order_id)["certificate"]["ca_cert"]["id"]
    body = order_body("www.valid.example", certificate={"ca_cert_id": chosen}, skip_approval=True)
    answer = client.post(f"/order/certificate/{order_id}/reissue", body)
    assert (answer.status_code, client.info(order_id)["certificate"]["ca_cert"]["id"]) == (201, chosen)


@pytest.mark.parametrize(("word", "status"), [("ignore", 201), ("refuse", 400)])
def test_intermediate_where_none_can_be_chosen_a2_on_both_sides_of_the_switch(
    client: Client, simulator: SimulatorProcess, word: str, status: int
) -> None:
    simulator.set_switches(ica_without_selection=word)
    certificate = {"ca_cert_id": "ssl_plus"}
    assert client.order("www.valid.example", product="ssl_plus", certificate=certificate).status_code == status
    simulator.set_switches(ica_selection=False)
    assert client.order("www.valid.example", certificate=certificate).status_code == status


@pytest.mark.parametrize(("enabled", "years"), [(True, [1, 2, 3]), (False, [1])])
def test_annual_plans_d(client: Client, simulator: SimulatorProcess, enabled: bool, years: list[int]) -> None:
    simulator.set_clock("2026-11-20T12:00:00Z")
    simulator.set_switches(multi_year_plans=enabled)
    body = client.get("/product/ssl_basic").json()
    assert (body["allowed_order_validity_years"], body["max_multi_year_order_validity_years"]) == (years, years[-1])
    answer = client.order("www.valid.example", order_validity={"years": 2})
    assert answer.status_code == (201 if enabled else 400)
    assert client.order("www.valid.example", order_validity={"years": 1}).status_code == 201
