# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SIGKILL at every request of the modules that pay or change something, and the proof that this notices a mistake.

``make chaos`` does the same with all of their scenes.
"""

from __future__ import annotations

import datetime as dt
import sys
import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest
from simulator_testing.dns_server import DnsServer

from ansible_collections.community.digicert.plugins.module_utils._certcentral import orders
from ansible_collections.community.digicert.plugins.module_utils._use_cases import candidates, duplicate, order, revoke
from ansible_collections.community.digicert.plugins.module_utils._use_cases.outcome import Outcome
from ansible_collections.community.digicert.plugins.modules import digicert_order
from ansible_collections.community.digicert.tests.chaos.api_kills import KILLED_SCENES, LATE, Place, kill_everywhere
from ansible_collections.community.digicert.tests.chaos.processes import Moment, Point
from ansible_collections.community.digicert.tests.years.service import SimulatorHere

# slow, and nothing of ansible-core is in it
pytestmark = pytest.mark.once

_STEPS = {
    "order": 1,
    "order that is guarded": 1,
    "order that is renewed": 2,
    "certificates of all kinds": 3,
    "reissue": 1,
    "duplicate": 1,
    "revoke": 1,
    "revocation of an order that waits": 1,
    "dcv, checked": 2,
    "request, approved": 1,
    "status, canceled": 1,
}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatorHere]:
    """Return a simulator in this process."""
    with SimulatorHere(tmp_path_factory.mktemp("simulator"), dt.datetime.now(dt.timezone.utc)) as simulator:
        yield simulator


@pytest.fixture
def place_of(here: SimulatorHere, _dns_server: DnsServer, tmp_path: Path) -> t.Callable[..., Place]:
    """Return a function that prepares the account for a scene."""
    return lambda name, **switches: Place(here, _dns_server, KILLED_SCENES[name], tmp_path, **switches)


@pytest.mark.parametrize("name", _STEPS)
def test_a_run_that_was_killed_anywhere_is_completed(place_of: t.Callable[..., Place], name: str) -> None:
    figures = kill_everywhere(place_of(name), name, step=_STEPS[name])
    assert figures.kills >= 4
    assert figures.found() == {}, figures.examples[:3]


def test_runs_that_are_killed_again_and_again_are_completed(place_of: t.Callable[..., Place]) -> None:
    figures = kill_everywhere(place_of("order", **LATE), "order", step=2, further=2)
    assert figures.kills >= 8
    assert figures.found() == {}, figures.examples[:3]


def test_nothing_of_a_killed_run_goes_on(place_of: t.Callable[..., Place], tmp_path: Path) -> None:
    """It removes not even its own temporary files, and the service has carried out all of a request or nothing."""
    place = place_of("order")
    paid = next(number for number, call in enumerate(place.calls) if call.startswith("POST "))
    for moment in (Moment.UNSENT, Moment.ON_ITS_WAY, Moment.UNREAD):
        place.reset()
        assert place.kill(Point(paid, moment)) == place.calls[: paid + 1]
        assert list((tmp_path / "home").glob("tmp*"))
        assert len(place.paid()) == (moment is Moment.UNREAD)


# Below, the code is broken on purpose. The proof must notice each of these mistakes.


def _nothing(*_arguments: object, **_options: object) -> None:
    """Take the place of a function."""


def _none(*_arguments: object, **_options: object) -> list[t.Any]:
    return []


def _ensure_order_and_show_the_key(client: t.Any, *arguments: t.Any, **options: t.Any) -> Outcome:
    print(client._settings.api_key, file=sys.stderr)
    return order.ensure_order(client, *arguments, **options)


_NOBODY_LOOKS: dict[tuple[t.Any, str], t.Any] = {
    (order, "unlisted_orders"): _none,
    (orders, "by_alternative_id"): _none,
    (candidates, "_by_common_name"): _none,
}
_BROKEN: dict[str, tuple[str, set[str], dict[tuple[t.Any, str], t.Any]]] = {
    "orders are placed without a look": ("order", {"duplicate_orders", "unfinished"}, _NOBODY_LOOKS),
    "the order is not named": (
        "order",
        {"lost_orders"},
        {(Outcome, "as_result"): lambda _self, _now: {"changed": False}},
    ),
    "revocations are requested without a look": (
        "revocation that waits",
        {"second_requests"},
        {(revoke, "_waiting_request"): lambda *_of: (None, ()), (revoke, "_check_requests"): _nothing},
    ),
    "duplicates are requested without a look": (
        "duplicate",
        {"second_requests"},
        {(duplicate, "check_all_shown"): _nothing, (orders, "duplicates"): _none},
    ),
    "what was not approved stays so": (
        "order that is guarded",
        {"second_requests", "unfinished"},
        {(order, "left_unapproved"): _nothing},
    ),
    "the API key is shown": ("order", {"leaks"}, {(digicert_order, "ensure_order"): _ensure_order_and_show_the_key}),
}
"""What is broken, the runs that show it, what they show, and the parts that are replaced."""


@pytest.mark.parametrize("what", _BROKEN)
def test_broken_code_is_caught(place_of: t.Callable[..., Place], monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    name, expected, replaced = _BROKEN[what]
    place = place_of(name)
    for (module, attribute), other in replaced.items():
        monkeypatch.setattr(module, attribute, other)
    assert kill_everywhere(place, name, until_found=True).found().keys() >= expected
