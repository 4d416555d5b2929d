# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Salt's runner: a base address that ends with a slash, the determinator, pages by offset."""

from __future__ import annotations

import pytest
from simulator_testing.client import EC_CSR
from simulator_testing.in_process import InProcess


def order(service: InProcess) -> dict[str, object]:
    """The paths get a second slash from the base address."""
    body = {
        "organization": {"id": 112233},
        "validity_years": 1,
        "disable_renewal_notifications": False,
        "certificate": {
            "common_name": "www.valid.example",
            "dns_names": None,
            "signature_hash": "sha256",
            "organization_units": ["Web"],
            "csr": EC_CSR,
        },
    }
    reply = service.call("POST", "//order/certificate/ssl", body)
    assert reply.status == 201
    answer: dict[str, object] = reply.json()
    return answer


def test_order_and_download_b4(service: InProcess) -> None:
    answer = order(service)
    # It keeps the id of the request as that of the order.
    assert answer["requests"]
    service.approve(int(str(answer["id"])))
    info = service.call("GET", f"//order/certificate/{answer['id']}").json()
    assert info["status"] == "issued"
    path = f"//certificate/{info['certificate']['id']}/download/format/pem_all"
    download = service.call("GET", path)
    assert (download.status, download.headers["Content-Type"]) == (200, "application/x-pem-file")
    assert download.headers["Content-Disposition"]


def test_an_order_that_is_not_issued_is_returned_as_it_is(service: InProcess) -> None:
    assert service.call("GET", f"//order/certificate/{order(service)['id']}").json()["status"] == "needs_approval"
    assert "errors" in service.call("GET", "//order/certificate/1").json()


@pytest.mark.parametrize("path", ["//domain", "//organization", "//order/certificate"])
def test_it_divides_the_total_by_the_limit(service: InProcess, path: str) -> None:
    order(service)
    page = service.call("GET", path).json()["page"]
    assert page["total"] / page["limit"] < 1


@pytest.mark.parametrize(("word", "limit"), [("zero", 0), ("maximum", 1000)])
def test_requests_without_a_limit_on_both_sides_of_the_switch(service: InProcess, word: str, limit: int) -> None:
    # A limit of 0, as the documentation shows it, is a division by zero for this client.
    service.set_switches(request_page_limit=word)
    order(service)
    reply = service.call("GET", "//request", query="status=pending").json()
    assert (reply["page"]["limit"], len(reply["requests"])) == (limit, 1)
