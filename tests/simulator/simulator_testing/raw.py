# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests written byte by byte, for what no HTTP library sends."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from certcentral_simulator.process import SimulatorProcess


@dataclass(frozen=True)
class RawAnswer:
    """The first line of an answer, its headers with names in lower case, and its body."""

    status: int
    phrase: str
    headers: dict[str, str]
    body: bytes


def send(simulator: SimulatorProcess, line: str, *headers: str, body: bytes = b"") -> RawAnswer:
    """Send a request with the administrator's key; the connection ends with the answer."""
    address = urlsplit(simulator.base_url)
    context = ssl.create_default_context(cafile=simulator.ca_file)
    lines = [line, "Host: 127.0.0.1", f"X-DC-DEVKEY: {simulator.api_key}", "Connection: close", *headers, "", ""]
    with (
        socket.create_connection((address.hostname or "", address.port or 0), timeout=30) as plain,
        context.wrap_socket(plain, server_hostname=address.hostname) as connection,
    ):
        connection.sendall("\r\n".join(lines).encode() + body)
        received = b""
        while piece := connection.recv(65536):
            received += piece
    head, _blank, rest = received.partition(b"\r\n\r\n")
    first, *others = head.decode("latin-1").split("\r\n")
    _version, status, phrase = first.split(" ", 2)
    pairs = (other.partition(": ") for other in others)
    return RawAnswer(int(status), phrase, {name.lower(): value for name, _colon, value in pairs}, rest)
