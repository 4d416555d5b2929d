# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_dcv: what to publish, and whether the service finds it."""

from __future__ import annotations

import typing as t

import pytest
from simulator_testing.dns_server import DnsServer
from simulator_testing.web_server import WebServer

from ansible_collections.community.digicert.tests.modules.arguments import order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller, Result, VirtualClock

_DCV = "digicert_dcv"


def _order(controller: Controller, *names: str, **changes: t.Any) -> int:
    return int(controller.ok("digicert_order", **order_args(*names, **changes))["order"]["id"])


def _publish(result: Result, dns_zone: DnsServer, web: WebServer) -> None:
    """Publish the records of a result, as the role does."""
    for record in result["dcv"]["records"]:
        if record["type"] == "HTTP":
            dns_zone.add(record["name"], "A", "127.0.0.1")
            web.files[(record["name"], record["path"])] = record["value"]
        else:
            value = f'"{record["value"]}"' if record["type"] == "TXT" else f"{record['value']}."
            dns_zone.add(record["name"], record["type"], value)


@pytest.mark.parametrize("method", ["dns-txt-token", "dns-cname-token", "http-token"])
@pytest.mark.parametrize("scope", ["fqdn", "base_domain"])
def test_the_returned_records_are_what_the_service_looks_for(
    controller: Controller, dns_zone: DnsServer, web: WebServer, method: str, scope: str
) -> None:
    controller.simulator.set_switches(dcv_scope=scope)
    order_id = _order(controller, "www.new.example", "new.example", dcv_method=method)
    pending = controller.ok(_DCV, order_id=order_id)
    assert (pending["action"], pending["phase"]) == ("none", "waiting_dcv")
    assert pending["dcv"]["records"]
    _publish(pending, dns_zone, web)
    assert pending["check"] is None
    done = controller.ok(_DCV, order_id=order_id, check=True)
    assert done["check"]["found"] is True
    assert done["phase"] == "issued"
    again = controller.ok(_DCV, order_id=order_id, check=True)
    assert (again["action"], again["check"]) == ("none", None)
    assert controller.writes() == []


def test_reading_the_records_takes_three_calls(controller: Controller, dns_zone: DnsServer, web: WebServer) -> None:
    order_id = _order(controller, "www.new.example")
    controller.ok(_DCV, order_id=order_id)
    assert controller.methods() == {"GET": 2, "PUT": 1}
    _publish(controller.ok(_DCV, order_id=order_id), dns_zone, web)
    # the order, its validation, the check, the order
    controller.ok(_DCV, order_id=order_id, check=True)
    assert controller.methods() == {"GET": 3, "PUT": 1}


def test_a_wildcard_by_dns(controller: Controller, dns_zone: DnsServer, web: WebServer) -> None:
    order_id = _order(controller, "*.new.example")
    _publish(controller.ok(_DCV, order_id=order_id), dns_zone, web)
    assert controller.ok(_DCV, order_id=order_id, check=True)["phase"] == "issued"


class TestNotFoundYet:
    @pytest.mark.parametrize("method", ["dns-txt-token", "http-token"])
    @pytest.mark.parametrize("missing_dns", ["list", "error"])
    def test_it_is_a_state_not_a_failure(self, controller: Controller, method: str, missing_dns: str) -> None:
        controller.simulator.set_switches(check_dcv_missing_dns=missing_dns)
        order_id = _order(controller, "www.new.example", dcv_method=method)
        checked = controller.ok(_DCV, order_id=order_id, check=True)
        assert not checked.get("failed")
        assert checked["check"]["found"] is False
        assert checked["phase"] == "waiting_dcv"
        assert checked["changed"] is False

    def test_missing_names_are_reported(self, controller: Controller, dns_zone: DnsServer, web: WebServer) -> None:
        order_id = _order(controller, "a.new.example", "b.new.example")
        pending = controller.ok(_DCV, order_id=order_id)
        pending["dcv"]["records"] = [entry for entry in pending["dcv"]["records"] if entry["domain"] == "a.new.example"]
        _publish(pending, dns_zone, web)
        checked = controller.ok(_DCV, order_id=order_id, check=True)
        assert checked["check"]["missing"] == ["b.new.example"]

    def test_the_check_is_repeated_until_it_is_found(
        self, controller: Controller, dns_zone: DnsServer, web: WebServer, clock: VirtualClock
    ) -> None:
        order_id = _order(controller, "www.new.example")
        pending = controller.ok(_DCV, order_id=order_id)
        clock.naps.clear()
        clock.on_nap = lambda _seconds: _publish(pending, dns_zone, web) if len(clock.naps) == 2 else None
        found = controller.ok(_DCV, order_id=order_id, check=True, check_for=60)
        assert found["phase"] == "issued"
        assert len(clock.naps) == 2

    def test_check_mode_does_not_request_a_check(self, controller: Controller) -> None:
        order_id = _order(controller, "www.new.example")
        result = controller.ok(_DCV, check_mode=True, order_id=order_id, check=True)
        assert (result["action"], result["check"]) == ("none", None)


class TestMethod:
    def test_it_is_changed_once(self, controller: Controller) -> None:
        order_id = _order(controller, "www.new.example", dcv_method="email")
        assert controller.ok(_DCV, order_id=order_id)["dcv"]["records"] == []
        predicted = controller.ok(_DCV, check_mode=True, order_id=order_id, method="http-token")
        done = controller.ok(_DCV, order_id=order_id, method="http-token")
        assert predicted["action"] == done["action"] == "change_method"
        assert predicted["diff"] == done["diff"] == {"before": {"method": "email"}, "after": {"method": "http-token"}}
        assert done["dcv"]["records"][0]["type"] == "HTTP"
        assert controller.ok(_DCV, order_id=order_id, method="http-token")["action"] == "none"

    def test_a_wildcard_cannot_be_proven_by_http(self, controller: Controller) -> None:
        order_id = _order(controller, "*.new.example")
        refused = controller.fails(_DCV, order_id=order_id, method="http-token")
        assert "dns-txt-token" in refused["next_action"]
        assert controller.writes() == []

    def test_an_order_by_mail_says_that_its_method_must_be_changed_first(self, controller: Controller) -> None:
        order_id = _order(controller, "www.new.example", dcv_method="email")
        refused = controller.fails(_DCV, order_id=order_id, check=True)
        assert refused["errors"][0]["code"] == "invalid_dns_method"
        assert "change its DCV method" in refused["msg"]


class TestSomeNames:
    def test_only_these_are_checked(self, controller: Controller, dns_zone: DnsServer, web: WebServer) -> None:
        order_id = _order(controller, "a.new.example", "b.new.example")
        pending = controller.ok(_DCV, order_id=order_id)
        pending["dcv"]["records"] = [entry for entry in pending["dcv"]["records"] if entry["domain"] == "a.new.example"]
        _publish(pending, dns_zone, web)
        checked = controller.ok(_DCV, order_id=order_id, check=True, check_names=["A.new.example."])
        assert next(call["body"] for call in controller.calls if call["path"].endswith("/check-dcv")) == {
            "dns_names_validations": ["a.new.example"]
        }
        assert (checked["check"]["found"], checked["check"]["missing"]) == (True, [])
        assert checked["phase"] == "waiting_dcv"
        assert {entry["scope"]: entry["valid"] for entry in checked["validations"]} == {
            "a.new.example": True,
            "b.new.example": False,
        }
        other = controller.ok(_DCV, order_id=order_id, check=True, check_names=["b.new.example"])
        assert (other["check"]["found"], other["check"]["missing"]) == (False, ["b.new.example"])

    @pytest.mark.parametrize("check_mode", [True, False])
    def test_a_name_that_is_not_in_the_order(self, controller: Controller, check_mode: bool) -> None:
        order_id = _order(controller, "a.new.example")
        failed = controller.fails(_DCV, check_mode=check_mode, order_id=order_id, check_names=["b.new.example"])
        assert "a.new.example" in failed["next_action"]
        assert controller.writes() == []


class TestEmails:
    def test_they_are_resent_while_a_reply_is_pending(self, controller: Controller) -> None:
        order_id = _order(controller, "www.new.example", dcv_method="email")
        predicted = controller.ok(_DCV, check_mode=True, order_id=order_id, resend_emails=True)
        done = controller.ok(_DCV, order_id=order_id, resend_emails=True)
        assert predicted["action"] == done["action"] == "resend_emails"
        assert predicted["reasons"] == done["reasons"]
        assert [path.rsplit("/", 1)[-1] for _method, path in controller.writes()] == ["resend-emails"]
        controller.simulator.set_domain("www.new.example", "valid")
        over = controller.ok(_DCV, order_id=order_id, resend_emails=True)
        assert (over["action"], controller.writes()) == ("none", [])

    def test_changing_to_email_already_sends_them(self, controller: Controller) -> None:
        order_id = _order(controller, "www.new.example")
        done = controller.ok(_DCV, order_id=order_id, method="email", resend_emails=True)
        assert done["action"] == "change_method"
        assert not any(path.endswith("resend-emails") for _method, path in controller.writes())

    @pytest.mark.parametrize("check_mode", [True, False])
    def test_there_are_none_for_a_token_method(self, controller: Controller, check_mode: bool) -> None:
        order_id = _order(controller, "www.new.example")
        failed = controller.fails(_DCV, check_mode=check_mode, order_id=order_id, resend_emails=True)
        assert "set method to email" in failed["next_action"]
        assert failed["order_id"] == order_id
        assert controller.writes() == []


def test_order_not_found(controller: Controller) -> None:
    assert controller.fails(_DCV, order_id=999)["errors"][0]["code"] == "not_found|order"
