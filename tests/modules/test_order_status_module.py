# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_order_status: read an order, cancel it or its reissue, mark a migrated one renewed."""

from __future__ import annotations

import datetime as dt
import typing as t

import pytest

from ansible_collections.community.digicert.tests.modules.controller import Controller, Result
from ansible_collections.community.digicert.tests.modules.wishes import csr, wish

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
    return int(controller.ok("digicert_order", **wish("www.pending.example"))["order"]["id"])


@pytest.fixture
def issued(controller: Controller) -> int:
    """Return the ID of an issued order."""
    return int(controller.ok("digicert_order", **wish())["order"]["id"])


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


def test_a_cancellation_needs_a_note(controller: Controller, pending: int) -> None:
    refused = controller.fails(_STATUS, order_id=pending, status="canceled")
    assert "note" in refused["next_action"]
    assert controller.writes() == []


@pytest.mark.parametrize("shown", ["current", "pending"])
def test_cancelling_a_reissue_leaves_the_order_issued(controller: Controller, issued: int, shown: str) -> None:
    controller.simulator.set_switches(info_while_reissue_pending=shown)
    controller.ok("digicert_reissue", order_id=issued, csr_content=csr("b"))
    done = _predicted_and_done(controller, order_id=issued, status="canceled", note="Not needed.")
    assert (done["action"], done["phase"]) == ("cancel", "issued")
    assert done["diff"]["after"]["status"] == done["order"]["status"] == "issued"


def test_what_is_issued_can_only_be_revoked(controller: Controller, issued: int) -> None:
    for check_mode in (True, False):
        refused = controller.fails(_STATUS, check_mode=check_mode, order_id=issued, status="canceled", note="x")
        assert "digicert_revoke" in refused["next_action"]
        assert refused["order_id"] == issued
        assert controller.writes() == []


def test_an_order_that_needs_approval_may_be_refused_by_the_service(controller: Controller) -> None:
    order_id = controller.ok("digicert_order", **wish(skip_approval=False))["order"]["id"]
    arguments = {"order_id": order_id, "status": "canceled", "note": "x"}
    refused = controller.fails(_STATUS, **arguments)
    assert refused["order_id"] == order_id
    assert refused["errors"][0]["code"] == "invalid_value:status"
    controller.simulator.set_switches(cancel_needs_approval="accept")
    assert controller.ok(_STATUS, **arguments)["phase"] == "canceled"


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

    def test_too_early_is_told_with_the_day(self, controller: Controller) -> None:
        order_id = self._migrated(controller, 10)
        refused = controller.fails(_STATUS, order_id=order_id, status="renewed")
        assert "90 days" in refused["msg"]
        assert controller.writes() == []

    def test_an_order_that_was_not_migrated_is_refused_by_the_service(self, controller: Controller) -> None:
        created = (dt.datetime.now(dt.timezone.utc) - dt.timedelta(days=300)).isoformat()
        made = controller.simulator.make_order(
            certificate={"common_name": "old.valid.example"}, organization={"id": 112233}, created=created
        )
        refused = controller.fails(_STATUS, order_id=made["id"], status="renewed")
        assert refused["errors"][0]["code"] == "invalid_value:status"
        assert refused["order_id"] == made["id"]


def test_an_order_that_is_not_there(controller: Controller) -> None:
    refused = controller.fails(_STATUS, order_id=999)
    assert refused["errors"][0]["code"] == "not_found|order"
    assert "order ID" in refused["next_action"]
