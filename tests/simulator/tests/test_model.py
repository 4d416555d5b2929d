# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Random sequences of valid and invalid calls: the Services API and a small model must agree after each of them.

The same sequences run every time. ``SIMULATOR_MODEL_EXAMPLES=500`` runs a larger, random search.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from simulator_testing.client import ORGANIZATION, PENDING_ORGANIZATION, order_body
from simulator_testing.dns_server import DnsServer
from simulator_testing.order_model import (
    DAY,
    HOUR,
    MINUTE,
    TOKEN_SECONDS,
    Model,
    ModelCertificate,
    ModelOrder,
    ModelRequest,
    Refused,
)
from werkzeug.test import Client as WsgiClient

from certcentral_simulator.cases.console import decide_domain, decide_organization
from certcentral_simulator.clock import Clock, parse_moment
from certcentral_simulator.dcv.network import Network
from certcentral_simulator.simulator import Options, Simulator
from certcentral_simulator.web.app import BASE_PATH, make_app

START = parse_moment("2026-11-20T12:00:00Z")
UNKNOWN_ID = 77
PRODUCTS = {"ov": "ssl_basic", "dv": "ssl_dv_geotrust_flex"}
NAMES = ("www.valid.example", "shop.valid.example", "one.example", "*.one.example", "two.example")
# Just before and after the limits in the rules: polling, random values, revocation after a reissue, validations.
STEPS = (MINUTE, 16 * MINUTE, HOUR, DAY, 71 * HOUR, 10 * DAY, 30 * DAY - MINUTE, 31 * DAY, 101 * DAY)
# Only a few orders, so that much happens to each of them.
MAX_ORDERS = 5
_WIDER = os.environ.get("SIMULATOR_MODEL_EXAMPLES")

names_of_an_order = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True).map(tuple)
picks = st.sampled_from(range(240))
keys = st.sampled_from(["main", "main", "main", "no-approval"])


class FrozenClock(Clock):
    """A clock that does not run between two settings, so that a test takes no simulated time."""

    def __init__(self, moment: int) -> None:
        super().__init__()
        self._moment = moment

    def now(self) -> int:
        return self._moment

    def set_offset(self, offset: int) -> None:
        """Do nothing: this clock does not follow real time."""

    def set_now(self, moment: int) -> None:
        self._moment = moment


class Service:
    """The Services API in this process, without sockets, TLS or background threads; shared by all runs."""

    def __init__(self) -> None:
        self.dns = DnsServer()
        self._directory = Path(tempfile.mkdtemp(prefix="simulator-model-"))
        # CAA records have separate tests.
        off = {"rate_limit_long": 0, "rate_limit_short": 0, "caa": False}
        self.simulator = Simulator(self._directory, Options(network=Network(self.dns.address), now=START, switches=off))
        self.simulator.clock = FrozenClock(START)
        self._wsgi = WsgiClient(make_app(self.simulator))
        self._keys: dict[str, str] = {}

    def reset(self) -> None:
        """Reset to the ready account at the same moment."""
        self.simulator.reset()
        self.dns.records.clear()
        with self.simulator.work() as work:
            self._keys = {key.name: key.secret for key in work.keys.find()}

    def call(self, method: str, path: str, body: object = None, key: str = "main") -> tuple[int, Any]:
        """Make a call; return the HTTP status, and the decoded body if it is JSON."""
        headers = {"X-DC-DEVKEY": self._keys[key]}
        answer = self._wsgi.open(BASE_PATH + path, method=method, json=body, headers=headers)
        return answer.status_code, answer.get_json(silent=True)

    def close(self) -> None:
        """End everything."""
        self.simulator.close()
        self.dns.stop()
        shutil.rmtree(self._directory)


class OrderLife(RuleBasedStateMachine):
    """Calls in any sequence; after each one the affected order, and sometimes everything, is compared."""

    service: Service

    def __init__(self) -> None:
        super().__init__()
        self.service.reset()
        self.model = Model(START, ["valid.example"], [ORGANIZATION])
        self.touched: ModelOrder | None = None
        self.compare_all = False

    # Calls that make or change orders.

    @initialize(names=names_of_an_order)
    def first_orders(self, names: tuple[str, ...]) -> None:
        for first in (NAMES[:2], names):
            self._place("ov", first, ORGANIZATION, "dns-txt-token", skip=True, key="main", renews=None)

    @precondition(lambda self: len(self.model.orders) < MAX_ORDERS)
    @rule(
        validation=st.sampled_from(["ov", "ov", "dv"]),
        names=names_of_an_order,
        organization=st.sampled_from([ORGANIZATION, ORGANIZATION, PENDING_ORGANIZATION]),
        method=st.sampled_from(["dns-txt-token", "dns-txt-token", "email"]),
        skip=st.booleans(),
        key=keys,
    )
    def order(
        self, validation: str, names: tuple[str, ...], organization: int, method: str, skip: bool, key: str
    ) -> None:
        self._place(validation, names, organization, method, skip=skip, key=key, renews=None)

    @precondition(lambda self: len(self.model.orders) < MAX_ORDERS)
    @rule(pick=picks, skip=st.booleans())
    def renew(self, pick: int, skip: bool) -> None:
        renewed = self._pick(pick, "issued")
        if renewed.validation == "ov":
            self._place("ov", renewed.names, ORGANIZATION, "dns-txt-token", skip=skip, key="main", renews=renewed)

    @rule(pick=picks, names=names_of_an_order | st.none(), skip=st.sampled_from([True, True, False]), key=keys)
    def reissue(self, pick: int, names: tuple[str, ...] | None, skip: bool, key: str) -> None:
        order = self._pick(pick, "issued")
        requested = names or order.names
        body = self._call(
            order,
            "POST",
            f"/order/certificate/{order.id}/reissue",
            {"certificate": order_body(*requested)["certificate"], "skip_approval": skip},
            key,
            201,
            lambda: self.model.reissue(order, requested, skip=skip, may_approve=key == "main"),
        )
        self._learn_request(order, body)

    @rule(pick=picks, names=st.none() | names_of_an_order, skip=st.booleans(), key=keys)
    def duplicate(self, pick: int, names: tuple[str, ...] | None, skip: bool, key: str) -> None:
        order = self._pick(pick, "issued")
        # More names below a wildcard are allowed (D); the model does not cover that.
        requested = order.current.names if names is None or "*.one.example" in order.current.names else names
        body = self._call(
            order,
            "POST",
            f"/order/certificate/{order.id}/duplicate",
            {"certificate": order_body(*requested)["certificate"], "skip_approval": skip},
            key,
            201,
            lambda: self.model.duplicate(order, requested, skip=skip, may_approve=key == "main"),
        )
        self._learn_request(order, body)

    @rule(pick=picks, word=st.sampled_from(["canceled", "CANCELED"]), note=st.sampled_from(["", "not needed"]))
    def cancel(self, pick: int, word: str, note: str) -> None:
        order = self._pick(pick, "reissue_pending", "needs_approval")
        path = f"/order/certificate/{order.id}/status"
        self._call(
            order, "PUT", path, {"status": word, "note": note}, "main", 204, lambda: self.model.cancel(order, note)
        )

    @rule(pick=picks, which=picks, decision=st.sampled_from(["approved", "approved", "rejected"]), key=keys)
    def decide(self, pick: int, which: int, decision: str, key: str) -> None:
        known = [(order, entry) for order in self.model.orders for entry in order.requests if entry.id]
        waiting = [(order, entry) for order, entry in known if entry.status == "pending"]
        # Mostly open requests, sometimes processed ones.
        candidates = waiting if waiting and which % 5 else known
        if not candidates:
            return
        order, entry = candidates[pick % len(candidates)]
        self._call(
            order,
            "PUT",
            f"/request/{entry.id}/status",
            {"status": decision},
            key,
            204,
            lambda: self.model.decide(order, entry, decision, may_approve=key == "main"),
        )

    @rule(pick=picks, which=picks, skip=st.booleans(), key=keys)
    def revoke_certificate(self, pick: int, which: int, skip: bool, key: str) -> None:
        order = self._pick(pick, "issued", "reissue_pending")
        known = [certificate for certificate in order.certificates if certificate.id]
        if known:
            certificate = known[which % len(known)]
            self._revoke(order, certificate, f"/certificate/{certificate.id}/revoke", skip=skip, key=key)

    @rule(pick=picks, skip=st.booleans(), key=keys)
    def revoke_order(self, pick: int, skip: bool, key: str) -> None:
        order = self._pick(pick, "reissue_pending", "revoked")
        self._revoke(order, None, f"/order/certificate/{order.id}/revoke", skip=skip, key=key)

    # Validation.

    @rule(pick=picks, all_names=st.booleans())
    def publish(self, pick: int, all_names: bool) -> None:
        order = self._pick(pick, "pending", "reissue_pending")
        expected = []
        body = self._call(
            order,
            "PUT",
            f"/order/certificate/{order.id}/dcv-random-value",
            None,
            "main",
            200,
            lambda: expected.append(self.model.random_value(order)),
        )
        if body is None:
            return
        (token,) = expected
        assert token.value in {"", body["dcv_random_value"]}, "an unexpired value is returned again (D)"
        token.value = body["dcv_random_value"]
        assert parse_moment(body["expiration_date"]) == token.created_at + TOKEN_SECONDS
        awaited = order.awaited
        assert awaited is not None
        for name in awaited.names if all_names else awaited.names[:1]:
            domain = name.removeprefix("*.")
            values = self.model.published.setdefault(domain, set())
            values.add(token.value)
            self.service.dns.add(f"_dnsauth.{domain}", "TXT", *(f'"{value}"' for value in sorted(values)))

    @rule(pick=picks)
    def check_dcv(self, pick: int) -> None:
        order = self._pick(pick, "pending", "reissue_pending")
        expected = []
        path = f"/order/certificate/{order.id}/check-dcv"
        body = self._call(order, "PUT", path, None, "main", 200, lambda: expected.append(self.model.check(order)))
        self.compare_all = True
        if body is not None:
            assert (body["order_status"], body["dcv_status"]) == expected[0]

    @rule(domain=st.sampled_from(["valid.example", "one.example", "two.example"]))
    def validate_domain(self, domain: str) -> None:
        with self.service.simulator.work() as work:
            decide_domain(work, domain, {"state": "valid", "method": "dns-txt-token"})
        self.model.validate_domain(domain)
        self.compare_all = True

    @rule(organization=st.sampled_from([ORGANIZATION, PENDING_ORGANIZATION]))
    def validate_organization(self, organization: int) -> None:
        with self.service.simulator.work() as work:
            decide_organization(work, organization, {"ov": "valid"})
        self.model.validate_organization(organization)
        self.compare_all = True

    @rule(seconds=st.sampled_from(STEPS))
    def advance(self, seconds: int) -> None:
        self.service.simulator.set_clock(self.service.simulator.clock.now() + seconds)
        self.model.advance(seconds)
        self.compare_all = True

    # Reading calls, and calls that are always refused.

    @rule(pick=picks)
    def download(self, pick: int) -> None:
        order = self._pick(pick, "issued", "reissue_pending")
        path = f"/certificate/download/order/{order.id}/format/pem_all"
        self._call(order, "GET", path, None, "main", 200, lambda: self.model.download(order))

    @rule(seconds=st.sampled_from([MINUTE, HOUR, DAY, 7 * DAY]))
    def status_changes(self, seconds: int) -> None:
        status, body = self.service.call("GET", f"/order/certificate/status-changes?seconds={seconds}")
        assert status == 200
        expected = {order.id: self.model.shown_status(order) for order in self.model.changed_since(seconds)}
        assert {entry["order_id"]: entry["status"] for entry in body.get("orders", [])} == expected

    @rule(pick=picks, which=picks)
    def refused_whatever_the_state(self, pick: int, which: int) -> None:
        order_id = self._pick(pick).id
        certificate = {"certificate": order_body("one.example")["certificate"]}
        cancel = {"status": "canceled", "note": "x"}
        unknown = (404, "not_found|order")
        read_only = (403, "access_denied|missing_permission")
        calls: list[tuple[str, str, object, str, tuple[int, str]]] = [
            ("GET", f"{UNKNOWN_ID}", None, "main", unknown),
            ("PUT", f"{UNKNOWN_ID}/status", cancel, "main", unknown),
            ("POST", f"{UNKNOWN_ID}/reissue", certificate, "main", unknown),
            ("POST", f"{UNKNOWN_ID}/duplicate", certificate, "main", unknown),
            ("PUT", f"{UNKNOWN_ID}/revoke", {}, "main", unknown),
            ("PUT", f"{UNKNOWN_ID}/check-dcv", None, "main", unknown),
            ("PUT", f"{UNKNOWN_ID}/dcv-random-value", None, "main", unknown),
            ("POST", "ssl_none", order_body("a.example"), "main", (404, "not_found|product")),
            ("PUT", f"{order_id}/status", {"status": "Canceled", "note": "x"}, "main", (400, "invalid_value:status")),
            ("PUT", f"{order_id}/status", cancel, "view-only", read_only),
            ("PUT", f"{order_id}/revoke", {"skip_approval": True}, "view-only", read_only),
            ("POST", "ssl_basic", order_body("one.example"), "view-only", read_only),
        ]
        method, path, body, key, expected = calls[which % len(calls)]
        status, answer = self.service.call(method, f"/order/certificate/{path}", body, key)
        assert (status, answer["errors"][0]["code"]) == expected
        self.compare_all = True

    # Comparing.

    @invariant()
    @precondition(lambda self: self.touched is not None or self.compare_all)
    def service_and_model_agree(self) -> None:
        everything = self.compare_all
        for order in self.model.orders if everything else [self.touched] if self.touched else []:
            self._compare(order)
        self.touched, self.compare_all = None, False

    def teardown(self) -> None:
        for order in self.model.orders:
            self._compare(order)

    def _compare(self, order: ModelOrder) -> None:
        _other, info = self.service.call("GET", f"/order/certificate/{order.id}")
        assert info["status"] == self.model.shown_status(order), order
        assert info["is_renewed"] == order.is_renewed
        shown = info["certificate"]
        order.current.id = order.current.id or shown["id"]
        assert shown["id"] == order.current.id
        last_day = order.current.last_day
        assert shown.get("valid_till") == (last_day.isoformat() if last_day else None)
        end: date | None = order.end
        assert info.get("order_valid_till") == (end.isoformat() if end else None)
        requests = [(entry["type"], entry["status"]) for entry in info["requests"]]
        assert requests == [(entry.type, entry.status) for entry in order.requests]
        for listed, entry in zip(info["requests"], order.requests, strict=True):
            entry.id = listed["id"]
        with self.service.simulator.work() as work:
            rows = list(work.certificates.find("order_id = ?", order.id))
            next_poll = work.orders.need(order.id).next_poll_at
            billed = [(row.kind, row.credited_at is not None) for row in work.billed.find("order_id = ?", order.id)]
        assert next_poll == order.next_poll
        assert [(row.kind, row.status, row.revoke_due_at) for row in rows] == [
            (certificate.kind, certificate.status, certificate.revoke_at) for certificate in order.certificates
        ]
        assert billed == [(entry.kind, entry.credited) for entry in order.billed]
        self._compare_list(order, "duplicate", order.of_kind("duplicate"))
        self._compare_list(order, "reissue", [*order.of_kind("original"), *order.of_kind("reissue")])

    def _compare_list(self, order: ModelOrder, what: str, expected: list[ModelCertificate]) -> None:
        _other, body = self.service.call("GET", f"/order/certificate/{order.id}/{what}")
        entries = body["certificates"]
        assert Counter(bool(entry.get("thumbprint")) for entry in entries) == Counter(
            certificate.last_day is not None for certificate in expected
        )
        for listed, certificate in zip(entries, expected, strict=True):
            certificate.id = listed["id"]

    # Calling.

    def _pick(self, pick: int, *preferred: str) -> ModelOrder:
        """Pick an order; if some have a status in which the call makes sense, mostly one of those."""
        fitting = [order for order in self.model.orders if order.status in preferred] if pick % 5 else []
        candidates = fitting or self.model.orders
        return candidates[pick // 5 % len(candidates)]

    def _place(
        self,
        validation: str,
        names: tuple[str, ...],
        organization: int,
        method: str,
        *,
        skip: bool,
        key: str,
        renews: ModelOrder | None,
    ) -> None:
        body = order_body(
            *names,
            organization={"id": organization} if validation == "ov" else None,
            dcv_method=method,
            skip_approval=skip,
            renewal_of_order_id=renews.id if renews else None,
        )
        status, answer = self.service.call("POST", f"/order/certificate/{PRODUCTS[validation]}", body, key)
        assert status == 201, answer
        order = self.model.place(
            validation,
            names,
            organization if validation == "ov" else None,
            method,
            skip=skip,
            may_approve=key == "main",
            renews=renews,
        )
        order.id = answer["id"]
        order.current.id = answer.get("certificate_id", 0)
        assert ("certificate_chain" in answer) == (order.status == "issued")
        self._learn_request(order, answer)
        self.touched = order
        self.compare_all = renews is not None

    def _revoke(
        self, order: ModelOrder, certificate: ModelCertificate | None, path: str, *, skip: bool, key: str
    ) -> None:
        at_once = skip and key == "main"
        body = self._call(
            order,
            "PUT",
            path,
            {"skip_approval": skip, "revocation_reason": "superseded"},
            key,
            204 if at_once else 201,
            lambda: self.model.revoke(order, certificate, skip=skip, may_approve=key == "main"),
        )
        if body is not None:
            assert (body["type"], body["status"]) == ("revoke", "pending")
            order.requests[-1].id = body["id"]

    def _call(
        self,
        order: ModelOrder,
        method: str,
        path: str,
        body: object,
        key: str,
        expected: int,
        decide: Callable[[], object],
    ) -> Any:
        """Make a call, let the model decide, and compare; return the body of the answer, None if both refused."""
        status, answer = self.service.call(method, path, body, key)
        self.touched = order
        refusal = _refusal_of(decide)
        if refusal is not None:
            assert status == refusal.status, (method, path, answer)
            assert not refusal.code or answer["errors"][0]["code"] == refusal.code
            return None
        assert status == expected, (method, path, answer)
        # A call that ends an order may free the order that it renews.
        self.compare_all = self.compare_all or order.renews is not None
        return answer

    @staticmethod
    def _learn_request(order: ModelOrder, answer: Any) -> None:
        if answer is not None and "requests" in answer:
            entry: ModelRequest = order.requests[-1]
            entry.id = answer["requests"][0]["id"]
            assert answer["requests"][0]["status"] == entry.status


def _refusal_of(decide: Callable[[], object]) -> Refused | None:
    try:
        decide()
    except Refused as refused:
        return refused
    return None


def test_simulator_and_model_agree_on_random_sequences() -> None:
    service = Service()
    OrderLife.service = service
    try:
        run_state_machine_as_test(
            OrderLife,
            settings=settings(
                max_examples=int(_WIDER or 80),
                stateful_step_count=80 if _WIDER else 50,
                derandomize=_WIDER is None,
                database=None,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        service.close()
