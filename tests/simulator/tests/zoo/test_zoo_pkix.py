# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""pkix/digicert, a Go library that serialises every field of its structures, set or not."""

from __future__ import annotations

from simulator_testing.client import EC_CSR
from simulator_testing.in_process import InProcess

NOTHING = {
    "validity_years": 1,
    "custom_expiration_date": "",
    "comments": "",
    "disable_renewal_notifications": False,
    "disable_ct": False,
}


def test_order_by_determinator(service: InProcess) -> None:
    body = {
        **NOTHING,
        "certificate": {
            "common_name": "www.valid.example",
            "dns_names": None,
            "csr": EC_CSR,
            "organization_units": None,
            "server_platform": {"id": 2},
            "signature_hash": "sha256",
        },
        "renewed_thumbprint": "",
        "organization": {"id": 112233},
        "product": {"type_hint": ""},
        "renewal_of_order_id": 0,
    }
    answer = service.call("POST", "/order/certificate/ssl", body).json()
    assert answer["requests"][0]["status"] == "pending"
    assert service.info(answer["id"])["product"]["name_id"] == "ssl_plus"


def test_dv_order_with_empty_contact(service: InProcess) -> None:
    body = {
        **NOTHING,
        "certificate": {
            "common_name": "www.new.example",
            "dns_names": ["new.example"],
            "csr": EC_CSR,
            "organization_units": None,
            "server_platform": {"id": 2},
        },
        "technical_contact": dict.fromkeys(("first_name", "last_name", "email", "job_title", "telephone"), ""),
        "dcv_method": "dns-txt-token",
        "locale": "",
        "alternative_order_id": "",
        "dcv_emails": None,
        "skip_approval": True,
    }
    answer = service.call("POST", "/order/certificate/ssl_dv_geotrust", body).json()
    assert (bool(answer["certificate_id"]), len(answer["dcv_random_value"])) == (True, 32)
    path = f"/order/certificate/{answer['id']}"
    # It sends the JSON text null where there is no body.
    for part, status in (("check-dcv", 200), ("dcv-random-value", 200), ("resend-emails", 204)):
        assert service.call("PUT", f"{path}/{part}", b"null").status == status


def test_list_with_a_slash_and_an_empty_organization(service: InProcess) -> None:
    service.set_switches(empty_organization_as_array=True)
    body = {**NOTHING, "certificate": {"common_name": "new.example", "csr": EC_CSR}}
    service.call("POST", "/order/certificate/ssl_dv_rapidssl", body)
    reply = service.call("GET", "/order/certificate/", query="limit=10&offset=0")
    # It turns every [] of the text into {}, so that nothing but the organization may be an empty list.
    assert reply.body.count(b"[]") == reply.body.count(b'"organization":[]') == 1
    assert reply.json()["page"] == {"total": 1, "limit": 10, "offset": 0}
