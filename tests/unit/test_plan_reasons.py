# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every decision says to the user, word for word, and which of several orders it names."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import replace

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral.model import Order
from ansible_collections.community.digicert.plugins.module_utils._decisions.certificate_plan import (
    CertificatePlan,
    plan_certificate,
)
from ansible_collections.community.digicert.plugins.module_utils._decisions.order import (
    OrderChoice,
    OrderIntent,
    choose_order,
    intent_id,
    mismatches,
    renewal_date,
)
from ansible_collections.community.digicert.plugins.module_utils._decisions.reissue import ReissueChoice, choose_reissue
from ansible_collections.community.digicert.tests.unit.made_orders import TODAY, certificate, order

_NAMES = ("www.example.com", "example.com")
_WANTED = OrderIntent(_NAMES, "ssl_basic", 112233, None, "key-a")
_OWN = intent_id(_WANTED, None)
_DAY = dt.timedelta(days=1)


def _choose(*candidates: Order, intent: OrderIntent = _WANTED, **changes: t.Any) -> OrderChoice:
    options: dict[str, t.Any] = {
        "own_ids": {_OWN},
        "renewal_of": None,
        "renew_before": "30",
        "other_key": "fail",
        "today": TODAY,
    }
    return choose_order(intent, candidates, **{**options, **changes})


def _reissue(**changes: t.Any) -> ReissueChoice:
    options: dict[str, t.Any] = {
        "names": _NAMES,
        "public_key": "key-a",
        "when": "expiring",
        "renew_before": "30",
        "allow_name_removal": False,
        "order_valid_till": None,
        "today": TODAY,
    }
    current = changes.pop("current", certificate())
    return choose_reissue(current, **{**options, **changes})


def _plan(*candidates: Order, intent: OrderIntent = _WANTED, **changes: t.Any) -> CertificatePlan:
    options: dict[str, t.Any] = {
        "named_order_id": None,
        "known_order_ids": (101,),
        "own_ids": {_OWN},
        "renew_before": "30",
        "allow_name_removal": False,
        "today": TODAY,
    }
    return plan_certificate(intent, candidates, **{**options, **changes})


class TestIntent:
    def test_what_is_not_always_given_is_part_of_it(self) -> None:
        # orders that were placed carry these: another way to make them would buy them again
        in_full = replace(_WANTED, organization_id=None, organization_details=("Example Ltd.", "de"))
        assert intent_id(in_full, None) == "ansibled20b185f9feb0a764f9ea3fb9ddffd335c469273"
        hinted = replace(_WANTED, product="ssl", type_hint="ev")
        assert intent_id(hinted, None) == "ansiblef3ba67b51321c92a88256f321538c78e04f91c07"


def test_every_mismatch_in_words() -> None:
    intent = OrderIntent(("b.example", "a.example"), "ssl_ev_basic", 1, 2, None)
    assert mismatches(order(), intent) == [
        "its product is ssl_basic",
        "its organization is 112233",
        "its container is 5",
        "it lacks a.example, b.example",
        "it also covers example.com, www.example.com",
    ]


class TestChooseOrder:
    def test_what_serves(self) -> None:
        own = _choose(order(alternative_order_id=_OWN))
        assert own.reasons == ("order 101 was placed for this intent and is issued",)
        assert _choose(order(status="pending")).reasons == ("order 101 matches in every respect and is pending",)

    def test_what_is_ordered(self) -> None:
        nothing = "no live order exists for these names, product, organization and key"
        assert _choose().reasons == (nothing,)
        choice = _choose(order(7, key="key-b"), other_key="order")
        assert choice.reasons == (nothing, "order 7 is for another key; an additional order was requested")
        assert choice.order is None

    def test_of_several_orders_for_another_key_the_issued_one_with_the_lowest_id_is_named(self) -> None:
        # in an order in which neither the first, nor the last, nor the lowest is the right one
        others = [order(number, key="key-b", status=status) for number, status in _MIXED]
        choice = _choose(*others)
        assert (choice.action, choice.order) == ("refuse", others[2])
        assert choice.reasons == ("order 3 for the same names, product and organization is issued for another key",)

    def test_of_several_orders_that_end_the_last_one_is_renewed(self) -> None:
        ending = [order(number, ends_in=days) for number, days in ((3, 5), (8, 7), (4, 7), (9, 6))]
        choice = _choose(*ending)
        assert (choice.action, choice.order, choice.renewal_of) == ("renew", ending[1], 8)
        assert choice.reasons == (f"order 8 expires on {TODAY + 7 * _DAY}",)

    def test_a_renewal_that_is_named_says_so(self) -> None:
        choice = _choose(order(), order(102, ends_in=5), renewal_of=101)
        assert choice == OrderChoice("renew", None, ("order 101 has no renewal for these names and this key yet",), 101)

    def test_a_renewal_of_another_order_is_not_in_the_way(self) -> None:
        # 101 is renewed: a successor of 55 for another key says nothing about it
        stranger = order(60, key="key-b", renewal_of=55, ends_in=380)
        assert _choose(order(ends_in=5), stranger).renewal_of == 101
        assert _choose(order(ends_in=5), stranger, renewal_of=101).renewal_of == 101

    def test_a_further_renewal_of_the_named_order_is_in_the_way_although_one_ends(self) -> None:
        ending, other = order(102, renewal_of=101, ends_in=5), order(103, key="key-b", renewal_of=101)
        choice = _choose(ending, other, renewal_of=101)
        assert (choice.action, choice.order) == ("refuse", other)

    def test_an_order_that_was_renewed_is_not_in_the_way(self) -> None:
        assert _choose(order(key="key-b", is_renewed=True)).action == "order"


_MIXED = ((2, "pending"), (5, "issued"), (3, "issued"), (1, "pending"), (4, "issued"))


class TestRenewalDate:
    def test_it_is_counted_from_the_whole_time_of_the_order(self) -> None:
        # ordered ten days ago, so 366 days long: half of that before the end
        assert renewal_date(order(), "50%") == TODAY + 355 * _DAY - 183 * _DAY
        # the start is not told: 90 days are taken
        assert renewal_date(order(date_created=None), "50%") == TODAY + 355 * _DAY - 45 * _DAY
        assert renewal_date(order(ends_in=None), "50%") is None


class TestChooseReissue:
    def test_every_reason_in_words(self) -> None:
        choice = _reissue(
            names=("b.example", "a.example"),
            public_key="key-b",
            renew_before="400",
            allow_name_removal=True,
        )
        assert choice.reasons == (
            "the certificate lacks a.example, b.example",
            "the certificate covers example.com, www.example.com, no longer requested",
            "the certificate carries another public key",
            f"the certificate expires on {TODAY + 189 * _DAY}",
        )

    def test_in_any_case_is_said_only_where_nothing_else_is(self) -> None:
        assert _reissue(when="always").reasons == ("a reissue was requested in any case",)
        assert _reissue(when="always", public_key="key-b").reasons == ("the certificate carries another public key",)
        due = _reissue(when="always", renew_before="400")
        assert due.reasons == (f"the certificate expires on {TODAY + 189 * _DAY}",)

    def test_the_end_is_counted_from_the_whole_lifetime(self) -> None:
        # 200 days long and 189 left: due on the last 95 %, which 90 days would not tell
        assert _reissue(renew_before="95%").needed
        assert not _reissue(renew_before="95%", current=certificate(valid_from=None)).needed

    @pytest.mark.parametrize(("order_days", "needed"), [(188, False), (189, False), (190, True), (None, True)])
    def test_what_ends_with_its_order_is_told(self, order_days: int | None, needed: bool) -> None:
        till = None if order_days is None else TODAY + order_days * _DAY
        choice = _reissue(renew_before="400", order_valid_till=till)
        assert (choice.needed, choice.expires_with_order) == (needed, not needed)


class TestPlan:
    def test_nothing_is_there(self) -> None:
        assert _plan() == CertificatePlan("order", None, ("no live order exists for these names",), _NAMES, paid=True)

    def test_what_was_renewed_or_is_over_does_not_serve(self) -> None:
        assert _plan(order(is_renewed=True)).action == "order"
        assert _plan(order(status="revoked")).action == "order"

    def test_what_serves(self) -> None:
        assert _plan(order()) == CertificatePlan(
            "none", order(), ("order 101 is issued for these names and this key",), _NAMES, key_matches=True
        )

    def test_what_is_on_its_way(self) -> None:
        pending = order(status="pending")
        assert _plan(pending) == CertificatePlan("none", pending, ("order 101 is pending",), _NAMES, key_matches=True)
        other = order(status="pending", key="key-b")
        assert _plan(other).reasons == (
            "order 101 is pending",
            "it is for a key that this host does not have: a run reissues it once it is issued",
        )

    def test_of_several_orders_the_issued_one_with_the_lowest_id_is_taken(self) -> None:
        mixed = [order(number, status=status) for number, status in _MIXED]
        assert _plan(*mixed, known_order_ids=()).order == mixed[3]
        issued = [order(number) for number in (5, 3, 4)]
        assert _plan(*issued, known_order_ids=()).order == issued[1]
        known = [order(number, status=status) for number, status in _MIXED]
        assert _plan(*known, known_order_ids=(1, 2, 3, 4, 5)).order == known[2]

    def test_an_order_for_this_key_comes_before_one_that_only_fits(self) -> None:
        mine, other = order(9), order(3, key="key-b")
        assert _plan(other, mine, known_order_ids=()).order == mine
        # a host without a key has no such order: the one that all controllers choose
        assert _plan(other, mine, known_order_ids=(), intent=replace(_WANTED, public_key=None)).order == other

    def test_a_pending_order_that_is_no_successor_does_not_come_first(self) -> None:
        stranger = order(3, key="key-b", status="pending")
        assert _plan(stranger, order()).order == order()
        mine = order(3, status="pending")
        assert _plan(mine, order()).order == mine

    def test_a_renewal_says_why_and_for_what(self) -> None:
        ending = order(ends_in=5, certificate_ends_in=5, key="key-b")
        assert _plan(ending) == CertificatePlan(
            "renew",
            ending,
            (
                "the certificate carries another public key",
                f"order 101 expires on {TODAY + 5 * _DAY}: a reissue would not last longer",
            ),
            _NAMES,
            renewal_of=101,
            paid=True,
        )

    def test_the_renewal_of_a_certificate_counts_its_whole_lifetime(self) -> None:
        # the order ends soon; of the 42 days of the certificate 31 are left
        ending = order(ends_in=31, certificate_ends_in=31)
        assert _plan(ending, renew_before="75%").action == "renew"
        no_start = replace(ending, certificate=replace(ending.certificate, valid_from=None))
        assert _plan(no_start, renew_before="75%").action == "renew"
        assert _plan(ending, renew_before="70%").action == "none"
        # the order is due, the certificate is not
        assert _plan(replace(ending, date_created=None), renew_before="70%").action == "none"

    def test_what_ends_with_its_order_says_when_it_is_renewed(self) -> None:
        due = order(ends_in=5, certificate_ends_in=5)
        planned = _plan(due, renew_before="auto")
        assert planned.action == "none"
        assert planned.names == _NAMES
        assert planned.reasons == (
            "order 101 is issued for these names and this key; both expire together, and the order is due for renewal "
            f"on {TODAY + 3 * _DAY}",
        )

    def test_a_reissue_says_why_and_what_it_keeps(self) -> None:
        current = order(names=("www.example.com", "example.com", "old.example.com"), key="key-b")
        assert _plan(current) == CertificatePlan(
            "reissue",
            current,
            ("the certificate carries another public key",),
            ("www.example.com", "example.com", "old.example.com"),
            warnings=(
                "old.example.com is no longer requested but stays in the certificate: if a name is removed, the "
                "service revokes the replaced certificate; set allow_name_removal to permit that",
            ),
            only_key=True,
        )
        due = _plan(order(certificate_ends_in=5))
        assert (due.action, due.key_matches) == ("reissue", True)

    @pytest.mark.parametrize(
        ("changes", "only_key"),
        [
            ({}, True),
            ({"intent": replace(_WANTED, public_key=None)}, True),
            ({"intent": replace(_WANTED, names=(*_NAMES, "shop.example.com"))}, False),
            ({"renew_before": "300"}, False),
            ({"replaced": "0a1b"}, False),
            ({"replaced": "ffff"}, True),
        ],
    )
    def test_a_reissue_tells_whether_the_key_is_its_only_reason(
        self, changes: dict[str, t.Any], only_key: bool
    ) -> None:
        planned = _plan(order(key="key-b"), **changes)
        assert (planned.action, planned.only_key) == ("reissue", only_key)
        assert planned.certificate is None

    def test_a_host_without_a_key_gets_a_reissue(self) -> None:
        assert _plan(order(), intent=replace(_WANTED, public_key=None)).action == "reissue"
