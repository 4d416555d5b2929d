# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which certificate of an order is suitable for a key, and whether a duplicate can be made."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.digicert.plugins.module_utils._certcentral.errors import InputError, StateError
from ansible_collections.community.digicert.plugins.module_utils._certcentral.model import IssuedCertificate
from ansible_collections.community.digicert.plugins.module_utils._decisions.duplicate import (
    DuplicateAwaitedError,
    accepted_duplicates,
    check_possible,
    check_shown,
    choose_names,
    find_duplicate,
    open_requests,
    phase_of_duplicate,
)
from ansible_collections.community.digicert.tests.unit import made_orders
from ansible_collections.community.digicert.tests.unit.made_orders import TODAY, certificate, order, request

_NAMES = ("www.example.com", "example.com")
_WILD = order(names=("*.example.com", "example.com"))


class TestNames:
    def test_the_names_of_the_order_are_kept(self) -> None:
        assert choose_names(order(), None, None) == _NAMES
        assert choose_names(order(), None, ("example.com",)) == _NAMES

    def test_another_name_may_come_first(self) -> None:
        assert choose_names(order(), "example.com", None) == ("example.com", "www.example.com")

    def test_names_below_a_wildcard_may_be_added(self) -> None:
        found = choose_names(_WILD, None, ("a.example.com", "b.c.example.com"))
        assert found == ("*.example.com", "example.com", "a.example.com", "b.c.example.com")

    @pytest.mark.parametrize("name", ["shop.example.net", "notexample.com", "*.a.example.com", "com"])
    def test_other_names_are_refused(self, name: str) -> None:
        for placed in (order(), _WILD):
            with pytest.raises(InputError, match=r"cannot carry") as refused:
                choose_names(placed, None, (name,))
            assert name in refused.value.message
            assert refused.value.order_id == 101

    @given(st.lists(st.sampled_from(_NAMES)), st.sampled_from((None, *_NAMES)))
    def test_no_name_is_lost_or_repeated(self, requested: list[str], first: str | None) -> None:
        chosen = choose_names(order(), first, tuple(requested))
        assert sorted(chosen) == sorted(_NAMES)
        assert chosen[0] == (first or _NAMES[0])

    def test_an_order_without_names_is_refused(self) -> None:
        with pytest.raises(StateError, match="names of order 101"):
            choose_names(order(names=()), None, None)


def _find(*duplicates: IssuedCertificate, key: str = "key-b", common_name: str | None = None) -> int | None:
    found = find_duplicate(order(), duplicates, public_key=key, names=_NAMES, common_name=common_name, today=TODAY)
    return found.id if found else None


class TestFind:
    def test_the_order_itself_may_have_the_key(self) -> None:
        assert _find(key="key-a") == 7101
        pending = order(status="reissue_pending")
        assert find_duplicate(pending, (), public_key="key-a", names=(), common_name=None, today=TODAY) is None

    def test_the_newest_one_is_used(self) -> None:
        assert _find(*(certificate(id=number, public_key="key-b") for number in (3, 9, 5))) == 9

    @pytest.mark.parametrize(
        "changes",
        [
            {"public_key": "key-c"},
            {"public_key": None},
            {"status": "revoked"},
            {"status": "rejected"},
            {"valid_till": TODAY - dt.timedelta(days=1)},
            {"names": ("www.example.com",)},
        ],
    )
    def test_unsuitable_certificates_are_not_used(self, changes: dict[str, t.Any]) -> None:
        assert _find(certificate(**{"public_key": "key-b", **changes})) is None

    def test_it_is_valid_on_its_last_day(self) -> None:
        assert _find(certificate(public_key="key-b", valid_till=TODAY)) == 7001

    def test_the_common_name_is_compared_if_it_was_requested(self) -> None:
        one = certificate(public_key="key-b", common_name="WWW.example.com")
        assert _find(one, common_name="www.example.com") == 7001
        assert _find(one, common_name="example.com") is None


class TestCheckPossible:
    @pytest.mark.parametrize(
        ("changes", "step"),
        [
            ({"status": "revoked"}, "digicert_order"),
            ({"expires_in": -1}, "digicert_order"),
            ({"status": "pending"}, "digicert_order_wait"),
            ({"status": "reissue_pending"}, "digicert_order_wait"),
            ({"certificate_expires_in": -1}, "digicert_reissue"),
        ],
    )
    def test_orders_and_certificates_in_these_states_are_refused(self, changes: dict[str, t.Any], step: str) -> None:
        with pytest.raises(StateError) as refused:
            check_possible(order(**changes), (), TODAY)
        assert step in refused.value.next_action
        assert refused.value.order_id == 101

    def test_a_valid_order_is_accepted(self) -> None:
        check_possible(order(), (), TODAY)
        check_possible(order(expires_in=None, certificate_expires_in=None), (), TODAY)

    def test_an_open_request_for_an_unknown_key_must_be_decided_first(self) -> None:
        waiting = order(requests=(request("duplicate", number=9),))
        with pytest.raises(StateError, match="9"):
            check_possible(waiting, (certificate(),), TODAY)
        check_possible(waiting, (certificate(status="pending", serial_number=None),), TODAY)

    def test_a_duplicate_for_an_unknown_key_may_be_the_requested_one(self) -> None:
        unknown = certificate(id=77, public_key=None)
        with pytest.raises(StateError, match="duplicate 77") as refused:
            check_possible(order(), (certificate(), unknown), TODAY)
        assert refused.value.order_id == 101
        check_possible(order(), (certificate(id=77, public_key=None, status="revoked"),), TODAY)


class TestAccepted:
    def test_approved_requests_and_the_list_count(self) -> None:
        approved = order(requests=(request("duplicate", "approved", 8), request("reissue", "approved", 7)))
        assert accepted_duplicates(approved, None) == 1
        assert accepted_duplicates(order(), order(raw={"has_duplicates": True})) == 1
        assert accepted_duplicates(order(), order(raw={"duplicates_count": 0, "has_duplicates": False})) == 0

    def test_one_that_is_not_shown_is_awaited(self) -> None:
        check_shown(order(), 1, (certificate(),))
        with pytest.raises(DuplicateAwaitedError, match="accepted 1 duplicate"):
            check_shown(order(), 1, ())

    @pytest.mark.parametrize(("kind", "status"), [(None, "pending"), ("duplicate", None), ("what", "pending")])
    def test_a_request_that_may_be_for_a_duplicate_is_a_question(self, kind: str | None, status: str | None) -> None:
        unclear = replace(request(number=9), type=kind, status=status)
        with pytest.raises(StateError, match="type and status"):
            check_possible(order(requests=(unclear,)), (), TODAY)


class TestPhase:
    def test_a_certificate_with_a_serial_number_is_issued(self) -> None:
        assert phase_of_duplicate(order(), certificate()) == ("issued", ())

    def test_an_open_request_is_waited_for(self) -> None:
        requests = (request("duplicate", number=9), request("duplicate", "approved", 8), request("reissue", number=7))
        waiting = order(requests=requests)
        assert open_requests(waiting) == [9]
        phase, (blocker,) = phase_of_duplicate(waiting, None)
        assert (phase, blocker.what) == ("waiting_approval", "approval")
        assert "request 9" in blocker.detail
        assert "digicert_request" in blocker.next_action

    def test_without_an_open_request_it_is_being_processed(self) -> None:
        pending = made_orders.certificate(status="pending", serial_number=None)
        assert phase_of_duplicate(order(), pending) == ("processing", ())
