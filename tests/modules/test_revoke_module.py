# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_revoke: one certificate, or all of an order, and never more than was specified."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
from simulator_testing.foreign_client import ForeignClient

from ansible_collections.community.digicert.tests.modules.arguments import csr, order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller, Result
from ansible_collections.community.digicert.tests.unit import pki
from ansible_collections.community.digicert.tests.unit.scripted_server import reply, serve

_REVOKE = "digicert_revoke"
_NAMES = ("certificate_id", "serial_number", "thumbprint", "certificate_content", "certificate_path")


@pytest.fixture
def issued(controller: Controller) -> Result:
    """Return the result of an order that is issued."""
    return controller.ok("digicert_order", **order_args())


def _predicted_and_done(controller: Controller, **arguments: t.Any) -> Result:
    predicted = controller.ok(_REVOKE, check_mode=True, **arguments)
    done = controller.ok(_REVOKE, **arguments)
    for key in ("action", "reasons", "diff", "changed"):
        assert predicted[key] == done[key]
    return done


def _named(controller: Controller, certificate: Result, folder: Path) -> dict[str, t.Any]:
    """Return every way to identify a certificate."""
    pem = controller.ok("digicert_certificate_download", certificate_id=certificate["id"])
    path = folder / "fullchain.pem"
    path.write_text(pem["fullchain_pem"])
    return {
        "certificate_id": certificate["id"],
        "serial_number": certificate["serial_number"],
        "thumbprint": certificate["thumbprint"],
        "certificate_content": pem["certificate_pem"],
        "certificate_path": str(path),
    }


def _revoked(result: Result) -> list[int]:
    return [entry["certificate_id"] for entry in result["diff"]["after"].get("revoked", [])]


def _show_revocations(controller: Controller) -> None:
    """Revoke an order with its last certificate, which is the only way in which orders show that one was revoked."""
    controller.simulator.set_switches(revoke_order_with_last_certificate=True)


class TestOneCertificate:
    @pytest.mark.parametrize("by", ["order_id", *_NAMES])
    def test_it_is_found_by_each_of_its_names(
        self, controller: Controller, issued: Result, by: str, tmp_path: Path
    ) -> None:
        _show_revocations(controller)
        certificate = issued["certificate"]
        named = {"order_id": issued["order"]["id"], **_named(controller, certificate, tmp_path)}
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

    def test_colons_and_case_make_no_difference(self, controller: Controller, issued: Result) -> None:
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

    @pytest.mark.parametrize("kind", ["earlier one", "duplicate"])
    @pytest.mark.parametrize("by", _NAMES)
    def test_an_earlier_certificate_is_found_without_its_order(
        self, controller: Controller, issued: Result, kind: str, by: str, tmp_path: Path
    ) -> None:
        order_id = issued["order"]["id"]
        # orders without reissues or duplicates are not searched, and another order that has some is skipped
        alone = controller.ok("digicert_order", **order_args("alone.valid.example", key="d"))["order"]
        other = controller.ok("digicert_order", **order_args("other.valid.example", key="e"))["order"]
        controller.ok("digicert_reissue", order_id=other["id"], csr_content=csr("f"), skip_approval=True)
        target = issued["certificate"]
        named = _named(controller, target, tmp_path)
        arguments = {"order_id": order_id, "csr_content": csr("b"), "skip_approval": True}
        if kind == "duplicate":
            target = controller.ok("digicert_duplicate", **arguments)["certificate"]
            named = _named(controller, target, tmp_path)
        else:
            controller.ok("digicert_reissue", **arguments)
        predicted = controller.ok(_REVOKE, check_mode=True, **{by: named[by]})
        assert _revoked(predicted) == [target["id"]]
        searched = {call["path"] for call in controller.calls if call["path"].endswith(("/reissue", "/duplicate"))}
        assert not any(f"/{alone['id']}/" in path for path in searched)
        # a certificate given as PEM contains its name, which narrows the search
        if by in ("certificate_content", "certificate_path"):
            assert not any(f"/{other['id']}/" in path for path in searched)
        done = controller.ok(_REVOKE, **{by: named[by]}, skip_approval=True)
        assert (_revoked(done), done["order"]["status"]) == ([target["id"]], "issued")
        assert [path.rsplit("/", 2)[-2:] for _method, path in controller.writes()] == [[str(target["id"]), "revoke"]]

    def test_everything_given_must_match(self, controller: Controller, issued: Result, tmp_path: Path) -> None:
        other = controller.ok("digicert_order", **order_args("other.valid.example", key="e"))
        for name, value in _named(controller, issued["certificate"], tmp_path).items():
            refused = controller.fails(_REVOKE, order_id=other["order"]["id"], **{name: value})
            assert "no issued certificate with that" in refused["msg"]
            assert controller.writes() == []

    def test_a_refusal_is_explained_because_no_list_shows_the_revocation(
        self, controller: Controller, issued: Result
    ) -> None:
        order_id = issued["order"]["id"]
        controller.ok("digicert_reissue", order_id=order_id, csr_content=csr("b"), skip_approval=True)
        arguments = {"order_id": order_id, "certificate_id": issued["certificate"]["id"], "skip_approval": True}
        controller.ok(_REVOKE, **arguments)
        assert "already be revoked" in controller.fails(_REVOKE, **arguments)["next_action"]

    def test_a_duplicate_is_revoked_once(self, controller: Controller, issued: Result) -> None:
        arguments = {"order_id": issued["order"]["id"], "csr_content": csr("b"), "skip_approval": True}
        duplicate = controller.ok("digicert_duplicate", **arguments)["certificate"]
        arguments = {"certificate_id": duplicate["id"], "skip_approval": True}
        assert _predicted_and_done(controller, **arguments)["action"] == "revoke"
        # The list of duplicates has no status for it.
        assert "already be revoked" in controller.fails(_REVOKE, **arguments)["next_action"]

    @pytest.mark.parametrize(
        "switches",
        [
            {"revoke_order_with_last_certificate": True},
            {"certificate_status_in_info": True},
        ],
    )
    def test_revoking_the_last_one_twice_changes_nothing(
        self, controller: Controller, issued: Result, switches: dict[str, t.Any]
    ) -> None:
        controller.simulator.set_switches(**switches)
        arguments = {"order_id": issued["order"]["id"], "skip_approval": True}
        assert controller.ok(_REVOKE, **arguments)["phase"] == "revoked"
        assert _predicted_and_done(controller, **arguments)["action"] == "none"

    def test_if_the_service_does_not_show_the_revocation_the_refusal_is_explained(
        self, controller: Controller, issued: Result
    ) -> None:
        arguments = {"order_id": issued["order"]["id"], "skip_approval": True}
        controller.ok(_REVOKE, **arguments)
        refused = controller.fails(_REVOKE, **arguments)
        assert "already be revoked" in refused["next_action"]
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
        _show_revocations(controller)
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
        controller.ok(_REVOKE, order_id=issued["order"]["id"], reason="superseded", comment="Replaced.")
        (sent,) = [call["body"] for call in controller.calls if call["method"] == "PUT"]
        serial_number = issued["certificate"]["serial_number"]
        assert sent == {
            "revocation_reason": "superseded",
            "comment": f"Replaced. This is for the certificate with the serial number {serial_number}.",
            "skip_approval": False,
        }

    @pytest.mark.parametrize("status", ["pending", "submitted"])
    def test_a_request_for_one_certificate_does_not_count_for_another(
        self, controller: Controller, issued: Result, status: str
    ) -> None:
        controller.simulator.set_switches(revoke_request_status=status)
        order_id, first = issued["order"]["id"], issued["certificate"]["id"]
        second = controller.ok("digicert_reissue", order_id=order_id, csr_content=csr("b"), skip_approval=True)
        for certificate_id in (first, second["certificate"]["id"]):
            arguments = {"order_id": order_id, "certificate_id": certificate_id}
            done = _predicted_and_done(controller, **arguments)
            assert (done["action"], done["phase"], _revoked(done)) == ("revoke", "waiting_approval", [certificate_id])
            again = _predicted_and_done(controller, **arguments)
            assert (again["action"], again["phase"]) == ("none", "waiting_approval")
            assert controller.warnings(again) == ""
        assert len(controller.simulator.state()["requests_pending"]) == 2
        # the whole order is more than its two certificates one at a time; a request for it then covers each of them
        whole = {"order_id": order_id, "scope": "order"}
        assert _predicted_and_done(controller, **whole)["action"] == "revoke"
        assert _predicted_and_done(controller, **whole)["action"] == "none"

    def test_a_request_of_the_console_may_be_about_this_certificate(
        self, controller: Controller, issued: Result
    ) -> None:
        order_id = issued["order"]["id"]
        simulator = controller.simulator
        other = ForeignClient(simulator.api_key, simulator.base_url, simulator.ca_file)
        other.revoke(issued["certificate"]["id"], "Requested elsewhere")
        controller.forget_calls()
        found = _predicted_and_done(controller, order_id=order_id)
        assert (found["action"], found["phase"]) == ("none", "waiting_approval")
        assert "not made by this module" in controller.warnings(found)

    def test_a_request_may_be_approved_at_once(self, controller: Controller, issued: Result) -> None:
        controller.simulator.set_mode("auto")
        controller.simulator.set_switches(revoke_request_approval="policy")
        assert controller.ok(_REVOKE, order_id=issued["order"]["id"])["phase"] == "revoked"

    def test_skipping_the_approval_without_the_right_makes_a_request(
        self, controller: Controller, issued: Result
    ) -> None:
        key = controller.simulator.keys()["no-approval"]
        arguments = {"order_id": issued["order"]["id"], "skip_approval": True, "api_key": key}
        done = _predicted_and_done(controller, **arguments)
        assert (done["action"], done["phase"]) == ("revoke", "waiting_approval")
        assert "no effect" in controller.warnings(done)


class TestReason:
    @pytest.mark.parametrize("kind", ["ssl_certificate", "code_signing_certificate", None])
    def test_it_is_for_tls_only(self, controller: Controller, kind: str | None) -> None:
        certificate = {"id": 8, "serial_number": "ab", "common_name": "a.example"}
        requests = [{"id": 1, "type": "new_request", "status": "approved"}]
        order = {
            "id": 7,
            "status": "issued",
            "product": {"type": kind},
            "certificate": certificate,
            "requests": requests,
        }
        none: dict[str, t.Any] = {"certificates": []}
        with serve() as server:
            server.script = [reply(200, order), reply(200, none), reply(200, none), reply(204), reply(200, order)]
            arguments: dict[str, t.Any] = {
                "order_id": 7,
                "reason": "superseded",
                "skip_approval": True,
                "api_url": server.url,
            }
            done = controller.ok(_REVOKE, **arguments)
            (put,) = [seen for seen in server.seen if seen.method == "PUT"]
        is_tls = kind in ("ssl_certificate", None)
        assert ("revocation_reason" in json.loads(put.body)) is is_tls
        assert ("reason is not sent" in controller.warnings(done)) is not is_tls


class TestLostAnswers:
    @pytest.mark.parametrize("skip_approval", [True, False])
    @pytest.mark.parametrize("scope", ["certificate", "order"])
    def test_what_was_done_is_found(
        self, controller: Controller, issued: Result, scope: str, skip_approval: bool
    ) -> None:
        _show_revocations(controller)
        controller.simulator.add_fault("reply_lost", method="PUT")
        arguments = {"order_id": issued["order"]["id"], "scope": scope, "skip_approval": skip_approval}
        done = controller.ok(_REVOKE, **arguments)
        assert (done["action"], done["phase"]) == ("revoke", "revoked" if skip_approval else "waiting_approval")
        assert len(controller.writes()) == 1
        assert controller.ok(_REVOKE, **arguments)["action"] == "none"

    @pytest.mark.parametrize("kind", ["connection_cut", "error"])
    def test_what_was_not_done_fails_clearly(self, controller: Controller, issued: Result, kind: str) -> None:
        controller.simulator.add_fault(kind, method="PUT")
        arguments = {"order_id": issued["order"]["id"], "skip_approval": True}
        failed = controller.fails(_REVOKE, **arguments)
        assert "shows neither the revocation nor a request" in failed["msg"]
        assert failed["order_id"] == issued["order"]["id"]
        assert len(controller.writes()) == 1
        assert controller.ok(_REVOKE, **arguments)["action"] == "revoke"

    def test_a_certificate_among_several_is_not_shown_by_the_list(self, controller: Controller, issued: Result) -> None:
        order_id = issued["order"]["id"]
        controller.ok("digicert_reissue", order_id=order_id, csr_content=csr("b"), skip_approval=True)
        controller.simulator.add_fault("reply_lost", method="PUT")
        arguments = {"order_id": order_id, "certificate_id": issued["certificate"]["id"], "skip_approval": True}
        assert "may not show" in controller.fails(_REVOKE, **arguments)["msg"]


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
        order = controller.ok("digicert_order", **order_args(skip_approval=False))["order"]
        refused = controller.fails(_REVOKE, order_id=order["id"])
        assert "digicert_order_status" in refused["next_action"]
        assert controller.writes() == []

    @pytest.mark.parametrize("named", [{"certificate_id": 4711}, {"serial_number": "4711"}, {"thumbprint": "AB" * 20}])
    def test_certificate_not_found(self, controller: Controller, issued: Result, named: dict[str, t.Any]) -> None:
        assert "no order" in controller.fails(_REVOKE, **named)["msg"]
        refused = controller.fails(_REVOKE, order_id=issued["order"]["id"], **named)
        assert refused["order_id"] == issued["order"]["id"]
        assert "include_certificates" in refused["next_action"]

    def test_order_not_found(self, controller: Controller) -> None:
        assert controller.fails(_REVOKE, order_id=999)["errors"][0]["code"] == "not_found|order"

    @pytest.mark.parametrize(
        "content", ["no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]
    )
    def test_an_unreadable_certificate(self, controller: Controller, content: str) -> None:
        assert "cannot be read" in controller.fails(_REVOKE, certificate_content=content)["msg"]
        assert controller.calls == []

    def test_an_unreadable_file(self, controller: Controller, tmp_path: Path) -> None:
        refused = controller.fails(_REVOKE, certificate_path=str(tmp_path / "missing.pem"))
        assert "certificate_path" in refused["next_action"]

    def test_two_unrelated_certificates(self, controller: Controller, issued: Result) -> None:
        other = controller.ok("digicert_order", **order_args("other.valid.example", key="e"))["certificate"]
        both = "".join(
            controller.ok("digicert_certificate_download", certificate_id=certificate["id"])["certificate_pem"]
            for certificate in (issued["certificate"], other)
        )
        assert "unclear which" in controller.fails(_REVOKE, certificate_content=both)["msg"]

    def test_a_certificate_of_another_ca(self, controller: Controller) -> None:
        foreign = pki.issue("www.valid.example", dns_names=["www.valid.example"])
        assert "no order" in controller.fails(_REVOKE, certificate_content=foreign.pem)["msg"]
