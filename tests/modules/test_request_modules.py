# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_request and digicert_request_info: requests that wait for approval, and decisions on them."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.community.digicert.tests.modules.arguments import csr, order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller, Result

_REQUEST = "digicert_request"
_INFO = "digicert_request_info"


@pytest.fixture
def ordered(controller: Controller) -> Result:
    """Return the result of an order that waits for approval."""
    return controller.ok("digicert_order", **order_args(skip_approval=False))


def _order_id(ordered: Result) -> int:
    return int(ordered["order"]["id"])


def _request_id(ordered: Result) -> int:
    return int(ordered["order"]["requests"][0]["id"])


def _predicted_and_done(controller: Controller, **arguments: t.Any) -> Result:
    predicted = controller.ok(_REQUEST, check_mode=True, **arguments)
    done = controller.ok(_REQUEST, **arguments)
    for key in ("action", "reasons", "diff", "changed"):
        assert predicted[key] == done[key]
    return done


class TestDecision:
    @pytest.mark.parametrize("by", ["request_id", "order_id"])
    @pytest.mark.parametrize(
        ("status", "action", "phase"), [("approved", "approve", "issued"), ("rejected", "reject", "rejected")]
    )
    def test_it_is_made_once(
        self, controller: Controller, ordered: Result, by: str, status: str, action: str, phase: str
    ) -> None:
        named = {"request_id": _request_id(ordered), "order_id": _order_id(ordered)}
        arguments = {by: named[by], "status": status, "comment": "As agreed."}
        done = _predicted_and_done(controller, **arguments)
        assert (done["action"], done["phase"]) == (action, phase)
        assert done["diff"] == {"before": {"status": "pending"}, "after": {"status": status}}
        assert (done["request"]["status"], done["request"]["processor_comment"]) == (status, "As agreed.")
        assert done["order"]["id"] == named["order_id"]
        assert [call["body"] for call in controller.calls if call["method"] == "PUT"] == [
            {"status": status, "processor_comment": "As agreed."}
        ]
        again = _predicted_and_done(controller, **arguments)
        assert (again["action"], again["phase"]) == ("none", phase)
        assert controller.writes() == []

    def test_an_approved_order_reports_what_it_waits_for_next(self, controller: Controller) -> None:
        order = controller.ok("digicert_order", **order_args("www.pending.example", skip_approval=False))["order"]
        done = _predicted_and_done(controller, order_id=order["id"], status="approved")
        assert done["phase"] == "waiting_dcv"
        assert [record["domain"] for record in done["dcv"]["records"]] == ["www.pending.example"]

    def test_a_revocation_may_be_approved(self, controller: Controller) -> None:
        order = controller.ok("digicert_order", **order_args())["order"]
        controller.ok("digicert_revoke", order_id=order["id"], scope="order")
        done = _predicted_and_done(controller, order_id=order["id"], type="revoke", status="approved")
        assert (done["action"], done["phase"]) == ("approve", "revoked")

    def test_the_type_distinguishes_requests_of_one_order(self, controller: Controller) -> None:
        order = controller.ok("digicert_order", **order_args())["order"]
        controller.ok("digicert_reissue", order_id=order["id"], csr_content=csr("b"))
        first = _predicted_and_done(controller, order_id=order["id"], type="new_request", status="approved")
        assert first["action"] == "none"
        done = _predicted_and_done(controller, order_id=order["id"], status="rejected")
        assert (done["action"], done["request"]["type"], done["phase"]) == ("reject", "reissue", "issued")

    def test_an_opposite_earlier_decision_is_explained(self, controller: Controller, ordered: Result) -> None:
        controller.ok(_REQUEST, order_id=_order_id(ordered), status="approved")
        for check_mode in (True, False):
            refused = controller.fails(
                _REQUEST, check_mode=check_mode, request_id=_request_id(ordered), status="rejected"
            )
            assert "already approved" in refused["msg"]
            assert "digicert_revoke" in refused["next_action"]
            assert refused["order_id"] == _order_id(ordered)
            assert controller.writes() == []


class TestRefused:
    def test_a_user_who_may_not_approve(self, controller: Controller, ordered: Result) -> None:
        key = controller.simulator.keys()["no-approval"]
        refused = controller.fails(_REQUEST, api_key=key, order_id=_order_id(ordered), status="approved")
        assert refused["errors"][0]["code"] == "access_denied|invalid_approver"
        assert "another user" in refused["next_action"]
        assert refused["order_id"] == _order_id(ordered)

    def test_not_found(self, controller: Controller) -> None:
        unknown = controller.fails(_REQUEST, request_id=999, status="approved")
        assert unknown["errors"][0]["code"] == "not_found|request"
        assert "request ID" in unknown["next_action"]
        assert controller.fails(_REQUEST, order_id=999, status="approved")["errors"][0]["code"] == "not_found|order"

    def test_an_order_without_such_a_request(self, controller: Controller, ordered: Result) -> None:
        refused = controller.fails(_REQUEST, order_id=_order_id(ordered), type="revoke", status="approved")
        assert "type revoke" in refused["msg"]
        assert "digicert_request_info" in refused["next_action"]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"status": "approved"},
            {"request_id": 1},
            {"request_id": 1, "order_id": 1, "status": "approved"},
            {"request_id": 1, "status": "submitted"},
        ],
    )
    def test_options_that_do_not_fit(self, controller: Controller, wrong: dict[str, t.Any]) -> None:
        assert controller._run(_REQUEST, False, wrong)["failed"]
        assert controller.calls == []


class TestLostAnswers:
    def test_a_decision_that_was_made_is_found(self, controller: Controller, ordered: Result) -> None:
        controller.simulator.add_fault("reply_lost", method="PUT", path="*/status")
        done = controller.ok(_REQUEST, order_id=_order_id(ordered), status="approved")
        assert (done["action"], done["phase"]) == ("approve", "issued")
        assert controller.methods()["PUT"] == 1

    @pytest.mark.parametrize("kind", ["connection_cut", "error"])
    def test_a_decision_that_was_not_made_fails_clearly(
        self, controller: Controller, ordered: Result, kind: str
    ) -> None:
        controller.simulator.add_fault(kind, method="PUT", path="*/status")
        failed = controller.fails(_REQUEST, order_id=_order_id(ordered), status="approved")
        assert "still open" in failed["msg"]
        assert failed["order_id"] == _order_id(ordered)
        assert controller.methods()["PUT"] == 1
        assert controller.ok(_REQUEST, order_id=_order_id(ordered), status="approved")["action"] == "approve"


class TestInfo:
    def _read(self, controller: Controller, **arguments: t.Any) -> list[dict[str, t.Any]]:
        predicted = controller.ok(_INFO, check_mode=True, **arguments)
        found = controller.ok(_INFO, **arguments)
        assert set(controller.methods()) <= {"GET"}
        assert predicted["requests"] == found["requests"]
        assert found["action"] == "none"
        return list(found["requests"])

    @pytest.mark.parametrize("by", ["request_id", "order_id"])
    def test_one_order(self, controller: Controller, ordered: Result, by: str) -> None:
        named: dict[str, t.Any] = {"request_id": _request_id(ordered), "order_id": _order_id(ordered)}
        (found,) = self._read(controller, **{by: named[by]})
        assert (found["id"], found["order_id"]) == (named["request_id"], named["order_id"])
        assert (found["type"], found["status"], found["common_name"]) == ("new_request", "pending", "www.valid.example")
        assert found["requester"]["first_name"] == "John"
        assert found["processor"] is None
        assert found["raw"]["id"] == found["id"]
        result = controller.ok(_INFO, **{by: named[by]})
        assert result["phase"] == "waiting_approval"

    @pytest.mark.parametrize("empty", ["array", "missing"])
    def test_an_empty_list(self, controller: Controller, empty: str) -> None:
        controller.simulator.set_switches(empty_list=empty)
        assert self._read(controller) == []

    def test_a_list_is_filtered(self, controller: Controller, ordered: Result) -> None:
        order = controller.ok("digicert_order", **order_args("shop.valid.example", key="b"))["order"]
        controller.ok("digicert_revoke", order_id=order["id"])
        assert len(self._read(controller)) == 3
        (waiting, revoke) = self._read(controller, statuses=["submitted", "pending"])
        assert {waiting["type"], revoke["type"]} == {"new_request", "revoke"}
        (only,) = self._read(controller, statuses=["pending"], types=["revoke"])
        assert only["order_id"] == order["id"]
        (approved,) = self._read(controller, order_id=order["id"], statuses=["approved"])
        assert approved["processor"]["id"] == 14

    def test_not_found(self, controller: Controller) -> None:
        assert controller.fails(_INFO, request_id=999)["errors"][0]["code"] == "not_found|request"
        assert controller.fails(_INFO, order_id=999)["errors"][0]["code"] == "not_found|order"
