# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of a report: everything is escaped, columns are as documented, and the same report gives the same bytes."""

from __future__ import annotations

import base64
import csv
import hashlib
import html.parser
import io
import json
import re
import typing as t
from dataclasses import replace

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.community.digicert.plugins.module_utils._report.escape import escape
from ansible_collections.community.digicert.plugins.module_utils._report.html_page import to_html
from ansible_collections.community.digicert.plugins.module_utils._report.model import LEVELS, PROBLEMS, Report
from ansible_collections.community.digicert.plugins.module_utils._report.tables import COLUMNS, to_csv, to_json
from ansible_collections.community.digicert.plugins.module_utils._report.timeline import timeline
from ansible_collections.community.digicert.plugins.modules import digicert_report
from ansible_collections.community.digicert.tests.unit.made_orders import TODAY
from ansible_collections.community.digicert.tests.unit.made_reports import (
    account_order,
    fleet,
    place,
    report,
    seen,
    shown,
)

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style></title></script><b>",
    "<!--",
    "]]>&lt;&amp;",
    "javascript:alert(1)",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(1)",
    "a\x00b\x1b[31m\x07",
    "\u202egpj.exe\u2066",
    "\ud800",
    'a,b;"c"\r\nd',
]


class _Reader(html.parser.HTMLParser):
    """Read the elements of a page with their attributes, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "input", "col", "wbr", "rect", "line"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("rect", "line"):
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def tags(self) -> list[str]:
        """Return the names of all elements."""
        return [tag for tag, _attributes in self.elements]

    @property
    def left_open(self) -> list[str]:
        """The elements that were not closed."""
        return self._open


def _read(made: Report) -> _Reader:
    reader = _Reader()
    reader.feed(to_html(made).decode("utf-8"))
    reader.close()
    return reader


def _everywhere(value: str) -> Report:
    """Return a report with this value everywhere that values from outside may appear."""
    certificate = seen(names=(value, "b.example.com"), common_name=value)
    there = place(
        certificate,
        host=value,
        request=value,
        path=value,
        needs="install",
        reasons=(value,),
        handshakes=(
            shown(seen(9, serial_number=value), address=value, server_name=value, failure=value),
            shown(None, address=value, failure=value),
        ),
    )
    away = place(None, host=value, failure=value)
    waiting = account_order(102, names=(value,), status=value, product=value, waits_for=(value,))
    pending = account_order(103, names=(value,), status="pending", waits_for=(value,))
    return replace(report(there, away, orders=[account_order(), waiting, pending]), title=value)


_PLAIN = _read(_everywhere("plain"))


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_are_text(value: str) -> None:
    reader = _read(_everywhere(value))
    assert [tag for tag in reader.tags() if tag != "wbr"] == [tag for tag in _PLAIN.tags() if tag != "wbr"]
    assert [set(attributes) for tag, attributes in reader.elements if tag != "wbr"] == [
        set(attributes) for tag, attributes in _PLAIN.elements if tag != "wbr"
    ]
    assert reader.left_open == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet=st.characters(codec=None), max_size=40))
def test_no_text_becomes_an_element(value: str) -> None:
    # never empty: the page leaves out elements with empty values
    reader = _read(_everywhere(f"x {value}"))
    assert [tag for tag in reader.tags() if tag != "wbr"] == [tag for tag in _PLAIN.tags() if tag != "wbr"]


@given(st.text(alphabet=st.characters(codec=None)))
def test_escaped_text_is_inert_and_can_be_encoded(value: str) -> None:
    escaped = escape(value)
    assert not set(escaped) & set("<>\"'\x00\u202e")
    assert re.fullmatch(r"(?:[^&]|&(?:amp|lt|gt|quot|#x27);)*", escaped, re.DOTALL)
    escaped.encode("utf-8")


def test_the_page_loads_nothing_and_runs_only_its_own_script() -> None:
    page = to_html(fleet(60)).decode("utf-8")
    reader = _Reader()
    reader.feed(page)
    for tag, attributes in reader.elements:
        assert not attributes.keys() & {"src", "href", "style", "action", "srcset"}, tag
        assert not [name for name in attributes if name.startswith("on")]
    assert "url(" not in page.replace("url(#hatch)", "")
    assert "@import" not in page
    assert "http:" not in page
    assert "https:" not in page
    (policy,) = [a["content"] for tag, a in reader.elements if a.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    assert policy.startswith("default-src 'none';")
    for element in ("style", "script"):
        (content,) = re.findall(f"<{element}>(.*?)</{element}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in policy


def test_the_table_says_what_each_cell_is() -> None:
    reader = _read(fleet(30))
    heads = [attributes for tag, attributes in reader.elements if tag == "th"]
    assert {attributes.get("scope") for attributes in heads} == {"col", "row"}
    table = [attributes for tag, attributes in reader.elements if tag == "td" and "data-label" in attributes]
    assert len(table) == 6 * len(fleet(30).entries)


def test_levels_are_shown_in_words() -> None:
    text = "".join(_read(fleet(150)).text)
    for word in ("Problem", "Due", "Waiting", "Unknown", "In order", "not installed on any known host"):
        assert word in text


def test_many_names_are_folded() -> None:
    many = tuple(f"n{number}.example.com" for number in range(50))
    page = to_html(report(place(seen(names=many)))).decode("utf-8")
    assert "<summary>49 further names</summary>" in page
    assert "n49.<wbr>example" in page


def test_served_certificates_have_a_sign() -> None:
    def page(**changes: t.Any) -> str:
        made = report(
            place(seen(), handshakes=(shown(**{"certificate": seen(), **changes}),)), orders=[account_order()]
        )
        return to_html(made).decode("utf-8")

    good, bad = "\u2714\u00a0192.<wbr>0", "\u2716\u00a0192.<wbr>0"
    assert good in page()
    assert bad not in page()
    for changes in ({"certificate": seen(9)}, {"certificate": None}, {"failure": "self-signed"}):
        assert bad in page(**changes)
        assert good not in page(**changes)


def test_an_unread_host_that_serves_two_certificates() -> None:
    away = place(None, failure="x", handshakes=(shown(seen(9)), shown(seen(10), port=444)))
    page = to_html(report(away, orders=[account_order(9), account_order(10)])).decode("utf-8")
    assert "444 (www.<wbr>example.<wbr>com): another certificate" in page


def test_the_timeline_counts_every_certificate_once() -> None:
    made = fleet(200)
    picture = timeline(made)
    ends = [int(number) for number in re.findall(r"(\d+) expire(?:,|<)", picture)]
    assert sum(ends) == made.certificate_count()
    planned = re.findall(r"(\d+) planned at no cost, (\d+) paid", picture)
    with_day = [entry for entry in made.entries if entry.next_step.day]
    assert sum(int(free) + int(paid) for free, paid in planned) <= len(with_day)
    assert sum(int(free) + int(paid) for free, paid in planned) > len(with_day) * 0.9


@pytest.mark.parametrize(("expires_in", "label"), [(-20, "before"), (2000, "later")])
def test_weeks_outside_the_picture_have_a_column(expires_in: int, label: str) -> None:
    picture = timeline(report(place(seen(expires_in=expires_in))))
    assert f">{label}</text>" in picture
    assert f"<title>{label}: " in picture


def test_an_empty_report() -> None:
    made = report()
    assert _read(made).left_open == []
    assert json.loads(to_json(made))["entries"] == []
    assert to_csv(made).decode().splitlines() == [",".join(COLUMNS)]


def test_the_same_state_gives_the_same_bytes() -> None:
    one, other = fleet(80), fleet(80)
    shuffled = report(
        *(place(seen(number), host=f"h{number}") for number in (3, 1, 2)), orders=[account_order(2), account_order(1)]
    )
    sorted_ = report(
        *(place(seen(number), host=f"h{number}") for number in (1, 2, 3)), orders=[account_order(1), account_order(2)]
    )
    for write in (to_html, to_json, to_csv):
        assert write(one) == write(other)
        assert write(shuffled) == write(sorted_)


def test_csv_has_the_documented_columns_and_no_formulas() -> None:
    for value in HOSTILE:
        content = to_csv(_everywhere(value)).decode("utf-8")
        rows = list(csv.DictReader(io.StringIO(content, newline="")))
        assert len(rows) == len(_everywhere(value).entries)
        for row in rows:
            assert tuple(row) == COLUMNS
            assert row["level"] in LEVELS
            assert set(row["problem_codes"].split()) <= PROBLEMS.keys()
            for column, cell in row.items():
                assert column == "days_left" or not cell.startswith(("=", "+", "-", "@", "\t", "\r")), cell


def test_json_says_the_same_as_csv() -> None:
    made = fleet(120)
    content = json.loads(to_json(made))
    rows = list(csv.DictReader(io.StringIO(to_csv(made).decode("utf-8"), newline="")))
    assert content["date"] == TODAY.isoformat()
    assert content["summary"]["entries"] == len(content["entries"]) == len(rows)
    for entry, row in zip(content["entries"], rows, strict=True):
        assert set(entry) | {"problem_codes"} == set(COLUMNS)
        for column in (
            "level",
            "host",
            "serial_number",
            "valid_till",
            "next_action",
            "next_date",
            "order_id",
            "days_left",
        ):
            assert str("" if entry[column] is None else entry[column]) == row[column]
    assert sum(week["ends"] for week in content["weeks"]) == content["summary"]["certificates"]


def test_the_documentation_names_every_column_level_and_problem() -> None:
    options: dict[str, t.Any] = yaml.safe_load(digicert_report.DOCUMENTATION)["options"]
    description = " ".join(options["csv_dest"]["description"])
    assert [column for column in COLUMNS if f"C({column})" not in description] == []
    assert [word for word in (*LEVELS, *PROBLEMS) if f"V({word})" not in description] == []
