# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which host of a batch publishes which records, and what hosts conclude from what happened on another."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.digicert.plugins.filter import dcv_problems
from ansible_collections.community.digicert.plugins.module_utils._dcv.journal import conclusion, note
from ansible_collections.community.digicert.plugins.module_utils._dcv.sharing import share, steps, undo

_problems = dcv_problems.FilterModule().filters()["dcv_problems"]

HOSTS = ["web1", "web2", "web3"]


def placement(host: str, settings: str = "equal", provider: str = "nsupdate", **more: Any) -> dict[str, Any]:
    """Return what a host wants to be published."""
    record = {"domain": host, "type": "TXT", "name": f"_dnsauth.{host}.example", "value": "v", "path": None, **more}
    return {"provider": provider, "suffix": "", "settings": settings, "records": [record], "sets": [], "problem": ""}


def plan(*placements: dict[str, Any], call: str = "now", state: str = "present") -> dict[str, Any]:
    """Return the plan of a host."""
    return {"call": call, "state": state, "placements": list(placements)}


def shared(plans: dict[str, Any], batch: list[str] | None = None) -> dict[str, dict[str, Any]]:
    """Return what each host does."""
    return {host: share(host, own, plans.get, batch or HOSTS) for host, own in plans.items() if own}


def names(turn: dict[str, Any]) -> list[str]:
    """Return the hosts whose records a host publishes."""
    return [record["domain"] for step in turn["undo"] for record in turn["placements"][step["index"]]["records"]]


class TestSharing:
    def test_the_first_host_publishes_for_all(self) -> None:
        turns = shared({host: plan(placement(host)) for host in HOSTS})
        assert {host: names(turn) for host, turn in turns.items()} == {"web1": HOSTS, "web2": [], "web3": []}
        assert {host: turn["relied_on"] for host, turn in turns.items()} == {
            "web1": [],
            "web2": ["web1"],
            "web3": ["web1"],
        }
        assert [len(records["values"]) for records in turns["web1"]["placements"][0]["sets"]] == [1, 1, 1]

    def test_other_settings_are_another_group(self) -> None:
        turns = shared(
            {
                "web1": plan(placement("web1")),
                "web2": plan(placement("web2", "other")),
                "web3": plan(placement("web3", "other"), placement("web3", "equal", name="_x.example")),
            }
        )
        assert names(turns["web1"]) == ["web1", "web3"]
        assert names(turns["web2"]) == ["web2", "web3"]
        assert (names(turns["web3"]), turns["web3"]["relied_on"]) == ([], ["web2", "web1"])

    @pytest.mark.parametrize("provider", ["http", "hook", "manual"])
    def test_without_settings_each_host_publishes_its_own(self, provider: str) -> None:
        turns = shared({host: plan(placement(host, "", provider)) for host in HOSTS})
        assert {host: names(turn) for host, turn in turns.items()} == {host: [host] for host in HOSTS}

    def test_hosts_that_are_not_in_this_call_do_not_count(self) -> None:
        """The first one is out of the batch, and the second one has the plan of an earlier call."""
        plans = {
            "web1": plan(placement("web1")),
            "web2": plan(placement("web2"), call="earlier"),
            "web3": plan(placement("web3")),
        }
        assert names(shared(plans, ["web2", "web3"])["web3"]) == ["web3"]

    @pytest.mark.parametrize("nothing", [None, {}, {"skipped": True}, {"failed": True, "msg": "it"}])
    def test_a_host_without_a_plan_does_not_count(self, nothing: Any) -> None:
        plans = {"web1": nothing, "web2": plan(placement("web2")), "web3": plan(placement("web3"))}
        turn = share("web2", plans["web2"], plans.get, HOSTS)
        assert names(turn) == ["web2", "web3"]

    def test_equal_settings_of_two_domains_of_a_host_are_one_placement(self) -> None:
        own = plan(placement("web1"), {**placement("web1", name="_y.example"), "suffix": "example"})
        one, again = share("web1", own, lambda _host: None, ["web1"])["placements"]
        assert one == again
        assert [record["name"] for record in one["records"]] == ["_dnsauth.web1.example", "_y.example"]

    def test_a_second_token_for_a_cname_is_refused_and_removed(self) -> None:
        plans = {
            host: plan(placement(host, type="CNAME", name="_dnsauth.example", value=f"{token}.dcv.digicert.com"))
            for host, token in zip(HOSTS, "aba", strict=True)
        }
        turns = shared(plans)
        assert names(turns["web1"]) == ["web1", "web3"]
        assert list(turns["web1"]["refused"]) == ["web2"]
        assert "Two tokens need a CNAME at _dnsauth.example" in turns["web1"]["refused"]["web2"]
        turns = shared({host: {**one, "state": "absent"} for host, one in plans.items()})
        assert len(turns["web1"]["placements"][0]["sets"][0]["values"]) == 2
        assert turns["web1"]["refused"] == {}

    def test_what_others_rely_on_is_published_first_and_stays_if_the_host_fails_afterwards(self) -> None:
        plans = {
            "web1": plan(placement("web1", "", "http"), placement("web1")),
            "web2": plan(placement("web2")),
        }
        turn = shared(plans, ["web1", "web2"])["web1"]
        assert [step["provider"] for step in turn["steps"]] == ["nsupdate", "", "http", ""]
        assert [(step["begin"], step["end"]) for step in turn["steps"] if not step["provider"]] == [(0, 1), (1, 2)]
        removed = {
            way: [[record["domain"] for record in turn["placements"][step["index"]]["records"]] for step in turn[way]]
            for way in ("undo", "undo_own")
        }
        assert removed == {"undo": [["web1", "web2"], ["web1"]], "undo_own": [["web1"], ["web1"]]}

    def test_hosts_take_turns_only_where_a_provider_writes_what_it_has_read_before(self) -> None:
        loops = {host: undo([placement(host), placement(host, provider="azure")], host) for host in HOSTS[:2]}
        assert loops["web1"][0] == loops["web2"][0]
        assert [loop[0]["turn"] for loop in loops.values()] == ["", ""]
        assert [loop[1]["turn"] for loop in loops.values()] == HOSTS[:2]

    def test_one_provider_takes_the_short_way_and_the_name_servers_come_last(self) -> None:
        def files(*placements: dict[str, Any], state: str = "present", alone: Any = ()) -> list[str]:
            return [str(step["file"]) for step in steps(placements, alone, "web1", state)]

        one, other, http = placement("web1"), placement("web1", provider="azure"), placement("web1", "", "http")
        assert files(alone=[http]) == ["http.yml", "await.yml"]
        assert files(one, alone=[http]) == ["place.yml", "confirm.yml", "place.yml", "await.yml"]
        assert files() == files(state="absent") == []
        assert files(one) == ["nsupdate.yml", "confirm.yml"]
        assert files({**one, "problem": "It lacks something."}) == ["place.yml", "confirm.yml"]
        assert files(one, other) == ["place.yml", "place.yml", "confirm.yml"]
        assert files(one, other, state="absent") == ["withdraw.yml", "withdraw.yml"]


class TestJournal:
    def test_a_log_grows_in_a_call_and_begins_anew_in_the_next(self) -> None:
        log = note({}, "one", attempted=True)
        log = note(log, "one", attempted=True)
        log = note(log, "one", reason="It is broken.")
        log = note(log, "one", failure="It stays.")
        assert log == {"call": "one", "attempted": 2, "reason": "It is broken.", "failures": ["It stays."]}
        assert note(log, "two") == {"call": "two", "attempted": 0, "reason": "", "failures": []}

    @pytest.mark.parametrize(
        ("failures", "dry", "said"),
        [
            ([], False, "Why. The published records have been removed."),
            (["Why."], False, "Why."),
            (["Why.", "Also."], False, "Why. In addition, what was published could not be removed: Also."),
            ([], True, "Why."),
        ],
    )
    def test_what_became_of_the_records_is_said(self, failures: list[str], dry: bool, said: str) -> None:
        assert conclusion({"reason": "Why.", "failures": failures}, dry=dry) == said

    def problems(self, state: str = "present", **leader: Any) -> list[str]:
        """Return the problems of web2, which relies on web1."""
        turn = {"call": "now", "state": state, "relied_on": ["web1"]}
        variables: dict[str, Any] = {"web1": leader, "web2": {}}
        found: list[str] = _problems(turn, variables, "web2")
        return found

    def test_a_host_relies_on_what_another_has_confirmed(self) -> None:
        turn = {"call": "now", "refused": {}}
        confirmed = {"call": "now"}
        assert self.problems(__dcv_turn=turn, __dcv_confirmed=confirmed) == []
        assert self.problems(state="absent", __dcv_turn=turn) == []
        stale = {"call": "earlier", "reason": "Old.", "failures": []}
        assert self.problems(__dcv_turn=turn, __dcv_confirmed=confirmed, __dcv_log=stale) == []

    def test_a_host_that_ended_in_the_middle_is_named(self) -> None:
        turn = {"call": "now", "refused": {}}
        assert "web1, which published the records of this host, did not finish." in self.problems(__dcv_turn=turn)
        (said,) = self.problems(__dcv_turn={**turn, "call": "earlier"})
        assert "web1, which should have published" in said
        assert self.problems() == [said]

    def test_reasons_are_those_of_the_other_host(self) -> None:
        turn = {"call": "now", "refused": {}}
        log = {"call": "now", "reason": "Why.", "failures": []}
        assert self.problems(__dcv_turn=turn, __dcv_log=log) == ["Why. The published records have been removed."]
        # what happened after its confirmation concerns nobody else
        assert self.problems(__dcv_turn=turn, __dcv_log=log, __dcv_confirmed={"call": "now"}) == []
        left = {"call": "now", "reason": "", "failures": ["It stays."]}
        assert self.problems(state="absent", __dcv_turn=turn, __dcv_log=left) == ["It stays."]
        assert self.problems(__dcv_turn={**turn, "refused": {"web2": "Two."}}) == ["Two."]

    def test_own_problems_are_said_once(self) -> None:
        log = {"call": "now", "reason": "", "failures": ["It stays.", "It stays."]}
        turn = {"call": "now", "state": "absent", "relied_on": []}
        assert _problems(turn, {"web1": {"__dcv_log": log}}, "web1") == ["It stays."]
