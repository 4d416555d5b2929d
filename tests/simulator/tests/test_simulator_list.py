# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The list of orders."""

from __future__ import annotations

import pytest
from simulator_testing.client import Client, code_of

from certcentral_simulator.process import SimulatorProcess


@pytest.fixture
def orders(client: Client, simulator: SimulatorProcess) -> list[int]:
    """Three orders on three days: issued, pending, and issued with a later expiry."""
    found = []
    simulator.set_clock("2026-10-01T12:00:00Z")
    found.append(client.issued("a.valid.example", order_validity={"days": 30}, alternative_order_id="x")["id"])
    simulator.set_clock("2026-10-02T12:00:00Z")
    found.append(
        client.order("new.example", "sub.new.example", product="ssl_multi_domain", skip_approval=True).json()["id"]
    )
    simulator.set_clock("2026-10-03T12:00:00Z")
    fields = {"disable_renewal_notifications": True, "custom_fields": [{"metadata_id": 11, "value": "x"}]}
    found.append(client.issued("b.valid.example", order_validity={"days": 90}, **fields)["id"])
    return found


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [0, 1, 2]),
        ("filters[status]=pending", [1]),
        ("filters%5Bstatus%5D=pending", [1]),
        ("filters[status][0]=pending&filters[status][1]=issued", [0, 1, 2]),
        ("filters[common_name]=a.valid.example", [0]),
        ("filters[domain_name]=sub.new.example", [1]),
        ("filters[domain_name]=new.example", [1]),
        ("filters[search]=valid.ex", [0, 1, 2]),
        ("filters[search]=new.%25", [1]),
        ("filters[product_name_id]=ssl_multi_domain", [1]),
        ("filters[organization_id]=112233", [0, 1, 2]),
        ("filters[organization_id]=1", []),
        ("filters[date_created]=2026-10-01...2026-10-02", [0, 1]),
        ("filters[date_created]=>2026-10-01", [1, 2]),
        ("filters[valid_till]=<2026-11-30", [0]),
        ("filters[valid_till]=>2026-11-30", [2]),
        ("filters[disable_renewal_notifications]=1", [2]),
        ("filters[metadata_id]=11", [2]),
        ("filters[is_renewed]=1", []),
        ("filters[origin]=certcentral", [0, 1, 2]),
        ("filters[origin]=migrated", []),
        ("filters[container_id]=5", [0, 1, 2]),
        ("filters[user_id]=14", [0, 1, 2]),
        ("filters[email]=john.smith@valid.example", [0, 1, 2]),
        ("sort=-date_created", [2, 1, 0]),
        ("sort=-order_id", [2, 1, 0]),
        ("sort=status,-date_created", [2, 0, 1]),
        ("sort=common_name", [0, 2, 1]),
        ("sort=product_name,order_id", [0, 2, 1]),
        ("sort=-valid_till", [2, 0, 1]),
        ("sort=validity_years,-order_id", [2, 0, 1]),
        ("filters[valid_till]=2026-10-01...2026-12-01", [0]),
        ("filters[id]=1", []),
        ("limit=5000", [0, 1, 2]),
        ("limit=1&offset=1", [1]),
    ],
)
def test_filters_sort_and_page_d(client: Client, orders: list[int], query: str, expected: list[int]) -> None:
    body = client.get(f"/order/certificate?{query}").json()
    assert [order["id"] for order in body["orders"]] == [orders[index] for index in expected]


def test_find_by_certificate_and_serial_d(client: Client, orders: list[int]) -> None:
    certificate = client.info(orders[0])["certificate"]
    for query in (
        f"filters[certificate_id]={certificate['id']}",
        f"filters[serial_number]={certificate['serial_number'].upper()}",
    ):
        assert [order["id"] for order in client.get(f"/order/certificate?{query}").json()["orders"]] == [orders[0]]


def test_shape_of_an_item_r(client: Client, orders: list[int]) -> None:
    body = client.get("/order/certificate").json()
    assert body["page"] == {"total": 3, "limit": 1000, "offset": 0}
    issued, pending, _other = body["orders"]
    for field in [
        "id",
        "certificate",
        "status",
        "is_renewed",
        "date_created",
        "organization",
        "validity_years",
        "order_validity",
        "order_valid_till",
        "disable_renewal_notifications",
        "container",
        "product",
        "duplicates_count",
        "has_duplicates",
        "reissues_count",
        "has_reissues",
        "price",
        "product_name_id",
        "number_of_sans",
    ]:
        assert field in issued, field
    assert {"serial_number", "valid_from", "valid_till", "days_remaining"} <= set(issued["certificate"])
    assert not {"serial_number", "valid_from", "valid_till", "days_remaining"} & set(pending["certificate"])


def test_unknown_filter_and_bad_page(client: Client) -> None:
    assert client.get("/order/certificate?filters[colour]=red").status_code == 400
    answer = client.get("/order/certificate?offset=two")
    assert (answer.status_code, code_of(answer)) == (400, "invalid_value:offset")


def test_empty_list_on_both_sides_of_the_switch_c(client: Client, simulator: SimulatorProcess) -> None:
    assert client.get("/order/certificate").json()["orders"] == []
    simulator.set_switches(empty_list="missing")
    assert "orders" not in client.get("/order/certificate").json()


@pytest.mark.parametrize(
    ("spelling", "shown", "other"),
    [
        ("a_label", "xn--bcher-kva.example", "bücher.example"),
        ("u_label", "bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_international_names_in_answers_and_in_the_filter(
    client: Client, spelling: str, shown: str, other: str
) -> None:
    client.simulator.set_switches(international_names=spelling)
    order = client.order("xn--bcher-kva.example", "www.valid.example").json()["id"]
    certificate = client.info(order)["certificate"]
    assert (certificate["common_name"], certificate["dns_names"]) == (shown, [shown, "www.valid.example"])
    for name, expected in ((shown, [order]), (other, [])):
        listed = client.get("/order/certificate", params={"filters[domain_name]": name}).json()["orders"]
        assert [entry["id"] for entry in listed] == expected
