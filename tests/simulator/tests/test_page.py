# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The web page, read over HTTP like a browser without scripts: what it shows, and what its forms do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
import requests
from simulator_testing.busy_account import BusyAccount, make_busy
from simulator_testing.client import Client

from certcentral_simulator.process import SimulatorProcess

SECTIONS = (
    "/",
    "/page/",
    "/page/orders",
    "/page/requests",
    "/page/requests?show=processed",
    "/page/domains",
    "/page/organizations",
    "/page/billed",
    "/page/calls",
    "/page/calls/1",
    "/page/faults",
    "/page/clock",
    "/page/switches",
    "/page/settings",
)


class Reader(HTMLParser):
    """Collects what tests check on a page: tags with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.pieces: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    @property
    def text(self) -> str:
        """The text, with runs of white space replaced by single spaces."""
        return " ".join(" ".join(self.pieces).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        """Attributes of every element with this name."""
        return [attributes for name, attributes in self.tags if name == tag]


class Visitor:
    """Reads pages and sends forms."""

    def __init__(self, simulator: SimulatorProcess) -> None:
        self.address = simulator.admin_url
        self.session = requests.Session()
        self.session.trust_env = False

    def get(self, path: str, status: int = 200) -> Reader:
        """Read a page, which must have this status."""
        answer = self.session.get(self.address + path, timeout=60)
        assert answer.status_code == status, f"{path}: {answer.text}"
        assert answer.headers["Content-Type"].startswith("text/html"), path
        return Reader(answer.text)

    def send(self, place: str, back: str = "", /, **values: str | int) -> Reader:
        """Send a form and follow the redirect."""
        answer = self.session.post(self.address + place, data={**values, "back": back}, timeout=60)
        assert answer.status_code == 200, answer.text
        assert answer.history[0].status_code == 303
        return Reader(answer.text)


@pytest.fixture
def visitor(simulator: SimulatorProcess) -> Iterator[Visitor]:
    """A visitor to the page of a simulator that was just reset."""
    found = Visitor(simulator)
    yield found
    found.session.close()


@pytest.fixture
def busy(simulator: SimulatorProcess) -> BusyAccount:
    """Orders in every state."""
    return make_busy(simulator)


def test_every_section_is_plain_html_with_labels_and_table_headers(visitor: Visitor, busy: BusyAccount) -> None:
    ids = (busy.issued, busy.waits_for_dns, busy.waits_for_file, busy.waits_for_mail, busy.reissue_pending)
    for path in (*SECTIONS, *(f"/page/orders/{order_id}" for order_id in ids)):
        page = visitor.get(path)
        assert page.all("script") == [], path
        assert page.all("html")[0]["lang"] == "en"
        assert len(page.all("h1")) == 1, path
        identifiers = [attributes["id"] for _other, attributes in page.tags if "id" in attributes]
        assert len(identifiers) == len(set(identifiers)), path
        labels = {attributes["for"] for attributes in page.all("label")}
        controls = [*page.all("select"), *(field for field in page.all("input") if field["type"] != "hidden")]
        assert [field for field in controls if field.get("id") not in labels] == [], path
        assert all("scope" in attributes for attributes in page.all("th")), path
        assert len(page.all("caption")) == len(page.all("table")), path


def test_empty_account_has_every_section(visitor: Visitor) -> None:
    for path in SECTIONS:
        visitor.get(path, 404 if path == "/page/calls/1" else 200)


def test_only_the_pages_own_stylesheet_may_load(visitor: Visitor) -> None:
    answer = visitor.session.get(visitor.address, timeout=60)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'")
    assert "script" not in policy
    style = visitor.session.get(f"{visitor.address}/page/style.css", timeout=60)
    assert (style.status_code, style.headers["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert "url(" not in style.text


def test_untrusted_names_are_escaped(visitor: Visitor, client: Client) -> None:
    client.order("x.example", alternative_order_id="<script>alert(1)</script>", comments="<b>bold</b>")
    order_id = client.simulator.state()["orders"][0]["id"]
    for path in (f"/page/orders/{order_id}", "/page/requests", "/page/billed", "/page/calls/1"):
        page = visitor.get(path)
        assert page.all("script") == page.all("b") == [], path


def test_orders_are_found_by_names_and_ids(visitor: Visitor, busy: BusyAccount, client: Client) -> None:
    serial = str(client.info(busy.issued)["certificate"]["serial_number"])
    colons = ":".join(serial[at : at + 2] for at in range(0, len(serial), 2)).upper()
    for text, order_id in (
        (str(busy.canceled), busy.canceled),
        ("SHOP.valid", busy.issued),
        (serial, busy.issued),
        (colons, busy.issued),
        ("5d41402abc4b", busy.waits_for_mail),
        ("ssl_dv", busy.waits_for_file),
    ):
        page = visitor.get(f"/page/orders?search={quote(text)}")
        assert "1 to 1 of 1 order " in page.text, text
        assert f"/page/orders/{order_id}" in [link["href"] for link in page.all("a")], text
    assert "No matching orders." in visitor.get("/page/orders?search=%25").text


def test_every_status_finds_its_orders(visitor: Visitor, busy: BusyAccount, simulator: SimulatorProcess) -> None:
    expected = {
        "needs_approval": [busy.needs_approval],
        "reissue_pending": [busy.reissue_pending],
        "issued": [busy.issued],
        "revoked": [busy.revoked],
        "canceled": [busy.canceled],
        "rejected": [busy.rejected],
        "expired": [],
    }

    def found(status: str) -> list[int]:
        links = [link["href"] for link in visitor.get(f"/page/orders?status={status}").all("a")]
        return [int(link.rpartition("/")[2]) for link in links if re.fullmatch(r"/page/orders/\d+", link)]

    assert {status: found(status) for status in expected} == expected
    simulator.advance(days=400)
    assert (found("issued"), found("expired")) == ([], [busy.issued])


def test_pages_of_a_long_list(visitor: Visitor, client: Client) -> None:
    certificate = {"common_name": "many.valid.example"}
    body = {"certificate": certificate, "organization": {"id": 112233}, "status": "needs_approval"}
    client.simulator.admin("POST", "/orders", [body] * 60)
    first = visitor.get("/page/orders?search=many")
    assert "1 to 25 of 60 orders" in first.text
    assert "/page/orders?search=many&page=2" in [link["href"] for link in first.all("a")]
    last = visitor.get("/page/orders?search=many&page=99")
    assert "51 to 60 of 60 orders" in last.text
    assert [link["rel"] for link in last.all("a") if "rel" in link] == ["prev"]


def test_approve_and_reject(visitor: Visitor, busy: BusyAccount, client: Client) -> None:
    open_requests = client.get("/request?status=pending").json()["requests"]
    by_order = {entry["order"]["id"]: entry["id"] for entry in open_requests}
    path = f"/page/requests/{by_order[busy.needs_approval]}/decide"
    page = visitor.send(path, "/page/requests", decision="approve", comment="fine")
    assert f"Request {by_order[busy.needs_approval]} was approved." in page.text
    assert client.info(busy.needs_approval)["status"] == "issued"
    visitor.send(f"/page/requests/{by_order[busy.reissue_pending]}/decide", decision="reject", comment="no")
    assert client.info(busy.reissue_pending)["status"] == "issued"
    again = visitor.send(path, "/page/requests", decision="approve")
    assert "The service refuses this: the request to approve or reject is no longer pending." in again.text
    assert "1 request approved." in visitor.send("/page/requests/approve-all").text
    assert client.info(busy.issued)["status"] == "revoked"


def test_the_shown_records_prove_control(visitor: Visitor, busy: BusyAccount, client: Client) -> None:
    token = client.put(f"/order/certificate/{busy.waits_for_dns}/dcv-random-value").json()
    value = token.get("dcv_random_value") or token["token"]
    for path in ("/", "/page/domains", f"/page/orders/{busy.waits_for_dns}"):
        assert f"TXT _dnsauth.app.pending.example {value}" in visitor.get(path).text, path
    file_place = "http://files.example/.well-known/pki-validation/fileauth.txt"
    assert file_place in visitor.get(f"/page/orders/{busy.waits_for_file}").text
    assert "hostmaster@post.example" in visitor.get(f"/page/orders/{busy.waits_for_mail}").text


def test_validating_a_domain_issues_what_waited_for_it(visitor: Visitor, busy: BusyAccount, client: Client) -> None:
    domains = {domain["name"]: domain["id"] for domain in client.simulator.state()["domains"]}
    page = visitor.send(f"/page/domains/{domains['post.example']}/decide", "/page/domains?state=valid", state="valid")
    assert "post.example is now valid." in page.text
    assert client.info(busy.waits_for_mail)["status"] == "issued"
    visitor.send(f"/page/domains/{domains['files.example']}/decide", state="valid")
    assert client.info(busy.waits_for_file)["status"] == "issued"
    assert "1 to 3 of 3 domains" in visitor.get("/page/domains?state=valid").text
    assert (
        "a domain must be one of valid"
        in visitor.send(f"/page/domains/{domains['post.example']}/decide", state="new").text
    )


def test_validating_an_organization(visitor: Visitor, client: Client) -> None:
    path = "/page/organizations/112244/decide"
    assert "Pending Corp is now valid for OV." in visitor.send(path, kind="ov", state="valid").text
    validations = client.get("/organization/112244/validation").json()["validations"]
    assert [entry["status"] for entry in validations if entry["type"] == "ov"] == ["active"]
    assert "Pending Corp is now deactivated." in visitor.send(path, active="no").text
    answer = client.order("x.valid.example", organization={"id": 112244})
    assert answer.status_code == 400
    assert "there is no validation" in visitor.send(path, kind="is_active", state="valid").text


def test_ledger_of_billed_orders(visitor: Visitor, busy: BusyAccount, simulator: SimulatorProcess) -> None:
    entries = simulator.billed_orders()
    counted = sum(entry["amount"] for entry in entries if entry["credited_at"] is None)
    credited = sum(entry["amount"] for entry in entries if entry["credited_at"] is not None)
    page = visitor.get("/page/billed")
    assert f"Billed ${counted:,} Credited ${credited:,}" in page.text
    assert f"1 to {len(entries)} of {len(entries)} entries" in page.text
    assert "1 to 1 of 1 entry" in visitor.get("/page/billed?search=gone.example").text


def test_faults_are_added_and_removed(visitor: Visitor, client: Client, simulator: SimulatorProcess) -> None:
    form: dict[str, str | int] = {
        "kind": "error",
        "calls": 2,
        "method": "GET",
        "path": "/user/*",
        "probability": "1",
        "status": 502,
    }
    answer = visitor.send("/page/faults/add", seed=0, seconds="1", **form).text
    fault_id = simulator.faults()[0]["id"]
    assert f"Fault {fault_id} was added: error." in answer
    assert client.get("/user/me").status_code == 502
    assert "1 call" in visitor.get("/page/faults").text
    visitor.send("/page/faults/add", kind="reply_lost")
    visitor.send(f"/page/faults/{fault_id}/clear")
    assert [fault["kind"] for fault in simulator.faults()] == ["reply_lost"]
    assert "status must be an HTTP error status" in visitor.send("/page/faults/add", kind="error", status=200).text
    visitor.send("/page/faults/clear")
    assert simulator.faults() == []


def test_advancing_the_clock_does_what_is_due(visitor: Visitor, client: Client) -> None:
    visitor.send("/page/clock/set", now="2026-11-20T12:00:00")
    client.simulator.set_issue_delay(3600)
    order_id = client.order("www.valid.example", skip_approval=True).json()["id"]
    assert "issuing" in visitor.get("/page/clock").text
    page = visitor.send("/page/clock/advance", "/", amount=2, unit="hours")
    assert "The clock was advanced by 2 hours, to 2026-11-20 14:00" in page.text
    assert client.info(order_id)["status"] == "issued"
    for amount, unit in (("-1", "hours"), ("1", "years"), ("99999", "days"), ("", "days")):
        assert "the clock can be advanced by" in visitor.send("/page/clock/advance", amount=amount, unit=unit).text
    assert "Invalid isoformat string" in visitor.send("/page/clock/set", now="soon").text


def test_changed_switches_are_set(visitor: Visitor, simulator: SimulatorProcess) -> None:
    page = visitor.send("/page/switches/set", cancel_note="optional", crlf_pem="True", retry_after="7")
    assert "2 switches changed." in page.text
    switches = simulator.admin("GET", "/switches")
    assert (switches["cancel_note"]["value"], switches["retry_after"]["value"]) == ("optional", 7)
    changed = visitor.get("/page/switches?changed=1")
    assert {"cancel_note", "retry_after"} <= {field["name"] for field in changed.all("select") + changed.all("input")}
    assert "crlf_pem" not in changed.text
    assert "must be one of required, optional" in visitor.send("/page/switches/set", cancel_note="never").text


def test_settings(visitor: Visitor, client: Client, simulator: SimulatorProcess) -> None:
    visitor.send("/page/settings/approval", mode="auto")
    assert client.order("www.valid.example").json()["requests"][0]["status"] == "approved"
    network = simulator.admin("GET", "/network")
    assert network["resolver"] in [field.get("value") for field in visitor.get("/page/settings").all("input")]
    visitor.send("/page/settings/network", resolver="127.0.0.1:5353", http_port=8080, https_port=8443)
    assert simulator.admin("GET", "/network")["http_port"] == 8080
    assert "tick the box" in visitor.send("/page/settings/reset").text
    assert simulator.state()["orders"] != []
    visitor.send("/page/settings/reset", sure="yes")
    assert simulator.state()["orders"] == []
    assert client.simulator.api_key not in visitor.get("/page/settings").text


def test_calls_and_their_bodies(visitor: Visitor, client: Client) -> None:
    client.get("/order/certificate/77")
    client.get("/user/me")
    assert "1 to 1 of 1 call" in visitor.get("/page/calls?search=get%20/services/v2/user").text
    assert "/services/v2/order/certificate/77" in visitor.get("/page/calls?failed=1").text
    page = visitor.get("/page/calls/1")
    assert '"code": "not_found|order"' in page.text
    assert client.simulator.api_key not in page.text


@pytest.mark.parametrize("path", ["/page/orders/5", "/page/calls/5", "/page/nothing"])
def test_pages_that_do_not_exist(visitor: Visitor, path: str) -> None:
    assert "That did not work" in visitor.get(path, 404).text


def test_another_web_site_cannot_use_the_page(visitor: Visitor, simulator: SimulatorProcess, client: Client) -> None:
    client.order("www.valid.example")
    path, form = f"{visitor.address}/page/settings/reset", {"sure": "yes"}
    for headers in ({"Origin": "https://shop.example"}, {"Origin": "null"}, {"Host": "shop.example"}):
        assert visitor.session.post(path, form, headers=headers, timeout=60).status_code == 403, headers
    assert len(simulator.state()["orders"]) == 1
    own = {"Origin": visitor.address}
    assert visitor.session.post(path, form, headers=own, timeout=60, allow_redirects=False).status_code == 303
    for back in ("https://shop.example/", "//shop.example", "/page\\..\\x"):
        answer = visitor.session.post(path, {**form, "back": back}, timeout=60, allow_redirects=False)
        assert answer.headers["Location"] == "/page/settings", back
