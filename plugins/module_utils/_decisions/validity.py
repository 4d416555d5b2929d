# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long an order or a certificate should be valid: years, days or a last day. Pure: the day is an argument.

Rules: https://dev.digicert.com/certcentral-apis/services-api/orders/order-basic-ov.html, and for the three years the
change of 31 October 2023. There is no maximum for certificates here: the service shortens their validity if needed.
"""

from __future__ import annotations

import datetime as dt
import re
import typing as t
from dataclasses import dataclass

from .._certcentral.errors import InputError

MOST_ORDER_YEARS = 3

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DOCUMENTED = re.compile(r"^(\d{1,2}) ([A-Za-z]{3}) (\d{4})$")
_ISO = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")


@dataclass(frozen=True)
class Validity:
    """A requested validity; more than one of the three values may be set."""

    years: int | None = None
    days: int | None = None
    until: dt.date | None = None

    def end(self, today: dt.date) -> dt.date:
        """Return the last day: a date takes precedence over days, and days over years, as in the service."""
        if self.until is not None:
            return self.until
        if self.days is not None:
            return today + dt.timedelta(days=self.days)
        return add_years(today, self.years or 0)

    def body(self) -> dict[str, t.Any]:
        """Return the object for a request body: all values that were given; the service chooses."""
        body: dict[str, t.Any] = {"years": self.years, "days": self.days}
        if self.until is not None:
            body["custom_expiration_date"] = f"{self.until:%d} {_MONTHS[self.until.month - 1]} {self.until:%Y}"
        return {name: value for name, value in body.items() if value is not None}


def add_years(day: dt.date, years: int) -> dt.date:
    """Return the same day this many years later; 29 February becomes 28 February if needed."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def read_validity(given: t.Mapping[str, t.Any] | None, option: str, today: dt.date) -> Validity | None:
    """Check and return a validity option; None if it was not given.

    ``given`` has ``years``, ``days`` and ``custom_expiration_date``, each of which may be None. Raises InputError.
    """
    if given is None:
        return None
    text = given["custom_expiration_date"]
    until = _date(text, option) if text else None
    if until is not None and until <= today:
        raise _refused(option, "custom_expiration_date", f"is {text}, which is not in the future", "Set a later date.")
    if until is None and given["days"] is None and given["years"] is None:
        raise _refused(option, "custom_expiration_date", "is empty", "Set years, days or custom_expiration_date.")
    return Validity(given["years"], given["days"], until)


def check_validities(order: Validity, certificate: Validity | None, today: dt.date) -> None:
    """Refuse an order of more than three years, and a certificate that outlasts its order. Raises InputError.

    A certificate of one year may be requested for any order: the service shortens it if needed.
    """
    if order.end(today) > add_years(today, MOST_ORDER_YEARS):
        raise InputError(
            f"order_validity ends on {order.end(today)}, which is more than {MOST_ORDER_YEARS} years from today.",
            next_action=f"Order for at most {MOST_ORDER_YEARS} years, and renew the order before it expires.",
        )
    if certificate is None or (certificate.days is None and certificate.until is None):
        return
    if certificate.end(today) > order.end(today):
        raise InputError(
            f"cert_validity ends on {certificate.end(today)}, after order_validity, which ends on {order.end(today)}.",
            next_action="Shorten cert_validity, or remove it: the certificate is then valid for as long as possible.",
        )


def _date(text: str, option: str) -> dt.date:
    """Read ``dd MMM yyyy``, the form of the service, or ``yyyy-mm-dd``. Month names are English in every locale."""
    words = " ".join(text.split())
    documented, iso = _DOCUMENTED.match(words), _ISO.match(words)
    try:
        if documented and documented[2].upper() in _MONTHS:
            return dt.date(int(documented[3]), _MONTHS.index(documented[2].upper()) + 1, int(documented[1]))
        if iso:
            return dt.date(int(iso[1]), int(iso[2]), int(iso[3]))
    except ValueError:
        pass
    raise _refused(
        option, "custom_expiration_date", f"is {text!r}, which is not a date", "Write it as 09 JUN 2027 or 2027-06-09."
    )


def _refused(option: str, unit: str, what: str, next_action: str) -> InputError:
    return InputError(f"{option}.{unit} {what}.", next_action=next_action)
