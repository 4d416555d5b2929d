# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts of which only the key differs: which certificate they use, when they get a duplicate, and when a reissue."""

from __future__ import annotations

import datetime as dt
import itertools
import typing as t
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.digicert.plugins.module_utils._certcentral.dcv import DomainValidation, Validation
from ansible_collections.community.digicert.plugins.module_utils._certcentral.model import IssuedCertificate, Order
from ansible_collections.community.digicert.plugins.module_utils._decisions.certificate_plan import (
    CertificatePlan,
    plan_certificate,
)
from ansible_collections.community.digicert.plugins.module_utils._decisions.key_plan import (
    Certificates,
    needs_certificates,
    plan_for_key,
)
from ansible_collections.community.digicert.plugins.module_utils._decisions.order import OrderIntent
from ansible_collections.community.digicert.tests.unit.made_orders import TODAY, certificate, order, request

_NAMES = ("www.example.com", "example.com")
_INTENT = OrderIntent(_NAMES, "ssl_basic", 112233, None, "key-b")
_NOW = dt.datetime.combine(TODAY, dt.time(12), dt.timezone.utc)
_DAY = dt.timedelta(days=1)
# the certificate of this order has the ID 7101
_ORDER = order(key="key-a")


def _first_plan(intent: OrderIntent, current: Order, **changes: t.Any) -> CertificatePlan:
    options: dict[str, t.Any] = {"renew_before": "30", "allow_name_removal": False, **changes}
    return plan_certificate(
        intent, [current], named_order_id=None, known_order_ids={current.id}, own_ids=(), today=TODAY, **options
    )


def _plan(
    *duplicates: IssuedCertificate,
    current: Order = _ORDER,
    intent: OrderIntent = _INTENT,
    reissues: tuple[IssuedCertificate, ...] = (),
    validation: Validation | None = None,
    renew_before: str = "30",
    replaced: str | None = None,
) -> CertificatePlan:
    """Plan without the other certificates, then with them, as the module does."""
    first = _first_plan(intent, current, renew_before=renew_before, replaced=replaced)
    assert needs_certificates(first, replaced)
    return plan_for_key(
        first,
        current,
        intent,
        Certificates((current.certificate, *reissues), duplicates, validation),
        renew_before=renew_before,
        replaced=replaced,
        now=_NOW,
    )


def _duplicate(number: int = 7200, key: str | None = "key-b", **changes: t.Any) -> IssuedCertificate:
    serial_number = changes.pop("serial_number", f"{number:x}")
    return certificate(id=number, public_key=key, serial_number=serial_number, status="approved", **changes)


def _domain(status: str | None, expires: dt.datetime | None = None, scope: str | None = "example.com") -> Validation:
    return Validation((DomainValidation(scope, _NAMES, status, "dns-txt-token", None, expires),), ())


class TestNeedsCertificates:
    @pytest.mark.parametrize(
        ("intent", "current", "matters"),
        [
            (_INTENT, _ORDER, True),
            (replace(_INTENT, public_key=None), _ORDER, True),
            (replace(_INTENT, public_key="key-a"), _ORDER, False),
            (replace(_INTENT, names=(*_NAMES, "shop.example.com")), _ORDER, False),
            (_INTENT, order(key="key-a", certificate_expires_in=5), False),
            (_INTENT, order(key="key-a", expires_in=5, certificate_expires_in=5), False),
            (_INTENT, order(key="key-a", status="reissue_pending"), False),
        ],
    )
    def test_only_if_the_key_is_the_only_difference(self, intent: OrderIntent, current: Order, matters: bool) -> None:
        assert needs_certificates(_first_plan(intent, current), None) is matters

    def test_not_if_the_order_was_placed_for_this_key(self) -> None:
        first = _first_plan(_INTENT, _ORDER)
        assert not needs_certificates(replace(first, key_matches=True), None)
        assert not needs_certificates(replace(first, order=None), None)

    def test_not_if_the_host_has_the_current_certificate_of_the_order(self) -> None:
        first = _first_plan(_INTENT, _ORDER)
        assert not needs_certificates(first, "0a1b")
        assert needs_certificates(first, "0a1c")

    def test_not_if_a_name_should_be_removed(self) -> None:
        current = order(names=(*_NAMES, "old.example.com"), key="key-a")
        assert needs_certificates(_first_plan(_INTENT, current), None)
        assert not needs_certificates(_first_plan(_INTENT, current, allow_name_removal=True), None)


class TestDuplicate:
    def test_another_key_gets_one(self) -> None:
        assert _plan() == CertificatePlan(
            "duplicate",
            _ORDER,
            (
                "the certificate carries another public key",
                "order 101 is issued for these names: a duplicate also carries them, at no cost",
            ),
            _NAMES,
            only_key=True,
        )

    def test_a_host_without_a_key_gets_one_whatever_other_keys_exist(self) -> None:
        planned = _plan(_duplicate(), _duplicate(7201, key="key-c"), intent=replace(_INTENT, public_key=None))
        assert (planned.action, planned.certificate) == ("duplicate", None)

    def test_it_has_the_names_of_the_order(self) -> None:
        planned = _plan(current=order(names=(*_NAMES, "old.example.com"), key="key-a"))
        assert (planned.action, planned.names) == ("duplicate", (*_NAMES, "old.example.com"))
        assert "old.example.com" in planned.warnings[0]

    def test_a_certificate_that_expires_with_its_order_can_have_one(self) -> None:
        assert _plan(current=order(key="key-a", certificate_expires_in=20, expires_in=20), renew_before="5").action == (
            "duplicate"
        )


class TestOwnCertificate:
    def test_a_duplicate_for_this_key_is_used(self) -> None:
        mine = _duplicate()
        planned = _plan(_duplicate(7199, key="key-c"), mine)
        assert planned == CertificatePlan(
            "none",
            _ORDER,
            ("duplicate 7200 of order 101 carries this key and these names",),
            _NAMES,
            key_matches=True,
            only_key=True,
            certificate=mine,
        )

    def test_an_earlier_certificate_of_the_order_is_used(self) -> None:
        mine = _duplicate(7050)
        planned = _plan(reissues=(mine,))
        assert (planned.action, planned.certificate) == ("none", mine)
        assert planned.reasons == ("certificate 7050 of order 101 carries this key and these names",)

    def test_the_newest_one_is_used(self) -> None:
        first, second, third = _duplicate(7200), _duplicate(7202), _duplicate(7201)
        assert _plan(first, second, third).certificate == second

    def test_a_pending_one_is_used(self) -> None:
        pending = replace(_duplicate(serial_number=None, valid_till=None, valid_from=None), status="pending")
        planned = _plan(pending, current=replace(_ORDER, requests=(request("duplicate"),)))
        assert (planned.action, planned.certificate, planned.key_matches) == ("none", pending, True)

    @pytest.mark.parametrize(
        "other",
        [
            replace(_duplicate(), status="revoked"),
            replace(_duplicate(), status="rejected"),
            _duplicate(7050, valid_till=TODAY - _DAY),
            # due, and a new one would last longer
            _duplicate(7050, valid_till=TODAY + 20 * _DAY),
            # these may be revoked: a name has been removed from the order since
            _duplicate(7050, names=(*_NAMES, "old.example.com")),
            _duplicate(7050, names=("www.shop.example.com",)),
            replace(_duplicate(), id=None),
        ],
    )
    def test_unsuitable_certificates_are_not_used(self, other: IssuedCertificate) -> None:
        planned = _plan(other)
        assert (planned.action, planned.certificate) == ("duplicate", None)

    def test_a_due_one_is_used_if_a_duplicate_would_not_last_longer(self) -> None:
        current = order(key="key-a", expires_in=20, certificate_expires_in=20)
        same_last_day = _duplicate(valid_from=TODAY - 100 * _DAY, valid_till=TODAY + 20 * _DAY)
        planned = _plan(same_last_day, current=current, renew_before="15%")
        assert planned.certificate == same_last_day
        earlier = replace(same_last_day, valid_till=TODAY + 19 * _DAY, id=7050)
        assert _plan(earlier, current=current, renew_before="16%").certificate is None
        # a certificate without a last day lasts longer than any other
        endless = replace(current, certificate=replace(current.certificate, valid_till=None))
        assert _plan(earlier, current=endless, renew_before="16%").action == "duplicate"


class TestReissue:
    def _refused(self, planned: CertificatePlan, reason: str) -> None:
        assert (planned.action, planned.certificate) == ("reissue", None)
        assert planned.reasons[0] == "the certificate carries another public key"
        assert reason in planned.reasons[1]

    def test_a_duplicate_for_an_unknown_key_may_be_that_of_this_host(self) -> None:
        self._refused(_plan(_duplicate(key=None)), "does not report the CSR of duplicate 7200")

    def test_an_expired_certificate_cannot_have_duplicates(self) -> None:
        current = order(key="key-a", certificate_expires_in=-1)
        first = replace(_first_plan(_INTENT, current), only_key=True)
        planned = plan_for_key(
            first, current, _INTENT, Certificates((), ()), renew_before="30", replaced=None, now=_NOW
        )
        assert "so it cannot have duplicates" in planned.reasons[-1]

    def test_a_duplicate_that_the_ca_made_too_short_is_not_requested_again(self) -> None:
        short = _duplicate(valid_till=TODAY + 5 * _DAY)
        self._refused(_plan(short), f"duplicate 7200 expires on {TODAY + 5 * _DAY}")

    @pytest.mark.parametrize(
        ("validation", "action"),
        [
            (_domain("pending"), "reissue"),
            (_domain("expired"), "reissue"),
            (_domain("approved", _NOW - _DAY), "reissue"),
            (_domain("approved", _NOW), "reissue"),
            (_domain("approved", _NOW + _DAY), "duplicate"),
            (_domain("approved"), "duplicate"),
            (_domain(None), "duplicate"),
            (Validation((), ()), "duplicate"),
            (None, "duplicate"),
        ],
    )
    def test_a_duplicate_needs_validated_domains(self, validation: Validation | None, action: str) -> None:
        planned = _plan(validation=validation)
        assert planned.action == action
        if action == "reissue":
            self._refused(planned, "the validation of example.com, which a duplicate needs, has expired")

    def test_all_domains_without_a_valid_proof_are_reported(self) -> None:
        first, second = _domain("pending").domains[0], _domain("expired", scope="example.org").domains[0]
        planned = _plan(validation=Validation((first, second), ()))
        self._refused(planned, "the validation of example.com, example.org, which a duplicate needs, has expired")

    def test_a_domain_without_a_scope_is_reported_by_its_names(self) -> None:
        self._refused(_plan(validation=_domain("pending", scope=None)), "validation of www.example.com, example.com,")


def test_an_open_request_for_an_unknown_key_is_awaited() -> None:
    current = replace(_ORDER, requests=(request("duplicate", number=9),))
    planned = _plan(current=current)
    assert (planned.action, planned.key_matches, planned.certificate) == ("none", False, None)
    assert "waits for approval (9)" in planned.reasons[0]


class TestReplaced:
    def test_a_certificate_newer_than_the_replaced_one_is_duplicated(self) -> None:
        mine = _duplicate(7050)
        assert _plan(mine, replaced=mine.serial_number).action == "duplicate"

    def test_an_older_certificate_may_have_the_same_fault_and_is_not_duplicated(self) -> None:
        mine = _duplicate(7200)
        planned = _plan(mine, replaced=mine.serial_number)
        assert planned.action == "reissue"
        assert planned.reasons[1] == "the certificate of order 101 is older than the replaced one"

    def test_only_a_certificate_that_was_issued_later_is_used(self) -> None:
        old, replaced, new = _duplicate(7040), _duplicate(7050), _duplicate(7060)
        assert _plan(old, replaced, new, replaced=replaced.serial_number).certificate == new
        assert _plan(old, replaced, replaced=replaced.serial_number).certificate is None

    def test_an_unlisted_serial_number_leads_to_a_reissue(self) -> None:
        planned = _plan(_duplicate(7200), replaced="ffff")
        assert (planned.action, planned.certificate) == ("reissue", None)


_keys = st.sampled_from(["key-a", "key-b", "key-c", None])
_listed = st.lists(
    st.builds(
        _duplicate,
        number=st.integers(7050, 7250).filter(lambda number: number != 7101),
        key=_keys,
        valid_till=st.sampled_from([TODAY + days * _DAY for days in (-1, 5, 31, 189)]),
        names=st.sampled_from([_NAMES, ("example.com",), (*_NAMES, "a.example.com")]),
    ),
    max_size=3,
    unique_by=lambda entry: entry.id,
)


class TestProperties:
    @given(_listed, st.sampled_from(["auto", "30", "25%"]), st.sampled_from([None, 0, 1, 2]))
    def test_it_costs_nothing_and_the_sequence_of_the_list_changes_nothing(
        self, listed: list[IssuedCertificate], rule: str, replaced: int | None
    ) -> None:
        serial_number = listed[replaced].serial_number if replaced is not None and replaced < len(listed) else None
        plans = [
            _plan(*shuffled, renew_before=rule, replaced=serial_number) for shuffled in itertools.permutations(listed)
        ]
        assert all(plan.action == plans[0].action and plan.certificate == plans[0].certificate for plan in plans)
        assert plans[0].action in ("none", "duplicate", "reissue")
        assert not plans[0].paid
        assert not plans[0].revokes

    @given(_listed, st.sampled_from(["auto", "30", "25%"]))
    def test_the_next_run_uses_the_duplicate(self, listed: list[IssuedCertificate], rule: str) -> None:
        planned = _plan(*listed, renew_before=rule)
        if planned.action != "duplicate":
            return
        made = _duplicate(7300, valid_till=_ORDER.certificate.valid_till, names=planned.names)
        again = _plan(*listed, made, renew_before=rule)
        assert (again.action, again.certificate, again.key_matches) == ("none", made, True)
