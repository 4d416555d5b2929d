# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Products, limits and users in all forms of the service become one form, or one clear error."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral import account, containers, products
from ansible_collections.community.digicert.plugins.module_utils._certcentral.client import Client, ConnectionSettings
from ansible_collections.community.digicert.plugins.module_utils._certcentral.errors import (
    ApiError,
    StateError,
    UnexpectedAnswerError,
)
from ansible_collections.community.digicert.plugins.module_utils._use_cases.account_info import read_account
from ansible_collections.community.digicert.plugins.module_utils._use_cases.product_info import read_products
from ansible_collections.community.digicert.tests.unit.scripted_server import Answer, refusal, reply, serve

Value = t.TypeVar("Value")


def _read(read: t.Callable[[Client], Value], *answers: Answer) -> Value:
    with serve() as server:
        server.script = list(answers)
        found = read(Client(ConnectionSettings(api_key="key", api_url=server.url, timeout=1)))
        assert server.script == []
        return found


class TestProducts:
    def test_a_minimal_product(self) -> None:
        (found,) = _read(products.list_all, reply(200, {"products": [{"name_id": "ssl_basic"}]}))
        assert (found.name_id, found.certificate_years, found.signature_hashes, found.ca_certs) == (
            "ssl_basic",
            (),
            (),
            (),
        )

    def test_years_come_as_numbers_and_texts(self) -> None:
        raw = {"name_id": "ssl", "allowed_validity_years": ["1", 2, 0], "allowed_order_validity_years": None}
        found = _read(lambda client: products.get(client, "ssl"), reply(200, raw))
        assert (found.certificate_years, found.order_years) == ((1, 2), ())

    @pytest.mark.parametrize("raw", [{"products": {"a": 1}}, {"products": [{"allowed_validity_years": ["one"]}]}, [1]])
    def test_an_invalid_product_is_a_clear_error(self, raw: object) -> None:
        with pytest.raises(UnexpectedAnswerError):
            _read(products.list_all, reply(200, raw))


_LIST = reply(200, {"products": [{"name_id": "ssl_basic"}, {"name_id": "ssl_plus"}]})
_LIMIT = {"product_name_id": "ssl_basic", "role_id": 2, "allowed_lifetimes": ["1"], "allowed_wildcards": True}


class TestLimits:
    def _limited(self, *answers: Answer, container_id: int | None = 5) -> dict[str, t.Any]:
        outcome = _read(
            lambda client: read_products(client, None, limits=True, container_id=container_id, intermediates=False),
            *answers,
        )
        return outcome.extra

    def test_a_limited_container_allows_what_it_lists(self) -> None:
        found = self._limited(_LIST, reply(200, {"is_limited": True, "product_limits": [_LIMIT]}))
        basic, plus = found["products"]
        assert found["limited"] is True
        assert (basic["orderable"], plus["orderable"], plus["limits"]) == (True, False, [])
        assert basic["limits"] == [
            {
                "role_id": 2,
                "certificate_years": ["1"],
                "order_years": [],
                "auto_renew": False,
                "auto_reissue": False,
                "wildcards": True,
            }
        ]

    def test_a_container_without_limits_allows_everything(self) -> None:
        found = self._limited(_LIST, reply(200, {"is_limited": False}))
        assert [product["orderable"] for product in found["products"]] == [True, True]

    def test_a_user_without_a_container(self) -> None:
        with pytest.raises(StateError, match="container") as refused:
            self._limited(_LIST, reply(200, {"id": 14}), container_id=None)
        assert "container_id" in refused.value.next_action


class TestAccount:
    def test_a_minimal_user(self) -> None:
        found = _read(account.me, reply(200, {"id": "14"}))
        assert (found.id, found.container_id, found.roles) == (14, None, ())

    def test_a_container_is_active_by_default(self) -> None:
        raw = {"containers": [{"id": 5}, {"id": 6, "is_active": False, "parent_id": 5}]}
        found = _read(containers.list_all, reply(200, raw))
        assert [(entry["active"], entry["parent_id"]) for entry in found] == [(True, None), (False, 5)]

    def test_what_a_key_may_not_read_is_left_out(self) -> None:
        missing = refusal(403, "access_denied|missing_permission")
        answers = [reply(200, {"id": 14}), missing, missing, missing]
        found = _read(lambda client: read_account(client, check_permissions=False), *answers).extra
        assert (found["account"], found["containers"], found["custom_fields"]) == (None, None, None)

    @pytest.mark.parametrize(
        "broken", [refusal(403, "access_denied|access_denied_invalid_key"), refusal(404, "not_found|route")]
    )
    def test_other_refusals_are_reported(self, broken: Answer) -> None:
        with pytest.raises(ApiError):
            _read(lambda client: read_account(client, check_permissions=False), reply(200, {"id": 14}), broken)
