# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One SQLite table for each dataclass: plain values are columns, lists and dictionaries are stored as JSON."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from typing import Any, ClassVar, Generic, Protocol, TypeVar


class Row(Protocol):
    """A dataclass whose first field is its primary key ``id``, which is 0 until it is stored."""

    __dataclass_fields__: ClassVar[dict[str, Any]]
    id: int


R = TypeVar("R", bound=Row)

# No row has an id that SQLite cannot hold.
_LARGEST = 2**63 - 1
_TYPES = {"int": "INTEGER", "bool": "INTEGER", "str": "TEXT"}


class Schema(Generic[R]):
    """How a dataclass is stored."""

    def __init__(self, row_type: type[R], name: str, first_id: int = 1, indexes: Sequence[str] = ()) -> None:
        self.row_type = row_type
        self.name = name
        self.first_id = first_id
        self.indexes = tuple(indexes)
        # Annotations are strings here because their evaluation is postponed.
        kinds = {column.name: str(column.type).removesuffix(" | None") for column in fields(row_type)}
        self.columns = tuple(kinds)
        self._json = {column for column, kind in kinds.items() if kind not in _TYPES}
        self._flags = {column for column, kind in kinds.items() if kind == "bool"}
        self._sql_types = {column: _TYPES.get(kind, "TEXT") for column, kind in kinds.items()}
        stored = [column for column in self.columns if column != "id"]
        marks = ", ".join("?" for _column in self.columns)
        # Each call opens several tables: their statements are written once.
        self.select = f"SELECT {', '.join(f'{name}.{column}' for column in self.columns)} FROM {name}"
        self.insert = f"INSERT INTO {name} (id, {', '.join(stored)}) VALUES ({marks})"
        self.update = f"UPDATE {name} SET {', '.join(f'{column} = ?' for column in stored)} WHERE id = ?"
        self._loaders: list[tuple[int, Callable[[Any], Any]]] = [
            (index, json.loads if column in self._json else bool)
            for index, column in enumerate(self.columns)
            if column in self._json or column in self._flags
        ]

    def create(self, connection: sqlite3.Connection) -> None:
        """Create the table, its columns and its indexes unless they exist; ids start at ``first_id``."""
        stored = [column for column in self.columns if column != "id"]
        defaults = [_literal(default) for default in self.to_columns(self.row_type())]
        definitions = [
            f"{column} {self._sql_types[column]} DEFAULT {default}"
            for column, default in zip(stored, defaults, strict=True)
        ]
        columns = ", ".join(("id INTEGER PRIMARY KEY AUTOINCREMENT", *definitions))
        connection.execute(f"CREATE TABLE IF NOT EXISTS {self.name} ({columns})")
        existing = {str(column[1]) for column in connection.execute(f"PRAGMA table_info({self.name})")}
        for column, definition in zip(stored, definitions, strict=True):
            # The state of an earlier version of the simulator lacks newer columns.
            if column not in existing:
                connection.execute(f"ALTER TABLE {self.name} ADD COLUMN {definition}")
        for column in self.indexes:
            connection.execute(f"CREATE INDEX IF NOT EXISTS {self.name}_{column} ON {self.name} ({column})")

    def to_columns(self, row: R) -> list[object]:
        """Values of all columns except the id."""
        return [self._stored(column, getattr(row, column)) for column in self.columns if column != "id"]

    def from_columns(self, values: Sequence[object]) -> R:
        """The stored row."""
        loaded: list[Any] = list(values)
        try:
            for index, load in self._loaders:
                loaded[index] = load(loaded[index])
        except ValueError as exc:
            raise sqlite3.DatabaseError(f"a row of {self.name} is not as it was written") from exc
        return self.row_type(*loaded)

    def _stored(self, column: str, value: object) -> object:
        return json.dumps(value, separators=(",", ":")) if column in self._json else value


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    return str(int(value)) if isinstance(value, int) else "'{}'".format(str(value).replace("'", "''"))


class Table(Generic[R]):
    """A table within one transaction."""

    def __init__(self, connection: sqlite3.Connection, schema: Schema[R]) -> None:
        self._connection = connection
        self._schema = schema

    def insert(self, row: R) -> R:
        """Store a new row and assign an id if it has none yet."""
        schema = self._schema
        values = schema.to_columns(row)
        row_id: int | None = row.id or None
        if row_id is None and not self._connection.execute(f"SELECT 1 FROM {schema.name} LIMIT 1").fetchone():
            row_id = schema.first_id
        cursor = self._connection.execute(schema.insert, [row_id, *values])
        row.id = int(cursor.lastrowid or 0)
        return row

    def update(self, row: R) -> R:
        """Store a changed row."""
        self._connection.execute(self._schema.update, [*self._schema.to_columns(row), row.id])
        return row

    def delete(self, row_id: int) -> None:
        """Remove a row."""
        self._connection.execute(f"DELETE FROM {self._schema.name} WHERE id = ?", [row_id])

    def get(self, row_id: int | None) -> R | None:
        """The row with this id, or None."""
        return self.first("id = ?", row_id) if row_id is not None and abs(row_id) <= _LARGEST else None

    def need(self, row_id: int) -> R:
        """The row with this id, which must exist because the state refers to it.

        :raises LookupError: it is missing.
        """
        row = self.get(row_id)
        if row is None:
            raise LookupError(f"{self._schema.name} has no row {row_id}")
        return row

    def first(self, where: str, *values: object) -> R | None:
        """The first row, by id, that matches the condition."""
        return next(self.find(where, *values, limit=1), None)

    def find(
        self, where: str = "1", *values: object, order: str = "", limit: int = -1, offset: int = 0, joins: str = ""
    ) -> Iterator[R]:
        """Rows that match the condition, sorted by id unless ``order`` is given."""
        sorting = order or f"{self._schema.name}.id"
        sql = f"{self._schema.select} {joins} WHERE {where} ORDER BY {sorting} LIMIT ? OFFSET ?"
        for values_of_row in self._connection.execute(sql, [*values, limit, offset]).fetchall():
            yield self._schema.from_columns(values_of_row)

    def count(self, where: str = "1", *values: object, joins: str = "") -> int:
        """Number of rows that match the condition."""
        sql = f"SELECT count(*) FROM {self._schema.name} {joins} WHERE {where}"
        return int(self._connection.execute(sql, values).fetchone()[0])
