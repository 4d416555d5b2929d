# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hash, intermediate CA and validity in a reissue."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.community.digicert.plugins.module_utils._decisions.reissue import (
    differences,
    kept_validity,
    was_tried,
)
from ansible_collections.community.digicert.tests.unit.made_orders import TODAY, certificate, order


@pytest.mark.parametrize(
    ("asked", "found"),
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
def test_what_differs(asked: dict[str, t.Any], found: int) -> None:
    assert len(differences(certificate(ca_cert_id="AB12"), asked)) == found


def test_what_the_service_does_not_tell_is_no_difference() -> None:
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
        # one that came after the current certificate was not made by its reissue
        ([{"id": 9}], False),
    ],
)
def test_a_reissue_for_nothing_else_was_made_already(earlier: list[dict[str, t.Any]], tried: bool) -> None:
    current = certificate(id=5, status="issued")
    listed = [certificate(**{"id": 4, "status": "issued", **changes}) for changes in earlier]
    assert was_tried(current, [current, *listed]) is tried


_FIXED = {"custom_expiration_date": "01 MAR 2027"}


@pytest.mark.parametrize(
    ("told", "when", "renew_before", "kept"),
    [
        (None, "always", "auto", {}),
        ("one year", "always", "auto", {}),
        ({}, "always", "auto", {}),
        ({"days": 90, "years": 0, "more": 1}, "key_changed", "auto", {"days": 90}),
        ({"days": 90}, "expiring", "999", {"days": 90}),
        (_FIXED, "key_changed", "999", _FIXED),
        (_FIXED, "expiring", "auto", _FIXED),
        (_FIXED, "expiring", "999", {}),
        ({**_FIXED, "years": 1}, "always", "999", {"years": 1}),
    ],
)
def test_the_validity_that_is_asked_for_again(told: t.Any, when: str, renew_before: str, kept: t.Any) -> None:
    found = order(raw={"certificate": {"cert_validity": told}} if told is not None else {})
    assert kept_validity(found, when, renew_before, TODAY) == kept
