# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One unit of work: all tables in one transaction, the time, the switches and the CA."""

from __future__ import annotations

import sqlite3
from typing import Any

from certcentral_simulator.ca.authority import Authority
from certcentral_simulator.clock import as_date
from certcentral_simulator.state import rows
from certcentral_simulator.state.table import Schema, Table
from certcentral_simulator.switches import Switches


class Work:
    """What a use case works with, for the duration of a transaction.

    ``caa_needed`` collects names whose CAA records must be looked up before the transaction may be committed; if it is
    None, ``postponed`` collects the orders that must wait for this until after the transaction. ``clock_now`` is always
    the time of the clock, while ``now`` may be the earlier time at which something was due. ``visible`` holds the
    divisions that the caller may see; None: all.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        now: int,
        switches: Switches,
        authority: Authority,
        caa_needed: set[str] | None = None,
    ) -> None:
        self.now = now
        self.clock_now = now
        self.switches = switches
        self.authority = authority
        self.caa_needed = caa_needed
        self.postponed: set[int] = set()
        self.visible: frozenset[int] | None = None
        self._connection = connection
        self.containers = Table(connection, rows.CONTAINERS)
        self.users = Table(connection, rows.USERS)
        self.keys = Table(connection, rows.KEYS)
        self.organizations = Table(connection, rows.ORGANIZATIONS)
        self.domains = Table(connection, rows.DOMAINS)
        self.tokens = Table(connection, rows.TOKENS)
        self.orders = Table(connection, rows.ORDERS)
        self.certificates = Table(connection, rows.CERTIFICATES)
        self.requests = Table(connection, rows.REQUESTS)
        self.caa_checks = Table(connection, rows.CAA_CHECKS)
        self.status_changes = Table(connection, rows.STATUS_CHANGES)
        self.billed = Table(connection, rows.BILLED)
        self.webhooks = Table(connection, rows.WEBHOOKS)
        self.webhook_events = Table(connection, rows.WEBHOOK_EVENTS)
        self.ledger = Table(connection, rows.LEDGER)
        self._settings = Table(connection, rows.SETTINGS)

    @property
    def today(self) -> str:
        """The UTC day of the simulated clock, ``yyyy-MM-dd``."""
        return as_date(self.now).isoformat()

    def at(self, moment: int) -> Work:
        """The same transaction at another moment, for things that were due earlier."""
        then = Work(self._connection, moment, self.switches, self.authority, self.caa_needed)
        then.clock_now = self.clock_now
        then.visible = self.visible
        then.postponed = self.postponed
        return then

    def table(self, schema: Schema[Any]) -> Table[Any]:
        """Any table by its schema."""
        return Table(self._connection, schema)

    def setting(self, name: str) -> dict[str, Any]:
        """A stored setting; empty if it was never stored."""
        row = self._settings.first("name = ?", name)
        return row.value if row else {}

    def store_setting(self, name: str, value: dict[str, Any]) -> None:
        """Store a setting."""
        row = self._settings.first("name = ?", name)
        if row is None:
            self._settings.insert(rows.Setting(name=name, value=value))
        else:
            row.value = value
            self._settings.update(row)

    def clear(self) -> None:
        """Empty every table."""
        for schema in rows.SCHEMAS:
            self._connection.execute(f"DELETE FROM {schema.name}")
        self._connection.execute("DELETE FROM sqlite_sequence")
