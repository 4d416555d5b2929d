# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_domain and digicert_domain_info: domain control, proven before any order."""

from __future__ import annotations

import typing as t

import pytest
from simulator_testing.dns_server import DnsServer
from simulator_testing.web_server import WebServer

from ansible_collections.community.digicert.tests.modules.arguments import (
    ORGANIZATION,
    PENDING_ORGANIZATION,
    order_args,
)
from ansible_collections.community.digicert.tests.modules.controller import Controller, Result, VirtualClock

_DOMAIN = "digicert_domain"
_INFO = "digicert_domain_info"
_TXT: dict[str, t.Any] = {"name": "new.example", "organization_id": ORGANIZATION, "dcv_method": "dns-txt-token"}


def _predicted_and_done(controller: Controller, **arguments: t.Any) -> Result:
    predicted = controller.ok(_DOMAIN, check_mode=True, **arguments)
    done = controller.ok(_DOMAIN, **arguments)
    for key in ("action", "reasons", "diff", "changed"):
        assert predicted[key] == done[key]
    return done


def _publish(result: Result, dns_zone: DnsServer, web: WebServer) -> None:
    for record in result["dcv"]["records"]:
        if record["type"] == "HTTP":
            dns_zone.add(record["name"], "A", "127.0.0.1")
            web.files[(record["name"], record["path"])] = record["value"]
        else:
            value = f'"{record["value"]}"' if record["type"] == "TXT" else f"{record['value']}."
            dns_zone.add(record["name"], record["type"], value)


def _order_phase(controller: Controller, name: str) -> str:
    return str(controller.ok("digicert_order", **order_args(name))["phase"])


class TestProof:
    @pytest.mark.parametrize("method", ["dns-txt-token", "dns-cname-token", "http-token", "http-token-dynamic"])
    def test_the_returned_records_are_what_the_service_looks_for(
        self, controller: Controller, dns_zone: DnsServer, web: WebServer, method: str
    ) -> None:
        arguments = {**_TXT, "dcv_method": method}
        made = _predicted_and_done(controller, **arguments)
        assert (made["action"], made["phase"], made["check"]) == ("create", "waiting_dcv", None)
        assert made["diff"]["after"] == {
            "name": "new.example",
            "organization_id": ORGANIZATION,
            "dcv_method": method,
            "validations": ["ov"],
        }
        again = _predicted_and_done(controller, **arguments)
        assert (again["action"], again["dcv"]) == ("none", made["dcv"])
        assert controller.writes() == []
        _publish(made, dns_zone, web)
        done = controller.ok(_DOMAIN, **arguments, check=True)
        assert (done["action"], done["phase"], done["check"]["found"]) == ("none", None, True)
        assert (done["blocked_on"], done["dcv"]["records"]) == ([], [])
        assert done["domain"]["dcv_expires"]
        over = controller.ok(_DOMAIN, **arguments, check=True)
        assert (over["action"], over["check"]) == ("none", None)
        assert controller.writes() == []
        assert _order_phase(controller, "new.example") == "issued"

    def test_a_dns_proof_covers_the_names_below(
        self, controller: Controller, dns_zone: DnsServer, web: WebServer
    ) -> None:
        _publish(controller.ok(_DOMAIN, **_TXT), dns_zone, web)
        controller.ok(_DOMAIN, **_TXT, check=True)
        assert _order_phase(controller, "www.new.example") == "issued"

    @pytest.mark.parametrize("method", ["dns-txt-token", "http-token"])
    def test_a_value_that_is_not_visible_yet_is_not_a_failure(self, controller: Controller, method: str) -> None:
        made = controller.ok(_DOMAIN, **{**_TXT, "dcv_method": method}, check=True)
        assert (made["check"]["found"], made["phase"]) == (False, "waiting_dcv")
        assert made["check"]["errors"]
        assert made["dcv"]["records"]

    def test_the_check_is_repeated(
        self, controller: Controller, dns_zone: DnsServer, web: WebServer, clock: VirtualClock
    ) -> None:
        made = controller.ok(_DOMAIN, **_TXT)
        clock.naps.clear()
        clock.on_nap = lambda _seconds: _publish(made, dns_zone, web) if len(clock.naps) == 2 else None
        assert controller.ok(_DOMAIN, **_TXT, check=True, check_for=60)["phase"] is None
        assert len(clock.naps) == 2

    def test_check_mode_does_not_request_a_check(self, controller: Controller) -> None:
        controller.ok(_DOMAIN, **_TXT)
        assert controller.ok(_DOMAIN, check_mode=True, **_TXT, check=True)["check"] is None

    def test_an_expired_random_value_is_replaced(self, controller: Controller) -> None:
        first = controller.ok(_DOMAIN, **_TXT)["dcv"]["records"]
        controller.simulator.advance(days=31)
        later = controller.ok(_DOMAIN, **_TXT)["dcv"]["records"]
        assert later[0]["value"] != first[0]["value"]

    def test_it_is_proven_again_before_it_expires(
        self, controller: Controller, dns_zone: DnsServer, web: WebServer
    ) -> None:
        controller.simulator.set_domain("new.example", "valid")
        assert controller.ok(_DOMAIN, name="new.example", renew_before=30)["phase"] is None
        soon = controller.ok(_DOMAIN, name="new.example", renew_before=300)
        assert (soon["action"], soon["phase"]) == ("none", "waiting_dcv")
        assert soon["dcv"]["records"][0]["domain"] == "new.example"

    def test_by_email_there_is_nothing_to_publish(self, controller: Controller) -> None:
        made = controller.ok(_DOMAIN, name="new.example", organization_id=ORGANIZATION)
        assert (made["domain"]["dcv_method"], made["dcv"]["records"]) == ("email", [])
        assert "e-mail" in made["blocked_on"][0]["next_action"]
        refused = controller.fails(_DOMAIN, name="new.example", check=True)
        assert refused["errors"][0]["code"] == "invalid_dcv_method"
        assert "DCV method that uses a token" in refused["next_action"]


class TestDifferences:
    def test_the_method_is_changed_while_it_matters(self, controller: Controller) -> None:
        controller.ok(_DOMAIN, **_TXT)
        arguments = {**_TXT, "dcv_method": "dns-cname-token"}
        done = _predicted_and_done(controller, **arguments)
        assert (done["action"], done["dcv"]["records"][0]["type"]) == ("update", "CNAME")
        assert done["diff"] == {"before": {"dcv_method": "dns-txt-token"}, "after": {"dcv_method": "dns-cname-token"}}
        assert _predicted_and_done(controller, **arguments)["action"] == "none"
        controller.simulator.set_domain("new.example", "valid")
        assert _predicted_and_done(controller, **{**_TXT, "dcv_method": "http-token"})["action"] == "none"

    def test_a_type_is_added_and_none_is_removed(self, controller: Controller) -> None:
        controller.ok(_DOMAIN, **_TXT)
        both = {**_TXT, "validations": ["ev"]}
        done = _predicted_and_done(controller, **both)
        assert done["action"] == "update"
        assert done["diff"] == {"before": {"validations": ["ov"]}, "after": {"validations": ["ov", "ev"]}}
        assert _predicted_and_done(controller, **both)["action"] == "none"
        assert _predicted_and_done(controller, **_TXT)["action"] == "none"

    def test_it_is_deactivated_and_reactivated(self, controller: Controller) -> None:
        arguments = {"name": "valid.example", "organization_id": ORGANIZATION}
        for active in (False, True):
            done = _predicted_and_done(controller, **arguments, active=active)
            assert done["action"] == "update"
            assert (done["domain"]["active"], done["phase"]) == (active, None)
            assert _predicted_and_done(controller, **arguments, active=active)["action"] == "none"
            assert controller.writes() == []

    def test_no_domain_is_added_just_to_be_inactive(self, controller: Controller) -> None:
        found = _predicted_and_done(controller, **_TXT, active=False)
        assert (found["action"], found["domain"]) == ("none", None)

    @pytest.mark.parametrize("spelling", ["NEW.example.", "www.new.example"])
    def test_case_dots_and_www_make_no_difference(self, controller: Controller, spelling: str) -> None:
        controller.ok(_DOMAIN, **{**_TXT, "name": spelling})
        found = _predicted_and_done(controller, **_TXT)
        assert (found["action"], found["domain"]["name"]) == ("none", "new.example")
        assert _predicted_and_done(controller, **{**_TXT, "name": spelling})["action"] == "none"

    @pytest.mark.parametrize("kept_by", [{"keep_www": True}, {"dcv_method": "http-token"}])
    def test_www_may_be_kept(self, controller: Controller, kept_by: dict[str, t.Any]) -> None:
        arguments = {**_TXT, "name": "www.new.example", **kept_by}
        made = _predicted_and_done(controller, **arguments)
        assert made["domain"]["name"] == "www.new.example"
        assert _predicted_and_done(controller, **arguments)["action"] == "none"

    def test_an_organization_that_is_not_validated_is_waited_for(self, controller: Controller) -> None:
        controller.ok(_DOMAIN, **{**_TXT, "organization_id": PENDING_ORGANIZATION})
        controller.simulator.set_domain("new.example", "valid")
        found = controller.ok(_DOMAIN, name="new.example")
        assert found["phase"] == "waiting_organization"
        assert "digicert_organization" in found["blocked_on"][0]["next_action"]


class TestEmails:
    _MAIL: t.ClassVar[dict[str, t.Any]] = {"name": "new.example", "organization_id": ORGANIZATION}

    def test_they_are_resent_while_a_reply_is_pending(self, controller: Controller) -> None:
        controller.ok(_DOMAIN, **self._MAIL)
        done = _predicted_and_done(controller, **self._MAIL, resend_emails=True)
        assert done["action"] == "resend_emails"
        assert [path.rsplit("/", 1)[-1] for _method, path in controller.writes()] == ["emails"]
        controller.simulator.set_domain("new.example", "valid")
        over = _predicted_and_done(controller, **self._MAIL, resend_emails=True)
        assert (over["action"], controller.writes()) == ("none", [])

    def test_adding_a_domain_already_sends_them(self, controller: Controller) -> None:
        made = _predicted_and_done(controller, **self._MAIL, resend_emails=True)
        assert (made["action"], len(controller.writes())) == ("create", 1)

    @pytest.mark.parametrize("send", [True, False])
    def test_changing_the_method_sends_them_unless_disabled(self, controller: Controller, send: bool) -> None:
        controller.ok(_DOMAIN, **_TXT)
        done = controller.ok(_DOMAIN, **{**_TXT, "dcv_method": "email"}, send_emails=send, resend_emails=True)
        assert done["action"] == "update"
        (change,) = [call["body"] for call in controller.calls if call["method"] == "PUT"]
        assert change == {"dcv_method": "email", **({} if send else {"send_dcv_email_flag": False})}

    @pytest.mark.parametrize("check_mode", [True, False])
    def test_there_are_none_for_a_token_method(self, controller: Controller, check_mode: bool) -> None:
        controller.ok(_DOMAIN, **_TXT)
        failed = controller.fails(_DOMAIN, check_mode=check_mode, name="new.example", resend_emails=True)
        assert "set dcv_method to email" in failed["next_action"]
        assert controller.writes() == []


class TestRefused:
    def test_another_organization(self, controller: Controller) -> None:
        refused = controller.fails(_DOMAIN, name="valid.example", organization_id=PENDING_ORGANIZATION)
        assert str(ORGANIZATION) in refused["msg"]
        assert controller.writes() == []

    def test_a_new_domain_without_its_organization(self, controller: Controller) -> None:
        for check_mode in (True, False):
            refused = controller.fails(_DOMAIN, check_mode=check_mode, name="new.example")
            assert "organization_id" in refused["next_action"]
            assert controller.writes() == []

    def test_an_unknown_organization(self, controller: Controller) -> None:
        refused = controller.fails(_DOMAIN, **{**_TXT, "organization_id": 999})
        assert refused["errors"][0]["code"] == "not_found|organization"

    @pytest.mark.parametrize("name", ["*.new.example", "localhost", "new example", ""])
    @pytest.mark.parametrize("module", [_DOMAIN, _INFO])
    def test_a_name_that_is_not_a_valid_domain(self, controller: Controller, module: str, name: str) -> None:
        refused = controller.fails(module, name=name)
        assert "name" in refused["next_action"]
        assert controller.calls == []

    @pytest.mark.parametrize("days", [-1, 366])
    def test_an_expiry_limit_out_of_range(self, controller: Controller, days: int) -> None:
        assert "renew_before" in controller.fails(_DOMAIN, **_TXT, renew_before=days)["msg"]

    def test_a_key_that_may_only_order(self, controller: Controller) -> None:
        key = controller.simulator.keys()["orders-only"]
        for module in (_DOMAIN, _INFO):
            refused = controller.fails(module, name="new.example", api_key=key)
            assert refused["errors"][0]["code"] == "access_denied|missing_permission"


class TestLostAnswers:
    @pytest.mark.parametrize("kind", ["reply_lost", "truncated_body"])
    def test_a_domain_that_was_added_is_found(self, controller: Controller, kind: str) -> None:
        controller.simulator.add_fault(kind, method="POST")
        made = controller.ok(_DOMAIN, **_TXT)
        assert (made["action"], made["phase"]) == ("create", "waiting_dcv")
        assert controller.methods()["POST"] == 1

    @pytest.mark.parametrize("kind", ["connection_cut", "error"])
    def test_a_domain_that_was_not_added_fails_clearly(self, controller: Controller, kind: str) -> None:
        controller.simulator.add_fault(kind, method="POST")
        failed = controller.fails(_DOMAIN, **_TXT)
        assert "read first" in failed["next_action"]
        assert controller.methods()["POST"] == 1
        assert controller.ok(_DOMAIN, **_TXT)["action"] == "create"

    def test_a_submitted_type_is_detected(self, controller: Controller) -> None:
        controller.ok(_DOMAIN, **_TXT)
        controller.simulator.add_fault("reply_lost", method="POST")
        done = controller.ok(_DOMAIN, **{**_TXT, "validations": ["ov", "ev"]})
        assert done["action"] == "update"
        assert controller.methods()["POST"] == 1

    def test_a_type_that_was_not_submitted_fails(self, controller: Controller) -> None:
        controller.ok(_DOMAIN, **_TXT)
        controller.simulator.add_fault("connection_cut", method="POST")
        controller.fails(_DOMAIN, **{**_TXT, "validations": ["ov", "ev"]})
        assert controller.methods()["POST"] == 1


class TestInfo:
    def _read(self, controller: Controller, **arguments: t.Any) -> Result:
        predicted = controller.ok(_INFO, check_mode=True, **arguments)
        found = controller.ok(_INFO, **arguments)
        assert set(controller.methods()) <= {"GET"}
        assert predicted["domains"] == found["domains"]
        assert found["action"] == "none"
        return found

    def test_a_proven_domain(self, controller: Controller) -> None:
        found = self._read(controller, name="VALID.example.")
        (domain,) = found["domains"]
        assert (domain["name"], domain["organization_id"], domain["active"]) == ("valid.example", ORGANIZATION, True)
        assert (domain["phase"], found["phase"], domain["records"]) == (None, None, [])
        assert {entry["type"]: entry["status"] for entry in domain["validations"]} == {"ov": "active", "ev": "active"}
        assert domain["raw"]["id"] == domain["id"]
        assert self._read(controller, domain_id=domain["id"])["domains"] == [domain]

    def test_a_pending_domain(self, controller: Controller) -> None:
        controller.ok(_DOMAIN, **_TXT)
        found = self._read(controller, name="new.example")
        assert found["phase"] == "waiting_dcv"
        assert found["dcv"]["records"][0]["name"] == "_dnsauth.new.example"
        assert found["domains"][0]["records"] == found["dcv"]["records"]

    def test_all(self, controller: Controller, monkeypatch: pytest.MonkeyPatch) -> None:
        from ansible_collections.community.digicert.plugins.module_utils._certcentral import listing

        monkeypatch.setattr(listing, "PAGE", 1)
        found = self._read(controller)
        assert [domain["name"] for domain in found["domains"]] == ["valid.example", "pending.example"]
        assert (found["phase"], found["domains"][1]["phase"]) == (None, "waiting_dcv")
        assert controller.methods() == {"GET": 2}
        assert len(self._read(controller, container_id=5)["domains"]) == 2
        assert self._read(controller, container_id=6)["domains"] == []

    @pytest.mark.parametrize(
        ("arguments", "names"),
        [
            ({"organization_id": ORGANIZATION}, ["valid.example", "pending.example"]),
            ({"organization_id": PENDING_ORGANIZATION}, ["new.example"]),
            ({"active": False}, ["new.example"]),
            ({"active": True, "phases": ["waiting_dcv"]}, ["pending.example"]),
            ({"phases": ["waiting_organization"]}, []),
            ({"expiring_within": 3650}, ["valid.example"]),
            ({"expiring_within": 30}, []),
            ({"name": "pending.example", "active": False}, []),
        ],
    )
    def test_some(self, controller: Controller, arguments: dict[str, t.Any], names: list[str]) -> None:
        other = {**_TXT, "organization_id": PENDING_ORGANIZATION}
        controller.ok(_DOMAIN, **other)
        controller.ok(_DOMAIN, **other, active=False)
        assert [domain["name"] for domain in self._read(controller, **arguments)["domains"]] == names

    @pytest.mark.parametrize("days", [-1, 3651])
    def test_days_out_of_range(self, controller: Controller, days: int) -> None:
        assert "expiring_within" in controller.fails(_INFO, expiring_within=days)["msg"]
        assert controller.calls == []

    @pytest.mark.parametrize("empty", ["array", "missing"])
    def test_an_empty_list(self, controller: Controller, empty: str) -> None:
        controller.simulator.set_switches(empty_list=empty)
        assert self._read(controller, name="nobody.example")["domains"] == []

    def test_not_found(self, controller: Controller) -> None:
        refused = controller.fails(_INFO, domain_id=999)
        assert refused["errors"][0]["code"] == "not_found|domain"
        assert "domain ID" in refused["next_action"]
