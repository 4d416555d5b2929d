# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must be done so that a host gets or keeps its certificate; every controller decides the same."""

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
from ansible_collections.community.digicert.plugins.module_utils._decisions.certificate_plan import (
    CertificatePlan,
    calls_of,
    plan_certificate,
)
from ansible_collections.community.digicert.plugins.module_utils._decisions.order import (
    OrderIntent,
    intent_id,
    mismatches,
)
from ansible_collections.community.digicert.tests.unit.made_orders import TODAY, order
from ansible_collections.community.digicert.tests.unit.order_strategies import (
    INTENTS,
    RULES,
    SIMILAR_INTENTS,
    similar_orders,
    with_orders,
)

_NAMES = ("www.example.com", "example.com")
_INTENT = OrderIntent(_NAMES, "ssl_basic", 112233, None, "key-a")
_WITHOUT_KEY = replace(_INTENT, public_key=None)
_OWN_ID = intent_id(_INTENT, None)
_DAY = dt.timedelta(days=1)
# neither the first, nor the last, nor the lowest is the right one
_MIXED = ((2, "pending"), (5, "issued"), (3, "issued"), (1, "pending"), (4, "issued"))


def _plan(*candidates: Order, intent: OrderIntent = _INTENT, **changes: t.Any) -> CertificatePlan:
    """Plan for a host that has a certificate of order 101."""
    options: dict[str, t.Any] = {
        "named_order_id": None,
        "known_order_ids": (101,),
        "own_ids": {_OWN_ID},
        "renew_before": "30",
        "allow_name_removal": False,
        "today": TODAY,
    }
    return plan_certificate(intent, candidates, **{**options, **changes})


class TestChoiceOfOrder:
    def test_without_a_live_order_one_is_placed(self) -> None:
        assert _plan() == CertificatePlan("order", None, ("no live order exists for these names",), _NAMES, paid=True)
        assert _plan(order(is_renewed=True)).action == "order"
        assert _plan(order(status="revoked")).action == "order"

    def test_a_suitable_order_is_kept(self) -> None:
        assert _plan(order()) == CertificatePlan(
            "none", order(), ("order 101 is issued for these names and this key",), _NAMES, key_matches=True
        )

    def test_an_unknown_order_with_this_key_is_adopted(self) -> None:
        assert _plan(order(), known_order_ids=()).action == "adopt"
        assert _plan(order(alternative_order_id=_OWN_ID), known_order_ids=()).action == "none"

    def test_a_known_order_for_another_product_is_not_used(self) -> None:
        assert _plan(order(), intent=replace(_INTENT, product="ssl_ev_basic")).action == "order"

    def test_the_named_order_comes_before_that_of_the_installed_certificate(self) -> None:
        installed, named = order(), order(id=102)
        assert _plan(installed, named, known_order_ids={101, 102}, named_order_id=102).order == named

    def test_of_several_orders_the_issued_one_with_the_lowest_id_is_used(self) -> None:
        mixed = [order(number, status=status) for number, status in _MIXED]
        assert _plan(*mixed, known_order_ids=()).order == mixed[3]
        issued = [order(number) for number in (5, 3, 4)]
        assert _plan(*issued, known_order_ids=()).order == issued[1]
        known = [order(number, status=status) for number, status in _MIXED]
        assert _plan(*known, known_order_ids=(1, 2, 3, 4, 5)).order == known[2]

    def test_an_order_for_this_key_comes_before_other_matching_ones(self) -> None:
        mine, other = order(9), order(3, key="key-b")
        assert _plan(other, mine, known_order_ids=()).order == mine
        # no order is for the key of a host without one: the order that every controller chooses is used
        assert _plan(other, mine, known_order_ids=(), intent=_WITHOUT_KEY).order == other

    def test_a_pending_order_only_comes_first_if_it_is_a_successor_or_for_this_key(self) -> None:
        stranger = order(3, key="key-b", status="pending")
        assert _plan(stranger, order()).order == order()
        mine = order(3, status="pending")
        assert _plan(mine, order()).order == mine


class TestPending:
    def test_a_pending_order_is_awaited(self) -> None:
        pending = order(status="pending")
        assert _plan(pending) == CertificatePlan("none", pending, ("order 101 is pending",), _NAMES, key_matches=True)
        adopted = _plan(pending, known_order_ids=())
        assert (adopted.action, adopted.key_matches) == ("adopt", True)

    def test_a_pending_order_for_another_key_is_reissued_later(self) -> None:
        assert _plan(order(status="pending", key="key-b")).reasons == (
            "order 101 is pending",
            "it is for a key that this host does not have: a run reissues it once it is issued",
        )
        planned = _plan(order(status="pending"), intent=_WITHOUT_KEY)
        assert (planned.action, planned.key_matches) == ("none", False)
        assert "a run reissues it" in planned.reasons[1]

    @pytest.mark.parametrize("key", ["key-a", "key-b"])
    def test_a_pending_renewal_is_awaited_whatever_its_key(self, key: str) -> None:
        successor = order(102, key=key, status="pending", expires_in=380, renewal_of=101)
        planned = _plan(order(expires_in=5, certificate_expires_in=5), successor, renew_before="auto")
        assert planned.order == successor
        assert not planned.paid


class TestReissue:
    @pytest.mark.parametrize("key", [None, "key-b"])
    def test_another_key_costs_nothing(self, key: str | None) -> None:
        planned = _plan(order(), intent=replace(_INTENT, public_key=key))
        assert (planned.action, planned.paid, planned.revokes) == ("reissue", False, False)

    def test_an_own_order_has_the_key_even_if_its_csr_is_not_reported(self) -> None:
        own = order(key=None, alternative_order_id=_OWN_ID)
        assert (_plan(own).action, _plan(own).key_matches) == ("none", True)
        assert _plan(own, own_ids={"another"}).action == "reissue"

    def test_an_additional_name_may_cost_money(self) -> None:
        intent = replace(_INTENT, names=(*_NAMES, "shop.example.com"))
        planned = _plan(order(), intent=intent)
        assert (planned.action, planned.paid) == ("reissue", True)
        assert _plan(order(), intent=intent, known_order_ids=()).action == "order"

    def test_reasons_and_warnings(self) -> None:
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
        due = _plan(order(certificate_expires_in=5))
        assert (due.action, due.paid, due.key_matches) == ("reissue", False, True)

    def test_a_name_that_is_kept_is_a_warning(self) -> None:
        intent = replace(_INTENT, names=("other.example.com",))
        both = order(names=("other.example.com", "old.example.com"))
        assert "old.example.com" in _plan(both, intent=intent).warnings[0]
        planned = _plan(both, intent=intent, allow_name_removal=True)
        assert (planned.action, planned.revokes, planned.warnings) == ("reissue", True, ())

    @pytest.mark.parametrize(
        ("changes", "only_key"),
        [
            ({}, True),
            ({"intent": _WITHOUT_KEY}, True),
            ({"intent": replace(_INTENT, names=(*_NAMES, "shop.example.com"))}, False),
            ({"renew_before": "300"}, False),
            ({"replaced": "0a1b"}, False),
            ({"replaced": "ffff"}, True),
        ],
    )
    def test_whether_the_key_is_the_only_reason(self, changes: dict[str, t.Any], only_key: bool) -> None:
        planned = _plan(order(key="key-b"), **changes)
        assert (planned.action, planned.only_key) == ("reissue", only_key)
        assert planned.certificate is None

    @pytest.mark.parametrize(("replaced", "action"), [("0a1b", "reissue"), ("ffff", "none"), (None, "none")])
    def test_a_certificate_is_replaced_once(self, replaced: str | None, action: str) -> None:
        planned = _plan(order(), replaced=replaced)
        assert (planned.action, planned.paid) == (action, False)

    def test_a_certificate_that_expires_with_its_order_is_still_reissued_for_another_key(self) -> None:
        planned = _plan(order(certificate_expires_in=20, expires_in=20), intent=_WITHOUT_KEY, renew_before="auto")
        assert (planned.action, planned.paid) == ("reissue", False)


class TestRenewal:
    def test_reasons(self) -> None:
        expiring = order(expires_in=5, certificate_expires_in=5, key="key-b")
        assert _plan(expiring) == CertificatePlan(
            "renew",
            expiring,
            (
                "the certificate carries another public key",
                f"order 101 expires on {TODAY + 5 * _DAY}: a reissue would not last longer",
            ),
            _NAMES,
            renewal_of=101,
            paid=True,
        )

    def test_a_percentage_is_of_the_whole_lifetime_of_the_certificate(self) -> None:
        # the order expires soon; of the 42 days of the certificate 31 are left
        expiring = order(expires_in=31, certificate_expires_in=31)
        assert _plan(expiring, renew_before="75%").action == "renew"
        no_start = replace(expiring, certificate=replace(expiring.certificate, valid_from=None))
        assert _plan(no_start, renew_before="75%").action == "renew"
        assert _plan(expiring, renew_before="70%").action == "none"
        # the order is due, the certificate is not
        assert _plan(replace(expiring, date_created=None), renew_before="70%").action == "none"

    @pytest.mark.parametrize(("expires_in", "action"), [(5, "none"), (3, "none"), (2, "renew"), (0, "renew")])
    def test_by_default_no_paid_days_are_lost(self, expires_in: int, action: str) -> None:
        planned = _plan(order(certificate_expires_in=expires_in, expires_in=expires_in), renew_before="auto")
        assert (planned.action, planned.paid, planned.names) == (action, action == "renew", _NAMES)
        if action == "none":
            assert planned.reasons == (
                "order 101 is issued for these names and this key; both expire together, and the order is due for "
                f"renewal on {TODAY + (expires_in - 2) * _DAY}",
            )


class TestCalls:
    @pytest.mark.parametrize("action", ["order", "renew"])
    def test_a_new_order_is_placed_for_the_product(self, action: str) -> None:
        planned = replace(_plan(order()), action=action)
        assert calls_of(planned, "ssl_basic") == [{"method": "POST", "path": "/order/certificate/ssl_basic"}]

    @pytest.mark.parametrize("action", ["reissue", "duplicate"])
    def test_a_further_certificate_is_requested_from_the_order(self, action: str) -> None:
        planned = replace(_plan(order()), action=action)
        assert calls_of(planned, "ssl_basic") == [{"method": "POST", "path": f"/order/certificate/101/{action}"}]

    @pytest.mark.parametrize("action", ["none", "adopt"])
    def test_other_actions_change_nothing_at_the_service(self, action: str) -> None:
        assert calls_of(replace(_plan(order()), action=action), "ssl_basic") == []
        assert calls_of(CertificatePlan("reissue", None, (), _NAMES), "ssl_basic") == []


class TestProperties:
    @given(with_orders(INTENTS), st.sets(st.integers(min_value=1, max_value=6)), st.sampled_from([None, 1, 2]), RULES)
    def test_the_sequence_of_the_candidates_does_not_change_the_plan(
        self, intent_and_orders: tuple[OrderIntent, list[Order]], known: set[int], named: int | None, rule: str
    ) -> None:
        intent, orders = intent_and_orders
        plans = [
            _plan(
                *shuffled,
                intent=intent,
                named_order_id=named,
                known_order_ids=known,
                own_ids={intent_id(intent, None)},
                renew_before=rule,
            )
            for shuffled in itertools.permutations(orders)
        ]
        assert all(plan == plans[0] for plan in plans)
        assert not plans[0].revokes

    @given(
        SIMILAR_INTENTS,
        similar_orders(_OWN_ID),
        st.sets(st.integers(min_value=1, max_value=9)),
        st.randoms(use_true_random=False),
    )
    def test_two_controllers_with_the_same_data_make_the_same_plan(
        self, intent: OrderIntent, orders: list[Order], known: set[int], shuffler: random.Random
    ) -> None:
        first = _plan(*orders, intent=intent, known_order_ids=known, renew_before="auto")
        shuffled = list(orders)
        shuffler.shuffle(shuffled)
        assert _plan(*shuffled, intent=intent, known_order_ids=known, renew_before="auto") == first

    @given(SIMILAR_INTENTS, similar_orders(_OWN_ID), st.sets(st.integers(min_value=1, max_value=9)), st.booleans())
    def test_a_plan_only_buys_and_revokes_what_it_must(
        self, intent: OrderIntent, orders: list[Order], known: set[int], allowed: bool
    ) -> None:
        planned = _plan(*orders, intent=intent, known_order_ids=known, allow_name_removal=allowed, renew_before="auto")
        matching = [
            each
            for each in orders
            if not each.is_dead and not each.is_renewed and not each.has_ended(TODAY) and not mismatches(each, intent)
        ]
        if matching:
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
