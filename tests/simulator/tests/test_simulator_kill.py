# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SIGKILL at any moment: everything that was confirmed is still there after a restart."""

from __future__ import annotations

import itertools
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import requests
from simulator_testing.client import Client, order_body

from certcentral_simulator.process import SimulatorProcess

_CLIENTS = 4


class Stream:
    """Orders without a pause on several connections; the answers are kept."""

    def __init__(self, simulator: SimulatorProcess) -> None:
        self.placed: dict[int, str] = {}
        self.revoked: set[int] = set()
        self.certificates: dict[int, str] = {}
        self.has_placed = threading.Event()
        self._numbers = itertools.count()
        self._threads = [threading.Thread(target=self._run, args=(Client(simulator),)) for _number in range(_CLIENTS)]
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Wait until every connection has ended because of the kill."""
        for thread in self._threads:
            thread.join()

    def _run(self, client: Client) -> None:
        try:
            while True:
                self._one(client, next(self._numbers))
        except requests.RequestException:
            return

    def _one(self, client: Client, number: int) -> None:
        own = f"own-{number}"
        body = order_body(f"n{number}.valid.example", alternative_order_id=own, skip_approval=True)
        answer = client.post("/order/certificate/ssl_basic", body)
        assert answer.status_code == 201, answer.text
        placed: dict[str, Any] = answer.json()
        self.placed[placed["id"]] = own
        self.has_placed.set()
        self.certificates[placed["certificate_id"]] = placed["certificate_chain"][0]["pem"]
        if number % 3 == 0 and client.put(f"/order/certificate/{placed['id']}/revoke", {"skip_approval": True}).ok:
            self.revoked.add(placed["id"])


@pytest.mark.parametrize("seconds", [0.0, 0.3])
def test_nothing_that_was_confirmed_is_lost(tmp_path: Path, seconds: float) -> None:
    arguments = ["--no-rate-limit", "--state", str(tmp_path / "state")]
    with SimulatorProcess(arguments) as simulator:
        stream = Stream(simulator)
        stream.has_placed.wait()
        time.sleep(seconds)
        simulator.kill()
        stream.join()
    assert stream.placed
    with SimulatorProcess(arguments) as simulator:
        client = Client(simulator)
        for order_id, own in stream.placed.items():
            info = client.info(order_id)
            assert info["alternative_order_id"] == own
            assert info["status"] == "revoked" or order_id not in stream.revoked
        for certificate_id, pem in stream.certificates.items():
            assert client.get(f"/certificate/{certificate_id}/download/format/crt").text == pem
        billed = {entry["order_id"] for entry in simulator.billed_orders()}
        assert billed >= set(stream.placed)
        answered = {
            entry["answer"]["id"]
            for entry in simulator.ledger()
            if entry["method"] == "POST" and entry["status"] == 201
        }
        assert answered >= set(stream.placed)
        # The ids continue where they stopped: none is used twice.
        assert client.issued()["id"] > max(stream.placed)


def test_settings_and_faults_survive(tmp_path: Path) -> None:
    arguments = ["--no-rate-limit", "--state", str(tmp_path / "state")]
    with SimulatorProcess(arguments) as simulator:
        simulator.set_clock("2027-04-01T00:00:00Z")
        simulator.set_switches(cancel_note="optional")
        simulator.set_mode("auto")
        fault = simulator.add_fault("error", calls=-1, probability=0.5, seed=9, path="/user/*")
        first = [Client(simulator).get("/user/me").status_code for _number in range(10)]
        simulator.kill()
    with SimulatorProcess(arguments) as simulator:
        assert simulator.now().startswith("2027-04-01")
        assert simulator.admin("GET", "/switches")["cancel_note"]["value"] == "optional"
        assert simulator.state()["approval_mode"] == "auto"
        [kept] = simulator.faults()
        assert (kept["id"], kept["draws"], kept["hits"]) == (fault["id"], 10, first.count(503))
        second = [Client(simulator).get("/user/me").status_code for _number in range(10)]
        # The random sequence continues; it does not start again.
        simulator.clear_faults()
        simulator.add_fault("error", calls=-1, probability=0.5, seed=9, path="/user/*")
        assert [Client(simulator).get("/user/me").status_code for _number in range(20)] == first + second


def test_state_of_an_earlier_version_gets_new_columns(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with SimulatorProcess(["--state", str(state)]) as simulator:
        order_id = Client(simulator).issued()["id"]
    with sqlite3.connect(state / "state.sqlite3") as connection:
        connection.execute("DROP INDEX orders_auto_reissue_due_at")
        connection.execute("ALTER TABLE orders DROP COLUMN auto_reissue_due_at")
        connection.execute("ALTER TABLE users DROP COLUMN assigned_containers")
        connection.execute("DROP TABLE caa_checks")
    connection.close()
    with SimulatorProcess(["--state", str(state)]) as simulator:
        client = Client(simulator)
        assert client.info(order_id)["status"] == "issued"
        client.issued("other.valid.example")
