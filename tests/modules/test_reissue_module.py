# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""digicert_reissue: the certificate of an order carries a key and names."""

from __future__ import annotations

import datetime as dt
import typing as t

import pytest

from ansible_collections.community.digicert.tests.modules.arguments import csr, order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller, Result

_REISSUE = "digicert_reissue"


@pytest.fixture
def issued(controller: Controller) -> Result:
    """Return an order that is issued for www.valid.example and valid.example."""
    order: Result = controller.ok("digicert_order", **order_args())["order"]
    return order


def _predicted_and_done(controller: Controller, **arguments: t.Any) -> Result:
    """Run in check mode, then for real; both must return the same."""
    predicted = controller.ok(_REISSUE, check_mode=True, **arguments)
    done = controller.ok(_REISSUE, **arguments)
    for key in ("action", "reasons", "diff", "changed"):
        assert predicted[key] == done[key]
    return done


def _sent(controller: Controller) -> dict[str, t.Any]:
    """Return the ``certificate`` object of the POST that the last run sent."""
    (body,) = [call["body"] for call in controller.calls if call["method"] == "POST"]
    sent: dict[str, t.Any] = body["certificate"]
    return sent


def _ca_of(controller: Controller, order_id: int) -> str:
    (found,) = controller.ok("digicert_order_info", order_id=order_id)["orders"]
    return str(found["raw"]["certificate"]["ca_cert"]["id"])


def _with(order: Result, **arguments: t.Any) -> dict[str, t.Any]:
    return {"order_id": order["id"], "skip_approval": True, **arguments}


class TestWhatDiffers:
    def test_nothing(self, controller: Controller, issued: Result) -> None:
        for arguments in (
            _with(issued),
            _with(issued, csr_content=csr()),
            _with(issued, dns_names=["VALID.example", "www.valid.example."]),
            _with(issued, dns_names=["valid.example"]),
        ):
            found = _predicted_and_done(controller, **arguments)
            assert (found["action"], found["phase"]) == ("none", "issued")
            assert controller.writes() == []

    def test_a_name_that_is_added(self, controller: Controller, issued: Result) -> None:
        names = ["www.valid.example", "valid.example", "shop.valid.example"]
        done = _predicted_and_done(controller, **_with(issued, dns_names=names))
        assert (done["action"], done["phase"]) == ("reissue", "issued")
        assert done["order"]["dns_names"] == names
        assert (done["paid"], done["revokes"]) == (True, False)
        assert done["order"]["id"] == issued["id"]
        assert done["order"]["certificate_id"] != issued["certificate_id"]
        assert done["diff"]["after"]["dns_names"] == sorted(names)
        assert "shop.valid.example" not in done["diff"]["before"]["dns_names"]
        assert _predicted_and_done(controller, **_with(issued, dns_names=names))["action"] == "none"

    def test_the_csr_of_the_order_and_all_its_values_are_sent_again(
        self, controller: Controller, issued: Result
    ) -> None:
        names = ["valid.example", "shop.valid.example", "www.valid.example"]
        present = _ca_of(controller, issued["id"])
        controller.ok(_REISSUE, **_with(issued, dns_names=names, comments="One more"))
        (sent,) = [call["body"] for call in controller.calls if call["method"] == "POST"]
        assert sent == {
            "certificate": {
                # the common name stays although another name comes first
                "common_name": "www.valid.example",
                "dns_names": ["valid.example", "shop.valid.example"],
                "csr": csr(),
                "signature_hash": "sha256",
                "server_platform": {"id": -1},
                "ca_cert_id": present,
            },
            "skip_approval": True,
            "comments": "One more",
        }

    def test_platform_hash_and_validity_of_the_order_are_sent_again(self, controller: Controller) -> None:
        options: dict[str, t.Any] = {
            "server_platform_id": 45,
            "signature_hash": "sha384",
            "cert_validity": {"days": 90},
        }
        order = controller.ok("digicert_order", **order_args(**options))["order"]
        controller.ok(_REISSUE, **_with(order, csr_content=csr("b")))
        sent = _sent(controller)
        assert (sent["server_platform"], sent["signature_hash"]) == ({"id": 45}, "sha384")
        assert sent["cert_validity"] == {"days": 90}
        given = {"server_platform_id": 2, "signature_hash": "sha256", "cert_validity": {"days": 30}}
        controller.ok(_REISSUE, **_with(order, **given))
        sent = _sent(controller)
        assert (sent["server_platform"], sent["signature_hash"]) == ({"id": 2}, "sha256")
        assert sent["cert_validity"] == {"days": 30}

    def test_a_fixed_last_day_is_sent_again_unless_it_is_the_reason(self, controller: Controller) -> None:
        last = dt.datetime.now(dt.timezone.utc).date() + dt.timedelta(days=60)
        fixed = {"custom_expiration_date": last.strftime("%d %b %Y").upper()}
        order = controller.ok("digicert_order", **order_args(cert_validity=fixed))["order"]
        controller.ok(_REISSUE, **_with(order, csr_content=csr("b"), when="expiring"))
        assert _sent(controller)["cert_validity"] == fixed
        due = controller.ok(_REISSUE, **_with(order, when="expiring", renew_before="70"))
        assert "cert_validity" not in _sent(controller)
        assert due["certificate"]["days_remaining"] > 90

    @pytest.mark.parametrize("product", ["ssl_plus", "ssl_basic"])
    def test_the_intermediate_ca_is_sent_again_if_the_product_allows_a_choice(
        self, controller: Controller, product: str
    ) -> None:
        order = controller.ok("digicert_order", **order_args(product=product))["order"]
        controller.ok(_REISSUE, **_with(order, csr_content=csr("b")))
        assert ("ca_cert_id" in _sent(controller)) is (product == "ssl_basic")

    def test_it_is_not_sent_if_products_cannot_be_read(self, controller: Controller, issued: Result) -> None:
        controller.simulator.add_fault("error", method="GET", path="/product/*", status=403, calls=-1)
        assert controller.ok(_REISSUE, **_with(issued, csr_content=csr("b")))["action"] == "reissue"
        assert "ca_cert_id" not in _sent(controller)

    def test_another_key(self, controller: Controller, issued: Result) -> None:
        done = _predicted_and_done(controller, **_with(issued, csr_content=csr("b")))
        assert done["action"] == "reissue"
        assert done["diff"]["before"]["public_key_fingerprint"] != done["diff"]["after"]["public_key_fingerprint"]
        assert done["certificate"]["public_key_fingerprint"] == done["diff"]["after"]["public_key_fingerprint"]
        assert _predicted_and_done(controller, **_with(issued, csr_content=csr("b")))["action"] == "none"

    def test_a_key_alone_drops_no_name_that_the_ca_could_have_added(
        self, controller: Controller, issued: Result
    ) -> None:
        # www.valid.example was ordered; requesting valid.example and a new key must not make the service revoke it
        done = controller.ok(_REISSUE, **_with(issued, csr_content=csr("b"), dns_names=["valid.example"]))
        assert set(done["order"]["dns_names"]) == {"valid.example", "www.valid.example"}


class TestHashAndIntermediateCa:
    def test_another_hash_is_a_difference(self, controller: Controller, issued: Result) -> None:
        done = _predicted_and_done(controller, **_with(issued, signature_hash="sha384"))
        assert (done["action"], done["certificate"]["signature_hash"]) == ("reissue", "sha384")
        assert done["diff"]["before"]["signature_hash"] == "sha256"
        assert done["diff"]["after"]["signature_hash"] == "sha384"
        assert (done["paid"], done["revokes"]) == (False, False)
        again = _predicted_and_done(controller, **_with(issued, signature_hash="sha384"))
        assert (again["action"], controller.warnings(again)) == ("none", "")

    @pytest.mark.parametrize("with_key", [False, True])
    def test_a_hash_that_the_ca_does_not_grant_is_requested_once(
        self, controller: Controller, issued: Result, with_key: bool
    ) -> None:
        controller.simulator.set_switches(signature_hash_granted="sha256")
        arguments = _with(issued, signature_hash="sha384", **({"csr_content": csr("b")} if with_key else {}))
        actions = [_predicted_and_done(controller, **arguments)["action"] for _run in range(4)]
        # a reissue with a new key may have had that as its only reason, so that one more is made
        assert actions == (["reissue"] * 2 if with_key else ["reissue"]) + ["none"] * (2 if with_key else 3)
        left = _predicted_and_done(controller, **arguments)
        assert "signed with sha256, not sha384" in controller.warnings(left)
        assert controller.ok(_REISSUE, **arguments, when="always")["action"] == "reissue"

    def test_another_intermediate_ca_is_a_difference(self, controller: Controller, issued: Result) -> None:
        offered = controller.ok("digicert_product_info", name_id="ssl_basic")["products"][0]["ca_certs"]
        present = _ca_of(controller, issued["id"])
        other = next(ca_cert["id"] for ca_cert in offered if ca_cert["id"] != present)
        assert _predicted_and_done(controller, **_with(issued, ca_cert_id=present.lower()))["action"] == "none"
        done = _predicted_and_done(controller, **_with(issued, ca_cert_id=other))
        assert done["action"] == "reissue"
        assert _ca_of(controller, issued["id"]) == other
        assert _predicted_and_done(controller, **_with(issued, ca_cert_id=other))["action"] == "none"

    @pytest.mark.parametrize("options", [{"server_platform_id": 2}, {"cert_validity": {"days": 30}}, {"comments": "x"}])
    def test_options_that_do_not_change_the_certificate_make_no_difference(
        self, controller: Controller, issued: Result, options: dict[str, t.Any]
    ) -> None:
        assert _predicted_and_done(controller, **_with(issued, **options))["action"] == "none"

    def test_never_is_never(self, controller: Controller, issued: Result) -> None:
        options = _with(issued, signature_hash="sha384", csr_content=csr("b"), dns_names=["new.valid.example"])
        assert _predicted_and_done(controller, **options, when="never")["action"] == "none"
        controller.ok(_REISSUE, order_id=issued["id"], csr_content=csr("c"))
        assert _predicted_and_done(controller, **options, when="never")["phase"] == "waiting_approval"


class TestWhen:
    @pytest.mark.parametrize(
        ("when", "action"), [("never", "none"), ("key_changed", "reissue"), ("expiring", "reissue")]
    )
    def test_a_difference(self, controller: Controller, issued: Result, when: str, action: str) -> None:
        assert _predicted_and_done(controller, **_with(issued, csr_content=csr("b"), when=when))["action"] == action

    def test_near_its_expiry(self, controller: Controller, issued: Result) -> None:
        near = _with(issued, renew_before="199")
        assert _predicted_and_done(controller, **near)["action"] == "none"
        done = _predicted_and_done(controller, **near, when="expiring")
        assert done["action"] == "reissue"
        assert "expires on" in done["reasons"][0]

    def test_a_rule_that_is_longer_than_the_lifetime_is_refused(self, controller: Controller, issued: Result) -> None:
        near = _with(issued, renew_before="300", when="expiring")
        results = [controller.ok(_REISSUE, **near) for _run in range(2)]
        refused = controller.fails(_REISSUE, **near)
        assert "was due on its first day" in refused["msg"]
        assert refused["order_id"] == results[0]["order"]["id"]
        assert controller.writes() == []

    def test_always(self, controller: Controller, issued: Result) -> None:
        for _run in range(2):
            assert controller.ok(_REISSUE, **_with(issued, when="always"))["action"] == "reissue"


class TestNameRemoval:
    _FEWER: t.ClassVar = {"dns_names": ["www.other.valid.example"]}

    @pytest.fixture
    def wide(self, controller: Controller) -> Result:
        """Return an order for three names, none of which implies another."""
        arguments = order_args("www.other.valid.example", "shop.valid.example", "mail.valid.example")
        order: Result = controller.ok("digicert_order", **arguments)["order"]
        return order

    def test_names_are_kept_with_a_warning(self, controller: Controller, wide: Result) -> None:
        done = _predicted_and_done(controller, **_with(wide, **self._FEWER))
        assert done["action"] == "none"
        assert "shop.valid.example" in controller.warnings(done)
        assert "allow_name_removal" in controller.warnings(done)

    def test_names_are_kept_through_a_reissue(self, controller: Controller, wide: Result) -> None:
        done = _predicted_and_done(controller, **_with(wide, csr_content=csr("b"), **self._FEWER))
        assert done["action"] == "reissue"
        assert set(done["order"]["dns_names"]) == set(wide["dns_names"])

    def test_names_are_removed_if_allowed_and_the_diff_shows_the_revocation(
        self, controller: Controller, wide: Result
    ) -> None:
        serial_number = controller.ok("digicert_order_info", order_id=wide["id"])["certificate"]["serial_number"]
        arguments = _with(wide, allow_name_removal=True, **self._FEWER)
        done = _predicted_and_done(controller, **arguments)
        assert done["action"] == "reissue"
        assert done["order"]["dns_names"] == ["www.other.valid.example"]
        assert done["diff"]["after"]["revoked_by_the_service"] == serial_number
        assert (done["paid"], done["revokes"]) == (False, True)
        assert _predicted_and_done(controller, **arguments)["action"] == "none"

    def test_removing_the_common_name_makes_another_one(self, controller: Controller, wide: Result) -> None:
        names = ["mail.valid.example", "shop.valid.example"]
        done = controller.ok(_REISSUE, **_with(wide, dns_names=names, allow_name_removal=True))
        assert done["order"]["common_name"] == "mail.valid.example"


class TestPending:
    @pytest.mark.parametrize("shown", ["current", "pending"])
    def test_a_pending_reissue_is_adopted_not_repeated(
        self, controller: Controller, issued: Result, shown: str
    ) -> None:
        controller.simulator.set_switches(info_while_reissue_pending=shown)
        arguments = {"order_id": issued["id"], "csr_content": csr("b")}
        first = _predicted_and_done(controller, **arguments)
        assert (first["action"], first["phase"]) == ("reissue", "waiting_approval")
        second = _predicted_and_done(controller, **arguments)
        assert (second["action"], second["phase"]) == ("none", "waiting_approval")
        assert controller.writes() == []
        controller.simulator.approve_all()
        third = controller.ok(_REISSUE, **arguments)
        assert (third["action"], third["phase"]) == ("none", "issued")
        fingerprint = first["diff"]["after"]["public_key_fingerprint"]
        assert third["certificate"]["public_key_fingerprint"] == fingerprint

    @pytest.mark.parametrize("shown", ["current", "pending"])
    @pytest.mark.parametrize(
        ("difference", "word"),
        [({"csr_content": csr("c")}, "another key"), ({"dns_names": ["shop.valid.example"]}, "other names")],
    )
    def test_a_pending_reissue_that_differs_is_left_to_the_user(
        self, controller: Controller, issued: Result, shown: str, difference: dict[str, t.Any], word: str
    ) -> None:
        controller.simulator.set_switches(info_while_reissue_pending=shown)
        controller.ok(_REISSUE, order_id=issued["id"], csr_content=csr("b"))
        for check_mode in (True, False):
            refused = controller.fails(
                _REISSUE, check_mode=check_mode, **{"order_id": issued["id"], "csr_content": csr("b"), **difference}
            )
            assert word in refused["msg"]
            assert "digicert_order_status" in refused["next_action"]
            assert refused["order_id"] == issued["id"]

    def test_domain_control_of_an_added_name_is_reported(self, controller: Controller, issued: Result) -> None:
        names = ["www.valid.example", "valid.example", "www.pending.example"]
        done = controller.ok(_REISSUE, **_with(issued, dns_names=names))
        assert done["phase"] == "waiting_dcv"
        assert [record["domain"] for record in done["dcv"]["records"]] == ["www.pending.example"]
        again = controller.ok(_REISSUE, **_with(issued, dns_names=names))
        assert (again["action"], again["phase"]) == ("none", "waiting_dcv")


class TestRefused:
    def test_order_not_found(self, controller: Controller) -> None:
        refused = controller.fails(_REISSUE, order_id=999)
        assert refused["errors"][0]["code"] == "not_found|order"

    def test_an_order_that_is_over(self, controller: Controller, issued: Result) -> None:
        controller.ok("digicert_revoke", order_id=issued["id"], scope="order", skip_approval=True)
        for check_mode in (True, False):
            refused = controller.fails(_REISSUE, check_mode=check_mode, **_with(issued))
            assert "revoked" in refused["msg"]
            assert refused["order_id"] == issued["id"]

    def test_an_expired_order(self, controller: Controller) -> None:
        made = controller.simulator.make_order(
            certificate={"common_name": "www.valid.example"},
            organization={"id": 112233},
            created="2024-01-01",
        )
        refused = controller.fails(_REISSUE, order_id=made["id"])
        assert "digicert_order" in refused["next_action"]

    def test_an_order_that_was_never_issued(self, controller: Controller) -> None:
        order = controller.ok("digicert_order", **order_args(skip_approval=False))["order"]
        assert controller.ok(_REISSUE, order_id=order["id"], csr_content=csr())["action"] == "none"
        refused = controller.fails(_REISSUE, order_id=order["id"], csr_content=csr("b"))
        assert "needs_approval" in refused["msg"]


class TestLostAnswers:
    @pytest.mark.parametrize("skip_approval", [True, False])
    @pytest.mark.parametrize("kind", ["reply_lost", "truncated_body"])
    def test_a_reissue_that_was_made_is_found(
        self, controller: Controller, issued: Result, kind: str, skip_approval: bool
    ) -> None:
        controller.simulator.add_fault(kind, method="POST")
        done = controller.ok(_REISSUE, order_id=issued["id"], csr_content=csr("b"), skip_approval=skip_approval)
        assert done["action"] == "reissue"
        assert controller.methods()["POST"] == 1

    @pytest.mark.parametrize("kind", ["connection_cut", "error"])
    def test_a_reissue_that_was_not_made_fails_clearly(self, controller: Controller, issued: Result, kind: str) -> None:
        controller.simulator.add_fault(kind, method="POST")
        failed = controller.fails(_REISSUE, **_with(issued, csr_content=csr("b")))
        assert failed["order_id"] == issued["id"]
        assert controller.methods()["POST"] == 1
        assert controller.ok(_REISSUE, **_with(issued, csr_content=csr("b")))["action"] == "reissue"

    def test_the_order_is_returned_when_reading_fails_afterwards(self, controller: Controller, issued: Result) -> None:
        controller.simulator.add_fault("error", method="GET", path="*/validation", status=500, calls=-1)
        failed = controller.fails(_REISSUE, order_id=issued["id"], csr_content=csr("b"), timeout=5)
        assert failed["order_id"] == issued["id"]
