# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Revoking certificates and orders."""

from __future__ import annotations

from typing import Any

import pytest
from simulator_testing.client import EC_CSR, Client, code_of

from certcentral_simulator.process import SimulatorProcess


def certificates(client: Client, order_id: int) -> list[dict[str, Any]]:
    """Every certificate of an order, as stored."""
    rows = client.simulator.admin("GET", "/export")["certificates"]
    return [row for row in rows if row["order_id"] == order_id]


def with_duplicate(client: Client) -> tuple[int, int, int]:
    """An issued order with a duplicate: order id and both certificate ids."""
    first = client.issued("a.valid.example")
    body = {"certificate": {"common_name": "a.valid.example", "csr": EC_CSR}, "skip_approval": True}
    second = client.post(f"/order/certificate/{first['id']}/duplicate", body).json()
    return first["id"], first["certificate_id"], second["certificate_id"]


def test_revoke_one_certificate_with_approval_d(client: Client) -> None:
    order_id, first, second = with_duplicate(client)
    answer = client.put(f"/certificate/{first}/revoke", {"revocation_reason": "superseded", "comment": "replaced"})
    assert answer.status_code == 201
    body = answer.json()
    assert (body["type"], body["status"], body["comments"]) == ("revoke", "pending", "replaced")
    assert body["requester"]["id"] == 14
    assert all(row["status"] == "issued" for row in certificates(client, order_id))
    client.put(f"/request/{body['id']}/status", {"status": "approved"})
    assert {row["id"]: row["status"] for row in certificates(client, order_id)} == {first: "revoked", second: "issued"}
    assert client.info(order_id)["status"] == "issued"


def test_revoke_with_skip_approval_returns_204_d(client: Client) -> None:
    order_id, _other, second = with_duplicate(client)
    serial = client.info(order_id)["certificate"]["serial_number"]
    answer = client.put(f"/certificate/{serial}/revoke", {"skip_approval": True, "comment": "not stored"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.get("/request?filters[type]=revoke").json()["requests"] == []
    assert client.put(f"/certificate/{second}/revoke", {"skip_approval": True}).status_code == 204
    assert client.info(order_id)["status"] == "issued", "the last certificate is gone"


def test_order_is_revoked_with_its_last_certificate_by_a_setting_d(client: Client, simulator: SimulatorProcess) -> None:
    simulator.set_switches(revoke_order_with_last_certificate=True)
    first = client.issued()
    client.put(f"/certificate/{first['certificate_id']}/revoke", {"skip_approval": True})
    assert client.info(first["id"])["status"] == "revoked"


def test_revoking_an_order_revokes_all_certificates_d(client: Client) -> None:
    order_id, _other, _other = with_duplicate(client)
    assert client.put(f"/order/certificate/{order_id}/revoke", {"skip_approval": True}).status_code == 204
    assert {row["status"] for row in certificates(client, order_id)} == {"revoked"}
    assert client.info(order_id)["status"] == "revoked"
    body = {"certificate": {"common_name": "a.valid.example", "csr": EC_CSR}}
    assert client.post(f"/order/certificate/{order_id}/reissue", body).status_code == 400


@pytest.mark.parametrize(
    "body", [{"revocation_reason": "keyCompromise"}, {"reason": "keyCompromise", "comments": "old words"}]
)
def test_every_spelling_of_reason_and_comment_c(client: Client, body: dict[str, Any]) -> None:
    first = client.issued()
    request = client.put(f"/certificate/{first['certificate_id']}/revoke", body).json()
    assert request.get("comments", "") == body.get("comments", "")
    client.simulator.approve_all()
    assert certificates(client, first["id"])[0]["revocation_reason"] == "keyCompromise"


def test_unknown_reason(client: Client) -> None:
    first = client.issued()
    answer = client.put(f"/certificate/{first['certificate_id']}/revoke", {"revocation_reason": "bored"})
    assert (answer.status_code, code_of(answer)) == (400, "invalid_value:revocation_reason")


def test_revoke_while_a_reissue_is_pending_d(client: Client) -> None:
    first = client.issued("a.valid.example")
    body = {"certificate": {"common_name": "a.valid.example", "csr": EC_CSR}}
    client.post(f"/order/certificate/{first['id']}/reissue", body)
    assert client.put(f"/certificate/{first['certificate_id']}/revoke", {}).status_code == 400


def test_revoke_twice_and_unknown_certificate(client: Client) -> None:
    first = client.issued()
    path = f"/certificate/{first['certificate_id']}/revoke"
    assert client.put(path, {"skip_approval": True}).status_code == 204
    assert client.put(path, {"skip_approval": True}).status_code == 400
    answer = client.put("/certificate/5/revoke", {})
    assert (answer.status_code, code_of(answer)) == (404, "not_found|certificate")


def test_rejected_revocation_changes_nothing(client: Client) -> None:
    first = client.issued()
    request = client.put(f"/order/certificate/{first['id']}/revoke", {}).json()
    client.put(f"/request/{request['id']}/status", {"status": "rejected"})
    assert client.info(first["id"])["status"] == "issued"
