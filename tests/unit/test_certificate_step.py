# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the steps of the role certificate are given, from what its tasks have registered for two hosts."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.community.digicert.plugins.filter.certificate_step import FilterModule
from ansible_collections.community.digicert.tests.unit.test_delivery import a_request, an_entry, what_is_there

Hostvars = dict[str, dict[str, Any]]

_step = FilterModule().filters()["certificate_step"]
_BOTH = {"hosts": ["one", "two"], "batch": ["one", "two"]}
_DUE: dict[str, Any] = {"needs": "certificate", "certificate": None, "key": None}


def _inspected(found: dict[str, Any], **request: Any) -> dict[str, Any]:
    return {"__certificate_inspected": {"requests": [a_request(**request)], "certificates": [what_is_there(**found)]}}


def _two_hosts(**request: Any) -> Hostvars:
    """Return two hosts without a certificate; the role has decided what to do with their requests."""
    hostvars = {host: _inspected(_DUE, **request) for host in ("one", "two")}
    for host, variables in hostvars.items():
        variables["__certificate_ways"] = _step(hostvars, host, "ways", _BOTH)
        variables["certificate_results"] = _step(hostvars, host, "results", _BOTH)
    return hostvars


def _answered(hostvars: Hostvars, *entries: dict[str, Any], step: str = "ordered") -> None:
    """The first host has made the call for both."""
    hostvars["one"][f"__certificate_{step}"] = {"handled_by": "one", "certificates": list(entries)}
    hostvars["two"][f"__certificate_{step}"] = {"handled_by": "one", "certificates": []}


def test_what_was_found_on_a_host() -> None:
    (certificate,) = _step({"one": _inspected({})}, "one", "found")["certificates"]
    assert (certificate["name"], certificate["installed"]["needs"]) == ("www", "none")


def test_a_host_that_cannot_be_reached_is_reported_with_its_requests() -> None:
    lost = {"__certificate_inspected": {"unreachable": True, "msg": "timed out", "requests": [a_request()]}}
    found = _step({"one": lost}, "one", "found")
    assert found["problem"] == "timed out"
    assert [(one["name"], one["installed"]) for one in found["certificates"]] == [("www", None)]
    lost["__certificate_inspected"]["msg"] = ""
    assert _step({"one": lost}, "one", "found")["problem"] == "the host cannot be reached"


def test_before_anything_is_done_there_are_results_of_what_needs_nothing() -> None:
    requests, found = [a_request("a"), a_request("b")], [what_is_there("a"), what_is_there("b", **_DUE)]
    hostvars = {"one": {"__certificate_inspected": {"requests": requests, "certificates": found}}}
    assert [(one["name"], one["phase"]) for one in _step(hostvars, "one", "results")] == [("a", "issued")]


def test_a_key_is_staged_and_ordered_for_what_is_due() -> None:
    hostvars = _two_hosts()
    assert [one["name"] for one in _step(hostvars, "two", "stage")] == ["www"]
    assert _step(hostvars, "two", "order") == []
    hostvars["two"]["__certificate_staged"] = {"certificates": [{"name": "www", "failed": False, "csr": "CSR"}]}
    (request,) = _step(hostvars, "two", "order")
    assert (request["host"], request["csr_content"]) == ("two", "CSR")


def test_a_host_reads_its_answers_from_the_host_that_made_the_call() -> None:
    hostvars = _two_hosts()
    _answered(hostvars, an_entry(), an_entry(phase="waiting_dcv", host="two"))
    hostvars["two"]["__certificate_prepared"] = {"requests": [{"name": "www", "host": "two", "csr_content": "CSR"}]}
    assert [_step(hostvars, host, "is_open") for host in ("one", "two")] == [False, True]
    assert [[one["value"] for one in _step(hostvars, host, "records")] for host in ("one", "two")] == [[], ["www"]]
    assert [one["csr_content"] for one in _step(hostvars, "two", "collect")] == ["CSR"]
    # nobody publishes these records by hand
    assert _step(hostvars, "two", "by_hand") == []

    _answered(hostvars, an_entry(host="two", action="none", serial_number="c3"), step="collected")
    (result,) = _step(hostvars, "two", "report", _BOTH)["results"]
    assert (result["action"], result["serial_number"]) == ("order", "c3")
    assert _step(hostvars, "two", "sets", _BOTH)["www"]["certificate"] == "NEW"


def test_without_an_answer_nothing_is_open_and_the_report_says_so() -> None:
    hostvars = _two_hosts()
    hostvars["one"]["__certificate_ordered"] = {"failed": True, "msg": "no answer", "certificates": None}
    assert _step(hostvars, "one", "is_open") is False
    (problem,) = _step(hostvars, "one", "report", _BOTH)["problems"]
    assert problem.startswith("www: nothing is known of its order.")


def test_why_a_set_could_not_be_put_into_use_is_reported() -> None:
    hostvars = _two_hosts()
    _answered(hostvars, an_entry())
    hostvars["one"]["__certificate_failures"] = {"www": "nginx does not reload"}
    told = _step(hostvars, "one", "report", _BOTH)
    assert (told["problems"], told["lines"]) == (["nginx does not reload"], ["www: failed"])


def test_check_mode_predicts() -> None:
    hostvars = _two_hosts()
    _answered(hostvars, an_entry(phase="processing", certificate_pem=None))
    (line,) = _step(hostvars, "one", "report", {**_BOTH, "check_mode": True})["lines"]
    assert line.startswith("www: would order, ")


class TestSharedKey:
    def test_the_second_host_copies_what_the_first_one_has_installed(self) -> None:
        hostvars = _two_hosts(key_strategy="shared")
        assert [hostvars[host]["__certificate_ways"]["sources"] for host in ("one", "two")] == [{}, {"www": "one"}]
        assert _step(hostvars, "two", "stage") == []
        assert _step(hostvars, "two", "sets", _BOTH) == {}

        _answered(hostvars, an_entry())
        hostvars["one"]["certificate_results"] = _step(hostvars, "one", "report", _BOTH)["results"]
        copied = _step(hostvars, "two", "sets", _BOTH)["www"]
        assert copied["source"] == {"host": "one", "files": "/d/www/sets/b2"}
        (result,) = _step(hostvars, "two", "report", _BOTH)["results"]
        assert (result["action"], result["serial_number"]) == ("copy", "b2")

    def test_a_host_of_a_later_batch_is_not_waited_for(self) -> None:
        hostvars = {host: _inspected(_DUE, key_strategy="shared") for host in ("one", "two")}
        ways = _step(hostvars, "two", "ways", {"hosts": ["one", "two"], "batch": ["two"]})
        assert (ways["sources"], ways["obtain"]) == ({}, ["www"])


def test_another_step_is_refused_with_the_steps_that_exist() -> None:
    with pytest.raises(AnsibleFilterError, match="certificate_step: 'install' is not one of found, ways, stage,"):
        _step({"one": {}}, "one", "install")
