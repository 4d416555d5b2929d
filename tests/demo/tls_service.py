# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small HTTPS service on loopback that reads its certificate again on SIGHUP, as nginx and HAProxy do.

If a certificate cannot be read, the one in memory stays in use. Until the first certificate exists, handshakes are
refused.

Usage: python tls_service.py --certificate FILE --key FILE [--port PORT]; prints
``{"port": ..., "pid": ...}`` on one line when it listens.
"""

from __future__ import annotations

import argparse
import contextlib
import http.server
import json
import os
import signal
import socket
import ssl
import sys
from pathlib import Path
from typing import Any

LOOPBACK = "127.0.0.1"


class Greeting(http.server.BaseHTTPRequestHandler):
    """Answer GET / with one line."""

    timeout = 10

    def do_GET(self) -> None:
        """Send the line."""
        body = b"served over TLS\n"
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Do not log requests."""


class TlsService(http.server.ThreadingHTTPServer):
    """Serve HTTPS with the certificate that was read last."""

    daemon_threads = True

    def __init__(self, certificate: Path, key: Path, port: int = 0) -> None:
        """Listen; port 0 means any free port."""
        self._certificate, self._key = certificate, key
        self._context: ssl.SSLContext | None = None
        super().__init__((LOOPBACK, port), Greeting)
        self.reload()

    def reload(self) -> None:
        """Read certificate and key; new connections use them."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        try:
            context.load_cert_chain(self._certificate, self._key)
        except (OSError, ssl.SSLError) as problem:
            print(f"tls_service: the certificate in memory stays in use: {problem}", file=sys.stderr, flush=True)
        else:
            self._context = context

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Do the handshake in the thread of the connection, so that a slow client does not block others."""
        if self._context is None:
            return
        request.settimeout(10)
        with contextlib.suppress(OSError), self._context.wrap_socket(request, server_side=True) as connection:
            super().finish_request(connection, client_address)

    def server_bind(self) -> None:
        """Skip the look-up of the name of this machine, which the base class would do."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]


def main() -> None:
    """Serve until the process is stopped."""
    parser = argparse.ArgumentParser(description="Serve HTTPS on loopback; SIGHUP reloads the certificate.")
    parser.add_argument("--certificate", type=Path, required=True)
    parser.add_argument("--key", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    arguments = parser.parse_args()
    service = TlsService(arguments.certificate, arguments.key, arguments.port)
    signal.signal(signal.SIGHUP, lambda *_: service.reload())
    print(json.dumps({"port": service.server_port, "pid": os.getpid()}), flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        service.serve_forever(poll_interval=0.2)


if __name__ == "__main__":
    main()
