# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which rows of a long list appear on a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ROWS = 25


@dataclass(frozen=True)
class Paging:
    """Page ``number`` (from 1) of a list of ``total`` rows, with ``rows`` of them on each page."""

    number: int
    total: int
    rows: int = ROWS

    @property
    def last(self) -> int:
        """Number of the last page; an empty list has one page."""
        return max(1, -(-self.total // self.rows))

    @property
    def offset(self) -> int:
        """Number of rows before this page."""
        return (self.number - 1) * self.rows

    @property
    def first_row(self) -> int:
        """Number of the first row shown, from 1; 0 if there is none."""
        return min(self.total, self.offset + 1)

    @property
    def last_row(self) -> int:
        """Number of the last row shown."""
        return min(self.total, self.offset + self.rows)


def read_paging(arguments: Mapping[str, str], total: int, rows: int = ROWS) -> Paging:
    """The page that the query requests with ``page``; the nearest page if that does not exist."""
    requested = arguments.get("page", "1")
    number = int(requested) if requested.isascii() and requested.isdigit() and len(requested) < 10 else 1
    last = Paging(1, total, rows).last
    return Paging(max(1, min(number, last)), total, rows)
