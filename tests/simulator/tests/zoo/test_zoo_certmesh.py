# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""certmesh, a Python program: order with approval skipped, poll, download; some of its words are not the service's."""

from __future__ import annotations

from simulator_testing.client import EC_CSR
from simulator_testing.in_process import InProcess


def order(service: InProcess, **fields: object) -> int:
    """An order, with empty texts where nothing was set."""
    certificate = {
        "common_name": "www.valid.example",
        "csr": EC_CSR,
        "signature_hash": "sha256",
        "dns_names": ["www.valid.example"],
        "server_platform": {"id": -1},
    }
    body = {
        "certificate": certificate,
        "organization": {"id": 112233},
        "order_validity": {"years": 1},
        "comments": "",
        "payment_method": "balance",
        "skip_approval": True,
        **fields,
    }
    reply = service.call("POST", "/order/certificate/ssl_plus", body, headers={"X-Request-ID": "a-b"})
    assert reply.status == 201
    return int(reply.json()["id"])


def test_order_poll_and_describe(service: InProcess) -> None:
    order_id = order(service, order_validity={"days": 199})
    info = service.info(order_id)
    assert (info["status"], info["certificate"]["valid_till"]) == ("issued", service.day(days=198))
    listed = service.call("GET", "/order/certificate", query="limit=100&offset=0&filters[status]=issued").json()
    assert [entry["certificate"]["id"] for entry in listed["orders"]] == [info["certificate"]["id"]]


def test_what_it_takes_for_an_archive_is_pem(service: InProcess) -> None:
    certificate = service.info(order(service))["certificate"]["id"]
    bundle = service.call("GET", f"/certificate/{certificate}/download/format/pem_all")
    assert bundle.headers["Content-Type"] == "application/x-pem-file"


def test_its_spelling_of_reasons_is_refused(service: InProcess) -> None:
    certificate = service.info(order(service))["certificate"]["id"]
    for reason, status in (("key_compromise", 400), ("superseded", 204)):
        body = {"revocation_reason": reason, "comments": "", "skip_approval": True}
        assert service.call("PUT", f"/certificate/{certificate}/revoke", body).status == status


def test_kinds_of_refusals(service: InProcess) -> None:
    assert service.call("GET", "/user/me", headers={"X-DC-DEVKEY": "wrong"}).status == 403
    assert service.call("GET", "/order/certificate/1").status == 404
    service.set_switches(rate_limit_short=1)
    limited = [service.call("GET", "/user/me") for _number in range(2)][-1]
    assert (limited.status, "Retry-After" in limited.headers) == (429, False)
