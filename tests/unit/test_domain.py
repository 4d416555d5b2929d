# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must be changed so that a domain is as requested, and what its validation waits for."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import replace

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral import domains
from ansible_collections.community.digicert.plugins.module_utils._certcentral.client import Client, ConnectionSettings
from ansible_collections.community.digicert.plugins.module_utils._certcentral.domains import (
    Domain,
    DomainTypeValidation,
)
from ansible_collections.community.digicert.plugins.module_utils._certcentral.errors import (
    InputError,
    StateError,
    UnexpectedAnswerError,
)
from ansible_collections.community.digicert.plugins.module_utils._decisions.domain import (
    DomainRequest,
    is_proven,
    phase_of_domain,
    plan_domain,
    read_name,
)
from ansible_collections.community.digicert.tests.unit.scripted_server import reply, serve

_NOW = dt.datetime(2026, 11, 20, 10, tzinfo=dt.timezone.utc)
_DAY = dt.timedelta(days=1)
_OV = DomainTypeValidation("ov", "active", "complete", None)
_DOMAIN = Domain(
    id=7,
    name="example.com",
    organization_id=112233,
    container_id=None,
    is_active=True,
    date_created=None,
    dcv_method="dns-txt-token",
    dcv_expires=_NOW + 100 * _DAY,
    token=None,
    validations=(_OV,),
    raw={},
)
_REQUEST = DomainRequest("example.com", 112233, "dns-txt-token", ("ov",), keep_www=False, active=True)


class TestPlan:
    def test_nothing_to_do(self) -> None:
        assert plan_domain(_DOMAIN, _REQUEST, _NOW).action == "none"
        assert plan_domain(_DOMAIN, replace(_REQUEST, organization_id=None, dcv_method=None), _NOW).steps == ()

    def test_all_differences_are_reported_together(self) -> None:
        present = replace(_DOMAIN, is_active=False, dcv_expires=None, validations=())
        plan = plan_domain(present, replace(_REQUEST, dcv_method="http-token"), _NOW)
        assert (plan.action, plan.steps) == ("update", ("activate", "submit", "method"))
        assert len(plan.reasons) == 3
        assert plan.before == {"active": False, "validations": [], "dcv_method": "dns-txt-token"}
        assert plan.after == {"active": True, "validations": ["ov"], "dcv_method": "http-token"}

    def test_an_inactive_one_is_not_changed_otherwise(self) -> None:
        request = replace(_REQUEST, active=False, types=("ev",), dcv_method="email")
        assert plan_domain(_DOMAIN, request, _NOW).steps == ("deactivate",)
        assert plan_domain(None, request, _NOW).steps == ()

    @pytest.mark.parametrize(("days", "steps"), [(99, ()), (100, ("method",)), (101, ("method",))])
    def test_the_method_is_only_changed_after_the_proof_expired(self, days: int, steps: tuple[str, ...]) -> None:
        request = replace(_REQUEST, dcv_method="email")
        assert plan_domain(_DOMAIN, request, _NOW + days * _DAY).steps == steps

    def test_another_organization_is_refused(self) -> None:
        with pytest.raises(StateError, match="112233, not to 5"):
            plan_domain(_DOMAIN, replace(_REQUEST, organization_id=5), _NOW)

    def test_a_new_one_needs_an_organization(self) -> None:
        assert plan_domain(None, _REQUEST, _NOW).steps == ("create",)
        with pytest.raises(InputError, match="organization"):
            plan_domain(None, replace(_REQUEST, organization_id=None), _NOW)


class TestRequest:
    @pytest.mark.parametrize(
        ("changes", "stored", "sent"),
        [
            ({}, "example.com", None),
            ({"keep_www": True}, "www.example.com", True),
            ({"dcv_method": "http-token"}, "www.example.com", True),
            ({"dcv_method": None}, "example.com", None),
        ],
    )
    def test_www_is_kept_on_request_and_for_files(
        self, changes: dict[str, t.Any], stored: str, sent: bool | None
    ) -> None:
        request = replace(_REQUEST, name="www.example.com", **changes)
        assert (request.stored_name, request.body().get("keep_www")) == (stored, sent)

    def test_the_body_that_creates_it(self) -> None:
        assert _REQUEST.body() == {
            "name": "example.com",
            "organization": {"id": 112233},
            "validations": [{"type": "ov"}],
            "dcv_method": "dns-txt-token",
        }
        assert "dcv_method" not in replace(_REQUEST, dcv_method=None).body()


class TestState:
    @pytest.mark.parametrize(
        ("days_left", "dcv_status", "proven"),
        [(1, "pending", True), (0, "complete", False), (None, "complete", True), (None, "pending", False)],
    )
    def test_control_is_proven_until_it_expires_or_if_it_is_complete(
        self, days_left: int | None, dcv_status: str, proven: bool
    ) -> None:
        expires = None if days_left is None else _NOW + days_left * _DAY
        domain = replace(_DOMAIN, dcv_expires=expires, validations=(replace(_OV, dcv_status=dcv_status),))
        assert is_proven(domain, _NOW) is proven

    def test_control_and_validations_are_awaited(self) -> None:
        assert phase_of_domain(_DOMAIN, _NOW) == (None, ())
        phase, (blocker,) = phase_of_domain(replace(_DOMAIN, dcv_expires=_NOW), _NOW)
        assert (phase, blocker.what) == ("waiting_dcv", "dcv")
        pending = replace(_OV, type="ev", status="pending")
        phase, (blocker,) = phase_of_domain(replace(_DOMAIN, validations=(_OV, pending)), _NOW)
        assert (phase, blocker.what) == ("waiting_organization", "organization")
        assert "EV" in blocker.detail

    def test_an_inactive_one_waits_for_nothing(self) -> None:
        assert phase_of_domain(replace(_DOMAIN, is_active=False, dcv_expires=None), _NOW) == (None, ())


def test_names_are_normalised_and_wildcards_refused() -> None:
    assert read_name("Example.COM.") == "example.com"
    for wrong in ("*.example.com", "localhost"):
        with pytest.raises(InputError):
            read_name(wrong)


class TestShapes:
    def _read(self, raw: object) -> Domain:
        with serve() as server:
            server.script = [reply(200, raw)]
            return domains.get(Client(ConnectionSettings(api_key="key", api_url=server.url, timeout=1)), 7)

    def test_a_domain_with_only_an_id(self) -> None:
        found = self._read({"id": "7"})
        assert (found.id, found.name, found.is_active, found.token, found.dcv_expires) == (7, "", True, None, None)

    def test_the_proof_may_expire_on_a_different_day_for_each_type(self) -> None:
        days = {"ov": "2027-06-07", "ev": "2027-05-01", "cs": None}
        found = self._read({"id": 7, "name": "Example.COM", "is_active": "0", "dcv_expiration": days})
        assert found.dcv_expires == dt.datetime(2027, 5, 1, tzinfo=dt.timezone.utc)
        assert (found.name, found.is_active) == ("example.com", False)

    def test_the_path_of_the_file_is_read(self) -> None:
        token = {"token": "abc", "http_token_url": "http://example.com/.well-known/pki-validation/x.txt"}
        found = self._read({"id": 7, "name": "example.com", "dcv_token": token})
        assert found.token is not None
        assert (found.token.value, found.token.path) == ("abc", "/.well-known/pki-validation/x.txt")

    @pytest.mark.parametrize("raw", [{}, {"id": 7, "validations": {"a": 1}}, {"id": 7, "dcv_token": "abc"}, [1]])
    def test_an_answer_that_cannot_be_understood_is_an_error(self, raw: object) -> None:
        with pytest.raises(UnexpectedAnswerError):
            self._read(raw)
