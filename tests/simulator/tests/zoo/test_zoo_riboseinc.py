# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""riboseinc/digicert, a Ruby library: organizations, domains, every kind of order, duplicates found by their date."""

from __future__ import annotations

from typing import Any

from simulator_testing.client import EC_CSR
from simulator_testing.in_process import InProcess

CERTIFICATE = {
    "common_name": "www.valid.example",
    "csr": EC_CSR,
    "signature_hash": "sha256",
    "organization_units": ["Developer Operations"],
    "server_platform": {"id": 45},
}


def order(service: InProcess, **fields: Any) -> dict[str, Any]:
    """It sends years and a day; the day counts."""
    body = {
        "certificate": CERTIFICATE,
        "organization": {"id": 112233},
        "validity_years": 3,
        "custom_expiration_date": service.day(days=180),
        "comments": "for the approver",
        "disable_renewal_notifications": False,
        "payment_method": "balance",
        **fields,
    }
    reply = service.call("POST", "/order/certificate/ssl_plus", body)
    assert reply.status == 201
    answer: dict[str, Any] = reply.json()
    return answer


def test_organization_with_numbers_for_texts(service: InProcess) -> None:
    person = {"first_name": "Some", "last_name": "Guy", "email": "g@corp.example", "telephone": 8015551212}
    body = {
        "name": "corp, inc.",
        "address": "333 s 520 w",
        "zip": 84042,
        "city": "lindon",
        "state": "utah",
        "country": "us",
        "telephone": 8015551212,
        "container": {"id": 5},
        "organization_contact": person,
        "assumed_name": "Corp",
    }
    organization = service.call("POST", "/organization", body).json()["id"]
    assert service.call("GET", f"/organization/{organization}").json()["display_name"] == "corp, inc. (Corp)"


def test_domain_with_the_method_in_an_object(service: InProcess) -> None:
    body = {
        "name": "corp.example",
        "organization": {"id": 112233},
        "validations": [{"type": "ev", "user": {"id": 12}}],
        "dcv": {"method": "email"},
    }
    domain = service.call("POST", "/domain", body).json()["id"]
    for word, active in (("deactivate", False), ("activate", True)):
        assert service.call("PUT", f"/domain/{domain}/{word}").status == 204
        info = service.call("GET", f"/domain/{domain}", query="include_dcv=true").json()
        assert info["is_active"] is active
    query = "filters[container_id]=5"
    assert len(service.call("GET", "/domain", query=query).json()["domains"]) == 3


def test_order_is_approved_by_its_request(service: InProcess) -> None:
    answer = order(service)
    request = answer["requests"][0]["id"]
    body = {"status": "approved", "processor_comment": "Your domain is approved"}
    assert service.call("PUT", f"/request/{request}/status", body).status == 204
    assert service.call("GET", f"/request/{request}").json()["processor_comment"] == "Your domain is approved"
    info = service.info(answer["id"])
    assert (info["status"], info["order_valid_till"]) == ("issued", service.day(days=180))
    assert info["certificate"]["serial_number"] == info["certificate"]["serial_number"].upper()


def test_duplicate_is_found_by_the_date_of_its_request(service: InProcess) -> None:
    answer = order(service)
    service.approve(answer["id"])
    made = service.call("POST", f"/order/certificate/{answer['id']}/duplicate", {"certificate": CERTIFICATE}).json()
    assert made["id"] == answer["id"]
    date = service.call("GET", f"/request/{made['requests'][0]['id']}").json()["date"]
    listed = service.call("GET", f"/order/certificate/{answer['id']}/duplicate").json()["certificates"]
    assert [entry["date_created"] for entry in listed] == [date]


def test_reissue_with_the_data_of_the_order(service: InProcess) -> None:
    answer = order(service)
    service.approve(answer["id"])
    info = service.info(answer["id"])["certificate"]
    kept = {key: info[key] for key in ("common_name", "dns_names", "csr", "signature_hash")}
    body = {"certificate": {**kept, "server_platform": {"id": info["server_platform"]["id"]}}}
    assert service.call("POST", f"/order/certificate/{answer['id']}/reissue", body).status == 201


def test_cancel_in_capitals_with_mails(service: InProcess) -> None:
    certificate = {**CERTIFICATE, "common_name": "new.example"}
    answer = order(service, certificate=certificate, skip_approval=True)
    body = {"order_id": answer["id"], "status": "CANCELED", "note": "n", "send_emails": True}
    assert service.call("PUT", f"/order/certificate/{answer['id']}/status", body).status == 204
    assert service.info(answer["id"])["status"] == "canceled"


def test_immediate_issuance(service: InProcess) -> None:
    service.set_mode("auto")
    answer = order(service)
    assert answer["requests"][0]["status"] == "approved"
    assert len(answer["certificate_chain"]) == 3
    assert "\r\n" in answer["certificate_chain"][0]["pem"]
