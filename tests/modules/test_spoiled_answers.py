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
from collections.abc import Iterator

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral.model import Order
from ansible_collections.community.digicert.plugins.module_utils._decisions import certificate as many_decisions
from ansible_collections.community.digicert.plugins.module_utils._decisions import order as order_decisions
from ansible_collections.community.digicert.plugins.module_utils._use_cases import candidates, certificate_look
from ansible_collections.community.digicert.plugins.module_utils._use_cases import duplicate as duplicate_use_case
from ansible_collections.community.digicert.plugins.module_utils._use_cases import organization as organization_use_case
from ansible_collections.community.digicert.plugins.module_utils._use_cases import reissue as reissue_use_case
from ansible_collections.community.digicert.plugins.module_utils._use_cases import revoke as revoke_use_case
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


def _found(proof: Proof, turn: int | None) -> Iterator[str]:
    for spoil in spoils(proof.reading, turn=turn):
        surplus = proof.surplus(spoil)
        if surplus:
            yield f"{spoil}: {dict(surplus)}"


@pytest.mark.parametrize("name", _SCENES)
def test_a_spoiled_answer_costs_nothing(controller: Controller, name: str) -> None:
    proof = Proof(controller, _SCENES[name])
    assert list(_found(proof, None if _ALL_WAYS else list(_SCENES).index(name))) == []
    assert proof.runs > 10


def _nothing(*_arguments: object, **_options: object) -> None:
    """Take the place of a check."""


def _unchanged(order: Order, _listed: Order) -> Order:
    return order


_BROKEN: dict[str, tuple[str, dict[tuple[t.Any, str], t.Any]]] = {
    "the own order is compared like any other": (
        "order",
        {
            (order_decisions, "is_order_of"): lambda *_of: False,
            (order_decisions, "question"): _nothing,
            (candidates, "with_listed"): _unchanged,
        },
    ),
    "an unknown order is another one": (
        "order of the console",
        {(order_decisions, "question"): _nothing, (candidates, "with_listed"): _unchanged},
    ),
    "an unknown order is another one for many": (
        "certificate of the console",
        {
            (many_decisions, "check_decided"): _nothing,
            (order_decisions, "question"): _nothing,
            (certificate_look, "with_listed"): _unchanged,
        },
    ),
    "a duplicate that is not shown does not exist": ("duplicate", {(duplicate_use_case, "check_all_shown"): _nothing}),
    "unknown names are other names": (
        "reissue with another name",
        {
            (reissue_use_case, "with_listed_names"): lambda _client, order: order,
            (reissue_use_case, "_check_comparable"): _nothing,
        },
    ),
    "an unclear request is no revocation": ("revocation that waits", {(revoke_use_case, "_check_requests"): _nothing}),
    "an unknown organization is another one": ("organization", {(organization_use_case, "check_unknown"): _nothing}),
}
"""What is broken, the runs that show it, and the parts that are replaced."""


@pytest.mark.parametrize("what", _BROKEN)
def test_broken_code_is_caught(controller: Controller, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    name, replaced = _BROKEN[what]
    for (module, attribute), other in replaced.items():
        monkeypatch.setattr(module, attribute, other)
    proof = Proof(controller, _SCENES[name])
    assert next(_found(proof, list(_SCENES).index(name)), None) is not None


def test_a_plain_run_counts_what_the_ledger_shows(controller: Controller) -> None:
    proof = Proof(controller, _SCENES["order"])
    assert proof.allowed == {"POST /order/certificate/ssl_basic": 1, "billed": 1}
    assert len(controller.ordered()) == 1


@pytest.mark.parametrize("name", ["order", "order that waits for approval", "certificate", "certificate that waits"])
def test_an_order_that_contradicts_its_own_id_is_not_bought_again(controller: Controller, name: str) -> None:
    """Whatever else the service reports of an order with the ID of the intent: it is not followed by a second one."""
    proof = Proof(controller, _SCENES[name])
    for kind, place, value in proof.reading.read():
        if kind == "GET /order/certificate/<id>" and isinstance(value, str) and place[-1] in _IDENTITY:
            another = Spoil(kind, place, "is another one", lambda text: f"x-{text}")
            assert proof.surplus(another) == {}, str(another)


_IDENTITY = ("common_name", "dns_names", "name_id", "product_name_id", "*")
