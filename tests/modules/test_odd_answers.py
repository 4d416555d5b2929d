# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that differ from the documentation: a correct result or a clear failure, and nothing done on a guess.

A run of each module is recorded against the simulator and replayed many times, each time with one answer spoiled.
"""

from __future__ import annotations

import fnmatch
import itertools
import typing as t
from collections.abc import Iterator

import pytest

from ansible_collections.community.digicert.tests.modules.api_modules import API_MODULES
from ansible_collections.community.digicert.tests.modules.controller import (
    Controller,
    Result,
    assert_failure,
    assert_success,
)
from ansible_collections.community.digicert.tests.modules.execution import execute
from ansible_collections.community.digicert.tests.modules.mangling import (
    DOWNLOADS,
    Spoiled,
    spoil_values,
    spoil_whole,
)
from ansible_collections.community.digicert.tests.modules.replaying import Call, Exchange, Player, played, recorded
from ansible_collections.community.digicert.tests.modules.scenes import SCENES, Arguments, Scene

pytestmark = pytest.mark.once

# more take longer and find little more; len(WRONG_VALUES) tries all wrong values at all places
_WRONG_VALUES_PER_PLACE = 1

# these cost nothing, and the user requested them in any case
_FREE = (
    ("PUT", "*/dcv-random-value"),
    ("PUT", "*/domain/*/dcv/method"),
    ("POST", "*/domain/*/dcv/token"),
    ("POST", "*/domain/*/validation"),
    ("POST", "*/organization/*/validation"),
)


def _spoiled(exchange: Exchange, turn: int, *, is_first: bool) -> Iterator[Spoiled]:
    if exchange.is_json:
        yield from spoil_values(exchange.decoded(), turn, _WRONG_VALUES_PER_PLACE)
        yield from spoil_whole(exchange.body, large=is_first)
    elif exchange.body:
        yield from DOWNLOADS


def _guesses(player: Player) -> list[Call]:
    return [
        call
        for call in player.guesses()
        if not any(call[0] == method and fnmatch.fnmatch(call[1], pattern) for method, pattern in _FREE)
    ]


def _placed(exchanges: list[Exchange]) -> int | None:
    """Return the ID of the order that the calls placed."""
    for exchange in exchanges:
        if exchange.method == "POST" and fnmatch.fnmatch(exchange.target, "*/order/certificate/ssl*"):
            return int(exchange.decoded()["id"])
    return None


def _faults(scene: Scene, arguments: Arguments, result: Result, player: Player, order_id: int | None) -> Iterator[str]:
    """Yield what is wrong with the outcome of a run."""
    try:
        if result.get("failed"):
            assert_failure(result)
        else:
            assert_success(scene.module, result)
    except AssertionError as broken:
        yield f"breaks the contract: {broken}"
    known = arguments.get("order_id") or order_id
    if result.get("failed") and known and result["order_id"] != known:
        yield f"loses the order: {result['msg']}"
    yield from (f"guesses: {call}" for call in _guesses(player))


@pytest.mark.parametrize("name", SCENES)
def test_a_run_with_a_spoiled_answer(controller: Controller, name: str) -> None:
    scene = SCENES[name]
    arguments = scene.prepare(controller)
    with recorded() as exchanges:
        controller.ok(scene.module, **arguments)
    assert not (scene.is_settled and _writes(exchanges))
    connection = {"api_key": "KEY0OF1THE2TESTS", "api_url": controller.simulator.base_url, "rate_limit": 0}
    found, runs = [], 0
    for index, exchange in enumerate(exchanges):
        if exchange in exchanges[:index]:
            continue
        order_id = _placed(exchanges[:index])
        for spoiled in _spoiled(exchange, index, is_first=index == 0):
            runs += 1
            spoiled_exchanges = [*exchanges[:index], exchange.with_body(spoiled.body), *exchanges[index + 1 :]]
            change = f"{exchange.method} {exchange.target}, {spoiled.what}"
            # an exception that the module does not catch fails the test here: a user would see a traceback
            with played(spoiled_exchanges) as player:
                result = execute(scene.module, {**arguments, **connection}).result
            found += [
                f"{change}: {fault}"
                for fault in _faults(scene, arguments, result, player, order_id)
                if not (spoiled.is_plausible and fault.startswith("guesses"))
            ]
    assert found == []
    assert runs > 20


def _writes(exchanges: list[Exchange]) -> list[Call]:
    calls = [exchange.call for exchange in exchanges if exchange.method != "GET"]
    return [call for call in calls if not call[1].endswith("/dcv-random-value")]


def test_every_module_has_a_scene() -> None:
    assert {scene.module for scene in SCENES.values()} == set(API_MODULES)


def test_an_answer_that_was_not_spoiled_is_replayed_unchanged(controller: Controller) -> None:
    scene = SCENES["order"]
    with recorded() as exchanges:
        first = controller.ok(scene.module, **scene.prepare(controller))
    connection: dict[str, t.Any] = {"api_key": "KEY0OF1THE2TESTS", "api_url": controller.simulator.base_url}
    with played(exchanges) as player:
        again = execute(scene.module, {**scene.prepare(controller), **connection}).result
    assert again["order"] == first["order"]
    assert player.guesses() == []
    assert player.seen == [exchange.call for exchange in exchanges]


def test_a_second_paid_call_would_be_noticed() -> None:
    call = Exchange("POST", "/services/v2/order/certificate/ssl_basic", 201, "application/json", b"{}")
    with played([call]) as player:
        for _time, guesses in zip(range(2), itertools.chain([[]], [[call.call]]), strict=True):
            player.answer(call.call)
            assert _guesses(player) == guesses
