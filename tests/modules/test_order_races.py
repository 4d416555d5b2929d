# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One certificate is paid once: many controllers at the same moment, many runs on one host, and a budget of orders.

``make chaos`` has races of 50 controllers.
"""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.community.digicert.tests.chaos.races import (
    CERTIFICATE,
    MODES,
    ORDER,
    RACERS,
    Results,
    connection_of,
    hold,
    judge_controllers,
    judge_jobs,
    live_orders,
    paid,
    run_controllers,
    run_on_one_host,
    run_slices,
)
from ansible_collections.community.digicert.tests.modules.arguments import csr, order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller
from ansible_collections.community.digicert.tests.modules.racing import SABOTAGES, Run, race

pytestmark = pytest.mark.once

_CHANGES = "/order/certificate/status-changes"


class TestBetweenControllers:
    @pytest.fixture(params=[ORDER, CERTIFICATE], autouse=True)
    def _module(self, request: pytest.FixtureRequest, tmp_path: Path) -> None:
        self._name: str = request.param
        self._disks = tmp_path

    def _race(self, controller: Controller, mode: str, *, broken: str = "") -> Results:
        return run_controllers(controller.simulator, self._name, MODES[mode], self._disks, broken=broken)

    def test_with_the_strict_guard_one_order_is_issued_and_paid(self, controller: Controller) -> None:
        results = self._race(controller, "strict")
        assert judge_controllers(controller.simulator, MODES["strict"], results).found() == {}
        (order,) = live_orders(controller.simulator)
        assert order["status"] == "issued"
        assert paid(controller.simulator) == [order["id"]]
        assert {result["order"]["id"] for result in results} == {order["id"]}

    def test_without_it_every_run_that_was_second_fails_and_names_its_order(self, controller: Controller) -> None:
        results = self._race(controller, "basic")
        assert judge_controllers(controller.simulator, MODES["basic"], results).found() == {}
        first, *others = sorted(paid(controller.simulator))
        failed = [result for result in results if result.get("failed")]
        assert sorted(result["order_id"] for result in failed) == others
        assert all(f"Revoke order {result['order_id']}" in result["next_action"] for result in failed)
        assert [result["order"]["id"] for result in results if not result.get("failed")] == [first]

    def test_pending_orders_are_canceled(self, controller: Controller) -> None:
        results = self._race(controller, "basic, pending")
        assert judge_controllers(controller.simulator, MODES["basic, pending"], results).found() == {}
        assert paid(controller.simulator) == [order["id"] for order in live_orders(controller.simulator)]
        assert len(live_orders(controller.simulator)) == 1

    def test_the_proof_notices_if_nobody_looks_for_rivals(self, controller: Controller) -> None:
        results = self._race(controller, "strict", broken="no look for rivals")
        assert len(paid(controller.simulator)) > 1
        found = judge_controllers(controller.simulator, MODES["strict"], results).found()
        assert found.keys() >= {"duplicate_orders", "lost_orders"}

    def test_a_key_that_may_not_approve_leaves_one_request_or_names_the_others(self, controller: Controller) -> None:
        results = self._race(controller, "strict, may not approve")
        assert judge_controllers(controller.simulator, MODES["strict, may not approve"], results).found() == {}
        waiting = sorted(order["id"] for order in live_orders(controller.simulator))
        assert {order["status"] for order in live_orders(controller.simulator)} == {"needs_approval"}
        failed = [result for result in results if result.get("failed")]
        assert sorted(result["order_id"] for result in failed) == waiting[1:]


class TestOneHost:
    @pytest.mark.parametrize("module", [ORDER, CERTIFICATE])
    @pytest.mark.parametrize("broken", ["", "no lock"])
    def test_runs_on_one_host_place_one_order(
        self, controller: Controller, tmp_path: Path, module: str, broken: str
    ) -> None:
        if broken:
            hold(controller.simulator, RACERS)
        results = run_on_one_host(controller.simulator, module, tmp_path / "home", broken=broken)
        found = judge_jobs(controller.simulator, results, 1).found()
        assert (found.get("duplicate_orders", 0) > 0) is bool(broken)
        if not broken:
            assert found == {}
            assert sorted(result["action"] for result in results) == ["none"] * (RACERS - 1) + ["order"]

    def test_overlapping_slices_order_each_certificate_once(self, controller: Controller, tmp_path: Path) -> None:
        results = run_slices(controller.simulator, tmp_path / "home")
        assert judge_jobs(controller.simulator, results, RACERS + 2).found() == {}
        assert len(controller.ordered()) == RACERS + 2

    @pytest.mark.parametrize("broken", ["", "no lock"])
    def test_runs_on_one_host_make_one_duplicate(self, controller: Controller, tmp_path: Path, broken: str) -> None:
        order_id = controller.ok(ORDER, **order_args())["order"]["id"]
        arguments = {
            **connection_of(controller.simulator),
            "order_id": order_id,
            "csr_content": csr("b"),
            "skip_approval": True,
        }
        if broken:
            hold(controller.simulator, RACERS, f"/order/certificate/{order_id}/duplicate")
        controller.forget_calls()
        results = race([Run("digicert_duplicate", arguments, tmp_path / "home")] * RACERS, broken=broken)
        controller.simulator.clear_faults()
        actions = [result.get("action") for result in results]
        assert (actions.count("duplicate") == 1) is not bool(broken)


class TestStrictGuard:
    @pytest.mark.parametrize("module", [ORDER, CERTIFICATE])
    def test_one_run_is_approved_and_issued(self, controller: Controller, module: str) -> None:
        done = controller.ok(module, **order_args(order_guard="strict"))
        assert (done["action"], done["phase"]) == ("order", "issued")
        assert controller.ok(module, **order_args(order_guard="strict"))["action"] == "none"

    @pytest.mark.parametrize("module", [ORDER, CERTIFICATE])
    def test_what_an_interrupted_run_left_is_approved(self, controller: Controller, module: str) -> None:
        controller.ok(ORDER, **order_args(skip_approval=False))
        arguments = order_args(order_guard="strict")
        assert controller.ok(module, check_mode=True, **arguments)["action"] == "approve"
        done = controller.ok(module, **arguments)
        assert (done["action"], done["phase"]) == ("approve", "issued")
        assert controller.ok(module, **arguments)["action"] == "none"
        assert len(controller.ordered()) == 1

    def test_an_approval_by_a_person_is_left_to_that_person(self, controller: Controller) -> None:
        done = controller.ok(ORDER, **order_args(order_guard="strict", skip_approval=False))
        assert done["phase"] == "waiting_approval"

    def test_an_order_that_is_not_shown_is_not_approved_and_the_next_run_goes_on(self, controller: Controller) -> None:
        controller.simulator.set_switches(visibility_delay=60)
        controller.simulator.add_fault("error", method="GET", path=_CHANGES, status=400, calls=-1)
        failed = controller.fails(ORDER, **order_args(order_guard="strict"))
        assert "was not approved" in failed["msg"]
        controller.simulator.clear_faults()
        controller.simulator.advance(seconds=61)
        assert controller.ok(ORDER, **order_args(order_guard="strict"))["phase"] == "issued"
        assert len(controller.ordered()) == 1


class TestBudget:
    @pytest.mark.parametrize("module", [ORDER, CERTIFICATE])
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
        failed = controller.fails(CERTIFICATE, requests=requests, order_budget={"count": 2})
        assert all(f"host{number}.valid.example" in failed["msg"] for number in range(3))
        assert controller.ordered() == []
        failed = controller.fails(
            CERTIFICATE,
            requests=requests,
            order_budget={"count": 2},
            order_budget_exceed_for=["host1.valid.example"],
        )
        assert len(controller.ordered()) == 1
        controller.ok(CERTIFICATE, requests=requests, order_budget={"count": 3})
        assert len(controller.ordered()) == 3

    @pytest.mark.parametrize("module", [ORDER, CERTIFICATE])
    def test_what_cannot_be_counted_is_not_paid(self, controller: Controller, module: str) -> None:
        controller.simulator.add_fault("error", method="GET", path="/order/certificate", status=403, calls=-1)
        failed = controller.fails(module, **order_args(order_budget={"count": 5}))
        assert failed["order_id"] is None
        assert controller.ordered() == []

    def test_canceled_orders_and_older_ones_do_not_count(self, controller: Controller) -> None:
        first = controller.ok(ORDER, **order_args("www.pending.example"))["order"]["id"]
        controller.ok("digicert_order_status", order_id=first, status="canceled", note="not needed")
        assert controller.ok(ORDER, **order_args(order_budget={"count": 1}))["action"] == "order"


def test_a_folder_of_locks_that_cannot_be_used_is_named_and_the_order_is_placed(
    controller: Controller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".digicert").symlink_to(tmp_path / "elsewhere")
    monkeypatch.setenv("HOME", str(tmp_path))
    done = controller.ok(ORDER, **order_args())
    assert done["action"] == "order"
    assert ".digicert is a symbolic link" in controller.warnings(done)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_nobody_else_can_read_the_locks_and_check_mode_makes_none(
    controller: Controller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    controller.ok(ORDER, check_mode=True, **order_args())
    assert not (tmp_path / ".digicert").exists()
    controller.ok(ORDER, **order_args())
    modes = [path.stat().st_mode & 0o777 for path in (tmp_path / ".digicert", tmp_path / ".digicert" / "locks")]
    assert modes == [0o700, 0o600]


def test_every_sabotage_is_used() -> None:
    assert set(SABOTAGES) == {"no lock", "no look for rivals"}
