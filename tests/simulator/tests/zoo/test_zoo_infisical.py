# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Infisical, a manager of secrets: a TypeScript client that polls, with null as the body of its checks."""

from __future__ import annotations

from typing import Any

from simulator_testing.client import EC_CSR
from simulator_testing.in_process import InProcess


def place(service: InProcess, name: str = "www.new.example", **fields: Any) -> dict[str, Any]:
    """It asks for a random value in DNS, and for no approval."""
    body = {
        "certificate": {"common_name": name, "dns_names": [name], "csr": EC_CSR, "signature_hash": "sha256"},
        "organization": {"id": 112233},
        "order_validity": {"days": 90},
        "dcv_method": "dns-txt-token",
        "skip_approval": True,
        **fields,
    }
    reply = service.call("POST", "/order/certificate/ssl_basic", body)
    assert reply.status == 201
    answer: dict[str, Any] = reply.json()
    return answer


def test_it_reads_a_token_for_each_domain(service: InProcess) -> None:
    answer = place(service)
    (domain,) = answer["domains"]
    assert domain["dns_name"] == "www.new.example"
    assert domain["dcv_token"]["token"] == answer["dcv_random_value"]


def test_it_polls_with_null_until_the_order_is_issued_a1(service: InProcess) -> None:
    order_id = place(service)["id"]
    path = f"/order/certificate/{order_id}/check-dcv"
    waiting = service.call("PUT", path, b"null")
    assert (waiting.status, waiting.json()["order_status"]) == (200, "pending")
    service.validate("new.example")
    issued = service.call("PUT", path, b"null").json()
    assert (issued["order_status"], issued["dcv_status"]) == ("issued", "valid")
    certificate = service.info(order_id)["certificate"]["id"]
    assert service.call("GET", f"/certificate/{certificate}/download/format/pem_all").status == 200


def test_null_is_no_body_anywhere_a1(service: InProcess) -> None:
    order_id = place(service)["id"]
    path = f"/order/certificate/{order_id}"
    # What needs a field says so, instead of refusing the format.
    for part, code in (("dcv-method", "invalid_value:dcv_method"), ("auto-reissue", "invalid_value:auto_reissue")):
        reply = service.call("PUT", f"{path}/{part}", b"null")
        assert reply.json()["errors"][0]["code"] == code
    issued = place(service, "www.valid.example")["id"]
    assert service.call("PUT", f"/order/certificate/{issued}/revoke", b"null").status == 201


def test_it_looks_up_its_own_id_before_it_orders_again(service: InProcess) -> None:
    assert service.call("GET", "/order/alternate/own-1").status == 404
    order_id = place(service, alternative_order_id="own-1")["id"]
    assert [entry["order_id"] for entry in service.call("GET", "/order/alternate/own-1").json()["orders"]] == [order_id]


def test_it_renews_and_revokes_an_order(service: InProcess) -> None:
    first = place(service, "www.valid.example")["id"]
    second = place(service, "www.valid.example", renewal_of_order_id=first)["id"]
    assert service.info(second)["renewed_order_id"] == first
    assert service.call("PUT", f"/order/certificate/{first}/revoke", {"comments": "replaced"}).status == 201
