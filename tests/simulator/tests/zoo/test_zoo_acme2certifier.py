# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""acme2certifier, an ACME server with CertCentral behind it: the CSR without PEM lines, the leaf from the answer."""

from __future__ import annotations

from cryptography import x509
from simulator_testing.client import EC_CSR
from simulator_testing.in_process import InProcess

BARE = "".join(line for line in EC_CSR.splitlines() if not line.startswith("-----"))


def test_bare_csr_and_leaf_in_the_answer(service: InProcess) -> None:
    body = {
        "certificate": {"common_name": "www.valid.example", "csr": BARE, "signature_hash": "sha256"},
        "order_validity": {"years": 1},
        "organization": {"id": 112233},
        "skip_approval": True,
    }
    answer = service.call("POST", "/order/certificate/ssl_basic", body).json()
    leaf = x509.load_pem_x509_certificate(answer["certificate_chain"][0]["pem"].encode())
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["www.valid.example"]
    serial = f"{leaf.serial_number:X}"
    assert service.call("PUT", f"/certificate/{serial}/revoke", {"skip_approval": True}).status == 204


def test_it_looks_for_its_organization_by_name(service: InProcess) -> None:
    organizations = service.call("GET", "/organization").json()["organizations"]
    assert [entry["id"] for entry in organizations if entry["name"] == "Example Corp"] == [112233]
