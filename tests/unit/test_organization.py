# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which organization matches a request, and what must be changed so that it is as requested."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import replace

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral import organizations
from ansible_collections.community.digicert.plugins.module_utils._certcentral.client import Client, ConnectionSettings
from ansible_collections.community.digicert.plugins.module_utils._certcentral.errors import (
    InputError,
    UnexpectedAnswerError,
)
from ansible_collections.community.digicert.plugins.module_utils._certcentral.organizations import (
    OrganizationDetails,
    OrganizationTypeValidation,
)
from ansible_collections.community.digicert.plugins.module_utils._decisions.organization import (
    OrganizationRequest,
    RequestedValidation,
    find_organization,
    phase_of_organization,
    plan_organization,
)
from ansible_collections.community.digicert.tests.unit.scripted_server import reply, serve

_NOW = dt.datetime(2026, 11, 20, 10, tzinfo=dt.timezone.utc)
_DAY = dt.timedelta(days=1)
_SMITH = {"id": 14, "first_name": "John", "last_name": "Smith"}
_OV = OrganizationTypeValidation("ov", None, "active", _NOW + _DAY, ())
_EV = OrganizationTypeValidation("ev", None, "pending", None, (_SMITH,))
_CORP = OrganizationDetails(
    id=7,
    name="Example Corp",
    display_name=None,
    assumed_name=None,
    status="active",
    is_active=True,
    address="Main Street 1",
    address2=None,
    zip=None,
    city="Lehi",
    state=None,
    country="us",
    telephone=None,
    container_id=5,
    raw={},
)
_PLACE = {"name": "Example Corp", "address": "Main Street 1", "city": "Lehi", "country": "us"}


def _request(*validations: RequestedValidation, **changes: t.Any) -> OrganizationRequest:
    request = OrganizationRequest(None, _PLACE, {}, None, False, validations, active=True)
    return replace(request, **changes)


class TestFind:
    @pytest.mark.parametrize(
        ("details", "found"),
        [
            ({"name": "example  CORP"}, 7),
            ({**_PLACE, "city": " lehi "}, 7),
            ({**_PLACE, "zip": "1"}, 7),
            ({**_PLACE, "city": "Orem"}, None),
            ({**_PLACE, "country": "de"}, None),
            ({**_PLACE, "address": "Main Street 2"}, None),
            ({"name": "Example"}, None),
        ],
    )
    def test_name_and_given_parts_of_the_address_are_compared(self, details: dict[str, str], found: int | None) -> None:
        organization = find_organization([_CORP], _request(details=details))
        assert (organization.id if organization else None) == found

    @pytest.mark.parametrize(("container", "found"), [(None, True), (5, True), (6, False)])
    def test_the_container_is_compared_if_it_is_given(self, container: int | None, found: bool) -> None:
        assert (find_organization([_CORP], _request(container_id=container)) is not None) is found

    def test_the_oldest_active_one_comes_first(self) -> None:
        listed = [replace(_CORP, id=9), replace(_CORP, id=3, is_active=False), replace(_CORP, id=8)]
        organization = find_organization(listed, _request())
        assert organization is not None
        assert organization.id == 8


class TestPlan:
    def test_nothing_to_do(self) -> None:
        requested = (
            RequestedValidation("ov"),
            RequestedValidation("ev", ({"id": "14"},)),
            RequestedValidation("ev", (_SMITH,)),
        )
        assert plan_organization(_CORP, [_OV, _EV], _request(*requested), _NOW).steps == ()

    @pytest.mark.parametrize(
        "present",
        [[], [replace(_OV, validated_until=_NOW)], [replace(_OV, status="expired", validated_until=None)]],
    )
    def test_a_missing_or_expired_validation_is_submitted(self, present: list[OrganizationTypeValidation]) -> None:
        plan = plan_organization(_CORP, present, _request(RequestedValidation("ov")), _NOW)
        assert (plan.action, plan.steps, plan.submitted) == ("update", ("submit",), (RequestedValidation("ov"),))
        assert plan.after == {"validations": {"ov": "pending"}}

    @pytest.mark.parametrize(
        ("status", "days_left", "renew_before", "submitted"),
        [("active", 30, 30, True), ("active", 31, 30, False), ("active", 1, 0, False), ("pending", 30, 30, False)],
    )
    def test_a_validation_is_submitted_again_before_it_expires(
        self, status: str, days_left: int, renew_before: int, submitted: bool
    ) -> None:
        present = replace(_OV, status=status, validated_until=_NOW + dt.timedelta(days=days_left))
        plan = plan_organization(_CORP, [present], _request(RequestedValidation("ov"), renew_before=renew_before), _NOW)
        assert plan.steps == (("submit",) if submitted else ())

    @pytest.mark.parametrize("user", [{"id": 15}, {"first_name": "Jane", "last_name": "Smith"}])
    def test_a_new_user_is_submitted(self, user: dict[str, t.Any]) -> None:
        requested = RequestedValidation("ev", (user,))
        assert plan_organization(_CORP, [_EV], _request(requested), _NOW).submitted == (requested,)

    def test_a_person_is_recognised_by_name(self) -> None:
        person = {"first_name": "john", "last_name": "SMITH", "email": "j@example.com"}
        requested = RequestedValidation("ev", (person,))
        assert plan_organization(_CORP, [_EV], _request(requested), _NOW).steps == ()

    def test_users_must_be_given_unless_they_are_known(self) -> None:
        with pytest.raises(InputError, match="EV"):
            plan_organization(_CORP, [], _request(RequestedValidation("ev")), _NOW)
        expired = replace(_EV, status="expired")
        plan = plan_organization(_CORP, [expired], _request(RequestedValidation("ev")), _NOW)
        assert plan.submitted == (RequestedValidation("ev", ({"id": 14},)),)

    def test_an_inactive_one_is_not_changed_otherwise(self) -> None:
        request = _request(RequestedValidation("smime"), active=False)
        assert plan_organization(_CORP, [], request, _NOW).steps == ("deactivate",)
        assert plan_organization(replace(_CORP, is_active=False), [], request, _NOW).action == "none"
        assert plan_organization(None, [], request, _NOW).action == "none"

    def test_a_new_one_is_created_and_submitted(self) -> None:
        plan = plan_organization(None, [], _request(RequestedValidation("ov")), _NOW)
        assert (plan.action, plan.steps) == ("create", ("create", "submit"))
        assert plan_organization(None, [], _request(), _NOW).steps == ("create",)
        with pytest.raises(InputError, match="city, country"):
            plan_organization(None, [], _request(details={"name": "A", "address": "B"}), _NOW)


def test_the_body_that_creates_one() -> None:
    request = _request(contact={"last_name": "Lang"}, container_id=5, skip_duplicate_check=True)
    assert request.body() == {
        **_PLACE,
        "organization_contact": {"last_name": "Lang"},
        "container": {"id": 5},
        "skip_duplicate_org_check": True,
    }
    assert _request().body() == _PLACE


class TestPhase:
    def test_requested_types_that_are_not_active_are_awaited(self) -> None:
        phase, blockers = phase_of_organization(_CORP, [_OV, _EV], ["ov", "ev", "cs"], _NOW)
        assert phase == "waiting_organization"
        assert [blocker.detail.split(" is ", 1)[1] for blocker in blockers] == ["pending", "missing"]

    def test_there_may_be_nothing_to_wait_for(self) -> None:
        assert phase_of_organization(_CORP, [_OV, _EV], ["ov"], _NOW) == (None, ())
        assert phase_of_organization(replace(_CORP, is_active=False), [], ["ov"], _NOW) == (None, ())

    @pytest.mark.parametrize(
        ("status", "days", "active"),
        [("active", 1, True), ("complete", None, True), ("active", 0, False), ("pending", 1, False)],
    )
    def test_a_type_is_active_until_its_end(self, status: str, days: int | None, active: bool) -> None:
        until = None if days is None else _NOW + days * _DAY
        assert replace(_OV, status=status, validated_until=until).is_active(_NOW) is active


class TestShapes:
    def _read(self, raw: object) -> OrganizationDetails:
        with serve() as server:
            server.script = [reply(200, raw)]
            client = Client(ConnectionSettings(api_key="key", api_url=server.url, timeout=1))
            return organizations.get_details(client, 7)

    @pytest.mark.parametrize(
        ("fields", "active"),
        [({}, True), ({"status": "inactive"}, False), ({"is_active": "0", "status": "active"}, False)],
    )
    def test_the_service_shows_in_two_ways_whether_it_is_active(self, fields: dict[str, t.Any], active: bool) -> None:
        assert self._read({"id": "7", **fields}).is_active is active

    @pytest.mark.parametrize("raw", [{}, {"id": 7, "city": ["Lehi"]}, {"id": 7, "container": "5"}])
    def test_an_answer_that_cannot_be_understood_is_an_error(self, raw: object) -> None:
        with pytest.raises(UnexpectedAnswerError):
            self._read(raw)
