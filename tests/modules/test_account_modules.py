# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_product_info and digicert_account_info: what can be ordered, and what a key may do."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.community.digicert.tests.modules.arguments import order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller, Result

_PRODUCTS = "digicert_product_info"
_ACCOUNT = "digicert_account_info"


def _read(controller: Controller, module: str, **arguments: t.Any) -> Result:
    predicted = controller.ok(module, check_mode=True, **arguments)
    found = controller.ok(module, **arguments)
    assert set(controller.methods()) == {"GET"}
    # only ansible-core before 2.20 returns the invocation
    for volatile in ("invocation", "api_calls"):
        predicted.pop(volatile, None)
    assert predicted == {key: found[key] for key in predicted}
    assert (found["action"], found["changed"]) == ("none", False)
    return found


class TestProducts:
    def test_one(self, controller: Controller) -> None:
        found = _read(controller, _PRODUCTS, name_id="ssl_basic")
        (product,) = found["products"]
        assert (product["name_id"], product["name"], product["validation_type"]) == ("ssl_basic", "Basic OV", "ov")
        assert (product["certificate_years"], product["order_years"]) == ([1], [1, 2, 3])
        assert product["default_signature_hash"] in product["signature_hashes"]
        assert (product["limits"], product["orderable"], found["limited"]) == (None, None, None)
        assert product["raw"]["name_id"] == "ssl_basic"
        assert controller.methods() == {"GET": 1}

    def test_a_listed_intermediate_ca_can_be_ordered(self, controller: Controller) -> None:
        (product,) = _read(controller, _PRODUCTS, name_id="ssl_basic")["products"]
        ordered = controller.ok("digicert_order", **order_args(ca_cert_id=product["ca_certs"][-1]["id"]))
        assert ordered["phase"] == "issued"

    def test_all_with_the_limits_of_the_callers_container(self, controller: Controller) -> None:
        found = _read(controller, _PRODUCTS, limits=True)
        assert len(found["products"]) > 20
        assert found["limited"] is False
        assert all(product["orderable"] for product in found["products"])
        by_name = {product["name_id"]: product for product in found["products"]}
        (limit,) = by_name["ssl_plus"]["limits"]
        assert (limit["role_id"], limit["wildcards"], limit["order_years"]) == (None, False, ["1", "2", "3"])
        assert by_name["ssl_wildcard"]["limits"][0]["wildcards"] is True
        assert controller.methods() == {"GET": 3}
        assert _read(controller, _PRODUCTS, container_id=5)["products"] == found["products"]
        assert controller.methods() == {"GET": 2}

    def test_the_intermediates(self, controller: Controller) -> None:
        found = _read(controller, _PRODUCTS, name_id="ssl_basic", intermediates=True)
        assert all(entry["pem"].startswith("-----BEGIN CERTIFICATE") for entry in found["intermediates"])
        subjects = {entry["subject_common_name"] for entry in found["intermediates"]}
        assert subjects >= {entry["name"] for entry in found["products"][0]["ca_certs"]}

    def test_not_found(self, controller: Controller) -> None:
        unknown = controller.fails(_PRODUCTS, name_id="ssl_gold")
        assert unknown["errors"][0]["code"] == "not_found|product"
        assert "product identifier" in unknown["next_action"]
        assert controller.fails(_PRODUCTS, container_id=999)["errors"][0]["code"] == "not_found|container"


class TestAccount:
    def test_an_administrator(self, controller: Controller) -> None:
        found = _read(controller, _ACCOUNT)
        assert (found["user"]["id"], found["user"]["container_id"]) == (14, 5)
        assert found["user"]["roles"] == [{"id": 1, "name": "Administrator"}]
        assert (found["user"]["type"], found["user"]["has_container_assignments"]) == ("standard", False)
        assert found["user"]["raw"]["id"] == 14
        assert found["account"]["id"] == found["user"]["account_id"]
        assert found["containers"] == [{"id": 5, "name": "Example Division", "parent_id": None, "active": True}]
        assert [field["label"] for field in found["custom_fields"]] == ["Invoice #", "Cost centre"]
        assert found["readable"] is None
        assert controller.methods() == {"GET": 4}

    @pytest.mark.parametrize(
        ("key", "refused"),
        [
            ("main", set()),
            ("view-only", set()),
            ("orders-only", {"organizations", "domains", "products", "users", "account"}),
        ],
    )
    def test_permissions_are_probed(self, controller: Controller, key: str, refused: set[str]) -> None:
        secret = controller.simulator.keys()[key]
        found = _read(controller, _ACCOUNT, api_key=secret, check_permissions=True)
        assert {name for name, allowed in found["readable"].items() if not allowed} == refused
        assert {"orders", "requests"} <= found["readable"].keys()
        assert (found["account"] is None) is ("account" in refused)
        assert (found["containers"] is None) is ("account" in refused)

    def test_a_service_error_is_not_reported_as_a_missing_permission(self, controller: Controller) -> None:
        controller.simulator.add_fault("error", method="GET", path="*/account", status=500, calls=-1)
        assert "HTTP 500" in controller.fails(_ACCOUNT, timeout=5)["msg"]
