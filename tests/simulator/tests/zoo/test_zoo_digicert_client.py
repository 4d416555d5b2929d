# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_client, a library of the vendor's own: order, upload of the CSR, view, download, lists by container."""

from __future__ import annotations

from simulator_testing.client import EC_CSR
from simulator_testing.in_process import InProcess


def order(service: InProcess, name: str = "www.valid.example") -> int:
    """It sends all its own attributes at the top level as well; the service ignores those."""
    body = {
        "customer_api_key": "not the key",
        "customer_name": None,
        "certificate_type": "sslplus",
        "csr": EC_CSR,
        "validity": 1,
        "common_name": name,
        "certificate": {
            "common_name": name,
            "csr": EC_CSR,
            "organization_units": [],
            "server_platform": {"id": -1},
            "signature_hash": "sha256",
        },
        "organization": {"id": 112233},
        "validity_years": 1,
    }
    reply = service.call("POST", "/order/certificate/ssl_plus", body)
    assert reply.status == 201
    assert "errors" not in reply.json()
    return int(reply.json()["id"])


def test_order_view_and_download(service: InProcess) -> None:
    order_id = order(service)
    service.approve(order_id)
    assert [entry["id"] for entry in service.call("GET", "/order/certificate").json()["orders"]] == [order_id]
    certificate = service.info(order_id)["certificate"]["id"]
    bundle = service.call("GET", f"/certificate/{certificate}/download/format/pem_all").body.decode()
    # It splits at the five dashes; what is left over must be three certificates.
    blocks = [part.strip() for part in bundle.split("-----")]
    assert len([part for part in blocks if part and not part.startswith(("BEGIN ", "END "))]) == 3


def test_an_order_is_downloaded_as_an_archive(service: InProcess) -> None:
    order_id = order(service)
    service.approve(order_id)
    archive = service.call("GET", f"/certificate/download/order/{order_id}").body
    assert (archive[:2], b"-----" in archive) == (b"PK", False)


def test_a_duplicate_is_named_in_the_query_a3(service: InProcess) -> None:
    order_id = order(service)
    service.approve(order_id)
    path = f"/order/certificate/{order_id}/duplicate"
    body = {"certificate": {"common_name": "www.valid.example", "csr": EC_CSR}, "skip_approval": True}
    made = service.call("POST", path, body).json()["certificate_id"]
    (listed,) = service.call("GET", path).json()["certificates"]
    expected = service.call("GET", f"/certificate/{made}/download/format/pem_all").body
    for query in (
        f"subId={listed['sub_id']}&formatType=pem_all",
        f"sub_id={listed['sub_id']}&format_type=pem_all",
    ):
        assert service.call("GET", f"/certificate/download/order/{order_id}", query=query).body == expected
    current = service.call("GET", f"/certificate/download/order/{order_id}", query="format_type=pem_all").body
    assert current != expected
    assert service.call("GET", f"/certificate/download/order/{order_id}", query="sub_id=x").status == 404


def test_it_uploads_a_csr(service: InProcess) -> None:
    order_id = order(service, "new.example")
    reply = service.call("POST", f"/order/certificate/{order_id}/csr", {"order_id": str(order_id), "csr": EC_CSR})
    assert (reply.status, reply.body) == (204, b"")


def test_lists_by_container_of_the_user(service: InProcess) -> None:
    container = service.call("GET", "/user/me").json()["container"]["id"]
    query = f"container_id={container}"
    assert len(service.call("GET", "/organization", query=query).json()["organizations"]) == 2
    assert len(service.call("GET", "/domain", query=query).json()["domains"]) == 2
