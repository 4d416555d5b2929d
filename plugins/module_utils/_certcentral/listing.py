# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists that come in pages."""

from __future__ import annotations

import typing as t

from . import shape
from .client import Client

PAGE = 1000
"""Most entries that the service returns in one call."""


def pages(
    client: Client,
    url_path: str,
    key: str,
    params: t.Mapping[str, object] | None = None,
    *,
    size: int | None = None,
) -> t.Iterator[list[dict[str, t.Any]]]:
    """Yield the entries below ``key`` page by page, as the service gave them; no page is read before it is needed."""
    so_far = 0
    while True:
        decoded = client.get(url_path, {**(params or {}), "limit": size or PAGE, "offset": so_far})
        entries = shape.page_entries(decoded, key)
        so_far += len(entries)
        total = shape.total_of(decoded, so_far)
        yield entries
        if not entries or so_far >= total:
            return


def read_all(
    client: Client, url_path: str, key: str, params: t.Mapping[str, object] | None = None
) -> list[dict[str, t.Any]]:
    """Return the entries below ``key`` of every page, as the service gave them."""
    return [entry for page in pages(client, url_path, key, params) for entry in page]


def read_if_short(
    client: Client, url_path: str, key: str, params: t.Mapping[str, object], *, most_pages: int
) -> list[dict[str, t.Any]] | None:
    """Return the entries of every page, or None if there are more pages than this, which the first page shows."""
    found: list[dict[str, t.Any]] = []
    while True:
        decoded = client.get(url_path, {**params, "limit": PAGE, "offset": len(found)})
        entries = shape.page_entries(decoded, key)
        found += entries
        total = shape.total_of(decoded, len(found))
        if total > most_pages * PAGE or (len(entries) >= PAGE and not total):
            return None
        if not entries or len(found) >= total:
            return found
