# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds for every wish and every set of orders: who decides, how often, and in which spelling, changes nothing."""

from __future__ import annotations

import itertools
import typing as t
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.digicert.plugins.module_utils._certcentral.model import Order
from ansible_collections.community.digicert.plugins.module_utils._decisions.certificate_plan import plan_certificate
from ansible_collections.community.digicert.plugins.module_utils._decisions.order import (
    OTHER_KEY,
    OrderChoice,
    OrderIntent,
    choose_order,
    intent_id,
    mismatches,
)
from ansible_collections.community.digicert.plugins.module_utils._decisions.reissue import WHEN, choose_reissue
from ansible_collections.community.digicert.plugins.module_utils._x509.names import (
    missing_names,
    normalise_all,
    surplus_names,
)
from ansible_collections.community.digicert.tests.unit.made_orders import TODAY, certificate, order

# every name in two spellings: as a person types it and as a certificate carries it
_SPELLED = {
    "www.example.com": "www.example.com",
    "Example.COM.": "example.com",
    "*.Example.com": "*.example.com",
    "Bücher.example": "xn--bcher-kva.example",
    "SHOP.bücher.example.": "shop.xn--bcher-kva.example",
    "пример.рф": "xn--e1afmkfd.xn--p1ai",
}
_names = st.lists(st.sampled_from(sorted(_SPELLED.values())), min_size=1, max_size=5, unique=True).map(tuple)
_keys = st.sampled_from(["key-a", "key-b"])
_wishes = st.builds(
    OrderIntent,
    names=_names,
    product=st.sampled_from(["ssl_basic", "ssl_ev_basic", "ssl"]),
    organization_id=st.sampled_from([None, 1, 112233]),
    container_id=st.sampled_from([None, 5, 6]),
    public_key=st.sampled_from([None, "key-a", "key-b"]),
)
_KEYED = st.builds(OrderIntent, _names, st.just("ssl_basic"), st.just(112233), st.none(), _keys)
_rules = st.sampled_from(["auto", "0", "30", "400", "25%"])


@st.composite
def _orders(draw: st.DrawFn, intent: OrderIntent) -> list[Order]:
    """Orders of which many, but not all, are for these names."""
    return [
        order(
            number,
            names=draw(st.sampled_from([intent.names, intent.names, ("www.example.com",)])),
            key=draw(st.sampled_from([intent.public_key, "key-a", "key-b", None])),
            status=draw(st.sampled_from(["issued", "issued", "pending", "reissue_pending", "canceled", "revoked"])),
            ends_in=draw(st.sampled_from([-1, 0, 1, 30, 355, None])),
            certificate_ends_in=draw(st.sampled_from([-1, 0, 30, 189, None])),
            is_renewed=draw(st.booleans()),
            renewal_of=draw(st.sampled_from([None, None, 1, 2])),
            alternative_order_id=draw(st.sampled_from([None, intent_id(intent, None), "another"])),
        )
        for number in draw(st.lists(st.integers(min_value=1, max_value=6), max_size=3, unique=True))
    ]


def _choose(
    intent: OrderIntent,
    orders: t.Iterable[Order],
    *,
    rule: str = "auto",
    renewal_of: int | None = None,
    **changes: t.Any,
) -> OrderChoice:
    options: dict[str, t.Any] = {"other_key": "fail", "today": TODAY, **changes}
    return choose_order(
        intent,
        orders,
        own_ids={intent_id(intent, None), intent_id(intent, renewal_of)},
        renewal_of=renewal_of,
        renew_before=rule,
        **options,
    )


class TestIntent:
    @given(_wishes, st.integers(min_value=1), st.randoms(use_true_random=False))
    def test_a_spelling_is_no_other_intent(self, intent: OrderIntent, renewed: int, shuffler: t.Any) -> None:
        typed = [spelling for spelling, name in _SPELLED.items() if name in intent.names]
        typed += [name.upper() for name in intent.names if name.isascii()]
        shuffler.shuffle(typed)
        respelled = replace(intent, names=normalise_all(typed))
        assert sorted(respelled.names) == sorted(intent.names)
        assert intent_id(respelled, None) == intent_id(intent, None)
        assert intent_id(respelled, renewed) == intent_id(intent, renewed)

    @given(_wishes, _wishes, st.sampled_from([None, 1, 2]), st.sampled_from([None, 1, 2]))
    def test_what_differs_is_another_intent(
        self, first: OrderIntent, second: OrderIntent, renewed: int | None, other: int | None
    ) -> None:
        same = replace(first, names=tuple(sorted(first.names))) == replace(second, names=tuple(sorted(second.names)))
        assert (intent_id(first, renewed) == intent_id(second, other)) is (same and renewed == other)

    @given(_wishes)
    def test_the_id_is_one_that_the_service_can_carry(self, intent: OrderIntent) -> None:
        made = intent_id(intent, None)
        assert made.isascii()
        assert made.isalnum()
        assert len(made) <= 64


class TestChooseOrder:
    @given(
        _wishes.flatmap(lambda intent: st.tuples(st.just(intent), _orders(intent))), _rules, st.sampled_from(OTHER_KEY)
    )
    def test_no_order_of_the_candidates_changes_the_choice(
        self, given_both: tuple[OrderIntent, list[Order]], rule: str, other_key: str
    ) -> None:
        intent, orders = given_both
        choices = {
            (choice.action, choice.order and choice.order.id, choice.renewal_of)
            for shuffled in itertools.permutations(orders)
            for choice in [_choose(intent, shuffled, rule=rule, other_key=other_key)]
        }
        assert len(choices) == 1

    @given(_KEYED.flatmap(lambda intent: st.tuples(st.just(intent), _orders(intent))), _rules)
    def test_what_was_chosen_is_kept_by_the_next_run(
        self, given_both: tuple[OrderIntent, list[Order]], rule: str
    ) -> None:
        intent, orders = given_both
        choice = _choose(intent, orders, rule=rule, other_key="order")
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
            again = _choose(intent, [*after, placed], rule=rule, renewal_of=None, other_key="order")
            # a pending order gives way to an issued one that somebody else placed meanwhile, never to a further order
            assert again.action in ("none", "adopt")
            assert again.order is not None
        else:
            assert _choose(intent, orders, rule=rule, other_key="order") == choice

    @given(_KEYED.flatmap(lambda intent: st.tuples(st.just(intent), _orders(intent))), st.sampled_from(OTHER_KEY))
    def test_nothing_is_bought_while_an_order_lasts(
        self, given_both: tuple[OrderIntent, list[Order]], other_key: str
    ) -> None:
        intent, orders = given_both
        lasting = order(50, names=intent.names, key=intent.public_key, ends_in=355)
        assert mismatches(lasting, intent) == []
        for position in range(len(orders) + 1):
            candidates = [*orders[:position], lasting, *orders[position:]]
            assert _choose(intent, candidates, other_key=other_key).action in ("none", "adopt")

    @given(_KEYED.flatmap(lambda intent: st.tuples(st.just(intent), _orders(intent))), st.integers(1, 6))
    def test_a_named_order_is_renewed_once(self, given_both: tuple[OrderIntent, list[Order]], renewed: int) -> None:
        intent, orders = given_both
        choice = _choose(intent, orders, renewal_of=renewed, other_key="order")
        assert choice.action in ("none", "adopt", "renew")
        if choice.action == "renew":
            assert choice.renewal_of == renewed
        else:
            assert choice.order is not None
            assert choice.order.renewal_of == renewed


class TestChooseReissue:
    @given(_names, _names, st.sampled_from([None, "key-a", "key-b"]), st.sampled_from(WHEN), st.booleans(), _rules)
    def test_names_go_only_with_permission(
        self,
        present: tuple[str, ...],
        names: tuple[str, ...],
        key: str | None,
        when: str,
        allowed: bool,
        rule: str,
    ) -> None:
        choice = choose_reissue(
            certificate(names=present),
            names=names,
            public_key=key,
            when=when,
            renew_before=rule,
            allow_name_removal=allowed,
            order_valid_till=None,
            today=TODAY,
        )
        assert set(choice.added) == set(names) - set(present)
        assert set(choice.removed) | set(choice.kept) == set(surplus_names(names, present))
        assert not set(choice.removed) & set(choice.kept)
        assert missing_names(names, choice.names) == []
        assert choice.names[0] == names[0]
        if not allowed:
            assert choice.removed == ()
            assert missing_names(present, choice.names) == []
        if when == "never":
            assert not choice.needed
        if when == "always":
            assert choice.needed

    @given(_names)
    def test_what_the_ca_adds_is_no_reason(self, names: tuple[str, ...]) -> None:
        bases = [name.removeprefix("*.") for name in names]
        added = [*bases, *(base[4:] if base.startswith("www.") else f"www.{base}" for base in bases)]
        choice = choose_reissue(
            certificate(names=tuple(dict.fromkeys((*names, *added)))),
            names=names,
            public_key="key-a",
            when="key_changed",
            renew_before="auto",
            allow_name_removal=True,
            order_valid_till=None,
            today=TODAY,
        )
        assert not choice.needed


class TestPlan:
    @given(
        _wishes.flatmap(lambda intent: st.tuples(st.just(intent), _orders(intent))),
        st.sets(st.integers(min_value=1, max_value=6)),
        st.sampled_from([None, 1, 2]),
        _rules,
    )
    def test_no_order_of_the_candidates_changes_the_plan(
        self, given_both: tuple[OrderIntent, list[Order]], known: set[int], named: int | None, rule: str
    ) -> None:
        intent, orders = given_both
        plans = [
            plan_certificate(
                intent,
                shuffled,
                named_order_id=named,
                known_order_ids=known,
                own_ids={intent_id(intent, None)},
                renew_before=rule,
                allow_name_removal=False,
                today=TODAY,
            )
            for shuffled in itertools.permutations(orders)
        ]
        assert all(plan == plans[0] for plan in plans)
        assert not plans[0].revokes
