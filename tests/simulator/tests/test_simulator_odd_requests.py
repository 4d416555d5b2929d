# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No request is answered with 500: neither an odd one, nor a later one that reads what an odd one left behind.

The same requests are sent every time. ``SIMULATOR_ODD_REQUESTS=5000`` sends as many others, chosen at random.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simulator_testing.client import EC_CSR, order_body
from simulator_testing.in_process import InProcess
from simulator_testing.odd_requests import SAMPLES, Sample, fill, odd_requests

from certcentral_simulator.web.app import BASE_PATH, make_app

_GIVEN = os.environ.get("SIMULATOR_ODD_REQUESTS")
REQUESTS_OF_AN_EXAMPLE = 8
EXAMPLES = int(_GIVEN) // REQUESTS_OF_AN_EXAMPLE if _GIVEN else 120
LISTS = ("/order/certificate", "/request", "/organization?include_validation=true", "/user", "/container")
DOMAINS = "/domain?include_dcv=true&include_validation=true"
ACCOUNT = ("/account", "/account/metadata", "/product")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    """A simulator with an order in several states, to whose state every example returns."""
    running = InProcess(tmp_path_factory.mktemp("state"), caa=False)
    yield running
    running.close()


@pytest.fixture(scope="module")
def existing(running: InProcess) -> dict[str, str]:
    """What stands for the placeholders of the samples."""
    body: dict[str, Any] = {"skip_approval": True, "alternative_order_id": "abc", "dcv_method": "dns-txt-token"}
    issued = running.call("POST", "/order/certificate/ssl_basic", order_body("www.valid.example", **body)).json()
    running.call("POST", "/order/certificate/ssl_basic", order_body("www.pending.example", **body))
    waiting = running.call("POST", "/order/certificate/ssl_basic", order_body("a.valid.example")).json()
    certificate = {"common_name": "www.valid.example", "csr": EC_CSR}
    path = f"/order/certificate/{issued['id']}/duplicate"
    running.call("POST", path, {"certificate": certificate, "skip_approval": True})
    (duplicate,) = running.call("GET", path).json()["certificates"]
    webhook = running.call("POST", "/webhook", {"endpoint": "https://127.0.0.1:1/hook"}).json()["webhook_id"]
    with running.simulator.work() as work:
        domain = work.domains.first("name = 'pending.example'")
    assert domain is not None
    return {
        "reference": str(issued["id"]),
        "certificate": str(issued["certificate_id"]),
        "request_id": str(waiting["requests"][0]["id"]),
        "domain_id": str(domain.id),
        "domain_reference": "valid.example",
        "metadata_id": "11",
        "sub_id": duplicate["sub_id"],
        "webhook_id": str(webhook),
        "user_id": "14",
        "days": "7",
        "organization_id": "112233",
        "container_id": "5",
        "product_id": "ssl_basic",
        "name_id": "ssl_basic",
        "alternative_order_id": "abc",
        "format_name": "pem_all",
        "platform_id": "45",
    }


@pytest.fixture(scope="module")
def state(running: InProcess, existing: dict[str, str]) -> int:
    """The number of the state to which examples return."""
    return running.simulator.keep()


def test_every_endpoint_has_a_sample(running: InProcess) -> None:
    known = {(sample.method, sample.rule.replace("<certificate>", "<reference>")) for sample in SAMPLES}
    endpoints = {
        (method, rule.rule.removeprefix(BASE_PATH).replace("<int:", "<").replace("<path:", "<"))
        for rule in make_app(running.simulator).url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert endpoints - known == set()


def test_every_sample_is_accepted(running: InProcess, existing: dict[str, str], state: int) -> None:
    refused = {}
    for sample in SAMPLES:
        running.simulator.restore(state)
        chosen = fill(sample, existing)
        reply = running.call(chosen.method, chosen.rule, chosen.body, chosen.query)
        if reply.status >= 500 or reply.status == 404:
            refused[f"{sample.method} {sample.rule}"] = (reply.status, reply.body)
    assert refused == {}


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=_GIVEN is None,
    suppress_health_check=list(HealthCheck),
    print_blob=False,
)
@given(data=st.data())
def test_no_request_makes_the_simulator_fail(
    running: InProcess, existing: dict[str, str], state: int, data: st.DataObject
) -> None:
    running.simulator.restore(state)
    samples = tuple(fill(sample, existing) for sample in SAMPLES)
    for _number in range(REQUESTS_OF_AN_EXAMPLE):
        request = data.draw(odd_requests(samples))
        reply = running.call(request.method, request.rule, request.body, request.query, request.headers)
        assert reply.status < 500, reply.body
    read_everything(running)


def read_everything(running: InProcess) -> None:
    """Read every list, and every order, request and domain in it."""
    for path in (*LISTS, DOMAINS, *ACCOUNT):
        get(running, path)
    for order in get(running, "/order/certificate")["orders"]:
        for part in ("", "/reissue", "/duplicate", "/validation"):
            get(running, f"/order/certificate/{order['id']}{part}")
    for request in get(running, "/request")["requests"]:
        get(running, f"/request/{request['id']}")


def get(running: InProcess, path: str) -> dict[str, list[dict[str, int]]]:
    """Read one thing, which must be possible."""
    place, _mark, query = path.partition("?")
    reply = running.call("GET", place, query=query)
    assert reply.status == 200, (path, reply.body)
    body: dict[str, list[dict[str, int]]] = reply.json()
    return body


DEEP: Any = 1
for _level in range(200):
    DEEP = [DEEP]
HUGE = 2**63
CORP = {"name": "n", "address": "a", "city": "c", "country": "us"}
ORDER = "/order/certificate"
# What answered 500, or spoiled an order, when it was first tried.
REFUSED: tuple[tuple[str, str, Any, str, int], ...] = (
    ("GET", f"{ORDER}/²", None, "", 404),
    ("GET", ORDER, None, "limit=²", 400),
    ("GET", ORDER, None, "offset=²", 400),
    ("GET", ORDER, None, f"offset={HUGE}", 400),
    ("GET", ORDER, None, "filters[id]=²", 200),
    ("GET", ORDER, None, f"filters[id]={HUGE}", 200),
    ("GET", f"{ORDER}/status-changes", None, "minutes=²", 400),
    ("GET", f"{ORDER}/status-changes", None, "filters[status_last_updated]=9999-12-31", 200),
    ("GET", "/organization", None, "container_id=²", 400),
    ("GET", "/domain", None, "container_id=²", 400),
    ("GET", "/certificate/<certificate>/download/platform/²", None, "", 200),
    ("GET", f"/organization/{HUGE}", None, "", 404),
    ("GET", f"/domain/{HUGE}", None, "", 404),
    ("GET", f"/request/{HUGE}", None, "", 404),
    ("GET", f"/container/{HUGE}", None, "", 404),
    ("POST", f"{ORDER}/ssl_basic", {"container": {"id": HUGE}}, "", 400),
    ("POST", f"{ORDER}/ssl_basic", {"certificate": {"cert_validity": {"days": 10**30}}}, "", 400),
    ("POST", f"{ORDER}/ssl_basic", {"order_validity": {"years": 10**9}}, "", 400),
    (
        "POST",
        f"{ORDER}/ssl_basic",
        {"organization": {"contacts": [{"contact_type": "technical_contact", "user_id": "y"}]}},
        "",
        400,
    ),
    ("POST", f"{ORDER}/ssl_basic", {"comments": DEEP}, "", 400),
    ("POST", f"{ORDER}/ssl_basic", {"comments": "\ud800"}, "", 400),
    ("POST", f"{ORDER}/ssl_basic", {"custom_fields": [None]}, "", 400),
    ("POST", f"{ORDER}/ssl_basic", {"custom_fields": [[]]}, "", 400),
    ("POST", f"{ORDER}/ssl_basic", {"custom_fields": [{"metadata_id": []}]}, "", 400),
    ("POST", f"{ORDER}/ssl_basic", {"custom_fields": "x"}, "", 400),
    (
        "POST",
        "/organization",
        {"name": "n", "address": "a", "city": "c", "country": "us", "organization_contact": 5},
        "",
        400,
    ),
    ("POST", "/organization", {**CORP, "country": "usa"}, "", 400),
    ("POST", "/organization/112233/validation", {"validations": [{"type": "ev", "verified_users": 5}]}, "", 400),
    ("POST", "/organization/112233/validation", {"validations": [{"type": "ev", "verified_users": ["x"]}]}, "", 400),
    ("POST", "/domain/<domain_id>/validation", {"validations": 5}, "", 400),
)


@pytest.mark.parametrize(("method", "path", "body", "query", "status"), REFUSED)
def test_odd_request_is_refused_c1_a8(
    running: InProcess, existing: dict[str, str], state: int, method: str, path: str, body: Any, query: str, status: int
) -> None:
    running.simulator.restore(state)
    sample = next((sample for sample in SAMPLES if sample.rule == f"{ORDER}/<product_id>"), None)
    assert sample is not None
    whole = {**sample.body, "custom_fields": []}
    if path.startswith(f"{ORDER}/ssl"):
        inner = {key: {**whole[key], **body[key]} if isinstance(whole.get(key), dict) else body[key] for key in body}
        body = {**whole, **inner}
    chosen = fill(Sample(method, path, body, quote(query, safe="=[]&")), existing)
    reply = running.call(method, chosen.rule.encode().decode("latin-1"), chosen.body, chosen.query)
    assert reply.status == status, reply.body
    read_everything(running)


def test_a_failure_would_be_seen(running: InProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last resort for a failure of the simulator answers 500, which the test above takes for a failure."""
    monkeypatch.setattr("certcentral_simulator.endpoints.accounts.render_user_full", lambda *_given, **_named: 1 / 0)
    reply = running.call("GET", "/user/me")
    assert (reply.status, b"simulator_failed" in reply.body) == (500, True)
