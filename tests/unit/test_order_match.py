# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which organization a name refers to, and which orders match an organization in full or a type hint."""

from __future__ import annotations

import typing as t
from dataclasses import replace

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral.errors import InputError
from ansible_collections.community.digicert.plugins.module_utils._certcentral.organizations import OrganizationDetails
from ansible_collections.community.digicert.plugins.module_utils._decisions.order import OrderIntent, intent_id
from ansible_collections.community.digicert.plugins.module_utils._decisions.order_match import (
    choose_organization,
    identity_of,
    may_serve,
)
from ansible_collections.community.digicert.tests.unit.made_orders import order

_DETAILS = {"name": "Example GmbH", "country": "de", "city": "Munich", "address": "Hauptstr. 1", "zip": "80331"}
_INTENT = OrderIntent(("www.example.com",), "ssl_basic", None, None, "key-a")


def _organization(number: int, name: str = "Example Corp", *, active: bool = True, **names: str) -> OrganizationDetails:
    empty: dict[str, t.Any] = dict.fromkeys(
        (
            "display_name",
            "assumed_name",
            "status",
            "address",
            "address2",
            "zip",
            "city",
            "state",
            "country",
            "telephone",
        )
    )
    return OrganizationDetails(id=number, name=name, is_active=active, container_id=5, raw={}, **{**empty, **names})


class TestByName:
    @pytest.mark.parametrize("name", ["Example Corp", " example  CORP ", "Example", "Example Corp (Example)"])
    def test_legal_assumed_and_display_names_are_compared(self, name: str) -> None:
        found = [
            _organization(7, "Other Corp"),
            _organization(8, assumed_name="Example", display_name="Example Corp (Example)"),
            _organization(9, name, active=False),
        ]
        assert choose_organization(found, name).id == 8

    @pytest.mark.parametrize(
        ("organizations", "words"),
        [
            ([_organization(9), _organization(8), _organization(7, active=False)], "more than one.*: 8, 9"),
            ([_organization(9, active=False), _organization(8, active=False)], "not active: 8, 9"),
            ([_organization(8, "Other Corp")], "no organization called 'Example Corp'"),
            ([], "no organization called"),
        ],
    )
    def test_none_or_several_are_refused(self, organizations: list[OrganizationDetails], words: str) -> None:
        with pytest.raises(InputError, match=words) as refused:
            choose_organization(organizations, "Example Corp")
        assert "digicert_organization" in refused.value.next_action


class TestIntentId:
    def _id(self, **changes: t.Any) -> str:
        return intent_id(replace(_INTENT, **changes), None)

    def _full(self, **changes: str) -> str:
        return self._id(organization_details=identity_of({**_DETAILS, **changes}))

    def test_case_blanks_and_fields_outside_the_identity_make_no_difference(self) -> None:
        assert self._full() == self._full(name=" EXAMPLE  gmbh", city="munich", zip="80333", telephone="1")

    @pytest.mark.parametrize("key", ["name", "country", "city", "address"])
    def test_each_field_of_the_identity_makes_a_difference(self, key: str) -> None:
        assert self._full() != self._full(**{key: "other"})

    def test_other_forms_and_hints_make_a_difference(self) -> None:
        ids = [
            self._full(),
            self._id(),
            self._id(organization_id=8),
            self._id(type_hint="ov"),
            self._id(type_hint="ev"),
        ]
        assert len(set(ids)) == len(ids)


class TestOrders:
    def _may_serve(self, intent: OrderIntent, **raw: t.Any) -> bool:
        return may_serve(order(raw=raw), intent)

    def test_without_details_and_hint_every_order_matches(self) -> None:
        assert self._may_serve(_INTENT)

    @pytest.mark.parametrize(
        ("returned", "matches"),
        [
            ({"name": "Example GmbH", "country": "DE", "city": "munich"}, True),
            ({"name": "Example GmbH"}, True),
            ({"name": "Example GmbH", "city": "Berlin"}, False),
            ({"name": "Example GmbH", "country": "at"}, False),
            ({"name": "Example AG", "country": "de", "city": "Munich"}, False),
            ({}, False),
            ([], False),
        ],
    )
    def test_an_organization_in_full_is_compared_as_far_as_the_order_shows_it(
        self, returned: object, *, matches: bool
    ) -> None:
        intent = replace(_INTENT, organization_details=identity_of(_DETAILS))
        assert self._may_serve(intent, organization=returned) is matches

    @pytest.mark.parametrize(
        ("hint", "returned", "matches"),
        [
            ("ov", {"validation_type": "ov"}, True),
            ("OV", {"validation_type": "ov"}, True),
            ("ov", {"validation_type": "ev"}, False),
            ("ev", {"validation_type": "ov"}, False),
            ("ov", {}, True),
            ("ov", {"validation_type": "ov", "type": "private_ssl_certificate"}, False),
            ("private", {"validation_type": "ov", "type": "private_ssl_certificate"}, True),
            ("private", {"name_id": "private_ssl_plus"}, True),
            ("private", {"name_id": "ssl_plus", "type": "ssl_certificate"}, False),
        ],
    )
    def test_a_type_hint_is_compared_with_the_product(
        self, hint: str, returned: dict[str, str], *, matches: bool
    ) -> None:
        assert self._may_serve(replace(_INTENT, product="ssl", type_hint=hint), product=returned) is matches
