# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_organization and digicert_organization_info: organizations, validated before any order."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.community.digicert.tests.modules.arguments import (
    ORGANIZATION,
    PENDING_ORGANIZATION,
    order_args,
)
from ansible_collections.community.digicert.tests.modules.controller import Controller, Result

_ORGANIZATION = "digicert_organization"
_INFO = "digicert_organization_info"
_NEW: dict[str, t.Any] = {
    "name": "Shop GmbH",
    "address": "Hauptstr. 1",
    "zip": "80331",
    "city": "Munich",
    "province": "Bavaria",
    "country": "de",
    "telephone": "+49 89 1",
    "contact": {"first_name": "Ada", "last_name": "Lang", "email": "ada@shop.example", "telephone": "+49 89 2"},
}


def _predicted_and_done(controller: Controller, **arguments: t.Any) -> Result:
    predicted = controller.ok(_ORGANIZATION, check_mode=True, **arguments)
    done = controller.ok(_ORGANIZATION, **arguments)
    for key in ("action", "reasons", "diff", "changed"):
        assert predicted[key] == done[key]
    return done


def _count(controller: Controller) -> int:
    return len(controller.ok(_INFO)["organizations"])


class TestCreate:
    def test_it_is_created_once(self, controller: Controller) -> None:
        done = _predicted_and_done(controller, **_NEW)
        assert (done["action"], done["phase"]) == ("create", None)
        created = done["organization"]
        assert (created["name"], created["state"], created["active"]) == ("Shop GmbH", "Bavaria", True)
        (sent,) = [call["body"] for call in controller.calls if call["method"] == "POST"]
        assert sent == {
            **{key: _NEW[key] for key in ("name", "address", "zip", "city", "country", "telephone")},
            "state": "Bavaria",
            "organization_contact": _NEW["contact"],
        }
        again = _predicted_and_done(controller, **_NEW)
        assert (again["action"], again["organization"]) == ("none", created)
        assert controller.writes() == []
        assert _count(controller) == 3

    @pytest.mark.parametrize("duplicates", ["orders", "always"])
    def test_case_blanks_and_omitted_values_make_no_difference(self, controller: Controller, duplicates: str) -> None:
        controller.simulator.set_switches(organization_duplicates=duplicates)
        created = controller.ok(_ORGANIZATION, **_NEW)["organization"]
        for arguments in (
            {"name": "SHOP  gmbh"},
            {"name": "Shop GmbH", "city": "munich "},
            {**_NEW, "telephone": "+49 89 3", "zip": "80333"},
            {"organization_id": created["id"]},
        ):
            found = _predicted_and_done(controller, **arguments)
            assert (found["action"], found["organization"]["id"]) == ("none", created["id"])

    @pytest.mark.parametrize("other", [{"address": "Hauptstr. 2"}, {"city": "Berlin"}, {"country": "at"}])
    def test_another_place_is_another_organization(self, controller: Controller, other: dict[str, str]) -> None:
        first = controller.ok(_ORGANIZATION, **_NEW)["organization"]["id"]
        done = _predicted_and_done(controller, **{**_NEW, **other})
        assert done["action"] == "create"
        assert done["organization"]["id"] != first
        # without the address this means the oldest one
        assert controller.ok(_ORGANIZATION, name="Shop GmbH")["organization"]["id"] == first

    def test_no_organization_is_created_just_to_be_inactive(self, controller: Controller) -> None:
        found = _predicted_and_done(controller, **_NEW, active=False)
        assert (found["action"], found["organization"]) == ("none", None)


class TestValidation:
    def test_it_is_submitted_once_and_waited_for(self, controller: Controller) -> None:
        validations = [{"type": "ov"}, {"type": "ev", "verified_users": [{"id": 14}]}]
        done = _predicted_and_done(controller, **_NEW, validations=validations)
        assert (done["action"], done["phase"]) == ("create", "waiting_organization")
        assert done["diff"]["after"]["validations"] == {"ov": "pending", "ev": "pending"}
        assert done["organization"]["missing"] == ["ov", "ev"]
        assert [blocker["what"] for blocker in done["blocked_on"]] == ["organization", "organization"]
        again = _predicted_and_done(controller, **_NEW, validations=validations)
        assert (again["action"], again["phase"]) == ("none", "waiting_organization")
        assert controller.writes() == []
        organization_id = done["organization"]["id"]
        controller.simulator.set_organization(organization_id, ov="valid", ev="valid")
        ready = _predicted_and_done(controller, **_NEW, validations=validations)
        assert (ready["phase"], ready["blocked_on"]) == (None, [])
        assert ready["organization"]["ready_for"] == ["ov", "ev"]
        ordered = controller.ok("digicert_order", **order_args(organization_id=organization_id))
        assert ordered["phase"] == "issued"

    def test_a_type_is_added(self, controller: Controller) -> None:
        arguments = {"organization_id": ORGANIZATION, "validations": [{"type": "smime"}]}
        done = _predicted_and_done(controller, **arguments)
        assert (done["action"], done["phase"]) == ("update", "waiting_organization")
        assert "SMIME" in done["reasons"][0]
        assert done["diff"]["after"]["validations"]["smime"] == "pending"
        assert _predicted_and_done(controller, **arguments)["action"] == "none"

    def test_a_verified_user_is_added_and_none_is_removed(self, controller: Controller) -> None:
        person = {"first_name": "Ada", "last_name": "Lang", "email": "ada@shop.example"}
        for user in ({"id": 15}, person):
            validations = [{"type": "ev", "verified_users": [user]}]
            arguments = {"organization_id": ORGANIZATION, "validations": validations}
            done = _predicted_and_done(controller, **arguments)
            assert (done["action"], done["phase"]) == ("update", None)
            assert _predicted_and_done(controller, **arguments)["action"] == "none"
            assert controller.writes() == []
        by_type = {entry["type"]: entry for entry in done["organization"]["validations"]}
        names = [user["last_name"] for user in by_type["ev"]["verified_users"]]
        assert names == ["Smith", "Jones", "Lang"]

    def test_an_expired_validation_is_submitted_again_with_its_users(self, controller: Controller) -> None:
        controller.simulator.set_organization(ORGANIZATION, ev="expired")
        done = _predicted_and_done(controller, organization_id=ORGANIZATION, validations=[{"type": "ev"}])
        assert done["action"] == "update"
        assert "has expired" in done["reasons"][0]
        assert [call["body"] for call in controller.calls if call["method"] == "POST"] == [
            {"validations": [{"type": "ev", "verified_users": [{"id": 14}]}]}
        ]

    @pytest.mark.parametrize("kind", ["ev", "cs", "ev_cs"])
    def test_types_that_need_verified_users(self, controller: Controller, kind: str) -> None:
        for check_mode in (True, False):
            refused = controller.fails(
                _ORGANIZATION,
                check_mode=check_mode,
                organization_id=PENDING_ORGANIZATION,
                validations=[{"type": kind}],
            )
            assert "verified_users" in refused["next_action"]
            assert controller.writes() == []


class TestActive:
    def test_it_is_deactivated_and_reactivated(self, controller: Controller) -> None:
        for active in (False, True):
            arguments = {"name": "Pending Corp", "active": active, "validations": [{"type": "ov"}]}
            done = _predicted_and_done(controller, **arguments)
            assert (done["action"], done["organization"]["active"]) == ("update", active)
            assert done["diff"]["after"]["active"] is active
            assert done["phase"] == ("waiting_organization" if active else None)
            assert _predicted_and_done(controller, **arguments)["action"] == "none"
            assert controller.writes() == []


class TestRefused:
    def test_a_missing_address(self, controller: Controller) -> None:
        for check_mode in (True, False):
            refused = controller.fails(_ORGANIZATION, check_mode=check_mode, name="Nobody Ltd", city="Munich")
            assert "address, country" in refused["msg"]
            assert controller.writes() == []

    def test_not_found(self, controller: Controller) -> None:
        refused = controller.fails(_ORGANIZATION, organization_id=999)
        assert refused["errors"][0]["code"] == "not_found|organization"

    def test_an_empty_name(self, controller: Controller) -> None:
        refused = controller.fails(_ORGANIZATION, **{**_NEW, "name": " "})
        assert "name" in refused["next_action"]
        assert controller.writes() == []

    @pytest.mark.parametrize(
        "wrong",
        [
            {},
            {"name": "A", "organization_id": 1},
            {"name": "A", "validations": [{"type": "dv"}]},
            {"name": "A", "validations": [{"type": "ev", "verified_users": [{"id": 1, "last_name": "B"}]}]},
            {"name": "A", "validations": [{"type": "ev", "verified_users": [{"last_name": "B"}]}]},
            {"name": "A", "contact": {"first_name": "B"}},
        ],
    )
    def test_options_that_do_not_fit(self, controller: Controller, wrong: dict[str, t.Any]) -> None:
        assert controller._run(_ORGANIZATION, False, wrong)["failed"]
        assert controller.calls == []

    def test_a_key_that_may_only_order(self, controller: Controller) -> None:
        key = controller.simulator.keys()["orders-only"]
        for module in (_ORGANIZATION, _INFO):
            refused = controller.fails(module, name="Example Corp", api_key=key)
            assert refused["errors"][0]["code"] == "access_denied|missing_permission"


class TestLostAnswers:
    @pytest.mark.parametrize("kind", ["reply_lost", "truncated_body"])
    def test_an_organization_that_was_created_is_found(self, controller: Controller, kind: str) -> None:
        controller.simulator.add_fault(kind, method="POST")
        assert controller.ok(_ORGANIZATION, **_NEW)["action"] == "create"
        assert controller.methods()["POST"] == 1
        assert _count(controller) == 3

    @pytest.mark.parametrize("kind", ["connection_cut", "error"])
    def test_an_organization_that_was_not_created_fails_clearly(self, controller: Controller, kind: str) -> None:
        controller.simulator.add_fault(kind, method="POST")
        failed = controller.fails(_ORGANIZATION, **_NEW)
        assert "read first" in failed["next_action"]
        assert controller.methods()["POST"] == 1
        assert controller.ok(_ORGANIZATION, **_NEW)["action"] == "create"

    @pytest.mark.parametrize(("kind", "succeeds"), [("reply_lost", True), ("connection_cut", False)])
    def test_a_submission(self, controller: Controller, kind: str, succeeds: bool) -> None:
        arguments: dict[str, t.Any] = {"organization_id": ORGANIZATION, "validations": [{"type": "ds"}]}
        controller.simulator.add_fault(kind, method="POST")
        if succeeds:
            assert controller.ok(_ORGANIZATION, **arguments)["action"] == "update"
        else:
            controller.fails(_ORGANIZATION, **arguments)
        assert controller.methods()["POST"] == 1


class TestInfo:
    def _read(self, controller: Controller, **arguments: t.Any) -> list[dict[str, t.Any]]:
        predicted = controller.ok(_INFO, check_mode=True, **arguments)
        found = controller.ok(_INFO, **arguments)
        assert set(controller.methods()) <= {"GET"}
        assert predicted["organizations"] == found["organizations"]
        assert found["action"] == "none"
        return list(found["organizations"])

    def test_one(self, controller: Controller) -> None:
        (found,) = self._read(controller, name="EXAMPLE corp ")
        assert (found["id"], found["city"], found["country"], found["container_id"]) == (ORGANIZATION, "Lehi", "us", 5)
        assert found["raw"]["id"] == ORGANIZATION
        assert self._read(controller, organization_id=ORGANIZATION) == [found]
        assert self._read(controller, name="Nobody Ltd") == []

    def test_all_of_them(self, controller: Controller, monkeypatch: pytest.MonkeyPatch) -> None:
        from ansible_collections.community.digicert.plugins.module_utils._certcentral import listing

        controller.ok(_ORGANIZATION, organization_id=PENDING_ORGANIZATION, active=False)
        monkeypatch.setattr(listing, "PAGE", 1)
        assert len(self._read(controller)) == 2
        assert controller.methods() == {"GET": 2}
        (inactive,) = self._read(controller, status="inactive")
        assert (inactive["id"], inactive["active"]) == (PENDING_ORGANIZATION, False)
        assert len(self._read(controller, container_id=5)) == 2
        assert self._read(controller, container_id=6) == []

    def test_not_found(self, controller: Controller) -> None:
        assert controller.fails(_INFO, organization_id=999)["errors"][0]["code"] == "not_found|organization"
