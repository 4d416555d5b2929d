# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server on loopback that misbehaves according to a script: each entry answers one request."""

from __future__ import annotations

import contextlib
import json
import socket
import socketserver
import ssl
import struct
import threading
import time
import typing as t
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

Answer = t.Callable[[socket.socket], None]


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    method: str
    target: str
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes


def reply(status: int = 200, body: object = None, headers: Mapping[str, str] | None = None) -> Answer:
    """Give a proper answer; a body other than bytes or None is sent as JSON."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    fields = {"Content-Type": "application/json", "Content-Length": str(len(content)), **(headers or {})}
    return lambda connection: connection.sendall(_head(status, fields) + content)


def refusal(status: int, code: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Answer with an error of the service."""
    return reply(status, {"errors": [{"code": code, "message": f"message of {code}"}]}, headers)


def cut(connection: socket.socket) -> None:
    """Close the connection without an answer."""


def reset(connection: socket.socket) -> None:
    """Reset the connection without an answer."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def cut_in_the_body(connection: socket.socket) -> None:
    """Announce more than is sent."""
    connection.sendall(_head(200, {"Content-Type": "application/json", "Content-Length": "1000"}) + b'{"id":')


def silence(seconds: float) -> Answer:
    """Send nothing for a while, then close the connection."""
    return lambda connection: time.sleep(seconds)


def drip(pieces: int, every: float) -> Answer:
    """Send a body of single bytes with pauses (seconds) between them."""

    def send(connection: socket.socket) -> None:
        connection.sendall(_head(200, {"Content-Type": "application/json", "Content-Length": str(pieces)}))
        for _piece in range(pieces):
            connection.sendall(b" ")
            time.sleep(every)

    return send


def chunked(*pieces: bytes) -> Answer:
    """Send an answer in chunks, without announcing its length."""
    body = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    fields = {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}
    return lambda connection: connection.sendall(_head(200, fields) + body)


def endless(head: bytes, piece: bytes, every: float = 0.05) -> Answer:
    """Send the beginning of an answer, then the same piece again and again, as long as the client takes it."""

    def send(connection: socket.socket) -> None:
        connection.sendall(head)
        for _piece in range(1200):
            connection.sendall(piece)
            time.sleep(every)

    return send


def flood(size: int) -> Answer:
    """Send a body of many bytes, or as much of it as the client takes."""

    def send(connection: socket.socket) -> None:
        connection.sendall(_head(200, {"Content-Type": "application/json"}))
        block = b" " * 1_000_000
        for _block in range(size // len(block)):
            connection.sendall(block)

    return send


def _head(status: int, fields: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Told by the script", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1")


@dataclass
class Scripted:
    """The running server, with its script and the requests that it received."""

    url: str
    script: list[Answer] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)

    def next_answer(self, request: Seen) -> Answer:
        """Record a request and return its answer, which is HTTP 418 after the end of the script."""
        self.seen.append(request)
        return self.script.pop(0) if self.script else refusal(418, "request_too_many")


def _read_request(connection: socket.socket) -> Seen | None:
    data = b""
    while b"\r\n\r\n" not in data:
        received = connection.recv(65536)
        if not received:
            return None
        data += received
        if data.startswith(b"\x16\x03"):
            return Seen("TLS", "", {}, data)
    head, _gap, body = data.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _colon, value in (line.partition(":") for line in rest)}
    while len(body) < int(headers.get("content-length", "0")):
        body += connection.recv(65536)
    method, target, _version = first.split(" ", 2)
    return Seen(method, target, headers, body)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    scripted: Scripted
    tls: ssl.SSLContext | None = None


class _Handler(socketserver.BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        # many tests have a client that gives up or does not trust the certificate
        with contextlib.suppress(OSError):
            connection: socket.socket = self.request
            if self.server.tls is not None:
                connection = self.server.tls.wrap_socket(connection, server_side=True)
            request = _read_request(connection)
            if request is not None:
                self.server.scripted.next_answer(request)(connection)
            connection.close()


@contextlib.contextmanager
def serve(certificate: Path | None = None) -> Iterator[Scripted]:
    """Run a server, with TLS if there is a file with certificate and key."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        scheme = "http"
        if certificate is not None:
            scheme = "https"
            server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            server.tls.load_cert_chain(certificate)
        server.scripted = Scripted(f"{scheme}://127.0.0.1:{server.server_address[1]}/services/v2")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server.scripted
        finally:
            server.shutdown()
            thread.join()
