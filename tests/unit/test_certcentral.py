# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers of the service in all their forms become one form, or one clear error."""

from __future__ import annotations

import datetime as dt
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.digicert.plugins.module_utils._certcentral import dcv, orders, shape
from ansible_collections.community.digicert.plugins.module_utils._certcentral.client import Client, ConnectionSettings
from ansible_collections.community.digicert.plugins.module_utils._certcentral.errors import (
    ApiError,
    UnexpectedAnswerError,
)
from ansible_collections.community.digicert.plugins.module_utils._certcentral.model import order_of
from ansible_collections.community.digicert.plugins.module_utils._use_cases.order_status import ensure_status
from ansible_collections.community.digicert.tests.unit import pki
from ansible_collections.community.digicert.tests.unit.scripted_server import Answer, Scripted, refusal, reply, serve

_UTC = dt.timezone.utc
_MINIMAL = {"id": 1, "status": "pending"}


class TestShape:
    @pytest.mark.parametrize(
        ("value", "found"), [(7, 7), ("7", 7), (" 7 ", 7), (0, None), ("0", None), (None, None), ("", None)]
    )
    def test_ids_are_numbers_or_texts_and_zero_means_none(self, value: object, found: int | None) -> None:
        assert shape.identifier(value, "id") == found

    @pytest.mark.parametrize("value", [True, 1.5, "x", "²", [], {}, "-3"])
    def test_an_invalid_id_is_reported_with_its_place(self, value: object) -> None:
        with pytest.raises(UnexpectedAnswerError, match=r"order\.id"):
            shape.identifier(value, "order.id")

    @pytest.mark.parametrize(("value", "found"), [({}, {}), ([], {}), (None, {}), ({"a": 1}, {"a": 1})])
    def test_an_empty_array_may_stand_for_an_empty_object(self, value: object, found: dict[str, t.Any]) -> None:
        assert shape.mapping(value, "organization") == found

    @pytest.mark.parametrize("value", [True, 1, "1", "true"])
    def test_true_has_four_spellings(self, value: object) -> None:
        assert shape.flag(value)
        assert not any(shape.flag(other) for other in (False, 0, "0", None, "", "false"))

    @pytest.mark.parametrize("value", [2, -1, "yes", 1.5, [], {}, [True]])
    def test_nothing_else_counts_as_true_or_false(self, value: object) -> None:
        with pytest.raises(UnexpectedAnswerError):
            shape.flag(value)

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("2026-11-20T10:00:00+00:00", dt.datetime(2026, 11, 20, 10, tzinfo=_UTC)),
            ("2026-11-20T10:00:00Z", dt.datetime(2026, 11, 20, 10, tzinfo=_UTC)),
            ("2026-11-20 10:00:00", dt.datetime(2026, 11, 20, 10, tzinfo=_UTC)),
            ("2026-11-20", dt.datetime(2026, 11, 20, tzinfo=_UTC)),
            (None, None),
        ],
    )
    def test_moments(self, text: str | None, found: dt.datetime | None) -> None:
        assert shape.moment(text, "date") == found

    @pytest.mark.parametrize("text", ["tomorrow", "2026-13-01", "2026-11-20T25:00:00", 20261120])
    def test_an_invalid_date_is_reported(self, text: object) -> None:
        with pytest.raises(UnexpectedAnswerError, match="date"):
            shape.moment(text, "date")

    @given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
    def test_any_value_is_read_or_clearly_refused(self, value: object) -> None:
        for read in (shape.mapping, shape.sequence, shape.mappings, shape.text, shape.texts):
            try:
                read(value, "here")
            except UnexpectedAnswerError as refusal:
                outcome = str(refusal)
            else:
                outcome = "here"
            assert "here" in outcome


class TestOrder:
    def test_a_minimal_order(self) -> None:
        order = order_of(_MINIMAL)
        assert (order.id, order.status, order.valid_till, order.certificate.names) == (1, "pending", None, ())
        assert order.as_result()["dns_names"] == []
        assert order.certificate.as_result(pki.NOW)["days_remaining"] is None

    def test_an_order_without_an_id_is_an_error(self) -> None:
        with pytest.raises(UnexpectedAnswerError, match="id"):
            order_of({"status": "issued"})

    @pytest.mark.parametrize("dns_names", [["b.example.com"], ["a.example.com", "B.example.com", " "], None])
    def test_the_common_name_comes_first_once(self, dns_names: list[str] | None) -> None:
        raw = {**_MINIMAL, "certificate": {"common_name": "a.example.com", "dns_names": dns_names}}
        assert order_of(raw).certificate.names[0] == "a.example.com"
        assert len(order_of(raw).certificate.names) == (2 if dns_names else 1)

    @pytest.mark.parametrize(
        ("fields", "end"),
        [
            ({"order_valid_till": "2027-05-01"}, dt.date(2027, 5, 1)),
            ({"order_validity": {"days": 10}}, dt.date(2026, 11, 30)),
            ({"order_validity": {"years": 1}}, dt.date(2027, 11, 20)),
            ({"order_validity": {"years": "2"}}, dt.date(2028, 11, 19)),
            ({"validity_years": 1}, dt.date(2027, 11, 20)),
            ({"order_validity": {"days": 10}, "order_valid_from": "2026-12-01"}, dt.date(2026, 12, 11)),
            ({}, None),
        ],
    )
    def test_its_last_day_is_given_or_calculated(self, fields: dict[str, t.Any], end: dt.date | None) -> None:
        raw = {**_MINIMAL, "date_created": "2026-11-20T10:00:00+00:00", **fields}
        assert order_of(raw).valid_till == end

    def test_the_key_of_an_unreadable_csr_is_unknown(self) -> None:
        key = pki.new_key()
        assert order_of({**_MINIMAL, "certificate": {"csr": "<csr>"}}).certificate.public_key is None
        assert order_of({**_MINIMAL, "certificate": {"csr": pki.csr_pem(key)}}).certificate.public_key

    def test_the_platform_other_has_the_id_minus_one(self) -> None:
        raw = {**_MINIMAL, "certificate": {"server_platform": {"id": -1}}}
        assert order_of(raw).certificate.server_platform_id == -1

    def test_days_remaining_are_counted_from_now(self) -> None:
        raw = {**_MINIMAL, "certificate": {"valid_till": "2026-11-30"}}
        assert order_of(raw).certificate.as_result(pki.NOW)["days_remaining"] == 10


def _client(server: Scripted, *answers: Answer) -> Client:
    server.script = list(answers)
    return Client(ConnectionSettings(api_key="key", api_url=server.url))


def _asked(server: Scripted) -> list[str]:
    return [f"{seen.method} {seen.target.removeprefix('/services/v2')}" for seen in server.seen]


class TestSerialNumbers:
    def test_a_lost_leading_zero_is_restored(self) -> None:
        with serve() as server:
            found = orders.find_by_serial_number(_client(server, reply(200, _MINIMAL)), "A:1b")
            assert found is not None
            assert _asked(server) == ["GET /order/certificate/0a1b"]

    def test_each_spelling_is_tried_before_the_list(self) -> None:
        with serve() as server:
            unknown = refusal(404, "not_found|order")
            listed = reply(200, {"orders": [{"id": 1}], "page": {"total": 1}})
            client = _client(server, unknown, unknown, reply(200, {"page": {"total": 0}}), listed, reply(200, _MINIMAL))
            assert orders.find_by_serial_number(client, "a1b") is not None
            assert [target.split("?")[0] for target in _asked(server)] == [
                "GET /order/certificate/0a1b",
                "GET /order/certificate/a1b",
                "GET /order/certificate",
                "GET /order/certificate",
                "GET /order/certificate/1",
            ]

    def test_no_order_has_it(self) -> None:
        with serve() as server:
            client = _client(server, refusal(404, "not_found|order"), reply(200, {"page": {"total": 0}}))
            assert orders.find_by_serial_number(client, "ab") is None


class TestPages:
    def test_an_unknown_alternative_id_is_not_an_error_but_an_unknown_route_is(self) -> None:
        with serve() as server:
            assert orders.by_alternative_id(_client(server, refusal(404, "not_found|order")), "x") == []
            for code in ("not_found|route",):
                with pytest.raises(ApiError, match=r"not_found\|route"):
                    orders.by_alternative_id(_client(server, refusal(404, code)), "x")
                with pytest.raises(ApiError, match=r"not_found\|route"):
                    orders.find(_client(server, refusal(404, code)), 1)

    def test_pages_are_read_until_the_total(self) -> None:
        with serve() as server:
            first = reply(200, {"orders": [{"order_id": "1", "status": "issued"}], "page": {"total": 2}})
            second = reply(200, {"orders": [{"id": 2, "status": "issued"}], "page": {"total": 2}})
            found = orders.by_alternative_id(_client(server, first, second), "x")
            assert [reference.order_id for reference in found] == [1, 2]
            assert ["offset=1" in target for target in _asked(server)] == [False, True]

    def test_an_empty_page_ends_the_reading_whatever_the_total_says(self) -> None:
        with serve() as server:
            first = {"orders": [{"id": 1}], "page": {"total": 9}}
            assert len(orders.search(_client(server, reply(200, first), reply(200, {"page": {"total": 9}})), {})) == 1
            assert len(server.seen) == 2

    def test_an_empty_page_of_a_list_with_entries_is_an_error(self) -> None:
        with serve() as server, pytest.raises(UnexpectedAnswerError, match=r"page\.total = 9"):
            orders.search(_client(server, reply(200, {"page": {"total": 9}})), {})


class TestOlderSpelling:
    def test_it_is_tried_if_the_new_one_is_refused(self) -> None:
        with serve() as server:
            refused = refusal(400, "invalid_value:status")
            client = _client(
                server,
                reply(200, _MINIMAL),
                refused,
                reply(204),
                reply(200, {**_MINIMAL, "status": "canceled"}),
            )
            done = ensure_status(client, 1, "canceled", "note", check_mode=False, now=pki.NOW)
            assert done.order is not None
            assert done.order.status == "canceled"
            assert [seen.body for seen in server.seen if seen.method == "PUT"] == [
                b'{"status": "canceled", "note": "note"}',
                b'{"status": "CANCELED", "note": "note"}',
            ]


class TestToken:
    @pytest.mark.parametrize("status", [200, 201])
    def test_it_is_read_with_its_expiry(self, status: int) -> None:
        answer = {"dcv_random_value": "abc", "expiration_date": "2026-12-20T21:00:00+00:00"}
        with serve() as server:
            token = dcv.random_value(_client(server, reply(status, answer)), 1)
        assert token == dcv.Token("abc", dt.datetime(2026, 12, 20, 21, tzinfo=_UTC))

    def test_e_mail_has_no_token(self) -> None:
        with serve() as server:
            assert dcv.set_method(_client(server, reply(204)), 1, "email") is None
