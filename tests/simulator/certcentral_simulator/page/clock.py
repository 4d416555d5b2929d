# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated clock: set and advance it."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from certcentral_simulator.admin.common import current_simulator
from certcentral_simulator.clock import parse_moment
from certcentral_simulator.page.formats import duration, moment
from certcentral_simulator.page.site import PREFIX, done, make_part, show

part = make_part("clock")

UNITS = {"minutes": 60, "hours": 3600, "days": 86400}
# Eleven years: longer than the longest order and its renewal, and beyond every date in the rules.
_MAX_ADVANCE = 4000 * 86400


@part.get(f"{PREFIX}/clock")
def show_all() -> str:
    """The clock and what is due next."""
    with current_simulator().work() as work:
        return show(
            work,
            "clock.html",
            units=UNITS,
            issuing=list(work.certificates.find("issue_due_at IS NOT NULL", order="issue_due_at", limit=10)),
            revoking=list(work.certificates.find("revoke_due_at IS NOT NULL", order="revoke_due_at", limit=10)),
            polling=list(work.orders.find("next_poll_at IS NOT NULL", order="next_poll_at", limit=10)),
        )


@part.post(f"{PREFIX}/clock/advance")
def advance() -> Response:
    """Advance the clock; everything that is then due is done before the answer."""
    amount, unit = request.form.get("amount", ""), request.form.get("unit", "")
    if unit not in UNITS or not (amount.isascii() and amount.isdigit()) or int(amount) * UNITS[unit] > _MAX_ADVANCE:
        raise ValueError("the clock can be advanced by a whole number of minutes, hours or days, at most 4000 days")
    simulator = current_simulator()
    seconds = int(amount) * UNITS[unit]
    simulator.set_clock(simulator.clock.now() + seconds)
    return done(
        f"The clock was advanced by {duration(seconds)}, to {moment(simulator.clock.now())} UTC.", "page_clock.show_all"
    )


@part.post(f"{PREFIX}/clock/set")
def put() -> Response:
    """Set the clock to a time in UTC."""
    simulator = current_simulator()
    simulator.set_clock(parse_moment(request.form.get("now", "")))
    return done(f"The clock was set to {moment(simulator.clock.now())} UTC.", "page_clock.show_all")
