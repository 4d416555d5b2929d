# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the parts of the control address share."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, current_app, request

from certcentral_simulator.simulator import Simulator

EXTENSION = "certcentral_simulator"


def current_simulator() -> Simulator:
    """The simulator that this address controls."""
    found: Simulator = current_app.extensions[EXTENSION]
    return found


def json_answer(body: object, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(json.dumps(body), status=status, content_type="application/json")


def json_body() -> dict[str, Any]:
    """The JSON object that was sent; empty if there is none.

    :raises ValueError: it is not a JSON object.
    """
    raw = request.get_data()
    loaded: Any = json.loads(raw) if raw.strip() else {}
    if not isinstance(loaded, dict):
        raise ValueError("the body must be a JSON object")
    return loaded
