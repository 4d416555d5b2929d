# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What digicert_certificate does if the list lacks an order, if a check fails, and if a chain is not as expected."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from simulator_testing.dns_server import DnsServer

from ansible_collections.community.digicert.plugins.module_utils._x509.certificates import read_certificates, read_csr
from ansible_collections.community.digicert.tests.modules.arguments import csr, order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller, Result, VirtualClock

_MODULE = "digicert_certificate"
_PENDING = "www.new.example"


def _request(key: str = "a", **changes: t.Any) -> dict[str, t.Any]:
    return order_args(_PENDING, key=key, name="www", **changes)


def _placed(controller: Controller, *keys: str) -> Result:
    """Place an order whose domain is not validated yet."""
    requests = [_request(key, host=f"web-{key}") for key in keys or "a"]
    return controller.ok(_MODULE, requests=requests, wait=False)


def _publish(placed: Result, dns_zone: DnsServer) -> None:
    for record in placed["dcv"]["records"]:
        dns_zone.add(record["name"], record["type"], f'"{record["value"]}"')


def _only(result: Result) -> dict[str, t.Any]:
    (entry,) = result["certificates"]
    return t.cast(dict[str, t.Any], entry)


def _key_of(pem: str) -> str:
    (leaf,) = read_certificates(pem)
    return leaf.public_key


class TestLook:
    def test_hosts_that_name_the_same_order_share_it_and_read_it_once(self, controller: Controller) -> None:
        order_id = _only(controller.ok(_MODULE, **order_args(name="www")))["order_id"]
        requests = [order_args(key=key, host=f"web-{key}", order_id=order_id) for key in "ab"]
        done = controller.ok(_MODULE, requests=requests, connections=1)
        assert [entry["action"] for entry in done["certificates"]] == ["none", "duplicate"]
        reads = [call for call in controller.calls if call["path"].endswith(f"/order/certificate/{order_id}")]
        assert len(reads) == 1

    def test_an_order_that_neither_the_list_nor_the_changes_show_is_found_by_its_own_id(
        self, controller: Controller
    ) -> None:
        first = controller.ok(_MODULE, **order_args(name="www"))
        hidden = {"path": "/order/certificate", "seconds": 3600, "calls": -1}
        controller.simulator.add_fault("delayed_visibility", **hidden)
        controller.simulator.add_fault("error", method="GET", path="*/status-changes", status=403, calls=-1)
        again = controller.ok(_MODULE, **order_args(name="www"))
        assert (again["action"], _only(again)["order_id"]) == ("none", _only(first)["order_id"])
        assert len(controller.ordered()) == 1

    def test_the_order_of_the_installed_certificate_is_found_by_its_serial_number(self, controller: Controller) -> None:
        first = _only(controller.ok(_MODULE, **order_args("www.valid.example")))
        moved = order_args("mail.valid.example", serial_number=first["serial_number"])
        done = controller.ok(_MODULE, **moved, allow_name_removal=True)
        assert (done["action"], _only(done)["order_id"]) == ("reissue", first["order_id"])
        assert len(controller.ordered()) == 1

    def test_a_resumed_run_needs_the_time_that_has_passed(self, controller: Controller, clock: VirtualClock) -> None:
        controller.simulator.set_issue_delay(1000)
        first = controller.ok(_MODULE, until_change=True, **order_args())
        for elapsed in ("soon", None):
            failed = controller.fails(_MODULE, **order_args(), resume={**first["resume"], "elapsed": elapsed})
            assert "resume is not the value" in failed["msg"]
            assert controller.writes() == []

    def test_an_organization_that_is_unknown_fails_each_request_with_one_look(self, controller: Controller) -> None:
        requests = [order_args(key=key, host=f"web-{key}", organization_name="Nobody") for key in "ab"]
        for request in requests:
            del request["organization_id"]
        failed = controller.fails(_MODULE, requests=requests)
        assert all(entry["failed"] and "Nobody" in entry["msg"] for entry in failed["certificates"])
        assert sum(call["path"].endswith("/organization") for call in controller.calls) == 1


class TestChecks:
    def test_an_order_whose_domain_is_proven_and_that_is_not_issued_yet_is_waited_for(
        self, controller: Controller, dns_zone: DnsServer, clock: VirtualClock
    ) -> None:
        _publish(_placed(controller), dns_zone)
        controller.simulator.set_issue_delay(25)
        clock.on_nap = lambda seconds: controller.simulator.advance(seconds=int(seconds))
        done = controller.ok(_MODULE, **_request())
        assert done["phase"] == "issued"
        assert _key_of(_only(done)["certificate_pem"]) == read_csr(csr("a")).public_key
        assert sum(clock.naps) >= 25
        assert len(controller.ordered()) == 1

    @pytest.mark.parametrize("is_known", [False, True], ids=["found in the list", "given by its ID"])
    def test_a_check_that_the_service_refuses_fails_with_its_reason(
        self, controller: Controller, clock: VirtualClock, is_known: bool
    ) -> None:
        order_id = _placed(controller)["certificates"][0]["order_id"]
        refusal: dict[str, t.Any] = {"status": 403, "code": "access_denied|invalid_user"}
        controller.simulator.add_fault("error", method="PUT", path="*/check-dcv", calls=-1, **refusal)
        failed = controller.fails(_MODULE, **_request(order_id=order_id if is_known else None))
        assert "access_denied|invalid_user" in failed["msg"]
        assert (_only(failed)["order_id"], _only(failed)["phase"]) == (order_id, "waiting_dcv")
        # what was refused once is not asked again
        assert sum(path.endswith("/check-dcv") for _method, path in controller.writes()) == 1

    def test_an_order_that_cannot_be_read_after_its_domain_was_proven_fails(
        self, controller: Controller, dns_zone: DnsServer
    ) -> None:
        placed = _placed(controller)
        _publish(placed, dns_zone)
        controller.simulator.set_issue_delay(25)
        order_id = placed["certificates"][0]["order_id"]
        path = f"*/order/certificate/{order_id}"
        controller.simulator.add_fault("error", method="GET", path=path, status=400, code="not_readable", calls=-1)
        failed = controller.fails(_MODULE, **_request())
        assert "not_readable" in failed["msg"]
        assert _only(failed)["order_id"] == order_id

    def test_a_check_without_an_answer_fails_only_its_own_request(self, controller: Controller) -> None:
        order_id = _placed(controller)["certificates"][0]["order_id"]
        controller.simulator.add_fault("connection_cut", method="PUT", path="*/check-dcv", calls=-1)
        requests = [_request(), order_args("www.valid.example", key="b", name="other")]
        failed = controller.fails(_MODULE, requests=requests)
        lost, other = failed["certificates"]
        assert (lost["failed"], lost["order_id"], lost["certificate_pem"]) == (True, order_id, None)
        assert (other["failed"], other["phase"]) == (False, "issued")
        assert len(controller.ordered()) == 2

    def test_a_host_that_follows_fails_alone_if_the_issued_order_cannot_be_read(
        self, controller: Controller, dns_zone: DnsServer, clock: VirtualClock
    ) -> None:
        placed = _placed(controller, "a", "b")
        path = f"*/order/certificate/{placed['certificates'][0]['order_id']}"

        def appear(_seconds: float) -> None:
            _publish(placed, dns_zone)
            controller.simulator.add_fault("error", method="GET", path=path, status=400, code="not_readable", calls=-1)

        clock.on_nap = appear
        failed = controller.fails(_MODULE, requests=[_request(key, host=f"web-{key}") for key in "ab"])
        first, other = failed["certificates"]
        assert (first["failed"], first["phase"]) == (False, "issued")
        assert other["failed"]
        assert "not_readable" in other["msg"]


class TestChains:
    def test_a_duplicate_whose_answer_holds_another_certificate_is_downloaded(
        self, controller: Controller, dns_zone: DnsServer
    ) -> None:
        """The order of the list turns out to be for another key, once it is issued."""
        _publish(_placed(controller), dns_zone)
        controller.simulator.add_fault("wrong_pem", method="POST", path="*/duplicate")
        done = controller.ok(_MODULE, **_request("b"))
        assert done["action"] == "duplicate"
        assert _key_of(_only(done)["certificate_pem"]) == read_csr(csr("b")).public_key
        assert controller.methods()["POST"] == 1

    def test_a_file_with_the_certificate_before_the_last_one_is_replaced(
        self, controller: Controller, tmp_path: Path
    ) -> None:
        request = order_args("www.valid.example", name="www")
        files: dict[str, t.Any] = {
            "dest": str(tmp_path / "cert.pem"),
            "fullchain_dest": str(tmp_path / "fullchain.pem"),
        }
        order_id = _only(controller.ok(_MODULE, **request, **files))["order_id"]
        before = Path(files["dest"]).read_text(encoding="ascii")
        reissue = {"order_id": order_id, "csr_content": csr("a"), "dns_names": ["www.valid.example"]}
        assert controller.ok("digicert_reissue", **reissue, when="always", skip_approval=True)["phase"] == "issued"
        done = controller.ok(_MODULE, **request, **files)
        assert (done["action"], done["changed"]) == ("write", True)
        after = Path(files["dest"]).read_text(encoding="ascii")
        assert after != before
        assert _key_of(after) == _key_of(before)
