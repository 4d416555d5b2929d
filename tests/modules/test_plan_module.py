# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_certificate_plan: the run that follows does exactly what the plan says, in calls and in cost."""

from __future__ import annotations

import datetime as dt
import re
import typing as t
from urllib.parse import urlsplit

import pytest

from ansible_collections.community.digicert.plugins.module_utils._x509 import certificates
from ansible_collections.community.digicert.tests.modules.arguments import ORGANIZATION, csr, order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller, Result

_PLAN = "digicert_certificate_plan"
_NAMES = ("www.valid.example", "valid.example")


def _order_made(controller: Controller, days_ago: int) -> int:
    created = dt.datetime.now(dt.timezone.utc) - dt.timedelta(days=days_ago)
    made = controller.simulator.make_order(
        certificate={"common_name": _NAMES[0], "dns_names": [_NAMES[1]], "csr": csr()},
        organization={"id": ORGANIZATION},
        created=created.isoformat(),
    )
    return int(made["id"])


def _planned(controller: Controller, *names: str, key: str = "a", **arguments: t.Any) -> Result:
    """Plan in check mode and for real; both must return the same and send only GET requests."""
    request = {**_request(key), "dns_names": list(names or _NAMES), **arguments}
    predicted = controller.ok(_PLAN, check_mode=True, **request)
    planned = controller.ok(_PLAN, **request)
    assert set(controller.methods()) == {"GET"}
    assert {key: predicted[key] for key in ("action", "reasons", "diff", "plan")} == {
        key: planned[key] for key in ("action", "reasons", "diff", "plan")
    }
    return planned


def _carry_out(controller: Controller, planned: Result, key: str = "a", **arguments: t.Any) -> Result:
    """Carry out the plan with the corresponding module."""
    plan = planned["plan"]
    if planned["action"] in ("reissue", "duplicate"):
        order = {"order_id": plan["order_id"], "dns_names": plan["dns_names"], "csr_content": csr(key)}
        return controller.ok(f"digicert_{planned['action']}", **order, skip_approval=True, **arguments)
    order = order_args(*plan["dns_names"], key=key, renewal_of_order_id=plan["renewal_of_order_id"])
    return controller.ok("digicert_order", **order, **arguments)


def _sent(controller: Controller) -> list[dict[str, str]]:
    base = urlsplit(controller.simulator.base_url).path
    return [{"method": method, "path": path.removeprefix(base)} for method, path in controller.writes()]


def _paid(controller: Controller) -> float:
    return float(sum(entry["amount"] for entry in controller.simulator.billed_orders()))


class TestThePlanIsCarriedOut:
    def _check(self, controller: Controller, planned: Result, action: str, **arguments: t.Any) -> None:
        before = _paid(controller)
        done = _carry_out(controller, planned, **arguments)
        assert planned["action"] == done["action"] == action
        assert planned["plan"]["calls"] == _sent(controller)
        assert (_paid(controller) > before) is planned["plan"]["paid"]

    def test_an_order(self, controller: Controller) -> None:
        self._check(controller, _planned(controller), "order")
        after = _planned(controller)
        assert (after["action"], after["plan"]["calls"]) == ("none", [])

    def test_a_renewal(self, controller: Controller) -> None:
        order_id = _order_made(controller, 364)
        self._check(controller, _planned(controller, order_id=order_id), "renew")

    def test_a_reissue_near_the_expiry_of_the_certificate(self, controller: Controller) -> None:
        order_id = _order_made(controller, 190)
        planned = _planned(controller, order_id=order_id)
        assert planned["plan"]["calls"] == [{"method": "POST", "path": f"/order/certificate/{order_id}/reissue"}]
        self._check(controller, planned, "reissue", when="expiring")

    def test_a_reissue_for_another_key(self, controller: Controller) -> None:
        order_id = _order_made(controller, 10)
        self._check(controller, _planned(controller, key="b", order_id=order_id), "reissue", key="b")

    def test_a_reissue_with_an_added_name_is_billed(self, controller: Controller) -> None:
        order_id = _order_made(controller, 10)
        planned = _planned(controller, *_NAMES, "shop.valid.example", order_id=order_id)
        assert planned["plan"]["paid"] is True
        self._check(controller, planned, "reissue")

    def test_a_reissue_that_drops_a_name_makes_the_service_revoke(self, controller: Controller) -> None:
        order = controller.ok("digicert_order", **order_args("a.valid.example", "b.valid.example"))
        planned = _planned(controller, "a.valid.example", order_id=order["order"]["id"], allow_name_removal=True)
        assert planned["plan"]["revokes"] is True
        self._check(controller, planned, "reissue", allow_name_removal=True)
        controller.simulator.advance(hours=80)
        # No list of the service shows the revocation.
        exported = controller.simulator.admin("GET", "/export")["certificates"]
        revoked = [entry["id"] for entry in exported if entry["status"] == "revoked"]
        assert revoked == [order["certificate"]["id"]]

    @pytest.mark.parametrize("status", ["issued", "needs_approval"])
    def test_nothing(self, controller: Controller, status: str) -> None:
        controller.ok("digicert_order", **order_args(skip_approval=status == "issued"))
        planned = _planned(controller)
        assert planned["order"]["status"] == status
        self._check(controller, planned, "none")
        assert planned["plan"]["paid"] is False

    def test_a_duplicate_for_each_further_key(self, controller: Controller) -> None:
        order_id = _order_made(controller, 10)
        for key in ("b", "c"):
            planned = _planned(controller, key=key, duplicates=True)
            assert planned["plan"]["calls"] == [{"method": "POST", "path": f"/order/certificate/{order_id}/duplicate"}]
            self._check(controller, planned, "duplicate", key=key)
            after = _planned(controller, key=key, duplicates=True)
            assert (after["action"], after["phase"], after["plan"]["key_matches"]) == ("none", "issued", True)
            assert after["certificate"]["id"] != after["order"]["certificate_id"]
            assert after["certificate"]["public_key_fingerprint"] == certificates.read_csr(csr(key)).public_key
        assert _planned(controller, duplicates=True)["certificate"]["id"] == after["order"]["certificate_id"]

    def test_a_host_that_has_no_key_yet(self, controller: Controller) -> None:
        _order_made(controller, 10)
        planned = _planned(controller, duplicates=True, public_key_fingerprint=None)
        assert planned["certificate"]["id"] == planned["order"]["certificate_id"]
        self._check(controller, planned, "duplicate", key="b")

    def test_a_renewal_that_another_host_made_is_duplicated(self, controller: Controller) -> None:
        order_id = _order_made(controller, 364)
        (listed,) = controller.ok("digicert_order_info", order_id=order_id)["orders"]
        renewed = _carry_out(controller, _planned(controller, key="c", order_id=order_id), key="c")
        serial_number = listed["certificate"]["serial_number"]
        planned = _planned(controller, serial_number=serial_number, duplicates=True)
        assert planned["plan"]["order_id"] == renewed["order"]["id"]
        self._check(controller, planned, "duplicate")

    def test_an_order_placed_by_somebody_else_is_adopted(self, controller: Controller) -> None:
        _order_made(controller, 10)
        planned = _planned(controller)
        assert planned["plan"]["calls"] == []
        self._check(controller, planned, "adopt")


class TestReading:
    def test_an_order_is_read_once_however_it_is_found(self, controller: Controller) -> None:
        """By the certificate that is installed, by the ID of the intent, by the common name."""
        installed = controller.ok("digicert_order", **order_args(*_NAMES))
        number = installed["certificate"]["serial_number"]
        for given in ({"serial_number": number}, {"order_id": installed["order"]["id"]}, {}):
            assert controller.ok(_PLAN, **_request("a"), **given)["order"]["id"] == installed["order"]["id"]
            read = [call["path"] for call in controller.calls if re.search(r"/order/certificate/\w+$", call["path"])]
            assert len(read) == 1, read


class TestDuplicates:
    def test_without_the_option_the_certificate_is_reissued(self, controller: Controller) -> None:
        _order_made(controller, 10)
        assert _planned(controller, key="b")["action"] == "reissue"

    def test_other_certificates_are_read_only_where_they_matter(self, controller: Controller) -> None:
        order_id = _order_made(controller, 10)
        for key, more in (("a", 0), ("b", 3)):
            plain = controller.ok(_PLAN, **_request(key))["api_calls"]["GET"]
            assert controller.ok(_PLAN, **_request(key), duplicates=True)["api_calls"]["GET"] == plain + more
        # an added name needs a reissue in any case
        request = {**_request("b"), "dns_names": [*_NAMES, "shop.valid.example"], "order_id": order_id}
        plain = controller.ok(_PLAN, **request)["api_calls"]["GET"]
        assert controller.ok(_PLAN, **request, duplicates=True)["api_calls"]["GET"] == plain

    def test_the_host_of_the_order_s_certificate_gets_a_reissue_for_its_new_key(self, controller: Controller) -> None:
        order_id = _order_made(controller, 10)
        installed = controller.ok("digicert_order_info", order_id=order_id)["orders"][0]["certificate"]
        planned = _planned(controller, key="b", duplicates=True, serial_number=installed["serial_number"])
        assert planned["action"] == "reissue"

    def test_near_its_expiry_the_certificate_is_reissued(self, controller: Controller) -> None:
        order_id = _order_made(controller, 190)
        assert _planned(controller, key="b", order_id=order_id, duplicates=True)["action"] == "reissue"

    def test_a_domain_whose_validation_has_expired_needs_a_reissue(self, controller: Controller) -> None:
        _order_made(controller, 10)
        controller.simulator.set_domain("valid.example", "expired")
        planned = _planned(controller, key="b", duplicates=True)
        assert planned["action"] == "reissue"
        assert "the validation of" in planned["reasons"][1]

    def test_a_duplicate_that_waits_for_approval_is_waited_for(self, controller: Controller) -> None:
        order_id = _order_made(controller, 10)
        controller.ok("digicert_duplicate", order_id=order_id, csr_content=csr("b"))
        planned = _planned(controller, key="b", duplicates=True)
        assert (planned["action"], planned["phase"]) == ("none", "waiting_approval")
        assert "digicert_request" in planned["blocked_on"][0]["next_action"]
        assert planned["plan"]["calls"] == []
        controller.ok("digicert_request", order_id=order_id, type="duplicate", status="approved")
        assert _planned(controller, key="b", duplicates=True)["phase"] == "issued"

    def test_a_replaced_certificate_is_never_duplicated(self, controller: Controller) -> None:
        """If the certificates of two hosts are replaced, the first reissues and the other takes a duplicate."""
        order_id = _order_made(controller, 10)
        first = controller.ok("digicert_order_info", order_id=order_id)["orders"][0]["certificate"]
        second = controller.ok("digicert_duplicate", order_id=order_id, csr_content=csr("b"), skip_approval=True)
        replaced: dict[str, t.Any] = {"replace": True, "duplicates": True}
        planned = _planned(controller, key="b", serial_number=second["certificate"]["serial_number"], **replaced)
        assert planned["action"] == "reissue"
        _carry_out(controller, planned, key="c")
        planned = _planned(controller, serial_number=first["serial_number"], **replaced)
        assert planned["action"] == "duplicate"


def _request(key: str) -> dict[str, t.Any]:
    public_key = certificates.read_csr(csr(key)).public_key
    return {"dns_names": list(_NAMES), "organization_id": ORGANIZATION, "public_key_fingerprint": public_key}
