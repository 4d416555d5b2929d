# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is done for many requests, without a network: what is bought, by whom, and what a failure stops."""

from __future__ import annotations

import typing as t
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.digicert.plugins.module_utils._certcentral.errors import StateError
from ansible_collections.community.digicert.plugins.module_utils._certcentral.model import Order
from ansible_collections.community.digicert.plugins.module_utils._decisions.certificate import (
    PAID_ACTIONS,
    Need,
    can_be_issued_unattended,
    check_comparable,
    check_duplicates,
    common_phase,
    concerns,
    groups_of,
    is_surely_other,
    key_of,
    plan_of,
    weightiest,
)
from ansible_collections.community.digicert.plugins.module_utils._decisions.certificate_plan import CertificatePlan
from ansible_collections.community.digicert.plugins.module_utils._decisions.order import OrderIntent
from ansible_collections.community.digicert.tests.unit.made_orders import TODAY, certificate, order
from ansible_collections.community.digicert.tests.unit.order_strategies import INTENTS_WITH_KEY, with_orders

_NAMES = ("www.example.com", "example.com")


def _need(key: str | None = "key-a", names: tuple[str, ...] = _NAMES, **changes: t.Any) -> Need:
    return Need(OrderIntent(names, "ssl_basic", 112233, None, key), **changes)


def _placed(need: Need, number: int, status: str = "issued", **changes: t.Any) -> Order:
    return order(
        number,
        names=need.intent.names,
        key=need.intent.public_key,
        status=status,
        alternative_order_id=need.own_id(changes.get("renewal_of")),
        **changes,
    )


class TestGroups:
    def test_requests_that_share_a_value_are_one_group(self) -> None:
        assert groups_of([{1}, {2}, {3, 1}, {4}, {2, 3}]) == [[0, 1, 2, 4], [3]]
        assert groups_of([]) == []

    @given(st.lists(st.sets(st.integers(0, 8), max_size=3), max_size=8))
    def test_each_request_is_in_one_group_and_no_two_groups_share_a_value(self, members: list[set[int]]) -> None:
        groups = groups_of(members)
        assert sorted(index for group in groups for index in group) == list(range(len(members)))
        values = [set().union(*(members[index] for index in group)) for group in groups]
        assert sum(len(found) for found in values) == len(set().union(*values))

    def test_the_key_and_the_order_of_names_make_no_difference(self) -> None:
        assert _need("key-a").group == _need("key-b", tuple(reversed(_NAMES))).group
        assert _need().group != _need(names=("example.com",)).group
        assert _need().group != _need(alternative_order_id="mine").group


def _run(needs: t.Sequence[Need], orders: t.Sequence[Order]) -> tuple[list[Order], list[str]]:
    """Work on the requests of one group in sequence, as a run does; return what was bought, and the actions."""
    known = {entry.id: entry for entry in orders}
    bought: list[Order] = []
    actions = []
    for need in needs:
        candidates = [entry for entry in known.values() if concerns(entry, need, need.own_ids(()))]
        try:
            plan = plan_of(need, candidates, {need.order_id} if need.order_id else set(), TODAY)
        except StateError:
            actions.append("ask")
            continue
        actions.append(plan.action)
        if plan.action in PAID_ACTIONS:
            made = _placed(need, 1000 + len(bought), renewal_of=plan.renewal_of)
            if plan.renewal_of is not None:
                known[plan.renewal_of] = replace(known[plan.renewal_of], is_renewed=True)
            known[made.id] = made
            bought.append(made)
    return bought, actions


class TestBuying:
    def test_one_order_for_all_keys(self) -> None:
        bought, actions = _run([_need("key-a"), _need("key-b"), _need("key-a")], [])
        assert len(bought) == 1
        # the second one is duplicated as soon as the further certificates of the order are known
        assert actions == ["order", "reissue", "none"]

    @given(with_orders(INTENTS_WITH_KEY), st.permutations(["key-a", "key-b", "key-c"]))
    def test_the_order_of_requests_does_not_change_what_is_bought(
        self, drawn: tuple[OrderIntent, list[Order]], keys: list[str]
    ) -> None:
        intent, orders = drawn

        def bought(names: t.Sequence[str]) -> list[tuple[t.Any, ...]]:
            made, _actions = _run([Need(replace(intent, public_key=key)) for key in names], orders)
            return [(entry.certificate.names, entry.product, entry.renewal_of) for entry in made]

        assert bought(keys) == bought(sorted(keys))

    @given(with_orders(INTENTS_WITH_KEY), st.lists(st.sampled_from(["key-a", "key-b"]), min_size=1, max_size=4))
    def test_no_intent_is_bought_twice(self, drawn: tuple[OrderIntent, list[Order]], keys: list[str]) -> None:
        intent, orders = drawn
        bought, _actions = _run([Need(replace(intent, public_key=key)) for key in keys], orders)
        assert len(bought) <= 1
        made = {entry.alternative_order_id for entry in bought}
        assert len(made) == len(bought)
        # a second run finds what the first one has bought
        again, _actions = _run([Need(replace(intent, public_key=key)) for key in keys], [*orders, *bought])
        assert not made & {entry.alternative_order_id for entry in again}

    @pytest.mark.parametrize("keys", [("key-a", "key-a"), ("key-a", "key-b"), ("key-b", "key-a", "key-b")])
    def test_two_orders_that_expire_are_renewed_once(self, keys: tuple[str, ...]) -> None:
        """The renewal of one of them serves, so that the other one is not renewed as well."""
        due = [order(number, names=_NAMES, expires_in=0, certificate_expires_in=-1) for number in (1, 2)]
        bought, actions = _run([_need(key) for key in keys], due)
        assert [entry.renewal_of for entry in bought] == [1]
        assert actions[0] == "renew"
        again, _actions = _run([_need(key) for key in keys], [replace(due[0], is_renewed=True), due[1], *bought])
        assert again == []

    @pytest.mark.parametrize("lacking", ["names", "organization_id"])
    def test_what_the_service_does_not_report_is_no_reason_to_buy(self, lacking: str) -> None:
        own = _placed(_need(), 7)
        if lacking == "names":
            own = replace(own, certificate=replace(own.certificate, names=()))
        else:
            own = replace(own, organization_id=None)
        with pytest.raises(StateError, match="Order 7 was placed for this request") as refused:
            plan_of(_need(), [own], set(), TODAY)
        assert refused.value.order_id == 7

    @pytest.mark.parametrize("changes", [{"status": "canceled"}, {"is_renewed": True}, {"expires_in": -1}])
    def test_an_order_that_is_over_is_no_obstacle(self, changes: dict[str, t.Any]) -> None:
        own = replace(_placed(_need(), 7), organization_id=None)
        over = replace(order(7, **changes), organization_id=None, alternative_order_id=own.alternative_order_id)
        assert plan_of(_need(), [over], set(), TODAY).action == "order"

    def test_a_renewal_that_was_ordered_for_another_key_is_used(self) -> None:
        old = order(7, expires_in=1, certificate_expires_in=1)
        renewed = _placed(_need("key-b"), 8, renewal_of=7)
        plan = plan_of(_need("key-a", order_id=7), [old, renewed], {7}, TODAY)
        assert (plan.action, plan.order and plan.order.id) == ("reissue", 8)


class TestKeys:
    def test_a_certificate_for_the_key_in_use_is_taken(self) -> None:
        need = _need("key-b", own_key="key-a")
        plan = plan_of(need, [order(7, key="key-a")], set(), TODAY)
        assert (plan.action, key_of(plan, need)) == ("adopt", "key-a")

    def test_an_order_for_the_new_key_comes_first(self) -> None:
        need = _need("key-b", own_key="key-a")
        plan = plan_of(need, [order(7, key="key-a"), _placed(_need("key-b"), 8)], set(), TODAY)
        assert (plan.order and plan.order.id, key_of(plan, need)) == (8, "key-b")

    def test_a_certificate_for_the_key_in_use_that_is_due_is_reissued_for_the_new_key(self) -> None:
        need = _need("key-b", own_key="key-a")
        plan = plan_of(need, [order(7, key="key-a", certificate_expires_in=5)], set(), TODAY)
        assert (plan.action, key_of(plan, need)) == ("reissue", "key-b")

    def test_a_pending_order_for_the_key_in_use_is_not_waited_for(self) -> None:
        need = _need("key-b", own_key="key-a")
        plan = plan_of(need, [order(7, key="key-a", status="pending")], set(), TODAY)
        assert not plan.key_matches


class TestWhatIsNotReported:
    def _plan(self, **changes: t.Any) -> CertificatePlan:
        issued = order(7, key="key-b")
        issued = replace(issued, certificate=replace(issued.certificate, **changes))
        return plan_of(_need(), [issued], set(), TODAY)

    def test_a_certificate_for_another_key_is_reissued(self) -> None:
        plan = self._plan()
        assert plan.action == "reissue"
        check_comparable(plan, _need())

    @pytest.mark.parametrize(("changes", "lacking"), [({"public_key": None}, "CSR"), ({"id": None}, "certificate ID")])
    def test_a_missing_value_is_no_reason_to_reissue(self, changes: dict[str, t.Any], lacking: str) -> None:
        with pytest.raises(StateError, match=f"does not report the {lacking} of order 7") as refused:
            check_comparable(self._plan(**changes), _need())
        assert refused.value.order_id == 7

    def test_the_own_order_is_used_although_its_csr_is_missing(self) -> None:
        own = _placed(_need(), 7)
        own = replace(own, certificate=replace(own.certificate, public_key=None))
        plan = plan_of(_need(), [own], set(), TODAY)
        assert (plan.action, plan.key_matches) == ("none", True)

    def test_a_due_certificate_is_reissued_although_its_csr_is_missing(self) -> None:
        due = order(7, key=None, certificate_expires_in=5)
        plan = plan_of(_need(), [due], set(), TODAY)
        check_comparable(plan, _need())
        assert plan.action == "reissue"

    @pytest.mark.parametrize("changes", [{"id": None}, {"public_key": None}])
    def test_a_duplicate_that_may_be_for_this_key_is_a_question(self, changes: dict[str, t.Any]) -> None:
        check_duplicates(order(7), [certificate(id=8)], TODAY)
        with pytest.raises(StateError, match="one may be for this key"):
            check_duplicates(order(7), [certificate(id=8), certificate(**{"id": 9, **changes})], TODAY)
        check_duplicates(order(7), [certificate(**{"id": 9, "status": "revoked", **changes})], TODAY)


class TestCandidates:
    def test_an_order_concerns_a_request_by_any_of_its_marks(self) -> None:
        need = _need(order_id=1, serial_number="77")
        own = need.own_ids(())
        other = ("other.example",)
        assert concerns(order(1, names=other), need, own)
        assert concerns(order(2, names=other, alternative_order_id=need.own_id(None)), need, own)
        assert concerns(order(3), need, own)
        assert concerns(order(3, names=("example.com",)), need, own)
        assert not concerns(order(3, names=other), need, own)
        numbered = order(4, names=other)
        assert concerns(replace(numbered, certificate=replace(numbered.certificate, serial_number="77")), need, own)

    @pytest.mark.parametrize(
        ("changes", "is_other"),
        [
            ({}, False),
            ({"names": ()}, False),
            ({"names": ("www.example.com",)}, True),
            ({"product": "ssl_ev_basic"}, True),
            ({"product": None}, False),
            ({"organization_id": 5}, True),
            ({"organization_id": None}, False),
            ({"container_id": 9}, False),
        ],
    )
    def test_only_what_certainly_differs_is_not_read(self, changes: dict[str, t.Any], is_other: bool) -> None:
        assert is_surely_other(order(7, **changes), _need()) is is_other

    def test_the_order_of_the_installed_certificate_is_read_although_its_names_differ(self) -> None:
        listed = order(7, names=("www.example.com",))
        assert not is_surely_other(listed, _need(serial_number=listed.certificate.serial_number))


class TestSummary:
    def test_the_weightiest_action_stands_for_all(self) -> None:
        assert weightiest(["none", "duplicate", "order", "adopt"]) == "order"
        assert weightiest(["none", "write"]) == "write"
        assert weightiest([]) == "none"

    def test_the_first_phase_that_is_not_issued_stands_for_all(self) -> None:
        assert common_phase(["issued", "waiting_dcv", None]) == "waiting_dcv"
        assert common_phase(["issued"]) == "issued"
        assert common_phase([]) is None

    @pytest.mark.parametrize(
        ("phase", "method", "is_new", "check_for", "expected"),
        [
            ("processing", None, True, 0, True),
            ("waiting_dcv", "dns-txt-token", False, 60, True),
            ("waiting_dcv", "dns-txt-token", True, 60, False),
            ("waiting_dcv", "dns-txt-token", False, 0, False),
            ("waiting_dcv", "email", False, 60, False),
            ("waiting_approval", None, False, 60, False),
            ("waiting_organization", None, False, 60, False),
            ("issued", None, False, 60, False),
        ],
    )
    def test_nobody_is_waited_for_who_was_not_asked(
        self, phase: str, method: str | None, is_new: bool, check_for: float, expected: bool
    ) -> None:
        found = can_be_issued_unattended(phase, method, records_are_new=is_new, check_for=check_for)
        assert found is expected
