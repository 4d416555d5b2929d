# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""marqeta/go-digicert: orders Standard SSL for a container, reads ids as numbers, fetches the chain."""

from __future__ import annotations

from simulator_testing.client import EC_CSR
from simulator_testing.in_process import InProcess


def test_order_get_and_bundle(service: InProcess) -> None:
    body = {
        "certificate": {
            "common_name": "www.valid.example",
            "csr": EC_CSR,
            "server_platform": {"id": 0},
            "signature_hash": "sha256",
        },
        "validity_years": 1,
        "disable_renewal_notifications": False,
        "payment_method": "balance",
        "skip_approval": False,
        "disable_ct": False,
        "organization": {"id": 112233, "contacts": None},
        "container": {"id": 0},
    }
    answer = service.call("POST", "/order/certificate/ssl_plus", body).json()
    assert all(isinstance(entry["id"], int) for entry in answer["requests"])
    service.approve(answer["id"])
    order = service.info(answer["id"])
    assert (type(order["validity_years"]), order["payment_method"]) == (int, "balance")
    bundle = service.call("GET", f"/certificate/{order['certificate']['id']}/chain").json()["intermediates"]
    assert [sorted(entry) for entry in bundle] == [["pem", "subject_common_name"]] * 3


def test_contacts_of_the_organization(service: InProcess) -> None:
    contacts = [
        {"contact_type": "organization_contact", "user_id": 15},
        {"contact_type": "technical_contact", "first_name": "A", "last_name": "B", "email": "a@b.example"},
    ]
    certificate = {"common_name": "www.valid.example", "csr": EC_CSR, "signature_hash": "sha256"}
    organization = {"id": 112233, "contacts": contacts}
    body = {"certificate": certificate, "validity_years": 1, "organization": organization}
    order = service.info(service.call("POST", "/order/certificate/ssl_plus", body).json()["id"])
    assert (order["organization_contact"]["first_name"], order["technical_contact"]["first_name"]) == ("Mary", "A")


def test_lists_of_organizations_products_and_users(service: InProcess) -> None:
    assert service.call("GET", "/organization").json()["organizations"]
    products = service.call("GET", "/product").json()["products"]
    # Private products are told apart by their group.
    assert {entry["group_name"] for entry in products} == {
        "ssl_certificate",
        "dv_ssl_certificate",
        "private_ssl_certificate",
    }
    assert [user["username"] for user in service.call("GET", "/user").json()["users"]] == ["john.smith", "mary.jones"]
