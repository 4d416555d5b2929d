# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator without a server: requests go straight into its application, byte by byte as given."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from certcentral_simulator.cases.console import decide_domain
from certcentral_simulator.clock import as_date
from certcentral_simulator.dcv.network import Network
from certcentral_simulator.simulator import Options, Simulator
from certcentral_simulator.web.app import BASE_PATH, make_app
from certcentral_simulator.web.pipeline import Pipeline


@dataclass(frozen=True)
class Reply:
    """An answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The decoded body."""
        return json.loads(self.body)


class InProcess:
    """A simulator whose rate limits are off and whose lookups fail at once."""

    def __init__(self, directory: Path, **switches: Any) -> None:
        network = Network("127.0.0.1:1", 1, 1, timeout=0.1)
        limits = {"rate_limit_long": 0, "rate_limit_short": 0}
        self.simulator = Simulator(directory, Options(network=network, switches={**limits, **switches}))
        self._application = Pipeline(make_app(self.simulator), self.simulator)
        with self.simulator.work() as work:
            self.keys = {key.name: key.secret for key in work.keys.find()}

    def close(self) -> None:
        """End it."""
        self.simulator.close()

    def call(
        self, method: str, path: str, body: object = None, query: str = "", headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Send a request with a JSON body, or with bytes as they are."""
        raw = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"X-DC-DEVKEY": self.keys["main"], "Content-Type": "application/json", **(headers or {})}
        return self.send(method, f"{BASE_PATH}{path}", raw, query, given)

    def info(self, order_id: int) -> dict[str, Any]:
        """Order info, which must succeed."""
        reply = self.call("GET", f"/order/certificate/{order_id}")
        assert reply.status == 200, reply.body
        body: dict[str, Any] = reply.json()
        return body

    def approve(self, order_id: int) -> None:
        """Approve what waits for approval on an order, as an administrator."""
        for request in self.info(order_id)["requests"]:
            if request["status"] == "pending":
                assert self.call("PUT", f"/request/{request['id']}/status", {"status": "approved"}).status == 204

    def validate(self, domain: str) -> None:
        """Prove control of a domain, and issue what waited for it."""
        self.simulator.carry_out(lambda work: decide_domain(work, domain, {"state": "valid"}))

    def set_switches(self, **values: Any) -> None:
        """Set switches."""
        self.simulator.set_switches(values)

    def set_mode(self, mode: str) -> None:
        """Set the approval mode of the account."""
        with self.simulator.work() as work:
            work.store_setting("approval", {"mode": mode})

    def day(self, *, days: int = 0) -> str:
        """The day some days from now on the simulated clock."""
        return as_date(self.simulator.clock.now() + days * 86400).isoformat()

    def send(self, method: str, path: str, raw: bytes, query: str, headers: Mapping[str, str]) -> Reply:
        """Send a request to any path."""
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_LENGTH": str(len(raw)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(raw),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            **{_variable(name): value for name, value in headers.items()},
        }
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, of_answer: list[tuple[str, str]], *_others: object) -> None:
            started.append((status, of_answer))

        pieces: list[bytes] | Iterator[bytes] = self._application(environ, start_response)
        content = b"".join(pieces)
        status, of_answer = started[0]
        return Reply(int(status.split(" ", 1)[0]), dict(of_answer), content)


def _variable(name: str) -> str:
    upper = name.upper().replace("-", "_")
    return upper if upper in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{upper}"
