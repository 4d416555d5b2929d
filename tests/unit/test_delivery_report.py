# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role certificate reports about each request, and what it installs."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.digicert.plugins.module_utils._decisions.delivery_report import (
    Run,
    is_copied,
    report,
    sets,
)
from ansible_collections.community.digicert.plugins.module_utils._decisions.shared_keys import Source
from ansible_collections.community.digicert.tests.unit.test_delivery import a_request, an_entry, what_is_there


def _run(way: str, found: dict[str, Any] | None = None, request: dict[str, Any] | None = None, **more: Any) -> Run:
    ways: dict[str, list[str]] = {"keep": [], "install": [], "copied": [], "obtain": []}
    ways[way] = ["www"]
    return Run([a_request(**(request or {}))], [what_is_there(**(found or {}))], ways, **more)


def _source(**values: Any) -> Source:
    given = {"rank": 2, "has_staged_key": False, "serial_number": "c3", "days_left": 150, "result": {}, **values}
    return Source("two", "/d", **given)


def _reported(run: Run) -> tuple[dict[str, Any], str, list[str]]:
    told = report(run)
    (result,), (line,) = told["results"], told["lines"]
    return result, line, told["problems"]


def test_a_certificate_that_is_in_order() -> None:
    result, line, problems = _reported(_run("keep"))
    assert (result["action"], result["phase"], result["is_final"]) == ("none", "issued", True)
    assert (result["serial_number"], result["days_left"], result["reasons"]) == ("a1", 100, [])
    assert line == "www: in order, 100 days left"
    assert problems == []
    assert sets(_run("keep")) == {}


def test_a_corrected_certificate() -> None:
    run = _run("install", {"needs": "install"})
    result, line, _problems = _reported(run)
    assert (result["action"], result["reasons"], result["serial_number"]) == ("install", ["a reason"], "a1")
    assert line == "www: install, serial number a1, 100 days left, /d/www/current, not checked at a service"
    assert sets(run)["www"]["certificate"] == "PEM"


def test_an_issued_certificate() -> None:
    run = _run("obtain", {"needs": "certificate"}, {"served": [{"port": 1}]}, entries=[an_entry()])
    result, line, problems = _reported(run)
    assert (result["action"], result["order_id"], result["serial_number"]) == ("order", 5, "b2")
    assert result["reasons"] == ["a reason", "why"]
    assert line == "www: order, order 5, serial number b2, 199 days left, /d/www/current, served"
    assert problems == []
    assert sets(run)["www"]["certificate"] == "NEW"


def test_a_prediction_changes_nothing_that_is_installed() -> None:
    entry = an_entry(phase="processing")
    result, line, _problems = _reported(_run("obtain", entries=[entry], is_check_mode=True))
    assert (result["action"], result["serial_number"]) == ("order", "a1")
    assert line.startswith("www: would order, ")


def test_what_waits_says_for_whom_and_shows_its_records() -> None:
    run = _run("obtain", {"needs": "certificate", "certificate": None}, entries=[an_entry(phase="waiting_dcv")])
    result, line, problems = _reported(run)
    assert (result["phase"], result["is_final"], result["serial_number"]) == ("waiting_dcv", False, None)
    assert [record["value"] for record in result["records"]] == ["www"]
    assert line == (
        "www: order 5 is in the phase waiting_dcv. Do something about www. Publish TXT _dnsauth.example.com = www."
    )
    assert problems == []
    assert sets(run) == {}


def test_a_rejected_order_is_a_problem() -> None:
    _result, line, (problem,) = _reported(_run("obtain", entries=[an_entry(phase="rejected")]))
    assert problem.startswith("The order 5 of www is rejected, so it will not be issued.")
    assert line == "www: failed"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"staged": [{"name": "www", "failed": True, "msg": "no key"}]}, "no key"),
        ({"entries": [an_entry(failed=True, certificate_pem=None, msg="refused")]}, "refused"),
        ({"entries": [an_entry()], "failures": {"www": "no reload"}}, "no reload"),
        # silence is not success
        ({}, "www: nothing is known of its order."),
    ],
)
def test_each_failure_says_why_and_keeps_what_is_installed(more: dict[str, Any], expected: str) -> None:
    run = _run("obtain", **more)
    result, line, (problem,) = _reported(run)
    assert problem.startswith(expected)
    assert line == "www: failed"
    assert result["serial_number"] == "a1"


def test_a_failed_request_stops_no_other() -> None:
    requests = [a_request("a"), a_request("b")]
    ways = {"keep": [], "install": [], "copied": [], "obtain": ["a", "b"]}
    found = [what_is_there(name, "certificate") for name in "ab"]
    bad = an_entry("a", failed=True, certificate_pem=None, msg="refused")
    run = Run(requests, found, ways, entries=[bad, an_entry("b")])
    assert list(sets(run)) == ["b"]
    assert report(run)["problems"] == ["refused"]


def test_a_copied_certificate() -> None:
    run = _run("copied", sources={"www": _source()})
    result, _line, problems = _reported(run)
    assert (result["action"], result["phase"], result["serial_number"], result["days_left"]) == (
        "copy",
        "issued",
        "c3",
        150,
    )
    assert result["reasons"] == ["the key is shared with the host two"]
    assert problems == []
    assert sets(run)["www"]["source"] == {"host": "two", "files": "/d/www/sets/c3"}


def test_a_source_that_waits_is_waited_for() -> None:
    waiting = {
        "phase": "waiting_approval",
        "is_final": False,
        "blocked_on": [{"next_action": "Approve."}],
        "order_id": 5,
    }
    run = _run(
        "copied",
        {"needs": "certificate", "certificate": None},
        sources={"www": _source(days_left=None, result=waiting)},
    )
    result, line, problems = _reported(run)
    assert (result["action"], result["phase"]) == ("none", "waiting_approval")
    assert result["blocked_on"] == [{"next_action": "Approve."}]
    assert "the host two is waiting, in the phase waiting_approval" in line
    assert problems == []


def test_a_source_without_a_certificate_is_a_problem() -> None:
    run = _run("copied", {"needs": "certificate", "certificate": None}, sources={"www": _source(days_left=None)})
    _result, _line, (problem,) = _reported(run)
    assert "the host two, whose key this host shares, has no certificate to copy" in problem


@pytest.mark.parametrize(
    ("found", "source", "expected"),
    [
        ({}, {}, True),
        ({}, {"serial_number": "a1"}, False),
        ({"needs": "install"}, {"serial_number": "a1"}, True),
        ({"certificate": None}, {"serial_number": "a1"}, True),
        ({"key": {"public_key_fingerprint": "f2"}}, {"serial_number": "a1"}, True),
        # what is due there is not worth a copy
        ({}, {"days_left": 0}, False),
        ({}, {"days_left": None}, False),
    ],
)
def test_when_a_host_copies(found: dict[str, Any], source: dict[str, Any], expected: bool) -> None:
    assert is_copied(what_is_there(**found), _source(**source), is_check_mode=False) is expected


def test_check_mode_predicts_a_copy_of_what_the_other_host_will_obtain() -> None:
    source = _source(days_left=None, result={"action": "order"})
    assert is_copied(what_is_there(certificate=None), source, is_check_mode=True)
    assert not is_copied(what_is_there(certificate=None), source, is_check_mode=False)
