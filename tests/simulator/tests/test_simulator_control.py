# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control address, the command line, and state that survives a kill."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from simulator_testing.client import Client

from certcentral_simulator.process import SimulatorError, SimulatorProcess
from certcentral_simulator.switches import TABLE

README = Path(__file__).resolve().parents[1] / "README.md"


def test_ledger_has_request_and_answer_but_not_the_key(client: Client, simulator: SimulatorProcess) -> None:
    client.order("www.valid.example")
    entry = simulator.ledger()[-1]
    assert (entry["method"], entry["path"], entry["status"]) == (
        "POST",
        "/services/v2/order/certificate/ssl_basic",
        201,
    )
    assert entry["body"]["certificate"]["common_name"] == "www.valid.example"
    assert "requests" in entry["answer"]
    assert entry["key"] == f"{simulator.api_key[:4]}…"
    assert simulator.api_key not in json.dumps(simulator.ledger())
    assert simulator.ledger(after=entry["id"]) == []


def test_billed_orders(client: Client, simulator: SimulatorProcess) -> None:
    first = client.issued(alternative_order_id="i-1")
    client.issued(renewal_of_order_id=first["id"])
    billed = simulator.billed_orders()
    assert [entry["kind"] for entry in billed] == ["order", "renewal"]
    assert billed[0]["alternative_order_id"] == "i-1"
    assert billed[0]["amount"] > 0
    assert billed[0]["credited_at"] is None


def test_orders_made_in_the_console_are_not_billed(client: Client, simulator: SimulatorProcess) -> None:
    fields = {"certificate": {"common_name": "old.valid.example"}, "organization": {"id": 112233}}
    made = simulator.make_order(**fields, status="issued", created="2026-09-01T00:00:00Z", product="ssl_plus")
    info = client.info(made["id"])
    assert (info["status"], info["date_created"][:10]) == ("issued", "2026-09-01")
    assert info["certificate"]["valid_from"] == "2026-09-01"
    assert "api_key" not in info
    pending = simulator.make_order(**fields, status="needs_approval")
    assert client.info(pending["id"])["status"] == "needs_approval"
    assert simulator.billed_orders() == []


def test_reset_restores_the_ready_account(client: Client, simulator: SimulatorProcess) -> None:
    keys = simulator.keys()
    client.issued()
    simulator.set_switches(add_www=True)
    simulator.set_mode("auto")
    simulator.advance(days=3)
    simulator.add_fault("error", calls=-1)
    simulator.reset()
    state = simulator.state()
    assert state["orders"] == []
    assert state["approval_mode"] == "manual"
    assert simulator.keys() == keys
    assert simulator.admin("GET", "/switches")["add_www"]["value"] is False
    assert simulator.admin("GET", "/clock")["offset_seconds"] == 0
    assert simulator.ledger() == []
    assert client.get("/user/me").status_code == 200


def test_a_state_that_was_kept_is_restored_as_often_as_needed(client: Client, simulator: SimulatorProcess) -> None:
    first = client.issued()
    simulator.advance(days=3)
    simulator.set_switches(add_www=True)
    simulator.add_fault("error", path="/user/nobody", calls=-1)
    simulator.set_network(http_port=8080)
    kept = simulator.keep_state()
    before = {path: simulator.admin("GET", path) for path in ("/export", "/switches", "/network", "/faults")}
    next_ids = []
    for _number in range(2):
        client.issued()
        simulator.reset()
        simulator.restore_state(kept)
        assert {path: simulator.admin("GET", path) for path in before} == before
        assert simulator.admin("GET", "/clock")["offset_seconds"] == 3 * 86400
        assert [order["id"] for order in simulator.state()["orders"]] == [first["id"]]
        next_ids.append(client.issued()["id"])
    assert next_ids[0] == next_ids[1]
    with pytest.raises(SimulatorError, match="there is no state 7"):
        simulator.restore_state(7)


def test_clock_keeps_running_after_it_was_set(simulator: SimulatorProcess) -> None:
    simulator.set_clock("2027-03-15T00:00:00Z")
    assert simulator.now().startswith("2027-03-15T00:00:0")
    simulator.advance(days=1, hours=2)
    assert simulator.now().startswith("2027-03-16T02:00:0")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/clock", {"advance": {"weeks": 1}}),
        ("PUT", "/clock", {"now": "tomorrow"}),
        ("PUT", "/switches", {"no_such_switch": True}),
        ("PUT", "/switches", {"cancel_note": "perhaps"}),
        ("PUT", "/switches", {"error.note_missing": "200 fine"}),
        ("PUT", "/approval-mode", {"mode": "random"}),
        ("PUT", "/organizations/5", {"ov": "valid"}),
        ("PUT", "/domains/valid.example", {"state": "odd"}),
        ("PUT", "/network", {"resolver": "not-an-address"}),
        ("POST", "/orders", {"certificate": {"common_name": "nodots"}, "organization": {"id": 112233}}),
        ("GET", "/nothing", None),
    ],
)
def test_invalid_settings_are_refused(simulator: SimulatorProcess, method: str, path: str, body: object) -> None:
    with pytest.raises(SimulatorError):
        simulator.admin(method, path, body)


def test_readme_has_every_switch_with_its_default() -> None:
    text = README.read_text()
    # A bar in a cell of a Markdown table is escaped.
    shown = {name: str(switch.default).replace("|", r"\|") for name, switch in TABLE.items()}
    assert [name for name, default in shown.items() if f"| `{name}` | `{default}` |" not in text] == []


def test_state_survives_a_kill(tmp_path: Path) -> None:
    arguments = ["--state", str(tmp_path / "state"), "--no-rate-limit"]
    with SimulatorProcess(arguments) as first:
        key = first.api_key
        first.set_clock("2027-01-01T00:00:00Z")
        first.set_switches(add_www=True)
        client = Client(first)
        issued = client.issued()
        waiting = client.order("www.valid.example").json()
        first.kill()
    with SimulatorProcess(arguments) as second:
        assert second.api_key == key
        assert second.now().startswith("2027-01-01")
        assert second.admin("GET", "/switches")["add_www"]["value"] is True
        client = Client(second)
        assert client.info(issued["id"])["certificate"]["serial_number"]
        assert len(second.billed_orders()) == 2
        second.approve_all()
        assert client.info(waiting["id"])["status"] == "issued"


def test_account_file(tmp_path: Path) -> None:
    account = tmp_path / "account.yml"
    account.write_text(
        """---
account: {id: 2000002, name: Other}
containers: [{id: 9, name: Nine}]
users: [{id: 3, first_name: Ann, last_name: Lee, email: ann@corp.example, role_id: 1}]
keys: [{name: only, user_id: 3}]
organizations:
  - {id: 500, name: Corp, validations: {ov: {state: valid}}}
domains: [{name: corp.example, organization_id: 500, state: valid}]
approval: auto
"""
    )
    with SimulatorProcess(["--account", str(account), "--api-key", "K" * 64, "--time", "2026-12-01"]) as simulator:
        assert simulator.api_key == "K" * 64
        assert simulator.now().startswith("2026-12-01")
        client = Client(simulator)
        assert client.get("/account").json()["id"] == 2000002
        assert "certificate_chain" in client.order("www.corp.example", organization={"id": 500}).json()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_stops_it_with_0_and_leaves_nothing(number: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "certcentral_simulator"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[1],
    ) as process:
        assert process.stdout is not None
        try:
            ready = json.loads(process.stdout.readline())
            folder = Path(ready["ca_file"]).parents[1]
            assert folder.is_dir()
            assert set(ready) == {"base_url", "api_key", "ca_file", "root_file", "admin_url"}
            process.send_signal(number)
            assert process.wait(60) == 0
        finally:
            process.kill()
        assert process.stdout.read() == ""
    assert not folder.exists()


@pytest.mark.parametrize(
    "arguments", [["--switch", "nothing"], ["--switch", "x=1"], ["--time", "noon"], ["--resolver", "host.example"]]
)
def test_bad_options_exit_with_2(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "certcentral_simulator", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).resolve().parents[1],
    )
    assert done.returncode == 2
    assert "error:" in done.stderr


def test_simulator_that_cannot_start_is_reported() -> None:
    with pytest.raises(SimulatorError, match="cannot serve"):
        SimulatorProcess(["--port", "70000"]).start()
