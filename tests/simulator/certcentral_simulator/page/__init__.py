# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The web page at the control address: plain HTML from the server, without scripts."""

from __future__ import annotations

from flask import Flask

from certcentral_simulator.page import (
    billing,
    calls,
    clock,
    domains,
    faults,
    orders,
    organizations,
    overview,
    requests,
    settings,
    site,
    switches,
)

_PARTS = (overview, orders, requests, domains, organizations, billing, calls, faults, clock, switches, settings)


def add_page(app: Flask) -> None:
    """Add the page to the application of the control address, with the overview at ``/``."""
    site.set_up(app)
    for part in _PARTS:
        app.register_blueprint(part.part)
