# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long orders and certificates should be valid: formats, precedence, limits."""

from __future__ import annotations

import datetime as dt
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.digicert.plugins.module_utils._certcentral.errors import InputError
from ansible_collections.community.digicert.plugins.module_utils._decisions.validity import (
    Validity,
    add_years,
    check_validities,
    read_validity,
)

TODAY = dt.date(2026, 11, 20)


def _read(**values: t.Any) -> Validity:
    validity = read_validity(
        {"years": None, "days": None, "custom_expiration_date": None, **values}, "order_validity", TODAY
    )
    assert validity is not None
    return validity


def test_it_is_optional() -> None:
    assert read_validity(None, "cert_validity", TODAY) is None


@pytest.mark.parametrize(
    ("values", "end", "body"),
    [
        ({"years": 1}, dt.date(2027, 11, 20), {"years": 1}),
        ({"days": 30}, dt.date(2026, 12, 20), {"days": 30}),
        (
            {"custom_expiration_date": "09 JUN 2027"},
            dt.date(2027, 6, 9),
            {"custom_expiration_date": "09 JUN 2027"},
        ),
        (
            {"custom_expiration_date": " 9 jun  2027 "},
            dt.date(2027, 6, 9),
            {"custom_expiration_date": "09 JUN 2027"},
        ),
        ({"custom_expiration_date": "2027-06-09"}, dt.date(2027, 6, 9), {"custom_expiration_date": "09 JUN 2027"}),
        ({"years": 2, "days": 30}, dt.date(2026, 12, 20), {"years": 2, "days": 30}),
        (
            {"years": 2, "days": 30, "custom_expiration_date": "21 NOV 2026"},
            dt.date(2026, 11, 21),
            {"years": 2, "days": 30, "custom_expiration_date": "21 NOV 2026"},
        ),
    ],
)
def test_formats_and_precedence(values: dict[str, t.Any], end: dt.date, body: dict[str, t.Any]) -> None:
    validity = _read(**values)
    assert (validity.end(TODAY), validity.body()) == (end, body)


@given(st.dates(dt.date(2026, 11, 21), dt.date(9999, 12, 31)))
def test_a_day_is_sent_in_the_format_of_the_service(day: dt.date) -> None:
    text = _read(custom_expiration_date=day.isoformat()).body()["custom_expiration_date"]
    assert _read(custom_expiration_date=text).until == day
    assert len(text) == len("09 JUN 2027")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"custom_expiration_date": "20 NOV 2026"}, "not in the future"),
        ({"custom_expiration_date": "2025-01-01"}, "not in the future"),
        ({"custom_expiration_date": "31 FEB 2027"}, "not a date"),
        ({"custom_expiration_date": "09 JUNE 2027"}, "not a date"),
        ({"custom_expiration_date": "09 MAI 2027"}, "not a date"),
        ({"custom_expiration_date": "09/06/2027"}, "not a date"),
        ({"custom_expiration_date": "2027-13-01"}, "not a date"),
        ({"custom_expiration_date": ""}, "is empty"),
    ],
)
def test_an_invalid_value_is_refused(values: dict[str, t.Any], words: str) -> None:
    with pytest.raises(InputError, match=words) as refused:
        _read(**values)
    assert refused.value.next_action


@pytest.mark.parametrize("longest", [Validity(years=3), Validity(days=1096), Validity(until=dt.date(2029, 11, 20))])
def test_an_order_of_three_years_is_accepted(longest: Validity) -> None:
    check_validities(longest, None, TODAY)


@pytest.mark.parametrize("longer", [Validity(years=4), Validity(days=1097), Validity(until=dt.date(2029, 11, 21))])
def test_a_longer_order_is_refused(longer: Validity) -> None:
    with pytest.raises(InputError, match="more than 3 years"):
        check_validities(longer, None, TODAY)


@pytest.mark.parametrize("certificate", [Validity(years=1), Validity(days=90), Validity(until=dt.date(2027, 2, 18))])
def test_a_certificate_within_its_order_is_accepted(certificate: Validity) -> None:
    check_validities(Validity(days=90), certificate, TODAY)


@pytest.mark.parametrize("certificate", [Validity(days=91), Validity(until=dt.date(2027, 2, 19))])
def test_a_certificate_that_outlasts_its_order_is_refused(certificate: Validity) -> None:
    with pytest.raises(InputError, match="after order_validity"):
        check_validities(Validity(days=90), certificate, TODAY)


def test_years_from_a_leap_day() -> None:
    assert add_years(dt.date(2028, 2, 29), 1) == dt.date(2029, 2, 28)
    assert add_years(dt.date(2028, 2, 29), 4) == dt.date(2032, 2, 29)
