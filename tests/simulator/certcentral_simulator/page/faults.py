# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults: list, add and remove them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from certcentral_simulator.admin.common import current_simulator
from certcentral_simulator.faults import KINDS, fault_from
from certcentral_simulator.page.formats import words
from certcentral_simulator.page.site import PREFIX, done, make_part, show

part = make_part("faults")

_WHOLE_NUMBERS = ("calls", "seed", "status", "retry_after")
_NUMBERS = ("probability", "seconds")
_TEXTS = ("kind", "method", "path", "code", "message")


@part.get(f"{PREFIX}/faults")
def show_list() -> str:
    """The faults, and the form to add one."""
    simulator = current_simulator()
    with simulator.work() as work:
        return show(work, "faults.html", faults=simulator.faults.everything(), kinds=KINDS)


@part.post(f"{PREFIX}/faults/add")
def add() -> Response:
    """Add a fault."""
    fault = current_simulator().faults.add(fault_from(fault_values(request.form)))
    return done(f"Fault {fault.id} was added: {words(fault.kind)}.", "page_faults.show_list")


@part.post(f"{PREFIX}/faults/clear")
def clear_all() -> Response:
    """Remove every fault."""
    current_simulator().faults.clear()
    return done("All faults were removed.", "page_faults.show_list")


@part.post(f"{PREFIX}/faults/<int:fault_id>/clear")
def clear(fault_id: int) -> Response:
    """Remove one fault."""
    current_simulator().faults.clear(fault_id)
    return done(f"Fault {fault_id} was removed.", "page_faults.show_list")


def fault_values(form: Mapping[str, str]) -> dict[str, Any]:
    """The fields of the form in the JSON form of the control address; empty fields are left out.

    :raises ValueError: a field that takes a number contains something else.
    """
    values: dict[str, Any] = {}
    for name in (*_TEXTS, *_WHOLE_NUMBERS, *_NUMBERS):
        text = form.get(name, "").strip()
        if not text:
            continue
        try:
            values[name] = int(text) if name in _WHOLE_NUMBERS else float(text) if name in _NUMBERS else text
        except ValueError as exc:
            raise ValueError(f"{words(name)} must be a number, not {text!r}") from exc
    if form.get("html"):
        values["html"] = True
    return values
