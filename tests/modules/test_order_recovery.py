# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_order: one intent, one order, even if answers are lost, orders are listed late or controllers race."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.community.digicert.tests.modules.arguments import csr, order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller, VirtualClock
from ansible_collections.community.digicert.tests.modules.racing import Run, race

pytestmark = pytest.mark.once

_ORDER = "digicert_order"


class TestLostAnswers:
    @pytest.mark.parametrize("kind", ["reply_lost", "truncated_body"])
    def test_an_order_that_was_placed_is_found_again(self, controller: Controller, kind: str) -> None:
        controller.simulator.add_fault(kind, method="POST")
        done = controller.ok(_ORDER, **order_args())
        assert (done["action"], done["phase"]) == ("order", "issued")
        assert "lost" in " ".join(done["reasons"])
        assert controller.methods()["POST"] == 1
        assert len(controller.ordered()) == 1
        assert controller.ok(_ORDER, **order_args())["action"] == "none"

    @pytest.mark.parametrize("fault", [{"kind": "connection_cut"}, {"kind": "error", "status": 503}])
    def test_an_order_that_was_not_placed_fails_clearly_and_is_placed_once_by_the_next_run(
        self, controller: Controller, fault: dict[str, t.Any]
    ) -> None:
        controller.simulator.add_fault(method="POST", **fault)
        failed = controller.fails(_ORDER, **order_args())
        assert "Run this again" in failed["next_action"]
        assert controller.methods()["POST"] == 1
        assert controller.ordered() == []
        assert controller.ok(_ORDER, **order_args())["action"] == "order"
        assert len(controller.ordered()) == 1

    def test_a_rate_limit_on_the_order_is_final_and_nothing_is_ordered(self, controller: Controller) -> None:
        controller.simulator.add_fault("rate_limited", method="POST", retry_after=1)
        failed = controller.fails(_ORDER, **order_args())
        assert failed["errors"][0]["code"] == "request_limit_exceeded"
        assert controller.methods()["POST"] == 1
        assert controller.ordered() == []

    def test_reads_are_repeated(self, controller: Controller) -> None:
        for fault in (
            {"kind": "rate_limited", "retry_after": 1, "calls": 2},
            {"kind": "error", "status": 502, "html": True},
            {"kind": "connection_cut"},
        ):
            controller.simulator.add_fault(method="GET", **fault)
        assert controller.ok(_ORDER, **order_args())["action"] == "order"
        assert len(controller.ordered()) == 1

    @pytest.mark.parametrize("path", ["/order/certificate/[0-9]*", "/order/certificate/*/validation"])
    def test_the_id_of_a_paid_order_is_never_lost(self, controller: Controller, path: str) -> None:
        # every read after the order fails for longer than the client retries
        arguments = order_args("www.pending.example", "pending.example", timeout=5)
        controller.simulator.add_fault("error", method="GET", path=path, status=500, calls=-1)
        failed = controller.fails(_ORDER, **arguments)
        (order_id,) = [entry["order_id"] for entry in controller.ordered()]
        assert failed["order_id"] == order_id
        assert str(order_id) in failed["msg"]

    def test_the_id_is_returned_when_the_token_cannot_be_read(self, controller: Controller) -> None:
        controller.simulator.add_fault("error", method="PUT", path="*/dcv-random-value", status=400, calls=-1)
        failed = controller.fails(_ORDER, **order_args("www.pending.example"))
        (order_id,) = [entry["order_id"] for entry in controller.ordered()]
        assert failed["order_id"] == order_id


class TestLateList:
    """The list and the look-up by alternative order ID show an order a minute after it was placed."""

    @pytest.fixture(autouse=True)
    def _late(self, controller: Controller) -> None:
        controller.simulator.set_switches(visibility_delay=60)

    @pytest.mark.parametrize("skip_approval", [True, False])
    def test_a_second_run_finds_the_order_before_it_is_listed(
        self, controller: Controller, *, skip_approval: bool
    ) -> None:
        first = controller.ok(_ORDER, **order_args(skip_approval=skip_approval))
        assert first["action"] == "order"
        for check_mode in (True, False):
            again = controller.ok(_ORDER, check_mode=check_mode, **order_args(skip_approval=skip_approval))
            assert (again["action"], again["order"]["id"]) == ("none", first["order"]["id"])
        controller.simulator.advance(seconds=61)
        assert controller.ok(_ORDER, **order_args())["order"]["id"] == first["order"]["id"]
        assert len(controller.ordered()) == 1

    def test_a_lost_answer_is_found_although_it_is_not_listed(
        self, controller: Controller, clock: VirtualClock
    ) -> None:
        controller.simulator.add_fault("reply_lost", method="POST")
        done = controller.ok(_ORDER, **order_args())
        assert (done["action"], controller.methods()["POST"]) == ("order", 1)
        assert clock.now < 5
        assert controller.ok(_ORDER, **order_args())["action"] == "none"
        assert len(controller.ordered()) == 1

    def test_if_only_the_list_would_show_it_the_run_fails_and_a_later_run_finds_it(
        self, controller: Controller
    ) -> None:
        # status changes fail: nothing shows the order until it is listed
        hidden = {"method": "GET", "path": "/order/certificate/status-changes", "status": 400}
        controller.simulator.add_fault("error", calls=-1, **hidden)
        controller.simulator.add_fault("reply_lost", method="POST")
        failed = controller.fails(_ORDER, **order_args())
        assert controller.methods()["POST"] == 1
        assert "Wait a few minutes" in failed["next_action"]
        assert "console" in failed["next_action"]
        controller.simulator.advance(seconds=61)
        assert controller.ok(_ORDER, **order_args())["action"] == "none"
        assert len(controller.ordered()) == 1

    def test_an_order_of_the_console_is_adopted_before_it_is_listed(self, controller: Controller) -> None:
        certificate = {"common_name": "valid.example", "dns_names": ["www.valid.example"], "csr": csr()}
        made = controller.simulator.make_order(certificate=certificate, organization={"id": 112233})["id"]
        adopted = controller.ok(_ORDER, **order_args())
        assert (adopted["action"], adopted["order"]["id"]) == ("adopt", made)
        assert controller.ordered() == []

    def test_a_renewal_is_found_before_it_is_listed(self, controller: Controller) -> None:
        controller.simulator.set_switches(visibility_delay=0)
        first = controller.ok(_ORDER, **order_args())["order"]["id"]
        controller.simulator.advance(hours=1)
        controller.simulator.set_switches(visibility_delay=60)
        arguments = order_args(renewal_of_order_id=first)
        renewed = controller.ok(_ORDER, **arguments)
        assert renewed["action"] == "renew"
        again = controller.ok(_ORDER, **arguments)
        assert (again["action"], again["order"]["id"]) == ("none", renewed["order"]["id"])
        assert len(controller.ordered()) == 2


class TestRaces:
    @pytest.fixture(params=[_ORDER, "digicert_certificate"], autouse=True)
    def _module(self, request: pytest.FixtureRequest, tmp_path: Path) -> None:
        self._name: str = request.param
        self._disks = tmp_path

    def _race(self, controller: Controller, count: int, **changes: t.Any) -> list[dict[str, t.Any]]:
        """Run the same request on so many controllers, each with a disk of its own, at the same time."""
        connection = {
            "api_key": controller.api_key,
            "api_url": controller.simulator.base_url,
            "ca_path": controller.simulator.ca_file,
            "timeout": 300,
        }
        # no run is answered the last lookup before an order until every run has asked for it
        path = "/order/certificate/status-changes"
        controller.simulator.add_fault("held", method="GET", path=path, seconds=300, calls=count)
        given = {**connection, **order_args(**changes)}
        results = race([Run(self._name, given, self._disks / str(number)) for number in range(count)])
        assert controller.api_key not in json.dumps(results)
        controller.simulator.clear_faults()
        controller.forget_calls()
        return results

    def _live(self, controller: Controller) -> list[int]:
        orders = controller.simulator.state()["orders"]
        return [order["id"] for order in orders if order["status"] not in ("canceled", "rejected")]

    def _winner(self, controller: Controller, results: list[dict[str, t.Any]]) -> int:
        """Check that each run placed an order and then settled on the first one; return the ID of that order."""
        assert [result.get("failed") for result in results] == [None] * len(results), results
        placed = [int(entry["order_id"]) for entry in controller.ordered()]
        assert len(placed) == len(results)
        assert {result["order"]["id"] for result in results} == {min(placed)}
        assert sorted(result["action"] for result in results) == ["adopt"] * (len(results) - 1) + ["order"]
        return min(placed)

    @pytest.mark.parametrize("delay", [0, 60], ids=["listed at once", "listed late"])
    def test_one_live_order_is_left(self, controller: Controller, delay: int) -> None:
        # pending DCV, because only pending orders can be canceled
        controller.simulator.set_switches(visibility_delay=delay)
        results = self._race(controller, 4 if delay else 3, dns_names=["www.pending.example"])
        winner = self._winner(controller, results)
        assert self._live(controller) == [winner]
        again = controller.ok(_ORDER, **order_args("www.pending.example"))
        assert (again["action"], again["order"]["id"]) == ("none", winner)

    @pytest.mark.parametrize(("cancelling", "count"), [("refuse", 3), ("accept", 2)])
    def test_orders_that_need_approval_are_cancelled_or_rejected(
        self, controller: Controller, cancelling: str, count: int
    ) -> None:
        controller.simulator.set_switches(cancel_needs_approval=cancelling)
        winner = self._winner(controller, self._race(controller, count, skip_approval=False))
        assert self._live(controller) == [winner]
        controller.simulator.approve_all()
        again = controller.ok(_ORDER, **order_args(skip_approval=False))
        assert (again["order"]["id"], again["phase"]) == (winner, "issued")

    def test_a_duplicate_issued_at_once_fails_and_names_what_to_revoke(self, controller: Controller) -> None:
        results = self._race(controller, 3)
        winner, *others = sorted(int(entry["order_id"]) for entry in controller.ordered())
        assert len(others) == 2
        failed = {result["order_id"]: result for result in results if result.get("failed")}
        assert set(failed) == set(others)
        for duplicate, result in failed.items():
            assert f"Order {duplicate} was placed for the same certificate as order {winner}" in result["msg"]
            assert f"Revoke order {duplicate}" in result["next_action"]
            controller.ok("digicert_revoke", order_id=duplicate, scope="order", skip_approval=True)
        again = controller.ok(_ORDER, **order_args())
        assert (again["action"], again["order"]["id"]) == ("none", winner)
        assert len(controller.ordered()) == 3
