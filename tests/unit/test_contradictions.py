# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that contradict the request or themselves are refused: later calls would act on something else."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral import (
    domains,
    orders,
    organizations,
    requests,
    shape,
)
from ansible_collections.community.digicert.plugins.module_utils._certcentral.client import Client, ConnectionSettings
from ansible_collections.community.digicert.plugins.module_utils._certcentral.errors import UnexpectedAnswerError
from ansible_collections.community.digicert.plugins.module_utils._certcentral.model import order_of
from ansible_collections.community.digicert.tests.unit.scripted_server import reply, serve

_CALLS: dict[str, t.Callable[[Client], object]] = {
    "an order": lambda client: orders.get(client, 101),
    "a reissue": lambda client: orders.reissue(client, 101, {}),
    "a duplicate": lambda client: orders.duplicate(client, 101, {}),
    "an organization": lambda client: organizations.get_details(client, 101),
    "a domain": lambda client: domains.get(client, 101),
    "a request": lambda client: requests.get(client, 101),
}


@pytest.mark.parametrize("name", _CALLS)
def test_an_answer_about_another_object_is_refused(name: str) -> None:
    with serve() as server:
        client = Client(ConnectionSettings(api_key="KEY", api_url=server.url))
        server.script = [reply(200, {"id": 101}), reply(200, {"id": "101"}), reply(200, {"id": 102})]
        _CALLS[name](client)
        _CALLS[name](client)
        with pytest.raises(UnexpectedAnswerError, match="the requested 101"):
            _CALLS[name](client)


@pytest.mark.parametrize("decoded", [{}, [], {"orders": []}, {"orders": None}, {"page": {"total": 0}}])
def test_empty_lists_come_in_several_forms(decoded: object) -> None:
    assert shape.entries(decoded, "orders") == []


@pytest.mark.parametrize(
    "decoded",
    [
        {"certificates": []},
        {"id": 1},
        {"orders": {}},
        {"orders": "none"},
        {"orders": [None]},
        {"orders": [[]]},
        {"orders": [7]},
        "text",
        7,
    ],
)
def test_anything_else_is_not_an_empty_list(decoded: object) -> None:
    with pytest.raises(UnexpectedAnswerError, match="orders"):
        shape.entries(decoded, "orders")


@pytest.mark.parametrize("value", [2**63, -1, "9" * 30, 10**5000, "1.0", "0x1", "\u0661", True, [], {}], ids=range(10))
def test_an_impossible_id_is_refused(value: object) -> None:
    with pytest.raises(UnexpectedAnswerError, match="an ID") as refused:
        shape.identifier(value, "id")
    assert len(refused.value.message) < 200


@pytest.mark.parametrize("value", ["", None])
def test_a_missing_text_is_refused(value: object) -> None:
    with pytest.raises(UnexpectedAnswerError, match="a text"):
        shape.required_text(value, "type")
    assert shape.required_text("ov", "type") == "ov"


@pytest.mark.parametrize("validity", [{"years": 10**30}, {"days": 10**9}, {"years": -1}, {"years": "many"}])
def test_an_impossible_validity_is_refused(validity: dict[str, t.Any]) -> None:
    with pytest.raises(UnexpectedAnswerError, match="order_validity"):
        order_of({"id": 1, "date_created": "2026-11-20T10:00:00+00:00", "order_validity": validity})


def test_an_expiry_beyond_the_calendar_is_ignored() -> None:
    order = order_of({"id": 1, "date_created": "9999-11-20T10:00:00+00:00", "order_validity": {"years": 3}})
    assert order.valid_till is None
