# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_org_validation_info: how organizations are validated, what can be issued to them, and what to do next."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.community.digicert.tests.modules.arguments import (
    ORGANIZATION,
    PENDING_ORGANIZATION,
    order_args,
)
from ansible_collections.community.digicert.tests.modules.controller import Controller

_MODULE = "digicert_org_validation_info"
_MANY = 50

Organizations = list[dict[str, t.Any]]


def _read(controller: Controller, **arguments: t.Any) -> Organizations:
    """Read in check mode and for real; both must return the same and send only GET requests."""
    predicted = controller.ok(_MODULE, check_mode=True, **arguments)
    found = controller.ok(_MODULE, **arguments)
    assert set(controller.methods()) <= {"GET"}
    assert predicted["organizations"] == found["organizations"]
    assert found["action"] == "none"
    return list(found["organizations"])


def _ids(found: Organizations) -> list[int]:
    return [entry["id"] for entry in found]


def _make(controller: Controller, count: int) -> None:
    for number in range(count):
        address: dict[str, t.Any] = {"address": f"Hauptstr. {number}", "city": "Munich", "country": "de"}
        controller.ok("digicert_organization", name=f"Shop {number} GmbH", **address, validations=[{"type": "ov"}])


class TestReady:
    def test_products_and_types(self, controller: Controller) -> None:
        (found,) = _read(controller, organization_id=ORGANIZATION, types=["ov", "ev"])
        assert (found["ready_for"], found["missing"], found["next_action"]) == (["ov", "ev"], [], None)
        assert {"ssl_basic", "ssl_ev_basic", "private_ssl_plus"} <= set(found["ready_products"])
        assert not [name for name in found["ready_products"] if "dv" in name]
        assert found["ready_products"] == sorted(found["ready_products"])

    def test_what_is_ready_can_be_issued(self, controller: Controller) -> None:
        (ready, pending) = _read(controller)
        assert pending["ready_products"] == []
        assert "ssl_basic" in ready["ready_products"]
        for organization, phase in ((ready, "issued"), (pending, "waiting_organization")):
            ordered = controller.ok(
                "digicert_order", **order_args(organization_id=organization["id"], product="ssl_basic")
            )
            assert ordered["phase"] == phase

    def test_each_type_with_its_expiry_and_its_users(self, controller: Controller) -> None:
        (found,) = _read(controller, organization_id=ORGANIZATION)
        by_type = {entry["type"]: entry for entry in found["validations"]}
        assert {"ov", "ev"} <= set(by_type)
        for entry in by_type.values():
            assert entry["active"] is (entry["status"] == "active")
            assert entry["days_left"] > 0
            assert entry["validated_until"] > "2026"
        assert [user["last_name"] for user in by_type["ev"]["verified_users"]] == ["Smith"]

    def test_only_some_types(self, controller: Controller) -> None:
        controller.simulator.set_organization(ORGANIZATION, ev="expired")
        (found,) = _read(controller, organization_id=ORGANIZATION, types=["ov", "ev"])
        assert (found["ready_for"], found["missing"]) == (["ov"], ["ev"])
        assert not [name for name in found["ready_products"] if "_ev_" in name]

    def test_a_key_that_may_not_read_products(self, controller: Controller) -> None:
        controller.simulator.add_fault(
            "error", status=403, code="access_denied|missing_permission", path="/product", calls=-1
        )
        (found,) = _read(controller, organization_id=ORGANIZATION)
        assert (found["ready_for"][0], found["ready_products"]) == ("ov", None)
        controller.simulator.clear_faults()
        controller.simulator.add_fault("error", status=400, code="not_known", path="/product", calls=-1)
        assert controller.fails(_MODULE, organization_id=ORGANIZATION)["errors"][0]["code"] == "not_known"

    def test_products_are_read_only_if_requested(self, controller: Controller) -> None:
        (found,) = _read(controller, organization_id=ORGANIZATION, include_products=False)
        assert found["ready_products"] is None
        assert controller.methods() == {"GET": 2}


class TestNextStep:
    @pytest.mark.parametrize(
        ("state", "kind", "words"),
        [
            ({"ov": "pending"}, "ov", ["pending", "validation team"]),
            ({"ov": "expired"}, "ov", ["has expired", "digicert_organization"]),
            ({}, "cs", ["Submit", "digicert_organization", "verified_users"]),
            ({}, "smime", ["Submit", "digicert_organization"]),
        ],
    )
    def test_what_is_missing(self, controller: Controller, state: dict[str, str], kind: str, words: list[str]) -> None:
        controller.simulator.set_organization(ORGANIZATION, **state)
        (found,) = _read(controller, organization_id=ORGANIZATION, types=[kind])
        assert found["missing"] == [kind]
        for word in [*words, kind.upper(), str(ORGANIZATION)]:
            assert word in found["next_action"]

    def test_the_suggested_next_action_works(self, controller: Controller) -> None:
        controller.simulator.set_organization(ORGANIZATION, ov="expired")
        (before,) = _read(controller, organization_id=ORGANIZATION)
        assert "submit it again with digicert_organization" in before["next_action"]
        controller.ok("digicert_organization", organization_id=ORGANIZATION, validations=[{"type": "ov"}])
        controller.simulator.set_organization(ORGANIZATION, ov="valid")
        (after,) = _read(controller, organization_id=ORGANIZATION)
        assert (after["missing"], after["next_action"]) == ([], None)

    def test_an_inactive_organization_is_ready_for_nothing(self, controller: Controller) -> None:
        controller.ok("digicert_organization", organization_id=ORGANIZATION, active=False)
        (found,) = _read(controller, organization_id=ORGANIZATION)
        assert (found["active"], found["status"]) == (False, "inactive")
        assert (found["ready_for"], found["ready_products"], found["missing"]) == ([], [], ["ov"])
        assert "Activate" in found["next_action"]


class TestMany:
    def test_fifty_in_two_calls(self, controller: Controller) -> None:
        _make(controller, _MANY)
        found = _read(controller)
        assert len(found) == _MANY + 2
        assert controller.methods() == {"GET": 2}
        assert sum(entry["missing"] == ["ov"] for entry in found) == _MANY + 1

    @pytest.mark.parametrize(("listed", "calls"), [("full", 2), ("without_users", 3), ("none", 4)])
    def test_details_missing_from_the_list_are_read_one_at_a_time(
        self, controller: Controller, listed: str, calls: int
    ) -> None:
        whole = _read(controller, types=["ov", "ev"])
        controller.simulator.set_switches(organization_list_validation=listed)
        assert _read(controller, types=["ov", "ev"]) == whole
        assert controller.methods() == {"GET": calls}

    def test_by_name_only_that_organization_is_read(self, controller: Controller) -> None:
        controller.simulator.set_switches(organization_list_validation="none")
        assert _ids(_read(controller, name=" example CORP")) == [ORGANIZATION]
        assert controller.methods() == {"GET": 3}


class TestFilters:
    def test_by_status(self, controller: Controller) -> None:
        controller.ok("digicert_organization", organization_id=PENDING_ORGANIZATION, active=False)
        assert _ids(_read(controller, status="active")) == [ORGANIZATION]
        assert _ids(_read(controller, status="inactive")) == [PENDING_ORGANIZATION]
        assert _ids(_read(controller)) == [ORGANIZATION, PENDING_ORGANIZATION]

    def test_by_the_expiry_of_the_validation(self, controller: Controller) -> None:
        (found,) = _read(controller, organization_id=ORGANIZATION)
        (left,) = [entry["days_left"] for entry in found["validations"] if entry["type"] == "ov"]
        assert _ids(_read(controller, expiring_within=left + 1)) == [ORGANIZATION]
        assert _read(controller, expiring_within=left - 1) == []
        # nothing was found, so products are not read
        assert controller.methods() == {"GET": 1}

    def test_an_expired_one_is_included(self, controller: Controller) -> None:
        controller.simulator.set_organization(ORGANIZATION, ev="expired")
        assert _ids(_read(controller, types=["ev"], expiring_within=0)) == [ORGANIZATION]
        assert _read(controller, types=["ov"], expiring_within=0) == []

    def test_mutually_exclusive_options(self, controller: Controller) -> None:
        refused = controller._run(_MODULE, False, {"organization_id": 1, "status": "active"})
        assert "mutually exclusive" in refused["msg"]
        assert controller.calls == []
