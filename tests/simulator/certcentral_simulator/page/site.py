# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all parts of the page share: its address, who may post to it, its headers, and how problems are shown."""

from __future__ import annotations

import secrets
import sys
import traceback
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, flash, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from certcentral_simulator.admin.common import current_simulator
from certcentral_simulator.cases.approving import OPEN
from certcentral_simulator.errors import CATALOGUE, Refusal
from certcentral_simulator.page import formats
from certcentral_simulator.state.work import Work

PREFIX = "/page"

# Only this address's own stylesheet and icon are loaded, and no scripts at all.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    # Without the referrer's origin a browser would post with "Origin: null".
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_LOOPBACK_NAMES = {"127.0.0.1", "localhost", "::1"}


def make_part(name: str) -> Blueprint:
    """A part of the page as a blueprint with the common guard, headers and error handling."""
    part = Blueprint(f"page_{name}", __name__, template_folder="templates")
    part.before_request(_guard)
    part.after_request(_add_headers)
    part.register_error_handler(Exception, _problem)
    return part


def set_up(app: Flask) -> None:
    """Prepare the application for the page: messages between two pages, and filters for values."""
    # The cookie only carries messages such as "Request 1 was approved"; a restart may lose them.
    app.secret_key = secrets.token_bytes(32)
    app.config.update(SESSION_COOKIE_NAME="certcentral_simulator_page", SESSION_COOKIE_SAMESITE="Strict")
    app.jinja_env.filters.update(formats.FILTERS)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def show(work: Work, template: str, **values: Any) -> str:
    """Render a page from its template, including the header, in the transaction from which its values come."""
    simulator = current_simulator()
    return render_template(
        f"page/{template}",
        now=work.now,
        clock_offset=simulator.clock.offset,
        open_requests=work.requests.count("status IN (?, ?)", *OPEN),
        active_faults=sum(fault.calls != 0 for fault in simulator.faults.everything()),
        **values,
    )


def done(message: str, endpoint: str, **values: Any) -> AnyResponse:
    """After a change, show the page that the form came from, or ``endpoint``, with a message."""
    flash(message, "done")
    return _back(url_for(endpoint, **values))


def _back(otherwise: str) -> AnyResponse:
    target = request.form.get("back", "")
    # Only addresses of this page: a form must not redirect to another site.
    return redirect(target if target in {"/", "/?"} or target.startswith(f"{PREFIX}/") else otherwise, 303)


def _guard() -> Response | None:
    # Another web site must not be able to use the simulator through the browser of the person who runs it.
    host = urlsplit(f"//{request.host}").hostname
    origin = request.headers.get("Origin")
    if host not in _LOOPBACK_NAMES:
        return _problem_page(f"This page is served on 127.0.0.1 and localhost, not on {host}.", 403)
    if request.method == "POST" and origin is not None and origin != request.host_url.rstrip("/"):
        return _problem_page("This form was sent from another web site.", 403)
    return None


def _add_headers(response: AnyResponse) -> AnyResponse:
    response.headers.update(_HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _problem(error: Exception) -> AnyResponse:
    if isinstance(error, HTTPException):
        return _problem_page(error.description or error.name, error.code or 500)
    if isinstance(error, Refusal):
        spec = CATALOGUE[error.situation]
        message, status = f"The service refuses this: {spec.when}.", 400
    elif isinstance(error, LookupError):
        message, status = f"Not found: {error}", 404
    elif isinstance(error, (ValueError, TypeError)):
        message, status = str(error), 400
    else:
        traceback.print_exception(error, file=sys.stderr)
        return _problem_page(repr(error), 500)
    if request.method == "POST":
        flash(message, "problem")
        return _back("/")
    return _problem_page(message, status)


def _problem_page(message: str, status: int) -> Response:
    with current_simulator().work() as work:
        return make_response(show(work, "problem.html", message=message), status)
