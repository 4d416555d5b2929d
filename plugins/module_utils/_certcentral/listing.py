# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists that come in pages."""

from __future__ import annotations

import typing as t

from . import shape
from .client import Client

PAGE = 1000
"""Most entries that one call asks for; the service gives no more."""


def read_all(
    client: Client, url_path: str, key: str, params: t.Mapping[str, object] | None = None
) -> list[dict[str, t.Any]]:
    """Return the entries below ``key`` of every page, as the service gave them."""
    found: list[dict[str, t.Any]] = []
    while True:
        decoded = client.get(url_path, {**(params or {}), "limit": PAGE, "offset": len(found)})
        entries = shape.entries(decoded, key)
        found += entries
        total = shape.total_of(decoded, len(found))
        if not entries or len(found) >= total:
            return found
