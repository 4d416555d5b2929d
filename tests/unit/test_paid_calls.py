# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The exact sequence of calls around a paid POST: those before it, and those after a lost or late answer."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator
from dataclasses import replace

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral.errors import DigicertError, StateError
from ansible_collections.community.digicert.plugins.module_utils._decisions.order import OrderIntent
from ansible_collections.community.digicert.plugins.module_utils._decisions.order_match import identity_of
from ansible_collections.community.digicert.plugins.module_utils._use_cases.order import OrderRequest, ensure_order
from ansible_collections.community.digicert.plugins.module_utils._use_cases.outcome import Outcome
from ansible_collections.community.digicert.plugins.module_utils._use_cases.reissue import (
    ReissueRequest,
    ensure_reissue,
)
from ansible_collections.community.digicert.plugins.module_utils._x509 import certificates
from ansible_collections.community.digicert.tests.unit import pki
from ansible_collections.community.digicert.tests.unit.scripted_client import client_of
from ansible_collections.community.digicert.tests.unit.scripted_server import (
    Answer,
    Scripted,
    cut,
    refusal,
    reply,
    serve,
)

_CSR = certificates.read_csr(pki.csr_pem(pki.new_key(), "www.example.com"))
_INTENT = OrderIntent(("www.example.com",), "ssl_basic", 112233, None, _CSR.public_key)
_REQUEST = OrderRequest(_INTENT, _CSR, alternative_order_id="intent")

_UNKNOWN = refusal(404, "not_found|order")
_NOTHING = reply(200, {"page": {"total": 0}})
_FAILED = refusal(500, "service_unavailable")
_PLACED = reply(201, {"id": 12, "requests": [{"id": 5, "status": "approved"}]})
_NOTHING_TO_PROVE = reply(200, {"dns_name_validations": []})
_PRODUCT = reply(200, {"name_id": "ssl_basic"})
_BEFORE = (_UNKNOWN, _NOTHING, _NOTHING, _PRODUCT)
_LOOK = [
    "GET /order/alternate/intent",
    "GET /order/certificate",
    "GET /order/certificate/status-changes",
    "GET /product/ssl_basic",
]
_NOWHERE = (_UNKNOWN, _NOTHING)


def _order(
    number: int = 12, status: str = "issued", organization: dict[str, t.Any] | None = None, **certificate: t.Any
) -> Answer:
    name = certificate.get("common_name", "www.example.com")
    carried = {"id": 7000 + number, "common_name": name, "dns_names": [name], "csr": _CSR.pem, **certificate}
    product = {"name_id": "ssl_basic"}
    raw = {
        "id": number,
        "status": status,
        "certificate": carried,
        "product": product,
        "organization": organization or {"id": 112233},
        "alternative_order_id": "intent",
    }
    return reply(200, raw)


def _found_by_id(*numbers: int, **status: str) -> Answer:
    """Answer a lookup by alternative order ID; the status of order 3 is given as ``o3``, by default it is pending."""
    orders = [
        {"order_id": number, "certificate_id": 7000 + number, "status": status.get(f"o{number}", "pending")}
        for number in numbers
    ]
    return reply(200, {"orders": orders, "page": {"total": len(orders)}})


@pytest.fixture
def server() -> Iterator[Scripted]:
    """Run a server whose script must be used up completely."""
    with serve() as scripted:
        yield scripted
        assert scripted.script == []


def _ensure(server: Scripted, *answers: Answer) -> Outcome:
    return ensure_order(client_of(server, *answers), _REQUEST, check_mode=False, now=pki.NOW)


def _calls(server: Scripted) -> list[str]:
    targets = [seen.target.removeprefix("/services/v2").split("?")[0] for seen in server.seen]
    return [f"{seen.method} {target}" for seen, target in zip(server.seen, targets, strict=True)]


def test_an_order_is_placed_after_all_lookups_and_read_afterwards(server: Scripted) -> None:
    done = _ensure(server, *_BEFORE, _PLACED, _order(), _found_by_id(12))
    assert (done.action, done.order and done.order.id) == ("order", 12)
    assert _calls(server) == [
        *_LOOK,
        "POST /order/certificate/ssl_basic",
        "GET /order/certificate/12",
        "GET /order/alternate/intent",
    ]


def test_an_order_that_shows_up_late_is_read_again(server: Scripted) -> None:
    done = _ensure(server, *_BEFORE, _PLACED, _UNKNOWN, _UNKNOWN, _order(), _found_by_id(12))
    assert done.order is not None
    assert done.order.id == 12


def test_the_error_names_an_order_that_never_shows_up(server: Scripted) -> None:
    with pytest.raises(StateError, match="12") as failed:
        _ensure(server, *_BEFORE, _PLACED, *[_UNKNOWN] * 4)
    assert failed.value.order_id == 12
    assert _calls(server).count("POST /order/certificate/ssl_basic") == 1


@pytest.mark.parametrize("broken", [_FAILED, cut, refusal(403, "access_denied"), reply(200, b"<html>")])
@pytest.mark.parametrize("after", [0, 1, 2])
def test_every_error_after_the_order_was_placed_names_it(server: Scripted, broken: Answer, after: int) -> None:
    looks = [_order(status="pending"), _found_by_id(12)]
    with pytest.raises(DigicertError) as failed:
        _ensure(server, *_BEFORE, _PLACED, *looks[:after], broken)
    assert failed.value.order_id == 12


@pytest.mark.parametrize("lost", [cut, _FAILED, reply(201, b"<html>"), reply(201, {"requests": []})])
def test_after_a_lost_answer_the_order_is_looked_up_and_never_sent_again(server: Scripted, lost: Answer) -> None:
    looks = [_FAILED, *_NOWHERE, _found_by_id(12), _order()]
    done = _ensure(server, *_BEFORE, lost, *looks, _found_by_id(12))
    assert done.order is not None
    assert done.order.id == 12
    assert "lost" in done.reasons[-1]
    assert _calls(server).count("POST /order/certificate/ssl_basic") == 1


def test_a_lost_answer_without_an_order_reports_that_nothing_was_sent_twice(server: Scripted) -> None:
    with pytest.raises(StateError, match="intent") as failed:
        _ensure(server, *_BEFORE, cut, *_NOWHERE * 4)
    assert "Nothing was sent twice" in failed.value.next_action


def test_an_order_that_existed_before_is_not_mistaken_for_the_lost_one(server: Scripted) -> None:
    # somebody gave the same ID to an order for other names
    other = [_found_by_id(3, o3="issued"), _order(3, common_name="other.example.com")]
    with pytest.raises(StateError):
        _ensure(server, *other, _NOTHING, _NOTHING, _PRODUCT, cut, *[*other, _NOTHING] * 4)


class TestLateList:
    """An order that exists but is neither listed nor found by its alternative order ID yet."""

    def test_an_order_for_the_same_intent_is_used(self, server: Scripted) -> None:
        done = _ensure(server, _UNKNOWN, _NOTHING, _found_by_id(12), _NOTHING, _order())
        assert (done.action, done.order and done.order.id) == ("none", 12)
        assert _calls(server)[2:] == [
            "GET /order/certificate/status-changes",
            "GET /order/certificate",
            "GET /order/certificate/12",
        ]
        assert "filters%5Bid%5D%5B0%5D=12" in server.seen[3].target

    def test_listed_and_canceled_orders_are_not_read(self, server: Scripted) -> None:
        changed = _found_by_id(13, 14, 15, o14="canceled")
        listed = reply(200, {"orders": [{"id": 13}, {"id": "15"}], "page": {"total": 2}})
        done = _ensure(server, _UNKNOWN, _NOTHING, changed, listed, _PRODUCT, _PLACED, _order(), _found_by_id(12))
        assert done.action == "order"
        assert "=14" not in server.seen[3].target

    def test_an_order_for_something_else_is_ignored(self, server: Scripted) -> None:
        other = _order(13, common_name="other.example.com")
        done = _ensure(
            server,
            *(_UNKNOWN, _NOTHING, _found_by_id(13), _NOTHING, other),
            *(_PRODUCT, _PLACED, _order(), _found_by_id(12)),
        )
        assert (done.action, done.order and done.order.id) == ("order", 12)

    @pytest.mark.parametrize("gone", [_UNKNOWN, _order(13, status="canceled")])
    def test_an_order_that_is_gone_by_now_is_ignored(self, server: Scripted, gone: Answer) -> None:
        done = _ensure(
            server,
            *(_UNKNOWN, _NOTHING, _found_by_id(13), _NOTHING, gone),
            *(_PRODUCT, _PLACED, _order(), _found_by_id(12)),
        )
        assert done.action == "order"

    def test_a_key_that_may_not_read_changes_can_still_order(self, server: Scripted) -> None:
        denied = refusal(403, "access_denied|missing_permission")
        done = _ensure(server, _UNKNOWN, _NOTHING, denied, _PRODUCT, _PLACED, _order(), _found_by_id(12))
        assert done.action == "order"

    @pytest.mark.parametrize("broken", [_FAILED, cut])
    def test_nothing_is_ordered_while_the_changes_cannot_be_read(self, server: Scripted, broken: Answer) -> None:
        with pytest.raises(DigicertError):
            _ensure(server, _UNKNOWN, _NOTHING, broken)
        assert [seen.method for seen in server.seen] == ["GET"] * 3

    def test_only_the_newest_are_compared_and_read(self, server: Scripted) -> None:
        changed = _found_by_id(*range(1000, 1200))
        reads = [_order(number, common_name="other.example.com") for number in range(1199, 1179, -1)]
        _ensure(
            server,
            *(_UNKNOWN, _NOTHING, changed, _NOTHING, *reads),
            *(_PRODUCT, _PLACED, _order(), _found_by_id(12)),
        )
        assert server.seen[3].target.count("filters") == 100
        assert "=1199" in server.seen[3].target

    def test_after_a_lost_answer_the_order_is_found(self, server: Scripted) -> None:
        done = _ensure(
            server,
            *_BEFORE,
            cut,
            *(_UNKNOWN, _found_by_id(12, 13), _NOTHING, _order(13, common_name="other.example.com"), _order()),
            _found_by_id(12),
        )
        assert (done.action, done.order and done.order.id) == ("order", 12)
        assert _calls(server).count("POST /order/certificate/ssl_basic") == 1

    def test_a_rival_is_found_if_the_own_order_is_not_listed_either(self, server: Scripted) -> None:
        done = _ensure(
            server,
            *(*_BEFORE, _PLACED, _order(status="pending"), _UNKNOWN),
            *(_found_by_id(11, 12), _NOTHING, _order(11, status="pending")),
            *(_order(11, status="pending"), reply(204), _NOTHING_TO_PROVE),
        )
        assert (done.action, done.order and done.order.id) == ("adopt", 11)
        assert server.seen[-2].body == b'{"status": "canceled", "note": "Duplicate of order 11"}'


class TestOtherSpellings:
    def test_an_order_is_found_again_even_if_the_service_chose_another_organization(self, server: Scripted) -> None:
        details = identity_of({"name": "Example GmbH", "country": "de", "city": "Munich", "address": "Hauptstr. 1"})
        intent = replace(_INTENT, organization_id=None, organization_details=details)
        request = replace(_REQUEST, intent=intent)
        client = client_of(server, _found_by_id(12), _order(organization={"id": 9, "name": "Other"}), _NOTHING)
        done = ensure_order(client, request, check_mode=False, now=pki.NOW)
        assert (done.action, done.order and done.order.id) == ("none", 12)

    @pytest.mark.parametrize("spelling", ["BÜCHER.example.com.", "xn--bcher-kva.example.com", "bücher.example.com"])
    def test_an_internationalized_name_is_found_in_any_spelling(self, server: Scripted, spelling: str) -> None:
        intent = replace(_INTENT, names=("xn--bcher-kva.example.com", "example.com"))
        certificate = {"common_name": "Example.com.", "dns_names": [spelling], "csr": _CSR.pem}
        entry = {"id": 12, "status": "issued", "certificate": certificate}
        order = _order(common_name="Example.com.", dns_names=[spelling])
        client = client_of(server, _UNKNOWN, reply(200, {"orders": [entry]}), order)
        done = ensure_order(client, replace(_REQUEST, intent=intent), check_mode=True, now=pki.NOW)
        assert (done.action, done.order and done.order.id) == ("none", 12)
        assert "=xn--bcher-kva.example.com&" in server.seen[1].target
        assert "=b%C3%BCcher.example.com&" in server.seen[1].target


class TestRace:
    def test_the_later_order_gives_way_and_is_canceled(self, server: Scripted) -> None:
        done = _ensure(
            server,
            *_BEFORE,
            _PLACED,
            _order(status="pending"),
            _found_by_id(11, 12),
            _order(11),
            reply(204),
        )
        assert (done.action, done.order and done.order.id) == ("adopt", 11)
        assert "order 12 gave way" in done.reasons[-1]
        assert server.seen[-1].target.endswith("/order/certificate/12/status")
        assert server.seen[-1].body == b'{"status": "canceled", "note": "Duplicate of order 11"}'

    def test_the_earlier_order_stays(self, server: Scripted) -> None:
        done = _ensure(server, *_BEFORE, _PLACED, _order(), _found_by_id(12, 13))
        assert (done.action, done.order and done.order.id) == ("order", 12)

    def test_a_rejected_rival_does_not_count(self, server: Scripted) -> None:
        done = _ensure(server, *_BEFORE, _PLACED, _order(), _found_by_id(11, 12, o11="rejected"))
        assert done.order is not None
        assert done.order.id == 12

    def test_an_issued_order_is_reported_and_not_canceled(self, server: Scripted) -> None:
        with pytest.raises(StateError, match="Order 12 is already issued") as failed:
            _ensure(server, *_BEFORE, _PLACED, _order(), _found_by_id(11, 12), _order(11))
        assert failed.value.order_id == 12
        assert "Revoke order 12" in failed.value.next_action
        assert "The next run uses order 11" in failed.value.next_action

    @pytest.mark.parametrize(
        "refused", [[refusal(400, "invalid_value:status"), _order(status="pending")], [cut]], ids=["refused", "cut"]
    )
    def test_an_order_that_cannot_be_canceled_is_reported(self, server: Scripted, refused: list[Answer]) -> None:
        pending = _order(status="pending")
        with pytest.raises(StateError, match=r"same certificate as order 11.* could not be canceled") as failed:
            _ensure(server, *_BEFORE, _PLACED, pending, _found_by_id(11, 12), _order(11), *refused)
        assert failed.value.order_id == 12
        assert "Cancel order 12" in failed.value.next_action

    def test_an_order_that_somebody_else_has_canceled_is_not_an_error(self, server: Scripted) -> None:
        refused = (refusal(400, "invalid_value:status"), _order(status="canceled"))
        placed = (_PLACED, _order(status="pending"), _found_by_id(11, 12))
        done = _ensure(server, *_BEFORE, *placed, _order(11), *refused)
        assert (done.order and done.order.id, done.warnings) == (11, ())

    def test_an_order_for_something_else_with_the_same_id_is_not_a_rival(self, server: Scripted) -> None:
        other = _order(11, common_name="other.example.com")
        done = _ensure(server, *_BEFORE, _PLACED, _order(), _found_by_id(11, 12), other)
        assert (done.action, done.order and done.order.id, done.warnings) == ("order", 12, ())

    def test_after_a_lost_answer_the_last_of_several_gives_way(self, server: Scripted) -> None:
        both = (_found_by_id(11, 12), _order(11), _order(status="pending"))
        done = _ensure(server, *_BEFORE, cut, *both, _found_by_id(11, 12), _order(11), reply(204))
        assert (done.action, done.order and done.order.id) == ("adopt", 11)
        assert server.seen[-1].target.endswith("/order/certificate/12/status")


class TestReissue:
    def _reissue(self, server: Scripted, *answers: Answer, csr: certificates.Csr | None = None) -> Outcome:
        request = ReissueRequest(12, csr, None, "always", "auto", allow_name_removal=False)
        return ensure_reissue(client_of(server, *answers), request, check_mode=False, now=pki.NOW)

    def test_after_a_lost_answer_the_reissue_is_looked_up(self, server: Scripted) -> None:
        done = self._reissue(server, _order(), cut, _FAILED, _order(), _order(id=8000))
        assert done.order is not None
        assert done.order.certificate.id == 8000
        assert [seen.method for seen in server.seen].count("POST") == 1

    def test_a_lost_answer_without_a_reissue_names_the_order(self, server: Scripted) -> None:
        with pytest.raises(StateError, match="no reissue") as failed:
            self._reissue(server, _order(), cut, *[_order()] * 3)
        assert failed.value.order_id == 12

    @pytest.mark.parametrize(
        "refused", [refusal(400, "invalid_value:order_id"), refusal(429, "request_limit_exceeded")]
    )
    def test_a_refusal_is_final(self, server: Scripted, refused: Answer) -> None:
        with pytest.raises(DigicertError) as failed:
            self._reissue(server, _order(), refused)
        assert failed.value.order_id == 12

    def test_a_csr_is_required_if_the_service_does_not_report_one(self, server: Scripted) -> None:
        with pytest.raises(StateError, match="does not report the CSR") as failed:
            self._reissue(server, _order(csr=""))
        assert "csr_path" in failed.value.next_action

    def test_a_given_csr_is_sent(self, server: Scripted) -> None:
        self._reissue(server, _order(csr=""), _PLACED, _order(id=8000), csr=_CSR)
        assert _CSR.pem.encode().replace(b"\n", b"\\n") in server.seen[1].body

    def test_a_pending_reissue_that_is_not_listed_has_the_state_of_the_order(self, server: Scripted) -> None:
        pending = _order(status="reissue_pending")
        done = self._reissue(server, pending, _NOTHING, _NOTHING_TO_PROVE)
        assert (done.action, done.standing and done.standing.phase) == ("none", "processing")
