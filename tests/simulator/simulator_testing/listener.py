# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A listener for the events of a webhook, over HTTPS."""

from __future__ import annotations

import json
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from certcentral_simulator.ca.api_certificate import make_api_certificate

_SECONDS = 10.0


class Listener:
    """Records events and the key that comes with each; ``status`` is its answer."""

    def __init__(self, directory: Path) -> None:
        self.events: list[tuple[dict[str, Any], str | None]] = []
        self.status = 200
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                owner.events.append((json.loads(body), self.headers.get("X-WEBHOOK-KEY")))
                self.send_response(owner.status)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """Keep quiet."""

        files = make_api_certificate(directory, "127.0.0.1")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files.certificate_file, files.key_file)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def endpoint(self) -> str:
        """Its address."""
        return f"https://127.0.0.1:{self._server.server_address[1]}/hook"

    def wait_for(self, number: int) -> list[dict[str, Any]]:
        """The events, once there are as many."""
        deadline = time.monotonic() + _SECONDS
        while len(self.events) < number and time.monotonic() < deadline:
            time.sleep(0.02)
        return [event for event, _key in self.events]

    def stop(self) -> None:
        """Stop the thread."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
