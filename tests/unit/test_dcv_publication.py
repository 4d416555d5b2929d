# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which provider publishes which record at which name."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ansible_collections.community.digicert.plugins.module_utils._dcv.publication import (
    PUBLISHES,
    Placement,
    UnpublishableError,
    check_providers,
    longest_suffix,
    place,
)

NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.timezone.utc)
FILE = "/.well-known/pki-validation/fileauth.txt"


def record(name: str, kind: str = "TXT", value: str = "token", **more: str | None) -> dict[str, str | None]:
    """Return a record of the domain below ``_dnsauth.``, or of an HTTP file."""
    path = FILE if kind == "HTTP" else None
    domain = name.removeprefix("_dnsauth.")
    return {"domain": domain, "type": kind, "name": name, "value": value, "path": path, "expires": None, **more}


def placed(*records: dict[str, str | None], **more: Any) -> list[Placement]:
    """Place records, by default with the provider route53."""
    given: dict[str, Any] = {"provider": "route53", "providers": {}, "delegations": {}, "now": NOW, **more}
    return place(records, **given)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("example.com", "example.com"),
        ("WWW.Example.Com.", "example.com"),
        ("a.eu.example.com", "EU.example.com."),
        ("notexample.com", None),
        ("example.org", None),
    ],
)
def test_the_longest_suffix_of_whole_labels_wins(name: str, expected: str | None) -> None:
    assert longest_suffix(name, ["example.com", "EU.example.com.", "com.example"]) == expected


def test_records_of_one_name_become_one_set_with_each_value_once() -> None:
    # a wildcard and its base domain, and a base-domain scope for a sub-domain, lead to the same name
    same = record("_dnsauth.example.com")
    (placement,) = placed(same, {**same, "domain": "www.example.com"}, same, record("_dnsauth.example.com", value="b"))

    (records,) = placement.as_dict()["sets"]
    assert records == {
        "name": "_dnsauth.example.com",
        "owner": "_dnsauth.example.com.",
        "type": "TXT",
        "values": ["token", "b"],
        "records": ['"token"', '"b"'],
        "domains": ["example.com", "www.example.com"],
    }


def test_both_forms_of_cname_are_spelled_as_in_a_zone_file() -> None:
    (placement,) = placed(
        record("_dnsauth.example.com", "CNAME", "t1.dcv.digicert.com"),
        record("t1.example.com", "CNAME", "dcv.digicert.com."),
    )
    assert [records["records"] for records in placement.as_dict()["sets"]] == [
        ["t1.dcv.digicert.com."],
        ["dcv.digicert.com."],
    ]


def test_each_zone_has_its_provider_and_delegated_names_follow_their_target() -> None:
    providers = {
        "example.com": {"dcv_provider": "nsupdate"},
        "eu.example.com": {"dcv_provider": "azure"},
        "validation.net": {"dcv_provider": "cloudflare"},
    }
    found = placed(
        record("_dnsauth.www.example.com"),
        record("_dnsauth.a.eu.example.com"),
        record("_dnsauth.shop.example.com"),
        record("_dnsauth.example.org"),
        record("_dnsauth.b.eu.example.com"),
        providers=providers,
        delegations={"_DNSAUTH.shop.example.com.": "shop.validation.net."},
    )

    assert [(one.provider, one.suffix, [name for name, _kind in one.sets]) for one in found] == [
        ("nsupdate", "example.com", ["_dnsauth.www.example.com"]),
        ("azure", "eu.example.com", ["_dnsauth.a.eu.example.com", "_dnsauth.b.eu.example.com"]),
        ("cloudflare", "validation.net", ["shop.validation.net"]),
        ("route53", "", ["_dnsauth.example.org"]),
    ]


def test_a_file_keeps_its_host_name_despite_delegations() -> None:
    (placement,) = placed(
        record("www.example.com", "HTTP"), provider="http", delegations={"www.example.com": "other.example.net"}
    )
    assert placement.as_dict()["files"] == [{"name": "www.example.com", "path": FILE, "content": "token"}]


REFUSED: dict[str, tuple[dict[str, str | None], dict[str, Any], str]] = {
    "name with a trailing dot": (record("_dnsauth.example.com."), {}, "without a trailing dot"),
    "invalid name": (record("a b.example.com"), {}, "cannot be published"),
    "value with quotation marks": (record("_dnsauth.example.com", value='a" "b'), {}, "cannot be published"),
    "value that is too long": (record("_dnsauth.example.com", value="a" * 256), {}, "at most 255 characters"),
    "file outside": (
        record("w.example.com", "HTTP", path="/../x"),
        {"provider": "http"},
        "which is not a file directly",
    ),
    "no file": (record("w.example.com", "HTTP", path=None), {"provider": "http"}, "has the path ''"),
    "provider without files": (
        record("w.example.com", "HTTP"),
        {},
        "'route53' publishes records of the type CNAME or TXT",
    ),
    "provider without names": (record("_dnsauth.w.example.com"), {"provider": "http"}, "but w.example.com needs TXT"),
    "expired": (
        record("_dnsauth.w.example.com", expires="2026-11-21T12:00:00Z"),
        {},
        "community.digicert.digicert_dcv",
    ),
    "expiry that is not a time": (
        record("_dnsauth.w.example.com", expires="soon"),
        {},
        "'soon', which is not an ISO 8601 time",
    ),
    "delegated CNAME": (
        record("_dnsauth.w.example.com", "CNAME"),
        {"delegations": {"_dnsauth.w.example.com": "w.example.net"}},
        "use the DCV method dns-txt-token",
    ),
    "delegated to nowhere": (
        record("_dnsauth.w.example.com"),
        {"delegations": {"_dnsauth.w.example.com": "nowhere"}},
        "not a host name",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_published_is_refused_with_what_to_do(case: str) -> None:
    wrong, given, said = REFUSED[case]
    with pytest.raises(UnpublishableError) as caught:
        placed(wrong, **given)
    assert said in str(caught.value)


def test_a_name_cannot_have_two_cnames() -> None:
    with pytest.raises(UnpublishableError, match="a CNAME at _dnsauth"):
        placed(record("_dnsauth.example.com", "CNAME", "a"), record("_dnsauth.example.com", "CNAME", "b"))


def test_an_expired_token_is_removed_and_one_that_expires_later_is_published() -> None:
    expired, later = "2026-11-21T11:59:59+00:00", "2026-11-21T12:00:01+00:00"
    assert len(placed(record("_dnsauth.example.com", expires=expired), now=None)) == 1
    assert len(placed(record("_dnsauth.example.com", expires=later))) == 1


WRONG_ENTRIES: dict[str, tuple[Any, str]] = {
    "unknown provider": ({"dcv_provider": "pigeon"}, "unknown provider 'pigeon'"),
    "variable of another provider": ({"dcv_provider": "azure", "dcv_nsupdate_server": "x"}, "dcv_nsupdate_server"),
    "misspelled": (
        {"dcv_provider": "nsupdate", "dcv_nsupdate_sever": "x"},
        "cannot be set for the provider 'nsupdate'",
    ),
    "of the whole role": ({"dcv_provider": "nsupdate", "dcv_state": "absent"}, "dcv_state"),
    "only a name": ("nsupdate", "must be a mapping"),
}


@pytest.mark.parametrize("case", WRONG_ENTRIES)
def test_an_invalid_entry_of_dcv_providers_is_refused(case: str) -> None:
    entry, said = WRONG_ENTRIES[case]
    with pytest.raises(UnpublishableError) as caught:
        check_providers({"example.com": entry}, "route53", ["dcv_provider", "dcv_nsupdate_server", "dcv_state"])
    assert said in str(caught.value)


def test_an_entry_may_set_variables_of_its_provider_and_of_zones() -> None:
    known = ["dcv_provider", "dcv_http_webroot", "dcv_ttl"]
    check_providers({"a.example": {"dcv_http_webroot": "/srv", "dcv_ttl": 30}}, "http", known)


def test_every_provider_publishes_something() -> None:
    assert all(kinds and kinds <= {"TXT", "CNAME", "HTTP"} for kinds in PUBLISHES.values())


_ALLOWED = {
    "the name itself": (record("_dnsauth.www.example.com"), ["www.example.com"]),
    "a domain above": (record("_dnsauth.example.com"), ["a.b.example.com"]),
    "the base of a wildcard": (record("_dnsauth.example.com"), ["*.example.com"]),
    "a www that the CA adds": (record("_dnsauth.www.example.com"), ["example.com"]),
    "another spelling": (record("_dnsauth.xn--bcher-kva.example"), ["WWW.B\u00fccher.example."]),
    "older form of a CNAME": (record("t1.example.com", "CNAME", domain="example.com"), ["www.example.com"]),
    "a file": (record("www.example.com", "HTTP", provider="http"), ["www.example.com"]),
}


@pytest.mark.parametrize("case", _ALLOWED)
def test_records_of_requested_names_are_published(case: str) -> None:
    given, names = _ALLOWED[case]
    assert placed(given, names=names)[0].records
    assert placed(given)[0].records


_FOREIGN = {
    "another domain": (record("_dnsauth.bank.example"), ["www.example.com"]),
    "a name beside it": (record("_dnsauth.mail.example.com"), ["www.example.com"]),
    "a name below it": (record("_dnsauth.a.www.example.com"), ["www.example.com"]),
    "a domain that only ends alike": (record("_dnsauth.ample.com"), ["www.example.com"]),
    "a top-level domain": (record("_dnsauth.com"), ["www.example.com"]),
    "a record elsewhere": (record("_dnsauth.bank.example", domain="www.example.com"), ["www.example.com"]),
    "no domain": (record("_dnsauth.bank.example", domain=None), ["www.example.com"]),
    "a file of a domain above": (
        record("a.www.example.com", "HTTP", domain="www.example.com", provider="http"),
        ["www.example.com"],
    ),
}


@pytest.mark.parametrize("now", [NOW, None], ids=["published", "removed"])
@pytest.mark.parametrize("case", _FOREIGN)
def test_records_that_nobody_asked_for_are_refused(case: str, now: dt.datetime | None) -> None:
    """Neither written nor removed: both would happen with the credentials of the user."""
    given, names = _FOREIGN[case]
    with pytest.raises(UnpublishableError, match="neither in dcv_names nor a domain above"):
        placed(given, names=names, now=now)


@pytest.mark.parametrize("kind", ["TXT", "HTTP"])
@pytest.mark.parametrize(
    "value",
    [
        "",
        "<?php_system()?>",
        "<script>",
        "a b",
        "a\nb",
        "`id`",
        "$(id)",
        "{{lookup}}",
        "{%",
        "a;b",
        "a" * 256,
        "\u00e4",
        "a\x00",
    ],
)
def test_only_a_token_is_published(kind: str, value: str) -> None:
    provider = "http" if kind == "HTTP" else "route53"
    with pytest.raises(UnpublishableError, match="cannot be published") as refused:
        placed(record("www.example.com", kind, value, provider=provider))
    assert len(str(refused.value)) < 400


@pytest.mark.parametrize("value", ["", "a b.example", "-$(id)", "a..b", "a" * 64, "<x>.dcv.digicert.com", "a.b.."])
def test_only_a_host_name_is_the_target_of_a_cname(value: str) -> None:
    with pytest.raises(UnpublishableError, match="cannot be published"):
        placed(record("_dnsauth.www.example.com", "CNAME", value))


@pytest.mark.parametrize(
    "path",
    [
        "/.well-known/pki-validation/shell.php",
        "/.well-known/pki-validation/index.html",
        "/.well-known/pki-validation/.htaccess",
        "/.well-known/pki-validation/a.php.txt",
        "/.well-known/pki-validation/../a.txt",
        "/.well-known/pki-validation/a/b.txt",
        "/.well-known/pki-validation/.txt",
        "/.well-known/pki-validation/a.txt\n",
        "/.well-known/pki-validation/" + "a" * 101 + ".txt",
        "/index.txt",
    ],
)
def test_only_files_with_tokens_are_written(path: str) -> None:
    with pytest.raises(UnpublishableError, match="not a file directly in"):
        placed(record("www.example.com", "HTTP", path=path, provider="http"))


@pytest.mark.parametrize("name", ["fileauth", "aZ09_-", "-a"])
def test_the_names_of_the_service_are_written(name: str) -> None:
    path = f"/.well-known/pki-validation/{name}.txt"
    assert placed(record("www.example.com", "HTTP", path=path, provider="http"))[0].files[0]["path"] == path
