# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a certificate must be replaced, and when its order must be renewed. Pure: the time is an argument."""

from __future__ import annotations

import datetime as dt
import re

_DAY = dt.timedelta(days=1)
_LONGEST_AUTO = 30 * _DAY
# a renewal starts a new paid period at once: the rest of the order's validity period is lost
_LONGEST_AUTO_OF_ORDERS = 2 * _DAY
# a window that opens 100 years after the certificate expired
_NEVER = -36_500 * _DAY
_DAYS = re.compile(r"^[0-9]{1,5}$")
_PERCENT = re.compile(r"^([0-9]{1,2})\s*%$")


class InvalidRenewBeforeError(ValueError):
    """A rule that is not ``auto``, ``never``, a number of days, or a percentage."""


def renewal_window(rule: str, lifetime: dt.timedelta) -> dt.timedelta:
    """Return how long before it expires a certificate with this lifetime is due.

    The rule is ``auto`` (a third of the lifetime, at most 30 days), a number of days, a percentage of the lifetime
    such as ``25%``, or ``never``, for which the result lies long after the expiry date. Raises InvalidRenewBeforeError
    for anything else.
    """
    text = str(rule).strip().lower()
    if text == "auto":
        return min(lifetime / 3, _LONGEST_AUTO)
    if _is_never(text):
        return _NEVER
    if _DAYS.match(text):
        return int(text) * _DAY
    match = _PERCENT.match(text)
    if match:
        return lifetime * int(match.group(1)) / 100
    raise InvalidRenewBeforeError(f"{rule!r} is not 'auto', 'never', a number of days, or a percentage such as '25%'")


def is_due(rule: str, not_before: dt.datetime, not_after: dt.datetime, now: dt.datetime) -> bool:
    """Return whether the certificate should be replaced by now."""
    return not_after - now <= renewal_window(rule, not_after - not_before)


def is_due_on(rule: str, valid_from: dt.date | None, valid_till: dt.date | None, today: dt.date) -> bool:
    """Return the same for dates of the service, first and last day; without a last day, nothing is due."""
    due = due_date(rule, valid_from, valid_till)
    return due is not None and due <= today


def expiry_reason(last: dt.date) -> str:
    """Return the reason for replacing a certificate that expires soon; other differences have other reasons."""
    return f"the certificate expires on {last:%Y-%m-%d}"


def due_date(rule: str, valid_from: dt.date | None, valid_till: dt.date | None) -> dt.date | None:
    """Return the first day on which a certificate is due, as in ``is_due_on``; None if it is never due."""
    if valid_till is None or _is_never(rule):
        return None
    return valid_till - renewal_window(rule, _lifetime(valid_from, valid_till)) // _DAY * _DAY


def is_always_due(rule: str, valid_from: dt.date | None, valid_till: dt.date | None) -> bool:
    """Return whether a certificate was due on its first day, so that its successor will be due at once, too."""
    due = due_date(rule, valid_from, valid_till)
    return due is not None and valid_from is not None and due <= valid_from


def order_renewal_window(rule: str, lifetime: dt.timedelta) -> dt.timedelta:
    """Return how long before it expires an order with this lifetime is renewed.

    The rule is the same as for ``renewal_window``, but ``auto`` is at most two days: a renewal is paid from the day on
    which it is ordered, and a reissue costs nothing until the order expires.
    """
    window = renewal_window(rule, lifetime)
    return min(window, _LONGEST_AUTO_OF_ORDERS) if rule.strip().lower() == "auto" else window


def order_due_date(rule: str, ordered_on: dt.date | None, valid_till: dt.date | None) -> dt.date | None:
    """Return the first day on which an order should be renewed; None if its last day is unknown, or for ``never``."""
    if valid_till is None or _is_never(rule):
        return None
    return valid_till - order_renewal_window(rule, _lifetime(ordered_on, valid_till)) // _DAY * _DAY


def _is_never(rule: str) -> bool:
    return str(rule).strip().lower() == "never"


def _lifetime(first: dt.date | None, last: dt.date) -> dt.timedelta:
    # if only the last day is known, the longest window of the rule auto applies
    return last - first + _DAY if first else 3 * _LONGEST_AUTO
