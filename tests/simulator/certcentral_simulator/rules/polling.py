# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The service's schedule of automatic DCV checks (D): each minute for 15 minutes, every 5 minutes for an hour,
every 15 minutes for a day, hourly for 10 days; then it stops. A check through the API does not restart it."""

from __future__ import annotations

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
# (seconds after the start until which this row applies, seconds between checks)
_STEPS = ((15 * _MINUTE, _MINUTE), (_HOUR, 5 * _MINUTE), (_DAY, 15 * _MINUTE), (10 * _DAY, _HOUR))


def next_poll(started: int, now: int) -> int | None:
    """Time of the first check after ``now``, or None when polling has ended; all in seconds since 1970."""
    age = max(0, now - started)
    for until, every in _STEPS:
        due = (age // every + 1) * every
        if due <= until:
            return started + due
    return None
