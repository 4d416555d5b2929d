# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A certificate with the right key is still refused if it is not what was requested."""

from __future__ import annotations

import datetime as dt
import typing as t

import pytest

from ansible_collections.community.digicert.plugins.module_utils._x509.certificates import (
    Chain,
    build_chain,
    find_leaf,
    read_certificates,
)
from ansible_collections.community.digicert.plugins.module_utils._x509.chain_checks import why_unusable
from ansible_collections.community.digicert.tests.unit import pki

_DAY = dt.timedelta(days=1)
_WANTED = ("www.example.com", "example.com")
_ROOT = pki.issue("Root", lifetime=3650 * _DAY, ca=True)
_KEY = pki.new_key()


def _chain(
    *names: str, leaf: t.Mapping[str, t.Any] | None = None, intermediate: t.Mapping[str, t.Any] | None = None
) -> Chain:
    above = pki.issue("Issuing CA", issuer=_ROOT, **{"ca": True, "lifetime": 900 * _DAY, **(intermediate or {})})
    made = pki.issue(names[0], issuer=above, dns_names=names, key=_KEY, **(leaf or {}))
    found = read_certificates("".join(issued.pem for issued in (_ROOT, above, made)))
    wanted = find_leaf(found, read_certificates(made.pem)[0].public_key)
    assert wanted is not None
    return build_chain(found, wanted)


def _why(chain: Chain, names: t.Sequence[str] = _WANTED, *, is_exact: bool = True) -> str | None:
    return why_unusable(chain, pki.NOW, names, is_exact=is_exact)


@pytest.mark.parametrize(
    ("wanted", "issued"),
    [
        (_WANTED, _WANTED),
        (["www.example.com"], _WANTED),
        (["example.com"], ["www.example.com", "example.com"]),
        (["*.example.com"], ["*.example.com", "example.com"]),
        ([], ["anything.example"]),
        (["The Example Company"], ["another"]),
    ],
    ids=["as requested", "base added", "www added", "base of a wildcard added", "nothing known", "no host name"],
)
def test_what_was_requested_or_what_a_ca_adds_is_accepted(wanted: list[str], issued: list[str]) -> None:
    assert _why(_chain(*issued), wanted) is None


@pytest.mark.parametrize(
    ("issued", "words"),
    [
        (["www.other.example"], "lacks the requested names example.com, www.example.com; it has www.other.example"),
        (["www.example.com"], "lacks the requested names example.com"),
        (["*.example.com"], "lacks the requested names example.com, www.example.com"),
        ([*_WANTED, "login.bank.example"], "has names that nobody requested: login.bank.example"),
        ([*_WANTED, "a.www.example.com", "mail.example.com"], "a.www.example.com, mail.example.com"),
    ],
)
def test_other_names_are_refused(issued: list[str], words: str) -> None:
    assert words in str(_why(_chain(*issued)))


def test_names_that_were_not_asked_for_are_only_known_if_all_requested_names_are() -> None:
    assert _why(_chain(*_WANTED, "login.bank.example"), is_exact=False) is None


def test_a_message_stays_short() -> None:
    assert len(str(_why(_chain(*(f"host{number}.example.com" for number in range(200)))))) < 500


_BAD: dict[str, tuple[dict[str, t.Any], str]] = {
    "leaf is a CA": ({"leaf": {"ca": True}}, "is that of a CA (it has CA:TRUE)"),
    "leaf expired": ({"leaf": {"not_before": pki.NOW - 3 * _DAY, "lifetime": _DAY}}, "expired on 2026-11-18"),
    "leaf is of tomorrow": ({"leaf": {"not_before": pki.NOW + _DAY}}, "is not valid before 2026-11-21 12:00:00 UTC"),
    "intermediate expired": (
        {"intermediate": {"not_before": pki.NOW - 9 * _DAY, "lifetime": 4 * _DAY}},
        "comes with the intermediate Issuing CA, which expired on 2026-11-15",
    ),
    "intermediate of tomorrow": (
        {"intermediate": {"not_before": pki.NOW + _DAY}},
        "comes with the intermediate Issuing CA, which is not valid before 2026-11-21 12:00:00 UTC",
    ),
    "intermediate is no CA": ({"intermediate": {"ca": False}}, "is signed by Issuing CA, which is not the certificate"),
    "intermediate says nothing": ({"intermediate": {"ca": None}}, "is signed by Issuing CA, which is not the"),
}


@pytest.mark.parametrize("name", _BAD)
def test_what_must_not_be_served_is_refused(name: str) -> None:
    arguments, words = _BAD[name]
    assert words in str(_why(_chain(*_WANTED, **arguments)))


def test_a_clock_that_is_a_little_slow_does_no_harm() -> None:
    soon = pki.NOW + dt.timedelta(minutes=4)
    assert _why(_chain(*_WANTED, leaf={"not_before": soon}, intermediate={"not_before": soon})) is None
