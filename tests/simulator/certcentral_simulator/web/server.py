# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The servers: cheroot with threads; TLS for the Services API, plain HTTP on loopback for the control address."""

from __future__ import annotations

import contextlib
import functools
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cheroot.server import HTTPConnection, HTTPRequest
from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.wsgi import Gateway_10, Server

from certcentral_simulator.web.pipeline import ConnectionCut

_QUEUE = 128
_IDLE_SECONDS = 30
_SHUTDOWN_SECONDS = 1
# As recorded (R).
_SERVER = "nginx"
# A limit of the simulator; that of the service is not documented.
_MAX_BODY_BYTES = 10 * 1024 * 1024


class CuttingGateway(Gateway_10):
    """A gateway that can close a connection in the middle of an answer, as some faults do."""

    def respond(self) -> None:
        """Answer, or cut the connection."""
        try:
            super().respond()
        except ConnectionCut:
            # Nothing more may be sent, neither headers nor the rest of the body.
            self.req.sent_headers = True
            self.req.close_connection = True
            with contextlib.suppress(OSError):
                self.req.conn.socket.shutdown(socket.SHUT_RDWR)


class Request(HTTPRequest):
    """A request whose address may be absolute, or start with more than one slash, as nginx allows."""

    def read_request_line(self) -> bool:
        """Read the first line; slashes at its start are merged."""
        # The package is not annotated.
        read: Callable[[], bool] = super().read_request_line
        try:
            if not read():
                return False
        except ValueError:
            # The package does not expect an address with half an IPv6 address.
            self.simple_response("400 Bad Request", "Malformed Request-URI")
            return False
        if self.uri.startswith(b"//"):
            self.path = b"/" + self.uri.partition(b"?")[0].lstrip(b"/")
        return True


class Connection(HTTPConnection):
    """A connection that brings such requests."""

    RequestHandlerClass = functools.partial(Request, proxy_mode=True)


class RunningServer:
    """A server in its own thread. It has its port at once, and answers after :meth:`start`."""

    def __init__(self, host: str, port: int, *, threads: int) -> None:
        self._server = Server((host, port), None, numthreads=threads, request_queue_size=_QUEUE, timeout=_IDLE_SECONDS)
        self._server.gateway = CuttingGateway
        self._server.ConnectionClass = Connection
        self._server.max_request_body_size = _MAX_BODY_BYTES
        self._server.version = _SERVER
        self._server.server_name = _SERVER
        self._server.shutdown_timeout = _SHUTDOWN_SECONDS
        self._server.prepare()
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port on which it listens."""
        address: tuple[str, int] = self._server.bind_addr
        return int(address[1])

    def start(self, app: Any, tls: tuple[Path, Path] | None = None) -> None:
        """Serve this application; ``tls`` holds the files with certificate and key."""
        self._server.wsgi_app = app
        if tls is not None:
            certificate, key = tls
            self._server.ssl_adapter = BuiltinSSLAdapter(str(certificate), str(key))
        self._thread = threading.Thread(target=self._server.serve, name=f"server-{self.port}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop accepting connections, and end the threads."""
        self._server.stop()
        if self._thread is not None:
            self._thread.join()
