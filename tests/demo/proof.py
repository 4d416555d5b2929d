# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the demonstration verifies its steps: TLS handshakes as a client makes them, and the records of the simulator."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass
from typing import Any

from certcentral_simulator.process import SimulatorProcess


class NotProven(Exception):
    """Something is not as expected; the text says what."""


def require(holds: bool, otherwise: str) -> None:
    """Raise NotProven unless a condition holds."""
    if not holds:
        raise NotProven(otherwise)


def served_serial_number(port: int, name: str, root_file: str) -> str:
    """Connect with a server name, trusting only ``root_file``; return the serial number, lower case, no leading zeros.

    Python's ssl verifies chain, validity and host name; the handshake fails if one of them is wrong.
    """
    context = ssl.create_default_context(cafile=root_file)
    try:
        with (
            socket.create_connection(("127.0.0.1", port), timeout=5) as connection,
            context.wrap_socket(connection, server_hostname=name) as client,
        ):
            certificate = client.getpeercert()
    except OSError as problem:
        raise NotProven(f"the handshake for {name} failed: {problem}") from problem
    serial = (certificate or {}).get("serialNumber")
    require(isinstance(serial, str), f"the handshake for {name} showed no certificate")
    return str(serial).lower().lstrip("0")


@dataclass(frozen=True)
class Calls:
    """Requests to the API in one step, as the simulator counted them."""

    entries: tuple[dict[str, Any], ...]

    def __len__(self) -> int:
        return len(self.entries)

    def that_changed(self) -> list[str]:
        """Return the accepted requests that did more than read."""
        return [f"{e['method']} {e['path']}" for e in self.entries if e["method"] != "GET" and e["status"] < 300]


class Books:
    """The ledger and the records of the simulator, read through its admin interface."""

    def __init__(self, simulator: SimulatorProcess) -> None:
        """Start to count."""
        self._simulator = simulator
        self._seen = 0
        self.new_calls()

    def new_calls(self) -> Calls:
        """Return the requests since the last call."""
        entries = self._simulator.ledger(after=self._seen)
        self._seen = max([self._seen, *(int(entry["id"]) for entry in entries)])
        return Calls(tuple(entries))

    def billed(self) -> int:
        """Return the number of billed orders."""
        return sum(entry["kind"] == "order" for entry in self._simulator.billed_orders())

    def statuses(self) -> dict[str, str]:
        """Return the status of every certificate by its serial number."""
        certificates = self._simulator.admin("GET", "/export")["certificates"]
        known = [entry for entry in certificates if entry["serial_number"]]
        return {entry["serial_number"].lower().lstrip("0"): str(entry["status"]) for entry in known}
