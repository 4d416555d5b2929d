# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_order_info: recent status changes, validation, all certificates, filters and sorting."""

from __future__ import annotations

import datetime as dt
import typing as t

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral.client import (
    Client,
    ConnectionSettings,
    path,
)
from ansible_collections.community.digicert.tests.modules.arguments import ORGANIZATION, csr, order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller, Result

_INFO = "digicert_order_info"
_DAY = dt.timedelta(days=1)


def _read(controller: Controller, **arguments: t.Any) -> list[Result]:
    predicted = controller.ok(_INFO, check_mode=True, **arguments)
    found = controller.ok(_INFO, **arguments)
    assert found["orders"] == predicted["orders"]
    assert controller.writes() == []
    orders: list[Result] = found["orders"]
    return orders


@pytest.fixture
def issued(controller: Controller) -> int:
    """Return the ID of an issued order."""
    return int(controller.ok("digicert_order", **order_args())["order"]["id"])


class TestStatusChanges:
    def _days_ago(self, controller: Controller, days: int) -> str:
        now = dt.datetime.fromisoformat(controller.simulator.now().replace("Z", "+00:00"))
        # the service counts days in MDT
        return ((now - dt.timedelta(hours=6)).date() - days * _DAY).isoformat()

    def test_within_a_time(self, controller: Controller, issued: int) -> None:
        controller.simulator.advance(minutes=10)
        later = controller.ok("digicert_order", **order_args("new.valid.example", key="b"))["order"]
        (only,) = _read(controller, changed_within={"minutes": 5, "seconds": 30})
        assert only["order"]["id"] == only["raw"]["order_id"] == later["id"]
        assert (only["order"]["status"], only["certificate"]["id"]) == ("issued", later["certificate_id"])
        assert "phase" not in only
        assert {entry["order"]["id"] for entry in _read(controller, changed_within={"seconds": 660})} == {
            issued,
            later["id"],
        }

    def test_with_details(self, controller: Controller, issued: int) -> None:
        (only,) = _read(controller, changed_within={"minutes": 5}, details=True)
        assert (only["phase"], only["order"]["common_name"]) == ("issued", "www.valid.example")

    def test_between_days(self, controller: Controller, issued: int) -> None:
        controller.simulator.advance(days=10)
        later = int(controller.ok("digicert_order", **order_args("new.valid.example", key="b"))["order"]["id"])
        for first, last, found in ((11, 9, [issued]), (10, 10, [issued]), (6, 0, [later]), (9, 3, [])):
            span = {"first": self._days_ago(controller, first), "last": self._days_ago(controller, last)}
            assert [entry["order"]["id"] for entry in _read(controller, changed_between=span)] == found

    def test_nothing_changed(self, controller: Controller) -> None:
        assert _read(controller, changed_within={"minutes": 5}) == []

    def test_no_more_than_requested(self, controller: Controller, issued: int) -> None:
        controller.ok("digicert_order", **order_args("new.valid.example", key="b"))
        assert len(_read(controller, changed_within={"minutes": 5}, limit=1)) == 1

    @pytest.mark.parametrize(
        "frame",
        [
            {"changed_within": {"minutes": 0}},
            {"changed_within": {"minutes": 10080, "seconds": 1}},
            {"changed_between": {"first": "2026-01-01", "last": "2026-01-08"}},
            {"changed_between": {"first": "2026-01-02", "last": "2026-01-01"}},
            {"changed_between": {"first": "yesterday", "last": "2026-01-01"}},
        ],
    )
    def test_a_period_that_the_service_refuses_is_not_requested(
        self, controller: Controller, frame: dict[str, t.Any]
    ) -> None:
        assert "changed_" in controller.fails(_INFO, **frame)["msg"]
        assert controller.calls == []

    def test_seven_days_are_accepted(self, controller: Controller, issued: int) -> None:
        assert len(_read(controller, changed_within={"minutes": 10080})) == 1
        span = {"first": self._days_ago(controller, 6), "last": self._days_ago(controller, 0)}
        assert len(_read(controller, changed_between=span)) == 1


class TestValidation:
    def test_of_an_issued_order(self, controller: Controller, issued: int) -> None:
        (found,) = _read(controller, order_id=issued, include_validation=True)
        validation = found["validation"]
        assert {"type": "ov", "status": "complete", "valid": True} in validation["organizations"]
        assert {name for scope in validation["domains"] for name in scope["dns_names"]} == {
            "www.valid.example",
            "valid.example",
        }
        assert all(scope["valid"] for scope in validation["domains"])
        assert int(validation["raw"]["order_id"]) == issued

    def test_of_a_pending_order_with_one_call(self, controller: Controller) -> None:
        order = controller.ok("digicert_order", **order_args("www.pending.example"))["order"]
        (found,) = _read(controller, order_id=order["id"], include_validation=True)
        assert [scope["valid"] for scope in found["validation"]["domains"]] == [False]
        assert len([call for call in controller.calls if call["path"].endswith("/validation")]) == 1

    @pytest.mark.parametrize("status", [400, 404])
    def test_nothing_to_show(self, controller: Controller, issued: int, status: int) -> None:
        controller.simulator.add_fault("error", method="GET", path="*/validation", status=status, calls=-1)
        assert _read(controller, order_id=issued, include_validation=True)[0]["validation"] is None

    def test_a_refusal_names_the_order(self, controller: Controller, issued: int) -> None:
        controller.simulator.add_fault("error", method="GET", path="*/validation", status=403, calls=-1)
        assert controller.fails(_INFO, order_id=issued, include_validation=True)["order_id"] == issued


def test_the_caa_status_of_a_pending_order(controller: Controller, issued: int) -> None:
    order = controller.ok("digicert_order", **order_args("www.pending.example"))["order"]
    (found,) = _read(controller, order_id=order["id"], include_caa_status=True)
    assert "CAA" in found["caa_status_message"]["www.pending.example"]
    assert found["raw"]["caa_status_message"] == found["caa_status_message"]
    assert _read(controller, order_id=issued, include_caa_status=True)[0]["caa_status_message"] is None
    assert "caa_status_message" not in _read(controller, order_id=order["id"])[0]


class TestCertificates:
    def test_each_with_the_raw_values_of_the_service(self, controller: Controller, issued: int) -> None:
        arguments: dict[str, t.Any] = {"order_id": issued, "skip_approval": True}
        duplicate = controller.ok("digicert_duplicate", **arguments, csr_content=csr("b"))["certificate"]
        reissued = controller.ok("digicert_reissue", **arguments, csr_content=csr("c"))["certificate"]
        (found,) = _read(controller, order_id=issued, include_certificates=True)
        assert [entry["id"] for entry in found["duplicates"]] == [duplicate["id"]]
        assert reissued["id"] in [entry["id"] for entry in found["reissues"]]
        for entry in (*found["reissues"], *found["duplicates"]):
            assert entry["raw"]["id"] == entry["id"]
            assert entry["raw"]["firstname"] == "John"

    def test_archived_ones_if_requested(self, controller: Controller, issued: int) -> None:
        first = controller.ok(_INFO, order_id=issued)["certificate"]["id"]
        reissued: dict[str, t.Any] = {"order_id": issued, "csr_content": csr("b"), "skip_approval": True}
        controller.ok("digicert_reissue", **reissued)
        archive = Client(
            ConnectionSettings(controller.api_key, controller.simulator.base_url, controller.simulator.ca_file)
        )
        archive.put(path("certificate", first, "archive"))
        archive.close()
        controller.forget_calls()
        for include_archived in (False, True):
            options = {"include_certificates": True, "include_archived": include_archived}
            (found,) = _read(controller, order_id=issued, **options)
            assert (first in [entry["id"] for entry in found["reissues"]]) is include_archived


def test_any_of_several_filter_values_matches(controller: Controller, issued: int) -> None:
    controller.ok("digicert_order", **order_args("www.pending.example"))
    for status, count in ((["issued", "pending"], 2), (["pending"], 1), ("issued", 1), (["canceled", "rejected"], 0)):
        assert len(_read(controller, filters={"status": status})) == count


def test_a_list_is_sorted_as_requested(controller: Controller) -> None:
    for name in ("b", "a", "c"):
        controller.simulator.make_order(
            certificate={"common_name": f"{name}.valid.example"}, organization={"id": ORGANIZATION}
        )
    for sort, expected in (("common_name", "abc"), ("-common_name", "cba")):
        found = _read(controller, sort=sort)
        assert [entry["order"]["common_name"][0] for entry in found] == list(expected)
