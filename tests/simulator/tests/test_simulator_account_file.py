# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An account from a file: divisions, keys, limits, organizations, domains, orders in every state."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from simulator_testing.client import Client, code_of

from certcentral_simulator.process import SimulatorProcess
from certcentral_simulator.simulator import Options, Simulator
from certcentral_simulator.state.account import read_account

FILE = Path(__file__).parent / "files" / "account.yml"
TODAY = "2026-11-20T12:00:00Z"
ORGANIZATION = {"id": 500}


@pytest.fixture(scope="module")
def running_large() -> Iterator[SimulatorProcess]:
    """A simulator with the account of the file."""
    arguments = ["--account", str(FILE), "--no-rate-limit", "--time", TODAY, "--resolver", "127.0.0.1:9"]
    with SimulatorProcess(arguments) as process:
        yield process


@pytest.fixture
def large(running_large: SimulatorProcess) -> SimulatorProcess:
    """The same simulator, reset to its initial state."""
    running_large.reset()
    return running_large


@pytest.fixture
def main(large: SimulatorProcess) -> Client:
    """The administrator."""
    return Client(large)


@pytest.fixture
def web(large: SimulatorProcess) -> Client:
    """A standard user with access to the divisions 20 and 21."""
    return Client(large, key=large.keys()["web"])


@pytest.fixture
def mail(large: SimulatorProcess) -> Client:
    """A manager with access to the division 30."""
    return Client(large, key="MAILKEY")


def test_orders_in_every_state(main: Client) -> None:
    statuses = {order["id"]: order["status"] for order in main.get("/order/certificate").json()["orders"]}
    assert statuses == {
        7001: "issued",
        7002: "issued",
        7003: "pending",
        7004: "needs_approval",
        7005: "revoked",
        7006: "canceled",
        7007: "rejected",
        7008: "needs_csr",
        7009: "waiting_pickup",
    }
    assert main.simulator.billed_orders() == []
    assert main.info(7001)["date_created"] == "2026-06-01T10:00:00+00:00"
    assert main.info(7001)["custom_fields"] == [{"metadata_id": 11, "label": "Invoice number", "value": "77"}]
    assert [request["order"]["id"] for request in main.get("/request?status=pending").json()["requests"]] == [7004]
    assert main.get("/order/alternate/known-1").json()["orders"][0]["order_id"] == 7001


def test_new_orders_follow_the_given_ids(main: Client) -> None:
    assert main.issued("www.corp.example", organization=ORGANIZATION)["id"] > 7009


def test_migrated_order_can_be_marked_d(main: Client) -> None:
    assert [order["id"] for order in main.get("/order/certificate?filters[origin]=migrated").json()["orders"]] == [7002]
    assert main.put("/order/certificate/7002/status", {"status": "renewed"}).status_code == 204


def test_account_metadata_and_switches(main: Client, large: SimulatorProcess) -> None:
    assert main.get("/account").json()["id"] == 2000002
    [field] = main.get("/account/metadata").json()["metadata"]
    assert (field["id"], field["label"], field["is_required"]) == (11, "Invoice number", True)
    assert large.admin("GET", "/switches")["cancel_note"]["value"] == "optional"


def test_validation_states_and_dates(main: Client) -> None:
    found = main.get("/organization/500/validation").json()["validations"]
    assert {entry["type"]: entry["status"] for entry in found} == {"ov": "active", "ev": "expired"}
    # 398 days after it was validated.
    assert found[0]["validated_until"][:10] == "2027-11-03"
    assert main.get("/organization/502").json()["status"] == "inactive"
    domains = {entry["name"]: entry for entry in main.get("/domain").json()["domains"]}
    assert {name: entry["status"] for name, entry in domains.items()} == {
        "corp.example": "active",
        "old.example": "pending",
        "web.example": "active",
        # This one was created by an order of the file.
        "new.example": "pending",
    }
    assert domains["web.example"]["dcv_approval_datetime"][:10] == "2026-11-01"
    # A validation by file covers only the exact name (D).
    assert "certificate_chain" in main.order("web.example", organization=ORGANIZATION, skip_approval=True).json()
    assert "certificate_chain" not in main.order("a.web.example", organization=ORGANIZATION, skip_approval=True).json()


def test_users_see_only_their_divisions(main: Client, web: Client, mail: Client) -> None:
    def seen(client: Client, path: str, key: str) -> list[int]:
        return [entry["id"] for entry in client.get(path).json()[key]]

    assert seen(web, "/order/certificate", "orders") == [7001]
    assert seen(mail, "/order/certificate", "orders") == [7002]
    assert seen(web, "/container", "containers") == [20, 21]
    assert seen(mail, "/organization", "organizations") == [501, 502]
    assert len(seen(web, "/domain", "domains")) == 2
    assert seen(mail, "/request", "requests") == [
        entry["id"] for entry in main.get("/request").json()["requests"] if entry["order"]["id"] == 7002
    ]
    assert web.get("/user/me").json()["has_container_assignments"] is True
    assert web.info(7001)["id"] == 7001
    certificate = main.info(7002)["certificate"]["id"]
    for path, code in [
        ("/order/certificate/7002", "not_found|order"),
        (f"/certificate/{certificate}/chain", "not_found|certificate"),
        ("/organization/501", "not_found|organization"),
    ]:
        answer = web.get(path)
        assert (answer.status_code, code_of(answer)) == (404, code)
    changes = web.get("/order/certificate/status-changes?filters[status_last_updated]=2026-06-01...2026-06-02").json()
    assert [entry["order_id"] for entry in changes["orders"]] == [7001]
    assert code_of(mail.get("/order/alternate/known-1")) == "not_found|order"


def test_order_in_a_foreign_division_on_both_sides_of_the_switch(web: Client, large: SimulatorProcess) -> None:
    answer = web.order("www.corp.example", organization=ORGANIZATION, container={"id": 30})
    assert (answer.status_code, code_of(answer)) == (403, "access_denied|missing_permission")
    large.admin("PUT", "/switches", {"error.container_forbidden": "404 not_found|container"})
    answer = web.order("www.corp.example", organization=ORGANIZATION, container={"id": 30})
    assert (answer.status_code, code_of(answer)) == (404, "not_found|container")
    answer = web.order("www.corp.example", organization=ORGANIZATION, container={"id": 99})
    assert (answer.status_code, code_of(answer)) == (404, "not_found|container")


def test_approval_policy_of_the_division(web: Client, main: Client) -> None:
    answer = web.order("www.corp.example", organization=ORGANIZATION).json()
    assert answer["requests"][0]["status"] == "approved"
    assert "certificate_chain" in answer
    assert main.order("www.corp.example", organization=ORGANIZATION).json()["requests"][0]["status"] == "pending"


@pytest.mark.parametrize(
    ("fields", "allowed"),
    [
        ({}, True),
        ({"order_validity": {"days": 200}}, True),
        ({"order_validity": {"years": 2}}, False),
        ({"order_validity": {"days": 400}}, False),
        ({"product": "ssl_plus"}, False),
        ({"product": "ssl_ev_basic"}, False),
        ({"names": ["*.corp.example"]}, False),
        ({"auto_reissue": 1}, False),
        ({"auto_renew": 1}, True),
        ({"container": {"id": 21}, "order_validity": {"years": 2}}, True),
    ],
)
def test_product_limits_on_both_sides_of_the_switch_d(
    web: Client, large: SimulatorProcess, fields: dict[str, object], allowed: bool
) -> None:
    values = dict(fields)
    names = values.pop("names", ["www.corp.example"])
    assert isinstance(names, list)
    product = str(values.pop("product", "ssl_basic"))
    answer = web.order(*names, product=product, organization=ORGANIZATION, **values)
    if allowed:
        assert answer.status_code == 201, answer.text
        return
    assert (answer.status_code, code_of(answer)) == (403, "access_denied|missing_permission")
    large.admin("PUT", "/switches", {"error.product_limited": "400 invalid_value:product"})
    answer = web.order(*names, product=product, organization=ORGANIZATION, **values)
    assert (answer.status_code, code_of(answer)) == (400, "invalid_value:product")


def test_limits_by_role_d(main: Client, web: Client) -> None:
    body = main.get("/container/20/product-limits").json()
    assert body["is_limited"] is True
    assert [(entry["product_name_id"], entry["role_id"]) for entry in body["product_limits"]] == [
        ("ssl_basic", 0),
        ("ssl_plus", 4),
    ]
    assert body["product_limits"][0]["allowed_order_lifetimes"] == ["1"]
    # The administrator's role has no entry for this product, either.
    answer = main.order("corp.example", product="ssl_plus", organization=ORGANIZATION, container={"id": 20})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("key", "path", "allowed"),
    [
        ("orders-and-domains", "/order/certificate", True),
        ("orders-and-domains", "/request", True),
        ("orders-and-domains", "/domain", True),
        ("orders-and-domains", "/organization", True),
        ("orders-and-domains", "/product", False),
        ("orders-and-domains", "/user", False),
        ("orders-and-domains", "/user/me", True),
        ("users-only", "/user", True),
        ("users-only", "/order/certificate", False),
        ("users-only", "/domain", False),
    ],
)
def test_restrictions_of_keys_d(large: SimulatorProcess, key: str, path: str, allowed: bool) -> None:
    answer = Client(large, key=large.keys()[key]).get(path)
    assert answer.status_code == (200 if allowed else 403)
    assert allowed or code_of(answer) == "access_denied|missing_permission"


def test_manager_may_approve_only_in_their_division(main: Client, mail: Client) -> None:
    own = main.order("x.corp.example", organization=ORGANIZATION, container={"id": 30}).json()["requests"][0]["id"]
    foreign = main.order("y.corp.example", organization=ORGANIZATION, container={"id": 10}).json()["requests"][0]["id"]
    assert mail.put(f"/request/{own}/status", {"status": "approved"}).status_code == 204
    assert code_of(mail.put(f"/request/{foreign}/status", {"status": "approved"})) == "not_found|request"


def test_later_settings_override_the_file_after_a_restart(tmp_path: Path) -> None:
    arguments = ["--account", str(FILE), "--state", str(tmp_path / "state"), "--switch", "caa=false"]
    with SimulatorProcess(arguments) as simulator:
        assert simulator.admin("GET", "/switches")["cancel_note"]["value"] == "optional"
        simulator.set_switches(cancel_note="required")
    with SimulatorProcess(arguments[:4]) as simulator:
        switches = simulator.admin("GET", "/switches")
        assert switches["cancel_note"]["value"] == "required"
        simulator.reset()
        assert simulator.admin("GET", "/switches")["cancel_note"]["value"] == "optional"


@pytest.mark.parametrize(
    "change",
    [
        {"colours": []},
        {"containers": []},
        {"approval": "sometimes"},
        {"keys": [{"name": "k", "user_id": 99}]},
        {"keys": [{"name": "k", "user_id": 1, "restriction": 7}]},
        {"users": [{"id": 1, "role_id": 9}]},
        {"users": [{"id": 1, "assigned_containers": [77]}]},
        {"containers": [{"id": 10, "name": "x", "product_limits": [{"product_name_id": "none"}]}]},
        {"containers": [{"id": 10, "name": "x", "approval": "never"}]},
        {"domains": [{"name": "a.example", "state": "perhaps"}]},
        {"organizations": [{"id": 1, "name": "x", "validations": {"ov": {"state": "perhaps"}}}]},
        {"orders": [{"status": "lost", "certificate": {"common_name": "a.example"}, "organization": {"id": 500}}]},
        {"orders": [{"certificate": {"common_name": "a.example"}, "organization": {"id": 9}}]},
        {"containers": [{"id": 10, "colour": "red"}]},
        {"custom_fields": [{"id": 1}]},
    ],
)
def test_invalid_file_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    broken = tmp_path / "account.yml"
    broken.write_text(yaml.safe_dump({**yaml.safe_load(FILE.read_text()), **change}))
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        Simulator(tmp_path / "state", Options(account=read_account(broken)))


@pytest.mark.parametrize(("change", "code"), [({"switches": {"none": 1}}, 1), ({"colours": []}, 2)])
def test_broken_file_stops_the_program(tmp_path: Path, change: dict[str, object], code: int) -> None:
    broken = tmp_path / "account.yml"
    broken.write_text(yaml.safe_dump({**yaml.safe_load(FILE.read_text()), **change}))
    command = [sys.executable, "-m", "certcentral_simulator", "--account", str(broken)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, cwd=Path(__file__).parents[1]
    )
    assert (done.returncode, done.stdout) == (code, "")
    assert "error:" in done.stderr.splitlines()[-1]
