# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_order_wait: when it ends, what it reports for orders that are not issued, and resumed runs."""

from __future__ import annotations

import typing as t

import pytest
from simulator_testing.dns_server import DnsServer

from ansible_collections.community.digicert.tests.modules.arguments import ORGANIZATION, csr, order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller, Result, VirtualClock

_WAIT = "digicert_order_wait"


def _orders(controller: Controller, count: int, status: str = "needs_approval") -> list[int]:
    return [
        controller.simulator.make_order(
            certificate={"common_name": f"h{number}.valid.example"}, organization={"id": ORGANIZATION}, status=status
        )["id"]
        for number in range(count)
    ]


def _reject(controller: Controller, comment: str) -> int:
    """Reject the oldest open request; return its ID."""
    request = int(controller.simulator.state()["requests_pending"][0])
    controller.simulator.admin("POST", f"/requests/{request}/reject", {"comment": comment})
    return request


class TestWhatCannotBeIssued:
    def test_a_rejected_order_stops_the_wait_with_the_comment(
        self, controller: Controller, clock: VirtualClock
    ) -> None:
        made = _orders(controller, 3)
        clock.on_nap = lambda _seconds: _reject(controller, "Not\nour name") if len(clock.naps) == 2 else None
        failed = controller.fails(_WAIT, order_ids=made, until_person_needed=False)
        assert clock.naps == [10, 10]
        assert f"order {made[0]} is rejected (request " in failed["msg"]
        assert "comment 'Not our name'" in failed["msg"]
        assert failed["order_id"] == made[0]

    def test_the_others_are_waited_for_if_that_is_not_a_failure(
        self, controller: Controller, clock: VirtualClock
    ) -> None:
        made = _orders(controller, 2)
        request = _reject(controller, "Not ours")
        clock.on_nap = lambda _seconds: controller.simulator.approve_all() if len(clock.naps) == 2 else None
        found = controller.ok(_WAIT, order_ids=made, until_person_needed=False, fail_if_not_issuable=False)
        assert [entry["phase"] for entry in found["orders"]] == ["rejected", "issued"]
        assert [entry["is_final"] for entry in found["orders"]] == [True, True]
        assert found["orders"][0]["reason"] == f"request {request} was rejected with the comment 'Not ours'"
        assert found["orders"][1]["reason"] is None
        assert found["all_issued"] is False
        assert found["reasons"][1] == f"order {made[1]} is issued"

    def test_a_canceled_order_with_its_note(self, controller: Controller) -> None:
        order = controller.ok("digicert_order", **order_args("www.pending.example"))["order"]
        controller.ok("digicert_order_status", order_id=order["id"], status="canceled", note="Ordered twice")
        failed = controller.fails(_WAIT, order_ids=[order["id"]])
        assert "is canceled (canceled with the note 'Ordered twice')" in failed["msg"]

    def test_a_revoked_order(self, controller: Controller) -> None:
        (order_id,) = _orders(controller, 1, "issued")
        controller.ok("digicert_revoke", order_id=order_id, scope="order", skip_approval=True)
        assert "is revoked (its certificates were revoked)" in controller.fails(_WAIT, order_ids=[order_id])["msg"]

    def test_an_order_whose_caa_records_forbid_it(self, controller: Controller, dns_zone: DnsServer) -> None:
        dns_zone.records[("www.valid.example", "CAA")] = ['0 issue "other-ca.example"']
        order = controller.ok("digicert_order", **order_args("www.valid.example"))["order"]
        found = controller.ok(_WAIT, order_ids=[order["id"]], wait_timeout=10)
        assert found["phase"] == "processing"
        assert "CAA" in found["orders"][0]["reason"]
        assert "www.valid.example" in found["orders"][0]["reason"]

    def test_the_status_is_reported_if_the_details_cannot_be_read(self, controller: Controller) -> None:
        made = _orders(controller, 1)
        _reject(controller, "Not ours")
        controller.simulator.add_fault("error", method="GET", path="/request/*", status=403, calls=-1)
        assert f"order {made[0]} is rejected." in controller.fails(_WAIT, order_ids=made)["msg"]


class TestCalls:
    def test_an_order_whose_status_stays_is_not_read_again_before_the_tenth_interval(
        self, controller: Controller, clock: VirtualClock
    ) -> None:
        made = _orders(controller, 4)
        controller.ok(_WAIT, order_ids=made, wait_timeout=90, until_person_needed=False, interval=10)
        # first each order and what it waits for, then the list of changes, finally what they wait for now
        assert controller.methods() == {"GET": 8 + 9 + 4}
        controller.ok(_WAIT, order_ids=made, wait_timeout=110, until_person_needed=False, interval=10)
        assert controller.methods() == {"GET": 8 + 9 + 8 + 1 + 4}

    def test_a_proven_domain_is_seen_although_the_status_does_not_change(
        self, controller: Controller, clock: VirtualClock
    ) -> None:
        made = [
            controller.ok("digicert_order", **order_args(f"{name}.pending.example", key=name))["order"]["id"]
            for name in ("a", "b")
        ]
        controller.simulator.set_issue_delay(100000)
        clock.naps.clear()

        def prove(_seconds: float) -> None:
            if len(clock.naps) == 2:
                controller.simulator.set_domain("pending.example")

        clock.on_nap = prove
        runs = [controller.ok(_WAIT, order_ids=made, until_change=True)]
        runs.append(controller.ok(_WAIT, order_ids=made, until_change=True, resume=runs[0]["resume"]))
        assert [run["progress"].split(", ")[0] for run in runs] == [
            "2 orders: 2 waiting for DCV",
            "2 orders: 2 with the CA",
        ]
        assert clock.naps == [10] * 10


class TestRuns:
    def _from_change_to_change(self, controller: Controller, clock: VirtualClock, **arguments: t.Any) -> list[Result]:
        runs: list[Result] = []
        while not runs or not runs[-1]["is_over"]:
            resume = runs[-1]["resume"] if runs else None
            runs.append(controller.ok(_WAIT, until_change=True, resume=resume, **arguments))
        return runs

    def test_each_run_ends_with_a_change(self, controller: Controller, clock: VirtualClock) -> None:
        made = _orders(controller, 3)

        def approve(_seconds: float) -> None:
            if len(clock.naps) in (2, 5):
                request = controller.simulator.state()["requests_pending"][0]
                controller.simulator.admin("POST", f"/requests/{request}/approve")

        clock.on_nap = approve
        runs = self._from_change_to_change(
            controller, clock, order_ids=made, wait_timeout=80, until_person_needed=False
        )
        assert [run["progress"] for run in runs] == [
            "3 orders: 3 waiting for approval, 80 s left",
            "3 orders: 1 issued, 2 waiting for approval, 60 s left",
            "3 orders: 2 issued, 1 waiting for approval, 30 s left",
            "3 orders: 2 issued, 1 waiting for approval, 0 s left",
        ]
        assert clock.naps == [10] * 8
        assert runs[-1]["elapsed"] == 80
        assert [entry["phase"] for entry in runs[-1]["orders"]] == ["issued", "issued", "waiting_approval"]

    def test_they_end_as_one_run_does(self, controller: Controller, clock: VirtualClock) -> None:
        made = _orders(controller, 1)
        clock.on_nap = lambda _seconds: controller.simulator.approve_all() if len(clock.naps) == 2 else None
        last = self._from_change_to_change(controller, clock, order_ids=made, until_person_needed=False)[-1]
        once = controller.ok(_WAIT, order_ids=made)
        same = ("action", "reasons", "phase", "blocked_on", "order", "certificate", "orders", "all_issued", "is_over")
        assert {key: last[key] for key in same} == {key: once[key] for key in same}
        assert "resume" not in once

    def test_a_single_order_of_an_earlier_run_is_returned_in_full(
        self, controller: Controller, clock: VirtualClock
    ) -> None:
        made = _orders(controller, 1)
        first = controller.ok(_WAIT, order_ids=made, until_change=True, until_person_needed=False)
        assert (first["order"], first["is_over"]) == (None, False)
        ended = {**first["resume"], "elapsed": 301.0}
        last = controller.ok(_WAIT, order_ids=made, until_change=True, until_person_needed=False, resume=ended)
        assert (last["is_over"], last["order"]["common_name"]) == (True, "h0.valid.example")

    @pytest.mark.parametrize(
        "resume",
        [
            {"orders": []},
            {"orders": "none"},
            {"elapsed": 1.0, "asked_at": 1.0, "read_at": 1.0},
            {"orders": [{"order_id": 1, "status": "pending"}], "elapsed": "long", "asked_at": 1.0, "read_at": 1.0},
            {"orders": [{"order_id": 2, "status": "pending"}], "elapsed": 1.0, "asked_at": 1.0, "read_at": 1.0},
        ],
    )
    def test_an_invalid_resume_value_is_refused(self, controller: Controller, resume: dict[str, t.Any]) -> None:
        failed = controller.fails(_WAIT, order_ids=[1], until_change=True, resume=resume)
        assert "resume" in failed["msg"]
        assert controller.calls == []


def test_a_pending_reissue_is_waited_for(controller: Controller, clock: VirtualClock) -> None:
    order = controller.ok("digicert_order", **order_args())["order"]
    controller.ok("digicert_reissue", order_id=order["id"], csr_content=csr("b"))
    clock.naps.clear()
    clock.on_nap = lambda _seconds: controller.simulator.approve_all() if len(clock.naps) == 1 else None
    found = controller.ok(_WAIT, order_ids=[order["id"]], until_person_needed=False)
    assert (found["phase"], clock.naps) == ("issued", [10])
    assert found["certificate"]["id"] != order["certificate_id"]
