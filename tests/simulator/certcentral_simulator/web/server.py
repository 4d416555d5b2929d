# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The servers: cheroot with threads; TLS for the Services API, plain HTTP on loopback for the control address."""

from __future__ import annotations

import contextlib
import socket
import threading
from pathlib import Path
from typing import Any

from cheroot.ssl.builtin import BuiltinSSLAdapter
from cheroot.wsgi import Gateway_10, Server

from certcentral_simulator.web.pipeline import ConnectionCut

_QUEUE = 128
_IDLE_SECONDS = 30
_SHUTDOWN_SECONDS = 1


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


class RunningServer:
    """A server in its own thread. It has its port at once, and answers after :meth:`start`."""

    def __init__(self, host: str, port: int, *, threads: int) -> None:
        self._server = Server((host, port), None, numthreads=threads, request_queue_size=_QUEUE, timeout=_IDLE_SECONDS)
        self._server.gateway = CuttingGateway
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
