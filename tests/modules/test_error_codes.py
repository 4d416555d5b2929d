# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every code of the table, and some unknown ones, as a module reports them."""

from __future__ import annotations

import itertools

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral.error_codes import (
    ANYTHING_ELSE,
    KNOWN_CODES,
    KnownCode,
)
from ansible_collections.community.digicert.tests.modules.api_modules import API_MODULES
from ansible_collections.community.digicert.tests.modules.controller import Controller

# the codes are dealt to the modules in turn, so that every module gets several
_CASES = list(
    zip(
        [*KNOWN_CODES, *KNOWN_CODES],
        itertools.cycle(API_MODULES),
        strict=False,
    )
)
_DETAILS = {"caa_check_failed": "|example.com", "caa_not_found": "|example.com", "invalid_value": ":profile_option"}


def test_every_module_gets_a_code() -> None:
    assert {module for _code, module in _CASES} == set(API_MODULES)


@pytest.mark.parametrize(("known", "module"), _CASES, ids=lambda value: getattr(value, "code", value))
def test_it_is_reported_with_what_to_do(controller: Controller, known: KnownCode, module: str) -> None:
    code = known.code + _DETAILS.get(known.code, "")
    controller.simulator.add_fault("error", status=known.status, code=code, message="What the service says.", calls=-1)
    for check_mode in (True, False):
        failed = controller.fails(module, check_mode=check_mode, **API_MODULES[module])
        assert failed["errors"] == [{"code": code, "message": "What the service says."}]
        assert failed["next_action"] == known.next_action
        assert f"HTTP {known.status}" in failed["msg"]
        assert controller.writes() == []


@pytest.mark.parametrize("module", API_MODULES)
def test_an_unknown_code_is_passed_through(controller: Controller, module: str) -> None:
    controller.simulator.add_fault("error", status=422, code="made_up|by:tomorrow", message="Something.", calls=-1)
    failed = controller.fails(module, **API_MODULES[module])
    assert failed["errors"] == [{"code": "made_up|by:tomorrow", "message": "Something."}]
    assert failed["next_action"] == ANYTHING_ELSE
