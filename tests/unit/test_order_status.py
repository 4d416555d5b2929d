# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which changes of an order's status are possible, and their results."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.digicert.plugins.module_utils._certcentral.errors import InputError, StateError
from ansible_collections.community.digicert.plugins.module_utils._certcentral.model import (
    DEAD_STATUSES,
    PENDING_STATUSES,
)
from ansible_collections.community.digicert.plugins.module_utils._decisions.order_status import (
    CANCELABLE,
    check_cancel,
    check_mark,
    reason_for_no_change,
    reissue_was_canceled,
    state_after,
)
from ansible_collections.community.digicert.tests.unit.made_orders import TODAY, certificate, order

_STATUSES = st.sampled_from(["issued", "new_word", *sorted(PENDING_STATUSES | DEAD_STATUSES)])


@given(_STATUSES)
def test_every_order_is_already_canceled_or_can_be_or_is_refused(status: str) -> None:
    current = order(status=status)
    if reason_for_no_change(current, "canceled"):
        assert status == "canceled"
    elif status in PENDING_STATUSES:
        assert status in CANCELABLE
        assert check_cancel(current, "no longer needed")
        assert state_after(current, "canceled")["status"] == ("issued" if status == "reissue_pending" else "canceled")
    else:
        with pytest.raises(StateError) as refused:
            check_cancel(current, "no longer needed")
        assert refused.value.order_id == current.id
        assert refused.value.next_action


@pytest.mark.parametrize("note", [None, "", " \n"])
def test_only_the_cancellation_of_an_order_requires_a_note(note: str | None) -> None:
    assert "reissue is pending" in check_cancel(order(status="reissue_pending"), note)
    with pytest.raises(InputError):
        check_cancel(order(status="pending"), note)


@pytest.mark.parametrize(
    ("statuses", "is_canceled"),
    [([], False), (["issued"], False), (["issued", "rejected"], True), (["rejected", "issued"], False)],
)
def test_the_latest_reissue_shows_whether_one_was_cancelled(statuses: list[str], is_canceled: bool) -> None:
    reissues = [certificate(id=number, status=status) for number, status in enumerate(statuses, start=1)]
    for listed in (reissues, reissues[::-1]):
        assert bool(reissue_was_canceled(order(), listed)) is is_canceled
        assert reissue_was_canceled(order(status="pending"), listed) is None


@given(st.booleans(), st.sampled_from(["renewed", "not_renewed"]))
def test_an_existing_mark_changes_nothing(is_renewed: bool, status: str) -> None:
    reason = reason_for_no_change(order(is_renewed=is_renewed), status)
    assert bool(reason) is (is_renewed == (status == "renewed"))
    assert reason is None or ("not marked" in reason) is not is_renewed


@given(st.integers(min_value=-400, max_value=400), st.sampled_from([True, None]))
def test_an_order_can_be_marked_renewed_in_the_last_90_days(expires_in: int, is_migrated: bool | None) -> None:
    current = order(certificate_expires_in=expires_in)
    assert check_mark(current, "not_renewed", is_migrated=is_migrated, today=TODAY)
    if expires_in <= 90:
        assert check_mark(current, "renewed", is_migrated=is_migrated, today=TODAY)
        return
    with pytest.raises(StateError) as refused:
        check_mark(current, "renewed", is_migrated=is_migrated, today=TODAY)
    first = TODAY + dt.timedelta(days=expires_in - 90)
    assert str(first) in refused.value.next_action


@pytest.mark.parametrize("status", ["renewed", "not_renewed"])
def test_only_migrated_orders_can_be_marked(status: str) -> None:
    with pytest.raises(StateError, match="not migrated"):
        check_mark(order(certificate_expires_in=5), status, is_migrated=False, today=TODAY)


def test_an_order_without_a_certificate_cannot_be_marked_renewed() -> None:
    with pytest.raises(StateError, match="no certificate"):
        check_mark(order(certificate_expires_in=None), "renewed", is_migrated=True, today=TODAY)
