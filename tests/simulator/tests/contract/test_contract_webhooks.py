# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contract: webhooks (additions, section 6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from simulator_testing.client import EC_CSR, Client, code_of
from simulator_testing.listener import Listener
from simulator_testing.order_shapes import PAGE
from simulator_testing.shapes import MOMENT, mismatches

from certcentral_simulator.process import SimulatorProcess

SECRET = "0123456789abcdef0123456789abcdef"
SETTINGS = {
    "instant_issue_webhook_notification": "1",
    "webhook_notification_frequency": [90, 60, 30, 7, 0, -7],
    "webhook_send_certificate_chain": "1",
    "webhook_send_instant_issued_certificate_chain": "1",
}
EVENTS = ["certificate_issued", "certificate_revoked"]


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listener]:
    """The listener."""
    listener = Listener(tmp_path_factory.mktemp("listener"))
    yield listener
    listener.stop()


@pytest.fixture
def listener(started: Listener) -> Listener:
    """The listener, with nothing recorded."""
    started.events.clear()
    started.status = 200
    return started


def activated(client: Client, listener: Listener, **fields: Any) -> str:
    """Create a webhook, pass the challenge and activate it; return its path."""
    body = {"endpoint": listener.endpoint, "secret": SECRET, "events": EVENTS, "webhook_settings": SETTINGS, **fields}
    path = f"/webhook/{client.post('/webhook', body).json()['webhook_id']}"
    client.put(f"{path}/send-challenge")
    (challenge, _key) = listener.events.pop()
    assert client.put(f"{path}/check-challenge", {"token": challenge["data"]["token"]}).status_code < 300
    assert client.put(f"{path}/activate").status_code == 204
    return path


def test_create_and_list_d(client: Client, listener: Listener) -> None:
    assert client.get("/webhook").json() == {"webhooks": []}
    answer = client.post("/webhook", {"endpoint": listener.endpoint})
    assert (answer.status_code, mismatches(answer.json(), {"webhook_id": int})) == (201, [])
    (webhook,) = client.get("/webhook").json()["webhooks"]
    assert webhook["status"] == "pending"
    assert "secret" not in webhook
    answer = client.post("/webhook", {"endpoint": listener.endpoint})
    assert (answer.status_code, code_of(answer)) == (400, "webhook_configured_already")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"endpoint": "http://a.example/hook"}, "webhook_invalid_endpoint"),
        ({"endpoint": None}, "webhook_invalid_endpoint"),
        ({"endpoint": "https://"}, "webhook_invalid_endpoint"),
        ({"secret": "too short"}, "invalid_value:secret"),
        ({"events": ["birthday"]}, "invalid_value:events"),
    ],
)
def test_refused_values_d(client: Client, fields: dict[str, Any], code: str) -> None:
    answer = client.post("/webhook", {"endpoint": "https://a.example/hook", **fields})
    assert (answer.status_code, code_of(answer)) == (400, code)


def test_unknown_webhook_d(client: Client) -> None:
    for part in ("", "/activate", "/send-challenge"):
        answer = client.put(f"/webhook/9{part}", {"endpoint": "https://a.example/hook"})
        assert (answer.status_code, code_of(answer)) == (404, "not_found|webhook")


def test_test_event_d(client: Client, listener: Listener) -> None:
    assert client.post("/webhook/test-endpoint", {"endpoint": listener.endpoint}).status_code < 300
    assert listener.events == [({"event": "test_webhook_endpoint"}, None)]
    listener.status = 500
    for endpoint in (listener.endpoint, "https://127.0.0.1:1/hook"):
        answer = client.post("/webhook/test-endpoint", {"endpoint": endpoint})
        assert (answer.status_code, code_of(answer)) == (400, "webhook_endpoint_error")


def test_challenge_d(client: Client, simulator: SimulatorProcess, listener: Listener) -> None:
    webhook = client.post("/webhook", {"endpoint": listener.endpoint, "secret": SECRET}).json()["webhook_id"]
    path = f"/webhook/{webhook}"
    for word in ("activate", "deactivate"):
        answer = client.put(f"{path}/{word}")
        assert (answer.status_code, code_of(answer)) == (400, "webhook_invalid_action")
    client.put(f"{path}/send-challenge")
    ((event, key),) = listener.events
    assert (event["event"], event["data"]["webhook_id"], key) == ("challenge_webhook_endpoint", webhook, SECRET)
    token = {"token": event["data"]["token"]}
    simulator.advance(minutes=30)
    for late_or_wrong in (token, {"token": "x"}, {}):
        assert code_of(client.put(f"{path}/check-challenge", late_or_wrong)) == "webhook_invalid_token"
    simulator.advance(minutes=-1)
    client.put(f"{path}/check-challenge", token)
    for word, status in (("activate", "active"), ("deactivate", "inactive")):
        assert client.put(f"{path}/{word}").status_code == 204
        assert client.get("/webhook").json()["webhooks"][0]["status"] == status


def test_change_d(client: Client, listener: Listener) -> None:
    path = activated(client, listener)
    # The same endpoint: it stays active, and the secret is kept if it is left out.
    assert client.put(path, {"endpoint": listener.endpoint, "events": EVENTS}).status_code == 204
    (webhook,) = client.get("/webhook").json()["webhooks"]
    assert (webhook["status"], webhook["secret"]) == ("active", SECRET)
    client.put(path, {"endpoint": "https://other.example/hook", "secret": ""})
    (webhook,) = client.get("/webhook").json()["webhooks"]
    assert (webhook["status"], "secret" in webhook) == ("pending", False)
    assert code_of(client.put(f"{path}/activate")) == "webhook_invalid_action"


def test_issued_and_revoked_d(client: Client, listener: Listener) -> None:
    activated(client, listener)
    placed = client.issued()
    ids = {"order_id": placed["id"], "certificate_id": placed["certificate_id"]}
    (issued,) = listener.wait_for(1)
    assert (issued["event"], {key: issued["data"][key] for key in ids}) == ("certificate_issued", ids)
    assert issued["data"]["certificate_chain"] == placed["certificate_chain"]
    client.put(f"/certificate/{placed['certificate_id']}/revoke", {"skip_approval": True})
    assert listener.wait_for(2)[1] == {"event": "certificate_revoked", "data": ids}
    assert {key for _event, key in listener.events} == {SECRET}
    logs = client.get("/webhook/event-logs").json()
    entry = {
        "event_name": str,
        "event_info": {"order_id": int, "certificate_id": int},
        "request_status": str,
        "request_sent_time": MOMENT,
        "response_received_time": MOMENT,
        "response_code": 200,
    }
    assert mismatches(logs, {"events": [entry], "page": PAGE}) == []


def test_instant_issuance_is_announced_by_a_setting_only_d(
    client: Client, simulator: SimulatorProcess, listener: Listener
) -> None:
    activated(client, listener, webhook_settings={})
    client.issued()
    waiting = client.order("new.example", skip_approval=True).json()
    simulator.advance(hours=1)
    simulator.set_domain("new.example", "valid")
    (event,) = listener.wait_for(1)
    # Without the setting for the chain there is none.
    assert event["data"] == {"order_id": waiting["id"], "certificate_id": waiting["certificate_id"]}


def test_all_certificates_of_an_order_d(client: Client, listener: Listener) -> None:
    placed = client.issued()
    body = {"certificate": {"common_name": "www.valid.example", "csr": EC_CSR}, "skip_approval": True}
    client.post(f"/order/certificate/{placed['id']}/duplicate", body)
    activated(client, listener, secret="")
    client.put(f"/order/certificate/{placed['id']}/revoke", {"skip_approval": True})
    assert [event["event"] for event in listener.wait_for(2)] == ["certificate_revoked"] * 2
    assert {key for _event, key in listener.events} == {None}
