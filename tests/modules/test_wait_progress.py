# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person sees while digicert_order_wait waits, and how many calls that takes, played by ansible-playbook."""

from __future__ import annotations

import json
import re
import typing as t
from pathlib import Path

import pytest

from ansible_collections.community.digicert.tests.modules.arguments import ORGANIZATION
from ansible_collections.community.digicert.tests.modules.player import Player
from certcentral_simulator.process import SimulatorProcess

_WAIT = "community.digicert.digicert_order_wait"
_OTHER_KEY = "NOT0THE1KEY2OF3THIS4ACCOUNT"


def _orders(simulator: SimulatorProcess, count: int, status: str = "needs_approval") -> list[int]:
    return [
        simulator.make_order(
            certificate={"common_name": f"h{number}.valid.example"}, organization={"id": ORGANIZATION}, status=status
        )["id"]
        for number in range(count)
    ]


@pytest.fixture
def player(simulator: SimulatorProcess, tmp_path: Path) -> Player:
    """Return a player for tasks of digicert_order_wait."""
    return Player(simulator, tmp_path, _WAIT)


def _calls(player: Player, part: str) -> list[dict[str, t.Any]]:
    return [call for call in player.simulator.ledger() if part in call["path"]]


def _approve(player: Player, number: int) -> None:
    request = player.simulator.state()["requests_pending"][number]
    player.simulator.admin("POST", f"/requests/{request}/approve")


@pytest.mark.parametrize("options", [(), ("--check",)], ids=["real run", "check mode"])
def test_each_change_of_a_count_is_a_line(player: Player, options: tuple[str, ...]) -> None:
    made = _orders(player.simulator, 3)
    arguments = {"order_ids": made, "interval": 1, "wait_timeout": 200, "until_person_needed": False}
    steps = [lambda: _approve(player, 0), player.simulator.approve_all]
    played = player.play(arguments, *options, steps=steps)
    assert played.status == 0, played.lines
    counts = [re.sub(", [0-9]+ (min|s) left$", "", line) for line in played.progress]
    assert counts == [
        "waiting: [localhost] 3 orders: 3 waiting for approval",
        "waiting: [localhost] 3 orders: 1 issued, 2 waiting for approval",
        "waiting: [localhost] 3 orders: 3 issued",
    ]
    assert all(re.search(", ([0-9]+ s|[0-9] min) left$", line) for line in played.progress)
    assert played.result["all_issued"] is True
    assert played.result["is_over"] is True
    assert "resume" not in played.result
    assert played.result["changed"] is False


def test_the_service_is_called_no_more_often_than_by_one_run(player: Player) -> None:
    made = _orders(player.simulator, 3)
    arguments = {"order_ids": made, "interval": 2, "wait_timeout": 200, "until_person_needed": False}
    played = player.play(arguments, steps=[lambda: _approve(player, 0), player.simulator.approve_all])
    ledger = player.simulator.ledger()
    assert {call["method"] for call in ledger} == {"GET"}
    # all runs of the module together: the sum of their calls, and the time of the whole task
    assert played.result["api_calls"] == {"GET": len(ledger)}
    polls = _calls(player, "/status-changes")
    assert len(polls) <= played.result["elapsed"] / 2 + 1
    # each order is read once at first and once after each change
    for order_id in made:
        assert len([call for call in ledger if call["path"].endswith(f"/order/certificate/{order_id}")]) == 2


def test_it_ends_early_and_names_who_rejected_an_order_and_why(player: Player) -> None:
    made = _orders(player.simulator, 2)
    request = player.simulator.state()["requests_pending"][0]

    def reject() -> None:
        player.simulator.admin("POST", f"/requests/{request}/reject", {"comment": "Not our name"})

    arguments = {"order_ids": made, "interval": 1, "wait_timeout": 200, "until_person_needed": False}
    played = player.play(arguments, steps=[reject], keywords={"ignore_errors": True})
    assert (
        f"order {made[0]} is rejected (request {request} was rejected with the comment 'Not our name')"
        in (played.result["msg"])
    )
    assert f"order {made[1]}" not in played.result["msg"]
    assert played.result["order_id"] == made[0]
    assert played.result["api_calls"] == {"GET": len(player.simulator.ledger())}
    assert len(played.progress) == 1


def test_nothing_is_shown_if_there_is_nothing_to_wait_for(player: Player) -> None:
    played = player.play({"order_ids": _orders(player.simulator, 2, "issued")})
    assert (played.status, played.progress) == (0, [])
    assert played.result["progress"].startswith("2 orders: 2 issued, ")


def test_no_log_hides_the_progress(player: Player) -> None:
    arguments = {"order_ids": _orders(player.simulator, 1), "wait_timeout": 2, "until_person_needed": False}
    played = player.play({**arguments, "interval": 1}, keywords={"no_log": True})
    assert (played.status, played.progress) == (0, [])
    assert played.result["all_issued"] is False


def test_one_task_for_all_hosts_delegated_to_the_controller(player: Player) -> None:
    keywords = {"run_once": True, "delegate_to": "localhost"}
    arguments = {"order_ids": _orders(player.simulator, 2), "interval": 1, "until_person_needed": False}
    played = player.play(arguments, keywords=keywords, hosts=("web1", "web2"), steps=[player.simulator.approve_all])
    assert played.status == 0, played.lines
    assert played.progress[0].startswith("waiting: [web1 -> localhost] 2 orders: 2 waiting for approval, ")
    assert len(played.progress) == 2


def test_an_asynchronous_task_runs_the_module_once(player: Player) -> None:
    arguments = {"order_ids": _orders(player.simulator, 1), "wait_timeout": 1, "until_person_needed": False}
    played = player.play({**arguments, "interval": 1}, keywords={"async": 60, "poll": 1})
    assert (played.status, played.progress) == (0, [])
    assert played.result["finished"] in (1, True)
    assert played.result["orders"][0]["phase"] == "waiting_approval"


def test_defaults_of_the_action_group_hold_and_no_secret_shows(player: Player) -> None:
    arguments = {"order_ids": _orders(player.simulator, 1), "wait_timeout": 1, "until_person_needed": False}
    played = player.play({**arguments, "interval": 1}, "-vvvvv")
    assert played.status == 0
    text = "\n".join(played.lines)
    assert player.simulator.api_key not in text
    assert player.simulator.api_key not in json.dumps(played.result)
    # options of the task take precedence over the defaults of the group
    refused = player.play({**arguments, "api_key": _OTHER_KEY}, "-vvvvv", keywords={"ignore_errors": True})
    assert refused.result["errors"][0]["code"] == "access_denied|access_denied_invalid_key"
    assert _OTHER_KEY not in "\n".join(refused.lines)


def test_a_caller_that_sets_resume_gets_its_runs_one_at_a_time(player: Player) -> None:
    made = _orders(player.simulator, 1)
    first = player.play({"order_ids": made, "until_change": True, "until_person_needed": False})
    assert (first.progress, first.result["is_over"]) == ([], False)
    player.simulator.approve_all()
    resumed = player.play({"order_ids": made, "until_change": True, "interval": 1, "resume": first.result["resume"]})
    assert resumed.result["is_over"] is True
    assert resumed.result["order"]["status"] == "issued"
