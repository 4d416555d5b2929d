# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Venafi's connector for CertCentral: the CSR on one line, a day as the end, revocation by serial number."""

from __future__ import annotations

from typing import Any

from simulator_testing.client import EC_CSR
from simulator_testing.in_process import InProcess


def request(service: InProcess, **fields: Any) -> dict[str, Any]:
    """The line ends of the CSR are removed, so that its armour is on the same line."""
    body = {
        "certificate": {
            "common_name": "www.valid.example",
            "dns_names": ["www.valid.example"],
            "csr": EC_CSR.replace("\n", ""),
            "server_platform": {"id": -1},
            "signature_hash": "sha256",
            "cs_provisioning_method": "",
        },
        "organization": {"id": 112233},
        "custom_expiration_date": service.day(days=90),
        **fields,
    }
    answer: dict[str, Any] = service.call("POST", "/order/certificate/ssl_plus", body).json()
    return answer


def test_it_waits_for_the_order_and_then_downloads(service: InProcess) -> None:
    answer = request(service)
    assert "certificate_id" not in answer
    assert service.info(answer["id"])["status"] == "needs_approval"
    service.approve(answer["id"])
    info = service.info(answer["id"])
    assert info["status"] == "issued"
    bundle = service.call("GET", f"/certificate/{info['certificate']['id']}/download/format/pem_all").body
    assert bundle.startswith(b"-----BEGIN CERTIFICATE-----")


def test_a_chain_in_the_answer_is_the_end(service: InProcess) -> None:
    service.set_mode("auto")
    answer = request(service)
    assert answer["certificate_id"]
    assert all(entry["pem"] for entry in answer["certificate_chain"])


def test_it_imports_what_was_issued_page_by_page(service: InProcess) -> None:
    service.set_mode("auto")
    ids = [request(service)["id"] for _number in range(3)]
    seen: list[int] = []
    while True:
        query = f"filters[product_name_id]=ssl_plus&filters[status]=issued&limit=2&offset={len(seen)}&sort=order_id"
        page = service.call("GET", "/order/certificate", query=query).json()
        seen += [entry["id"] for entry in page["orders"]]
        assert all(len(entry["certificate"]["valid_till"]) == 10 for entry in page["orders"])
        if page["page"]["offset"] + len(page["orders"]) == page["page"]["total"]:
            break
    assert seen == ids


def test_revocation_by_serial_number_on_both_sides_of_the_switch(service: InProcess) -> None:
    service.set_mode("auto")
    for status in ("pending", "submitted"):
        # Only the second one is a success for it.
        service.set_switches(revoke_request_status=status)
        serial = service.info(request(service)["id"])["certificate"]["serial_number"]
        for spelling in (serial, serial.lower()):
            body = {"reason": "superseded", "comment": ""}
            assert service.call("PUT", f"/certificate/{spelling}/revoke", body).json()["status"] == status


def test_connection_and_products(service: InProcess) -> None:
    assert service.call("GET", "/user/me").status == 200
    assert service.call("GET", "/product/ssl_plus").json()["allowed_validity_years"] == [1]
