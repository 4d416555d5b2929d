# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Count what expires and what is planned in each week. Pure."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass, field

from .model import Entry, Report

_DAY = dt.timedelta(days=1)
PLANNED = ("install", "reissue", "renew", "order")
"""The actions with a day."""


@dataclass
class Week:
    """A week from Monday to Sunday."""

    monday: dt.date
    ends: set[t.Hashable] = field(default_factory=set)
    """The certificates that expire in it."""
    planned: dict[str, set[t.Hashable]] = field(default_factory=dict)
    """What is planned in it, by action."""
    problems: set[t.Hashable] = field(default_factory=set)
    """The expiring certificates that have problems."""

    def count(self, *actions: str) -> int:
        """Return how many of these actions are planned in the week."""
        return sum(len(self.planned.get(action, ())) for action in actions)


def monday_of(day: dt.date) -> dt.date:
    """Return the Monday of the week of a day (ISO 8601)."""
    return day - day.weekday() * _DAY


def weeks_of(report: Report) -> list[Week]:
    """Return the weeks in which something expires or is planned, in order. A shared certificate counts once."""
    found: dict[dt.date, Week] = {}

    def week(day: dt.date) -> Week:
        monday = monday_of(day)
        return found.setdefault(monday, Week(monday))

    for entry in report.entries:
        if entry.valid_till is not None:
            week(entry.valid_till).ends.add(entry.identity)
            if entry.problems:
                week(entry.valid_till).problems.add(entry.identity)
        if entry.next_step.day is not None and entry.next_step.action in PLANNED:
            week(entry.next_step.day).planned.setdefault(entry.next_step.action, set()).add(_identity_of_step(entry))
    return [found[monday] for monday in sorted(found)]


def _identity_of_step(entry: Entry) -> t.Hashable:
    """Return what identifies a planned action: a renewal counts once for its order, others once for each host."""
    if entry.next_step.action == "renew":
        return entry.next_step.order_id
    return (entry.host, entry.request, entry.order_id)
