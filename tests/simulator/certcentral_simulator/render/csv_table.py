# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists as CSV. The columns of the service are unverified: here each is a field of the JSON item."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any


def render_csv(items: Iterable[Mapping[str, Any]]) -> str:
    """A table with a header; nested fields are named ``outer.inner``, and the texts of a list are joined by "; "."""
    rows = [dict(_flat(item, "")) for item in items]
    columns = list(dict.fromkeys(column for row in rows for column in row))
    stream = io.StringIO()
    table = csv.DictWriter(stream, columns, restval="")
    table.writeheader()
    table.writerows(rows)
    return stream.getvalue()


def _flat(item: Mapping[str, Any], prefix: str) -> Iterable[tuple[str, str]]:
    for key, value in item.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", _text(value)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "; ".join(_text(entry) for entry in value)
    if isinstance(value, Mapping):
        return " ".join(text for _other, text in _flat(value, ""))
    return "" if value is None else str(value)
