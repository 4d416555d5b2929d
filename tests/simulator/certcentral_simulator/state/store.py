# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The SQLite database: one connection, one transaction at a time, committed before each answer."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from certcentral_simulator.state.rows import SCHEMAS


class Store:
    """The database file of a state directory. It survives a kill: write-ahead log, commit before the answer."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        # A killed process loses nothing that was committed; only a crash of the machine could.
        self._connection.execute("PRAGMA synchronous=NORMAL")
        for schema in SCHEMAS:
            schema.create(self._connection)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A transaction: committed at the end, rolled back on an exception."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            end = "ROLLBACK"
            try:
                yield self._connection
                end = "COMMIT"
            finally:
                self._connection.execute(end)

    def copy(self) -> sqlite3.Connection:
        """A copy of everything that was committed, in memory."""
        kept = sqlite3.connect(":memory:", check_same_thread=False)
        with self._lock:
            self._connection.backup(kept)
        return kept

    def overwrite(self, kept: sqlite3.Connection) -> None:
        """Replace everything with a copy that was made earlier."""
        with self._lock:
            kept.backup(self._connection)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()
