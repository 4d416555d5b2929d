# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role certificate does with each request of a host."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ansible_collections.community.digicert.plugins.module_utils._decisions import delivery, revocation
from ansible_collections.community.digicert.plugins.module_utils._decisions.requested_certificates import (
    complete_request,
)

DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(delivery._ORDERED),
    "directory": "/d",
    "product": "ssl_basic",
    "organization_id": 1,
    "dcv_method": "dns-txt-token",
    "renew_before": "auto",
    "force": False,
    "allow_name_removal": False,
    "skip_approval": True,
    "key_type": "RSA",
    "key_size": 2048,
    "key_curve": "secp256r1",
    "key_reuse": False,
    "key_strategy": "per_host",
    "owner": "",
    "group": "",
    "mode": "0644",
    "key_owner": "",
    "key_group": "",
    "key_mode": "0600",
    "outputs": [],
    "keystore_alias": "",
    "encryption_level": "auto",
    "links": [],
    "setype": "",
    "keep": 2,
    "reload": [],
    "served": None,
    "usual_port": 443,
    "check_for": 60,
    "dcv_provider": "nsupdate",
    "dcv_providers": {},
    "dcv_manual_pause": False,
    "wait_for_manual": False,
    "wait_timeout": 300,
}
CERTIFICATE = {"serial_number": "a1", "days_left": 100, "public_key_fingerprint": "f1"}


def a_request(name: str = "www", **keys: Any) -> dict[str, Any]:
    """Return a completed request."""
    return complete_request({"name": name, "dns": "www.example.com", **keys}, DEFAULTS)


def what_is_there(name: str = "www", needs: str = "none", **keys: Any) -> dict[str, Any]:
    """Return what digicert_host_certificate_info says about a host that has the certificate."""
    return {
        "name": name,
        "needs": needs,
        "reasons": [] if needs == "none" else ["a reason"],
        "certificate": CERTIFICATE,
        "key": {"public_key_fingerprint": "f1", "fits": True},
        "pending_key": None,
        "served": [],
        "certificate_pem": "PEM" if needs == "install" else None,
        "chain_pem": "CHAIN" if needs == "install" else None,
        **keys,
    }


def _record(value: str) -> dict[str, Any]:
    return {"domain": "example.com", "type": "TXT", "name": "_dnsauth.example.com", "value": value, "path": None}


def an_entry(name: str = "www", phase: str = "issued", action: str = "order", **keys: Any) -> dict[str, Any]:
    """Return what digicert_certificate says about a request."""
    issued = phase == "issued"
    return {
        "host": "one",
        "name": name,
        "changed": True,
        "failed": False,
        "msg": None,
        "action": action,
        "reasons": ["why"],
        "phase": phase,
        "is_final": phase in ("issued", "rejected", "canceled"),
        "blocked_on": [] if issued else [{"what": "x", "next_action": f"Do something about {name}."}],
        "order_id": 5,
        "serial_number": "b2" if issued else None,
        "days_left": 199 if issued else None,
        "certificate_pem": "NEW" if issued else None,
        "chain_pem": "NEW CHAIN" if issued else None,
        "records": [_record(name)] if phase == "waiting_dcv" else [],
        **keys,
    }


@pytest.mark.parametrize(
    ("request_", "found", "expected"),
    [
        ({}, {}, "keep"),
        ({"force": True}, {}, "obtain"),
        ({}, {"needs": "certificate"}, "obtain"),
        ({}, {"needs": "install"}, "install"),
        ({"force": True}, {"needs": "install"}, "obtain"),
        # a staged key belongs to a newer certificate
        ({}, {"needs": "install", "pending_key": {"fits": True}}, "obtain"),
        ({}, {"needs": "install", "certificate_pem": None}, "obtain"),
    ],
)
def test_what_is_done_with_a_request(request_: dict[str, Any], found: dict[str, Any], expected: str) -> None:
    ways = delivery.ways([a_request(**request_)], [what_is_there(**found)], {})
    assert {way for way, names in ways.items() if names} == {expected}


def test_a_shared_key_is_copied_whatever_is_there() -> None:
    for needs in ("none", "install", "certificate"):
        ways = delivery.ways([a_request()], [what_is_there(needs=needs)], {"www": "two"})
        assert ways["copied"] == ["www"]


def test_each_request_has_one_way() -> None:
    requests = [a_request(name) for name in "abc"]
    found = [what_is_there("a"), what_is_there("b", "install"), what_is_there("c", "certificate")]
    assert delivery.ways(requests, found, {}) == {"keep": ["a"], "install": ["b"], "copied": [], "obtain": ["c"]}


def test_what_the_host_is_asked() -> None:
    options = delivery.look_options(a_request(owner="web", reload=["nginx"]), "s3cret")
    assert options["dns_names"] == ["www.example.com"]
    assert options["owner"] == options["key_owner"] == "web"
    assert options["keystore_passphrase"] == "s3cret"
    assert options["served"] == [{"port": 443, "former_only": True}]
    assert "group" not in options
    assert "keystore_passphrase" not in delivery.look_options(a_request(), "")


@pytest.mark.parametrize(
    ("request_", "served"),
    [
        # nothing is reloaded, or it was said what must be served
        ({}, []),
        ({"reload": ["nginx"], "served": []}, []),
        ({"reload": ["nginx"], "served": [{"port": 8443}]}, [{"port": 8443}]),
    ],
)
def test_which_services_are_read(request_: dict[str, Any], served: object) -> None:
    assert delivery.look_options(a_request(**request_), "")["served"] == served


def test_the_usual_port_may_be_a_text() -> None:
    options = delivery.look_options({**a_request(reload=["x"]), "usual_port": "8443"}, "")
    assert options["served"] == [{"port": 8443, "former_only": True}]


def test_only_named_requests_are_staged() -> None:
    requests = [a_request("a", key_type="ECC"), a_request("b")]
    found = [what_is_there("a"), what_is_there("b")]
    (options,) = delivery.to_stage(requests, found, ["a"])
    assert (options["name"], options["key_type"], options["dns_names"]) == ("a", "ECC", ["www.example.com"])
    assert options["key_reuse"] is False


@pytest.mark.parametrize(
    ("reuse", "key", "expected"),
    [(True, {"fits": True}, True), (False, {"fits": True}, False), (True, {"fits": False}, False), (True, None, False)],
)
def test_only_a_key_that_fits_is_used_again(reuse: bool, key: object, expected: bool) -> None:
    (options,) = delivery.to_stage([a_request(key_reuse=reuse)], [what_is_there(key=key)], ["www"])
    assert options["key_reuse"] is expected


def _revoked(reason: str | None, **keys: Any) -> dict[str, Any]:
    there = what_is_there(**keys)
    moment = dt.datetime(2026, 11, 20, 12, tzinfo=dt.timezone.utc)
    return revocation.with_revocation(a_request(key_reuse=True), there, moment, reason)


def test_a_revoked_certificate_is_obtained_again_whatever_else_is_needed() -> None:
    for needs in ("none", "install", "certificate"):
        found = _revoked("superseded", needs=needs)
        assert delivery.ways([a_request()], [found], {})["obtain"] == ["www"]
        assert found["reasons"][0] == "the certificate was revoked on 2026-11-20 at 12:00 UTC, reason superseded"
    assert _revoked(None, needs="certificate")["reasons"][1:] == ["a reason"]
    assert _revoked(None, needs="install")["reasons"][1:] == []


@pytest.mark.parametrize(("reason", "expected"), [("superseded", True), (None, True), ("keyCompromise", False)])
def test_a_compromised_key_is_never_used_again(reason: str | None, expected: bool) -> None:
    (options,) = delivery.to_stage([a_request(key_reuse=True)], [_revoked(reason)], ["www"])
    assert options["key_reuse"] is expected
    (ordered,) = _ordered(a_request(key_reuse=True), _revoked(reason))
    # a certificate that the order already has for that key does not help
    assert ("public_key_fingerprint" in ordered) is expected
    assert ("although key_reuse is set" in _revoked(reason)["reasons"][0]) is not expected


def test_a_revoked_certificate_is_replaced_although_it_is_not_due() -> None:
    (options,) = _ordered(a_request(), _revoked("superseded"))
    assert (options["replace"], options["serial_number"]) == (True, "a1")


def _ordered(request: dict[str, Any], found: dict[str, Any], **staged: Any) -> list[dict[str, Any]]:
    return delivery.to_order("one", [request], [found], [{"name": "www", "failed": False, "csr": "CSR", **staged}])


def test_what_is_ordered() -> None:
    (options,) = _ordered(a_request(order_id=7), what_is_there())
    assert options["host"] == "one"
    assert options["csr_content"] == "CSR"
    assert (options["serial_number"], options["public_key_fingerprint"], options["order_id"]) == ("a1", "f1", 7)
    assert (options["duplicates"], options["replace"]) == (True, False)
    assert "container_id" not in options


def test_what_is_ordered_for_a_host_without_anything() -> None:
    (options,) = _ordered(a_request(force=True), what_is_there(certificate=None, key=None), csr="")
    # in check mode there is no CSR yet; without a certificate there is nothing to replace
    assert options.keys() & {"csr_content", "serial_number", "public_key_fingerprint"} == set()
    assert options["replace"] is False


def test_what_is_ordered_in_other_cases() -> None:
    (options,) = _ordered(a_request(force=True, key_strategy="shared"), what_is_there(key={"fits": False}))
    assert (options["replace"], options["duplicates"]) == (True, False)
    assert "public_key_fingerprint" not in options


def test_a_key_that_an_earlier_run_staged_counts_instead_of_the_installed_one() -> None:
    (options,) = _ordered(a_request(), what_is_there(pending_key={"fits": True}))
    assert "public_key_fingerprint" not in options
    (options,) = _ordered(a_request(), what_is_there(pending_key={"fits": False}))
    assert options["public_key_fingerprint"] == "f1"


def test_nothing_is_ordered_without_a_staged_key() -> None:
    assert _ordered(a_request(), what_is_there(), failed=True) == []
    assert delivery.to_order("one", [a_request()], [what_is_there()], []) == []


def test_records_are_published_by_the_provider_of_their_request() -> None:
    requests = [a_request("a"), a_request("b", dcv_provider="http"), a_request("c")]
    entries = [an_entry("a", "waiting_dcv"), an_entry("b", "waiting_dcv"), an_entry("c")]
    records = delivery.to_publish(requests, entries)
    assert [(record["value"], record["provider"]) for record in records] == [("a", "nsupdate"), ("b", "http")]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [({}, 0), ({"dcv_providers": {"example.com": {}}}, 1), ({"dcv_manual_pause": True}, 1)],
)
def test_what_a_person_publishes_after_the_run(request_: dict[str, Any], expected: int) -> None:
    request = {**a_request(dcv_provider="manual"), **request_}
    assert len(delivery.to_publish([request], [an_entry(phase="waiting_dcv")])) == expected


def test_nothing_is_published_for_what_failed() -> None:
    assert delivery.to_publish([a_request()], [an_entry(phase="waiting_dcv", failed=True)]) == []


def _collected(request: dict[str, Any], entry: dict[str, Any]) -> list[dict[str, Any]]:
    return delivery.to_collect([request], [{"name": "www", "replace": True, "csr_content": "CSR"}], [entry])


@pytest.mark.parametrize("entry", [an_entry(), an_entry(failed=True), an_entry(phase="rejected")])
def test_what_is_not_open_is_not_collected(entry: dict[str, Any]) -> None:
    assert _collected(a_request(), entry) == []


def test_what_is_open_goes_on_with_its_order_and_replaces_nothing_again() -> None:
    (options,) = _collected(a_request(), an_entry(phase="waiting_dcv", action="reissue"))
    assert options == {"name": "www", "csr_content": "CSR", "replace": False, "check_for": 60}


@pytest.mark.parametrize(
    ("action", "check_for"), [("order", None), ("renew", None), ("reissue", None), ("none", 0), ("adopt", 0)]
)
def test_nobody_waits_for_records_that_nobody_can_have_published(action: str, check_for: int | None) -> None:
    options = _collected(a_request(dcv_provider="manual"), an_entry(phase="waiting_dcv", action=action))
    assert [one["check_for"] for one in options] == ([] if check_for is None else [check_for])


def test_a_run_may_wait_for_a_person_and_shows_what_for() -> None:
    request = {**a_request(dcv_provider="manual"), "wait_for_manual": True}
    entry = an_entry(phase="waiting_dcv")
    (options,) = _collected(request, entry)
    assert options["check_for"] == 300
    # the role dcv shows what its provider manual is given
    (shown,) = delivery.to_publish([request], [entry])
    assert (shown["name"], shown["provider"]) == ("_dnsauth.example.com", "manual")
    assert delivery.to_publish([a_request(dcv_provider="manual")], [entry]) == []


def test_a_file_is_published_at_an_address() -> None:
    record = {"domain": "a.example", "type": "HTTP", "name": None, "path": "/.well-known/x", "value": "v"}
    assert delivery.record_line(record) == "http://a.example/.well-known/x = v"


def test_manual_records_do_not_matter_in_other_phases() -> None:
    (options,) = _collected(a_request(dcv_provider="manual"), an_entry(phase="waiting_approval"))
    assert options["check_for"] == 60


def test_the_newest_entry_counts_and_says_what_was_done_before() -> None:
    first = [an_entry("a", "waiting_dcv"), an_entry("b")]
    second = [an_entry("a", action="change_method", changed=False, reasons=["it exists"])]
    a, b = delivery.latest(first, second)
    assert (a["phase"], a["action"], a["reasons"], a["changed"]) == ("issued", "order", ["why"], True)
    assert b == first[1]


def test_what_a_later_call_did_counts() -> None:
    (entry,) = delivery.latest(
        [an_entry(phase="processing", action="none")], [an_entry(action="duplicate", reasons=["x"])]
    )
    assert (entry["action"], entry["reasons"]) == ("duplicate", ["why", "x"])


@pytest.mark.parametrize(
    ("request_", "certificate", "served"),
    [
        ({"reload": ["nginx"]}, CERTIFICATE, [{"port": 443}]),
        # no service is configured with a first certificate yet
        ({"reload": ["nginx"]}, None, []),
        ({}, CERTIFICATE, []),
        ({"served": [{"port": 25, "starttls": "smtp"}]}, None, [{"port": 25, "starttls": "smtp"}]),
    ],
)
def test_which_services_must_present_a_new_certificate(
    request_: dict[str, Any], certificate: object, served: object
) -> None:
    made = delivery.new_set(a_request(**request_), what_is_there(certificate=certificate), an_entry())
    assert made["served"] == served
    assert (made["certificate"], made["chain"], made["serial_number"]) == ("NEW", "NEW CHAIN", "b2")
    assert made["force_reload"] is False
    assert made["owner"] == ""


@pytest.mark.parametrize(
    ("states", "request_", "served"),
    [
        ({}, {"reload": ["x"]}, []),
        ({"127.0.0.1:443": "other"}, {"reload": ["x"]}, []),
        ({"127.0.0.1:443": "former"}, {"reload": ["x"]}, [{"port": 443}]),
        # what does not run reads the certificate when it starts
        ({"127.0.0.1:443": "unreachable"}, {"served": [{}, {"host": "h", "port": 1}]}, [{"host": "h", "port": 1}]),
    ],
)
def test_which_services_must_present_a_corrected_one(
    states: dict[str, str], request_: dict[str, Any], served: object
) -> None:
    looked = [{"place": place, "state": state} for place, state in states.items()]
    made = delivery.same_set(a_request(**request_), what_is_there(needs="install", served=looked))
    assert made["served"] == served
    assert (made["certificate"], made["chain"], made["serial_number"]) == ("PEM", "CHAIN", "a1")
    assert made["force_reload"] is True
    assert made["keystore_alias"] == "www"
