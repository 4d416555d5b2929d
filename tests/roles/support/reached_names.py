# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulator that finds names in a DNS server of the tests, and reaches a web server of the tests by them."""

from __future__ import annotations

import contextlib
import http.server
import threading
from collections.abc import Callable, Iterable, Iterator

from simulator_testing.dns_server import DnsServer

from certcentral_simulator.process import SimulatorProcess


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves the files of a folder and logs nothing."""

    def log_message(self, *args: object) -> None:
        """Log nothing."""


@contextlib.contextmanager
def simulator_that_reaches(
    names: Iterable[str], handler: Callable[..., http.server.BaseHTTPRequestHandler]
) -> Iterator[SimulatorProcess]:
    """Run the three of them; ``names`` have the address of the web server, which answers with ``handler``."""
    dns = DnsServer()
    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    for name in names:
        dns.add(name, "A", "127.0.0.1")
    arguments = ["--http-port", str(web.server_port), "--https-port", "1", "--resolver", dns.address]
    try:
        with SimulatorProcess([*arguments, "--no-rate-limit"]) as simulator:
            yield simulator
    finally:
        web.shutdown()
        web.server_close()
        dns.stop()
