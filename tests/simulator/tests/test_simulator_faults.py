# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults, as seen by a client."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from simulator_testing.client import Client

from certcentral_simulator.faults import KINDS
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
    for _number in range(2):
        answer = client.order("www.valid.example")
        assert answer.status_code == status
        assert answer.headers["Content-Type"] == ("text/html" if html else "application/json")
    assert simulator.billed_orders() == []
    assert client.get("/user/me").status_code == 200


def test_an_error_with_a_custom_code(client: Client, simulator: SimulatorProcess) -> None:
    simulator.add_fault("error", status=400, code="caa_check_failed|example.com", message="A record refuses it.")
    answer = client.get("/user/me")
    assert answer.status_code == 400
    expected = {"code": "caa_check_failed|example.com", "message": "A record refuses it."}
    assert answer.json() == {"errors": [expected]}
    for wrong in ({"code": " "}, {"code": 7}, {"message": None}):
        with pytest.raises(SimulatorError, match="code must be a non-empty text"):
            simulator.add_fault("error", **wrong)


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
    for _number in range(2):
        simulator.clear_faults()
        simulator.add_fault("error", probability=0.5, seed=42, calls=-1)
        runs.append([client.get("/user/me").status_code for _number in range(12)])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 503}


@pytest.mark.parametrize(
    "fault", [{"kind": "earthquake"}, {"kind": "error", "status": 200}, {"kind": "error", "colour": 1}]
)
def test_invalid_faults_are_refused(simulator: SimulatorProcess, fault: dict[str, object]) -> None:
    with pytest.raises(SimulatorError):
        simulator.admin("POST", "/faults", fault)


# For each kind, a call that it can spoil, and how its answer shows that.
SPOILED: dict[str, tuple[str, str]] = {
    "connection_cut": ("GET", "/user/me"),
    "reply_lost": ("GET", "/user/me"),
    "error": ("GET", "/user/me"),
    "rate_limited": ("GET", "/user/me"),
    "slow_first_byte": ("GET", "/user/me"),
    "slow_body": ("GET", "/user/me"),
    "truncated_body": ("GET", "/user/me"),
    "wrong_pem": ("GET", "/certificate/download/order/{order}/format/pem_all"),
    "wrong_names": ("GET", "/certificate/download/order/{order}/format/pem_all"),
    "ca_certificate": ("GET", "/certificate/download/order/{order}/format/pem_all"),
    "expired_intermediate": ("GET", "/certificate/download/order/{order}/format/pem_all"),
    "wrong_chain": ("GET", "/certificate/download/order/{order}/format/pem_all"),
    "four_certificates": ("GET", "/certificate/download/order/{order}/format/pem_all"),
    "crlf_pem": ("GET", "/certificate/download/order/{order}/format/pem_all"),
    "lf_pem": ("GET", "/certificate/{certificate}/chain"),
    "empty_organization": ("GET", "/order/certificate/{dv}"),
    "missing_orders_key": ("GET", "/order/certificate?filters[status]=rejected"),
    "delayed_visibility": ("GET", "/order/certificate"),
}


SLOW_SECONDS = 0.1


class Bench:
    """Objects to request, and their unspoiled answers."""

    def __init__(self, client: Client, kind: str) -> None:
        client.simulator.set_switches(crlf_pem=kind == "lf_pem")
        placed = client.issued()
        dv = client.order("new.example", product="ssl_dv_geotrust", organization=None).json()["id"]
        method, path = SPOILED[kind]
        self._client, self._kind, self.method = client, kind, method
        self.path = path.format(order=placed["id"], certificate=placed["certificate_id"], dv=dv)
        self._good = client.get(self.path)

    def is_spoiled(self) -> bool:
        """Send one request and compare. Slow means delayed by a fault, because a busy machine may be just as slow."""
        hits = self._hits()
        started = time.monotonic()
        try:
            answer = self._client.get(self.path)
        except requests.RequestException:
            return True
        elapsed = time.monotonic() - started
        if not self._kind.startswith("slow"):
            return (answer.status_code, answer.content) != (200, self._good.content)
        assert (answer.status_code, answer.content) == (200, self._good.content)
        delayed = self._hits() > hits
        assert elapsed >= SLOW_SECONDS or not delayed
        return delayed

    def _hits(self) -> int:
        return sum(fault["hits"] for fault in self._client.simulator.faults())


def fault_values(kind: str) -> dict[str, object]:
    """The fields that make the effect of a kind visible."""
    return {"seconds": SLOW_SECONDS if kind.startswith("slow") else 60}


def test_every_kind_is_in_the_table() -> None:
    assert {*SPOILED, "held"} == set(KINDS)


@pytest.mark.parametrize("number", [2, 50])
def test_held_answers_are_sent_together(client: Client, simulator: SimulatorProcess, number: int) -> None:
    simulator.add_fault("held", calls=number, path="/user/me", seconds=60)
    started = time.monotonic()
    with ThreadPoolExecutor(number) as pool:
        answers = list(pool.map(client.get, ["/user/me"] * number))
    assert [answer.status_code for answer in answers] == [200] * number
    assert time.monotonic() - started < 60
    assert simulator.faults()[0]["hits"] == number


def test_an_answer_is_not_held_for_ever(client: Client, simulator: SimulatorProcess) -> None:
    simulator.add_fault("held", calls=2, seconds=SLOW_SECONDS)
    started = time.monotonic()
    assert client.get("/user/me").status_code == 200
    assert time.monotonic() - started >= SLOW_SECONDS


@pytest.mark.parametrize("kind", SPOILED)
def test_every_kind_for_the_next_calls(client: Client, simulator: SimulatorProcess, kind: str) -> None:
    bench = Bench(client, kind)
    simulator.add_fault(kind, calls=2, **fault_values(kind))
    assert [bench.is_spoiled() for _number in range(3)] == [True, True, False]
    assert simulator.faults()[0]["hits"] == 2


@pytest.mark.parametrize("kind", SPOILED)
def test_every_kind_by_probability_with_a_seed(client: Client, simulator: SimulatorProcess, kind: str) -> None:
    bench = Bench(client, kind)
    chance = random.Random(11)
    expected = [chance.random() < 0.5 for _number in range(6)]
    simulator.add_fault(kind, calls=-1, probability=0.5, seed=11, **fault_values(kind))
    assert [bench.is_spoiled() for _number in range(6)] == expected
    assert True in expected
    assert False in expected


@pytest.mark.parametrize("kind", SPOILED)
def test_every_kind_by_endpoint(client: Client, simulator: SimulatorProcess, kind: str) -> None:
    bench = Bench(client, kind)
    simulator.add_fault(kind, calls=-1, path="/organization/*", **fault_values(kind))
    assert not bench.is_spoiled()
    simulator.clear_faults()
    path = bench.path.partition("?")[0]
    simulator.add_fault(kind, calls=-1, method=bench.method, path=path, **fault_values(kind))
    assert bench.is_spoiled()
    assert client.get("/product").status_code == 200


def test_empty_organization_in_the_list(client: Client, simulator: SimulatorProcess) -> None:
    client.order("new.example", product="ssl_dv_geotrust", organization=None)
    simulator.add_fault("empty_organization")
    assert client.get("/order/certificate").json()["orders"][0]["organization"] == []
    assert "organization" not in client.get("/order/certificate").json()["orders"][0]


def test_missing_orders_key(client: Client, simulator: SimulatorProcess) -> None:
    simulator.add_fault("missing_orders_key")
    assert set(client.get("/order/certificate").json()) == {"page"}
    assert client.get("/order/certificate").json()["orders"] == []


def test_new_order_is_hidden_in_list_and_alternate_but_not_by_id(client: Client, simulator: SimulatorProcess) -> None:
    simulator.set_switches(visibility_delay=30)
    order_id = client.order("www.valid.example", alternative_order_id="fresh").json()["id"]
    assert client.get("/order/certificate").json()["orders"] == []
    assert client.get("/order/alternate/fresh").status_code == 404
    assert client.info(order_id)["id"] == order_id
    simulator.advance(seconds=31)
    assert len(client.get("/order/certificate").json()["orders"]) == 1
    assert client.get("/order/alternate/fresh").json()["orders"][0]["order_id"] == order_id


def test_delayed_visibility_hides_only_new_orders(client: Client, simulator: SimulatorProcess) -> None:
    old = client.order("a.example").json()["id"]
    simulator.advance(minutes=5)
    client.order("b.example", alternative_order_id="young")
    simulator.add_fault("delayed_visibility", calls=2, seconds=60)
    assert [order["id"] for order in client.get("/order/certificate").json()["orders"]] == [old]
    assert client.get("/order/alternate/young").status_code == 404
    assert client.get("/order/alternate/young").status_code == 200


def test_wrong_pem_is_another_certificate_of_the_order(client: Client, simulator: SimulatorProcess) -> None:
    first = client.issued()
    csr = client.info(first["id"])["certificate"]["csr"]
    body = {"certificate": {"common_name": "www.valid.example", "csr": csr}, "skip_approval": True}
    second = client.post(f"/order/certificate/{first['id']}/reissue", body).json()
    pems = {
        placed["certificate_id"]: client.get(f"/certificate/{placed['certificate_id']}/download/format/crt").text
        for placed in (first, second)
    }
    simulator.add_fault("wrong_pem")
    got = client.get(f"/certificate/{second['certificate_id']}/download/format/crt").text
    assert got == pems[first["certificate_id"]] != pems[second["certificate_id"]]
