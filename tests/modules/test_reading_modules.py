# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules that only read: orders, organizations, the plan for a host, and waiting."""

from __future__ import annotations

import datetime as dt
import typing as t

import pytest

from ansible_collections.community.digicert.plugins.module_utils._x509 import certificates
from ansible_collections.community.digicert.tests.modules.arguments import (
    ORGANIZATION,
    PENDING_ORGANIZATION,
    csr,
    key,
    order_args,
)
from ansible_collections.community.digicert.tests.modules.controller import Controller, Result, VirtualClock
from ansible_collections.community.digicert.tests.unit import pki

_INFO = "digicert_order_info"
_PLAN = "digicert_certificate_plan"
_WAIT = "digicert_order_wait"
_ORGANIZATIONS = "digicert_org_validation_info"


def _read(controller: Controller, module: str, **arguments: t.Any) -> Result:
    """Run in check mode and for real; both must return the same and send only GET requests."""
    predicted = controller.ok(module, check_mode=True, **arguments)
    done = controller.ok(module, **arguments)
    assert set(controller.methods()) <= {"GET"}
    assert predicted["changed"] is done["changed"]
    assert predicted["action"] == done["action"]
    return done


class TestOrderInfo:
    @pytest.fixture
    def issued(self, controller: Controller) -> Result:
        """Return the result of an issued order."""
        return controller.ok("digicert_order", **order_args(alternative_order_id="shop-1"))

    @pytest.mark.parametrize("by", ["order_id", "serial_number", "thumbprint", "alternative_order_id"])
    def test_one_order_is_found_by_each_of_its_names(self, controller: Controller, issued: Result, by: str) -> None:
        named = {**issued["order"], **issued["certificate"], "order_id": issued["order"]["id"]}
        found = _read(controller, _INFO, **{by: named[by]})
        assert found["order"] == issued["order"]
        assert found["phase"] == "issued"
        (entry,) = found["orders"]
        assert entry["order"] == issued["order"]
        assert entry["certificate"] == issued["certificate"]
        assert entry["raw"]["certificate"]["csr"]

    def test_colons_and_case_of_a_serial_number_make_no_difference(
        self, controller: Controller, issued: Result
    ) -> None:
        serial = issued["certificate"]["serial_number"].upper()
        colons = ":".join(serial[index : index + 2] for index in range(0, len(serial), 2))
        assert _read(controller, _INFO, serial_number=colons)["order"]["id"] == issued["order"]["id"]

    @pytest.mark.parametrize("empty", ["array", "missing"])
    def test_a_list_may_be_empty(self, controller: Controller, empty: str) -> None:
        controller.simulator.set_switches(empty_list=empty)
        for arguments in ({}, {"filters": {"status": "issued"}}, {"alternative_order_id": "nobody"}):
            found = _read(controller, _INFO, **arguments)
            assert (found["orders"], found["order"]) == ([], None)

    def test_a_list_is_filtered_and_limited(self, controller: Controller, issued: Result) -> None:
        controller.ok("digicert_order", **order_args("www.pending.example"))
        assert len(_read(controller, _INFO)["orders"]) == 2
        assert len(_read(controller, _INFO, limit=1)["orders"]) == 1
        (only,) = _read(controller, _INFO, filters={"status": "pending"})["orders"]
        assert only["order"]["common_name"] == "www.pending.example"
        assert "phase" not in only
        (only,) = _read(controller, _INFO, filters={"status": "pending"}, details=True)["orders"]
        assert only["phase"] == "waiting_dcv"

    def test_long_lists_are_read_to_their_end(self, controller: Controller, monkeypatch: pytest.MonkeyPatch) -> None:
        from ansible_collections.community.digicert.plugins.module_utils._certcentral import listing

        monkeypatch.setattr(listing, "PAGE", 2)
        made = [
            controller.simulator.make_order(
                certificate={"common_name": f"h{number}.valid.example"}, organization={"id": ORGANIZATION}
            )["id"]
            for number in range(5)
        ]
        found = _read(controller, _INFO)
        assert sorted(entry["order"]["id"] for entry in found["orders"]) == sorted(made)
        assert controller.methods() == {"GET": 3}

    def test_reissues_are_read_if_requested(self, controller: Controller, issued: Result) -> None:
        order_id = issued["order"]["id"]
        controller.ok("digicert_reissue", order_id=order_id, csr_content=csr("b"), skip_approval=True)
        (entry,) = _read(controller, _INFO, order_id=order_id, include_certificates=True)["orders"]
        assert entry["certificate"]["id"] in [certificate["id"] for certificate in entry["reissues"]]
        assert entry["duplicates"] == []

    def test_order_not_found(self, controller: Controller) -> None:
        for named in ({"order_id": 999}, {"serial_number": "ab12"}, {"thumbprint": "AB" * 20}):
            assert controller.fails(_INFO, **named)["errors"][0]["code"] == "not_found|order"

    def test_a_filter_that_the_service_does_not_know(self, controller: Controller) -> None:
        assert controller.fails(_INFO, filters={"colour": "red"})["errors"]


class TestOrganizations:
    def test_a_ready_organization(self, controller: Controller) -> None:
        (found,) = _read(controller, _ORGANIZATIONS, organization_id=ORGANIZATION, types=["ov", "ev"])["organizations"]
        assert (found["missing"], found["next_action"]) == ([], None)
        assert set(found["ready_for"]) >= {"ov", "ev"}
        by_type = {validation["type"]: validation for validation in found["validations"]}
        assert by_type["ov"]["active"] is True
        assert by_type["ov"]["days_left"] > 0
        assert [user["id"] for user in by_type["ev"]["verified_users"]] == [14]

    def test_a_pending_organization(self, controller: Controller) -> None:
        (found,) = _read(controller, _ORGANIZATIONS, organization_id=PENDING_ORGANIZATION)["organizations"]
        assert found["missing"] == ["ov"]
        assert "pending" in found["next_action"]
        arguments = {"organization_id": PENDING_ORGANIZATION, "types": ["cs"]}
        (found,) = _read(controller, _ORGANIZATIONS, **arguments)["organizations"]
        assert found["missing"] == ["cs"]
        assert "Submit" in found["next_action"]

    def test_an_organization_whose_validation_has_expired(self, controller: Controller) -> None:
        controller.simulator.set_organization(ORGANIZATION, ov="expired")
        (found,) = _read(controller, _ORGANIZATIONS, organization_id=ORGANIZATION)["organizations"]
        assert found["missing"] == ["ov"]
        assert "again" in found["next_action"]

    def test_by_name_and_all(self, controller: Controller) -> None:
        (found,) = _read(controller, _ORGANIZATIONS, name="EXAMPLE corp ")["organizations"]
        assert found["id"] == ORGANIZATION
        assert len(_read(controller, _ORGANIZATIONS)["organizations"]) == 2

    def test_not_found(self, controller: Controller) -> None:
        assert "Nobody" in controller.fails(_ORGANIZATIONS, name="Nobody Ltd")["msg"]
        refused = controller.fails(_ORGANIZATIONS, organization_id=999)
        assert refused["errors"][0]["code"] == "not_found|organization"
        assert "organization ID" in refused["next_action"]


class TestPlan:
    def _fingerprint(self, letter: str) -> str:
        return certificates.read_private_key_fingerprint(pki.key_pem(key(letter)))[0]

    def _plan(self, controller: Controller, *names: str, **arguments: t.Any) -> Result:
        dns_names = list(names or ("www.valid.example", "valid.example"))
        return _read(controller, _PLAN, dns_names=dns_names, organization_id=ORGANIZATION, **arguments)

    def test_nothing_exists_yet(self, controller: Controller) -> None:
        planned = self._plan(controller)
        assert (planned["action"], planned["plan"]["paid"]) == ("order", True)
        assert planned["plan"]["dns_names"] == ["www.valid.example", "valid.example"]

    def test_the_order_and_key_of_this_host(self, controller: Controller) -> None:
        order = controller.ok("digicert_order", **order_args())["order"]
        planned = self._plan(controller, public_key_fingerprint=self._fingerprint("a"))
        assert (planned["action"], planned["plan"]["order_id"]) == ("none", order["id"])
        assert planned["plan"]["key_matches"] is True

    def test_a_host_without_its_key_gets_a_reissue_at_no_cost(self, controller: Controller) -> None:
        order = controller.ok("digicert_order", **order_args())["order"]
        planned = self._plan(controller, order_id=order["id"])
        assert (planned["action"], planned["plan"]["paid"], planned["plan"]["revokes"]) == ("reissue", False, False)

    def test_the_serial_number_leads_to_the_order_although_a_name_is_new(self, controller: Controller) -> None:
        certificate = controller.ok("digicert_order", **order_args())["certificate"]
        names = ("www.valid.example", "valid.example", "shop.valid.example")
        serial_number = certificate["serial_number"]
        planned = self._plan(
            controller, *names, serial_number=serial_number, public_key_fingerprint=self._fingerprint("a")
        )
        assert (planned["action"], planned["plan"]["paid"]) == ("reissue", True)
        assert planned["diff"]["after"]["dns_names"] == sorted(names)

    @pytest.mark.parametrize("allowed", [True, False])
    def test_a_name_that_is_no_longer_requested(self, controller: Controller, allowed: bool) -> None:
        order = controller.ok("digicert_order", **order_args("a.valid.example", "b.valid.example"))["order"]
        planned = self._plan(
            controller,
            "a.valid.example",
            order_id=order["id"],
            public_key_fingerprint=self._fingerprint("a"),
            allow_name_removal=allowed,
        )
        assert planned["action"] == ("reissue" if allowed else "none")
        assert planned["plan"]["revokes"] is allowed
        assert ("allow_name_removal" in controller.warnings(planned)) is not allowed

    def test_a_pending_order_is_waited_for(self, controller: Controller) -> None:
        order = controller.ok("digicert_order", **order_args("www.pending.example"))["order"]
        planned = self._plan(controller, "www.pending.example", public_key_fingerprint=self._fingerprint("a"))
        assert (planned["action"], planned["plan"]["order_id"]) == ("none", order["id"])
        assert planned["phase"] == "waiting_dcv"
        assert planned["dcv"]["records"] == []

    @pytest.mark.parametrize(
        ("age", "renew_before", "action"), [(355, "auto", "none"), (364, "auto", "renew"), (355, "30", "renew")]
    )
    def test_an_order_near_its_end_is_renewed(
        self, controller: Controller, age: int, renew_before: str, action: str
    ) -> None:
        created = (dt.datetime.now(dt.timezone.utc) - dt.timedelta(days=age)).isoformat()
        made = controller.simulator.make_order(
            certificate={"common_name": "www.valid.example", "dns_names": ["valid.example"], "csr": csr()},
            organization={"id": ORGANIZATION},
            created=created,
        )
        planned = self._plan(
            controller, order_id=made["id"], public_key_fingerprint=self._fingerprint("a"), renew_before=renew_before
        )
        renewed = action == "renew"
        assert (planned["action"], planned["plan"]["renewal_of_order_id"]) == (action, made["id"] if renewed else None)
        assert planned["plan"]["paid"] is renewed

    def test_a_certificate_is_replaced_whatever_its_expiry(self, controller: Controller) -> None:
        placed = controller.ok("digicert_order", **order_args("www.valid.example"))
        own = {"public_key_fingerprint": self._fingerprint("a")}
        installed = placed["certificate"]["serial_number"]
        kept = self._plan(controller, "www.valid.example", serial_number=installed, **own)
        planned = self._plan(controller, "www.valid.example", serial_number=installed, replace=True, **own)
        assert (kept["action"], planned["action"]) == ("none", "reissue")
        newer = controller.ok("digicert_reissue", order_id=placed["order"]["id"], when="always", skip_approval=True)
        assert newer["certificate"]["serial_number"] != installed
        done = self._plan(controller, "www.valid.example", serial_number=installed, replace=True, **own)
        assert done["action"] == "none"

    def test_a_certificate_near_its_expiry_in_a_live_order_is_reissued(self, controller: Controller) -> None:
        created = (dt.datetime.now(dt.timezone.utc) - dt.timedelta(days=190)).isoformat()
        made = controller.simulator.make_order(
            certificate={"common_name": "www.valid.example", "dns_names": ["valid.example"], "csr": csr()},
            organization={"id": ORGANIZATION},
            created=created,
        )
        planned = self._plan(controller, order_id=made["id"], public_key_fingerprint=self._fingerprint("a"))
        assert (planned["action"], planned["plan"]["paid"]) == ("reissue", False)

    def test_order_not_found(self, controller: Controller) -> None:
        arguments: dict[str, t.Any] = {
            "dns_names": ["www.valid.example"],
            "organization_id": ORGANIZATION,
            "order_id": 999,
        }
        assert "999" in controller.fails(_PLAN, **arguments)["msg"]

    @pytest.mark.parametrize(
        ("wrong", "word"),
        [
            ({"renew_before": "soon"}, "renew_before"),
            ({"public_key_fingerprint": "abc"}, "public_key_fingerprint"),
            ({"dns_names": []}, "dns_names"),
            ({"organization_id": None}, "organization_id"),
        ],
    )
    def test_options_that_cannot_be_used(self, controller: Controller, wrong: dict[str, t.Any], word: str) -> None:
        arguments = {"dns_names": ["www.valid.example"], "organization_id": ORGANIZATION, **wrong}
        assert word in controller.fails(_PLAN, **arguments)["msg"]
        assert controller.calls == []


class TestWait:
    def test_one_call_an_interval_for_all_orders(self, controller: Controller, clock: VirtualClock) -> None:
        made = [
            controller.simulator.make_order(
                certificate={"common_name": f"h{number}.valid.example"},
                organization={"id": ORGANIZATION},
                status="needs_approval",
            )["id"]
            for number in range(5)
        ]
        clock.on_nap = lambda _seconds: controller.simulator.approve_all() if len(clock.naps) == 3 else None
        found = controller.ok(_WAIT, order_ids=made, interval=10, until_person_needed=False)
        assert found["all_issued"] is True
        assert [entry["phase"] for entry in found["orders"]] == ["issued"] * 5
        assert len(clock.naps) == 3
        lists = [call for call in controller.calls if call["path"].endswith("/status-changes")]
        assert len(lists) == 3

    def test_it_ends_in_time_and_reports(self, controller: Controller, clock: VirtualClock) -> None:
        order = controller.ok("digicert_order", **order_args("www.pending.example"))["order"]
        clock.naps.clear()
        found = controller.ok(_WAIT, order_ids=[order["id"]], wait_timeout=25, interval=10)
        assert (found["all_issued"], found["phase"]) == (False, "waiting_dcv")
        assert clock.naps == [10, 10, 5]
        assert found["orders"][0]["blocked_on"]

    def test_nothing_is_waited_for_with_zero_seconds(self, controller: Controller, clock: VirtualClock) -> None:
        order = controller.ok("digicert_order", **order_args("www.pending.example"))["order"]
        clock.naps.clear()
        assert controller.ok(_WAIT, order_ids=[order["id"]], wait_timeout=0)["all_issued"] is False
        assert clock.naps == []

    def test_it_does_not_wait_for_people_unless_requested(self, controller: Controller, clock: VirtualClock) -> None:
        order = controller.ok("digicert_order", **order_args(skip_approval=False))["order"]
        clock.naps.clear()
        assert controller.ok(_WAIT, order_ids=[order["id"]])["phase"] == "waiting_approval"
        assert clock.naps == []
        controller.ok(_WAIT, order_ids=[order["id"]], until_person_needed=False, wait_timeout=20)
        assert sum(clock.naps) == 20

    def test_an_order_that_can_never_be_issued_is_a_failure_that_names_it(self, controller: Controller) -> None:
        order = controller.ok("digicert_order", **order_args("www.pending.example"))["order"]
        controller.ok("digicert_order_status", order_id=order["id"], status="canceled", note="x")
        failed = controller.fails(_WAIT, order_ids=[order["id"]])
        assert failed["order_id"] == order["id"]
        assert "canceled" in failed["msg"]
        reported = controller.ok(_WAIT, order_ids=[order["id"]], fail_if_not_issuable=False)
        assert reported["orders"][0]["phase"] == "canceled"

    def test_options_that_cannot_be_used(self, controller: Controller) -> None:
        assert "interval" in controller.fails(_WAIT, order_ids=[1], interval=0)["msg"]
