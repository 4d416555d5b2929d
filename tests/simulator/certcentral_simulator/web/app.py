# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Flask application of the Services API: authentication, permissions, and answers to refused calls."""

from __future__ import annotations

import hashlib
import sys
import time
import traceback
from datetime import datetime, timezone

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from certcentral_simulator.endpoints import BLUEPRINTS
from certcentral_simulator.errors import Refusal
from certcentral_simulator.rate_windows import LONG_SECONDS, SHORT_SECONDS
from certcentral_simulator.rules.permissions import may_call
from certcentral_simulator.simulator import Simulator
from certcentral_simulator.web.call import Call, json_reply

BASE_PATH = "/services/v2"
KEY_HEADER = "X-DC-DEVKEY"

# As recorded (R), without the headers that come from the network in front of the service.
_HEADERS = {
    "Cache-Control": "private,no-cache",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
    "X-XSS-Protection": "1; mode=block",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}


def make_app(simulator: Simulator) -> Flask:
    """The Services API as a WSGI application."""
    app = Flask("certcentral_simulator", static_folder=None)
    app.url_map.strict_slashes = False
    # Slashes are merged before the application sees the path.
    app.url_map.merge_slashes = False
    # OPTIONS is not documented.
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint, url_prefix=BASE_PATH)

    @app.before_request
    def admit() -> Response | None:
        g.call = _authenticate(simulator)
        return None

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.update(_HEADERS)
        if request.method == "GET" and response.status_code == 200:
            response.set_etag(hashlib.sha1(response.get_data(), usedforsecurity=False).hexdigest())
            response.last_modified = datetime.fromtimestamp(simulator.clock.now(), timezone.utc)
        if response.status_code == 204:
            response.headers.pop("Content-Type", None)
        return response

    @app.errorhandler(Refusal)
    def refuse(refusal: Refusal) -> Response:
        status, body = refusal.answer(simulator.switches.text)
        response = json_reply(body, status)
        seconds = simulator.switches.number("retry_after")
        if status == 429 and seconds > 0:
            response.headers["Retry-After"] = str(seconds)
        return response

    @app.errorhandler(HTTPException)
    def no_route(error: HTTPException) -> Response:
        # The service does not distinguish an unknown path from an unsupported method (D: not_found|route).
        return refuse(Refusal("route_unknown" if error.code in {404, 405} else "body_unreadable"))

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        traceback.print_exception(error, file=sys.stderr)
        return json_reply(
            {"errors": [{"code": "simulator_failed", "message": f"The simulator itself failed: {error!r}"}]}, 500
        )

    return app


def _authenticate(simulator: Simulator) -> Call:
    secret = request.headers.get(KEY_HEADER, "")
    if not secret:
        raise Refusal("key_missing")
    with simulator.work() as work:
        key = work.keys.first("secret = ?", secret)
        user = work.users.need(key.user_id) if key else None
    if key is None or user is None:
        raise Refusal("key_refused")
    limits = (
        (LONG_SECONDS, simulator.switches.number("rate_limit_long")),
        (SHORT_SECONDS, simulator.switches.number("rate_limit_short")),
    )
    if not simulator.rate_windows.allow(secret, time.monotonic(), limits):
        raise Refusal("rate_limit")
    section, _other, rest = request.path.removeprefix(BASE_PATH).strip("/").partition("/")
    if not may_call(key.restriction, request.method, section, rest):
        raise Refusal("permission_missing")
    return Call(simulator, key, user)
