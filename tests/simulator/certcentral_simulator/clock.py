# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated clock. Everything that the service dates or schedules uses it."""

from __future__ import annotations

import threading
import time
from datetime import date, datetime, timedelta, timezone


class Clock:
    """Real time plus an offset, in whole seconds since 1970 (UTC). It keeps running after it is set."""

    def __init__(self, offset: int = 0) -> None:
        self._offset = offset
        self._lock = threading.Lock()

    def now(self) -> int:
        """Seconds since 1970 on the simulated clock."""
        with self._lock:
            return int(time.time()) + self._offset

    @property
    def offset(self) -> int:
        """Seconds between the simulated clock and the real one."""
        with self._lock:
            return self._offset

    def set_offset(self, offset: int) -> None:
        """Set the clock ``offset`` seconds ahead of real time."""
        with self._lock:
            self._offset = offset

    def set_now(self, moment: int) -> None:
        """Set the clock; it keeps running from there."""
        self.set_offset(moment - int(time.time()))


def parse_moment(text: str) -> int:
    """Read an ISO 8601 date or time; without a time zone it is UTC.

    :raises ValueError: it is not ISO 8601.
    """
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return int(moment.timestamp())


def as_datetime(moment: int) -> datetime:
    """The moment as an aware datetime in UTC."""
    return datetime.fromtimestamp(moment, tz=timezone.utc)


def as_date(moment: int) -> date:
    """The UTC day of a moment."""
    return as_datetime(moment).date()


def iso(moment: int) -> str:
    """The service's time format, for example ``2018-10-16T20:05:28+00:00``."""
    return as_datetime(moment).isoformat()


def day(moment: int) -> str:
    """The service's date format, ``yyyy-MM-dd``."""
    return as_date(moment).isoformat()


def days_between(first: date, last: date) -> int:
    """Number of days from the first date to the last."""
    return (last - first) // timedelta(days=1)
