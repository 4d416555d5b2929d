# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which host calls for which requests if hosts of several accounts are in one play."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.digicert.plugins.plugin_utils._batch import account_of, hosts_meet, share_of

RUN = "a folder of the run"


def _prepared(host: str, account: str, *names: str) -> dict[str, Any]:
    return {"host": host, "account": account, "requests": [{"host": host, "name": name} for name in names]}


PREPARED = [
    _prepared("one", "A", "www", "mail"),
    {"skipped": True},
    _prepared("two", "B", "www"),
    _prepared("three", "A", "www"),
    _prepared("four", "B"),
]


def test_the_first_host_of_each_account_calls_for_all_of_its_hosts() -> None:
    shares = {host: share_of(host, account, PREPARED, meet=True) for host, account in _accounts()}
    assert {host: share.handled_by for host, share in shares.items()} == {
        "one": "one",
        "two": "two",
        "three": "one",
        "four": "two",
    }
    called = {host: [(one["host"], one["name"]) for one in share.requests] for host, share in shares.items()}
    assert called == {
        "one": [("one", "www"), ("one", "mail"), ("three", "www")],
        "two": [("two", "www")],
        "three": [],
        "four": [],
    }


def test_a_host_without_requests_does_not_call_for_others() -> None:
    """It may skip the task."""
    prepared = [_prepared("one", "A"), _prepared("two", "A", "www"), _prepared("three", "A", "www")]
    shares = {host: share_of(host, "A", prepared, meet=True) for host in ("one", "two", "three")}
    assert {host: share.handled_by for host, share in shares.items()} == dict.fromkeys(shares, "two")
    assert [one["host"] for one in shares["two"].requests] == ["two", "three"]


def test_if_hosts_do_not_meet_each_calls_for_itself() -> None:
    for host, account in _accounts():
        share = share_of(host, account, PREPARED, meet=False)
        assert share.handled_by == host
        assert {request["host"] for request in share.requests} <= {host}


def _accounts() -> list[tuple[str, str]]:
    return [(one["host"], one["account"]) for one in PREPARED if "host" in one]


def test_a_host_that_prepared_nothing_calls_for_nobody() -> None:
    share = share_of("five", "C", PREPARED, meet=True)
    assert (share.handled_by, share.requests) == ("five", ())


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("linear", True),
        ("ansible.builtin.linear", True),
        ("debug", True),
        ("free", False),
        ("host_pinned", False),
        ("ansible.builtin.host_pinned", False),
        ("somebody.fast.linear_like", False),
        # nothing is known of a strategy of another collection, whatever it is called
        ("somebody.fast.linear", False),
    ],
)
def test_which_strategies_keep_hosts_together(strategy: str, expected: bool) -> None:
    assert hosts_meet(strategy) is expected


def test_another_key_or_address_is_another_account() -> None:
    environment = {"DIGICERT_API_KEY": "K1"}
    options: list[dict[str, Any]] = [{}, {"api_key": "K2"}, {"region": "eu"}, {"api_url": "https://x"}, {"timeout": 3}]
    accounts = [account_of(one, environment, RUN) for one in options]
    assert len(set(accounts)) == len(options)
    assert account_of({"api_key": "K1"}, {}, RUN) == accounts[0]
    assert account_of({}, environment, "another run") != accounts[0]
    assert not any("K1" in one or "K2" in one for one in accounts)
