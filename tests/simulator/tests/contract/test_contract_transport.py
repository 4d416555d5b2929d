# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Contract: transport and errors (facts, sections 1 and 2)."""

from __future__ import annotations

import pytest
import requests
from simulator_testing.client import Client, code_of
from simulator_testing.shapes import mismatches

from certcentral_simulator.process import SimulatorProcess

ERRORS = {"errors": [{"code": str, "message": str}]}


def error_of(answer: requests.Response) -> dict[str, str]:
    """The only error of an answer, whose body must have the documented form."""
    body = answer.json()
    assert mismatches(body, ERRORS) == []
    found: dict[str, str] = body["errors"][0]
    return found


def test_key_in_header_and_json_without_charset_d_r(client: Client) -> None:
    answer = client.get("/user/me")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b": " not in answer.content


def test_bad_key_is_403_not_401_r(simulator: SimulatorProcess) -> None:
    answer = Client(simulator, key="A" * 64).get("/user/me")
    assert answer.status_code == 403
    assert error_of(answer) == {
        "code": "access_denied|access_denied_invalid_key",
        "message": "Access denied due to access_denied_invalid_key.",
    }


@pytest.mark.parametrize(
    ("value", "status", "code"),
    [(None, 403, "access_denied|access_denied_invalid_key"), ("401 access_denied|no_key", 401, "access_denied|no_key")],
)
def test_missing_key_on_both_sides_of_the_switch(
    simulator: SimulatorProcess, value: str | None, status: int, code: str
) -> None:
    if value:
        simulator.admin("PUT", "/switches", {"error.key_missing": value})
    client = Client(simulator)
    del client.session.headers["X-DC-DEVKEY"]
    answer = client.get("/user/me")
    assert (answer.status_code, code_of(answer)) == (status, code)


def test_permission_d(simulator: SimulatorProcess) -> None:
    answer = Client(simulator, key=simulator.keys()["view-only"]).order("www.valid.example")
    assert answer.status_code == 403
    assert error_of(answer)["code"] == "access_denied|missing_permission"


@pytest.mark.parametrize(("method", "path"), [("GET", "/nothing"), ("DELETE", "/order/certificate"), ("GET", "/")])
def test_unknown_route_d_c(client: Client, method: str, path: str) -> None:
    answer = client.call(method, path)
    assert answer.status_code == 404
    assert error_of(answer) == {"code": "not_found|route", "message": "The specified route was not found."}


@pytest.mark.parametrize(
    "path", ["/order/certificate/1/notes", "/product/ssl_basic/limits", "/order/certificate/1/dcv"]
)
def test_undocumented_paths_are_not_routes(client: Client, path: str) -> None:
    assert code_of(client.get(path)) == "not_found|route"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/order/certificate/9", "not_found|order"),
        ("/product/none", "not_found|product"),
        ("/certificate/9/chain", "not_found|certificate"),
        ("/domain/9", "not_found|domain"),
        ("/organization/9", "not_found|organization"),
        ("/request/9", "not_found|request"),
        ("/container/9", "not_found|container"),
        ("/order/alternate/none", "not_found|order"),
    ],
)
def test_unknown_things_d_g(client: Client, path: str, code: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert error_of(answer)["code"] == code


@pytest.mark.parametrize("body", [b"{", b"[1]", b"<order/>", b'"text"', b"\xff"])
def test_unreadable_body_d(client: Client, body: bytes) -> None:
    url = f"{client.simulator.base_url}/order/certificate/ssl_basic"
    answer = client.session.post(url, data=body, timeout=60, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert error_of(answer)["code"] == "bad_request_format"


@pytest.mark.parametrize(("switch", "limit"), [("rate_limit_short", 5), ("rate_limit_long", 7)])
def test_rate_limit_d(client: Client, simulator: SimulatorProcess, switch: str, limit: int) -> None:
    simulator.admin("PUT", "/switches", {switch: limit})
    statuses = [client.get("/user/me").status_code for _number in range(limit + 2)]
    assert statuses == [200] * limit + [429] * 2
    answer = client.get("/user/me")
    assert error_of(answer) == {
        "code": "request_limit_exceeded",
        "message": "Service unavailable, please limit request volume",
    }
    assert "Retry-After" not in answer.headers
    # Each key has its own windows (D).
    other = Client(simulator, key=simulator.keys()["view-only"])
    assert other.get("/user/me").status_code == 200


def test_retry_after_on_the_other_side_of_the_switch(client: Client, simulator: SimulatorProcess) -> None:
    simulator.set_switches(rate_limit_short=1, retry_after=5)
    client.get("/user/me")
    assert client.get("/user/me").headers["Retry-After"] == "5"


LISTS = ["/order/certificate", "/request", "/organization", "/domain", "/product", "/user", "/container"]


@pytest.mark.parametrize("path", LISTS)
def test_lists_as_csv_d(client: Client, path: str) -> None:
    client.order("www.valid.example")
    key = {"/order/certificate": "orders"}.get(path, f"{path[1:]}s")
    items = client.get(path).json()[key]
    answer = client.get(path, headers={"Accept": "text/csv"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/csv")
    header, *rows = answer.text.splitlines()
    assert {"id", "name_id"} & set(header.split(","))
    assert len(rows) == len(items) > 0


def test_accept_anything_returns_json_r(client: Client) -> None:
    assert client.get("/user/me", headers={"Accept": "*/*"}).headers["Content-Type"] == "application/json"
