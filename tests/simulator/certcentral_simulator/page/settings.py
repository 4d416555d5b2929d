# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings: approval, issuing, DCV network, API keys, and reset."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from certcentral_simulator.admin.common import current_simulator
from certcentral_simulator.page.formats import duration
from certcentral_simulator.page.site import PREFIX, done, make_part, show
from certcentral_simulator.rules.permissions import ROLES

part = make_part("settings")

_RESTRICTIONS = {
    0: "none",
    100: "orders",
    101: "orders, domains, organizations",
    102: "view only",
    103: "user management",
}
_MAX_DELAY = 366 * 86400


@part.get(f"{PREFIX}/settings")
def show_all() -> str:
    """The settings."""
    simulator = current_simulator()
    with simulator.work() as work:
        users = {user.id: user for user in work.users.find()}
        return show(
            work,
            "settings.html",
            account=work.setting("account"),
            approval=work.setting("approval").get("mode", "manual"),
            issue_delay=int(work.setting("issue_delay").get("seconds", 0)),
            network=simulator.network,
            keys=[(key, users.get(key.user_id)) for key in work.keys.find()],
            roles=ROLES,
            restrictions=_RESTRICTIONS,
        )


@part.post(f"{PREFIX}/settings/approval")
def put_approval() -> Response:
    """Make requests wait for approval, or approve them at once."""
    mode = request.form.get("mode", "")
    words = {"manual": "manual", "auto": "automatic", "skip": "skipped"}
    if mode not in words:
        raise ValueError("approval must be manual, auto or skip")
    with current_simulator().work() as work:
        work.store_setting("approval", {"mode": mode})
    return done(f"Approval is now {words[mode]}.", "page_settings.show_all")


@part.post(f"{PREFIX}/settings/issue-delay")
def put_issue_delay() -> Response:
    """Set how many seconds of the simulated clock issuing takes."""
    text = request.form.get("seconds", "")
    if not (text.isascii() and text.isdigit()) or int(text) > _MAX_DELAY:
        raise ValueError("issuing must take a whole number of seconds, at most a year")
    with current_simulator().work() as work:
        work.store_setting("issue_delay", {"seconds": int(text)})
    return done(f"Issuing now takes {duration(int(text))}.", "page_settings.show_all")


@part.post(f"{PREFIX}/settings/network")
def put_network() -> Response:
    """Set the resolver and the ports of DCV."""
    values: dict[str, object] = {"resolver": request.form.get("resolver", "").strip()}
    for name in ("http_port", "https_port"):
        text = request.form.get(name, "")
        if not (text.isascii() and text.isdigit()):
            raise ValueError("a port must be a number")
        values[name] = int(text)
    current_simulator().set_network(values)
    return done("DCV now uses these settings.", "page_settings.show_all")


@part.post(f"{PREFIX}/settings/reset")
def reset() -> Response:
    """Reset to the initial state."""
    if request.form.get("sure") != "yes":
        raise ValueError("tick the box to confirm that every order will be deleted")
    current_simulator().reset()
    return done("The simulator was reset.", "page_settings.show_all")
