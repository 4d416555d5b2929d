# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is noted before it is published, and what of a note is removed: nothing that does not belong to its request."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.digicert.plugins.filter.certificate_step import certificate_step
from ansible_collections.community.digicert.plugins.module_utils._dcv.withdrawal import (
    left_records,
    problem_of_note,
    to_note,
    to_withdraw,
)
from ansible_collections.community.digicert.plugins.module_utils._decisions import delivery, inspection
from ansible_collections.community.digicert.tests.unit.test_delivery import a_request, an_entry, what_is_there

_REASON = "/etc/digicert/www/.published lists records that an interrupted run left published"
_REQUEST = {"name": "www", "dns": ["www.example.com", "*.example.net"]}


def _record(value: str = "token", domain: str = "www.example.com", **keys: Any) -> dict[str, Any]:
    name = f"_dnsauth.{domain}"
    record = {"domain": domain, "type": "TXT", "name": name, "value": value, "path": None, "provider": "nsupdate"}
    return {**record, **keys}


_FILE = {
    "domain": "www.example.com",
    "type": "HTTP",
    "name": "www.example.com",
    "value": "token",
    "path": "/.well-known/pki-validation/fileauth.txt",
    "provider": "http",
}
_CNAME = _record("token.dcv.digicert.com", type="CNAME")


def _noted(*records: Any) -> dict[str, Any]:
    return {"published": {"records": list(records), "reason": _REASON}}


@pytest.mark.parametrize(
    "record",
    [
        _record(),
        _record(domain="example.com"),
        _record(domain="example.net"),
        _record(provider="route53"),
        _CNAME,
        _FILE,
        {**_FILE, "provider": "hook"},
    ],
)
def test_records_of_the_requested_names_are_removed(record: dict[str, Any]) -> None:
    assert left_records(_REQUEST, _noted(record)) == [record]
    assert problem_of_note(_REQUEST, _noted(record)) == ""


@pytest.mark.parametrize(
    "record",
    [
        _record(domain="other.example.org"),
        _record(domain="com"),
        _record(domain="mail.www.example.com"),
        _record(domain="www.example.com", name="_dnsauth.mail.example.com"),
        _record(name="www.example.com"),
        _record(name="_acme-challenge.www.example.com"),
        _record("v=spf1 -all"),
        _record("a" * 256),
        _record("{{ secret }}"),
        _record(type="MX"),
        _record(provider="unknown"),
        _record(provider="http"),
        _record(provider=["http"]),
        {**_record(), "value": 5},
        _record(path=5),
        _record(more="keys"),
        {"name": "_dnsauth.www.example.com"},
        _record("elsewhere. example.org", type="CNAME"),
        {**_FILE, "path": "/index.html"},
        {**_FILE, "path": "/.well-known/pki-validation/../../fileauth.txt"},
        {**_FILE, "path": None},
        {**_FILE, "name": "other.example.org", "domain": "other.example.org"},
        "text",
        None,
        5,
        [],
    ],
)
def test_anything_else_is_refused_with_one_sentence_and_nothing_is_removed(record: Any) -> None:
    found = _noted(_record(), record)
    assert left_records(_REQUEST, found) == []
    problem = problem_of_note(_REQUEST, found)
    assert problem.startswith(f"www: {_REASON}, but not all of them are records")
    assert "\n" not in problem


@pytest.mark.parametrize("records", [{"a": 5}, "text", 5])
def test_what_a_host_returns_instead_of_records_is_refused(records: Any) -> None:
    found = {"published": {"records": records, "reason": _REASON}}
    assert left_records(_REQUEST, found) == []
    assert problem_of_note(_REQUEST, found)


def test_a_note_that_the_host_could_not_read_is_reported_as_it_says() -> None:
    assert problem_of_note(_REQUEST, {"published": {"records": [], "reason": "it is spoiled"}}) == "www: it is spoiled."
    assert problem_of_note(_REQUEST, {"published": None}) == problem_of_note(_REQUEST, {}) == ""


def test_what_is_left_is_removed_together_with_what_is_published_now() -> None:
    new, old = _record("new"), _record("old")
    assert to_withdraw([new], [old, new]) == [new, old]
    assert to_withdraw([], [old, old]) == [old]


def test_a_cname_or_a_file_at_the_same_place_has_been_replaced() -> None:
    new = [{**_CNAME, "value": "new.dcv.digicert.com"}, {**_FILE, "value": "new"}]
    elsewhere = {**_CNAME, "name": "_dnsauth.example.com", "domain": "example.com"}
    assert to_withdraw(new, [_CNAME, _FILE, elsewhere]) == [*new, elsewhere]


def test_nothing_is_noted_of_what_a_person_publishes() -> None:
    records = [{**_record(), "expires": "2026-12-01T00:00:00Z", "provider": one} for one in ("manual", "route53")]
    assert to_note(records, "http", {}, {}) == [_record(provider="route53")]
    by_hand = {"example.com": {"dcv_provider": "manual"}}
    assert to_note(records, "http", by_hand, {}) == []
    # the provider of a delegated name is that of its target
    targets = {"_dnsauth.www.example.com": "www.validation.example.net"}
    assert to_note(records, "http", by_hand, targets) == [_record(provider="route53")]


def _host(found: dict[str, Any], *entries: dict[str, Any], **request: Any) -> dict[str, Any]:
    requests = [a_request(**request)]
    return {
        "__certificate_inspected": {"certificates": delivery.joined(requests, [found]), "in_order": False},
        "__certificate_ways": {**delivery.ways(requests, [found], {}), "sources": {}},
        "__certificate_takes_part": True,
        "__certificate_ordered": {"certificates": list(entries)},
    }


def _steps(host: dict[str, Any], *names: str) -> list[Any]:
    return [certificate_step({"one": host}, "one", name) for name in names]


_LEFT = what_is_there(needs="install", **_noted(_record()), reasons=[_REASON], certificate_pem=None)


def test_what_is_left_is_removed_although_nothing_else_is_due() -> None:
    host = _host(_LEFT)
    assert host["__certificate_ways"]["keep"] == ["www"]
    note = {"name": "www", "directory": "/d", "records": []}
    expected = [True, [], [_record()], [], [note]]
    assert _steps(host, "is_open", "records", "withdrawn", "notes", "noted") == expected
    assert not inspection.outcome([a_request()], [_LEFT])["in_order"]
    report = certificate_step({"one": host}, "one", "report")
    assert report["lines"] == [
        "www: in order, 100 days left, records that an interrupted run left published were removed"
    ]
    assert (report["problems"], report["results"][0]["reasons"]) == ([], [_REASON])


def test_what_is_published_is_noted_with_what_is_left() -> None:
    host = _host({**_LEFT, "needs": "certificate"}, an_entry(phase="waiting_dcv"), dcv_provider="route53")
    (record,) = _steps(host, "records")[0]
    (note,) = _steps(host, "notes")[0]
    assert (record["provider"], note["records"]) == ("route53", [record, _record()])
    assert _steps(host, "withdrawn", "noted") == [[record, _record()], [{**note, "records": []}]]


def test_a_note_that_cannot_be_used_stays_and_the_role_fails_in_the_end() -> None:
    host = _host({**_LEFT, **_noted(_record(domain="other.example.org"))})
    assert _steps(host, "is_open", "withdrawn", "notes", "noted") == [False, [], [], []]
    report = certificate_step({"one": host}, "one", "report")
    assert report["lines"] == ["www: in order, 100 days left"]
    assert ["none is removed" in problem for problem in report["problems"]] == [True]
