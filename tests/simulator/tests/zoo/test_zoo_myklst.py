# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""myklst's Terraform provider: the product doubles as ca_cert_id, domains are validated one by one."""

from __future__ import annotations

from typing import Any

from simulator_testing.client import EC_CSR
from simulator_testing.in_process import InProcess

PRODUCT = "ssl_geotrust_truebizid"


def payload(name: str) -> dict[str, Any]:
    """The body of an order and of a reissue; the field ca_cert_id holds the product."""
    return {
        "certificate": {
            "certificate_id": 0,
            "organization": {"id": 0},
            "common_name": name,
            "dns_names": [name],
            "csr": EC_CSR,
            "signature_hash": "sha256",
            "ca_cert_id": "ssl_plus",
            "certificate_chain": None,
            "errors": None,
        },
        "organization": {"id": 112233},
        "order_validity": {"days": 180},
        "payment_method": "balance",
        "renewal_of_order_id": 0,
        "dcv_method": "dns-txt-token",
    }


def test_product_as_ca_cert_id_a2(service: InProcess) -> None:
    service.set_mode("auto")
    answer = service.call("POST", "/order/certificate/ssl_plus", payload("www.valid.example")).json()
    assert len(answer["certificate_chain"]) == 3
    again = service.call("POST", f"/order/certificate/{answer['id']}/reissue", payload("www.valid.example")).json()
    assert (again["id"], "errors" in again) == (answer["id"], False)


def test_domains_of_the_answer_are_validated_one_by_one(service: InProcess) -> None:
    service.set_mode("auto")
    body = payload("www.new.example")
    body["certificate"]["ca_cert_id"] = ""
    answer = service.call("POST", f"/order/certificate/{PRODUCT}", body).json()
    (domain,) = answer["domains"]
    assert (domain["name"], domain["dcv_token"]["status"]) == ("www.new.example", "pending")
    refused = service.call("PUT", f"/domain/{domain['id']}/dcv/validate-token")
    # It repeats the check for ten minutes as long as this is the code.
    assert refused.json()["errors"][0]["code"] == "invalid_dns_txt"
    info = service.call("GET", f"/domain/{domain['id']}", query="include_dcv=true&include_validation=true").json()
    assert info["dcv_token"]["token"] == domain["dcv_token"]["token"]
    body = {"status": "canceled", "note": "Fail validate domain."}
    reply = service.call("PUT", f"/order/certificate/{answer['id']}/status", body)
    # Anything in the body would be a failure.
    assert (reply.status, reply.body) == (204, b"")


def test_newest_issued_order_for_a_name(service: InProcess) -> None:
    service.set_mode("auto")
    for _number in range(2):
        service.call("POST", "/order/certificate/ssl_plus", payload("www.valid.example"))
    query = "filters[status]=issued&sort=-date_created&filters[common_name]=www.valid.example"
    orders = service.call("GET", "/order/certificate", query=query).json()["orders"]
    assert len(orders) == 2
    assert {entry["order_valid_till"] for entry in orders} == {service.day(days=180)}
    chain = service.call("GET", f"/certificate/{orders[0]['certificate']['id']}/chain").json()["intermediates"]
    known = service.call("GET", "/certificate/intermediates").json()["intermediates"]
    assert chain[1]["subject_common_name"] in {entry["subject_common_name"] for entry in known}


def test_revocation_without_approval_has_no_body(service: InProcess) -> None:
    service.set_mode("auto")
    answer = service.call("POST", "/order/certificate/ssl_plus", payload("www.valid.example")).json()
    reply = service.call("PUT", f"/certificate/{answer['certificate_id']}/revoke", {"skip_approval": True})
    assert (reply.status, reply.body) == (204, b"")
