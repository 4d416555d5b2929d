# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lemur, the certificate manager of Netflix: its plugin for CertCentral."""

from __future__ import annotations

from simulator_testing.client import EC_CSR
from simulator_testing.in_process import InProcess


def order(service: InProcess, name: str, **fields: object) -> int:
    """Lemur sends the validity as years, or as a date with dashes, and the type hint private for private ones."""
    certificate = {"common_name": name, "csr": EC_CSR, "signature_hash": "sha256", "dns_names": ["api.valid.example"]}
    body = {"certificate": certificate, "organization": {"id": 112233}, **(fields or {"validity_years": 1})}
    reply = service.call("POST", "/order/certificate/ssl_multi_domain", body)
    assert reply.status == 201
    return int(reply.json()["id"])


def test_it_polls_order_info_and_splits_three_certificates(service: InProcess) -> None:
    order_id = order(service, "www.valid.example")
    assert service.info(order_id)["status"] == "needs_approval"
    service.approve(order_id)
    info = service.info(order_id)
    assert info["status"] == "issued"
    bundle = service.call("GET", f"/certificate/{info['certificate']['id']}/download/format/pem_all").body
    # Neither two nor four: leaf, intermediate and root are unpacked into three variables.
    assert bundle.count(b"-----BEGIN CERTIFICATE-----") == 3


def test_it_asks_for_a_day(service: InProcess) -> None:
    order_id = order(service, "www.valid.example", custom_expiration_date=service.day(days=90))
    service.approve(order_id)
    assert service.info(order_id)["order_valid_till"] == service.day(days=90)


def test_private_certificates_come_from_the_determinator(service: InProcess) -> None:
    certificate = {"common_name": "www.valid.example", "csr": EC_CSR, "signature_hash": "sha256", "dns_names": []}
    body = {
        "certificate": certificate,
        "organization": {"id": 112233},
        "validity_years": 1,
        "product": {"type_hint": "private"},
    }
    order_id = service.call("POST", "/order/certificate/ssl", body).json()["id"]
    assert service.info(order_id)["product"]["name_id"] == "private_ssl_plus"


def test_it_revokes_with_comments_and_reads_an_object(service: InProcess) -> None:
    order_id = order(service, "www.valid.example")
    service.approve(order_id)
    certificate = service.info(order_id)["certificate"]["id"]
    reply = service.call("PUT", f"/certificate/{certificate}/revoke", {"comments": "gone"})
    # It decodes the body, so that an empty 204 would break it.
    assert (reply.status, reply.json()["type"]) == (201, "revoke")


def test_it_cancels_in_capitals_and_takes_404_for_not_ours(service: InProcess) -> None:
    order_id = order(service, "new.example")
    service.approve(order_id)
    body = {"status": "CANCELED", "note": "not needed"}
    assert service.call("PUT", f"/order/certificate/{order_id}/status", body).status == 204
    assert service.call("PUT", "/order/certificate/1/status", body).status == 404


def test_it_shows_the_first_message_of_a_refusal(service: InProcess) -> None:
    reply = service.call("POST", "/order/certificate/ssl_plus", {"certificate": {"common_name": "x"}})
    assert reply.status > 399
    assert reply.json()["errors"][0]["message"]
