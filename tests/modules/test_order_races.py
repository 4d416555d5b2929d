# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One certificate is paid once: many controllers at the same moment, many runs on one host, and a budget of orders.

The environment variable ``DIGICERT_RACERS`` is the number of controllers in each race, 8 by default.
"""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

import pytest

from ansible_collections.community.digicert.tests.modules.arguments import csr, order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller
from ansible_collections.community.digicert.tests.modules.racing import SABOTAGES, Run, race

pytestmark = pytest.mark.once

_ORDER, _CERTIFICATE = "digicert_order", "digicert_certificate"
_RACERS = int(os.environ.get("DIGICERT_RACERS", "8"))
_CHANGES = "/order/certificate/status-changes"
_LEFT = ("canceled", "rejected")

Results = list[dict[str, t.Any]]


def _order(controller: Controller, *names: str, **changes: t.Any) -> dict[str, t.Any]:
    return {
        "api_key": controller.api_key,
        "api_url": controller.simulator.base_url,
        "ca_path": controller.simulator.ca_file,
        "timeout": 300,
        **order_args(*names, **changes),
    }


def _hold(controller: Controller) -> None:
    """Answer no controller the last look before an order until every one has asked."""
    controller.simulator.add_fault("held", method="GET", path=_CHANGES, seconds=120, calls=_RACERS)


def _controllers(module: str, arguments: dict[str, t.Any], disks: Path, *, broken: str = "") -> Results:
    return race([Run(module, arguments, disks / str(number)) for number in range(_RACERS)], broken=broken)


def _live(controller: Controller) -> list[dict[str, t.Any]]:
    return [order for order in controller.simulator.state()["orders"] if order["status"] not in _LEFT]


def _paid(controller: Controller) -> list[int]:
    """Return the orders that stay billed."""
    return [entry["order_id"] for entry in controller.ordered() if not entry.get("credited_at")]


class TestBetweenControllers:
    @pytest.fixture(params=[_ORDER, _CERTIFICATE], autouse=True)
    def _module(self, request: pytest.FixtureRequest, tmp_path: Path) -> None:
        self._name: str = request.param
        self._disks = tmp_path

    def _race(self, controller: Controller, *names: str, broken: str = "", **changes: t.Any) -> Results:
        _hold(controller)
        if self._name == _CERTIFICATE:
            changes["wait"] = False
        results = _controllers(self._name, _order(controller, *names, **changes), self._disks, broken=broken)
        controller.simulator.clear_faults()
        assert len(controller.ordered()) == _RACERS, f"every controller has placed an order: {results}"
        return results

    def test_with_the_strict_guard_one_order_is_issued_and_paid(self, controller: Controller) -> None:
        results = self._race(controller, order_guard="strict")
        assert [result for result in results if result.get("failed")] == []
        (order,) = _live(controller)
        assert order["status"] == "issued"
        assert _paid(controller) == [order["id"]]
        assert {result["order"]["id"] for result in results} == {order["id"]}

    def test_without_it_every_run_that_was_second_fails_and_names_its_order(self, controller: Controller) -> None:
        results = self._race(controller)
        first, *others = sorted(_paid(controller))
        failed = [result for result in results if result.get("failed")]
        assert sorted(result["order_id"] for result in failed) == others
        assert all(f"Revoke order {result['order_id']}" in result["next_action"] for result in failed)
        assert [result["order"]["id"] for result in results if not result.get("failed")] == [first]

    def test_pending_orders_are_canceled(self, controller: Controller) -> None:
        results = self._race(controller, "www.pending.example")
        assert [result for result in results if result.get("failed")] == []
        assert _paid(controller) == [order["id"] for order in _live(controller)]
        assert len(_live(controller)) == 1

    def test_the_proof_notices_if_nobody_looks_for_rivals(self, controller: Controller) -> None:
        self._race(controller, order_guard="strict", broken="no look for rivals")
        assert len(_paid(controller)) > 1

    def test_a_key_that_may_not_approve_leaves_one_request_or_names_the_others(self, controller: Controller) -> None:
        key = controller.simulator.keys()["no-approval"]
        results = self._race(controller, api_key=key, order_guard="strict")
        waiting = sorted(order["id"] for order in _live(controller))
        assert {order["status"] for order in _live(controller)} == {"needs_approval"}
        failed = [result for result in results if result.get("failed")]
        assert sorted(result["order_id"] for result in failed) == waiting[1:]


class TestOneHost:
    @pytest.mark.parametrize("module", [_ORDER, _CERTIFICATE])
    @pytest.mark.parametrize("broken", ["", "no lock"])
    def test_runs_on_one_host_place_one_order(
        self, controller: Controller, tmp_path: Path, module: str, broken: str
    ) -> None:
        if broken:
            _hold(controller)
        runs = [Run(module, _order(controller), tmp_path / "home")] * _RACERS
        results = race(runs, broken=broken)
        assert (len(controller.ordered()) == 1) is not bool(broken)
        if not broken:
            assert [result for result in results if result.get("failed")] == []
            assert sorted(result["action"] for result in results) == ["none"] * (_RACERS - 1) + ["order"]

    def test_overlapping_slices_order_each_certificate_once(self, controller: Controller, tmp_path: Path) -> None:
        names = [f"host{number}.valid.example" for number in range(_RACERS + 2)]
        connection = {name: value for name, value in _order(controller).items() if name in ("api_key", "api_url")}
        connection["ca_path"] = controller.simulator.ca_file
        runs = [
            Run(
                _CERTIFICATE,
                {**connection, "requests": [order_args(name) for name in names[number : number + 3]]},
                tmp_path / "home",
            )
            for number in range(_RACERS)
        ]
        results = race(runs)
        assert [result for result in results if result.get("failed")] == []
        assert len(controller.ordered()) == len(names)

    @pytest.mark.parametrize("broken", ["", "no lock"])
    def test_runs_on_one_host_make_one_duplicate(self, controller: Controller, tmp_path: Path, broken: str) -> None:
        order_id = controller.ok(_ORDER, **order_args())["order"]["id"]
        arguments = {
            **{name: value for name, value in _order(controller).items() if name in ("api_key", "api_url", "ca_path")},
            "order_id": order_id,
            "csr_content": csr("b"),
            "skip_approval": True,
        }
        if broken:
            path = f"/order/certificate/{order_id}/duplicate"
            controller.simulator.add_fault("held", method="GET", path=path, seconds=60, calls=_RACERS)
        controller.forget_calls()
        results = race([Run("digicert_duplicate", arguments, tmp_path / "home")] * _RACERS, broken=broken)
        controller.simulator.clear_faults()
        actions = [result.get("action") for result in results]
        assert (actions.count("duplicate") == 1) is not bool(broken)


class TestStrictGuard:
    @pytest.mark.parametrize("module", [_ORDER, _CERTIFICATE])
    def test_one_run_is_approved_and_issued(self, controller: Controller, module: str) -> None:
        done = controller.ok(module, **order_args(order_guard="strict"))
        assert (done["action"], done["phase"]) == ("order", "issued")
        assert controller.ok(module, **order_args(order_guard="strict"))["action"] == "none"

    @pytest.mark.parametrize("module", [_ORDER, _CERTIFICATE])
    def test_what_an_interrupted_run_left_is_approved(self, controller: Controller, module: str) -> None:
        controller.ok(_ORDER, **order_args(skip_approval=False))
        arguments = order_args(order_guard="strict")
        assert controller.ok(module, check_mode=True, **arguments)["action"] == "approve"
        done = controller.ok(module, **arguments)
        assert (done["action"], done["phase"]) == ("approve", "issued")
        assert controller.ok(module, **arguments)["action"] == "none"
        assert len(controller.ordered()) == 1

    def test_an_approval_by_a_person_is_left_to_that_person(self, controller: Controller) -> None:
        done = controller.ok(_ORDER, **order_args(order_guard="strict", skip_approval=False))
        assert done["phase"] == "waiting_approval"

    def test_an_order_that_is_not_shown_is_not_approved_and_the_next_run_goes_on(self, controller: Controller) -> None:
        controller.simulator.set_switches(visibility_delay=60)
        controller.simulator.add_fault("error", method="GET", path=_CHANGES, status=400, calls=-1)
        failed = controller.fails(_ORDER, **order_args(order_guard="strict"))
        assert "was not approved" in failed["msg"]
        controller.simulator.clear_faults()
        controller.simulator.advance(seconds=61)
        assert controller.ok(_ORDER, **order_args(order_guard="strict"))["phase"] == "issued"
        assert len(controller.ordered()) == 1


class TestBudget:
    @pytest.mark.parametrize("module", [_ORDER, _CERTIFICATE])
    @pytest.mark.parametrize("delay", [0, 60], ids=["listed at once", "listed late"])
    def test_a_budget_stops_a_run_that_would_buy_more(self, controller: Controller, module: str, delay: int) -> None:
        controller.simulator.set_switches(visibility_delay=delay)
        budget: dict[str, t.Any] = {"order_budget": {"count": 1}}
        assert controller.ok(module, **order_args(**budget))["action"] == "order"
        for check_mode in (True, False):
            failed = controller.fails(module, check_mode=check_mode, **order_args("more.valid.example", **budget))
            assert "more.valid.example" in failed["msg"]
        assert len(controller.ordered()) == 1
        named = order_args("more.valid.example", **budget, order_budget_exceed_for=["More.valid.example"])
        assert controller.ok(module, **named)["action"] == "order"
        assert controller.ok(module, **order_args(**budget))["action"] == "none"

    def test_orders_of_one_run_count_together(self, controller: Controller) -> None:
        requests = [order_args(f"host{number}.valid.example") for number in range(3)]
        failed = controller.fails(_CERTIFICATE, requests=requests, order_budget={"count": 2})
        assert all(f"host{number}.valid.example" in failed["msg"] for number in range(3))
        assert controller.ordered() == []
        failed = controller.fails(
            _CERTIFICATE,
            requests=requests,
            order_budget={"count": 2},
            order_budget_exceed_for=["host1.valid.example"],
        )
        assert len(controller.ordered()) == 1
        controller.ok(_CERTIFICATE, requests=requests, order_budget={"count": 3})
        assert len(controller.ordered()) == 3

    @pytest.mark.parametrize("module", [_ORDER, _CERTIFICATE])
    def test_what_cannot_be_counted_is_not_paid(self, controller: Controller, module: str) -> None:
        controller.simulator.add_fault("error", method="GET", path="/order/certificate", status=403, calls=-1)
        failed = controller.fails(module, **order_args(order_budget={"count": 5}))
        assert failed["order_id"] is None
        assert controller.ordered() == []

    def test_canceled_orders_and_older_ones_do_not_count(self, controller: Controller) -> None:
        first = controller.ok(_ORDER, **order_args("www.pending.example"))["order"]["id"]
        controller.ok("digicert_order_status", order_id=first, status="canceled", note="not needed")
        assert controller.ok(_ORDER, **order_args(order_budget={"count": 1}))["action"] == "order"


def test_a_folder_of_locks_that_cannot_be_used_is_named_and_the_order_is_placed(
    controller: Controller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".digicert").symlink_to(tmp_path / "elsewhere")
    monkeypatch.setenv("HOME", str(tmp_path))
    done = controller.ok(_ORDER, **order_args())
    assert done["action"] == "order"
    assert ".digicert is a symbolic link" in controller.warnings(done)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_nobody_else_can_read_the_locks_and_check_mode_makes_none(
    controller: Controller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    controller.ok(_ORDER, check_mode=True, **order_args())
    assert not (tmp_path / ".digicert").exists()
    controller.ok(_ORDER, **order_args())
    modes = [path.stat().st_mode & 0o777 for path in (tmp_path / ".digicert", tmp_path / ".digicert" / "locks")]
    assert modes == [0o700, 0o600]


def test_every_sabotage_is_used() -> None:
    assert set(SABOTAGES) == {"no lock", "no look for rivals"}
