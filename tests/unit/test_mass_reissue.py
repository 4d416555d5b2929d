# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which certificates a mass reissue replaces, and the evidence that it did."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.community.digicert.plugins.filter import (
    certificate_selection,
    reissue_evidence,
    reissue_summary,
    report_host,
    requests_to_replace,
)
from ansible_collections.community.digicert.tests.unit.test_delivery import a_request, what_is_there

_FILTERS: dict[str, Callable[..., Any]] = {
    name: filter_
    for module in (certificate_selection, reissue_evidence, reissue_summary, report_host, requests_to_replace)
    for name, filter_ in module.FilterModule().filters().items()
}
_select, _evidence = _FILTERS["certificate_selection"], _FILTERS["reissue_evidence"]
_host_of_report = _FILTERS["report_host"]

ISSUED = {"serial_number": "ab1", "issuer": "CA 1", "not_before": "2026-11-20T10:00:00+00:00"}


def _found(name: str = "www", *, is_installed: bool = True, **request: Any) -> dict[str, Any]:
    certificate = ISSUED if is_installed else None
    return {
        "name": name,
        "request": a_request(name, **request),
        "installed": what_is_there(name, certificate=certificate),
    }


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ({}, True),
        # as people paste them
        ({"serial_numbers": ["00:AB:1".replace(":1", "1")]}, True),
        ({"serial_numbers": ["0:0AB1", "ffff"]}, True),
        ({"serial_numbers": ["ab12"]}, False),
        ({"serial_numbers": ["ab12"], "serial_file": "ffff\nAB1\n"}, True),
        ({"serial_file": "ffff\n"}, False),
        ({"serial_numbers": [], "issuer": "", "product": None}, True),
        ({"issuer": "CA 1"}, True),
        ({"issuer": "CA 2"}, False),
        ({"product": "ssl_basic"}, True),
        ({"product": "ssl_plus"}, False),
        ({"issued_from": "2026-11-20", "issued_until": "2026-11-20"}, True),
        ({"issued_from": "2026-11-21"}, False),
        ({"issued_until": "2026-11-19"}, False),
        # all criteria count
        ({"issuer": "CA 1", "product": "ssl_plus"}, False),
    ],
)
def test_a_certificate_must_meet_all_criteria(criteria: dict[str, Any], expected: bool) -> None:
    selected = _select([_found()], criteria)
    assert selected == ([{"name": "www", "serial_number": "ab1"}] if expected else [])


def test_a_request_without_a_certificate_is_not_selected() -> None:
    assert _select([_found(is_installed=False), {**_found(), "installed": None}], {}) == []


def test_selected_requests_get_a_new_key() -> None:
    requests: list[dict[str, Any]] = [
        {"name": "/etc/pki/www", "dns": "a", "key_reuse": True},
        {"name": "mail", "dns": "b"},
    ]
    (chosen,) = _FILTERS["requests_to_replace"](requests, [{"name": "www", "serial_number": "1"}])
    assert chosen == {"name": "/etc/pki/www", "dns": "a", "force": True, "key_reuse": False}


OLD = [{"name": "www", "serial_number": "ab1"}]
NEW = {"name": "www", "serial_number": "cd2", "phase": "issued", "order_id": 5}


def _run(results: list[dict[str, Any]], failure: str = "", **request: Any) -> dict[str, Any]:
    return {"host": "web1", "found": [_found(**request)], "results": results, "failure": failure, "at": "now"}


@pytest.mark.parametrize(
    ("results", "failure", "expected"),
    [
        ([NEW], "", True),
        ([NEW], "no reload", False),
        ([{**NEW, "serial_number": "ab1"}], "", False),
        ([{**NEW, "phase": "waiting_approval"}], "", False),
        ([{**NEW, "serial_number": None}], "", False),
        ([], "", False),
    ],
)
def test_a_certificate_is_replaced_only_by_another_one_that_is_issued(
    results: list[dict[str, Any]], failure: str, expected: bool
) -> None:
    (entry,) = _evidence(OLD, _run(results, failure, served=[{"port": 1}]))
    assert (entry["is_replaced"], entry["is_served"]) == (expected, expected)
    assert (entry["host"], entry["old_serial_number"], entry["failure"]) == ("web1", "ab1", failure)


@pytest.mark.parametrize(
    ("request_", "expected"), [({}, False), ({"reload": ["x"]}, True), ({"reload": ["x"], "served": []}, False)]
)
def test_a_certificate_counts_as_served_only_if_a_service_is_checked(request_: dict[str, Any], expected: bool) -> None:
    (entry,) = _evidence(OLD, _run([NEW], **request_))
    assert entry["is_served"] is expected


def test_the_summary_says_what_became_of_the_old_certificates() -> None:
    entries = [
        _evidence([{"name": "www", "serial_number": old}], {**_run([NEW], failure), "host": host})[0]
        for host, old, failure in (("a", "1", ""), ("b", "2", ""), ("c", "3", ""), ("d", "4", 'say "no"'))
    ]
    revocations: list[dict[str, Any]] = [
        {"item": entries[0], "phase": "revoked"},
        {"item": entries[1], "phase": "waiting_approval"},
        {"item": entries[2], "failed": True, "msg": "not listed"},
        {"item": entries[3], "skipped": True},
    ]
    summary = _FILTERS["reissue_summary"](entries, revocations, drill=False)
    fates = ["revoked", "revocation waiting_approval", "not listed", "not revoked"]
    assert [entry["old_certificate"] for entry in summary["entries"]] == fates
    assert summary["failures"] == ['d www: say "no"']
    rows = list(csv.DictReader(summary["csv"].splitlines()))
    assert [row["old_certificate"] for row in rows] == fates
    assert rows[3]["failure"] == 'say "no"'
    lines = summary["table"]
    assert len({line.index(fate) for line, fate in zip(lines[1:], fates, strict=True)}) == 1
    assert lines[0].startswith("host ")


def _host(*services: dict[str, Any], failure: str = "", shown: Any = (), **request: Any) -> dict[str, Any]:
    found = {"problem": "", "certificates": [_found(served=list(services) or None, **request)]}
    host: dict[str, Any] = _host_of_report(found, "web1", "192.0.2.1", failure, shown)
    return host


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ({}, {"host": "192.0.2.1", "port": 443, "server_name": "www.example.com"}),
        ({"host": "localhost", "port": 8443}, {"host": "192.0.2.1", "port": 8443, "server_name": "www.example.com"}),
        (
            {"from": "controller", "host": "127.0.0.1", "server_name": "x", "ca_path": "/ca"},
            {"host": "127.0.0.1", "port": 443, "server_name": "x", "ca_path": "/ca"},
        ),
        # a file of the host
        (
            {"host": "lb.example", "ca_path": "/ca", "starttls": "smtp"},
            {"host": "lb.example", "port": 443, "server_name": "www.example.com", "starttls": "smtp"},
        ),
    ],
)
def test_how_the_controller_reaches_a_service(service: dict[str, Any], expected: dict[str, Any]) -> None:
    assert _host(service)["endpoints"] == [expected]


def test_a_wildcard_is_not_a_server_name() -> None:
    (endpoint,) = _host({"port": 1}, dns=["*.example.com"])["endpoints"]
    assert "server_name" not in endpoint


def test_the_usual_port_counts_only_if_something_is_reloaded() -> None:
    assert _host()["endpoints"] == []
    assert [one["port"] for one in _host(reload=["nginx"])["endpoints"]] == [443]


def test_what_is_served_belongs_to_its_request() -> None:
    host = _host({"port": 1}, {"port": 2}, shown=[{"problem": None}, {"problem": "refused"}])
    assert host["host"]["served"] == [{"problem": None, "request": "www"}, {"problem": "refused", "request": "www"}]
    assert host["host"]["requests"][0]["dns_names"] == ["www.example.com"]
    assert host["host"]["certificates"][0]["name"] == "www"


def test_a_host_that_could_not_be_read_says_why() -> None:
    assert _host_of_report({}, "web1", "x", "no become")["host"]["failure"] == "no become"
    unreachable = {"problem": "the host cannot be reached", "certificates": [{**_found(), "installed": None}]}
    host = _host_of_report(unreachable, "web1", "x")["host"]
    assert (host["failure"], host["certificates"], len(host["requests"])) == ("the host cannot be reached", [], 1)
