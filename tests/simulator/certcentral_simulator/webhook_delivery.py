# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sends events to the listener of a webhook, each once: when the service repeats one is not documented."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from typing import Any
from urllib.parse import urlsplit

from certcentral_simulator.dcv.network import Network

_PORT = 443
KEY_HEADER = "X-WEBHOOK-KEY"


def send_event(network: Network, endpoint: str, secret: str, payload: dict[str, Any]) -> int:
    """POST an event; return the HTTP status of the answer, 0 if there is none.

    The certificate of the listener is not checked: that the service does so is not documented.
    """
    parts = urlsplit(endpoint)
    host, port = parts.hostname or "", parts.port or _PORT
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    headers = {"Content-Type": "application/json", **({KEY_HEADER: secret} if secret else {})}
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        address = str(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0])
        if not network.may_reach(address):
            return 0
        connection = http.client.HTTPSConnection(host, port, timeout=network.timeout, context=context)
        try:
            connection.request("POST", path, json.dumps(payload, separators=(",", ":")), headers)
            return connection.getresponse().status
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, UnicodeError):
        return 0


def is_success(status: int) -> bool:
    """Whether the listener took the event (D: 2XX)."""
    return 200 <= status < 300
