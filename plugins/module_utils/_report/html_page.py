# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Render the report as one self-contained HTML page. Pure; the same report always gives the same bytes."""

from __future__ import annotations

import base64
import hashlib
import typing as t

from .escape import escape
from .model import LEVELS, PROBLEMS, Entry, Report
from .problems import address_of, where_served
from .style import SCRIPT, STYLE
from .timeline import timeline
from .weeks import weeks_of

_LEVEL_NAMES = {
    "problem": "\u2716 Problem",
    "due": "\u25b2 Due",
    "waiting": "\u25f7 Waiting",
    "unknown": "? Unknown",
    "ok": "\u2714 In order",
}
_LEVEL_MEANINGS = {
    "problem": "have a problem",
    "due": "are due now",
    "waiting": "wait for someone",
    "unknown": "could not be read",
    "ok": "are in order",
}
_COLUMNS = ("State", "Certificate", "Installed", "Served", "Expires", "Order", "Next")
_SHOWN_AS_SERVED = ("served_differs", "not_served", "not_verified")
_MOST_NAMES = 4
"""Further names of a certificate that are shown without folding."""
_NOWHERE = "not installed on any known host"


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{digest}'"


def to_html(report: Report) -> bytes:
    """Return the page in UTF-8. Its policy allows only its own script, and no requests."""
    policy = (
        f"default-src 'none'; style-src {_hash(STYLE)}; script-src {_hash(SCRIPT)}; base-uri 'none'; form-action 'none'"
    )
    parts = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{escape(report.title)}, {report.day}</title>",
        f"<style>{STYLE}</style>\n</head>\n<body>",
        *_head(report),
        *_weeks(report),
        *_table(report),
        f"<script>{SCRIPT}</script>\n</body>\n</html>\n",
    ]
    return "\n".join(parts).encode("utf-8", errors="replace")


def _head(report: Report) -> t.Iterator[str]:
    yield f"<header>\n<h1>{escape(report.title)}</h1>"
    hosts = len({entry.host for entry in report.entries if entry.host})
    yield (
        f'<p class="faint">As of <time datetime="{report.day}">{report.day}</time> (UTC): {report.certificate_count()} '
        f"certificates, {hosts} hosts, {len(report.entries)} entries.</p>"
    )
    yield '<ul class="counts">'
    for level in LEVELS:
        yield f'<li class="{level}"><b>{report.count(level)}</b> {_LEVEL_MEANINGS[level]}</li>'
    yield "</ul>"
    counts = report.problem_counts()
    if counts:
        yield '<ul class="kinds">'
        for code, count in counts.items():
            yield f"<li>{count} \u00d7 {PROBLEMS[code]}</li>"
        yield "</ul>"
    yield "</header>"


def _weeks(report: Report) -> t.Iterator[str]:
    yield '<section aria-labelledby="weeks">\n<h2 id="weeks">Expiring certificates and planned renewals by week</h2>'
    yield '<ul class="legend">'
    for name, meaning in (
        ("free", "planned, no cost"),
        ("paid", "planned, paid"),
        ("ends", "expires"),
        ("ends-problem", "expires, has a problem"),
    ):
        yield (
            f'<li><svg viewBox="0 0 14 14" aria-hidden="true"><rect class="{name}" width="14" height="14"/></svg>'
            f"{meaning}</li>"
        )
    yield "</ul>"
    yield '<div class="wide" role="region" aria-labelledby="weeks" tabindex="0">'
    yield timeline(report)
    yield "</div>\n<details>\n<summary>The numbers of each week</summary>"
    yield '<table class="weeks"><thead><tr><th scope="col">Week of</th><th scope="col">Install</th>'
    yield '<th scope="col">Reissue</th><th scope="col">Renew or order</th><th scope="col">Expire</th></tr>'
    yield "</thead><tbody>"
    for week in weeks_of(report):
        numbers = (week.count("install"), week.count("reissue"), week.count("renew", "order"), len(week.ends))
        cells = "".join(f"<td>{number or ''}</td>" for number in numbers)
        yield f'<tr><th scope="row">{week.monday}</th>{cells}</tr>'
    yield "</tbody></table>\n</details>\n</section>"


def _table(report: Report) -> t.Iterator[str]:
    yield '<section aria-labelledby="all">\n<h2 id="all">All certificates, the most urgent first</h2>'
    yield '<div class="tools" role="search" hidden>'
    yield '<label>Find <input type="search" id="text" placeholder="name, host, serial number, order"></label>'
    yield '<label>State <select id="level"><option value="">all</option>'
    for level in LEVELS:
        yield f'<option value="{level}">{_LEVEL_NAMES[level]}</option>'
    yield '</select></label>\n<output id="shown" class="faint"></output>\n</div>'
    yield '<table class="entries" aria-labelledby="all">'
    yield f"<colgroup>{'<col>' * len(_COLUMNS)}</colgroup>"
    heads = "".join(f'<th scope="col">{name}</th>' for name in _COLUMNS)
    yield f"<thead><tr>{heads}</tr></thead>\n<tbody>"
    for entry in report.entries:
        yield _row(entry)
    yield "</tbody></table>\n</section>"


def _row(entry: Entry) -> str:
    rank = LEVELS.index(entry.level)
    cells = [
        ("State", str(rank), f'<span class="level {entry.level}">{_LEVEL_NAMES[entry.level]}</span>'),
        ("Installed", f"{entry.host or ''} {entry.request or ''}".strip(), _installed(entry)),
        ("Served", "", "".join(_served(entry))),
        ("Expires", str(entry.valid_till or ""), _expires(entry)),
        ("Order", str(entry.order_id or ""), _order(entry)),
        ("Next", str(entry.next_step.day or ""), _next(entry)),
    ]
    tags = [
        f'<td data-label="{label}" data-sort="{escape(key)}">{content}</td>'
        if key
        else f'<td data-label="{label}">{content}</td>'
        for label, key, content in cells
    ]
    tags.insert(1, f'<th scope="row">{_certificate(entry)}</th>')
    return f'<tr class="{entry.level}" data-level="{entry.level}">{"".join(tags)}</tr>'


def _small(text: str) -> str:
    return f'<span class="small">{_breakable(text)}</span>' if text else ""


def _breakable(text: str) -> str:
    """Return a text that may be broken after the dots of its names."""
    return escape(text).replace(".", ".<wbr>")


def _certificate(entry: Entry) -> str:
    others = [name for name in entry.names if name != entry.common_name]
    names = _small(", ".join(others))
    if len(others) > _MOST_NAMES:
        names = f"<details><summary>{len(others)} further names</summary>{names}</details>"
    serial = f'<span class="small mono">{escape(entry.serial_number)}</span>' if entry.serial_number else ""
    return f"{_breakable(entry.common_name or 'without a name')}{names}{serial}"


def _installed(entry: Entry) -> str:
    if entry.host is None:
        return f'<span class="faint">{_NOWHERE}</span>'
    parts = [
        _breakable(entry.host),
        _small(entry.request or ""),
        f'<span class="small mono">{escape(entry.path)}</span>',
    ]
    if entry.failure is not None:
        parts.append(_small(f"not read: {entry.failure}"))
    parts += [_bad(problem.text) for problem in entry.problems if problem.code not in _SHOWN_AS_SERVED]
    return "".join(parts)


def _bad(text: str) -> str:
    return f'<span class="bad">\u2716\u00a0{_breakable(text)}</span>'


def _served(entry: Entry) -> t.Iterator[str]:
    for shown in entry.handshakes:
        serial_number = shown.certificate.serial_number if shown.certificate else None
        if shown.failure is None and serial_number == entry.serial_number:
            yield f'<span class="small">\u2714\u00a0{_breakable(address_of(shown))}</span>'
            yield _small(shown.server_name or "")
        elif not entry.problems:
            yield _small(f"{where_served(shown)}: {shown.failure or 'another certificate'}")
    for problem in entry.problems:
        if problem.code in _SHOWN_AS_SERVED:
            yield _bad(problem.text)


def _expires(entry: Entry) -> str:
    if entry.valid_till is None or entry.days_left is None:
        return ""
    days = abs(entry.days_left)
    unit = "day" if days == 1 else "days"
    left = f"{days} {unit} left" if entry.days_left >= 0 else f"{days} {unit} ago"
    return f'<time datetime="{entry.valid_till}">{entry.valid_till}</time>{_small(left)}'


def _order(entry: Entry) -> str:
    if entry.order_id is None:
        return ""
    plan = ", Multi-year Plan" if entry.is_multi_year else ""
    until = f"until {entry.order_valid_till}{plan}" if entry.order_valid_till else plan.lstrip(", ")
    what = ", ".join(part for part in (entry.product, entry.order_status) if part)
    return f"{entry.order_id}{_small(what)}{_small(until)}"


def _next(entry: Entry) -> str:
    day = entry.next_step.day
    when = f'<time datetime="{day}">{day}</time>' if day else ""
    return f"{when}{_small(entry.next_step.text)}"
