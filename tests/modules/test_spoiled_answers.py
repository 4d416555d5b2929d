# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the service does not report is never a reason to pay: no key of an answer, spoiled for good, costs anything.

The same task runs three times while one key of one kind of answer is spoiled in all of them. By the simulator's
ledger, it may neither be billed for more nor create more than with correct answers.
"""

from __future__ import annotations

import collections
import os
import typing as t

import pytest

from ansible_collections.community.digicert.tests.modules.controller import Controller
from ansible_collections.community.digicert.tests.modules.execution import execute
from ansible_collections.community.digicert.tests.modules.remembering import Memory, remembered
from ansible_collections.community.digicert.tests.modules.replaying import Exchange
from ansible_collections.community.digicert.tests.modules.scenes import COSTLY_SCENES, SCENES, Arguments, Scene
from ansible_collections.community.digicert.tests.modules.spoiling import Reading, Spoil, spoils

pytestmark = pytest.mark.once

_ALL_WAYS = bool(os.environ.get("DIGICERT_TESTS_ALL_WAYS"))
"""Set it to spoil every key in every way, instead of some of them in turns."""

_RUNS = 3

_SCENES = {**{name: scene for name, scene in SCENES.items() if not scene.is_settled}, **COSTLY_SCENES}

Counts = collections.Counter[str]


class Proof:
    """Runs of one task from one state of the account."""

    def __init__(self, controller: Controller, scene: Scene) -> None:
        self._module = scene.module
        self._arguments: Arguments = {
            **scene.prepare(controller),
            "api_key": controller.api_key,
            "api_url": controller.simulator.base_url,
            "rate_limit": 0,
        }
        self.memory = Memory(controller.simulator)
        self.runs = 0
        self.reading = Reading()
        """What the plain runs read."""
        with self.reading.watching():
            self.allowed = self._count(self.reading.note)

    def _count(self, change: t.Callable[[str, Exchange], Exchange]) -> Counts:
        """Run the task three times; a run that changed nothing is not repeated, because it would be the same."""
        with remembered(self.memory, change):
            for _number in range(_RUNS):
                before = self.memory.here
                self.runs += 1
                # an exception that the module does not catch fails the test here: a user would see a traceback
                execute(self._module, self._arguments)
                if self.memory.here is before:
                    break
            return self.memory.here.counts

    def surplus(self, spoil: Spoil) -> Counts:
        """Return what the runs with a spoiled answer cost and create in addition."""
        return self._count(spoil.applied) - self.allowed


def _found(proof: Proof, turn: int | None) -> list[str]:
    surpluses = ((spoil, proof.surplus(spoil)) for spoil in spoils(proof.reading, turn=turn))
    return [f"{spoil}: {dict(surplus)}" for spoil, surplus in surpluses if surplus]


@pytest.mark.parametrize("name", _SCENES)
def test_a_spoiled_answer_costs_nothing(controller: Controller, name: str) -> None:
    proof = Proof(controller, _SCENES[name])
    found = _found(proof, None if _ALL_WAYS else list(_SCENES).index(name))
    with open("/tmp/h/money/found.txt", "a") as f:
        print("##", name, proof.runs, "runs", proof.memory.asked, "asked", dict(proof.allowed), file=f)
        for l in found:
            print("  ", l, file=f)
    assert found == []
