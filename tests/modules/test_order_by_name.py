# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_order in a large account: organizations, custom fields and products by name, and within a container."""

from __future__ import annotations

import copy
import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from ansible_collections.community.digicert.tests.modules.arguments import order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller, VirtualClock
from certcentral_simulator.process import SimulatorProcess
from certcentral_simulator.state.ready_account import READY_ACCOUNT

_ORDER = "digicert_order"
_PLAN = "digicert_certificate_plan"
_LIMITED = 6


def _account() -> dict[str, t.Any]:
    account: dict[str, t.Any] = copy.deepcopy(READY_ACCOUNT)
    account["containers"].append(
        {
            "id": _LIMITED,
            "name": "One year only",
            "product_limits": [
                {"product_name_id": "ssl_basic", "allowed_order_lifetimes": ["1"], "allow_auto_renew": False}
            ],
        }
    )
    account["organizations"] += [
        {"id": 1, "name": "Twin Corp", "details": {"city": "Lehi"}},
        {"id": 2, "name": "Twin Corp", "details": {"city": "Orem"}},
        {"id": 3, "name": "Sleeping Corp", "is_active": False},
        {"id": 4, "name": "Moved Corp", "is_active": False},
        {"id": 5, "name": "Moved Corp", "validations": {"ov": {"state": "valid"}}},
    ]
    account["custom_fields"] = [
        {"id": 11, "label": "Invoice #", "is_required": True},
        {"id": 12, "label": "Cost centre"},
        {"id": 13, "label": "Owner"},
        {"id": 14, "label": "owner"},
    ]
    return account


@pytest.fixture(scope="module")
def _large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatorProcess]:
    file: Path = tmp_path_factory.mktemp("account") / "account.yml"
    file.write_text(yaml.safe_dump(_account()), encoding="utf-8")
    arguments = ["--account", str(file), "--no-rate-limit", "--resolver", "127.0.0.1:9"]
    with SimulatorProcess(arguments) as process:
        yield process


@pytest.fixture
def large(_large: SimulatorProcess, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch) -> Controller:
    """Return a controller of the large account, as it started."""
    _large.reset()
    for variable in ("DIGICERT_API_KEY", "DIGICERT_API_URL", "DIGICERT_CA_PATH", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(variable, raising=False)
    return Controller(_large, _large.api_key)


def _named(name: str, **changes: t.Any) -> dict[str, t.Any]:
    return order_args(organization_id=None, organization_name=name, **changes)


class TestOrganization:
    def test_by_name_and_by_id_are_one_intent(self, large: Controller) -> None:
        predicted = large.ok(_ORDER, check_mode=True, **_named("moved  corp"))
        first = large.ok(_ORDER, **_named("moved  corp"))
        assert predicted["diff"] == first["diff"]
        assert first["order"]["organization_id"] == 5
        (body,) = [call["body"] for call in large.calls if call["method"] == "POST"]
        assert body["organization"] == {"id": 5}
        by_id = large.ok(_ORDER, **order_args(organization_id=5))
        assert (by_id["action"], by_id["order"]["id"]) == ("none", first["order"]["id"])
        assert large.ok(_ORDER, **_named("Moved Corp"))["action"] == "none"
        assert len(large.ordered()) == 1

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("Twin Corp", ("more than one", "1, 2", "organization_id")),
            ("Sleeping Corp", ("not active", "3")),
            ("Nobody", ("no organization called 'Nobody'", "digicert_organization_info")),
        ],
    )
    def test_an_ambiguous_or_unusable_name(self, large: Controller, name: str, words: tuple[str, ...]) -> None:
        for check_mode in (True, False):
            failed = large.fails(_ORDER, check_mode=check_mode, **_named(name))
            assert all(word in failed["msg"] for word in words), failed["msg"]
            assert large.methods() == {"GET": 1}

    def test_the_oldest_of_several_with_the_same_details_is_found_again(self, large: Controller) -> None:
        details = {"name": "Example Corp", "address": "2801 North Thanksgiving Way", "city": "Lehi", "country": "us"}
        arguments = order_args(organization_id=None, organization=details)
        first = large.ok(_ORDER, **arguments)["order"]
        assert first["organization_id"] == 112233
        assert large.ok(_ORDER, **arguments)["order"] == first


class TestCustomFields:
    def test_by_label_and_by_id(self, large: Controller) -> None:
        fields = [{"label": " INVOICE # ", "value": "77"}, {"metadata_id": 12, "value": "4711"}]
        done = large.ok(_ORDER, **order_args(custom_fields=fields))
        (listed,) = large.ok("digicert_order_info", order_id=done["order"]["id"])["orders"]
        assert sorted(listed["raw"]["custom_fields"], key=lambda field: int(field["metadata_id"])) == [
            {"metadata_id": 11, "label": "Invoice #", "value": "77"},
            {"metadata_id": 12, "label": "Cost centre", "value": "4711"},
        ]
        assert large.ok(_ORDER, **order_args(custom_fields=fields))["action"] == "none"

    @pytest.mark.parametrize(
        ("label", "words"),
        [("Colour", ("'Colour'", "Invoice #, Cost centre")), ("OWNER", ("More than one", "13, 14"))],
    )
    def test_an_unknown_or_ambiguous_label(self, large: Controller, label: str, words: tuple[str, ...]) -> None:
        arguments = order_args(custom_fields=[{"label": label, "value": "x"}])
        for check_mode in (True, False):
            failed = large.fails(_ORDER, check_mode=check_mode, **arguments)
            assert all(word in failed["msg"] for word in words), failed["msg"]
            assert large.writes() == []


class TestContainer:
    def test_a_product_is_read_as_the_container_may_order_it(self, large: Controller) -> None:
        two_years: dict[str, t.Any] = {"order_validity": {"years": 2}}
        assert large.ok(_ORDER, check_mode=True, **order_args(**two_years))["action"] == "order"
        for check_mode in (True, False):
            failed = large.fails(_ORDER, check_mode=check_mode, **order_args(container_id=_LIMITED, **two_years))
            assert "Order for 1 year(s)" in failed["next_action"]
            assert large.writes() == []
        failed = large.fails(_ORDER, **order_args(container_id=_LIMITED, auto_renew=True))
        assert "auto_renew" in failed["next_action"]
        done = large.ok(_ORDER, **order_args(container_id=_LIMITED))
        assert done["order"]["container_id"] == _LIMITED

    def test_an_order_of_another_container_is_not_adopted(self, large: Controller) -> None:
        first = large.ok(_ORDER, **order_args(container_id=_LIMITED))["order"]["id"]
        assert large.ok(_ORDER, **order_args(container_id=5))["order"]["id"] != first
        # without a container the first order that fits is adopted
        assert large.ok(_ORDER, **order_args())["order"]["id"] == first


class TestPlan:
    def test_it_takes_the_organization_by_name(self, large: Controller) -> None:
        names = ["www.valid.example", "valid.example"]
        arguments: dict[str, t.Any] = {"dns_names": names, "organization_name": "Moved Corp"}
        assert large.ok(_PLAN, **arguments)["action"] == "order"
        ordered = large.ok(_ORDER, **_named("Moved Corp"))["order"]["id"]
        assert large.ok(_PLAN, **arguments)["plan"]["order_id"] == ordered
        assert "Twin" in large.fails(_PLAN, **{**arguments, "organization_name": "Twin Corp"})["msg"]
