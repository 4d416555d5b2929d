# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How digicert_certificate shows its progress, and that a run that is continued ends as one long run does."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import pytest

from ansible_collections.community.digicert.tests.modules.arguments import order_args
from ansible_collections.community.digicert.tests.modules.controller import Controller, Result, VirtualClock
from ansible_collections.community.digicert.tests.modules.player import Player
from certcentral_simulator.process import SimulatorProcess

_MODULE = "digicert_certificate"


def _requests(*keys: str) -> list[dict[str, t.Any]]:
    return [order_args(key=key, host=f"web-{key}") for key in keys]


def _advance(controller: Controller, clock: VirtualClock) -> None:
    clock.on_nap = lambda seconds: controller.simulator.advance(seconds=int(seconds))


def _from_change_to_change(controller: Controller, **arguments: t.Any) -> list[Result]:
    runs = [controller.ok(_MODULE, until_change=True, **arguments)]
    while "resume" in runs[-1]:
        assert not runs[-1]["is_over"]
        runs.append(controller.ok(_MODULE, until_change=True, resume=runs[-1]["resume"], **arguments))
    return runs


class TestContinuedRun:
    def test_it_ends_as_one_run_does(self, controller: Controller, clock: VirtualClock) -> None:
        controller.simulator.set_issue_delay(25)
        _advance(controller, clock)
        runs = _from_change_to_change(controller, requests=_requests("a", "b"))
        assert [run["progress"].split(", ")[0] for run in runs] == [
            "2 orders: 2 with the CA",
            "2 orders: 2 issued",
        ]
        last = runs[-1]
        assert last["is_over"]
        assert last["changed"]
        assert [entry["action"] for entry in last["certificates"]] == ["order", "duplicate"]
        assert len(controller.ordered()) == 1
        assert last["certificates"][0]["certificate_pem"]

    def test_a_request_that_failed_before_is_reported_at_the_end(
        self, controller: Controller, clock: VirtualClock
    ) -> None:
        controller.simulator.set_issue_delay(25)
        _advance(controller, clock)
        requests = [*_requests("a"), order_args("*.valid.example", key="b", dcv_method="http-token", host="web-b")]
        first = controller.ok(_MODULE, until_change=True, requests=requests)
        assert not first["is_over"]
        failed = controller.fails(_MODULE, until_change=True, requests=requests, resume=first["resume"])
        assert "wildcard" in failed["msg"]
        assert [entry["failed"] for entry in failed["certificates"]] == [False, True]
        assert failed["certificates"][0]["phase"] == "issued"

    @pytest.mark.parametrize("resume", [{}, {"entries": []}, {"entries": [{}]}, {"entries": "none", "elapsed": 1}])
    def test_anything_else_is_refused(self, controller: Controller, resume: dict[str, t.Any]) -> None:
        failed = controller.fails(_MODULE, **order_args(), resume=resume)
        assert "resume is not the value" in failed["msg"]
        assert controller.calls == []

    def test_an_order_that_can_never_be_issued_fails(self, controller: Controller, clock: VirtualClock) -> None:
        controller.simulator.set_issue_delay(1000)
        first = controller.ok(_MODULE, until_change=True, **order_args())
        order_id = first["certificates"][0]["order_id"]
        controller.ok("digicert_order_status", order_id=order_id, status="canceled", note="Not ours")
        failed = controller.fails(_MODULE, until_change=True, **order_args(), resume=first["resume"])
        assert f"Order {order_id} is canceled (canceled with the note 'Not ours')" in failed["msg"]
        assert failed["certificates"][0]["phase"] == "canceled"
        assert clock.naps


def test_the_action_plugin_shows_each_change(simulator: SimulatorProcess, tmp_path: Path) -> None:
    player = Player(simulator, tmp_path, f"community.digicert.{_MODULE}")
    # no longer than this: a certificate of the next day is not valid yet by the clock of this machine
    simulator.set_issue_delay(300)
    arguments = {"requests": _requests("a", "b"), "interval": 1, "wait_timeout": 200}
    played = player.play(arguments, steps=[lambda: simulator.advance(seconds=301)])
    assert played.status == 0, played.lines
    counts = [re.sub(", [0-9]+ (min|s) left$", "", line) for line in played.progress]
    assert counts[0] == "waiting: [localhost] 2 orders: 2 with the CA"
    assert counts[-1] == "waiting: [localhost] 2 orders: 2 issued"
    assert played.result["changed"] is True
    assert played.result["certificates"][0]["phase"] == "issued"
    assert played.result["api_calls"]["POST"] == 2
    assert len([call for call in simulator.ledger() if call["method"] == "POST"]) == 2
    assert "resume" not in played.result


def test_a_run_that_waits_for_nothing_shows_no_line(simulator: SimulatorProcess, tmp_path: Path) -> None:
    played = Player(simulator, tmp_path, f"community.digicert.{_MODULE}").play({"requests": _requests("a")})
    assert (played.status, played.progress) == (0, [])
