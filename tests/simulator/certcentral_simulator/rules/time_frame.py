# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The time frame of a status-changes request (D): minutes and seconds back, or a range of dates in MDT."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone

from certcentral_simulator.errors import Refusal
from certcentral_simulator.rules.kinds import natural_number

MAXIMUM_SECONDS = 7 * 86400
# The documentation says MDT, so this is used all year.
MOUNTAIN = timezone(timedelta(hours=-6), "MDT")
_FORMS = ("%Y-%m-%d", "%y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S")


def read_time_frame(arguments: Mapping[str, str], now: int) -> tuple[int, int]:
    """First and last second of the requested time frame.

    :raises Refusal: none is given, or it is longer than 7 days.
    """
    span = arguments.get("filters[status_last_updated]", "")
    if span:
        first_text, dots, last_text = span.partition("...")
        first, _other = _moment(first_text)
        last, whole_day = _moment(last_text if dots else first_text)
        # The last day that there is has no next one.
        end = last + timedelta(days=1) if whole_day and last.date() < date.max else last
        if (end - first).total_seconds() > MAXIMUM_SECONDS:
            raise Refusal("time_frame_too_long")
        return int(first.timestamp()), int(end.timestamp())
    seconds = _number(arguments, "minutes") * 60 + _number(arguments, "seconds")
    if seconds <= 0:
        raise Refusal("time_frame_missing")
    if seconds > MAXIMUM_SECONDS:
        raise Refusal("time_frame_too_long")
    return now - seconds, now


def _number(arguments: Mapping[str, str], name: str) -> int:
    text = arguments.get(name, "")
    if not text:
        return 0
    number = natural_number(text)
    if number is None:
        raise Refusal("time_frame_missing")
    return number


def _moment(text: str) -> tuple[datetime, bool]:
    for form in _FORMS:
        try:
            moment = datetime.strptime(text.replace("+", " ").strip(), form)
        except ValueError:
            continue
        return moment.replace(tzinfo=MOUNTAIN), moment.time() == time() and form == _FORMS[0]
    raise Refusal("time_frame_missing")
