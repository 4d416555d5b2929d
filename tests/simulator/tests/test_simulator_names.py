# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Registered domains, and the domains to validate for the names of a certificate."""

from __future__ import annotations

import pytest
from simulator_testing.client import Client, code_of, order_body
from simulator_testing.dns_server import DnsServer

from certcentral_simulator.rules.names import base_domain, group_by_scope


@pytest.mark.parametrize(
    ("name", "registered"),
    [
        ("www.shop.example", "shop.example"),
        ("shop.example", "shop.example"),
        ("a.b.shop.co.uk", "shop.co.uk"),
        ("shop.co.uk", "shop.co.uk"),
        ("co.uk", "co.uk"),
        ("x.city.kawasaki.jp", "city.kawasaki.jp"),
        # The private section of the list is not used: such a domain belongs to one owner.
        ("me.github.io", "github.io"),
    ],
)
def test_registered_domain_by_the_public_suffix_list(name: str, registered: str) -> None:
    assert base_domain(name) == registered


def test_names_by_scope_s() -> None:
    names = ["a.shop.co.uk", "*.b.shop.co.uk", "www.other.example"]
    assert group_by_scope(names, "base_domain") == {
        "shop.co.uk": ["a.shop.co.uk", "*.b.shop.co.uk"],
        "other.example": ["www.other.example"],
    }
    assert list(group_by_scope(names, "fqdn")) == ["a.shop.co.uk", "b.shop.co.uk", "www.other.example"]


def test_one_record_at_the_registered_domain_s(client: Client, dns_zone: DnsServer) -> None:
    names = ("a.shop.co.uk", "b.c.shop.co.uk")
    placed = client.order(
        *names,
        product="ssl_multi_domain",
        skip_approval=True,
        dcv_method="dns-txt-token",
        certificate={"certificate_dcv_scope": "base_domain"},
    ).json()
    assert [entry["name"] for entry in placed["domains"]] == ["shop.co.uk"]
    dns_zone.add("_dnsauth.shop.co.uk", "TXT", f'"{placed["dcv_random_value"]}"')
    assert client.put(f"/order/certificate/{placed['id']}/check-dcv").json()["order_status"] == "issued"


@pytest.mark.parametrize(("length", "status"), [(64, 201), (65, 400), (77, 400)])
def test_only_a_common_name_of_more_than_64_characters_is_refused_c(client: Client, length: int, status: int) -> None:
    rest = ".valid.example"
    name = "a" * (length - len(rest)) + rest
    answer = client.post("/order/certificate/ssl_basic", order_body(name))
    assert answer.status_code == status
    if status != 201:
        assert code_of(answer) == "rfc5280_common_name_too_long"
    assert client.post("/order/certificate/ssl_basic", order_body("valid.example", name)).status_code == 201
