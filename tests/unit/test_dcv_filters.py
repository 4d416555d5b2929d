# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters of the role dcv, one after the other, as its tasks use them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.community.digicert.plugins.filter import dcv_found, dcv_managed_zones, dcv_merge, dcv_plan

_ALL: dict[str, Callable[..., Any]] = {
    name: filter_
    for module in (dcv_found, dcv_managed_zones, dcv_merge, dcv_plan)
    for name, filter_ in module.FilterModule().filters().items()
}
_plan, _found, _merge = _ALL["dcv_plan"], _ALL["dcv_found"], _ALL["dcv_merge"]
_OTHER = '"of another order"'


def _record(domain: str = "www.example.com", value: str = "token", **more: Any) -> dict[str, Any]:
    return {"domain": domain, "type": "TXT", "name": f"_dnsauth.{domain}", "value": value, **more}


def _sets(*records: dict[str, Any]) -> list[dict[str, Any]]:
    planned = _plan(records, "route53")
    assert planned["problem"] == ""
    (placement,) = planned["placements"]
    sets: list[dict[str, Any]] = placement["sets"]
    return sets


def test_each_name_is_published_by_the_provider_of_its_domain() -> None:
    records = [_record(), _record("www.example.net"), _record("www.example.org", provider="infoblox")]
    own = {"example.net": {"dcv_provider": "nsupdate", "dcv_nsupdate_server": "192.0.2.53"}}
    delegated = {"_dnsauth.www.example.com": "www.validation.example"}
    planned = _plan(records, "route53", providers=own, delegations=delegated)
    assert planned["problem"] == ""
    found = [
        (one["provider"], one["suffix"], [entry["name"] for entry in one["sets"]]) for one in planned["placements"]
    ]
    assert found == [
        ("route53", "", ["www.validation.example"]),
        ("nsupdate", "example.net", ["_dnsauth.www.example.net"]),
        ("infoblox", "", ["_dnsauth.www.example.org"]),
    ]


@pytest.mark.parametrize(
    ("records", "options", "problem"),
    [
        ([_record(expires="2020-01-01T00:00:00Z")], {}, "The token of www.example.com expired at 2020-01-01"),
        ([_record()], {"providers": {"example.com": {"dcv_tll": 5}}, "known": ["dcv_ttl"]}, "sets dcv_tll, which"),
        ([_record(provider="bind")], {}, "has the unknown provider 'bind'"),
    ],
)
def test_what_cannot_be_published_is_a_problem_and_not_an_error(
    records: list[dict[str, Any]], options: dict[str, Any], problem: str
) -> None:
    """The role reports the problems of all hosts together."""
    planned = _plan(records, "route53", **options)
    assert problem in planned["problem"]
    assert planned["placements"] == []


def test_an_expired_token_can_be_removed() -> None:
    planned = _plan([_record(expires="2020-01-01T00:00:00Z")], "route53", state="absent")
    assert [one["values"] for one in planned["placements"][0]["sets"]] == [["token"]]


def test_a_value_of_somebody_else_and_its_time_to_live_stay() -> None:
    sets = _sets(_record(), _record("example.com"))
    read = [{"set": {"values": [_OTHER], "ttl": "300"}}, {"set": {}}]
    shared, new = _merge(sets, _found(read, sets, "route53"), ttl="60")
    assert (shared["written"], shared["ttl"], shared["change"]) == ([_OTHER, '"token"'], 300, True)
    assert (new["written"], new["ttl"], new["change"]) == (['"token"'], 60, True)

    read = [{"set": {"values": one["written"], "ttl": one["ttl"]}} for one in (shared, new)]
    assert [one["change"] for one in _merge(sets, _found(read, sets, "route53"))] == [False, False]
    removed = _merge(sets, _found(read, sets, "route53"), state="absent")
    # a set is removed with the values that it has
    assert [(one["state"], one["written"]) for one in removed] == [("present", [_OTHER]), ("absent", ['"token"'])]


def test_azure_has_a_notation_of_its_own() -> None:
    sets = _sets(_record())
    read = [{"dnsrecordsets": [{"records": [{"value": ["other"]}], "time_to_live": 300}]}]
    (merged,) = _merge(sets, _found(read, sets, "azure"), notation="azure")
    assert (merged["written"], merged["ttl"]) == ([{"value": ["other"]}, {"value": ["token"]}], 300)


def test_a_name_that_several_managed_zones_serve_needs_a_choice() -> None:
    zones = [{"name": name, "dnsName": "example.com."} for name in ("inside", "outside")]
    managed = _ALL["dcv_managed_zones"]
    asked = managed(_sets(_record()), ["example.com"], zones)
    assert asked["zones"] == []
    assert "2 managed zones for example.com (inside, outside). Set dcv_google_managed_zone" in asked["problem"]
    chosen = managed(_sets(_record()), ["example.com"], zones, "outside")
    assert chosen == {"zones": [{"name": "outside", "dnsName": "example.com."}], "problem": ""}


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: _plan([], "bind"), "dcv_plan: the provider 'bind' is not one of http, nsupdate, route53,"),
        (lambda: _found([], [], "bind"), "dcv_found: the provider 'bind' is not one of route53, azure, google, name_s"),
        (lambda: _merge([], [], notation="bind"), "the notation must be known"),
        (lambda: _merge(_sets(_record()), []), "found must have one entry for each record set"),
    ],
)
def test_a_wrong_argument_is_an_error_that_names_the_filter(call: Callable[[], Any], said: str) -> None:
    with pytest.raises(AnsibleFilterError, match=said):
        call()
