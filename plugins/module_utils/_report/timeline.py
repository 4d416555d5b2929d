# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draw the timeline of the report: an SVG with a column for each week, planned actions above and expirations below.

Pure. It uses the style classes of the page.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass

from .escape import escape
from .model import Report
from .weeks import Week, monday_of, weeks_of

_WEEK = dt.timedelta(days=7)
_FEWEST, _MOST = 12, 56
"""The least and most weeks in the picture; everything later is in one more column."""

# Sizes in units of the picture.
_WIDTH, _LEFT, _RIGHT = 1120, 46, 12
_TOP, _HALF, _AXIS = 24, 110, 34
_HEIGHT = _TOP + 2 * _HALF + _AXIS + 22
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LETTER = 8
"""Room for one letter of a label."""
_BASE = _TOP + _HALF
"""The line on which the bars of planned actions stand; those of expirations hang below the axis."""


@dataclass(frozen=True)
class _Column:
    """A week, or everything before the first week or after the last."""

    label: str
    first: dt.date | None
    free: int
    paid: int
    ends: int
    ends_with_problems: int

    @property
    def weight(self) -> float:
        """The width in weeks: the columns before and after need room for their labels."""
        return 1 if self.first else 2.6


def _column(label: str, first: dt.date | None, weeks: t.Iterable[Week]) -> _Column:
    chosen = list(weeks)
    return _Column(
        label,
        first,
        free=sum(week.count("install", "reissue") for week in chosen),
        paid=sum(week.count("renew", "order") for week in chosen),
        ends=sum(len(week.ends) for week in chosen),
        ends_with_problems=sum(len(week.problems) for week in chosen),
    )


def _columns(report: Report) -> list[_Column]:
    weeks = weeks_of(report)
    first = monday_of(report.day)
    last = max([week.monday for week in weeks] + [first])
    number = min(max((last - first).days // 7 + 1, _FEWEST), _MOST)
    shown = [first + index * _WEEK for index in range(number)]
    columns = []
    past = [week for week in weeks if week.monday < first]
    if past:
        columns.append(_column("before", None, past))
    columns += [
        _column(f"week of {monday.isoformat()}", monday, [week for week in weeks if week.monday == monday])
        for monday in shown
    ]
    later = [week for week in weeks if week.monday > shown[-1]]
    if later:
        columns.append(_column("later", None, later))
    return columns


def timeline(report: Report) -> str:
    """Return the picture as one SVG element."""
    columns = _columns(report)
    most = max(1, *(max(column.free + column.paid, column.ends) for column in columns))
    step = (_WIDTH - _LEFT - _RIGHT) / sum(column.weight for column in columns)
    starts = [_LEFT + step * sum(column.weight for column in columns[:index]) for index in range(len(columns))]
    ends, planned = sum(column.ends for column in columns), sum(column.free + column.paid for column in columns)
    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="timeline-title timeline-text">',
        '<title id="timeline-title">Expiring certificates and planned renewals by week</title>',
        f'<desc id="timeline-text">{ends} certificates expire, {planned} actions are planned; '
        "the table below has the numbers of each week.</desc>",
        '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect class="paid-ground" width="6" height="6"/>'
        '<rect class="paid-line" width="3" height="6"/></pattern></defs>',
    ]
    parts += _scale(most)
    for column, x in zip(columns, starts):
        parts += _bars(column, x, step * column.weight, most)
    parts += _labels(columns, starts)
    parts.append("</svg>")
    return "\n".join(parts)


def _height(count: int, most: int) -> float:
    return count * _HALF / most


def _scale(most: int) -> list[str]:
    """Return the lines and numbers of the scale, the same upwards and downwards."""
    marks = sorted({most, most // 2} - {0}) if most > 1 else [1]
    hanging = _BASE + _AXIS
    parts = [f'<text class="side" x="{_LEFT}" y="14">planned</text>']
    parts.append(f'<text class="side" x="{_LEFT}" y="{_HEIGHT - 4}">expires</text>')
    for mark in marks:
        for y in (_BASE - _height(mark, most), hanging + _height(mark, most)):
            parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
            parts.append(f'<text class="mark" x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{mark}</text>')
    for y in (_BASE, hanging):
        parts.append(f'<line class="axis" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>')
    return parts


def _bars(column: _Column, x: float, room: float, most: int) -> list[str]:
    """Return the bars of a week in a group, with the numbers in its title."""
    if not (column.free or column.paid or column.ends):
        return []
    title = f"{column.free} planned at no cost, {column.paid} paid; {column.ends} expire"
    if column.ends_with_problems:
        title += f", {column.ends_with_problems} of them with problems"
    left, width = x + room * 0.12, room * 0.76
    hanging = _BASE + _AXIS
    without_problems = column.ends - column.ends_with_problems
    bars = (
        ("free", _BASE - _height(column.free, most), column.free),
        ("paid", _BASE - _height(column.free + column.paid, most), column.paid),
        ("ends", hanging, without_problems),
        ("ends-problem", hanging + _height(without_problems, most), column.ends_with_problems),
    )
    drawn = [
        f'<rect class="{name}" x="{left:.1f}" y="{y:.1f}" width="{width:.1f}" height="{_height(count, most):.1f}"/>'
        for name, y, count in bars
        if count
    ]
    return [f"<g><title>{escape(column.label)}: {escape(title)}</title>", *drawn, "</g>"]


def _labels(columns: t.Sequence[_Column], starts: t.Sequence[float]) -> list[str]:
    """Return the names of the months between the two halves, each at the first week of its month."""
    parts: list[str] = []
    end, month, y = 0.0, 0, _BASE + _AXIS / 2 + 4
    # keep room for the label of the last column if that is the one for later weeks
    limit = starts[-1] if columns[-1].first is None else float(_WIDTH)
    for column, x in zip(columns, starts):
        if column.first is None:
            label = column.label
        elif column.first.month == month:
            continue
        else:
            month = column.first.month
            label = _MONTHS[month - 1] + (f" {column.first.year}" if month == 1 or end == 0 else "")
        width = _LETTER * len(label)
        if x < end or (x < limit < x + width):
            continue  # no room between its neighbours
        parts.append(f'<text class="month" x="{x:.1f}" y="{y:g}">{label}</text>')
        end = x + width
    return parts
