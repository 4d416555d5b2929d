# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which order serves, and what has to be done: decided from plain values, the same on each controller."""

from __future__ import annotations

import datetime as dt
import random
import typing as t
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.digicert.plugins.module_utils._certcentral.model import Order
from ansible_collections.community.digicert.plugins.module_utils._decisions.certificate_plan import (
    CertificatePlan,
    plan_certificate,
)
from ansible_collections.community.digicert.plugins.module_utils._decisions.order import (
    OTHER_KEY,
    OrderChoice,
    OrderIntent,
    choose_order,
    intent_id,
    mismatches,
)
from ansible_collections.community.digicert.plugins.module_utils._decisions.reissue import (
    WHEN,
    ReissueChoice,
    choose_reissue,
)
from ansible_collections.community.digicert.plugins.module_utils._x509.names import normalise_all
from ansible_collections.community.digicert.tests.unit.made_orders import TODAY, certificate, order

_NAMES = ("www.example.com", "example.com")
_WANTED = OrderIntent(_NAMES, "ssl_basic", 112233, None, "key-a")
_OWN = intent_id(_WANTED, None)


def _choose(intent: OrderIntent, *candidates: Order, **changes: t.Any) -> OrderChoice:
    options: dict[str, t.Any] = {
        "own_ids": {_OWN},
        "renewal_of": None,
        "renew_before": "30",
        "other_key": "fail",
        "today": TODAY,
    }
    return choose_order(intent, candidates, **{**options, **changes})


def _plan(intent: OrderIntent, *candidates: Order, **changes: t.Any) -> CertificatePlan:
    options: dict[str, t.Any] = {
        "named_order_id": None,
        "known_order_ids": (),
        "own_ids": {_OWN},
        "renew_before": "auto",
        "allow_name_removal": False,
        "today": TODAY,
    }
    return plan_certificate(intent, candidates, **{**options, **changes})


def _reissue(names: tuple[str, ...] | None = None, key: str | None = None, **changes: t.Any) -> ReissueChoice:
    current = changes.pop("current", certificate())
    options: dict[str, t.Any] = {
        "when": "key_changed",
        "renew_before": "auto",
        "allow_name_removal": False,
        "order_valid_till": TODAY + dt.timedelta(days=2000),
        "today": TODAY,
    }
    return choose_reissue(current, names=names, public_key=key, **{**options, **changes})


class TestIntent:
    @given(st.permutations(["a.example", "b.example", "*.c.example"]), st.booleans())
    def test_order_and_case_of_names_are_no_other_intent(self, names: list[str], upper: bool) -> None:
        spelled = normalise_all(name.upper() if upper else name for name in names)
        first = OrderIntent(("a.example", "b.example", "*.c.example"), "ssl_basic", 1, 2, "key")
        assert intent_id(replace(first, names=spelled), None) == intent_id(first, None)

    @pytest.mark.parametrize(
        "changes",
        [
            {"names": ("www.example.com",)},
            {"product": "ssl_ev_basic"},
            {"organization_id": 1},
            {"container_id": 1},
            {"public_key": "key-b"},
        ],
    )
    def test_each_part_makes_another_intent(self, changes: dict[str, t.Any]) -> None:
        assert intent_id(replace(_WANTED, **changes), None) != intent_id(_WANTED, None)
        assert intent_id(_WANTED, 7) != intent_id(_WANTED, None)

    def test_it_stays_what_it_was(self) -> None:
        # orders that were placed carry it: another way to make it would buy them again
        assert intent_id(_WANTED, None) == "ansiblef7bcb9f4f6746fcb27e1987a7dd3e4086d1185ef"


class TestMismatches:
    @pytest.mark.parametrize(
        ("changes", "word"),
        [
            ({"product": "ssl_ev_basic"}, "product"),
            ({"organization_id": 1}, "organization"),
            ({"container_id": 1}, "container"),
            ({"names": ("www.example.com", "example.com", "shop.example.com")}, "lacks shop.example.com"),
            ({"names": ("shop.example.com",)}, "covers"),
        ],
    )
    def test_each_is_told(self, changes: dict[str, t.Any], word: str) -> None:
        assert word in "; ".join(mismatches(order(), replace(_WANTED, **changes)))

    @pytest.mark.parametrize(
        "changes",
        [
            {"product": "ssl"},
            {"organization_id": None},
            {"container_id": 5},
            {"names": ("example.com", "www.example.com")},
            {"names": ("example.com",)},
            {"public_key": "another"},
        ],
    )
    def test_what_is_none(self, changes: dict[str, t.Any]) -> None:
        assert mismatches(order(), replace(_WANTED, **changes)) == []

    def test_a_product_that_is_not_told_fits(self) -> None:
        assert mismatches(order(product=None), _WANTED) == []


class TestChooseOrder:
    def test_nothing_is_there(self) -> None:
        assert _choose(_WANTED).action == "order"

    def test_an_order_of_this_intent_needs_nothing(self) -> None:
        choice = _choose(_WANTED, order(alternative_order_id=_OWN))
        assert (choice.action, choice.order and choice.order.id) == ("none", 101)

    def test_an_order_of_somebody_else_is_adopted(self) -> None:
        assert _choose(_WANTED, order()).action == "adopt"

    @pytest.mark.parametrize("status", ["canceled", "rejected", "revoked", "expired", "denied", "failed"])
    def test_an_order_that_is_over_does_not_serve(self, status: str) -> None:
        assert _choose(_WANTED, order(status=status, alternative_order_id=_OWN)).action == "order"

    def test_an_order_whose_time_is_over_does_not_serve(self) -> None:
        assert _choose(_WANTED, order(ends_in=-1)).action == "order"

    def test_an_order_that_was_renewed_does_not_serve(self) -> None:
        assert _choose(_WANTED, order(is_renewed=True)).action == "order"

    def test_issued_comes_before_pending_and_lower_before_higher(self) -> None:
        choice = _choose(_WANTED, order(3), order(2), order(1, status="pending"))
        assert choice.order is not None
        assert choice.order.id == 2

    def test_without_a_csr_the_intent_stands_for_the_key(self) -> None:
        assert _choose(_WANTED, order(key=None, alternative_order_id=_OWN)).action == "none"
        assert _choose(_WANTED, order(key=None)).action == "refuse"

    @pytest.mark.parametrize(("other_key", "action"), [("fail", "refuse"), ("adopt", "adopt"), ("order", "order")])
    def test_another_key(self, other_key: str, action: str) -> None:
        choice = _choose(_WANTED, order(7, key="key-b"), other_key=other_key)
        assert choice.action == action
        assert "7" in " ".join(choice.reasons)

    def test_any_key_will_do_where_none_is_wanted(self) -> None:
        assert _choose(replace(_WANTED, public_key=None), order(key="key-b")).action == "adopt"

    @pytest.mark.parametrize(("ends_in", "action"), [(31, "adopt"), (30, "renew"), (0, "renew")])
    def test_it_is_renewed_near_its_end(self, ends_in: int, action: str) -> None:
        choice = _choose(_WANTED, order(ends_in=ends_in))
        assert choice.action == action
        assert choice.renewal_of == (101 if action == "renew" else None)

    def test_a_renewal_that_exists_serves(self) -> None:
        successor = order(102, status="pending", ends_in=380, renewal_of=101, alternative_order_id="r")
        choice = _choose(_WANTED, order(ends_in=5), successor, own_ids={_OWN, "r"})
        assert (choice.action, choice.order) == ("none", successor)

    def test_a_renewal_for_another_key_is_not_bought_again(self) -> None:
        successor = order(102, key="key-b", status="pending", ends_in=380, renewal_of=101)
        for renewal_of in (None, 101):
            choice = _choose(_WANTED, order(ends_in=5), successor, renewal_of=renewal_of)
            assert (choice.action, choice.order) == ("refuse", successor)
            choice = _choose(_WANTED, order(ends_in=5), successor, renewal_of=renewal_of, other_key="order")
            assert (choice.action, choice.renewal_of) == ("renew", 101)

    def test_an_order_of_another_host_does_not_keep_this_one_from_renewing(self) -> None:
        choice = _choose(_WANTED, order(ends_in=5), order(50, key="key-b"))
        assert (choice.action, choice.renewal_of) == ("renew", 101)

    def test_the_order_to_renew_can_be_named(self) -> None:
        choice = _choose(_WANTED, order(), renewal_of=101)
        assert (choice.action, choice.renewal_of) == ("renew", 101)


class TestChooseReissue:
    def test_nothing_differs(self) -> None:
        assert not _reissue(_NAMES, "key-a").needed
        assert not _reissue().needed

    def test_names_are_added_after_those_that_are_wanted(self) -> None:
        choice = _reissue(("shop.example.com", "www.example.com"))
        assert (choice.needed, choice.added) == (True, ("shop.example.com",))
        assert choice.names == ("shop.example.com", "www.example.com", "example.com")

    def test_a_name_that_is_wanted_no_more_is_kept_and_told(self) -> None:
        choice = _reissue(("www.example.com",), current=certificate(names=("www.example.com", "old.example.com")))
        assert (choice.needed, choice.removed) == (False, ())
        assert choice.kept == ("old.example.com",)
        assert "old.example.com" in choice.names

    def test_a_name_is_removed_with_leave(self) -> None:
        current = certificate(names=("www.example.com", "old.example.com"))
        choice = _reissue(("www.example.com",), current=current, allow_name_removal=True)
        assert (choice.needed, choice.removed, choice.names) == (True, ("old.example.com",), ("www.example.com",))

    @pytest.mark.parametrize(
        ("when", "key", "renew_before", "needed"),
        [
            ("never", "key-b", "999", False),
            ("key_changed", "key-b", "0", True),
            ("key_changed", "key-a", "999", False),
            ("expiring", "key-a", "999", True),
            ("expiring", "key-a", "0", False),
            ("expiring", "key-b", "0", True),
            ("always", "key-a", "0", True),
        ],
    )
    def test_when(self, when: str, key: str, renew_before: str, needed: bool) -> None:
        choice = _reissue(_NAMES, key, when=when, renew_before=renew_before)
        assert choice.needed is needed
        assert bool(choice.reasons) is needed

    @pytest.mark.parametrize(("later", "needed"), [(None, True), (1, True), (0, False), (-1, False)])
    def test_a_reissue_must_last_longer(self, later: int | None, needed: bool) -> None:
        current = certificate()
        assert current.valid_till is not None
        order_valid_till = None if later is None else current.valid_till + dt.timedelta(days=later)
        choice = _reissue(when="expiring", renew_before="999", current=current, order_valid_till=order_valid_till)
        assert (choice.needed, choice.expires_with_order) == (needed, not needed)


class TestPlan:
    def test_nothing_is_there(self) -> None:
        planned = _plan(_WANTED)
        assert (planned.action, planned.paid, planned.names) == ("order", True, _NAMES)

    def test_what_is_there_serves(self) -> None:
        planned = _plan(_WANTED, order(), known_order_ids={101})
        assert (planned.action, planned.key_matches, planned.paid) == ("none", True, False)

    def test_a_strangers_order_with_this_key_is_adopted(self) -> None:
        assert _plan(_WANTED, order()).action == "adopt"
        assert _plan(_WANTED, order(alternative_order_id=_OWN)).action == "none"

    @pytest.mark.parametrize("key", [None, "key-b"])
    def test_another_key_is_a_reissue_at_no_cost(self, key: str | None) -> None:
        planned = _plan(replace(_WANTED, public_key=key), order(), known_order_ids={101})
        assert (planned.action, planned.paid, planned.revokes) == ("reissue", False, False)

    def test_a_name_more_may_cost(self) -> None:
        intent = replace(_WANTED, names=(*_NAMES, "shop.example.com"))
        planned = _plan(intent, order(), known_order_ids={101})
        assert (planned.action, planned.paid) == ("reissue", True)
        assert _plan(intent, order()).action == "order"

    def test_a_known_order_of_another_product_is_left_alone(self) -> None:
        intent = replace(_WANTED, product="ssl_ev_basic")
        assert _plan(intent, order(), known_order_ids={101}).action == "order"

    def test_the_order_that_is_named_comes_before_that_of_the_installed_certificate(self) -> None:
        installed, named = order(), order(id=102)
        planned = _plan(_WANTED, installed, named, known_order_ids={101, 102}, named_order_id=102)
        assert planned.order == named

    def test_the_end_of_the_certificate_is_a_reissue_the_end_of_the_order_a_renewal(self) -> None:
        near = _plan(_WANTED, order(certificate_ends_in=5), known_order_ids={101})
        assert (near.action, near.paid) == ("reissue", False)
        last = _plan(_WANTED, order(certificate_ends_in=5, ends_in=5), known_order_ids={101}, renew_before="30")
        assert (last.action, last.renewal_of, last.paid) == ("renew", 101, True)

    @pytest.mark.parametrize(("ends_in", "action"), [(5, "none"), (3, "none"), (2, "renew"), (0, "renew")])
    def test_by_default_no_paid_days_are_lost(self, ends_in: int, action: str) -> None:
        planned = _plan(_WANTED, order(certificate_ends_in=ends_in, ends_in=ends_in), known_order_ids={101})
        assert (planned.action, planned.paid) == (action, action == "renew")
        if action == "none":
            assert f"due for renewal on {TODAY + dt.timedelta(days=ends_in - 2)}" in planned.reasons[0]

    @pytest.mark.parametrize(("replaced", "action"), [("0a1b", "reissue"), ("ffff", "none"), (None, "none")])
    def test_a_certificate_is_replaced_once(self, replaced: str | None, action: str) -> None:
        planned = _plan(_WANTED, order(), known_order_ids={101}, replaced=replaced)
        assert (planned.action, planned.paid) == (action, False)

    def test_a_certificate_that_ends_with_its_order_is_still_reissued_for_another_key(self) -> None:
        intent = replace(_WANTED, public_key=None)
        planned = _plan(intent, order(certificate_ends_in=20, ends_in=20), known_order_ids={101})
        assert (planned.action, planned.paid) == ("reissue", False)

    def test_a_pending_order_is_waited_for(self) -> None:
        planned = _plan(_WANTED, order(status="pending"))
        assert (planned.action, planned.key_matches) == ("adopt", True)
        planned = _plan(replace(_WANTED, public_key=None), order(status="pending"), known_order_ids={101})
        assert (planned.action, planned.key_matches) == ("none", False)
        assert "a run reissues it" in planned.reasons[1]

    @pytest.mark.parametrize("key", ["key-a", "key-b"])
    def test_a_pending_renewal_is_waited_for_whatever_its_key(self, key: str) -> None:
        successor = order(102, key=key, status="pending", ends_in=380, renewal_of=101)
        planned = _plan(_WANTED, order(ends_in=5, certificate_ends_in=5), successor, known_order_ids={101})
        assert planned.order == successor
        assert not planned.paid

    def test_a_name_that_is_kept_against_the_wish_is_a_warning(self) -> None:
        intent = replace(_WANTED, names=("other.example.com",))
        both = order(names=("other.example.com", "old.example.com"))
        planned = _plan(intent, both, known_order_ids={101})
        assert "old.example.com" in planned.warnings[0]
        planned = _plan(intent, both, known_order_ids={101}, allow_name_removal=True)
        assert (planned.action, planned.revokes, planned.warnings) == ("reissue", True, ())


_name_sets = st.lists(
    st.sampled_from(["example.com", "www.example.com", "a.example.com", "*.example.com", "b.example"]),
    min_size=1,
    max_size=4,
    unique=True,
).map(tuple)
_keys = st.sampled_from(["key-a", "key-b", None])


@st.composite
def _orders(draw: st.DrawFn) -> list[Order]:
    numbers = draw(st.lists(st.integers(min_value=1, max_value=9), max_size=5, unique=True))
    statuses = ("issued", "issued", "pending", "needs_approval", "reissue_pending", "canceled", "revoked")
    return [
        order(
            number,
            names=draw(st.sampled_from([_NAMES, ("example.com",), (*_NAMES, "a.example.com")])),
            key=draw(_keys),
            status=draw(st.sampled_from(statuses)),
            ends_in=draw(st.sampled_from([-3, 5, 40, 355, None])),
            certificate_ends_in=draw(st.sampled_from([-3, 5, 40, 189, None])),
            is_renewed=draw(st.booleans()),
            renewal_of=draw(st.sampled_from([None, None, *numbers])),
            alternative_order_id=draw(st.sampled_from([None, _OWN])),
        )
        for number in numbers
    ]


_wishes = st.builds(OrderIntent, _name_sets, st.just("ssl_basic"), st.just(112233), st.none(), _keys)


class TestProperties:
    @given(_wishes, _orders(), st.sampled_from(OTHER_KEY), st.randoms(use_true_random=False))
    def test_two_controllers_with_the_same_view_choose_the_same_order(
        self, intent: OrderIntent, orders: list[Order], other_key: str, shuffler: random.Random
    ) -> None:
        first = _choose(intent, *orders, other_key=other_key)
        shuffled = list(orders)
        shuffler.shuffle(shuffled)
        second = _choose(intent, *shuffled, other_key=other_key)
        assert (first.action, first.order, first.renewal_of) == (second.action, second.order, second.renewal_of)

    @given(_wishes, _orders(), st.sampled_from(OTHER_KEY))
    def test_an_order_is_placed_only_where_none_serves(
        self, intent: OrderIntent, orders: list[Order], other_key: str
    ) -> None:
        choice = _choose(intent, *orders, other_key=other_key)
        serving = [
            each
            for each in orders
            if not each.is_dead
            and not each.is_renewed
            and not each.has_ended(TODAY)
            and not mismatches(each, intent)
            and each.certificate.public_key == intent.public_key
        ]
        if serving:
            assert choice.action in ("none", "adopt", "renew")
        if choice.action in ("none", "adopt"):
            assert choice.order is not None
            assert not choice.order.is_dead
            assert mismatches(choice.order, intent) == []
            if other_key != "adopt" and choice.order.certificate.public_key is not None:
                assert intent.public_key in (None, choice.order.certificate.public_key)
        if choice.action == "renew":
            assert choice.order is not None
            assert choice.renewal_of == choice.order.id
            assert not choice.order.is_renewed
        if other_key == "fail" and choice.action == "order":
            assert not any(
                not each.is_dead and not each.is_renewed and not each.has_ended(TODAY) and not mismatches(each, intent)
                for each in orders
            )

    @given(_name_sets, _name_sets, _keys, st.sampled_from(WHEN), st.booleans())
    def test_no_name_is_ever_dropped_without_leave(
        self, present: tuple[str, ...], intent: tuple[str, ...], key: str | None, when: str, allowed: bool
    ) -> None:
        choice = _reissue(intent, key, current=certificate(names=present), when=when, allow_name_removal=allowed)
        assert set(choice.names) >= set(intent)
        assert len(set(choice.names)) == len(choice.names)
        if not allowed:
            assert set(choice.names) >= set(present)
            assert choice.removed == ()

    @given(_name_sets, _name_sets, _keys)
    def test_a_reissue_is_not_needed_again(
        self, present: tuple[str, ...], intent: tuple[str, ...], key: str | None
    ) -> None:
        choice = _reissue(intent, key, current=certificate(names=present), allow_name_removal=True)
        made = certificate(names=choice.names, public_key=key or "key-a")
        assert not _reissue(intent, key, current=made, allow_name_removal=True).needed

    @given(_wishes, _orders(), st.sets(st.integers(min_value=1, max_value=9)), st.randoms(use_true_random=False))
    def test_two_controllers_with_the_same_view_plan_the_same(
        self, intent: OrderIntent, orders: list[Order], known: set[int], shuffler: random.Random
    ) -> None:
        first = _plan(intent, *orders, known_order_ids=known)
        shuffled = list(orders)
        shuffler.shuffle(shuffled)
        assert _plan(intent, *shuffled, known_order_ids=known) == first

    @given(_wishes, _orders(), st.sets(st.integers(min_value=1, max_value=9)), st.booleans())
    def test_a_plan_buys_and_revokes_only_what_it_must(
        self, intent: OrderIntent, orders: list[Order], known: set[int], allowed: bool
    ) -> None:
        planned = _plan(intent, *orders, known_order_ids=known, allow_name_removal=allowed)
        fitting = [
            each
            for each in orders
            if not each.is_dead and not each.is_renewed and not each.has_ended(TODAY) and not mismatches(each, intent)
        ]
        if fitting:
            assert planned.action != "order"
        if planned.action in ("order", "renew"):
            assert planned.paid
        if planned.action in ("none", "adopt"):
            assert not planned.paid
            assert not planned.revokes
        if planned.revokes:
            assert allowed
            assert planned.action == "reissue"
        if planned.action == "reissue" and not allowed:
            assert planned.order is not None
            assert set(planned.names) >= set(planned.order.certificate.names)
        if planned.action == "renew":
            assert planned.order is not None
            assert planned.renewal_of == planned.order.id
