# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The switches: every unverified behaviour, with its meaning and source."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from werkzeug.wrappers import Response

from certcentral_simulator.admin.common import current_simulator
from certcentral_simulator.page.formats import plural
from certcentral_simulator.page.site import PREFIX, done, make_part, show
from certcentral_simulator.switches import TABLE, Switch, Value, parse_value

part = make_part("switches")


@dataclass(frozen=True)
class ListedSwitch:
    """A switch and its current value. ``choices`` is empty if any number or text may be entered."""

    switch: Switch
    value: Value

    @property
    def choices(self) -> tuple[Value, ...]:
        """The allowed values."""
        return self.switch.allowed or ()

    @property
    def is_changed(self) -> bool:
        """Whether it differs from its default."""
        return self.value != self.switch.default

    @property
    def is_number(self) -> bool:
        """Whether it takes a whole number."""
        return isinstance(self.switch.default, int) and not isinstance(self.switch.default, bool)


@part.get(f"{PREFIX}/switches")
def show_list() -> str:
    """The switches, by ``search`` and ``changed`` (1)."""
    text, changed = request.args.get("search", "").strip(), request.args.get("changed") == "1"
    values = current_simulator().switches.everything()
    found = [
        listed
        for listed in (ListedSwitch(switch, values[name]) for name, switch in TABLE.items())
        if _is_about(listed.switch, text) and (listed.is_changed or not changed)
    ]
    with current_simulator().work() as work:
        return show(
            work,
            "switches.html",
            behaviour=[listed for listed in found if not listed.switch.name.startswith("error.")],
            errors=[listed for listed in found if listed.switch.name.startswith("error.")],
            search=text,
            changed=changed,
        )


@part.post(f"{PREFIX}/switches/set")
def put() -> Response:
    """Set the switches whose value was changed in the form."""
    simulator = current_simulator()
    values = simulator.switches.everything()
    # An unchanged value is not set, so that a reset or a new default still applies to it.
    sent = {name: parse_value(name, text.strip()) for name, text in request.form.items() if name in TABLE}
    changed = {name: value for name, value in sent.items() if value != values[name]}
    simulator.set_switches(changed)
    return done(f"{plural(len(changed), 'switch', 'switches')} changed.", "page_switches.show_list")


def _is_about(switch: Switch, text: str) -> bool:
    return text.lower() in f"{switch.name} {switch.meaning}".lower()
