# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which request for approval to decide on, and which decisions are possible."""

from __future__ import annotations

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral.errors import StateError
from ansible_collections.community.digicert.plugins.module_utils._certcentral.requests import Request
from ansible_collections.community.digicert.plugins.module_utils._decisions.request import (
    choose_action,
    choose_request,
    select,
)
from ansible_collections.community.digicert.tests.unit import made_orders


def _request(number: int = 1, kind: str | None = "new_request", status: str | None = "pending") -> Request:
    return Request(
        id=number,
        type=kind,
        status=status,
        date=None,
        date_processed=None,
        comments=None,
        processor_comment=None,
        requester=None,
        processor=None,
        order_id=101,
        common_name=None,
        product=None,
        organization_id=None,
        raw={},
    )


class TestChoice:
    def test_the_open_one_comes_before_newer_ones(self) -> None:
        entries = (made_orders.request(number=5), made_orders.request(status="approved", number=9))
        assert choose_request(made_orders.order(requests=entries), None) == 5

    def test_without_an_open_one_the_newest_is_used(self) -> None:
        entries = tuple(made_orders.request(status="rejected", number=number) for number in (5, 9, 7))
        assert choose_request(made_orders.order(requests=entries), None) == 9

    def test_the_type_limits_the_choice(self) -> None:
        entries = (made_orders.request(number=5), made_orders.request("revoke", number=9))
        order = made_orders.order(requests=entries)
        assert choose_request(order, "revoke") == 9
        with pytest.raises(StateError, match=r"more than one open request: 5, 9") as refused:
            choose_request(order, None)
        assert refused.value.order_id == 101

    @pytest.mark.parametrize("kind", [None, "reissue"])
    def test_an_order_without_such_a_request_is_refused(self, kind: str | None) -> None:
        entries = (made_orders.request(number=5),) if kind else ()
        with pytest.raises(StateError, match="has no request") as refused:
            choose_request(made_orders.order(requests=entries), kind)
        assert refused.value.order_id == 101


class TestDecision:
    @pytest.mark.parametrize("status", ["submitted", "pending", "needs_approval"])
    @pytest.mark.parametrize(("desired", "action"), [("approved", "approve"), ("rejected", "reject")])
    def test_an_open_request_is_approved_or_rejected(self, status: str, desired: str, action: str) -> None:
        assert choose_action(_request(status=status), desired) == action

    @pytest.mark.parametrize("desired", ["approved", "rejected"])
    def test_the_same_decision_changes_nothing(self, desired: str) -> None:
        assert choose_action(_request(status=desired), desired) == "none"

    @pytest.mark.parametrize("kind", ["new_request", "reissue", "duplicate", "revoke", "something_new", None])
    @pytest.mark.parametrize(("status", "desired"), [("approved", "rejected"), ("rejected", "approved")])
    def test_the_opposite_decision_is_refused(self, kind: str | None, status: str, desired: str) -> None:
        with pytest.raises(StateError, match=f"already {status}") as refused:
            choose_action(_request(kind=kind, status=status), desired)
        assert refused.value.order_id == 101
        assert "digicert_" in refused.value.next_action


def test_a_list_is_filtered_by_status_and_type() -> None:
    listed = [_request(1), _request(2, "revoke"), _request(3, "revoke", "approved")]
    assert select(listed, statuses=(), kinds=()) == listed
    assert [entry.id for entry in select(listed, statuses=["pending"], kinds=["revoke"])] == [2]
