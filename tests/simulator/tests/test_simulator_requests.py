# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests, their approval, and who may approve."""

from __future__ import annotations

from simulator_testing.client import Client, code_of

from certcentral_simulator.process import SimulatorProcess


def test_approval_lets_the_order_proceed_d(client: Client) -> None:
    body = client.order("www.valid.example").json()
    answer = client.put(
        f"/request/{body['requests'][0]['id']}/status", {"status": "approved", "processor_comment": "fine"}
    )
    assert (answer.status_code, answer.content) == (204, b"")
    assert client.info(body["id"])["status"] == "issued"
    request = client.get(f"/request/{body['requests'][0]['id']}").json()
    assert request["status"] == "approved"
    assert request["processor_comment"] == "fine"
    assert request["processor"]["id"] == 14
    assert request["order"]["certificate"]["csr"].startswith("-----BEGIN CERTIFICATE REQUEST-----")


def test_rejection_ends_the_order(client: Client) -> None:
    body = client.order("www.valid.example").json()
    path = f"/request/{body['requests'][0]['id']}/status"
    assert client.put(path, {"status": "rejected"}).status_code == 204
    assert client.info(body["id"])["status"] == "rejected"
    assert client.put(path, {"status": "approved"}).status_code == 400, "it is no longer open"


def test_rejected_reissue_leaves_the_order_issued(client: Client) -> None:
    order_id = client.issued()["id"]
    info = client.info(order_id)
    body = {"certificate": {"common_name": "other.valid.example", "csr": info["certificate"]["csr"]}}
    request_id = client.post(f"/order/certificate/{order_id}/reissue", body).json()["requests"][0]["id"]
    client.put(f"/request/{request_id}/status", {"status": "rejected"})
    assert client.info(order_id)["status"] == "issued"
    statuses = [
        entry["status"] for entry in client.get(f"/order/certificate/{order_id}/reissue").json()["certificates"]
    ]
    assert statuses == ["issued", "rejected"]


def test_list_of_requests_d_c(client: Client) -> None:
    first = client.order("a.example").json()["requests"][0]["id"]
    second = client.order("b.example").json()["requests"][0]["id"]
    client.put(f"/request/{first}/status", {"status": "approved"})
    for query in ("status=pending", "filters[status]=pending", "filters%5Bstatus%5D=pending"):
        listed = client.get(f"/request?{query}").json()
        assert [entry["id"] for entry in listed["requests"]] == [second]
        assert listed["page"]["total"] == 1
    entry = listed["requests"][0]
    assert entry["order"]["certificate"] == {"common_name": "b.example"}
    assert set(entry["requester"]) == {"id", "first_name", "last_name", "email"}
    assert entry["order"]["product"]["name_id"] == "ssl_basic"


def test_unknown_request_and_unknown_status(client: Client) -> None:
    assert client.get("/request/5").status_code == 404
    request_id = client.order("a.example").json()["requests"][0]["id"]
    answer = client.put(f"/request/{request_id}/status", {"status": "maybe"})
    assert (answer.status_code, code_of(answer)) == (400, "invalid_value:status")


def test_user_who_may_not_approve_c(client: Client, simulator: SimulatorProcess) -> None:
    limited = Client(simulator, simulator.keys()["no-approval"])
    body = limited.order("www.valid.example", skip_approval=True).json()
    assert body["requests"][0]["status"] == "pending", "skip_approval needs a key that may approve"
    answer = limited.put(f"/request/{body['requests'][0]['id']}/status", {"status": "approved"})
    assert (answer.status_code, code_of(answer)) == (403, "access_denied|invalid_approver")
    simulator.set_switches(skip_approval_without_right="refuse")
    answer = limited.order("www.valid.example", skip_approval=True)
    assert (answer.status_code, code_of(answer)) == (403, "access_denied|missing_permission")


def test_approve_all_on_the_control_address(client: Client, simulator: SimulatorProcess) -> None:
    orders = [client.order(f"{name}.valid.example").json() for name in "ab"]
    assert simulator.approve_all() == [order["requests"][0]["id"] for order in orders]
    assert all(client.info(order["id"])["status"] == "issued" for order in orders)
