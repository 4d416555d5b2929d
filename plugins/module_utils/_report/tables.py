# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the report as JSON and as CSV. The same report always gives the same bytes. Pure.

CSV follows RFC 4180. A text that a spreadsheet would read as a formula is preceded by an apostrophe.
"""

from __future__ import annotations

import csv
import io
import json
import typing as t

from .model import LEVELS, Entry, Report
from .problems import where_served
from .weeks import PLANNED, weeks_of

FORMAT = 1
"""Version of the format; it is increased when a field changes its meaning or is removed."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_dict(entry: Entry) -> dict[str, t.Any]:
    """Return an entry as plain values; dates are in ISO 8601."""
    return {
        "level": entry.level,
        "host": entry.host,
        "request": entry.request,
        "path": entry.path,
        "host_failure": entry.failure,
        "common_name": entry.common_name,
        "dns_names": list(entry.names),
        "serial_number": entry.serial_number,
        "valid_from": _iso(entry.valid_from),
        "valid_till": _iso(entry.valid_till),
        "days_left": entry.days_left,
        "served": [
            {
                "address": shown.address,
                "port": shown.port,
                "server_name": shown.server_name,
                "serial_number": shown.certificate.serial_number if shown.certificate else None,
                "valid_till": _iso(shown.certificate.valid_till) if shown.certificate else None,
                "failure": shown.failure,
            }
            for shown in entry.handshakes
        ],
        "order_id": entry.order_id,
        "order_status": entry.order_status,
        "product": entry.product,
        "order_valid_till": _iso(entry.order_valid_till),
        "multi_year_plan": entry.is_multi_year,
        "next_action": entry.next_step.action,
        "next_date": _iso(entry.next_step.day),
        "next_step": entry.next_step.text,
        "problems": [{"code": problem.code, "text": problem.text} for problem in entry.problems],
    }


def _iso(day: t.Any) -> str | None:
    return day.isoformat() if day is not None else None


def summary_of(report: Report) -> dict[str, t.Any]:
    """Return the counts at the top of the report."""
    return {
        "entries": len(report.entries),
        "certificates": report.certificate_count(),
        "levels": {level: report.count(level) for level in LEVELS},
        "problems": report.problem_counts(),
    }


def to_json(report: Report) -> bytes:
    """Return the report as JSON in UTF-8, with a final line break."""
    content = {
        "format": FORMAT,
        "title": report.title,
        "date": report.day.isoformat(),
        "summary": summary_of(report),
        "weeks": [
            {
                "monday": week.monday.isoformat(),
                "ends": len(week.ends),
                "ends_with_problems": len(week.problems),
                **{action: week.count(action) for action in PLANNED},
            }
            for week in weeks_of(report)
        ],
        "entries": [as_dict(entry) for entry in report.entries],
    }
    return (json.dumps(content, indent=1) + "\n").encode("ascii")


COLUMNS = (
    "level",
    "host",
    "request",
    "path",
    "host_failure",
    "common_name",
    "dns_names",
    "serial_number",
    "valid_from",
    "valid_till",
    "days_left",
    "served",
    "order_id",
    "order_status",
    "product",
    "order_valid_till",
    "multi_year_plan",
    "next_action",
    "next_date",
    "next_step",
    "problem_codes",
    "problems",
)
"""The columns of the CSV file, in order."""


def _flat(entry: Entry) -> dict[str, t.Any]:
    """Return an entry with each list as one text."""
    return {
        **as_dict(entry),
        "dns_names": " ".join(entry.names),
        "served": "; ".join(
            f"{where_served(shown)} {shown.certificate.serial_number if shown.certificate else shown.failure}"
            for shown in entry.handshakes
        ),
        "multi_year_plan": "true" if entry.is_multi_year else "false",
        "problem_codes": " ".join(dict.fromkeys(problem.code for problem in entry.problems)),
        "problems": "; ".join(problem.text for problem in entry.problems),
    }


def _cell(value: t.Any) -> t.Any:
    if not isinstance(value, str):
        return value
    # no name contains NUL, and before Python 3.11 csv cannot write it
    text = value.replace("\0", "")
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def to_csv(report: Report) -> bytes:
    """Return the report as CSV in UTF-8, with the names of the columns in the first line."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for entry in report.entries:
        values = _flat(entry)
        writer.writerow([_cell(values[column]) for column in COLUMNS])
    return stream.getvalue().encode("utf-8", errors="replace")


def problems_of(report: Report) -> list[dict[str, t.Any]]:
    """Return all problems, one dictionary each."""
    return [
        {
            "host": entry.host,
            "request": entry.request,
            "common_name": entry.common_name,
            "order_id": entry.order_id,
            "code": problem.code,
            "text": problem.text,
        }
        for entry in report.entries
        for problem in entry.problems
    ]
