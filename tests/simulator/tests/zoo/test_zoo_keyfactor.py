# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keyfactor's gateways and metadata sync: ids as texts, unset values as zeros, approval and revocation by request."""

from __future__ import annotations

from typing import Any

import pytest
from simulator_testing.client import EC_CSR
from simulator_testing.in_process import InProcess


def order(service: InProcess, **fields: Any) -> dict[str, Any]:
    """The id of the organization is a text; a renewal of order 0 is none; the day is a complete time."""
    certificate = {
        "common_name": "www.valid.example",
        "dns_names": ["www.valid.example"],
        "csr": EC_CSR,
        "signature_hash": "sha256",
        "server_platform": {"id": -1},
        "profile_option": "server_client_auth_eku",
    }
    body = {
        "certificate": certificate,
        "organization": {"id": "112233", "contacts": None},
        "validity_years": 0,
        "custom_expiration_date": f"{service.day(days=180)}T00:00:00",
        "renewal_of_order_id": 0,
        "payment_method": "balance",
        "dcv_method": "dns-txt-token",
        "skip_approval": False,
        "custom_fields": [{"metadata_id": 11, "value": "Invoice"}],
        **fields,
    }
    answer: dict[str, Any] = service.call("POST", "/order/certificate/ssl_basic", body).json()
    return answer


def test_order_is_approved_by_its_request_and_revoked_by_another(service: InProcess) -> None:
    answer = order(service)
    request = answer["requests"][0]["id"]
    pending = service.call("GET", "/request", query="status=pending").json()["requests"]
    assert [entry["id"] for entry in pending] == [request]
    body = {"status": "approved", "processor_comment": "Approved by Keyfactor"}
    assert service.call("PUT", f"/request/{request}/status", body).status == 204
    info = service.info(answer["id"])
    assert (info["status"], info["order_valid_till"]) == ("issued", service.day(days=180))
    asked = service.call("PUT", f"/order/certificate/{answer['id']}/revoke", {"comments": "done"}).json()
    assert service.call("PUT", f"/request/{asked['id']}/status", body).status == 204
    assert service.info(answer["id"])["status"] == "revoked"


def test_reissue_and_duplicate_are_told_by_their_answers(service: InProcess) -> None:
    order_id = order(service, skip_approval=True)["id"]
    certificate = {"common_name": "www.valid.example", "csr": EC_CSR, "server_platform": {"id": 45}}
    for kind in ("reissue", "duplicate"):
        body = {"certificate": certificate, "skip_approval": True}
        answer = service.call("POST", f"/order/certificate/{order_id}/{kind}", body).json()
        assert (answer["id"], len(answer["certificate_chain"])) == (order_id, 3)
        listed = service.call("GET", f"/order/certificate/{order_id}/{kind}").json()["certificates"]
        assert answer["certificate_id"] in [entry["id"] for entry in listed]


@pytest.mark.parametrize("spell", [str.upper, str.lower])
def test_metadata_are_found_by_serial_number_and_set(service: InProcess, spell: Any) -> None:
    order_id = order(service, skip_approval=True)["id"]
    serial = service.info(order_id)["certificate"]["serial_number"]
    query = f"filters[serial_number]={spell(serial)}"
    found = service.call("GET", "/order/certificate", query=query).json()["orders"]
    assert [entry["id"] for entry in found] == [order_id]
    fields = service.call("GET", "/account/metadata").json()["metadata"]
    assert fields[0]["label"] == "Invoice #"
    path = f"/order/certificate/{order_id}/custom-field"
    assert service.call("POST", path, {"metadata_id": fields[0]["id"], "value": "77"}).status == 204
    assert service.info(order_id)["custom_fields"][0] == {"metadata_id": 11, "label": "Invoice #", "value": "77"}


def test_metadata_fields_are_made_and_removed(service: InProcess) -> None:
    assert service.call("POST", "/account/metadata", {"label": "Owner", "data_type": "text"}).status == 204
    added = service.call("GET", "/account/metadata").json()["metadata"][-1]
    path = f"/account/metadata/{added['id']}"
    assert service.call("PUT", path, {"label": "Owner", "is_active": False}).status == 204
    assert service.call("DELETE", path).status == 204
    assert service.call("DELETE", path).status == 400


def test_changes_since_a_day(service: InProcess) -> None:
    order_id = order(service)["id"]
    query = f"filters[status_last_updated]={service.day(days=-1)}...{service.day(days=1)}"
    changed = service.call("GET", "/order/certificate/status-changes", query=query).json()["orders"]
    assert [entry["order_id"] for entry in changed] == [order_id]
    query = f"filters[valid_till]=>{service.day(days=1)}"
    assert service.call("GET", "/order/certificate", query=query).json()["orders"] == []
