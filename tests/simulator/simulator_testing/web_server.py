# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small HTTP server for tests of the HTTP methods: files by host and path."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class WebServer:
    """Serves ``files`` and ``redirects`` by (host, path) and records the user agents."""

    def __init__(self) -> None:
        self.files: dict[tuple[str, str], str] = {}
        self.redirects: dict[tuple[str, str], str] = {}
        self.user_agents: list[str] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                owner.user_agents.append(self.headers.get("User-Agent", ""))
                place = (self.headers.get("Host", ""), self.path)
                if place in owner.redirects:
                    self.send_response(302)
                    self.send_header("Location", owner.redirects[place])
                    self.end_headers()
                    return
                content = owner.files.get(place)
                self.send_response(404 if content is None else 200)
                self.end_headers()
                self.wfile.write((content or "").encode())

            def log_message(self, *args: object) -> None:
                """Keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port on 127.0.0.1."""
        return int(self._server.server_address[1])

    def stop(self) -> None:
        """Stop the thread."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
