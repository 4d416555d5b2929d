# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A DNS server and a web server of the tests, by which the simulator finds names and fetches files."""

from __future__ import annotations

import contextlib
import http.server
import threading
from collections.abc import Callable, Iterable, Iterator

from simulator_testing.dns_server import DnsServer


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves the files of a folder and logs nothing."""

    def log_message(self, *args: object) -> None:
        """Log nothing."""


@contextlib.contextmanager
def reached_names(
    names: Iterable[str], handler: Callable[..., http.server.BaseHTTPRequestHandler]
) -> Iterator[dict[str, str | int]]:
    """Run both; return the network settings for the simulator.

    ``names`` have the address of the web server, which answers with ``handler``.
    """
    dns = DnsServer()
    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    for name in names:
        dns.add(name, "A", "127.0.0.1")
    try:
        # on a busy machine an answer may take longer than the two seconds after which the service gives up
        yield {"http_port": web.server_port, "https_port": 1, "resolver": dns.address, "timeout": 60}
    finally:
        web.shutdown()
        web.server_close()
        dns.stop()
