# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which order fulfils an intent, or whether one is placed; every controller decides the same."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import typing as t
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.digicert.plugins.module_utils._certcentral.model import Order
from ansible_collections.community.digicert.plugins.module_utils._decisions.order import (
    OTHER_KEY,
    OrderChoice,
    OrderIntent,
    ask,
    choose_order,
    intent_id,
    mismatches,
    renewal_date,
)
from ansible_collections.community.digicert.plugins.module_utils._x509.names import normalise_all
from ansible_collections.community.digicert.tests.unit.made_orders import TODAY, certificate, order
from ansible_collections.community.digicert.tests.unit.order_strategies import (
    INTENTS,
    INTENTS_WITH_KEY,
    RULES,
    SIMILAR_INTENTS,
    SPELLINGS,
    similar_orders,
    with_orders,
)

_INTENT = OrderIntent(("www.example.com", "example.com"), "ssl_basic", 112233, None, "key-a")
_OWN_ID = intent_id(_INTENT, None)
_DAY = dt.timedelta(days=1)
# neither the first, nor the last, nor the lowest is the right one
_MIXED = ((2, "pending"), (5, "issued"), (3, "issued"), (1, "pending"), (4, "issued"))


def _choose(*candidates: Order, intent: OrderIntent = _INTENT, **changes: t.Any) -> OrderChoice:
    options: dict[str, t.Any] = {
        "own_ids": {_OWN_ID},
        "renewal_of": None,
        "renew_before": "30",
        "other_key": "fail",
        "today": TODAY,
    }
    return choose_order(intent, candidates, **{**options, **changes})


class TestIntentId:
    @given(st.permutations(["a.example", "b.example", "*.c.example"]), st.booleans())
    def test_sequence_and_case_of_names_make_no_difference(self, names: list[str], upper: bool) -> None:
        spelled = normalise_all(name.upper() if upper else name for name in names)
        first = OrderIntent(("a.example", "b.example", "*.c.example"), "ssl_basic", 1, 2, "key")
        assert intent_id(replace(first, names=spelled), None) == intent_id(first, None)

    @given(INTENTS, st.integers(min_value=1), st.randoms(use_true_random=False))
    def test_the_spelling_of_names_makes_no_difference(
        self, intent: OrderIntent, renewed: int, shuffler: random.Random
    ) -> None:
        typed = [spelling for spelling, name in SPELLINGS.items() if name in intent.names]
        typed += [name.upper() for name in intent.names if name.isascii()]
        shuffler.shuffle(typed)
        respelled = replace(intent, names=normalise_all(typed))
        assert sorted(respelled.names) == sorted(intent.names)
        assert intent_id(respelled, None) == intent_id(intent, None)
        assert intent_id(respelled, renewed) == intent_id(intent, renewed)

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
    def test_each_part_makes_a_difference(self, changes: dict[str, t.Any]) -> None:
        assert intent_id(replace(_INTENT, **changes), None) != intent_id(_INTENT, None)
        assert intent_id(_INTENT, 7) != intent_id(_INTENT, None)

    @given(INTENTS, INTENTS, st.sampled_from([None, 1, 2]), st.sampled_from([None, 1, 2]))
    def test_different_intents_have_different_ids(
        self, first: OrderIntent, second: OrderIntent, renewed: int | None, other: int | None
    ) -> None:
        same = replace(first, names=tuple(sorted(first.names))) == replace(second, names=tuple(sorted(second.names)))
        assert (intent_id(first, renewed) == intent_id(second, other)) is (same and renewed == other)

    def test_it_never_changes(self) -> None:
        # existing orders carry these IDs: if they were computed differently, the orders would be bought again
        assert intent_id(_INTENT, None) == "ansiblef7bcb9f4f6746fcb27e1987a7dd3e4086d1185ef"
        in_full = replace(_INTENT, organization_id=None, organization_details=("Example Ltd.", "de"))
        assert intent_id(in_full, None) == "ansibled20b185f9feb0a764f9ea3fb9ddffd335c469273"
        hinted = replace(_INTENT, product="ssl", type_hint="ev")
        assert intent_id(hinted, None) == "ansiblef3ba67b51321c92a88256f321538c78e04f91c07"

    @given(INTENTS)
    def test_the_service_can_store_it(self, intent: OrderIntent) -> None:
        made = intent_id(intent, None)
        assert made.isascii()
        assert made.isalnum()
        assert len(made) <= 64


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
    def test_each_is_reported(self, changes: dict[str, t.Any], word: str) -> None:
        assert word in "; ".join(mismatches(order(), replace(_INTENT, **changes)))

    def test_every_text(self) -> None:
        intent = OrderIntent(("b.example", "a.example"), "ssl_ev_basic", 1, 2, None)
        assert mismatches(order(), intent) == [
            "its product is ssl_basic",
            "its organization is 112233",
            "its container is 5",
            "it lacks a.example, b.example",
            "it also covers example.com, www.example.com",
        ]

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
    def test_these_match(self, changes: dict[str, t.Any]) -> None:
        assert mismatches(order(), replace(_INTENT, **changes)) == []

    def test_an_unknown_product_matches(self) -> None:
        assert mismatches(order(product=None), _INTENT) == []


class TestExistingOrder:
    def test_an_order_of_this_intent_needs_nothing(self) -> None:
        choice = _choose(order(alternative_order_id=_OWN_ID))
        assert (choice.action, choice.order and choice.order.id) == ("none", 101)
        assert choice.reasons == ("order 101 was placed for this intent and is issued",)

    def test_a_matching_order_of_another_origin_is_adopted(self) -> None:
        assert _choose(order()).action == "adopt"
        assert _choose(order(status="pending")).reasons == ("order 101 matches in every respect and is pending",)

    @pytest.mark.parametrize("status", ["canceled", "rejected", "revoked", "expired", "denied", "failed"])
    def test_a_dead_order_is_not_used(self, status: str) -> None:
        assert _choose(order(status=status, alternative_order_id=_OWN_ID)).action == "order"

    def test_an_expired_order_is_not_used(self) -> None:
        assert _choose(order(expires_in=-1)).action == "order"

    def test_a_renewed_order_is_not_used(self) -> None:
        assert _choose(order(is_renewed=True)).action == "order"

    def test_issued_comes_before_pending_and_lower_before_higher(self) -> None:
        choice = _choose(order(3), order(2), order(1, status="pending"))
        assert choice.order is not None
        assert choice.order.id == 2

    def test_without_a_csr_the_id_of_the_intent_proves_the_key(self) -> None:
        assert _choose(order(key=None, alternative_order_id=_OWN_ID)).action == "none"
        assert _choose(order(key=None)).action == "refuse"

    def test_without_a_key_in_the_intent_any_key_will_do(self) -> None:
        assert _choose(order(key="key-b"), intent=replace(_INTENT, public_key=None)).action == "adopt"


class TestNewOrder:
    def test_it_is_placed_if_none_exists(self) -> None:
        choice = _choose()
        nothing = "no live order exists for these names, product, organization and key"
        assert (choice.action, choice.order, choice.reasons) == ("order", None, (nothing,))

    def test_it_is_placed_for_another_key_on_request(self) -> None:
        nothing = "no live order exists for these names, product, organization and key"
        choice = _choose(order(7, key="key-b"), other_key="order")
        assert choice.reasons == (nothing, "order 7 is for another key; an additional order was requested")
        assert choice.order is None


class TestOtherKey:
    @pytest.mark.parametrize(("other_key", "action"), [("fail", "refuse"), ("adopt", "adopt"), ("order", "order")])
    def test_the_user_decides(self, other_key: str, action: str) -> None:
        choice = _choose(order(7, key="key-b"), other_key=other_key)
        assert choice.action == action
        assert "7" in " ".join(choice.reasons)

    def test_the_issued_order_with_the_lowest_id_is_reported(self) -> None:
        others = [order(number, key="key-b", status=status) for number, status in _MIXED]
        choice = _choose(*others)
        assert (choice.action, choice.order) == ("refuse", others[2])
        assert choice.reasons == ("order 3 for the same names, product and organization is issued for another key",)

    def test_a_renewed_order_does_not_prevent_a_new_one(self) -> None:
        assert _choose(order(key="key-b", is_renewed=True)).action == "order"


class TestRenewal:
    @pytest.mark.parametrize(("expires_in", "action"), [(31, "adopt"), (30, "renew"), (0, "renew")])
    def test_an_order_is_renewed_before_it_expires(self, expires_in: int, action: str) -> None:
        choice = _choose(order(expires_in=expires_in))
        assert choice.action == action
        assert choice.renewal_of == (101 if action == "renew" else None)

    def test_an_existing_renewal_is_used(self) -> None:
        successor = order(102, status="pending", expires_in=380, renewal_of=101, alternative_order_id="r")
        choice = _choose(order(expires_in=5), successor, own_ids={_OWN_ID, "r"})
        assert (choice.action, choice.order) == ("none", successor)

    def test_a_renewal_for_another_key_is_not_bought_again(self) -> None:
        successor = order(102, key="key-b", status="pending", expires_in=380, renewal_of=101)
        for renewal_of in (None, 101):
            choice = _choose(order(expires_in=5), successor, renewal_of=renewal_of)
            assert (choice.action, choice.order) == ("refuse", successor)
            choice = _choose(order(expires_in=5), successor, renewal_of=renewal_of, other_key="order")
            assert (choice.action, choice.renewal_of) == ("renew", 101)

    def test_an_order_of_another_host_does_not_prevent_it(self) -> None:
        choice = _choose(order(expires_in=5), order(50, key="key-b"))
        assert (choice.action, choice.renewal_of) == ("renew", 101)

    def test_a_renewal_of_another_order_does_not_prevent_it(self) -> None:
        # 101 is renewed: a successor of 55 for another key says nothing about it
        stranger = order(60, key="key-b", renewal_of=55, expires_in=380)
        assert _choose(order(expires_in=5), stranger).renewal_of == 101
        assert _choose(order(expires_in=5), stranger, renewal_of=101).renewal_of == 101

    def test_a_second_renewal_of_the_named_order_prevents_it_even_if_the_first_one_expires_soon(self) -> None:
        expiring, other = order(102, renewal_of=101, expires_in=5), order(103, key="key-b", renewal_of=101)
        choice = _choose(expiring, other, renewal_of=101)
        assert (choice.action, choice.order) == ("refuse", other)

    def test_of_several_orders_the_one_that_expires_last_is_renewed(self) -> None:
        expiring = [order(number, expires_in=days) for number, days in ((3, 5), (8, 7), (4, 7), (9, 6))]
        choice = _choose(*expiring)
        assert (choice.action, choice.order, choice.renewal_of) == ("renew", expiring[1], 8)
        assert choice.reasons == (f"order 8 expires on {TODAY + 7 * _DAY}",)

    def test_the_order_to_renew_can_be_named(self) -> None:
        choice = _choose(order(), order(102, expires_in=5), renewal_of=101)
        assert choice == OrderChoice("renew", None, ("order 101 has no renewal for these names and this key yet",), 101)
        assert _choose(order(), renewal_of=101) == choice


class TestRenewalDate:
    def test_it_depends_on_the_whole_validity_period_of_the_order(self) -> None:
        # ordered ten days ago, so 366 days long: half of that before the last day
        assert renewal_date(order(), "50%") == TODAY + 355 * _DAY - 183 * _DAY
        # without a first day, 90 days are assumed
        assert renewal_date(order(date_created=None), "50%") == TODAY + 355 * _DAY - 45 * _DAY
        assert renewal_date(order(expires_in=None), "50%") is None


def _choose_for(
    intent: OrderIntent,
    orders: t.Iterable[Order],
    *,
    rule: str = "auto",
    renewal_of: int | None = None,
    other_key: str = "fail",
) -> OrderChoice:
    """Choose with the alternative order IDs that belong to the intent."""
    own_ids = {intent_id(intent, None), intent_id(intent, renewal_of)}
    return _choose(
        *orders, intent=intent, own_ids=own_ids, renewal_of=renewal_of, renew_before=rule, other_key=other_key
    )


class TestQuestion:
    @pytest.mark.parametrize(
        ("changes", "word"),
        [
            ({"organization_id": None}, "organization"),
            ({"certificate": certificate(names=())}, "names"),
            ({"certificate": certificate(names=("www.example.com",), names_are_known=False)}, "names"),
        ],
    )
    def test_an_order_that_may_match_is_a_question(self, changes: dict[str, t.Any], word: str) -> None:
        choice = _choose(order(**changes))
        assert (choice.action, choice.order and choice.order.id) == ("ask", 101)
        assert word in choice.reasons[0]
        error = ask(choice)
        assert error.order_id == 101
        assert "set order_id" in error.next_action

    @pytest.mark.parametrize(
        "changes",
        [
            {"organization_id": None},
            {"certificate": certificate(names=("www.example.com",), names_are_known=False)},
            {"certificate": certificate(public_key=None)},
        ],
    )
    def test_the_own_order_is_used_whatever_its_answer_lacks(self, changes: dict[str, t.Any]) -> None:
        choice = _choose(order(alternative_order_id=_OWN_ID, **changes))
        assert (choice.action, choice.order and choice.order.id) == ("none", 101)

    def test_the_own_order_for_something_else_is_a_question(self) -> None:
        choice = _choose(order(alternative_order_id=_OWN_ID, product="ssl_ev_basic"))
        assert choice.action == "ask"
        assert "was placed for this request, but its product is ssl_ev_basic" in choice.reasons[0]

    def test_an_order_that_certainly_differs_is_none(self) -> None:
        assert _choose(order(organization_id=None, product="ssl_ev_basic")).action == "order"
        assert _choose(order(organization_id=None, names=("other.example.com",))).action == "order"

    @pytest.mark.parametrize(("key", "action"), [(None, "ask"), ("key-b", "order")])
    def test_an_order_for_another_key_is_bought_only_if_the_key_is_known(self, key: str | None, action: str) -> None:
        assert _choose(order(key=key), other_key="order").action == action

    def test_the_spelling_of_a_product_makes_no_difference(self) -> None:
        assert _choose(order(product="SSL-Basic")).action == "adopt"


class TestProperties:
    @given(with_orders(INTENTS), RULES, st.sampled_from(OTHER_KEY))
    def test_the_sequence_of_the_candidates_does_not_change_the_choice(
        self, intent_and_orders: tuple[OrderIntent, list[Order]], rule: str, other_key: str
    ) -> None:
        intent, orders = intent_and_orders
        choices = {
            (choice.action, choice.order and choice.order.id, choice.renewal_of)
            for shuffled in itertools.permutations(orders)
            for choice in [_choose_for(intent, shuffled, rule=rule, other_key=other_key)]
        }
        assert len(choices) == 1

    @given(SIMILAR_INTENTS, similar_orders(_OWN_ID), st.sampled_from(OTHER_KEY), st.randoms(use_true_random=False))
    def test_two_controllers_with_the_same_data_choose_the_same_order(
        self, intent: OrderIntent, orders: list[Order], other_key: str, shuffler: random.Random
    ) -> None:
        first = _choose(*orders, intent=intent, other_key=other_key)
        shuffled = list(orders)
        shuffler.shuffle(shuffled)
        second = _choose(*shuffled, intent=intent, other_key=other_key)
        assert (first.action, first.order, first.renewal_of) == (second.action, second.order, second.renewal_of)

    @given(SIMILAR_INTENTS, similar_orders(_OWN_ID), st.sampled_from(OTHER_KEY))
    def test_an_order_is_only_placed_if_none_is_suitable(
        self, intent: OrderIntent, orders: list[Order], other_key: str
    ) -> None:
        choice = _choose(*orders, intent=intent, other_key=other_key)
        matching = [
            each
            for each in orders
            if not each.is_dead and not each.is_renewed and not each.has_ended(TODAY) and not mismatches(each, intent)
        ]
        if any(each.certificate.public_key == intent.public_key for each in matching):
            asked = choice.order if choice.action == "ask" else None
            # the order of this very intent is for something else by now
            is_own = asked is not None and asked.alternative_order_id == _OWN_ID
            assert choice.action in ("none", "adopt", "renew") or is_own
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
            assert matching == []

    @given(with_orders(INTENTS_WITH_KEY), RULES)
    def test_the_next_run_keeps_the_choice(self, intent_and_orders: tuple[OrderIntent, list[Order]], rule: str) -> None:
        intent, orders = intent_and_orders
        choice = _choose_for(intent, orders, rule=rule, other_key="order")
        if choice.action in ("order", "renew"):
            placed = order(
                99,
                names=intent.names,
                key=intent.public_key,
                status="pending",
                renewal_of=choice.renewal_of,
                alternative_order_id=intent_id(intent, choice.renewal_of),
            )
            after = [replace(each, is_renewed=True) if each.id == choice.renewal_of else each for each in orders]
            again = _choose_for(intent, [*after, placed], rule=rule, other_key="order")
            # an issued order that somebody placed meanwhile may replace a pending one, but nothing is ordered again
            assert again.action in ("none", "adopt")
            assert again.order is not None
        else:
            assert _choose_for(intent, orders, rule=rule, other_key="order") == choice

    @given(with_orders(INTENTS_WITH_KEY), st.sampled_from(OTHER_KEY))
    def test_nothing_is_bought_while_a_matching_order_is_not_due(
        self, intent_and_orders: tuple[OrderIntent, list[Order]], other_key: str
    ) -> None:
        intent, orders = intent_and_orders
        lasting = order(50, names=intent.names, key=intent.public_key, expires_in=355)
        assert mismatches(lasting, intent) == []
        for position in range(len(orders) + 1):
            candidates = [*orders[:position], lasting, *orders[position:]]
            assert _choose_for(intent, candidates, other_key=other_key).action in ("none", "adopt")

    @given(with_orders(INTENTS_WITH_KEY), st.integers(1, 6))
    def test_a_named_order_is_renewed_once(
        self, intent_and_orders: tuple[OrderIntent, list[Order]], renewed: int
    ) -> None:
        intent, orders = intent_and_orders
        choice = _choose_for(intent, orders, renewal_of=renewed, other_key="order")
        if choice.action == "ask":
            assert choice.order is not None
            assert choice.order.certificate.public_key is None
            return
        assert choice.action in ("none", "adopt", "renew")
        if choice.action == "renew":
            assert choice.renewal_of == renewed
        else:
            assert choice.order is not None
            assert choice.order.renewal_of == renewed
