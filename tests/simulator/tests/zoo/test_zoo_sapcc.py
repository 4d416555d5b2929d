# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""sapcc/go-certcentral and the cert-manager issuer on it: a whole order object is sent, the chain is read at once."""

from __future__ import annotations

from simulator_testing.client import EC_CSR
from simulator_testing.in_process import InProcess

HEADERS = {"Accept": "application/json", "User-Agent": "github.com/sapcc/go-certcentral"}


def test_empty_fields_of_its_structures_count_as_unset(service: InProcess) -> None:
    body = {
        "certificate": {
            "common_name": "www.valid.example",
            "dns_names": ["www.valid.example", "api.valid.example"],
            "csr": EC_CSR,
            "server_platform": {"id": 57, "name": "", "install_url": "", "csr_url": ""},
            "signature_hash": "sha256",
            "ca_cert_id": "",
            "organization_units": None,
        },
        "organization": {"id": 112233, "name": "", "is_active": False},
        "container": {"id": 0, "name": "", "is_active": False},
        "validity_years": 1,
        "payment_method": "balance",
        "skip_approval": True,
        "id": 0,
    }
    answer = service.call("POST", "/order/certificate/ssl_securesite_pro", body, headers=HEADERS).json()
    assert len(answer["certificate_chain"]) == 3
    assert all(entry["subject_common_name"] and entry["pem"] for entry in answer["certificate_chain"])
    info = service.info(answer["id"])
    assert (info["status"], info["container"]["id"]) == ("issued", 5)
    chain = service.call("GET", f"/certificate/{answer['certificate_id']}/chain", headers=HEADERS).json()
    assert [entry["pem"] for entry in chain["intermediates"]] == [entry["pem"] for entry in answer["certificate_chain"]]


def test_an_error_has_a_message(service: InProcess) -> None:
    reply = service.call("GET", "/order/certificate/1", headers=HEADERS)
    assert (reply.status, bool(reply.json()["errors"][0]["message"])) == (404, True)
