# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every module: check mode, a run, check mode again, and a second run; the ledger shows what was sent."""

from __future__ import annotations

import pytest

from ansible_collections.community.digicert.tests.modules.controller import Controller, Result
from ansible_collections.community.digicert.tests.modules.scenes import SCENES

_CHANGING = [name for name in SCENES if f"{name}, again" in SCENES]
_OTHERS = [name for name, scene in SCENES.items() if name not in _CHANGING and not scene.is_settled]
# has the service check again until the domain is proven
_CHECKS_AGAIN = "dcv, checked"
# the only way to read an order's token is a PUT, which returns the current value until it expires
_READS_TOKEN = "/dcv-random-value"
_READING = [name for name in _OTHERS if name != _CHECKS_AGAIN]


def _decided(result: Result) -> tuple[object, ...]:
    return result["action"], result["changed"], result["reasons"], result["diff"]


def _changes(controller: Controller) -> list[tuple[str, str]]:
    return [(method, path) for method, path in controller.writes() if not path.endswith(_READS_TOKEN)]


@pytest.mark.parametrize("name", _CHANGING)
def test_a_change_is_predicted_and_made_once(controller: Controller, name: str) -> None:
    scene = SCENES[name]
    arguments = scene.prepare(controller)
    predicted = controller.ok(scene.module, check_mode=True, **arguments)
    assert set(controller.methods()) <= {"GET"}
    done = controller.ok(scene.module, **arguments)
    assert _changes(controller) != []
    assert done["changed"]
    assert (predicted["action"], predicted["changed"]) == (done["action"], True)
    for check_mode in (True, False):
        again = controller.ok(scene.module, check_mode=check_mode, **arguments)
        assert _changes(controller) == []
        assert (again["action"], again["changed"]) == ("none", False)


@pytest.mark.parametrize("name", _READING)
def test_a_reading_module_changes_nothing(controller: Controller, name: str) -> None:
    scene = SCENES[name]
    arguments = scene.prepare(controller)
    predicted = controller.ok(scene.module, check_mode=True, **arguments)
    read = controller.ok(scene.module, **arguments)
    assert _changes(controller) == []
    assert _decided(predicted) == _decided(read)
    assert not controller.ok(scene.module, **arguments)["changed"]


def test_a_check_of_domains_is_predicted(controller: Controller) -> None:
    scene = SCENES[_CHECKS_AGAIN]
    arguments = scene.prepare(controller)
    predicted = controller.ok(scene.module, check_mode=True, **arguments)
    assert predicted["action"] == controller.ok(scene.module, **arguments)["action"]
