# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long certificates, orders, and domain and organization validations are valid, depending on the date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from certcentral_simulator.errors import invalid

# Maximum days of a public TLS certificate from a date: 398 (BR), DigiCert's 199, then one day below the CA/B limits.
_CERTIFICATE_DAYS = ((date(2029, 3, 15), 46), (date(2027, 3, 15), 99), (date(2026, 2, 24), 199), (date.min, 398))
# Days for which a domain validation may be reused: DigiCert's 199, the others from CA/B SC-081v3.
_DCV_DAYS = ((date(2029, 3, 15), 10), (date(2027, 3, 15), 100), (date(2026, 2, 24), 199), (date.min, 398))
# Days for which an organization validation may be reused.
_ORGANIZATION_DAYS = ((date(2026, 3, 15), 398), (date.min, 825))

# Years for which an order may be placed (D: six until 31 October 2023).
_ORDER_YEARS = ((date(2023, 10, 31), 3), (date.min, 6))

# D: TLS orders are for one year unless Multi-year Plans were arranged.
ANNUAL_PLANS_FROM = date(2026, 2, 24)

TOKEN_DAYS = 30
# More days, or years, than any certificate or order could last.
_LONGEST = 100 * 365

_MONTHS = {
    name: number
    for number, name in enumerate(
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"], start=1
    )
}


def _by_date(table: tuple[tuple[date, int], ...], today: date) -> int:
    return next(days for start, days in table if today >= start)


def maximum_certificate_days(today: date) -> int:
    """Longest validity of a public TLS certificate issued on this day."""
    return _by_date(_CERTIFICATE_DAYS, today)


def dcv_reuse_days(today: date) -> int:
    """Maximum age in days of a domain validation on this day."""
    return _by_date(_DCV_DAYS, today)


def organization_reuse_days(today: date) -> int:
    """Maximum age in days of an organization validation on this day."""
    return _by_date(_ORGANIZATION_DAYS, today)


def maximum_order_years(today: date) -> int:
    """Longest validity in years of an order placed on this day."""
    return _by_date(_ORDER_YEARS, today)


@dataclass(frozen=True)
class Span:
    """A requested validity; exactly one of the three is set."""

    years: int | None = None
    days: int | None = None
    until: date | None = None

    def end(self, start: date) -> date:
        """Last day of a validity that starts on ``start``."""
        if self.until is not None:
            return self.until
        if self.days is not None:
            return start + timedelta(days=self.days)
        return add_years(start, self.years or 1)

    def as_answer(self) -> dict[str, object]:
        """The form used in answers."""
        if self.until is not None:
            return {"custom_expiration_date": self.until.isoformat()}
        if self.days is not None:
            return {"days": self.days}
        return {"years": self.years or 1}


def add_years(start: date, years: int) -> date:
    """The same day some years later; 29 February becomes 28 February."""
    year = min(start.year + years, date.max.year)
    try:
        return start.replace(year=year)
    except ValueError:
        return start.replace(year=year, day=28)


def parse_expiration(text: str, field: str = "custom_expiration_date") -> date:
    """Read ``dd MMM YYYY`` (documented), ``YYYY-MM-DD`` or an ISO time (both sent by clients).

    :raises Refusal: it is none of them.
    """
    words = text.split()
    try:
        if len(words) == 3 and words[1].upper()[:3] in _MONTHS:
            return date(int(words[2]), _MONTHS[words[1].upper()[:3]], int(words[0]))
        return datetime.fromisoformat(text.replace("Z", "+00:00")).date()
    except ValueError as exc:
        raise invalid(field) from exc


def order_span(body: Mapping[str, object], today: date) -> Span:
    """Validity of an order: ``order_validity`` overrides the top-level fields; custom overrides days, days years.

    :raises Refusal: none is given, or it is longer than the maximum of the day.
    """
    nested = body.get("order_validity")
    if isinstance(nested, Mapping):
        span = _span(nested, prefix="")
        if span is not None:
            return _within_limit(span, today, prefix="")
    span = _span(body, prefix="validity_")
    if span is None:
        raise invalid("order_validity")
    return _within_limit(span, today, prefix="validity_")


def certificate_span(value: object, today: date) -> Span | None:
    """Validity requested in ``certificate.cert_validity``, or None.

    :raises Refusal: it is malformed, or it ends before it begins.
    """
    if not isinstance(value, Mapping):
        return None
    span = _span(value, prefix="")
    if span is not None and span.end(today) <= today:
        raise invalid("cert_validity")
    return span


def is_too_long(requested: Span, today: date, order_end: date, *, capped: bool) -> bool:
    """Whether a certificate issued today could not be valid for as long as requested.

    A validity in years may always be requested, whatever the maximum of the day (D).
    """
    return requested.years is None and certificate_end(today, requested, order_end, capped=capped) < requested.end(
        today
    )


def certificate_end(start: date, requested: Span | None, order_end: date, *, capped: bool) -> date:
    """Last day of a certificate: as requested, but not beyond the order or (public TLS) the maximum.

    A longer request is truncated, not refused.
    """
    end = min(requested.end(start), order_end) if requested is not None else order_end
    if capped:
        # The first day counts: a certificate for 199 days ends on its 199th day.
        end = min(end, start + timedelta(days=maximum_certificate_days(start) - 1))
    return end


def _span(source: Mapping[str, object], prefix: str) -> Span | None:
    custom = source.get("custom_expiration_date")
    if custom:
        return Span(until=parse_expiration(str(custom)))
    for unit in ("days", "years"):
        number = _positive(source.get(prefix + unit), prefix + unit)
        if number:
            return Span(days=number) if unit == "days" else Span(years=number)
    return None


def _positive(value: object, field: str) -> int:
    # Clients send 0 for "not set".
    if value is None or value == "":
        return 0
    try:
        number = int(str(value))
    except ValueError as exc:
        raise invalid(field) from exc
    if not 0 <= number <= _LONGEST:
        raise invalid(field)
    return number


def _within_limit(span: Span, today: date, prefix: str) -> Span:
    unit = "custom_expiration_date" if span.until else prefix + ("days" if span.days else "years")
    end = span.end(today)
    if end <= today or end > add_years(today, maximum_order_years(today)):
        raise invalid(unit)
    return span
