# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contract: products and product limits (facts, sections 3.1 and 4)."""

from __future__ import annotations

import re

import pytest
from simulator_testing.client import Client, code_of
from simulator_testing.shapes import mismatches

PRODUCT = {
    "group_name": str,
    "name_id": str,
    "name": str,
    "type": ("ssl_certificate", "private_ssl_certificate"),
    "validation_type": ("ov", "ev", "dv"),
    "validation_name": str,
    "validation_description": str,
    "csr_required": bool,
    "duplicates_allowed": bool,
    "additional_dns_names_allowed?": bool,
    "custom_expiration_date_allowed": bool,
    "allow_auto_renew": bool,
    "server_platforms": [{"id": int, "name": str}],
    "allowed_container_ids": [int],
    "allowed_validity_years": [int],
    "allowed_order_validity_years": [int],
    "signature_hash_types": {
        "allowed_hash_types": [{"id": ("sha256", "sha384", "sha512"), "name": str}],
        "default_hash_type_id": str,
    },
    "allowed_ca_certs": [{"id": re.compile("[0-9A-F]{15}"), "name": str}],
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
    assert mismatches(body, PRODUCT) == []
    assert body["name_id"] == name
    flex = body["allowed_ca_certs"] != []
    assert flex is (name in {n for n in NAMES if "flex" in n or "basic" in n or "_pro" in n or "truebizid" in n})


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
            assert client.info(body["id"])["certificate"]["ca_cert"] == issuer
            assert body["certificate_chain"][1]["subject_common_name"] == issuer["name"]
