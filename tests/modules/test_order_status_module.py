# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_order_status: read an order, cancel it or its reissue, mark a migrated order as renewed."""

from __future__ import annotations

import datetime as dt
import typing as t

import pytest

from ansible_collections.community.digicert.tests.modules.arguments import csr, order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller, Result
from ansible_collections.community.digicert.tests.unit.scripted_server import reply, serve

_STATUS = "digicert_order_status"


def _predicted_and_done(controller: Controller, **arguments: t.Any) -> Result:
    predicted = controller.ok(_STATUS, check_mode=True, **arguments)
    done = controller.ok(_STATUS, **arguments)
    for key in ("action", "reasons", "diff", "changed"):
        assert predicted[key] == done[key]
    return done


@pytest.fixture
def pending(controller: Controller) -> int:
    """Return the ID of an order that waits for domain control validation."""
    return int(controller.ok("digicert_order", **order_args("www.pending.example"))["order"]["id"])


@pytest.fixture
def issued(controller: Controller) -> int:
    """Return the ID of an issued order."""
    return int(controller.ok("digicert_order", **order_args())["order"]["id"])


def test_reading_changes_nothing(controller: Controller, pending: int) -> None:
    found = _predicted_and_done(controller, order_id=pending)
    assert (found["action"], found["phase"]) == ("none", "waiting_dcv")
    assert found["blocked_on"][0]["what"] == "dcv"
    assert controller.writes() == []


def test_a_pending_order_is_cancelled_once(controller: Controller, pending: int) -> None:
    arguments = {"order_id": pending, "status": "canceled", "note": "Ordered by mistake."}
    done = _predicted_and_done(controller, **arguments)
    assert (done["action"], done["phase"], done["order"]["status"]) == ("cancel", "canceled", "canceled")
    assert done["diff"]["before"]["status"] == "pending"
    assert _predicted_and_done(controller, **arguments)["action"] == "none"
    assert controller.writes() == []


@pytest.mark.parametrize("note", [None, "", "  "])
def test_the_cancellation_of_an_order_needs_a_note(controller: Controller, pending: int, note: str | None) -> None:
    for check_mode in (True, False):
        refused = controller.fails(_STATUS, check_mode=check_mode, order_id=pending, status="canceled", note=note)
        assert "note" in refused["next_action"]
        assert refused["order_id"] == pending
        assert controller.writes() == []


@pytest.mark.parametrize(
    ("accepted", "sent"), [("both", ["canceled"]), ("current", ["canceled"]), ("older", ["canceled", "CANCELED"])]
)
def test_the_older_spelling_is_sent_if_the_current_one_is_refused(
    controller: Controller, pending: int, accepted: str, sent: list[str]
) -> None:
    controller.simulator.set_switches(cancel_spelling=accepted)
    done = _predicted_and_done(controller, order_id=pending, status="canceled", note="x")
    assert done["phase"] == "canceled"
    assert _predicted_and_done(controller, order_id=pending, status="canceled", note="x")["action"] == "none"
    puts = [call["body"] for call in controller.simulator.ledger() if call["method"] == "PUT"]
    assert puts[-len(sent) :] == [{"status": word, "note": "x"} for word in sent]


@pytest.mark.parametrize("shown", ["current", "pending"])
def test_cancelling_a_reissue_leaves_the_order_issued(controller: Controller, issued: int, shown: str) -> None:
    controller.simulator.set_switches(info_while_reissue_pending=shown)
    controller.ok("digicert_reissue", order_id=issued, csr_content=csr("b"))
    done = _predicted_and_done(controller, order_id=issued, status="canceled", note="Not needed.")
    assert (done["action"], done["phase"]) == ("cancel", "issued")
    assert done["diff"]["after"]["status"] == done["order"]["status"] == "issued"
    rejected = controller.ok("digicert_request_info", order_id=issued, statuses=["rejected"])["requests"]
    assert [(request["type"], request["processor_comment"]) for request in rejected] == [("reissue", "Not needed.")]
    again = _predicted_and_done(controller, order_id=issued, status="canceled", note="Not needed.")
    assert (again["action"], again["phase"]) == ("none", "issued")
    assert controller.writes() == []


def test_the_cancellation_of_a_reissue_needs_no_note(controller: Controller, issued: int) -> None:
    controller.ok("digicert_reissue", order_id=issued, csr_content=csr("b"))
    assert _predicted_and_done(controller, order_id=issued, status="canceled")["phase"] == "issued"
    # a reissue carried out since then is not mistaken for the canceled one
    controller.ok("digicert_reissue", order_id=issued, csr_content=csr("b"), skip_approval=True)
    refused = controller.fails(_STATUS, order_id=issued, status="canceled", note="x")
    assert "digicert_revoke" in refused["next_action"]


def test_what_is_issued_can_only_be_revoked(controller: Controller, issued: int) -> None:
    for check_mode in (True, False):
        refused = controller.fails(_STATUS, check_mode=check_mode, order_id=issued, status="canceled", note="x")
        assert "digicert_revoke" in refused["next_action"]
        assert refused["order_id"] == issued
        assert controller.writes() == []


def test_an_order_that_needs_approval_may_be_refused_by_the_service(controller: Controller) -> None:
    order_id = controller.ok("digicert_order", **order_args(skip_approval=False))["order"]["id"]
    arguments = {"order_id": order_id, "status": "canceled", "note": "x"}
    refused = controller.fails(_STATUS, **arguments)
    assert refused["order_id"] == order_id
    assert refused["errors"][0]["code"] == "invalid_value:status"
    assert f"digicert_request with order_id {order_id}" in refused["next_action"]
    controller.simulator.set_switches(cancel_needs_approval="accept")
    assert controller.ok(_STATUS, **arguments)["phase"] == "canceled"


@pytest.mark.parametrize(
    ("status", "word"),
    [("rejected", "nor billed"), ("revoked", "revoked"), ("expired", "has expired"), ("new_word", "ID")],
)
def test_what_is_over_cannot_be_cancelled(controller: Controller, status: str, word: str) -> None:
    with serve() as server:
        server.script = [reply(200, {"id": 7, "status": status, "certificate": {"common_name": "a.example"}})] * 2
        for check_mode in (True, False):
            arguments = {"order_id": 7, "status": "canceled", "note": "x", "api_url": server.url}
            refused = controller.fails(_STATUS, check_mode=check_mode, **arguments)
            assert f"Order 7 is {status}" in refused["msg"]
            assert word in refused["next_action"]
        assert {seen.method for seen in server.seen} == {"GET"}


class TestLostAnswers:
    def test_a_change_that_was_made_is_found(self, controller: Controller, pending: int) -> None:
        controller.simulator.add_fault("reply_lost", method="PUT")
        done = controller.ok(_STATUS, order_id=pending, status="canceled", note="x")
        assert (done["action"], done["phase"]) == ("cancel", "canceled")
        assert controller.methods()["PUT"] == 1

    def test_a_cancelled_reissue_is_found(self, controller: Controller, issued: int) -> None:
        controller.ok("digicert_reissue", order_id=issued, csr_content=csr("b"))
        controller.simulator.add_fault("reply_lost", method="PUT")
        assert controller.ok(_STATUS, order_id=issued, status="canceled")["phase"] == "issued"

    @pytest.mark.parametrize("kind", ["connection_cut", "error"])
    def test_a_change_that_was_not_made_fails_clearly(self, controller: Controller, pending: int, kind: str) -> None:
        controller.simulator.add_fault(kind, method="PUT")
        arguments: dict[str, t.Any] = {"order_id": pending, "status": "canceled", "note": "x"}
        failed = controller.fails(_STATUS, **arguments)
        assert "does not show" in failed["msg"]
        assert failed["order_id"] == pending
        assert controller.methods()["PUT"] == 1
        assert controller.ok(_STATUS, **arguments)["action"] == "cancel"


class TestRenewalMarks:
    def _migrated(self, controller: Controller, days: int, **values: t.Any) -> int:
        created = dt.datetime.now(dt.timezone.utc) - dt.timedelta(days=days)
        made = controller.simulator.make_order(
            certificate={"common_name": "old.valid.example"},
            organization={"id": 112233},
            created=created.isoformat(),
            migrated=True,
            **values,
        )
        return int(made["id"])

    def test_a_migrated_order_is_marked_and_unmarked(self, controller: Controller) -> None:
        order_id = self._migrated(controller, 300)
        done = _predicted_and_done(controller, order_id=order_id, status="renewed")
        assert (done["action"], done["order"]["is_renewed"]) == ("mark_renewed", True)
        assert _predicted_and_done(controller, order_id=order_id, status="renewed")["action"] == "none"
        done = _predicted_and_done(controller, order_id=order_id, status="not_renewed")
        assert (done["action"], done["order"]["is_renewed"]) == ("mark_not_renewed", False)
        assert _predicted_and_done(controller, order_id=order_id, status="not_renewed")["action"] == "none"

    def test_a_mark_that_is_too_early_is_refused_with_the_date(self, controller: Controller) -> None:
        order_id = self._migrated(controller, 10)
        refused = controller.fails(_STATUS, order_id=order_id, status="renewed")
        assert "90 days" in refused["msg"]
        assert controller.writes() == []

    @pytest.mark.parametrize(("days", "accepted"), [(107, False), (108, True), (250, True)])
    def test_the_window_of_90_days(self, controller: Controller, days: int, accepted: bool) -> None:
        # the simulator gives a certificate of this age 199 days, including the first and the last
        order_id = self._migrated(controller, days)
        ends = controller.ok(_STATUS, order_id=order_id)["certificate"]["days_remaining"]
        assert (ends <= 90) is accepted
        run = controller.ok if accepted else controller.fails
        for check_mode in (True, False):
            run(_STATUS, check_mode=check_mode, order_id=order_id, status="renewed")

    def test_an_order_without_a_certificate_is_not_marked(self, controller: Controller) -> None:
        made = controller.simulator.make_order(
            certificate={"common_name": "old.valid.example"},
            organization={"id": 112233},
            migrated=True,
            status="pending",
        )
        refused = controller.fails(_STATUS, order_id=made["id"], status="renewed")
        assert "no certificate" in refused["msg"]
        assert controller.writes() == []

    @pytest.mark.parametrize("status", ["renewed", "not_renewed"])
    def test_an_order_that_was_not_migrated_is_refused_without_a_request(
        self, controller: Controller, status: str
    ) -> None:
        created = (dt.datetime.now(dt.timezone.utc) - dt.timedelta(days=300)).isoformat()
        made = controller.simulator.make_order(
            certificate={"common_name": "old.valid.example"},
            organization={"id": 112233},
            created=created,
            is_renewed=status == "not_renewed",
        )
        for check_mode in (True, False):
            refused = controller.fails(_STATUS, check_mode=check_mode, order_id=made["id"], status=status)
            assert "not migrated" in refused["msg"]
            assert refused["order_id"] == made["id"]
            assert controller.writes() == []

    def test_if_the_list_does_not_show_it_the_service_decides_and_its_refusal_is_explained(
        self, controller: Controller
    ) -> None:
        created = (dt.datetime.now(dt.timezone.utc) - dt.timedelta(days=300)).isoformat()
        made = controller.simulator.make_order(
            certificate={"common_name": "old.valid.example"}, organization={"id": 112233}, created=created
        )
        controller.simulator.add_fault("error", method="GET", path="/order/certificate", status=400, calls=-1)
        refused = controller.fails(_STATUS, order_id=made["id"], status="renewed")
        assert refused["errors"][0]["code"] == "invalid_value:status"
        assert "migrated" in refused["next_action"]
        assert refused["order_id"] == made["id"]
        assert controller.methods()["PUT"] == 1


def test_order_not_found(controller: Controller) -> None:
    refused = controller.fails(_STATUS, order_id=999)
    assert refused["errors"][0]["code"] == "not_found|order"
    assert "order ID" in refused["next_action"]
