# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contract: filters and searches of the lists (additions, sections 3.3 and 3.3a)."""

from __future__ import annotations

import pytest
from simulator_testing.client import Client, code_of

from certcentral_simulator.process import SimulatorProcess


def found(client: Client, path: str, key: str, field: str) -> list[object]:
    """The values of a field in a list."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return [item[field] for item in answer.json()[key]]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("filters[search]=valid.example", ["valid.example"]),
        ("filters[search]=ample", []),
        ("filters[search]=%25ample", ["valid.example", "pending.example"]),
        ("filters[search]=%25VALID.ex", ["valid.example"]),
        ("filters[search]=%25_", []),
        ("filters[status]=active", ["valid.example", "pending.example"]),
        ("filters[status]=inactive", []),
        ("filters[validation]=pending", ["pending.example"]),
        ("filters[validation]=ev", ["valid.example"]),
        ("filters[dcv_method]=dns-txt-token", ["valid.example", "pending.example"]),
        ("filters[dcv_method]=http-token-static", []),
        ("filters[container_id]=5&filters[name]=valid.example", ["valid.example"]),
        ("filters[container_id]=6", []),
    ],
)
def test_domains_a4_a5_d_c(client: Client, query: str, names: list[str]) -> None:
    assert found(client, f"/domain?{query}", "domains", "name") == names


def test_reuse_status_of_domains_a4_d(client: Client) -> None:
    path = "/domain?filters[name]=valid.example"
    (plain,) = client.get(path).json()["domains"]
    (more,) = client.get(f"{path}&filters[include_validation_reuse_status]=true").json()["domains"]
    added = {"ov_shortened", "ov_status", "ev_status", "dcv_approval_date"}
    assert set(more["dcv_expiration"]) - set(plain["dcv_expiration"]) == added
    info = client.get(f"/domain/{plain['id']}?include_validation_reuse_status=true").json()
    assert info["dcv_expiration"] == more["dcv_expiration"]


def test_time_of_expiration_d(client: Client, simulator: SimulatorProcess) -> None:
    simulator.set_clock("2026-11-20T03:00:00Z")
    simulator.set_domain("valid.example", "valid")
    path = "/domain?filters[name]=valid.example"
    # 199 days later, and still the day before in Mountain Time.
    assert client.get(path).json()["domains"][0]["dcv_expiration"]["ov"] == "2027-06-06"
    timed = client.get(f"{path}&include_dcv_expiration_time=true").json()["domains"][0]["dcv_expiration"]
    assert timed["ov"] == "2027-06-07T03:00:00+00:00"


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("filters[search]=112244", [112244]),
        ("filters[search]=11224", []),
        ("filters[search]=corp", [112233, 112244]),
        ("filters[search]=pend", [112244]),
        ("filters[validation]=pending", [112244]),
        ("filters[validation]=not_pending", [112233]),
        ("filters[status]=active", [112233, 112244]),
        ("filters[container_id_for_organization]=5", [112233, 112244]),
        ("filters[container_id_for_organization]=77", []),
    ],
)
def test_organizations_a4_a5_d(client: Client, query: str, ids: list[int]) -> None:
    assert found(client, f"/organization?{query}", "organizations", "id") == ids


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("filters[search]=mary.jones", [15]),
        ("filters[search]=jon", []),
        ("filters[search]=%25jon", [15]),
        ("filters[search]=%25valid.example", [14, 15]),
        ("access_role_id=5", [15]),
        ("container_id=6", []),
    ],
)
def test_users_a5_d(client: Client, query: str, ids: list[int]) -> None:
    assert found(client, f"/user?{query}", "users", "id") == ids


def test_users_without_container_d(client: Client) -> None:
    assert all("container" not in user for user in client.get("/user?without_container=true").json()["users"])


def test_requests_a4_a5_d(client: Client) -> None:
    fields = [{"metadata_id": 11, "value": "Invoice 7"}]
    first = client.order("one.example", custom_fields=fields).json()["requests"][0]["id"]
    second = client.order("two.example").json()["requests"][0]["id"]
    for query, ids in (
        ("filters[container_id]=5", [first, second]),
        ("filters[container_id]=6", []),
        ("filters[metadata_id]=11", [first]),
        ("filters[metadata_id]=12", []),
        ("filters[metadata_value]=Invoice 7", [first]),
        ("filters[search]=one.example", [first]),
        ("filters[search]=example", []),
        ("filters[search]=%25example", [first, second]),
        ("filters[type]=new_request&filters[status]=pending", [first, second]),
    ):
        assert found(client, f"/request?{query}", "requests", "id") == ids, query


def test_page_of_requests_without_a_limit_d(client: Client) -> None:
    client.order("one.example")
    assert client.get("/request").json()["page"] == {"total": 1, "limit": 0, "offset": 0}
    assert client.get("/request?limit=7").json()["page"] == {"total": 1, "limit": 7, "offset": 0}


@pytest.mark.parametrize(("word", "number"), [("contains", 1), ("exact", 0)])
def test_search_of_orders_a5_on_both_sides_of_the_switch(
    client: Client, simulator: SimulatorProcess, word: str, number: int
) -> None:
    simulator.set_switches(order_search=word)
    client.order("one.example")
    assert len(found(client, "/order/certificate?filters[search]=ne.example", "orders", "id")) == number
    assert len(found(client, "/order/certificate?filters[search]=%25ne.example", "orders", "id")) == 1
    assert len(found(client, "/order/certificate?filters[search]=one.example", "orders", "id")) == 1


def test_orders_by_type_of_product_a4_c(client: Client) -> None:
    client.order("one.example")
    assert len(found(client, "/order/certificate?filters[product_type]=ssl_certificate", "orders", "id")) == 1
    assert found(client, "/order/certificate?filters[product_type]=client_certificate", "orders", "id") == []


@pytest.mark.parametrize("path", ["/order/certificate", "/request", "/organization", "/domain", "/user"])
def test_unknown_filter_a4_on_both_sides_of_the_switch(client: Client, simulator: SimulatorProcess, path: str) -> None:
    assert code_of(client.get(f"{path}?filters[colour]=red")) == "invalid_value:filters"
    simulator.set_switches(unknown_filter="ignore")
    assert client.get(f"{path}?filters[colour]=red").json() == client.get(path).json()
