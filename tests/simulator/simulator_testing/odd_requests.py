# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests that nobody means: valid requests to every endpoint in which something was replaced by something odd."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

import hypothesis.strategies as st

from simulator_testing.client import EC_CSR, order_body

ORDER = "/order/certificate/<reference>"
_CERTIFICATE = {
    "common_name": "www.valid.example",
    "dns_names": ["valid.example"],
    "csr": EC_CSR,
    "server_platform": {"id": 45},
    "signature_hash": "sha256",
    "cert_validity": {"years": 1, "days": 90, "custom_expiration_date": "09 JUN 2027"},
    "organization_units": ["Web"],
    "profile_option": "server_client_auth_eku",
    "certificate_dcv_scope": "fqdn",
    "ca_cert_id": "",
}
_PERSON = {"first_name": "Gia", "last_name": "Booth", "email": "g@b.example", "job_title": "T", "telephone": "1"}
_DETAILS = {
    "name": "New Corp",
    "assumed_name": "New",
    "country": "us",
    "address": "932 Prospect Street",
    "address2": "Floor 08",
    "city": "Minneapolis",
    "state": "mn",
    "zip": "40849",
    "telephone": "666-186-6450",
    "container": {"id": 5},
    "organization_contact": {**_PERSON, "telephone_extension": "7"},
    "skip_duplicate_org_check": True,
}
_ORDER = {
    **order_body("www.valid.example", certificate=_CERTIFICATE),
    "order_validity": {"years": 1, "days": 0, "custom_expiration_date": ""},
    "validity_years": 1,
    "organization": {
        "id": 112233,
        "contacts": [
            {"contact_type": "organization_contact", "user_id": 14},
            {"contact_type": "technical_contact", **_PERSON},
        ],
    },
    "container": {"id": 5},
    "custom_fields": [{"metadata_id": 11, "value": "1"}],
    "dcv_method": "dns-txt-token",
    "dcv_emails": [{"dns_name": "a.example", "email_domain": "a.example", "email": "admin@a.example"}],
    "alternative_order_id": "abc",
    "renewal_of_order_id": 0,
    "renewed_thumbprint": "",
    "payment_method": "balance",
    "skip_approval": True,
    "comments": "c",
    "locale": "en",
    "auto_renew": 1,
    "auto_reissue": 1,
    "disable_renewal_notifications": True,
    "additional_emails": ["a@b.example"],
    "custom_renewal_message": "m",
    "technical_contact": _PERSON,
    "product": {"type_hint": "ov"},
    "use_auth_key": False,
}
_AGAIN = {"certificate": _CERTIFICATE, "skip_approval": True, "comments": "c", "dcv_method": "dns-txt-token"}
_DOMAIN = {
    "name": "new.example",
    "organization": {"id": 112233},
    "validations": [{"type": "ov"}, {"type": "ev"}],
    "dcv_method": "dns-txt-token",
    "locale": "en",
    "email_array": ["admin@new.example"],
    "keep_www": True,
}
_REVOKE = {"revocation_reason": "superseded", "comment": "c", "skip_approval": True}
_HOOK = {
    "endpoint": "https://127.0.0.1:1/hook",
    "secret": "s" * 32,
    "events": ["certificate_issued"],
    "webhook_settings": {
        "instant_issue_webhook_notification": "1",
        "webhook_notification_frequency": [90, 0, -7],
        "webhook_send_certificate_chain": "1",
    },
}
_LISTS = "limit=5&offset=0&sort=-id,status&container_id=5"


@dataclass(frozen=True)
class Sample:
    """A valid request. ``<name>`` in the rule stands for something that exists; see :func:`fill`."""

    method: str
    rule: str
    body: Any = None
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


SAMPLES: tuple[Sample, ...] = (
    Sample("POST", "/order/certificate/<product_id>", _ORDER),
    Sample("GET", ORDER, query="include_caa_status=true"),
    Sample(
        "GET",
        "/order/certificate",
        query=f"{_LISTS}&filters[id]=1&filters[status]=issued&filters[valid_till]=>2026-01-01&filters[search]=%25a"
        "&filters[date_created]=2026-01-01...2027-01-01&filters[is_renewed]=0&filters[metadata_id][0]=11",
    ),
    Sample("GET", "/order/alternate/<alternative_order_id>", query="limit=5&offset=0"),
    Sample("PUT", f"{ORDER}/status", {"status": "canceled", "note": "n"}),
    Sample("GET", "/order/certificate/status-changes", query="minutes=10&seconds=5"),
    Sample("GET", "/order/certificate/status-changes", query="filters[status_last_updated]=2026-01-01...2026-01-07"),
    Sample("PUT", f"{ORDER}/check-dcv", {"dns_names_validations": ["www.valid.example"]}),
    Sample("PUT", f"{ORDER}/dcv-method", {"dcv_method": "dns-txt-token"}),
    Sample("PUT", f"{ORDER}/dcv-random-value"),
    Sample("PUT", f"{ORDER}/resend-emails"),
    Sample("POST", f"{ORDER}/csr", {"csr": EC_CSR}),
    Sample("GET", f"{ORDER}/validation"),
    Sample("POST", f"{ORDER}/note", {"text": "t"}),
    Sample("GET", f"{ORDER}/note"),
    Sample("POST", f"{ORDER}/custom-field", {"metadata_id": 11, "value": "v"}),
    Sample("PUT", f"{ORDER}/order-approval/resend-emails", {"emails": ["john.smith@valid.example"]}),
    Sample("PUT", f"{ORDER}/auto-reissue", {"auto_reissue": 1}),
    Sample("PUT", f"{ORDER}/ct-status", {"disable_ct": 1}),
    Sample("DELETE", f"{ORDER}/custom-renewal-message"),
    Sample("POST", f"{ORDER}/reissue", _AGAIN),
    Sample("GET", f"{ORDER}/reissue", query="show_archived=true"),
    Sample("POST", f"{ORDER}/duplicate", _AGAIN),
    Sample("GET", f"{ORDER}/duplicate", query="show_archived=true"),
    Sample("PUT", f"{ORDER}/revoke", _REVOKE),
    Sample("PUT", "/certificate/<certificate>/revoke", _REVOKE),
    Sample("GET", "/certificate/<certificate>/download/format/<format_name>"),
    Sample("GET", "/certificate/<certificate>/download/platform"),
    Sample("GET", "/certificate/<certificate>/download/platform/<platform_id>"),
    Sample("GET", "/certificate/download/order/<reference>", query="format_type=pem_all&sub_id=<sub_id>"),
    Sample("GET", "/certificate/download/order/<reference>/format/<format_name>"),
    Sample("GET", "/certificate/<certificate>/chain"),
    Sample("GET", "/certificate/intermediates"),
    Sample("PUT", "/certificate/<certificate>/archive"),
    Sample("PUT", "/certificate/<certificate>/unarchive"),
    Sample("PUT", "/certificate/<certificate>/sendemail"),
    Sample("GET", "/request", query=f"{_LISTS}&filters[status]=pending&filters[type]=new_request&status=pending"),
    Sample("GET", "/request/<request_id>"),
    Sample("GET", "/report/request", query="container_id=5"),
    Sample("PUT", "/request/<request_id>/status", {"status": "approved", "processor_comment": "c"}),
    Sample("GET", "/organization", query=f"{_LISTS}&filters[status]=active&include_validation=true"),
    Sample("POST", "/organization", _DETAILS),
    Sample("GET", "/organization/<organization_id>", query="include_validation=true"),
    Sample("GET", "/organization/<organization_id>/validation"),
    Sample(
        "POST",
        "/organization/<organization_id>/validation",
        {"validations": [{"type": "ov"}, {"type": "ev", "verified_users": [{"id": 14}, _PERSON]}]},
    ),
    Sample("PUT", "/organization/<organization_id>/activate"),
    Sample("PUT", "/organization/<organization_id>/deactivate"),
    Sample("GET", "/domain", query=f"{_LISTS}&filters[name]=valid.example&filters[search]=a&include_validation=1"),
    Sample("POST", "/domain", _DOMAIN),
    Sample("GET", "/domain/dcv/method"),
    Sample("GET", "/domain/validation-type"),
    Sample("GET", "/domain/<domain_id>", query="include_dcv=true&include_validation=true"),
    Sample("GET", "/domain/<domain_id>/validation"),
    Sample("GET", "/domain/<domain_reference>/dcv/emails"),
    Sample("POST", "/domain/<domain_id>/validation", _DOMAIN),
    Sample(
        "PUT", "/domain/<domain_id>/dcv/emails", {"name_scope": "a", "locale": "en", "email_array": ["a@b.example"]}
    ),
    Sample("PUT", "/domain/<domain_id>/dcv/method", {"dcv_method": "http-token", "send_dcv_email_flag": False}),
    Sample("POST", "/domain/<domain_id>/dcv/token"),
    Sample("PUT", "/domain/<domain_id>/dcv/validate-token"),
    Sample("PUT", "/domain/<domain_id>/activate"),
    Sample("PUT", "/domain/<domain_id>/deactivate"),
    Sample("DELETE", "/domain/<domain_id>"),
    Sample("GET", "/product"),
    Sample("GET", "/product/<name_id>", query="container_id=5"),
    Sample("GET", "/container/<container_id>/product-limits"),
    Sample("GET", "/account"),
    Sample("GET", "/account/metadata"),
    Sample("POST", "/account/auth-key"),
    Sample("POST", "/account/auth-key/<days>"),
    Sample("POST", "/account/metadata", {"label": "l", "is_required": False, "is_active": True, "data_type": "int"}),
    Sample("POST", "/account/metadata/bulk", {"metadata": [{"label": "l"}, {"label": "m", "data_type": "text"}]}),
    Sample("PUT", "/account/metadata/<metadata_id>", {"label": "l", "data_type": "email_list"}),
    Sample("DELETE", "/account/metadata/<metadata_id>"),
    Sample("GET", "/container"),
    Sample("GET", "/container/<container_id>"),
    Sample("GET", "/container/<container_id>/children"),
    Sample("GET", "/container/<container_id>/order/organization"),
    Sample("GET", "/user/me"),
    Sample("GET", "/user/<user_id>"),
    Sample("GET", "/user", query=_LISTS),
    Sample("POST", "/webhook", _HOOK),
    Sample("GET", "/webhook"),
    Sample("POST", "/webhook/test-endpoint", {"endpoint": "https://127.0.0.1:1/hook"}),
    Sample("GET", "/webhook/event-logs", query=_LISTS),
    Sample("PUT", "/webhook/<webhook_id>", _HOOK),
    Sample("PUT", "/webhook/<webhook_id>/activate"),
    Sample("PUT", "/webhook/<webhook_id>/deactivate"),
    Sample("PUT", "/webhook/<webhook_id>/send-challenge"),
    Sample("PUT", "/webhook/<webhook_id>/check-challenge", {"token": "t"}),
)

# As values of JSON; the texts also as ids in paths and as values in queries.
ODD_TEXTS = (
    "",
    " ",
    "0",
    "-1",
    "1.5",
    "²",
    "٣",
    "x" * 300,
    "\x00",
    "a\x00b",
    "\ud800",
    "\ufffe",
    "☃",
    "%",
    "%00",
    "../..",
    "'; --",
    "9" * 18,
    "9" * 19,
    "9" * 400,
    "1e400",
    "null",
    "www..example",
    "xn--a.example",
    "a" * 63 + ".example",
    "2026-02-30",
    "31 DEC 9999",
    ">",
    ">=",
    "...",
    "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----",
)
ODD_VALUES: tuple[Any, ...] = (
    *ODD_TEXTS,
    None,
    True,
    False,
    0,
    -1,
    14,
    2**31,
    2**63,
    10**30,
    1.5,
    1e300,
    [],
    [None],
    [[]],
    [5],
    ["x"],
    [{"id": []}],
    {},
    {"id": None},
    {"id": {"id": 1}},
    {"id": 2**63},
    {"years": 10**9, "days": 10**30},
    {"metadata_id": []},
)
_DEEP = b"[" * 100_000 + b"]" * 100_000
ODD_BODIES = (
    b"",
    b" ",
    b"null",
    b"[]",
    b"5",
    b'"x"',
    b"true",
    b"{",
    b"\x00",
    b"\xff\xfe{\x00}\x00",
    b"\xed\xa0\x80",
    b'{"certificate": NaN}',
    b'{"days": ' + b"9" * 5000 + b"}",
    b'{"a": ' + _DEEP + b"}",
    _DEEP,
    b'{"status": 1e999}',
    "{}".encode("utf-16"),
    b"<order/>",
    b"a=b&c=d",
)
ODD_HEADERS: tuple[dict[str, str], ...] = (
    {},
    {},
    {"Accept": "text/csv"},
    {"Accept": "\x00", "Content-Type": "\xff"},
    {"Content-Type": "multipart/form-data; boundary=x"},
    {"Content-Type": "application/x-www-form-urlencoded"},
    {"Content-Type": "text/plain; charset=utf-16"},
    {"Content-Encoding": "gzip"},
    {"X-DC-DEVKEY": "\xff\x00"},
    {"X-DC-DEVKEY": ""},
    {"Host": "☃.example"},
    {"Content-Length": "-5"},
    {"Content-Length": "x"},
    {"If-None-Match": "\x00", "Range": "bytes=-1"},
    {"X-HTTP-Method-Override": "DELETE", "Expect": "100-continue"},
)
ODD_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW", "get")


def fill(sample: Sample, existing: Mapping[str, str]) -> Sample:
    """Put ids of things that exist into the rule and the query."""
    rule, query = sample.rule, sample.query
    for name, value in existing.items():
        rule, query = rule.replace(f"<{name}>", value), query.replace(f"<{name}>", value)
    return replace(sample, rule=rule, query=query)


def _places(value: Any, prefix: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [place for key, entry in inner for place in _places(entry, (*prefix, key))]
    return [prefix, *found] if prefix else found


def _with(value: Any, place: tuple[Any, ...], odd: Any) -> Any:
    changed = copy.deepcopy(value)
    holder = changed
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = odd
    return changed


@st.composite
def odd_bodies(draw: st.DrawFn, body: Any) -> Any:
    """A body with some odd values in it, or none that is JSON."""
    if body is None or draw(st.integers(0, 7)) == 0:
        return draw(st.sampled_from(ODD_BODIES))
    changed = body
    for _number in range(draw(st.sampled_from((0, 1, 1, 1, 2)))):
        places = _places(changed)
        if places:
            changed = _with(changed, draw(st.sampled_from(places)), draw(st.sampled_from(ODD_VALUES)))
    return json.dumps(changed).encode()


@st.composite
def odd_requests(draw: st.DrawFn, samples: tuple[Sample, ...]) -> Sample:
    """A request that differs from a valid one in its body, its path, its query, its method or its headers."""
    sample = draw(st.sampled_from(samples))
    body = draw(odd_bodies(sample.body))
    rule, query, method = sample.rule, sample.query, sample.method
    headers: Mapping[str, str] = {}
    kind = draw(st.sampled_from(("body", "body", "body", "query", "query", "path", "path", "method", "headers")))
    if kind == "path":
        parts = rule.split("/")
        parts[draw(st.integers(1, len(parts) - 1))] = draw(st.sampled_from(ODD_TEXTS))
        rule = "/".join(parts)
    elif kind == "query":
        query = draw(_odd_queries(query))
    elif kind == "method":
        method = draw(st.sampled_from(ODD_METHODS))
    elif kind == "headers":
        headers = draw(st.sampled_from(ODD_HEADERS))
    return Sample(method, _as_wsgi(rule), body, query, headers)


@st.composite
def _odd_queries(draw: st.DrawFn, query: str) -> str:
    pairs = [pair.partition("=") for pair in query.split("&") if pair] or [("filters[id]", "=", "1")]
    number = draw(st.integers(0, len(pairs) - 1))
    odd = quote(draw(st.sampled_from(ODD_TEXTS)), errors="surrogatepass")
    if draw(st.booleans()):
        pairs[number] = (pairs[number][0], "=", odd)
    else:
        names = (*_QUERY_NAMES, odd, pairs[number][0] + "[]", pairs[number][0] + "[1]")
        pairs.append((draw(st.sampled_from(names)), "=", odd))
    return "&".join("".join(pair) for pair in pairs)


_QUERY_NAMES = (
    "limit",
    "offset",
    "sort",
    "container_id",
    "minutes",
    "seconds",
    "filters[id]",
    "filters[valid_till]",
    "filters[organization_id]",
    "filters[certificate_id]",
    "filters[common_name]",
    "filters[domain_name]",
    "filters[search]",
    "filters[status]",
    "filters[validation]",
    "filters[container_id]",
    "filters[metadata_id]",
    "filters[metadata_value]",
    "filters[status_last_updated]",
    "filters[]",
    "filters",
    "include_validation",
    "show_archived",
)


def _as_wsgi(path: str) -> str:
    # A server hands over the bytes of the path as Latin-1.
    return path.encode("utf-8", errors="surrogatepass").decode("latin-1")
