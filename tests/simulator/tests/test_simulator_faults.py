# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults, seen from a client."""

from __future__ import annotations

import time

import pytest
import requests
from simulator_testing.client import Client

from certcentral_simulator.process import SimulatorError, SimulatorProcess


def test_reply_lost_after_the_commit(client: Client, simulator: SimulatorProcess) -> None:
    simulator.add_fault("reply_lost", method="POST", path="/order/certificate/*")
    with pytest.raises(requests.ConnectionError):
        client.order("www.valid.example", alternative_order_id="lost-1")
    assert len(simulator.billed_orders()) == 1
    assert client.get("/order/alternate/lost-1").json()["page"]["total"] == 1
    entry = next(entry for entry in simulator.ledger() if entry["fault"] == "reply_lost")
    assert (entry["status"], entry["method"]) == (201, "POST")


def test_connection_cut_before_anything_happens(client: Client, simulator: SimulatorProcess) -> None:
    simulator.add_fault("connection_cut", method="POST")
    with pytest.raises(requests.ConnectionError):
        client.order("www.valid.example")
    assert simulator.billed_orders() == []
    assert client.order("www.valid.example").status_code == 201, "the fault is used up"


@pytest.mark.parametrize("status", [500, 502, 503])
@pytest.mark.parametrize("html", [False, True])
def test_server_errors_before_anything_happens(
    client: Client, simulator: SimulatorProcess, status: int, html: bool
) -> None:
    simulator.add_fault("error", status=status, html=html, calls=2)
    for _ in range(2):
        answer = client.order("www.valid.example")
        assert answer.status_code == status
        assert answer.headers["Content-Type"] == ("text/html" if html else "application/json")
    assert simulator.billed_orders() == []
    assert client.get("/user/me").status_code == 200


@pytest.mark.parametrize("seconds", [None, 7])
def test_429_with_and_without_retry_after(client: Client, simulator: SimulatorProcess, seconds: int | None) -> None:
    simulator.add_fault("rate_limited", retry_after=seconds)
    answer = client.get("/user/me")
    assert answer.status_code == 429
    assert answer.headers.get("Retry-After") == (None if seconds is None else str(seconds))


def test_slow_first_byte_and_slow_body(client: Client, simulator: SimulatorProcess) -> None:
    for kind in ("slow_first_byte", "slow_body"):
        simulator.add_fault(kind, seconds=0.3)
        started = time.monotonic()
        assert client.get("/user/me").status_code == 200
        assert time.monotonic() - started >= 0.3


def test_truncated_body(client: Client, simulator: SimulatorProcess) -> None:
    simulator.add_fault("truncated_body")
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        client.get("/user/me")


def test_path_and_method_restrict_a_fault(client: Client, simulator: SimulatorProcess) -> None:
    simulator.add_fault("error", method="PUT", path="/request/*/status", calls=-1)
    assert client.get("/request").status_code == 200
    assert client.put("/request/1/status", {}).status_code == 503
    assert client.put("/request/1/status", {}).status_code == 503
    simulator.clear_faults()
    assert client.put("/request/1/status", {}).status_code == 404


def test_probability_is_repeatable_with_its_seed(client: Client, simulator: SimulatorProcess) -> None:
    runs = []
    for _ in range(2):
        simulator.clear_faults()
        simulator.add_fault("error", probability=0.5, seed=42, calls=-1)
        runs.append([client.get("/user/me").status_code for _ in range(12)])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 503}


@pytest.mark.parametrize(
    "fault", [{"kind": "earthquake"}, {"kind": "error", "status": 200}, {"kind": "error", "colour": 1}]
)
def test_faults_that_make_no_sense_are_refused(simulator: SimulatorProcess, fault: dict[str, object]) -> None:
    with pytest.raises(SimulatorError):
        simulator.admin("POST", "/faults", fault)
