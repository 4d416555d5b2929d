# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_order: one intent, one order."""

from __future__ import annotations

import datetime as dt
import typing as t

import pytest

from ansible_collections.community.digicert.tests.modules.arguments import (
    ORGANIZATION,
    PENDING_ORGANIZATION,
    csr,
    order_args,
)
from ansible_collections.community.digicert.tests.modules.controller import Controller, VirtualClock

_ORDER = "digicert_order"


def _days_ago(days: int) -> str:
    return (dt.datetime.now(dt.timezone.utc) - dt.timedelta(days=days)).isoformat()


def _made(controller: Controller, *names: str, **values: t.Any) -> int:
    """Make an order in the console and return its ID."""
    names = names or ("www.valid.example", "valid.example")
    certificate = {"common_name": names[0], "dns_names": list(names[1:]), **values.pop("certificate", {})}
    body = {"certificate": certificate, "organization": {"id": ORGANIZATION}, **values}
    return int(controller.simulator.make_order(**body)["id"])


class TestFirstAndSecondRun:
    def test_check_mode_predicts_the_order_and_places_none(self, controller: Controller) -> None:
        predicted = controller.ok(_ORDER, check_mode=True, **order_args())
        assert controller.ordered() == []
        done = controller.ok(_ORDER, **order_args())
        assert (predicted["action"], predicted["reasons"]) == (done["action"], done["reasons"])
        assert predicted["diff"] == done["diff"]
        assert predicted["action"] == "order"
        assert predicted["order"] is None
        assert predicted["diff"]["after"]["dns_names"] == ["www.valid.example", "valid.example"]

    def test_it_orders_once(self, controller: Controller) -> None:
        first = controller.ok(_ORDER, **order_args())
        assert (first["action"], first["phase"]) == ("order", "issued")
        assert controller.methods() == {"GET": first["api_calls"]["GET"], "POST": 1}
        second = controller.ok(_ORDER, **order_args())
        assert (second["action"], second["changed"]) == ("none", False)
        assert second["diff"] == {"before": {}, "after": {}}
        assert controller.writes() == []
        assert controller.ok(_ORDER, check_mode=True, **order_args())["action"] == "none"
        assert second["order"] == first["order"]
        assert second["certificate"] == first["certificate"]
        assert len(controller.ordered()) == 1

    def test_what_is_sent(self, controller: Controller) -> None:
        controller.ok(
            _ORDER,
            **order_args(
                comments="For the shop",
                cert_validity={"days": 30},
                order_validity={"years": 2},
                server_platform_id=45,
                signature_hash="sha384",
                auto_renew=True,
                additional_emails=["pki@example.com"],
                container_id=5,
                payment_method="balance",
                dcv_method="http-token",
            ),
        )
        (sent,) = [call["body"] for call in controller.calls if call["method"] == "POST"]
        alternative = sent.pop("alternative_order_id")
        assert alternative.startswith("ansible")
        assert sent == {
            "certificate": {
                "common_name": "www.valid.example",
                "dns_names": ["valid.example"],
                "csr": csr(),
                "signature_hash": "sha384",
                "server_platform": {"id": 45},
                "cert_validity": {"days": 30},
            },
            "dcv_method": "http-token",
            "payment_method": "balance",
            "skip_approval": True,
            "comments": "For the shop",
            "additional_emails": ["pki@example.com"],
            "order_validity": {"years": 2},
            "auto_renew": 1,
            "organization": {"id": ORGANIZATION},
            "container": {"id": 5},
        }

    @pytest.mark.parametrize(
        "names",
        [
            ["valid.example", "www.valid.example"],
            ["WWW.Valid.Example.", "valid.example", "www.valid.example"],
        ],
    )
    def test_order_case_dots_and_repetition_of_names_make_no_difference(
        self, controller: Controller, names: list[str]
    ) -> None:
        first = controller.ok(_ORDER, **order_args())
        assert controller.ok(_ORDER, **order_args(*names))["action"] == "none"
        assert controller.ok(_ORDER, **order_args(*names))["order"]["id"] == first["order"]["id"]
        assert len(controller.ordered()) == 1

    def test_the_csr_may_be_a_file_on_one_line(self, controller: Controller, tmp_path: t.Any) -> None:
        path = tmp_path / "request.csr"
        path.write_text(csr().replace("\n", ""), encoding="ascii")
        controller.ok(_ORDER, **order_args())
        arguments = {**order_args(), "csr_path": str(path)}
        del arguments["csr_content"]
        assert controller.ok(_ORDER, **arguments)["action"] == "none"

    def test_a_name_that_the_ca_adds_makes_no_difference(self, controller: Controller) -> None:
        controller.simulator.set_switches(add_www=True)
        arguments = order_args("valid.example", product="ssl_plus")
        first = controller.ok(_ORDER, **arguments)
        assert first["order"]["dns_names"] == ["valid.example", "www.valid.example"]
        assert controller.ok(_ORDER, **arguments)["action"] == "none"

    @pytest.mark.parametrize(
        "switches",
        [
            {"dns_names_include_common_name": False, "crlf_pem": False},
            {"empty_list": "missing", "certificate_status_in_info": True},
            {"empty_organization_as_array": True, "status_while_issuing": "processing"},
            {"dcv_token_status_code": 201, "dcv_scope": "base_domain"},
        ],
    )
    def test_it_holds_for_each_unverified_behaviour_of_the_service(
        self, controller: Controller, switches: dict[str, t.Any]
    ) -> None:
        controller.simulator.set_switches(**switches)
        for arguments in (
            order_args(),
            order_args("www.pending.example", "pending.example"),
            order_args("dv.example", product="ssl_dv_geotrust", organization_id=None),
        ):
            assert controller.ok(_ORDER, **arguments)["action"] == "order"
            assert controller.ok(_ORDER, **arguments)["action"] == "none"
        assert len(controller.ordered()) == 3


class TestProducts:
    def test_dv_needs_no_organization(self, controller: Controller) -> None:
        arguments = order_args("dv.example", product="ssl_dv_geotrust", organization_id=None)
        first = controller.ok(_ORDER, **arguments)
        assert (first["phase"], first["order"]["organization_id"]) == ("waiting_dcv", None)
        assert [record["name"] for record in first["dcv"]["records"]] == ["_dnsauth.dv.example"]
        assert controller.ok(_ORDER, **arguments)["action"] == "none"

    def test_a_wildcard_is_validated_without_its_star(self, controller: Controller) -> None:
        arguments = order_args("*.wild.example", "wild.example")
        first = controller.ok(_ORDER, **arguments)
        assert first["order"]["dns_names"] == ["*.wild.example", "wild.example"]
        assert {record["name"] for record in first["dcv"]["records"]} == {"_dnsauth.wild.example"}
        assert controller.ok(_ORDER, **arguments)["action"] == "none"

    def test_a_name_in_another_alphabet_is_ordered_as_a_label(self, controller: Controller) -> None:
        first = controller.ok(_ORDER, **order_args("bücher.valid.example"))
        assert first["order"]["common_name"] == "xn--bcher-kva.valid.example"
        assert controller.ok(_ORDER, **order_args("BÜCHER.valid.example"))["action"] == "none"
        assert controller.ok(_ORDER, **order_args("xn--bcher-kva.valid.example"))["action"] == "none"

    def test_the_generic_product_finds_what_the_service_made_of_it(self, controller: Controller) -> None:
        first = controller.ok(_ORDER, **order_args(product="ssl"))
        assert first["order"]["product"] == "ssl_plus"
        assert controller.ok(_ORDER, **order_args(product="ssl"))["action"] == "none"


class TestWaitingFor:
    def test_approval(self, controller: Controller) -> None:
        first = controller.ok(_ORDER, **order_args(skip_approval=False))
        assert first["phase"] == "waiting_approval"
        request_id = first["order"]["requests"][0]["id"]
        assert str(request_id) in first["blocked_on"][0]["next_action"]
        second = controller.ok(_ORDER, **order_args(skip_approval=False))
        assert (second["action"], second["phase"]) == ("none", "waiting_approval")
        controller.simulator.approve_all()
        assert controller.ok(_ORDER, **order_args(skip_approval=False))["phase"] == "issued"
        assert len(controller.ordered()) == 1

    def test_domain_control(self, controller: Controller) -> None:
        arguments = order_args("www.pending.example", "pending.example")
        first = controller.ok(_ORDER, **arguments)
        assert first["phase"] == "waiting_dcv"
        assert {blocker["what"] for blocker in first["blocked_on"]} == {"dcv"}
        (values,) = {(record["type"], record["value"]) for record in first["dcv"]["records"]}
        assert values[0] == "TXT"
        again = controller.ok(_ORDER, **arguments)
        assert again["dcv"] == first["dcv"]
        assert controller.ok(_ORDER, check_mode=True, **arguments)["dcv"]["records"] == []

    def test_the_organization(self, controller: Controller) -> None:
        controller.simulator.set_domain("organization.example")
        first = controller.ok(_ORDER, **order_args("organization.example", organization_id=PENDING_ORGANIZATION))
        assert first["phase"] == "waiting_organization"
        assert str(PENDING_ORGANIZATION) in first["blocked_on"][0]["detail"]

    def test_wait_ends_when_it_is_issued(self, controller: Controller, clock: VirtualClock) -> None:
        controller.simulator.set_issue_delay(30)
        clock.on_nap = lambda seconds: controller.simulator.advance(seconds=round(seconds))
        waited = controller.ok(_ORDER, **order_args(wait=True))
        assert (waited["action"], waited["phase"]) == ("order", "issued")
        assert 25 <= clock.now <= 40

    def test_wait_gives_up_in_time_and_reports(self, controller: Controller, clock: VirtualClock) -> None:
        waited = controller.ok(_ORDER, **order_args("www.pending.example", wait=True, wait_timeout=20))
        assert waited["phase"] == "waiting_dcv"
        assert waited["dcv"]["records"]
        assert 15 <= clock.now <= 30

    def test_wait_does_not_wait_for_people(self, controller: Controller, clock: VirtualClock) -> None:
        waited = controller.ok(_ORDER, **order_args(skip_approval=False, wait=True))
        assert waited["phase"] == "waiting_approval"
        assert clock.now <= 5

    def test_check_mode_does_not_wait(self, controller: Controller, clock: VirtualClock) -> None:
        controller.ok(_ORDER, check_mode=True, **order_args(wait=True))
        assert clock.naps == []


class TestAdopting:
    def test_an_order_of_the_console_with_this_key_is_adopted(self, controller: Controller) -> None:
        made = _made(controller, certificate={"csr": csr()})
        predicted = controller.ok(_ORDER, check_mode=True, **order_args())
        adopted = controller.ok(_ORDER, **order_args())
        assert (predicted["action"], adopted["action"]) == ("adopt", "adopt")
        assert (adopted["order"]["id"], adopted["changed"]) == (made, False)
        assert controller.writes() == []
        assert controller.ordered() == []

    @pytest.mark.parametrize(
        ("made", "requested"),
        [
            (("valid.example", "www.valid.example"), ("www.valid.example", "valid.example")),
            (("WWW.valid.example", "Valid.Example"), ("www.VALID.example.", "valid.example.")),
            (("valid.example", "www.valid.example"), ("valid.example",)),
            (("valid.example", "www.valid.example"), ("www.valid.example",)),
            (("*.valid.example", "valid.example"), ("*.valid.example",)),
            (("a.valid.example", "b.valid.example"), ("b.valid.example", "a.valid.example", "B.valid.example")),
            (("xn--bcher-kva.valid.example",), ("BÜCHER.valid.example",)),
        ],
        ids=" ".join,
    )
    @pytest.mark.parametrize("status", ["issued", "pending", "needs_approval"])
    @pytest.mark.parametrize("spelling", ["a_label", "u_label"])
    def test_an_order_of_the_console_fits_in_any_spelling_and_status(
        self, controller: Controller, made: tuple[str, ...], requested: tuple[str, ...], status: str, spelling: str
    ) -> None:
        controller.simulator.set_switches(international_names=spelling)
        order_id = _made(controller, *made, certificate={"csr": csr()}, status=status)
        for check_mode in (True, False):
            adopted = controller.ok(_ORDER, check_mode=check_mode, **order_args(*requested))
            assert (adopted["action"], adopted["order"]["id"]) == ("adopt", order_id)
        assert controller.ordered() == []

    @pytest.mark.parametrize(
        "difference",
        [
            {"names": ("www.valid.example", "valid.example", "shop.valid.example")},
            {"names": ("www.valid.example",), "requested": ("www.valid.example", "shop.valid.example")},
            {"product": "ssl_securesite_flex"},
            {"organization": {"id": PENDING_ORGANIZATION}, "status": "pending"},
        ],
    )
    def test_an_order_that_differs_is_not(self, controller: Controller, difference: dict[str, t.Any]) -> None:
        names = difference.pop("names", ("www.valid.example", "valid.example"))
        requested = difference.pop("requested", ("www.valid.example", "valid.example"))
        _made(controller, *names, certificate={"csr": csr()}, **difference)
        assert controller.ok(_ORDER, **order_args(*requested))["action"] == "order"

    def test_an_order_for_another_key_is_left_to_the_user(self, controller: Controller) -> None:
        made = _made(controller)
        for check_mode in (True, False):
            refused = controller.fails(_ORDER, check_mode=check_mode, **order_args())
            assert refused["order_id"] == made
            assert str(made) in refused["msg"]
            assert "digicert_reissue" in refused["next_action"]
            assert "other_key" in refused["next_action"]
        assert controller.ordered() == []

    def test_a_further_order_for_another_key_must_be_requested(self, controller: Controller) -> None:
        made = _made(controller)
        further = controller.ok(_ORDER, **order_args(other_key="order"))
        assert further["action"] == "order"
        assert further["order"]["id"] != made
        assert controller.ok(_ORDER, **order_args(other_key="order"))["action"] == "none"
        assert controller.ok(_ORDER, **order_args())["action"] == "none"
        assert len(controller.ordered()) == 1

    def test_an_order_for_another_key_may_be_adopted(self, controller: Controller) -> None:
        made = _made(controller)
        adopted = controller.ok(_ORDER, **order_args(other_key="adopt"))
        assert (adopted["action"], adopted["order"]["id"]) == ("adopt", made)
        assert controller.ordered() == []

    @pytest.mark.parametrize("end", ["canceled", "rejected", "revoked"])
    def test_an_order_that_is_over_is_replaced(self, controller: Controller, end: str) -> None:
        first = controller.ok(_ORDER, **order_args(skip_approval=end == "revoked"))["order"]
        if end == "revoked":
            controller.ok("digicert_revoke", order_id=first["id"], scope="order", skip_approval=True)
        elif end == "rejected":
            controller.simulator.admin("POST", "/requests/all/reject")
        else:
            controller.simulator.set_switches(cancel_needs_approval="accept")
            controller.ok("digicert_order_status", order_id=first["id"], status="canceled", note="test")
        again = controller.ok(_ORDER, **order_args())
        assert again["action"] == "order"
        assert again["order"]["id"] != first["id"]
        assert again["order"]["alternative_order_id"] == first["alternative_order_id"]
        assert controller.ok(_ORDER, **order_args())["order"]["id"] == again["order"]["id"]

    def test_a_custom_id_keeps_orders_apart(self, controller: Controller) -> None:
        first = controller.ok(_ORDER, **order_args(alternative_order_id="shop-1"))
        assert first["order"]["alternative_order_id"] == "shop-1"
        assert controller.ok(_ORDER, **order_args(alternative_order_id="shop-1"))["action"] == "none"


class TestRenewing:
    def test_an_order_near_its_end_is_renewed_once(self, controller: Controller) -> None:
        old = _made(controller, certificate={"csr": csr()}, created=_days_ago(350))
        predicted = controller.ok(_ORDER, check_mode=True, **order_args())
        renewed = controller.ok(_ORDER, **order_args())
        assert (predicted["action"], renewed["action"]) == ("renew", "renew")
        assert predicted["diff"] == renewed["diff"]
        assert renewed["order"]["renewal_of_order_id"] == old
        assert renewed["order"]["id"] != old
        for check_mode in (True, False):
            assert controller.ok(_ORDER, check_mode=check_mode, **order_args())["action"] == "none"
        assert controller.ok(_ORDER, **order_args())["order"]["id"] == renewed["order"]["id"]
        assert len(controller.ordered()) == 1

    def test_a_renewal_may_bring_another_key(self, controller: Controller) -> None:
        old = _made(controller, created=_days_ago(350))
        renewed = controller.ok(_ORDER, **order_args())
        assert (renewed["action"], renewed["order"]["renewal_of_order_id"]) == ("renew", old)
        assert controller.ok(_ORDER, **order_args())["action"] == "none"

    def test_a_pending_renewal_is_found_again(self, controller: Controller) -> None:
        _made(controller, certificate={"csr": csr()}, created=_days_ago(350))
        renewed = controller.ok(_ORDER, **order_args(skip_approval=False))
        assert renewed["phase"] == "waiting_approval"
        again = controller.ok(_ORDER, **order_args(skip_approval=False))
        assert (again["action"], again["order"]["id"]) == ("none", renewed["order"]["id"])
        assert len(controller.ordered()) == 1

    def test_a_renewal_that_was_lost_is_found_again(self, controller: Controller) -> None:
        _made(controller, certificate={"csr": csr()}, created=_days_ago(350))
        controller.simulator.add_fault("reply_lost", method="POST")
        assert controller.ok(_ORDER, **order_args())["action"] == "renew"
        assert len(controller.ordered()) == 1

    def test_the_order_that_is_renewed_can_be_named(self, controller: Controller) -> None:
        old = _made(controller, certificate={"csr": csr()}, created=_days_ago(200))
        arguments = order_args(renewal_of_order_id=old)
        assert controller.ok(_ORDER, check_mode=True, **arguments)["action"] == "renew"
        renewed = controller.ok(_ORDER, **arguments)
        assert (renewed["action"], renewed["order"]["renewal_of_order_id"]) == ("renew", old)
        assert controller.ok(_ORDER, **arguments)["action"] == "none"
        assert len(controller.ordered()) == 1

    def test_a_named_order_is_renewed_for_a_second_key_only_if_requested(self, controller: Controller) -> None:
        old = _made(controller, certificate={"csr": csr()}, created=_days_ago(350))
        renewed = controller.ok(_ORDER, **order_args(renewal_of_order_id=old))
        refused = controller.fails(_ORDER, **order_args(key="b", renewal_of_order_id=old))
        assert refused["order_id"] == renewed["order"]["id"]
        assert len(controller.ordered()) == 1

    def test_an_unknown_order_cannot_be_renewed(self, controller: Controller) -> None:
        for check_mode in (True, False):
            failed = controller.fails(_ORDER, check_mode=check_mode, **order_args(renewal_of_order_id=999))
            assert "999" in failed["msg"]
        assert controller.ordered() == []

    def test_when_it_is_due_can_be_set(self, controller: Controller) -> None:
        _made(controller, certificate={"csr": csr()}, created=_days_ago(200))
        assert controller.ok(_ORDER, check_mode=True, **order_args(renew_before="100"))["action"] == "adopt"
        assert controller.ok(_ORDER, check_mode=True, **order_args(renew_before="50%"))["action"] == "renew"
