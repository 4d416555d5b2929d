# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sequence of calls for approvals and domains after a refusal, after a lost answer, or without a random value."""

from __future__ import annotations

import datetime as dt
import typing as t
from collections.abc import Iterator

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral.errors import (
    ApiError,
    DigicertError,
    InputError,
)
from ansible_collections.community.digicert.plugins.module_utils._decisions.domain import DomainRequest
from ansible_collections.community.digicert.plugins.module_utils._use_cases.domain import ensure_domain
from ansible_collections.community.digicert.plugins.module_utils._use_cases.outcome import Outcome
from ansible_collections.community.digicert.plugins.module_utils._use_cases.request import Decision, ensure_decision
from ansible_collections.community.digicert.plugins.module_utils._use_cases.send_once import (
    may_have_been_carried_out,
)
from ansible_collections.community.digicert.tests.unit import pki
from ansible_collections.community.digicert.tests.unit.scripted_client import client_of
from ansible_collections.community.digicert.tests.unit.scripted_server import (
    Answer,
    Scripted,
    cut,
    refusal,
    reply,
    serve,
)

_FAILED = refusal(500, "service_unavailable")
_CLOSED = refusal(400, "invalid_value:status")
_ORDER = reply(200, {"id": 12, "status": "issued"})


@pytest.fixture
def server() -> Iterator[Scripted]:
    """Run a server whose script must be used up completely."""
    with serve() as scripted:
        yield scripted
        assert scripted.script == []


def _request(status: str) -> Answer:
    return reply(200, {"id": 5, "type": "new_request", "status": status, "order": {"id": 12}})


class TestDecision:
    def _approve(self, server: Scripted, *answers: Answer) -> Outcome:
        decision = Decision(request_id=5, order_id=None, kind=None, status="approved", comment=None)
        client = client_of(server, _request("pending"), _ORDER, *answers)
        return ensure_decision(client, decision, check_mode=False, now=pki.NOW)

    def _puts(self, server: Scripted) -> int:
        return [seen.method for seen in server.seen].count("PUT")

    def test_somebody_else_may_make_the_same_decision(self, server: Scripted) -> None:
        done = self._approve(server, _CLOSED, _request("approved"), _request("approved"), _ORDER)
        assert (done.action, done.changed) == ("none", False)
        assert "somebody else" in done.reasons[-1]

    def test_somebody_else_may_make_the_opposite_decision(self, server: Scripted) -> None:
        with pytest.raises(ApiError, match="invalid_value:status") as refused:
            self._approve(server, _CLOSED, _request("rejected"))
        assert refused.value.order_id == 12

    @pytest.mark.parametrize("lost", [cut, _FAILED, reply(200, b"<html>")])
    def test_after_a_lost_answer_the_request_is_read_and_never_sent_again(self, server: Scripted, lost: Answer) -> None:
        looks = [_FAILED, _request("pending"), _request("approved")]
        done = self._approve(server, lost, *looks, _request("approved"), _ORDER)
        assert (done.action, done.changed) == ("approve", True)
        assert self._puts(server) == 1

    def test_a_refusal_for_another_reason_is_final(self, server: Scripted) -> None:
        with pytest.raises(ApiError, match="invalid_approver"):
            self._approve(server, refusal(403, "access_denied|invalid_approver"))

    @pytest.mark.parametrize("answers", [[_FAILED], [_request("approved"), _FAILED]])
    def test_every_error_afterwards_names_the_order(self, server: Scripted, answers: list[Answer]) -> None:
        with pytest.raises(DigicertError) as failed:
            self._approve(server, reply(204), *answers)
        assert failed.value.order_id == 12


def test_a_call_that_was_never_sent_was_not_carried_out() -> None:
    assert not may_have_been_carried_out(InputError("x"))
    assert not may_have_been_carried_out(ApiError(400, [], "PUT /x"))
    assert may_have_been_carried_out(ApiError(503, [], "PUT /x"))


class TestDomain:
    def _ensure(self, server: Scripted, *answers: Answer, **domain: t.Any) -> Outcome:
        raw = {"id": 7, "name": "example.com", "validations": [{"type": "ov", "dcv_status": "pending"}], **domain}
        request = DomainRequest("example.com", None, None, ("ov",), keep_www=False, active=True)
        return ensure_domain(
            client_of(server, reply(200, {"domains": [raw]}), reply(200, raw), *answers),
            request,
            renew_before=dt.timedelta(),
            check=False,
            check_for=0,
            interval=1,
            check_mode=False,
            now=pki.NOW,
        )

    def _values(self, outcome: Outcome) -> list[str | None]:
        assert outcome.standing is not None
        return [record["value"] for record in outcome.standing.records]

    def test_a_random_value_is_requested_if_there_is_none(self, server: Scripted) -> None:
        done = self._ensure(server, reply(201, {"token": "abc"}), dcv_method="dns-txt-token")
        assert self._values(done) == ["abc"]
        assert server.seen[-1].target.endswith("/domain/7/dcv/token")

    def test_a_random_value_is_requested_if_it_has_expired(self, server: Scripted) -> None:
        expired = {"token": "old", "expiration_date": pki.NOW.isoformat()}
        done = self._ensure(server, reply(200, {"token": "new"}), dcv_method="dns-txt-token", dcv_token=expired)
        assert self._values(done) == ["new"]

    @pytest.mark.parametrize("method", ["email", None])
    def test_no_random_value_is_requested_for_other_methods(self, server: Scripted, method: str | None) -> None:
        assert self._values(self._ensure(server, dcv_method=method)) == []
