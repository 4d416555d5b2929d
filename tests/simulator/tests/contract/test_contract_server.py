# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contract: what a server in front of the service does with addresses, lengths and headers (R: recorded answers)."""

from __future__ import annotations

import json

import pytest
from simulator_testing.client import Client, code_of, order_body
from simulator_testing.raw import send

from certcentral_simulator.process import SimulatorProcess

BASE = "/services/v2"


@pytest.mark.parametrize(
    "target",
    [
        f"{BASE}//user/me",
        f"{BASE}/user//me",
        "//services/v2/user/me",
        "///services//v2///user/me",
        f"https://www.digicert.com{BASE}/user/me",
        f"{BASE}/user/me/",
    ],
)
def test_slashes_and_absolute_addresses_b4_g_c(simulator: SimulatorProcess, target: str) -> None:
    answer = send(simulator, f"GET {target} HTTP/1.1")
    assert (answer.status, json.loads(answer.body)["id"]) == (200, 14)


def test_body_is_not_lost_behind_two_slashes_b4_c(client: Client) -> None:
    answer = client.post("//order/certificate/ssl_basic", order_body("www.valid.example"))
    assert (answer.status_code, answer.history) == (201, [])


@pytest.mark.parametrize(
    ("path", "status", "phrase"),
    [("/user/me", 200, "OK"), ("/nothing", 404, "Not Found"), ("/x y", 400, "Bad Request")],
)
def test_reason_phrases_b11_r(simulator: SimulatorProcess, path: str, status: int, phrase: str) -> None:
    answer = send(simulator, f"GET {BASE}{path} HTTP/1.1")
    assert (answer.status, answer.phrase) == (status, phrase)


def test_forbidden_is_spelled_as_recorded_b11_r(simulator: SimulatorProcess) -> None:
    answer = Client(simulator, key="A" * 64).get("/user/me")
    assert (answer.status_code, answer.reason) == (403, "Forbidden")


def test_headers_b11_r(client: Client) -> None:
    headers = client.get("/user/me").headers
    assert headers["Server"] == "nginx"
    assert headers["Cache-Control"] == "private,no-cache"
    assert headers["ETag"].strip('"')
    assert headers["Last-Modified"].endswith(" GMT")
    assert headers["Strict-Transport-Security"].startswith("max-age=")


def test_options_is_no_route_b11(client: Client) -> None:
    answer = client.call("OPTIONS", "/account")
    assert (answer.status_code, code_of(answer)) == (404, "not_found|route")


@pytest.mark.parametrize(
    ("header", "body"),
    [("Content-Length: -5", b""), ("Transfer-Encoding: chunked", b"zz\r\nab\r\n0\r\n\r\n")],
)
def test_wrong_lengths_are_refused_c2(simulator: SimulatorProcess, header: str, body: bytes) -> None:
    answer = send(simulator, f"POST {BASE}/domain HTTP/1.1", header, body=body)
    assert answer.status == 400


@pytest.mark.parametrize("target", ["http://[::1/x", "//[x/services", "*", "mailto:x", "/%00", f"{BASE}/%ff%fe"])
@pytest.mark.parametrize("method", ["GET", "OPTIONS", "CONNECT", "BREW"])
def test_odd_addresses_are_refused_c1(simulator: SimulatorProcess, method: str, target: str) -> None:
    assert 400 <= send(simulator, f"{method} {target} HTTP/1.1").status < 500


def test_too_large_a_body_is_not_read_c2(simulator: SimulatorProcess) -> None:
    answer = send(simulator, f"POST {BASE}/domain HTTP/1.1", f"Content-Length: {100 * 1024 * 1024}")
    assert answer.status == 413


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", ""])
def test_content_type_on_both_sides_of_the_switch_c2(
    client: Client, simulator: SimulatorProcess, content_type: str
) -> None:
    body = json.dumps(order_body("www.valid.example"))
    headers = {"Content-Type": content_type}
    path = f"{client.simulator.base_url}/order/certificate/ssl_basic"
    assert client.session.post(path, data=body, headers=headers, timeout=60).status_code == 201
    simulator.set_switches(content_type="checked")
    answer = client.session.post(path, data=body, headers=headers, timeout=60)
    assert (answer.status_code, code_of(answer)) == (400, "bad_request_format")
    assert client.order("www.valid.example").status_code == 201


def test_only_utf_8_is_json_d_c2(client: Client) -> None:
    path = f"{client.simulator.base_url}/order/certificate/ssl_basic"
    body = json.dumps(order_body("www.valid.example")).encode("utf-16")
    answer = client.session.post(path, data=body, headers={"Content-Type": "application/json"}, timeout=60)
    assert (answer.status_code, code_of(answer)) == (400, "bad_request_format")
