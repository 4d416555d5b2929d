# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a certificate must be reissued, for which names, and with which of its current values."""

from __future__ import annotations

import datetime as dt
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.digicert.plugins.module_utils._decisions.reissue import (
    WHEN,
    ReissueChoice,
    choose_reissue,
    differences,
    kept_validity,
    was_tried,
)
from ansible_collections.community.digicert.plugins.module_utils._x509.names import missing_names, surplus_names
from ansible_collections.community.digicert.tests.unit.made_orders import TODAY, certificate, order
from ansible_collections.community.digicert.tests.unit.order_strategies import NAMES, RULES

_NAMES = ("www.example.com", "example.com")
_DAY = dt.timedelta(days=1)


def _choose(**changes: t.Any) -> ReissueChoice:
    """Decide for a certificate with _NAMES and key-a that expires in 189 days."""
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


class TestReasons:
    def test_nothing_differs(self) -> None:
        assert not _choose(when="key_changed").needed
        assert not _choose(when="key_changed", names=None, public_key=None).needed

    def test_every_text(self) -> None:
        choice = _choose(
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

    def test_always_is_only_a_reason_if_there_is_no_other(self) -> None:
        assert _choose(when="always").reasons == ("a reissue was requested in any case",)
        assert _choose(when="always", public_key="key-b").reasons == ("the certificate carries another public key",)
        due = _choose(when="always", renew_before="400")
        assert due.reasons == (f"the certificate expires on {TODAY + 189 * _DAY}",)

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
        choice = _choose(public_key=key, when=when, renew_before=renew_before)
        assert choice.needed is needed
        assert bool(choice.reasons) is needed

    def test_a_percentage_is_of_the_whole_lifetime(self) -> None:
        # 200 days long and 189 left: due in the last 95 %, but not in the last 95 % of the assumed 90 days
        assert _choose(renew_before="95%").needed
        assert not _choose(renew_before="95%", current=certificate(valid_from=None)).needed

    @pytest.mark.parametrize(("order_days", "needed"), [(188, False), (189, False), (190, True), (None, True)])
    def test_a_certificate_that_expires_with_its_order_is_kept(self, order_days: int | None, needed: bool) -> None:
        order_valid_till = None if order_days is None else TODAY + order_days * _DAY
        choice = _choose(renew_before="400", order_valid_till=order_valid_till)
        assert (choice.needed, choice.expires_with_order) == (needed, not needed)


class TestNames:
    def test_the_current_names_follow_the_requested_ones(self) -> None:
        choice = _choose(names=("shop.example.com", "www.example.com"))
        assert (choice.needed, choice.added) == (True, ("shop.example.com",))
        assert choice.names == ("shop.example.com", "www.example.com", "example.com")

    def test_a_name_that_is_no_longer_requested_is_kept_and_reported(self) -> None:
        choice = _choose(names=("www.example.com",), current=certificate(names=("www.example.com", "old.example.com")))
        assert (choice.needed, choice.removed) == (False, ())
        assert choice.kept == ("old.example.com",)
        assert "old.example.com" in choice.names

    def test_a_name_is_removed_with_permission(self) -> None:
        current = certificate(names=("www.example.com", "old.example.com"))
        choice = _choose(names=("www.example.com",), current=current, allow_name_removal=True)
        assert (choice.needed, choice.removed, choice.names) == (True, ("old.example.com",), ("www.example.com",))

    @given(NAMES, NAMES, st.sampled_from([None, "key-a", "key-b"]), st.sampled_from(WHEN), st.booleans(), RULES)
    def test_names_are_only_removed_with_permission(
        self,
        present: tuple[str, ...],
        names: tuple[str, ...],
        key: str | None,
        when: str,
        allowed: bool,
        rule: str,
    ) -> None:
        choice = _choose(
            current=certificate(names=present),
            names=names,
            public_key=key,
            when=when,
            renew_before=rule,
            allow_name_removal=allowed,
        )
        assert set(choice.added) == set(names) - set(present)
        assert set(choice.removed) | set(choice.kept) == set(surplus_names(names, present))
        assert not set(choice.removed) & set(choice.kept)
        assert set(choice.names) >= set(names)
        assert len(set(choice.names)) == len(choice.names)
        assert missing_names(names, choice.names) == []
        assert choice.names[0] == names[0]
        if not allowed:
            assert choice.removed == ()
            assert set(choice.names) >= set(present)
            assert missing_names(present, choice.names) == []
        if when == "never":
            assert not choice.needed
        if when == "always":
            assert choice.needed

    @given(NAMES)
    def test_names_that_the_ca_adds_make_no_difference(self, names: tuple[str, ...]) -> None:
        bases = [name.removeprefix("*.") for name in names]
        added = [*bases, *(base[4:] if base.startswith("www.") else f"www.{base}" for base in bases)]
        issued = certificate(names=tuple(dict.fromkeys((*names, *added))))
        assert not _choose(current=issued, names=names, when="key_changed", allow_name_removal=True).needed

    @given(NAMES, NAMES, st.sampled_from(["key-a", "key-b", None]))
    def test_a_reissue_is_not_needed_twice(
        self, present: tuple[str, ...], names: tuple[str, ...], key: str | None
    ) -> None:
        options: dict[str, t.Any] = {
            "names": names,
            "public_key": key,
            "when": "key_changed",
            "allow_name_removal": True,
        }
        choice = _choose(current=certificate(names=present), **options)
        issued = certificate(names=choice.names, public_key=key or "key-a")
        assert not _choose(current=issued, **options).needed


class TestOtherValues:
    @pytest.mark.parametrize(
        ("requested", "count"),
        [
            ({}, 0),
            ({"signature_hash": None, "ca_cert_id": None}, 0),
            ({"signature_hash": "sha256", "ca_cert_id": "ab12"}, 0),
            ({"signature_hash": "sha384"}, 1),
            ({"ca_cert_id": "CD34"}, 1),
            ({"signature_hash": "sha384", "ca_cert_id": "CD34"}, 2),
            ({"server_platform": {"id": 2}, "cert_validity": {"days": 30}}, 0),
        ],
    )
    def test_hash_and_intermediate_ca_are_compared(self, requested: dict[str, t.Any], count: int) -> None:
        assert len(differences(certificate(ca_cert_id="AB12"), requested)) == count

    def test_the_texts_of_both(self) -> None:
        requested = {"signature_hash": "sha384", "ca_cert_id": "CD34"}
        assert differences(certificate(ca_cert_id="AB12"), requested) == (
            "the certificate is signed with sha256, not sha384",
            "the certificate was issued by the intermediate CA AB12, not CD34",
        )

    def test_what_the_service_does_not_return_makes_no_difference(self) -> None:
        current = certificate(signature_hash=None, ca_cert_id=None)
        assert differences(current, {"signature_hash": "sha384", "ca_cert_id": "CD34"}) == ()

    @pytest.mark.parametrize(
        ("earlier", "tried"),
        [
            ([], False),
            ([{}], True),
            ([{"names": ("example.com", "www.example.com")}], True),
            ([{"names": ("www.example.com",)}], False),
            ([{"public_key": "key-b"}], False),
            ([{"public_key": None}], False),
            ([{"status": "rejected"}], False),
            # the latest one counts, wherever it is listed
            ([{"id": 3, "public_key": "key-b"}, {"id": 2}], False),
            ([{"id": 3}, {"id": 2, "public_key": "key-b"}], True),
            ([{"id": 2}, {"id": 3, "public_key": "key-b"}], False),
            # a later certificate cannot be the one that the current certificate replaced
            ([{"id": 9}], False),
        ],
    )
    def test_whether_a_reissue_was_already_made_for_them(self, earlier: list[dict[str, t.Any]], tried: bool) -> None:
        current = certificate(id=5, status="issued")
        listed = [certificate(**{"id": 4, "status": "issued", **changes}) for changes in earlier]
        assert was_tried(current, [current, *listed]) is tried

    def test_a_certificate_without_an_id_is_older_than_any_other(self) -> None:
        one, nameless = certificate(id=1, status="issued"), certificate(id=None, status="issued")
        assert was_tried(one, [nameless])
        assert not was_tried(nameless, [nameless])
        other_key = certificate(id=None, status="issued", public_key="key-b")
        assert was_tried(certificate(id=2, status="issued"), [other_key, one])


_FIXED = {"custom_expiration_date": "01 MAR 2027"}


@pytest.mark.parametrize(
    ("returned", "when", "renew_before", "kept"),
    [
        (None, "always", "auto", {}),
        ("one year", "always", "auto", {}),
        ({}, "always", "auto", {}),
        ({"days": 90, "years": 0, "more": 1}, "key_changed", "auto", {"days": 90}),
        ({"days": 90}, "expiring", "999", {"days": 90}),
        (_FIXED, "key_changed", "999", _FIXED),
        (_FIXED, "expiring", "auto", _FIXED),
        (_FIXED, "expiring", "999", {}),
        # 200 days long and 189 left
        (_FIXED, "expiring", "95%", {}),
        ({**_FIXED, "years": 1}, "always", "999", {"years": 1}),
    ],
)
def test_the_validity_that_is_requested_again(returned: t.Any, when: str, renew_before: str, kept: t.Any) -> None:
    current = order(raw={"certificate": {"cert_validity": returned}} if returned is not None else {})
    assert kept_validity(current, when, renew_before, TODAY) == kept
