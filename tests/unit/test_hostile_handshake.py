# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A service that answers a handshake with anything: it is read in time, and the problem is one short line."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from ansible_collections.community.digicert.plugins.module_utils._host.handshake import Endpoint, read_served
from ansible_collections.community.digicert.tests.unit.scripted_server import Answer, endless

_SECONDS = 0.7
# a busy machine may be late, but a server that drips goes on for much longer than this
_LATE = 15.0

# the head of a record with a handshake message (RFC 8446 section 5.1) that is longer than what follows
_RECORD = b"\x16\x03\x03\x40\x00"
_SERVICES: dict[str, tuple[Answer, str | None, str]] = {
    "record that drips": (endless(_RECORD, b"\x02"), None, ""),
    "records that drip": (endless(b"", b"\x16\x03\x03\x00\x01\x02"), None, ""),
    "warnings without end": (endless(b"", b"\x15\x03\x03\x00\x02\x01\x5a"), None, ""),
    "nonsense": (endless(b"", b"\x00" * 60_000, every=0.0), None, "the TLS handshake fails"),
    "greeting that drips": (endless(b"220-", b"a"), "smtp", "no answer within"),
    "greetings that drip": (endless(b"", b"220-hello\r\n"), "smtp", "no answer within"),
    "greeting without end": (endless(b"220-", b"a" * 60_000, every=0.0), "smtp", "a line that is too long"),
    "greetings without end": (endless(b"", b"220-hello\r\n" * 1000, every=0.0), "smtp", "instead of 220"),
    "control characters": (endless(b"500 \x1b[31mred\x07\r\n", b""), "smtp", "instead of 220"),
    "long refusal": (endless(b"500 " + b"x" * 8000 + b"\r\n", b""), "smtp", "instead of 220"),
    "IMAP without end": (
        endless(b"* OK\r\n", b"* hello\r\n" * 1000, every=0.0),
        "imap",
        "the server answered STARTTLS",
    ),
}


@contextlib.contextmanager
def _serving(answer: Answer) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with contextlib.suppress(OSError):
                connection, _client = listener.accept()
                with connection:
                    answer(connection)

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]


@pytest.mark.parametrize("name", _SERVICES)
def test_a_service_is_left_in_time(name: str) -> None:
    answer, starttls, words = _SERVICES[name]
    began = time.monotonic()
    with _serving(answer) as port:
        served = read_served(Endpoint("127.0.0.1", port, "www.example.com", starttls), _SECONDS)
    assert time.monotonic() - began < _LATE
    assert served.certificate is None
    assert words in str(served.problem)
    assert str(served.problem).isprintable()
    assert len(str(served.problem)) < 400
