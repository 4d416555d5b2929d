# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An account in use: orders in every state, so that a page has something to show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from certcentral_simulator.process import SimulatorProcess
from simulator_testing.client import EC_CSR, Client


@dataclass(frozen=True)
class BusyAccount:
    """Ids of the orders."""

    issued: int
    needs_approval: int
    waits_for_dns: int
    waits_for_file: int
    waits_for_mail: int
    reissue_pending: int
    canceled: int
    rejected: int
    revoked: int


def make_busy(simulator: SimulatorProcess) -> BusyAccount:
    """Fill a simulator that was just reset."""
    client = Client(simulator)

    def order(*names: str, **fields: Any) -> int:
        answer = client.order(*names, **fields)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    issued = int(client.issued("www.valid.example", "valid.example", "shop.valid.example")["id"])
    waits_for_dns = order("app.pending.example", skip_approval=True, dcv_method="dns-txt-token")
    waits_for_file = order(
        "files.example", skip_approval=True, dcv_method="http-token", organization=None, product="ssl_dv_geotrust"
    )
    waits_for_mail = order("post.example", skip_approval=True, alternative_order_id="5d41402abc4b2a76b9719d911017c592")
    order("cname.pending.example", "*.cname.pending.example", skip_approval=True, dcv_method="dns-cname-token")
    reissue_pending = int(client.issued("api.valid.example")["id"])
    certificate = {"common_name": "api.valid.example", "dns_names": ["api2.valid.example"], "csr": EC_CSR}
    client.post(f"/order/certificate/{reissue_pending}/reissue", {"certificate": certificate, "comments": "new host"})
    canceled = order("gone.example", skip_approval=True)
    client.put(f"/order/certificate/{canceled}/status", {"status": "canceled", "note": "ordered twice"})
    rejected = order("no.example")
    request_id = client.info(rejected)["requests"][0]["id"]
    client.put(f"/request/{request_id}/status", {"status": "rejected", "processor_comment": "not our domain"})
    revoked = int(client.issued("old.valid.example")["id"])
    client.put(f"/order/certificate/{revoked}/revoke", {"skip_approval": True, "revocation_reason": "keyCompromise"})
    client.put(f"/order/certificate/{issued}/revoke", {"comment": "moved to another order"})
    client.get("/order/certificate/77")
    needs_approval = order("portal.valid.example", comments="For the new portal")
    simulator.add_fault("rate_limited", calls=-1, path="/order/certificate/status-changes", probability=0.2, seed=7)
    simulator.add_fault("reply_lost", calls=1, method="POST")
    return BusyAccount(
        issued,
        needs_approval,
        waits_for_dns,
        waits_for_file,
        waits_for_mail,
        reissue_pending,
        canceled,
        rejected,
        revoked,
    )
