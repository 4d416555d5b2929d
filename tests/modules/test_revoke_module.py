# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_revoke: one certificate, or all of an order, and never more than was named."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.community.digicert.tests.modules.controller import Controller, Result
from ansible_collections.community.digicert.tests.modules.wishes import csr, wish

_REVOKE = "digicert_revoke"


@pytest.fixture
def issued(controller: Controller) -> Result:
    """Return the result of an order that is issued."""
    return controller.ok("digicert_order", **wish())


def _predicted_and_done(controller: Controller, **arguments: t.Any) -> Result:
    predicted = controller.ok(_REVOKE, check_mode=True, **arguments)
    done = controller.ok(_REVOKE, **arguments)
    for key in ("action", "reasons", "diff", "changed"):
        assert predicted[key] == done[key]
    return done


def _revoked(result: Result) -> list[int]:
    return [entry["certificate_id"] for entry in result["diff"]["after"].get("revoked", [])]


class TestOneCertificate:
    @pytest.mark.parametrize("by", ["order_id", "certificate_id", "serial_number", "thumbprint"])
    def test_it_is_found_by_each_of_its_names(self, controller: Controller, issued: Result, by: str) -> None:
        certificate = issued["certificate"]
        named = {
            "order_id": issued["order"]["id"],
            "certificate_id": certificate["id"],
            "serial_number": certificate["serial_number"],
            "thumbprint": certificate["thumbprint"],
        }
        arguments = {by: named[by], "reason": "superseded", "skip_approval": True}
        done = _predicted_and_done(controller, **arguments)
        assert (done["action"], done["phase"]) == ("revoke", "revoked")
        assert _revoked(done) == [certificate["id"]]
        assert [path.rsplit("/", 2)[-2:] for _method, path in controller.writes()] == [
            [str(certificate["id"]), "revoke"]
        ]
        again = _predicted_and_done(controller, **arguments)
        assert (again["action"], again["phase"]) == ("none", "revoked")
        assert controller.writes() == []

    def test_colons_and_case_are_no_difference(self, controller: Controller, issued: Result) -> None:
        serial = issued["certificate"]["serial_number"].upper()
        colons = ":".join(serial[index : index + 2] for index in range(0, len(serial), 2))
        assert controller.ok(_REVOKE, check_mode=True, serial_number=colons)["action"] == "revoke"
        thumbprint = issued["certificate"]["thumbprint"].lower()
        colons = ":".join(thumbprint[index : index + 2] for index in range(0, len(thumbprint), 2))
        assert controller.ok(_REVOKE, check_mode=True, thumbprint=colons)["action"] == "revoke"

    def test_the_others_of_the_order_stay(self, controller: Controller, issued: Result) -> None:
        order_id = issued["order"]["id"]
        reissued = controller.ok("digicert_reissue", order_id=order_id, csr_content=csr("b"), skip_approval=True)
        old, new = issued["certificate"]["id"], reissued["certificate"]["id"]
        done = _predicted_and_done(controller, order_id=order_id, certificate_id=old, skip_approval=True)
        assert _revoked(done) == [old]
        assert controller.ok("digicert_order_info", order_id=order_id)["phase"] == "issued"
        assert _revoked(controller.ok(_REVOKE, check_mode=True, order_id=order_id)) == [new]

    def test_an_earlier_certificate_is_found_through_its_order(self, controller: Controller, issued: Result) -> None:
        order_id = issued["order"]["id"]
        controller.ok("digicert_reissue", order_id=order_id, csr_content=csr("b"), skip_approval=True)
        serial_number = issued["certificate"]["serial_number"]
        done = controller.ok(_REVOKE, check_mode=True, order_id=order_id, serial_number=serial_number)
        assert _revoked(done) == [issued["certificate"]["id"]]
        assert "order_id" in controller.fails(_REVOKE, serial_number=serial_number)["next_action"]

    @pytest.mark.parametrize(
        "switches",
        [
            {"order_after_last_certificate_revoked": "revoked"},
            {"order_after_last_certificate_revoked": "issued", "certificate_status_in_info": True},
        ],
    )
    def test_revoking_the_last_one_twice_changes_nothing(
        self, controller: Controller, issued: Result, switches: dict[str, t.Any]
    ) -> None:
        controller.simulator.set_switches(**switches)
        arguments = {"order_id": issued["order"]["id"], "skip_approval": True}
        assert controller.ok(_REVOKE, **arguments)["phase"] == "revoked"
        assert _predicted_and_done(controller, **arguments)["action"] == "none"

    def test_where_the_service_does_not_tell_that_it_is_revoked_the_refusal_is_explained(
        self, controller: Controller, issued: Result
    ) -> None:
        controller.simulator.set_switches(order_after_last_certificate_revoked="issued")
        arguments = {"order_id": issued["order"]["id"], "skip_approval": True}
        controller.ok(_REVOKE, **arguments)
        refused = controller.fails(_REVOKE, **arguments)
        assert "revoked already" in refused["next_action"]
        assert refused["errors"][0]["code"] == "invalid_value:certificate_id"


class TestWholeOrder:
    def test_every_certificate_is_named_and_revoked(self, controller: Controller, issued: Result) -> None:
        order_id = issued["order"]["id"]
        reissued = controller.ok("digicert_reissue", order_id=order_id, csr_content=csr("b"), skip_approval=True)
        arguments = {"order_id": order_id, "scope": "order", "reason": "keyCompromise", "skip_approval": True}
        done = _predicted_and_done(controller, **arguments)
        assert sorted(_revoked(done)) == sorted([issued["certificate"]["id"], reissued["certificate"]["id"]])
        assert (done["phase"], done["order"]["status"]) == ("revoked", "revoked")
        assert _predicted_and_done(controller, **arguments)["action"] == "none"

    def test_it_needs_the_order(self, controller: Controller, issued: Result) -> None:
        result = controller._run(_REVOKE, False, {"scope": "order", "certificate_id": issued["certificate"]["id"]})
        assert "order_id" in result["msg"]
        assert controller.calls == []


class TestApproval:
    @pytest.mark.parametrize("scope", ["certificate", "order"])
    def test_a_request_is_made_once(self, controller: Controller, issued: Result, scope: str) -> None:
        arguments = {"order_id": issued["order"]["id"], "scope": scope, "comment": "Lost"}
        done = _predicted_and_done(controller, **arguments)
        assert (done["action"], done["phase"]) == ("revoke", "waiting_approval")
        (request_id,) = controller.simulator.state()["requests_pending"]
        assert str(request_id) in done["blocked_on"][0]["detail"]
        again = _predicted_and_done(controller, **arguments)
        assert (again["action"], again["phase"]) == ("none", "waiting_approval")
        assert controller.writes() == []
        controller.simulator.approve_all()
        assert controller.ok(_REVOKE, **arguments)["phase"] == "revoked"

    def test_what_is_sent(self, controller: Controller, issued: Result) -> None:
        controller.ok(_REVOKE, order_id=issued["order"]["id"], reason="superseded", comment="Replaced")
        (sent,) = [call["body"] for call in controller.calls if call["method"] == "PUT"]
        assert sent == {"revocation_reason": "superseded", "comment": "Replaced", "skip_approval": False}


class TestRefused:
    def test_a_pending_reissue(self, controller: Controller, issued: Result) -> None:
        controller.ok("digicert_reissue", order_id=issued["order"]["id"], csr_content=csr("b"))
        for check_mode in (True, False):
            refused = controller.fails(
                _REVOKE, check_mode=check_mode, order_id=issued["order"]["id"], skip_approval=True
            )
            assert "pending reissue" in refused["msg"]
            assert "digicert_order_status" in refused["next_action"]
            assert controller.writes() == []

    def test_an_order_that_is_not_issued(self, controller: Controller) -> None:
        order = controller.ok("digicert_order", **wish(skip_approval=False))["order"]
        refused = controller.fails(_REVOKE, order_id=order["id"])
        assert "digicert_order_status" in refused["next_action"]
        assert controller.writes() == []

    @pytest.mark.parametrize("named", [{"certificate_id": 4711}, {"serial_number": "4711"}, {"thumbprint": "AB" * 20}])
    def test_a_certificate_that_is_not_there(
        self, controller: Controller, issued: Result, named: dict[str, t.Any]
    ) -> None:
        assert "no order" in controller.fails(_REVOKE, **named)["msg"]
        refused = controller.fails(_REVOKE, order_id=issued["order"]["id"], **named)
        assert refused["order_id"] == issued["order"]["id"]
        assert "include_certificates" in refused["next_action"]

    def test_an_order_that_is_not_there(self, controller: Controller) -> None:
        assert controller.fails(_REVOKE, order_id=999)["errors"][0]["code"] == "not_found|order"

    def test_a_lost_answer_names_the_order_and_the_next_run_finds_it_done(
        self, controller: Controller, issued: Result
    ) -> None:
        controller.simulator.add_fault("reply_lost", method="PUT")
        arguments = {"order_id": issued["order"]["id"], "skip_approval": True}
        failed = controller.fails(_REVOKE, **arguments)
        assert failed["order_id"] == issued["order"]["id"]
        assert controller.ok(_REVOKE, **arguments)["action"] == "none"
