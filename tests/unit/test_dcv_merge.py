# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How record sets change: values of a validation are added and removed, all others stay."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.digicert.plugins.module_utils._dcv.merge import merge


def records(kind: str, *values: str) -> dict[str, Any]:
    """Return a record set in the form of the plan."""
    spelled = [f'"{value}"' if kind == "TXT" else f"{value}." for value in values]
    return {"name": "_dnsauth.example.com", "type": kind, "values": list(values), "records": spelled}


def merged(
    records: dict[str, Any], found: list[Any], state: str = "present", ttl: int | None = 300, notation: str = "zone"
) -> tuple[bool, list[Any]]:
    """Return whether something has to be written, and what."""
    done = merge(records, found, found_ttl=ttl if found else None, state=state, ttl=60, notation=notation)
    assert done["ttl"] == (ttl if found else 60)
    return done["change"], done["result"]


def test_values_are_added_to_others_and_only_they_are_removed() -> None:
    ours = records("TXT", "a", "b")
    assert merged(ours, []) == (True, ['"a"', '"b"'])
    assert merged(ours, ['"x" "y"', '"a"']) == (True, ['"x" "y"', '"a"', '"b"'])
    assert merged(ours, ['"b"', '"x"', '"a"'])[0] is False
    assert merged(ours, ['"b"', '"x"', '"a"'], "absent") == (True, ['"x"'])
    assert merged(ours, ['"x"'], "absent") == (False, ['"x"'])
    assert merged(ours, ['"a"'], "absent") == (True, [])
    assert merged(records("TXT", "A"), ['"a"']) == (True, ['"a"', '"A"'])


def test_a_trailing_dot_and_case_make_no_difference_in_names() -> None:
    ours = records("CNAME", "Token.dcv.digicert.com")
    assert merged(ours, ["token.dcv.digicert.com"])[0] is False
    assert merged(ours, ["TOKEN.dcv.digicert.com."], "absent") == (True, [])
    assert merged(ours, ["old.dcv.digicert.com."]) == (True, ["Token.dcv.digicert.com."])


@pytest.mark.parametrize(
    ("found", "in_the_way"),
    [
        ("elsewhere.example.org.", "elsewhere.example.org"),
        ("notdcv.digicert.com", "notdcv.digicert.com"),
        ("dcv.digicert.com.evil.example", "dcv.digicert.com.evil.example"),
        ("dcv.digicert.com.", ""),
        ("old.dcv.digicert.com", ""),
    ],
)
def test_only_a_cname_of_a_validation_may_be_replaced(found: str, in_the_way: str) -> None:
    ours = records("CNAME", "token.dcv.digicert.com")
    common: dict[str, Any] = {"found_ttl": 60, "ttl": 60, "notation": "zone"}
    assert merge(ours, [found], state="present", **common)["in_the_way"] == in_the_way
    removal = merge(ours, [found], state="absent", **common)
    assert (removal["in_the_way"], removal["change"]) == ("", False)


def test_azure_keeps_the_entries_of_others_as_they_are() -> None:
    other = {"value": ["v=spf1 ", "-all"]}
    ours = records("TXT", "a")
    assert merged(ours, [other], notation="azure") == (True, [other, {"value": ["a"]}])
    assert merged(ours, [other, {"value": ["a"]}], "absent", notation="azure") == (True, [other])
    cname = records("CNAME", "t.dcv.digicert.com")
    assert merged(cname, [{"cname": "T.dcv.digicert.com"}], notation="azure")[0] is False


@given(st.sets(st.sampled_from("abcdef"), min_size=1), st.sets(st.sampled_from("uvwxyz")))
def test_adding_and_removing_restores_the_record_set(values: set[str], others: set[str]) -> None:
    ours, before = records("TXT", *sorted(values)), [f'"{value}"' for value in sorted(others)]
    _change, after = merged(ours, before)
    assert merged(ours, after)[0] is False
    assert merged(ours, after, "absent") == (True, before)
