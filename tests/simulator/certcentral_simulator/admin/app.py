# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control address: everything that a test sets or reads and for which the service has no endpoint."""

from __future__ import annotations

import sys
import traceback

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from certcentral_simulator.admin import decisions, records, revocation_lists, settings
from certcentral_simulator.admin.common import EXTENSION, json_answer
from certcentral_simulator.errors import Refusal
from certcentral_simulator.page import add_page
from certcentral_simulator.simulator import Simulator


def make_admin_app(simulator: Simulator) -> Flask:
    """The control address as a WSGI application: JSON for programs, and the page for people."""
    app = Flask("certcentral_simulator.admin")
    app.url_map.strict_slashes = False
    app.extensions[EXTENSION] = simulator
    for part in (settings, decisions, records, revocation_lists):
        app.register_blueprint(part.blueprint)
    add_page(app)
    app.register_error_handler(Exception, _failed)
    return app


def _failed(error: Exception) -> Response:
    if isinstance(error, HTTPException):
        return json_answer({"error": error.description}, error.code or 500)
    if isinstance(error, Refusal):
        return json_answer({"error": f"the service refuses this: {error.situation}", "field": error.field}, 400)
    if isinstance(error, (ValueError, LookupError, TypeError)):
        return json_answer({"error": str(error)}, 400)
    traceback.print_exception(error, file=sys.stderr)
    return json_answer({"error": repr(error)}, 500)
