# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_duplicate: each key gets a certificate, and no key gets two."""

from __future__ import annotations

import datetime as dt
import typing as t

import pytest

from ansible_collections.community.digicert.tests.modules.arguments import ORGANIZATION, csr, order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller, Result
from ansible_collections.community.digicert.tests.modules.execution import execute
from ansible_collections.community.digicert.tests.modules.remembering import Memory, remembered
from ansible_collections.community.digicert.tests.modules.replaying import Exchange

_DUPLICATE = "digicert_duplicate"


@pytest.fixture
def issued(controller: Controller) -> int:
    """Return the ID of an order that is issued for key a."""
    return int(controller.ok("digicert_order", **order_args())["order"]["id"])


def _predicted_and_done(controller: Controller, **arguments: t.Any) -> Result:
    predicted = controller.ok(_DUPLICATE, check_mode=True, **arguments)
    done = controller.ok(_DUPLICATE, **arguments)
    for key in ("action", "reasons", "diff", "changed"):
        assert predicted[key] == done[key]
    return done


def _with(order_id: int, key: str = "b", **arguments: t.Any) -> dict[str, t.Any]:
    return {"order_id": order_id, "csr_content": csr(key), "skip_approval": True, **arguments}


def _duplicates(controller: Controller, order_id: int) -> list[dict[str, t.Any]]:
    (entry,) = controller.ok("digicert_order_info", order_id=order_id, include_certificates=True)["orders"]
    return list(entry["duplicates"])


class TestEnsure:
    @pytest.mark.parametrize("status", ["approved", "issued"])
    def test_each_key_gets_one(self, controller: Controller, issued: int, status: str) -> None:
        controller.simulator.set_switches(duplicate_status=status)
        own = controller.ok("digicert_order_info", order_id=issued)["certificate"]
        made = {}
        for key in ("b", "c"):
            done = _predicted_and_done(controller, **_with(issued, key))
            assert (done["action"], done["phase"]) == ("duplicate", "issued")
            assert done["certificate"]["dns_names"] == own["dns_names"]
            assert done["order"]["certificate_id"] == own["id"]
            made[key] = done["certificate"]
            again = _predicted_and_done(controller, **_with(issued, key))
            assert (again["action"], again["phase"], again["certificate"]) == ("none", "issued", made[key])
            assert controller.writes() == []
        keys = [entry["public_key_fingerprint"] for entry in (own, *made.values())]
        assert len(set(keys)) == 3
        assert len(_duplicates(controller, issued)) == 2
        assert len(controller.ordered()) == 1

    def test_the_key_of_the_order_needs_no_duplicate(self, controller: Controller, issued: int) -> None:
        found = _predicted_and_done(controller, **_with(issued, "a"))
        assert (found["action"], found["phase"]) == ("none", "issued")
        assert found["certificate"]["id"] == found["order"]["certificate_id"]

    def test_current_values_are_sent_again_unless_overridden(self, controller: Controller, issued: int) -> None:
        controller.ok(_DUPLICATE, **_with(issued, common_name="valid.example", server_platform_id=45, comments="Two"))
        (sent,) = [call["body"] for call in controller.calls if call["method"] == "POST"]
        assert sent == {
            "certificate": {
                "common_name": "valid.example",
                "dns_names": ["www.valid.example"],
                "csr": csr("b"),
                "signature_hash": "sha256",
                "server_platform": {"id": 45},
            },
            "skip_approval": True,
            "comments": "Two",
        }

    def test_names_below_a_wildcard_may_be_added(self, controller: Controller) -> None:
        order_id = controller.ok("digicert_order", **order_args("*.valid.example"))["order"]["id"]
        done = _predicted_and_done(controller, **_with(order_id, dns_names=["A.valid.example", "b.c.valid.example"]))
        assert done["certificate"]["dns_names"] == ["*.valid.example", "a.valid.example", "b.c.valid.example"]
        assert _predicted_and_done(controller, **_with(order_id))["action"] == "none"
        more = _predicted_and_done(controller, **_with(order_id, dns_names=["d.valid.example"]))
        assert more["action"] == "duplicate"
        before, after = (more["diff"][side]["certificates"] for side in ("before", "after"))
        assert after[:-1] == before
        assert after[-1]["dns_names"] == ["*.valid.example", "d.valid.example"]
        assert after[-1]["public_key_fingerprint"] == more["certificate"]["public_key_fingerprint"]

    def test_a_revoked_duplicate_is_not_told_apart(self, controller: Controller, issued: int) -> None:
        """No list of the service has a status for it."""
        first = controller.ok(_DUPLICATE, **_with(issued))["certificate"]
        controller.ok("digicert_revoke", order_id=issued, certificate_id=first["id"], skip_approval=True)
        done = _predicted_and_done(controller, **_with(issued))
        assert (done["action"], done["certificate"]["id"]) == ("none", first["id"])

    def test_a_duplicate_that_is_due_is_followed_by_one_that_expires_later(
        self, controller: Controller, issued: int
    ) -> None:
        shorter = controller.ok(_DUPLICATE, **_with(issued, cert_validity={"days": 20}))["certificate"]
        assert _predicted_and_done(controller, **_with(issued))["certificate"] == shorter
        assert _predicted_and_done(controller, **_with(issued, renew_before="19"))["certificate"] == shorter
        later = _predicted_and_done(controller, **_with(issued, renew_before="30"))
        assert later["action"] == "duplicate"
        assert later["certificate"]["valid_till"] > shorter["valid_till"]
        # with a rule under which all of them are due, another one would not expire later
        for rule in ("30", "999"):
            again = _predicted_and_done(controller, **_with(issued, renew_before=rule))
            assert (again["action"], again["certificate"]) == ("none", later["certificate"])

    def test_a_replaced_duplicate_is_followed_by_a_newer_one(self, controller: Controller, issued: int) -> None:
        first = controller.ok(_DUPLICATE, **_with(issued))["certificate"]
        replaced = _with(issued, replaced_serial_number=first["serial_number"].upper())
        second = _predicted_and_done(controller, **replaced)
        assert second["action"] == "duplicate"
        assert second["certificate"]["id"] > first["id"]
        again = _predicted_and_done(controller, **replaced)
        assert (again["action"], again["certificate"]) == ("none", second["certificate"])

    def test_a_certificate_replaced_by_a_reissue_is_recognized(self, controller: Controller, issued: int) -> None:
        first = controller.ok("digicert_order_info", order_id=issued)["orders"][0]["certificate"]
        controller.ok("digicert_reissue", order_id=issued, when="always", skip_approval=True)
        done = _predicted_and_done(controller, **_with(issued, replaced_serial_number=first["serial_number"]))
        assert done["action"] == "duplicate"

    def test_a_certificate_that_is_not_in_the_order_is_refused(self, controller: Controller, issued: int) -> None:
        for check_mode in (True, False):
            arguments = _with(issued, replaced_serial_number="0f0f")
            failed = controller.fails(_DUPLICATE, check_mode=check_mode, **arguments)
            assert f"Order {issued} has no certificate with the serial number" in failed["msg"]
            assert controller.writes() == []


class TestApproval:
    def test_a_pending_duplicate_is_not_requested_again(self, controller: Controller, issued: int) -> None:
        first = _predicted_and_done(controller, **_with(issued, skip_approval=False))
        assert (first["action"], first["phase"]) == ("duplicate", "waiting_approval")
        assert first["blocked_on"][0]["what"] == "approval"
        again = _predicted_and_done(controller, **_with(issued, skip_approval=False))
        assert (again["action"], again["phase"]) == ("none", "waiting_approval")
        assert controller.writes() == []
        controller.ok("digicert_request", order_id=issued, type="duplicate", status="approved")
        done = _predicted_and_done(controller, **_with(issued))
        assert (done["action"], done["phase"]) == ("none", "issued")

    def test_a_rejected_duplicate_can_be_requested_again(self, controller: Controller, issued: int) -> None:
        controller.ok(_DUPLICATE, **_with(issued, skip_approval=False))
        controller.ok("digicert_request", order_id=issued, type="duplicate", status="rejected")
        assert _predicted_and_done(controller, **_with(issued))["action"] == "duplicate"


def _without_duplicates(kind: str, exchange: Exchange) -> Exchange:
    is_list = kind == "GET /order/certificate/<id>/duplicate"
    return exchange.with_body(b'{"certificates": []}') if is_list else exchange


@pytest.mark.parametrize("skip_approval", [True, False])
def test_a_duplicate_that_is_not_shown_is_waited_for(controller: Controller, issued: int, skip_approval: bool) -> None:
    connection = {"api_key": controller.api_key, "api_url": controller.simulator.base_url}
    arguments = {**_with(issued, skip_approval=skip_approval), **connection}
    memory = Memory(controller.simulator)
    with remembered(memory, _without_duplicates):
        results = [execute(_DUPLICATE, arguments).result for _run in range(3)]
    expected = "has accepted 1 duplicate(s)" if skip_approval else "waits for approval"
    assert all(expected in result["msg"] for result in results[1:]), results
    assert memory.here.counts["POST /order/certificate/<id>/duplicate"] == 1


class TestRefused:
    def test_a_name_that_a_duplicate_cannot_carry(self, controller: Controller, issued: int) -> None:
        for check_mode in (True, False):
            arguments = _with(issued, dns_names=["shop.valid.example"])
            refused = controller.fails(_DUPLICATE, check_mode=check_mode, **arguments)
            assert "shop.valid.example" in refused["msg"]
            assert "digicert_reissue" in refused["next_action"]
            assert controller.writes() == []

    def test_an_order_that_is_not_issued(self, controller: Controller) -> None:
        order_id = controller.ok("digicert_order", **order_args("www.pending.example"))["order"]["id"]
        refused = controller.fails(_DUPLICATE, **_with(order_id))
        assert "pending" in refused["msg"]
        assert refused["order_id"] == order_id

    def test_an_order_that_is_over(self, controller: Controller, issued: int) -> None:
        controller.ok("digicert_revoke", order_id=issued, scope="order", skip_approval=True)
        assert "revoked" in controller.fails(_DUPLICATE, check_mode=True, **_with(issued))["msg"]

    def test_a_pending_reissue(self, controller: Controller, issued: int) -> None:
        controller.ok(_DUPLICATE, **_with(issued))
        controller.ok("digicert_reissue", order_id=issued, csr_content=csr("c"))
        assert _predicted_and_done(controller, **_with(issued))["action"] == "none"
        assert "reissue_pending" in controller.fails(_DUPLICATE, **_with(issued, "c"))["msg"]

    def test_a_domain_whose_validation_has_expired(self, controller: Controller, issued: int) -> None:
        controller.simulator.set_domain("valid.example", "expired")
        refused = controller.fails(_DUPLICATE, **_with(issued))
        assert refused["errors"]
        assert "digicert_reissue" in refused["next_action"]
        assert refused["order_id"] == issued

    def test_an_expired_certificate(self, controller: Controller) -> None:
        created = (dt.datetime.now(dt.timezone.utc) - dt.timedelta(days=250)).isoformat()
        made = controller.simulator.make_order(
            certificate={"common_name": "www.valid.example", "csr": csr()},
            organization={"id": ORGANIZATION},
            order_validity={"years": 2},
            created=created,
        )
        refused = controller.fails(_DUPLICATE, **_with(made["id"]))
        assert "expired on" in refused["msg"]
        assert "digicert_reissue" in refused["next_action"]

    def test_order_not_found(self, controller: Controller) -> None:
        assert controller.fails(_DUPLICATE, **_with(999))["errors"][0]["code"] == "not_found|order"

    def test_no_csr(self, controller: Controller) -> None:
        assert "csr_path" in controller.fails(_DUPLICATE, order_id=1)["next_action"]
        assert controller.calls == []


class TestReportedRefusal:
    """With ``if_refused`` the play can continue differently; refusals that do not concern duplicates stay errors."""

    def test_by_the_service(self, controller: Controller, issued: int) -> None:
        controller.simulator.set_domain("valid.example", "expired")
        refused = controller.ok(_DUPLICATE, **_with(issued, if_refused="report"))
        assert (refused["action"], refused["refused"], refused["phase"]) == ("none", True, None)
        assert (refused["certificate"], refused["changed"], refused["order"]["id"]) == (None, False, issued)
        assert "CertCentral refused" in refused["reasons"][0]
        assert controller.methods()["POST"] == 1

    def test_by_a_rule(self, controller: Controller) -> None:
        created = (dt.datetime.now(dt.timezone.utc) - dt.timedelta(days=250)).isoformat()
        made = controller.simulator.make_order(
            certificate={"common_name": "www.valid.example", "csr": csr()},
            organization={"id": ORGANIZATION},
            order_validity={"years": 2},
            created=created,
        )
        refused = _predicted_and_done(controller, **_with(made["id"], if_refused="report"))
        assert refused["refused"] is True
        assert "expired on" in refused["reasons"][0]
        assert controller.writes() == []

    def test_no_refusal_is_reported_if_there_was_none(self, controller: Controller, issued: int) -> None:
        assert _predicted_and_done(controller, **_with(issued, if_refused="report"))["refused"] is False
        assert _predicted_and_done(controller, **_with(issued, if_refused="report"))["refused"] is False

    @pytest.mark.parametrize("status", [401, 429])
    def test_an_error_of_another_kind(self, controller: Controller, issued: int, status: int) -> None:
        controller.simulator.add_fault("error", method="POST", status=status)
        failed = controller.fails(_DUPLICATE, **_with(issued, if_refused="report"))
        assert str(status) in failed["msg"]

    def test_an_order_that_is_pending(self, controller: Controller) -> None:
        order_id = controller.ok("digicert_order", **order_args("www.pending.example"))["order"]["id"]
        assert "pending" in controller.fails(_DUPLICATE, **_with(order_id, if_refused="report"))["msg"]


class TestLostAnswers:
    @pytest.mark.parametrize("skip_approval", [True, False])
    @pytest.mark.parametrize("kind", ["reply_lost", "truncated_body"])
    def test_a_duplicate_that_was_made_is_found(
        self, controller: Controller, issued: int, kind: str, skip_approval: bool
    ) -> None:
        controller.simulator.add_fault(kind, method="POST")
        done = controller.ok(_DUPLICATE, **_with(issued, skip_approval=skip_approval))
        assert done["action"] == "duplicate"
        assert controller.methods()["POST"] == 1
        assert len(_duplicates(controller, issued)) == 1

    @pytest.mark.parametrize("kind", ["connection_cut", "error"])
    def test_a_duplicate_that_was_not_made_fails_clearly(self, controller: Controller, issued: int, kind: str) -> None:
        controller.simulator.add_fault(kind, method="POST")
        failed = controller.fails(_DUPLICATE, **_with(issued))
        assert "does not show the duplicate" in failed["msg"]
        assert failed["order_id"] == issued
        assert controller.methods()["POST"] == 1
        assert controller.ok(_DUPLICATE, **_with(issued))["action"] == "duplicate"
