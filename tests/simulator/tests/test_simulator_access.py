# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keys, restrictions, rate windows, and the shape of every answer."""

from __future__ import annotations

import pytest
from simulator_testing.client import Client, code_of, order_body

from certcentral_simulator.process import SimulatorProcess


def test_bad_key_is_403_r(simulator: SimulatorProcess) -> None:
    answer = Client(simulator, "A" * 64).get("/user/me")
    assert answer.status_code == 403
    assert answer.json() == {
        "errors": [
            {
                "code": "access_denied|access_denied_invalid_key",
                "message": "Access denied due to access_denied_invalid_key.",
            }
        ]
    }


def test_missing_key_header(simulator: SimulatorProcess) -> None:
    client = Client(simulator)
    del client.session.headers["X-DC-DEVKEY"]
    assert client.get("/user/me").status_code == 403


def test_keys_are_60_to_90_alphanumerics_r(simulator: SimulatorProcess) -> None:
    assert all(60 <= len(key) <= 90 and key.isalnum() for key in simulator.keys().values())


def test_view_only_key_may_only_read_d(client: Client, simulator: SimulatorProcess) -> None:
    viewer = Client(simulator, simulator.keys()["view-only"])
    order_id = client.issued()["id"]
    assert viewer.get(f"/order/certificate/{order_id}").status_code == 200
    for answer in (
        viewer.order("www.valid.example"),
        viewer.put(f"/order/certificate/{order_id}/status", {"status": "canceled", "note": "x"}),
        viewer.put(f"/order/certificate/{order_id}/revoke", {}),
    ):
        assert (answer.status_code, code_of(answer)) == (403, "access_denied|missing_permission")
    assert len(simulator.billed_orders()) == 1


def test_orders_key_sees_orders_requests_certificates_only_d(client: Client, simulator: SimulatorProcess) -> None:
    limited = Client(simulator, simulator.keys()["orders-only"])
    assert limited.order("www.valid.example").status_code == 201
    assert limited.get("/request").status_code == 200
    assert limited.get("/user/me").status_code == 200
    for path in ("/organization", "/domain", "/user", "/product"):
        assert limited.get(path).status_code == 403, path


@pytest.mark.parametrize("data", [b"{", b"[1]", b"not json"])
def test_body_that_is_not_a_json_object_d(client: Client, data: bytes) -> None:
    answer = client.session.post(f"{client.simulator.base_url}/order/certificate/ssl_basic", data=data, timeout=60)
    assert (answer.status_code, code_of(answer)) == (400, "bad_request_format")


def test_answers_are_compact_json_without_charset_r(client: Client) -> None:
    answer = client.get("/user/me")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "private,no-cache"
    assert b'": ' not in answer.content


def test_unknown_fields_are_ignored_c(client: Client) -> None:
    body = order_body("www.valid.example", weather="fine", id=0)
    assert client.post("/order/certificate/ssl_basic", body).status_code == 201


def test_short_rate_window_d(client: Client, simulator: SimulatorProcess) -> None:
    simulator.set_switches(rate_limit_short=5, retry_after=0)
    answers = [client.get("/user/me") for _number in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert answers[-1].json()["errors"] == [
        {"code": "request_limit_exceeded", "message": "Service unavailable, please limit request volume"}
    ]
    assert "Retry-After" not in answers[-1].headers
    simulator.set_switches(retry_after=4)
    assert client.get("/user/me").headers["Retry-After"] == "4"
    other = Client(simulator, simulator.keys()["view-only"])
    assert other.get("/user/me").status_code == 200, "the windows are per key"


def test_long_rate_window_d(client: Client, simulator: SimulatorProcess) -> None:
    simulator.set_switches(rate_limit_long=3)
    assert [client.get("/user/me").status_code for _number in range(4)] == [200, 200, 200, 429]
