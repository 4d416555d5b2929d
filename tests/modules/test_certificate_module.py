# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_certificate: there is an issued certificate for each request, with as few calls as possible."""

from __future__ import annotations

import datetime as dt
import re
import typing as t
from pathlib import Path

import pytest
import yaml
from simulator_testing.dns_server import DnsServer

from ansible_collections.community.digicert.plugins.module_utils._certcentral import listing
from ansible_collections.community.digicert.plugins.module_utils._x509.certificates import read_certificates, read_csr
from ansible_collections.community.digicert.tests.modules.arguments import ORGANIZATION, csr, order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller, Result, VirtualClock
from ansible_collections.community.digicert.tests.unit import pki

_MODULE = "digicert_certificate"
_NAMES = ("www.valid.example", "valid.example")
_PENDING = "www.new.example"


def _fingerprint(key: str = "a") -> str:
    return read_csr(csr(key)).public_key


def _request(*names: str, key: str = "a", **changes: t.Any) -> dict[str, t.Any]:
    return order_args(*names, key=key, name="www", **changes)


def _hosts(*keys: str, **changes: t.Any) -> list[dict[str, t.Any]]:
    return [_request(key=key, host=f"web-{key}", **changes) for key in keys]


def _many(count: int, domain: str = "valid.example") -> list[dict[str, t.Any]]:
    return [_request(f"h{number}.{domain}", key=str(number)) for number in range(count)]


def _made(controller: Controller, days_ago: int, *names: str, key: str = "a", **values: t.Any) -> int:
    created = dt.datetime.now(dt.timezone.utc) - dt.timedelta(days=days_ago)
    names = names or _NAMES
    made = controller.simulator.make_order(
        certificate={"common_name": names[0], "dns_names": list(names[1:]), "csr": csr(key)},
        organization={"id": ORGANIZATION},
        created=created.isoformat(),
        **values,
    )
    return int(made["id"])


def _publish(records: list[dict[str, t.Any]], dns_zone: DnsServer) -> None:
    for record in records:
        dns_zone.add(record["name"], record["type"], f'"{record["value"]}"')


def _only(result: Result) -> dict[str, t.Any]:
    (entry,) = result["certificates"]
    return t.cast(dict[str, t.Any], entry)


def _actions(result: Result) -> list[str]:
    return [entry["action"] for entry in result["certificates"]]


def _holds(entry: dict[str, t.Any], key: str = "a") -> None:
    """Check that an entry is issued, for this key, with its chain."""
    assert (entry["phase"], entry["failed"], entry["records"]) == ("issued", False, [])
    (leaf,) = read_certificates(entry["certificate_pem"])
    assert leaf.public_key == entry["public_key_fingerprint"] == _fingerprint(key)
    assert leaf.serial_number == entry["serial_number"]
    assert entry["days_left"] > 100
    assert len(read_certificates(entry["chain_pem"])) == 1


def _is_kept(controller: Controller, **arguments: t.Any) -> None:
    """Check that another run changes nothing."""
    again = controller.ok(_MODULE, **arguments)
    assert (again["changed"], again["phase"], controller.writes()) == (False, "issued", [])


class TestOneRequest:
    def test_it_is_issued_at_once_and_kept(self, controller: Controller) -> None:
        predicted = controller.ok(_MODULE, check_mode=True, **_request())
        done = controller.ok(_MODULE, **_request())
        assert (done["action"], done["changed"], done["phase"]) == ("order", True, "issued")
        assert (predicted["action"], predicted["reasons"]) == (done["action"], done["reasons"])
        assert predicted["diff"] == done["diff"]
        _holds(_only(done))
        assert _only(done)["paid"]
        # the list, its own ID, what changed lately before and after, and the product; the answer holds the chain
        assert controller.methods() == {"GET": 5, "POST": 1}
        again = controller.ok(_MODULE, **_request())
        assert (again["action"], again["changed"]) == ("none", False)
        assert again["diff"] == {"before": {}, "after": {}}
        # the list, the order, and the chain
        assert controller.methods() == {"GET": 3}
        assert _only(again)["certificate_pem"] == _only(done)["certificate_pem"]
        assert not _only(again)["paid"]

    def test_the_csr_may_be_missing_in_check_mode_only(self, controller: Controller) -> None:
        request = _request(csr_content=None)
        assert controller.ok(_MODULE, check_mode=True, **request)["action"] == "order"
        assert "csr_content" in controller.fails(_MODULE, **request)["msg"]
        assert controller.calls == []

    def test_an_order_that_was_placed_elsewhere_is_adopted(self, controller: Controller) -> None:
        order_id = _made(controller, 10)
        done = controller.ok(_MODULE, **_request())
        assert (done["action"], done["changed"]) == ("adopt", False)
        assert _only(done)["order_id"] == order_id
        _holds(_only(done))
        assert controller.ordered() == []

    def test_the_order_of_digicert_order_is_found(self, controller: Controller) -> None:
        controller.ok("digicert_order", **order_args())
        assert controller.ok(_MODULE, **_request())["action"] == "none"
        assert len(controller.ordered()) == 1

    def test_the_generic_product_and_an_organization_by_name(self, controller: Controller) -> None:
        request = _request(organization_id=None, organization_name="Example Corp", product="ssl", type_hint="ov")
        assert controller.ok(_MODULE, **request)["action"] == "order"
        assert controller.ok(_MODULE, **request)["action"] == "none"

    def test_only_a_known_order_is_read(self, controller: Controller) -> None:
        order_id = _made(controller, 10)
        _holds(_only(controller.ok(_MODULE, **_request(order_id=order_id))))
        assert [call["path"].split("/v2/")[1].split("/")[0] for call in controller.calls] == ["order", "certificate"]
        assert controller.methods() == {"GET": 2}

    def test_a_known_order_that_is_over_is_replaced_once(self, controller: Controller) -> None:
        order_id = _made(controller, 10, status="canceled")
        assert controller.ok(_MODULE, **_request(order_id=order_id))["action"] == "order"
        assert controller.ok(_MODULE, **_request(order_id=order_id))["action"] == "none"
        assert len(controller.ordered()) == 1

    def test_an_unknown_order_fails(self, controller: Controller) -> None:
        failed = controller.fails(_MODULE, **_request(order_id=999))
        assert "Order 999 does not exist" in failed["msg"]
        assert controller.ordered() == []

    def test_a_certificate_for_the_key_in_use_is_taken_without_an_order(self, controller: Controller) -> None:
        _made(controller, 10, key="a")
        done = controller.ok(_MODULE, **_request(key="b", public_key_fingerprint=_fingerprint("a")))
        assert done["action"] == "adopt"
        _holds(_only(done), "a")
        assert controller.writes() == []

    def test_approval_and_organization_are_reported_and_not_waited_for(
        self, controller: Controller, clock: VirtualClock
    ) -> None:
        waiting = controller.ok(_MODULE, **_request(skip_approval=False))
        assert (waiting["action"], waiting["phase"]) == ("order", "waiting_approval")
        assert waiting["blocked_on"][0]["what"] == "approval"
        assert re.match(r"Order \d+ is in the phase waiting_approval. Ask a user", _only(waiting)["msg"])
        assert waiting["certificates"][0]["certificate_pem"] is None
        again = controller.ok(_MODULE, **_request(skip_approval=False))
        assert (again["action"], again["phase"]) == ("none", "waiting_approval")
        controller.simulator.approve_all()
        _holds(_only(controller.ok(_MODULE, **_request(skip_approval=False))))
        assert clock.naps == []
        assert len(controller.ordered()) == 1


class TestReplacement:
    def test_an_order_near_its_end_is_renewed_once(self, controller: Controller) -> None:
        order_id = _made(controller, 364)
        request = _request(key="b")
        predicted = controller.ok(_MODULE, check_mode=True, **request)
        done = controller.ok(_MODULE, **request)
        assert predicted["action"] == done["action"] == "renew"
        assert predicted["diff"] == done["diff"]
        assert done["diff"]["after"]["www"]["renewal_of_order_id"] == order_id
        _holds(_only(done), "b")
        assert controller.ok(_MODULE, **request)["action"] == "none"
        assert [entry["kind"] for entry in controller.ordered()] == ["renewal"]

    def test_a_certificate_that_is_due_is_reissued(self, controller: Controller) -> None:
        order_id = _made(controller, 180)
        request = _request(key="b")
        predicted = controller.ok(_MODULE, check_mode=True, **request)
        done = controller.ok(_MODULE, **request)
        assert predicted["action"] == done["action"] == "reissue"
        assert predicted["reasons"] == done["reasons"]
        assert _only(done)["order_id"] == order_id
        _holds(_only(done), "b")
        # the list, the order, and its product, which may offer the CA that is kept
        assert controller.methods() == {"GET": 3, "POST": 1}
        _is_kept(controller, **request)
        assert controller.ordered() == []

    def test_an_added_name_is_reissued_for_the_installed_certificate(self, controller: Controller) -> None:
        serial_number = _only(controller.ok(_MODULE, **_request()))["serial_number"]
        request = _request(*_NAMES, "api.valid.example", serial_number=serial_number)
        done = controller.ok(_MODULE, **request)
        assert done["action"] == "reissue"
        assert len(controller.ordered()) == 1
        assert "api.valid.example" in read_certificates(_only(done)["certificate_pem"])[0].dns_names

    def test_the_key_of_another_host_takes_a_duplicate(self, controller: Controller) -> None:
        first = _only(controller.ok(_MODULE, **_request(key="a")))
        request = _request(key="b")
        predicted = controller.ok(_MODULE, check_mode=True, **request)
        done = controller.ok(_MODULE, **request)
        assert predicted["action"] == done["action"] == "duplicate"
        assert _only(done)["order_id"] == first["order_id"]
        _holds(_only(done), "b")
        for key in ("a", "b"):
            again = controller.ok(_MODULE, **_request(key=key))
            assert (again["action"], controller.writes()) == ("none", [])
            _holds(_only(again), key)

    def test_without_duplicates_it_is_reissued(self, controller: Controller) -> None:
        controller.ok(_MODULE, **_request(key="a"))
        assert controller.ok(_MODULE, **_request(key="b", duplicates=False))["action"] == "reissue"

    def test_a_refused_duplicate_becomes_a_reissue(self, controller: Controller) -> None:
        controller.ok(_MODULE, **_request(key="a"))
        controller.simulator.add_fault("error", method="POST", path="*/duplicate", status=400, calls=-1)
        done = controller.ok(_MODULE, **_request(key="b"))
        assert done["action"] == "reissue"
        assert any("HTTP 400" in reason for reason in done["reasons"])
        _holds(_only(done), "b")

    def test_a_reissue_whose_domains_must_be_proven_again(self, controller: Controller, dns_zone: DnsServer) -> None:
        _made(controller, 180)
        controller.simulator.set_domain("valid.example", "expired")
        controller.simulator.set_domain("www.valid.example", "expired")
        request = _request(key="b")
        placed = controller.ok(_MODULE, **request)
        assert (placed["action"], placed["phase"]) == ("reissue", "waiting_dcv")
        assert placed["dcv"]["records"] == controller.ok(_MODULE, **request, wait=False)["dcv"]["records"] != []
        _publish(placed["dcv"]["records"], dns_zone)
        _holds(_only(controller.ok(_MODULE, **request)), "b")

    @pytest.mark.parametrize(("days_ago", "action"), [(180, "reissue"), (10, "duplicate")])
    def test_an_approval_is_awaited_and_nothing_is_requested_again(
        self, controller: Controller, days_ago: int, action: str
    ) -> None:
        _made(controller, days_ago)
        request = _request(key="b", skip_approval=False)
        placed = controller.ok(_MODULE, **request)
        assert (placed["action"], placed["phase"]) == (action, "waiting_approval")
        assert placed["blocked_on"][0]["what"] == "approval"
        again = controller.ok(_MODULE, **request)
        assert (again["changed"], again["phase"], controller.writes()) == (False, "waiting_approval", [])
        controller.simulator.approve_all()
        _holds(_only(controller.ok(_MODULE, **request)), "b")

    def test_a_certificate_is_replaced_on_request(self, controller: Controller) -> None:
        first = _only(controller.ok(_MODULE, **_request()))
        request = _request(key="b", replace=True, serial_number=first["serial_number"])
        done = controller.ok(_MODULE, **request)
        assert done["action"] == "reissue"
        assert _only(done)["serial_number"] != first["serial_number"]
        _is_kept(controller, **request)
        assert "serial_number" in controller.fails(_MODULE, **_request(replace=True))["msg"]


class TestDomainValidation:
    def test_records_are_returned_at_once_and_checked_by_the_next_run(
        self, controller: Controller, dns_zone: DnsServer, clock: VirtualClock
    ) -> None:
        placed = controller.ok(_MODULE, **_request(_PENDING))
        assert (placed["action"], placed["phase"], clock.naps) == ("order", "waiting_dcv", [])
        assert placed["dcv"]["records"] == _only(placed)["records"]
        assert placed["blocked_on"][0]["what"] == "dcv"
        # as without a validation: the answer to the POST holds the records
        assert controller.methods() == {"GET": 5, "POST": 1}
        shown = controller.ok(_MODULE, **_request(_PENDING), wait=False)
        assert shown["dcv"]["records"] == placed["dcv"]["records"]
        assert not any(path.endswith("/check-dcv") for _method, path in controller.writes())
        _publish(placed["dcv"]["records"], dns_zone)
        done = controller.ok(_MODULE, **_request(_PENDING))
        _holds(_only(done))
        # the list, the check, and the chain: the order itself is not read
        assert controller.methods() == {"GET": 2, "PUT": 1}
        assert len(controller.ordered()) == 1

    @pytest.mark.parametrize("scope", ["fqdn", "base_domain"])
    @pytest.mark.parametrize("method", ["dns-txt-token", "dns-cname-token", "http-token"])
    def test_the_answer_holds_the_same_records_as_the_order(
        self, controller: Controller, method: str, scope: str
    ) -> None:
        controller.simulator.set_switches(dcv_scope=scope)
        placed = controller.ok(_MODULE, **_request(_PENDING, "new.example", dcv_method=method), wait=False)
        read = controller.ok("digicert_dcv", order_id=_only(placed)["order_id"])
        assert placed["dcv"]["records"] == read["dcv"]["records"] != []

    @pytest.mark.parametrize(
        "changes",
        [
            {"product": "ssl_dv_geotrust", "organization_id": None},
            {"product": "ssl_wildcard", "dns_names": ["*.new.example"]},
        ],
        ids=["DV", "wildcard"],
    )
    def test_every_product_goes_the_same_way(
        self, controller: Controller, dns_zone: DnsServer, changes: dict[str, t.Any]
    ) -> None:
        request = {**_request(_PENDING), **changes}
        placed = controller.ok(_MODULE, **request)
        assert (placed["action"], placed["phase"]) == ("order", "waiting_dcv")
        assert placed["dcv"]["records"] == controller.ok(_MODULE, **request, wait=False)["dcv"]["records"] != []
        _publish(placed["dcv"]["records"], dns_zone)
        _holds(_only(controller.ok(_MODULE, **request)))
        assert len(controller.ordered()) == 1

    def test_a_check_is_repeated_until_the_records_are_seen(
        self, controller: Controller, dns_zone: DnsServer, clock: VirtualClock
    ) -> None:
        records = controller.ok(_MODULE, **_request(_PENDING), wait=False)["dcv"]["records"]
        clock.on_nap = lambda _seconds: _publish(records if clock.now > 12 else [], dns_zone)
        _holds(_only(controller.ok(_MODULE, **_request(_PENDING))))
        assert clock.naps == [5.0] * 3

    def test_it_is_checked_once_and_not_waited_for_if_nobody_may_have_published(
        self, controller: Controller, clock: VirtualClock
    ) -> None:
        records = controller.ok(_MODULE, **_request(_PENDING), wait=False)["dcv"]["records"]
        again = controller.ok(_MODULE, **_request(_PENDING, check_for=0))
        assert (again["phase"], again["dcv"]["records"], clock.naps) == ("waiting_dcv", records, [])
        assert sum(path.endswith("/check-dcv") for _method, path in controller.writes()) == 1

    def test_an_email_is_not_waited_for(self, controller: Controller, clock: VirtualClock) -> None:
        for _run in range(2):
            waiting = controller.ok(_MODULE, **_request(_PENDING, dcv_method="email"))
            assert (waiting["phase"], waiting["dcv"]["records"]) == ("waiting_dcv", [])
        assert sum(clock.naps) == 0

    def test_issuance_is_waited_for(self, controller: Controller, clock: VirtualClock) -> None:
        controller.simulator.set_issue_delay(25)
        clock.on_nap = lambda seconds: controller.simulator.advance(seconds=int(seconds))
        _holds(_only(controller.ok(_MODULE, **_request())))
        assert sum(clock.naps) >= 25

    def test_waiting_ends_in_time_without_a_failure(self, controller: Controller, clock: VirtualClock) -> None:
        controller.simulator.set_issue_delay(1000)
        waiting = controller.ok(_MODULE, **_request(), wait_timeout=30)
        assert (waiting["phase"], sum(clock.naps)) == ("processing", 30)

    def test_another_method_is_set_and_its_records_are_returned(
        self, controller: Controller, dns_zone: DnsServer
    ) -> None:
        controller.ok(_MODULE, **_request(_PENDING, dcv_method="email"))
        request = _request(_PENDING, dcv_method="dns-txt-token")
        predicted = controller.ok(_MODULE, check_mode=True, **request)
        done = controller.ok(_MODULE, **request)
        assert predicted["action"] == done["action"] == "change_method"
        assert predicted["diff"] == done["diff"]
        _publish(done["dcv"]["records"], dns_zone)
        _holds(_only(controller.ok(_MODULE, **request)))

    @pytest.mark.parametrize("is_published", [True, False])
    def test_a_pending_order_for_another_key_is_noticed(
        self, controller: Controller, dns_zone: DnsServer, is_published: bool
    ) -> None:
        records = controller.ok(_MODULE, **_request(_PENDING, key="a"), wait=False)["dcv"]["records"]
        if is_published:
            _publish(records, dns_zone)
        entry = _only(controller.ok(_MODULE, **_request(_PENDING, key="b"), check_for=0))
        if is_published:
            assert entry["action"] == "duplicate"
            _holds(entry, "b")
        else:
            assert (entry["certificate_pem"], entry["records"]) == (None, [])
            assert "another host" in entry["msg"]
        assert len(controller.ordered()) == 1


class TestHostsThatShareNames:
    def test_one_order_and_a_duplicate_for_each_other_host(self, controller: Controller) -> None:
        hosts = _hosts("a", "b", "c")
        predicted = controller.ok(_MODULE, check_mode=True, requests=hosts)
        done = controller.ok(_MODULE, requests=hosts)
        assert _actions(predicted) == _actions(done) == ["order", "duplicate", "duplicate"]
        assert "another host gets it for its own key first" in predicted["certificates"][1]["reasons"]
        assert [entry["paid"] for entry in done["certificates"]] == [True, False, False]
        for entry, key in zip(done["certificates"], "abc", strict=True):
            assert entry["host"] == f"web-{key}"
            _holds(entry, key)
        assert len({entry["order_id"] for entry in done["certificates"]}) == 1
        # one POST for each, and nothing is read in between
        assert controller.methods() == {"GET": 4, "POST": 3}
        again = controller.ok(_MODULE, requests=hosts)
        assert (_actions(again), controller.writes()) == (["none"] * 3, [])

    def test_the_prediction_needs_no_keys(self, controller: Controller) -> None:
        hosts = _hosts("a", "b", csr_content=None)
        assert _actions(controller.ok(_MODULE, check_mode=True, requests=hosts)) == ["order", "duplicate"]

    def test_hosts_with_one_key_share_the_certificate(self, controller: Controller) -> None:
        hosts = _hosts("a", "a")
        predicted = controller.ok(_MODULE, check_mode=True, requests=hosts)
        done = controller.ok(_MODULE, requests=hosts)
        assert _actions(predicted) == _actions(done) == ["order", "none"]
        assert len({entry["serial_number"] for entry in done["certificates"]}) == 1

    def test_the_others_follow_once_the_first_is_issued(
        self, controller: Controller, dns_zone: DnsServer, clock: VirtualClock
    ) -> None:
        hosts = [{**host, "dns_names": [_PENDING]} for host in _hosts("a", "b", "c")]
        placed = controller.ok(_MODULE, requests=hosts, wait=False)
        assert _actions(placed) == ["order", "adopt", "adopt"]
        first, *others = placed["certificates"]
        assert first["records"] == placed["dcv"]["records"] != []
        for other in others:
            assert (other["phase"], other["records"], other["certificate_pem"]) == ("waiting_dcv", [], None)
            assert "another host" in other["msg"]
            assert any(blocker["what"] == "order" for blocker in other["blocked_on"])
        _publish(first["records"], dns_zone)
        done = controller.ok(_MODULE, requests=hosts)
        assert _actions(done) == ["none", "duplicate", "duplicate"]
        for entry, key in zip(done["certificates"], "abc", strict=True):
            _holds(entry, key)
        assert len(controller.ordered()) == 1

    def test_they_follow_in_one_run_if_nobody_has_to_do_anything(
        self, controller: Controller, clock: VirtualClock
    ) -> None:
        controller.simulator.set_issue_delay(15)
        clock.on_nap = lambda seconds: controller.simulator.advance(seconds=int(seconds))
        done = controller.ok(_MODULE, requests=_hosts("a", "b"))
        assert _actions(done) == ["order", "duplicate"]
        _holds(done["certificates"][0], "a")

    def test_a_renewal_is_bought_once(self, controller: Controller) -> None:
        _made(controller, 364)
        done = controller.ok(_MODULE, requests=_hosts("b", "c"))
        assert _actions(done) == ["renew", "duplicate"]
        assert len(controller.ordered()) == 1

    def test_a_due_certificate_is_reissued_once(self, controller: Controller) -> None:
        _made(controller, 180)
        hosts = _hosts("b", "c")
        predicted = controller.ok(_MODULE, check_mode=True, requests=hosts)
        done = controller.ok(_MODULE, requests=hosts)
        assert _actions(predicted) == _actions(done) == ["reissue", "duplicate"]


class TestFailures:
    def test_one_that_fails_stops_no_other(self, controller: Controller) -> None:
        requests = _many(3)
        requests[1]["host"] = "web1"
        controller.simulator.add_fault("error", method="POST", status=400, code="invalid_csr", calls=1)
        failed = controller.fails(_MODULE, requests=requests, connections=1)
        assert [entry["failed"] for entry in failed["certificates"]] == [True, False, False]
        assert "1 of 3 requests failed. www: CertCentral refused" in failed["msg"]
        assert [entry["phase"] for entry in failed["certificates"]] == [None, "issued", "issued"]
        assert failed["changed"]
        done = controller.ok(_MODULE, requests=requests)
        assert _actions(done) == ["order", "none", "none"]

    def test_an_order_that_cannot_be_read_stops_only_its_own_request(self, controller: Controller) -> None:
        order_id = _only(controller.ok(_MODULE, **_request()))["order_id"]
        path = f"*/order/certificate/{order_id}"
        controller.simulator.add_fault("error", method="GET", path=path, status=400, calls=-1)
        failed = controller.fails(_MODULE, requests=[_request(), *_many(2)])
        assert [entry["failed"] for entry in failed["certificates"]] == [True, False, False]
        assert failed["certificates"][0]["order_id"] == order_id

    def test_requests_with_one_name_are_told_apart(self, controller: Controller) -> None:
        done = controller.ok(_MODULE, requests=_many(2))
        assert list(done["diff"]["after"]) == ["www", "www (2)"]
        assert done["reasons"][1].startswith("www (2): ")

    def test_the_caller_may_look_at_the_entries_instead(self, controller: Controller) -> None:
        requests = [_request(), _request("*.valid.example", dcv_method="http-token", host="web2")]
        done = controller.ok(_MODULE, requests=requests, fail_on_error=False)
        good, bad = done["certificates"]
        assert (good["failed"], bad["failed"]) == (False, True)
        assert "wildcard" in bad["msg"]
        _holds(good)

    @pytest.mark.parametrize("mode", [True, False])
    def test_a_refused_api_key_fails_every_request(self, controller: Controller, mode: bool) -> None:
        failed = controller.fails(_MODULE, check_mode=mode, requests=_many(3), api_key="THIS0KEY1WAS2REVOKED")
        assert all(entry["failed"] and "access_denied" in entry["msg"] for entry in failed["certificates"])
        assert controller.methods() == {"GET": 1}

    @pytest.mark.parametrize("kind", ["reply_lost", "truncated_body"])
    @pytest.mark.parametrize(("days_ago", "action"), [(None, "order"), (180, "reissue"), (10, "duplicate")])
    def test_a_lost_answer_is_looked_up(
        self, controller: Controller, kind: str, days_ago: int | None, action: str
    ) -> None:
        if days_ago is not None:
            _made(controller, days_ago)
        controller.simulator.add_fault(kind, method="POST")
        done = controller.ok(_MODULE, **_request(key="b"))
        assert (done["action"], done["phase"]) == (action, "issued")
        _holds(_only(done), "b")
        assert controller.methods()["POST"] == 1
        _is_kept(controller, **_request(key="b"))

    def test_nothing_is_bought_for_other_hosts_after_an_answer_that_is_lost_for_good(
        self, controller: Controller
    ) -> None:
        # the order exists, but nothing shows it in this run
        controller.simulator.set_switches(visibility_delay=3600)
        controller.simulator.add_fault("reply_lost", method="POST")
        for _time in range(2):
            controller.simulator.add_fault("error", method="GET", path="*/status-changes", status=403, calls=-1)
        failed = controller.fails(_MODULE, requests=_hosts("a", "b", "c"))
        assert [entry["failed"] for entry in failed["certificates"]] == [True, True, True]
        assert "lost" in failed["certificates"][1]["msg"]
        assert len(controller.ordered()) == 1
        assert controller.methods()["POST"] == 1

    def test_a_refused_order_changes_nothing(self, controller: Controller) -> None:
        controller.simulator.add_fault("error", method="POST", status=400)
        failed = controller.fails(_MODULE, **_request())
        assert (failed["changed"], failed["action"], _only(failed)["paid"]) == (False, "none", False)

    def test_an_order_that_is_not_listed_yet_is_found(self, controller: Controller) -> None:
        controller.simulator.set_switches(visibility_delay=300)
        first = controller.ok(_MODULE, **_request())
        again = controller.ok(_MODULE, **_request())
        assert (again["action"], _only(again)["order_id"]) == ("none", _only(first)["order_id"])
        assert len(controller.ordered()) == 1

    def test_an_order_without_names_is_not_bought_again(self, controller: Controller) -> None:
        controller.ok(_MODULE, **_request())
        controller.simulator.add_fault("error", method="GET", path="*/status-changes", status=403, calls=-1)
        assert controller.ok(_MODULE, **_request())["action"] == "none"
        assert len(controller.ordered()) == 1

    def test_names_are_required(self, controller: Controller) -> None:
        assert "No name was given" in controller.fails(_MODULE, dns_names=[])["msg"]
        assert controller.fails(_MODULE, requests=[_request(dns_names=[])])["certificates"][0]["failed"]
        assert controller.ok(_MODULE, requests=[])["certificates"] == []

    def test_options_of_one_certificate_do_not_go_with_requests(self, controller: Controller) -> None:
        failed = controller.fails(_MODULE, requests=[_request()], dns_names=["www.valid.example"])
        assert "dns_names was given at the top level" in failed["msg"]
        assert controller.calls == []


class TestFiles:
    def test_they_are_written_once(self, controller: Controller, tmp_path: Path) -> None:
        files: dict[str, t.Any] = {name: str(tmp_path / name) for name in ("dest", "chain_dest", "fullchain_dest")}
        assert controller.ok(_MODULE, check_mode=True, **_request(), **files)["changed"]
        assert list(tmp_path.iterdir()) == []
        done = controller.ok(_MODULE, **_request(), **files)
        leaf, chain, full = (Path(files[name]).read_text(encoding="ascii") for name in files)
        assert (leaf, chain, full) == (_only(done)["certificate_pem"], _only(done)["chain_pem"], leaf + chain)
        assert Path(files["dest"]).stat().st_mode & 0o777 == 0o644
        again = controller.ok(_MODULE, **_request(), **files)
        assert (again["action"], again["changed"]) == ("none", False)
        # the chain comes from the files
        assert controller.methods() == {"GET": 2}
        _holds(_only(again))

    def test_a_missing_file_is_written_again(self, controller: Controller, tmp_path: Path) -> None:
        dest = tmp_path / "cert.pem"
        controller.ok(_MODULE, **_request(), dest=str(dest))
        dest.write_text("damaged", encoding="ascii")
        for check_mode in (True, False):
            done = controller.ok(_MODULE, check_mode=check_mode, **_request(), dest=str(dest))
            assert (done["action"], done["changed"]) == ("write", True)
        assert read_certificates(dest.read_text(encoding="ascii"))
        assert not controller.ok(_MODULE, **_request(), dest=str(dest))["changed"]

    def test_the_certificate_in_the_file_is_the_installed_one(self, controller: Controller, tmp_path: Path) -> None:
        dest = str(tmp_path / "cert.pem")
        controller.ok(_MODULE, **_request(), dest=dest)
        request = _request(*_NAMES, "api.valid.example", dest=dest)
        assert controller.ok(_MODULE, **request)["action"] == "reissue"
        assert len(controller.ordered()) == 1

    def test_a_certificate_of_another_ca_in_the_file_costs_no_call(
        self, controller: Controller, tmp_path: Path
    ) -> None:
        dest = tmp_path / "cert.pem"
        dest.write_text(pki.issue("www.valid.example").pem, encoding="ascii")
        assert controller.ok(_MODULE, **_request(), dest=str(dest))["action"] == "order"
        assert controller.methods() == {"GET": 5, "POST": 1}

    def test_a_folder_that_is_missing_fails_and_keeps_the_result(self, controller: Controller, tmp_path: Path) -> None:
        failed = controller.fails(_MODULE, **_request(), dest=str(tmp_path / "missing" / "cert.pem"))
        assert "is not a directory" in failed["msg"]
        assert failed["certificates"][0]["order_id"]
        assert controller.ok(_MODULE, **_request())["action"] == "none"

    def test_a_wrong_certificate_is_not_written(self, controller: Controller, tmp_path: Path) -> None:
        dest = tmp_path / "cert.pem"
        controller.ok(_MODULE, **_request())
        controller.simulator.add_fault("wrong_pem", path="*/download/*")
        controller.fails(_MODULE, **_request(), dest=str(dest))
        assert not dest.exists()

    @pytest.mark.parametrize(
        ("kind", "words"),
        [
            ("wrong_names", "lacks the requested names"),
            ("ca_certificate", "CA:TRUE"),
            ("expired_intermediate", "which expired on 2010-12-31"),
        ],
    )
    def test_a_wrong_certificate_for_the_right_key_is_refused_in_every_run(
        self, controller: Controller, tmp_path: Path, kind: str, words: str
    ) -> None:
        """Whether it comes with the answer to the order or with a download; and it is no reason to pay again."""
        dest, fullchain = tmp_path / "cert.pem", tmp_path / "fullchain.pem"
        dest.write_text("as before", encoding="ascii")
        controller.simulator.add_fault(kind, calls=-1)
        for _run in range(3):
            failed = controller.fails(_MODULE, **_request(), dest=str(dest), fullchain_dest=str(fullchain))
            (entry,) = failed["certificates"]
            assert words in entry["msg"]
            assert str(entry["order_id"]) in entry["msg"]
            assert (entry["certificate_pem"], entry["chain_pem"], entry["failed"]) == (None, None, True)
        assert dest.read_text(encoding="ascii") == "as before"
        assert not fullchain.exists()
        assert len(controller.ordered()) == 1
        controller.simulator.clear_faults()
        assert controller.ok(_MODULE, **_request(), dest=str(dest))["action"] == "write"


class TestCalls:
    @pytest.mark.parametrize("count", [10, pytest.param(100, marks=pytest.mark.once)])
    def test_certificates_that_are_issued_at_once(self, controller: Controller, count: int) -> None:
        done = controller.ok(_MODULE, requests=_many(count))
        assert _actions(done) == ["order"] * count
        assert all(entry["certificate_pem"] for entry in done["certificates"])
        assert controller.methods() == {"GET": 4, "POST": count}
        again = controller.ok(_MODULE, requests=_many(count))
        assert _actions(again) == ["none"] * count
        assert controller.methods() == {"GET": 1 + 2 * count}

    @pytest.mark.parametrize("count", [10, pytest.param(100, marks=pytest.mark.once)])
    def test_certificates_with_dns_validation(self, controller: Controller, dns_zone: DnsServer, count: int) -> None:
        placed = controller.ok(_MODULE, requests=_many(count, "new.example"), wait=False)
        assert len(placed["dcv"]["records"]) == count
        first = sum(controller.methods().values())
        _publish(placed["dcv"]["records"], dns_zone)
        done = controller.ok(_MODULE, requests=_many(count, "new.example"))
        assert all(entry["certificate_pem"] for entry in done["certificates"])
        assert first + sum(controller.methods().values()) <= 3 * count + 6
        assert len(controller.ordered()) == count

    def test_one_list_is_read_for_all_requests(self, controller: Controller) -> None:
        controller.ok(_MODULE, check_mode=True, requests=_many(60))
        lists = [call["query"] for call in controller.calls if call["path"].endswith("/order/certificate")]
        assert len(lists) == 1
        assert "filters" not in lists[0]

    def test_a_long_list_is_filtered_and_each_own_id_is_asked_for(
        self, controller: Controller, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(listing, "PAGE", 2)
        for number in range(7):
            _made(controller, 10, f"other{number}.valid.example")
        order_id = _made(controller, 10, "h1.valid.example", key="1")
        done = controller.ok(_MODULE, requests=_many(3))
        assert _actions(done) == ["order", "adopt", "order"]
        assert done["certificates"][1]["order_id"] == order_id
        lists = [call["query"] for call in controller.calls if call["path"].endswith("/order/certificate")]
        assert ["filters" in query for query in lists] == [False, True, True, True]
        assert sum("/order/alternate/" in call["path"] for call in controller.calls) == 2


def test_the_example_of_the_readme_runs_as_written(controller: Controller, tmp_path: Path) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    (block,) = [text for text in re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL) if f"{_MODULE}:" in text[:150]]
    (task,) = yaml.safe_load(block.replace("/etc/pki/", f"{tmp_path}/"))
    (tmp_path / "www.example.com.csr").write_text(csr(), encoding="ascii")
    controller.simulator.set_domain("example.com")
    arguments = task[f"community.digicert.{_MODULE}"]
    assert controller.ok(_MODULE, **arguments)["action"] == "order"
    assert len(read_certificates((tmp_path / "www.example.com.pem").read_text(encoding="ascii"))) == 2
    assert not controller.ok(_MODULE, **arguments)["changed"]
