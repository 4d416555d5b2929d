# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a certificate must be replaced, and when its order must be renewed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.digicert.plugins.module_utils._decisions.renewal import (
    InvalidRenewBeforeError,
    due_date,
    is_due,
    is_due_on,
    order_due_date,
    order_renewal_window,
    renewal_window,
)

_DAY = dt.timedelta(days=1)
_START = dt.datetime(2026, 11, 20, tzinfo=dt.timezone.utc)


@pytest.mark.parametrize(
    ("rule", "lifetime_days", "window"),
    [
        ("auto", 199, 30 * _DAY),
        ("auto", 90, 30 * _DAY),
        ("auto", 46, 46 * _DAY / 3),
        ("AUTO ", 6, 2 * _DAY),
        ("0", 199, 0 * _DAY),
        ("14", 199, 14 * _DAY),
        (" 14 ", 199, 14 * _DAY),
        ("25%", 200, 50 * _DAY),
        ("10 %", 200, 20 * _DAY),
    ],
)
def test_the_window_of_a_certificate(rule: str, lifetime_days: int, window: dt.timedelta) -> None:
    assert renewal_window(rule, lifetime_days * _DAY) == window


@pytest.mark.parametrize("rule", ["", "soon", "-3", "1.5", "100%", "30d", "%", "٣", "²", "9" * 12, "٣%"])
def test_other_rules_are_refused(rule: str) -> None:
    with pytest.raises(InvalidRenewBeforeError, match="is not 'auto', 'never'"):
        renewal_window(rule, 199 * _DAY)


@pytest.mark.parametrize(("days_left", "due"), [(31, False), (30, True), (29, True), (0, True), (-1, True)])
def test_a_certificate_is_due_from_the_start_of_the_window(days_left: int, due: bool) -> None:
    end = _START + 199 * _DAY
    assert is_due("30", _START, end, end - days_left * _DAY) is due
    assert is_due_on("30", _START.date(), end.date(), end.date() - days_left * _DAY) is due


@given(
    st.sampled_from(["auto", "0", "7", "30", "33%"]),
    st.integers(min_value=1, max_value=1200),
    st.integers(min_value=-10, max_value=1300),
)
def test_what_is_due_stays_due(rule: str, lifetime_days: int, day: int) -> None:
    end = _START + lifetime_days * _DAY
    if is_due(rule, _START, end, _START + day * _DAY):
        assert is_due(rule, _START, end, _START + (day + 1) * _DAY)


@given(st.integers(min_value=1, max_value=1200))
def test_a_new_certificate_is_not_due_by_the_automatic_rule(lifetime_days: int) -> None:
    assert not is_due("auto", _START, _START + lifetime_days * _DAY, _START)


def test_without_a_last_day_nothing_is_due_and_without_a_first_day_90_days_are_assumed() -> None:
    today = _START.date()
    assert not is_due_on("auto", today, None, today)
    assert is_due_on("50%", None, today + 45 * _DAY, today)
    assert not is_due_on("50%", None, today + 46 * _DAY, today)


@pytest.mark.parametrize(
    ("rule", "lifetime_days", "window"),
    [
        ("auto", 365, 2 * _DAY),
        (" Auto", 1096, 2 * _DAY),
        ("auto", 3, _DAY),
        ("30", 365, 30 * _DAY),
        ("10%", 365, 36.5 * _DAY),
    ],
)
def test_the_window_of_an_order(rule: str, lifetime_days: int, window: dt.timedelta) -> None:
    assert order_renewal_window(rule, lifetime_days * _DAY) == window


@pytest.mark.parametrize("days_after", [-30, 0, 3650])
def test_never_is_never(days_after: int) -> None:
    """A certificate is not due even after it expired: if nobody needs a new one, nothing is bought."""
    end = _START + 199 * _DAY
    day = end + days_after * _DAY
    assert not is_due(" Never", _START, end, day)
    assert not is_due_on("never", _START.date(), end.date(), day.date())
    assert due_date("never", _START.date(), end.date()) is None
    assert order_due_date("never", _START.date(), end.date()) is None


def test_without_a_last_day_there_is_no_due_date() -> None:
    assert due_date("auto", _START.date(), None) is None
    assert order_due_date("auto", _START.date(), None) is None


@given(st.sampled_from(["auto", "0", "7", "30", "33%"]), st.integers(min_value=1, max_value=1200))
def test_the_due_date_is_the_first_day_on_which_it_is_due(rule: str, lifetime_days: int) -> None:
    first, last = _START.date(), _START.date() + (lifetime_days - 1) * _DAY
    due = due_date(rule, first, last)
    assert due is not None
    assert is_due_on(rule, first, last, due)
    assert not is_due_on(rule, first, last, due - _DAY)
    renewed_on = order_due_date(rule, first, last)
    assert renewed_on is not None
    assert renewed_on >= due
    assert (last - renewed_on <= 2 * _DAY) or rule != "auto"


@given(st.integers(min_value=1, max_value=1100))
def test_the_automatic_window_is_a_third_and_at_most_30_days_for_every_lifetime(lifetime_days: int) -> None:
    lifetime = lifetime_days * _DAY
    window = renewal_window("auto", lifetime)
    assert 3 * window <= lifetime
    assert window <= 30 * _DAY
    assert 3 * window == lifetime or window == 30 * _DAY
    assert order_renewal_window("auto", lifetime) <= min(window, 2 * _DAY)


@given(
    st.sampled_from(["auto", "0", "7", "30", "33%", "99%"]),
    st.integers(min_value=1, max_value=1100),
    st.integers(min_value=0, max_value=1200),
    st.integers(min_value=0, max_value=1200),
)
def test_a_certificate_that_is_due_is_also_due_on_every_later_day(
    rule: str, lifetime_days: int, one: int, another: int
) -> None:
    first, last = _START.date(), _START.date() + (lifetime_days - 1) * _DAY
    earlier, later = (first + day * _DAY for day in sorted((one, another)))
    assert is_due_on(rule, first, last, earlier) <= is_due_on(rule, first, last, later)
    assert is_due_on(rule, first, last, last + _DAY)


@given(st.integers(min_value=1, max_value=1100), st.integers(min_value=1, max_value=1100))
def test_a_longer_lifetime_never_has_a_shorter_window(one: int, another: int) -> None:
    shorter, longer = (days * _DAY for days in sorted((one, another)))
    for rule in ("auto", "14", "25%"):
        assert renewal_window(rule, shorter) <= renewal_window(rule, longer)
        assert order_renewal_window(rule, shorter) <= order_renewal_window(rule, longer)
