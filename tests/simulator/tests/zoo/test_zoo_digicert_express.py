# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_express, the vendor's installer for Apache: finds an order, downloads its certificate, makes duplicates."""

from __future__ import annotations

from simulator_testing.client import EC_CSR, order_body
from simulator_testing.in_process import InProcess


def issued(service: InProcess) -> int:
    """An order that is issued."""
    body = order_body("www.valid.example", skip_approval=True)
    return int(service.call("POST", "/order/certificate/ssl_basic", body).json()["id"])


def test_it_lists_orders_by_type_of_product_a4(service: InProcess) -> None:
    order_id = issued(service)
    query = "filters[status]=issued&filters[product_type]=ssl_certificate"
    orders = service.call("GET", "/order/certificate", query=query).json()["orders"]
    assert [(entry["id"], entry["certificate"]["common_name"]) for entry in orders] == [(order_id, "www.valid.example")]


def test_it_takes_only_200_and_204_for_success(service: InProcess) -> None:
    order_id = issued(service)
    assert service.call("GET", f"/order/certificate/{order_id}").status == 200
    assert service.call("GET", "/user/me").status == 200
    reply = service.call("GET", "/order/certificate/1")
    assert (reply.status, bool(reply.json()["errors"][0]["message"])) == (404, True)


def test_it_downloads_a_duplicate_by_its_sub_id_a3(service: InProcess) -> None:
    order_id = issued(service)
    path = f"/order/certificate/{order_id}/duplicate"
    body = {"certificate": {"common_name": "www.valid.example", "csr": EC_CSR, "server_platform": {"id": 2}}}
    made = service.call("POST", path, {**body, "skip_approval": True}).json()["certificate_id"]
    (duplicate,) = service.call("GET", path).json()["certificates"]
    query = f"sub_id={duplicate['sub_id']}&format_type=pem_all"
    bundle = service.call("GET", f"/certificate/download/order/{order_id}", query=query)
    assert bundle.headers["Content-Type"] == "application/x-pem-file"
    assert bundle.body == service.call("GET", f"/certificate/{made}/download/format/pem_all").body


def test_a_login_for_a_temporary_key_is_no_route(service: InProcess) -> None:
    reply = service.call("POST", "/user/tempkey", {"username": "john.smith", "current_password": "x"})
    assert reply.json()["errors"][0]["code"] == "not_found|route"
