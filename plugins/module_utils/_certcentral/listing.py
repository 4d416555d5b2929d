# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists that come in pages."""

from __future__ import annotations

import json
import typing as t

from . import shape
from .client import Client
from .errors import UnexpectedAnswerError
from .limits import MIB

PAGE = 1000
"""Most entries that the service returns in one call."""
MOST_PAGES = 500
"""More than any account needs: half a million orders."""

_LARGEST_LIST = 256 * MIB


class _Progress:
    """What earlier pages of a list have shown. A list that repeats itself or never ends is no list."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._seen: set[int] = set()
        self._size = 0
        self._pages = 0
        self._expected: int | None = None

    def add(self, entries: t.Sequence[dict[str, t.Any]], total: int) -> None:
        """Take note of a page that is followed by another one. Raises UnexpectedAnswerError."""
        texts = [json.dumps(entry, sort_keys=True) for entry in entries]
        marks = set(map(hash, texts))
        if marks <= self._seen:
            raise self._endless("shows the same entries again")
        self._seen |= marks
        self._size += sum(map(len, texts))
        self._pages += 1
        if self._expected is None:
            # one more than the first page announces: entries may be added meanwhile
            self._expected = min(-(-total // len(entries)) + 1, MOST_PAGES)
        if self._pages >= self._expected or self._size > _LARGEST_LIST:
            raise self._endless(f"does not end after {self._pages} pages")

    def _endless(self, what: str) -> UnexpectedAnswerError:
        return UnexpectedAnswerError(
            f"The list of {self._key} that CertCentral returned {what}.",
            next_action="Check that api_url is the address of the Services API, then run this again.",
        )


def pages(
    client: Client,
    url_path: str,
    key: str,
    params: t.Mapping[str, object] | None = None,
    *,
    size: int | None = None,
) -> t.Iterator[list[dict[str, t.Any]]]:
    """Yield the entries below ``key`` page by page, as the service gave them; no page is read before it is needed."""
    so_far, progress = 0, _Progress(key)
    while True:
        decoded = client.get(url_path, {**(params or {}), "limit": size or PAGE, "offset": so_far})
        entries = shape.entries(decoded, key)
        so_far += len(entries)
        total = shape.total_of(decoded, so_far)
        is_last = not entries or so_far >= total
        if not is_last:
            progress.add(entries, total)
        yield entries
        if is_last:
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
    progress = _Progress(key)
    while True:
        decoded = client.get(url_path, {**params, "limit": PAGE, "offset": len(found)})
        entries = shape.entries(decoded, key)
        found += entries
        total = shape.total_of(decoded, len(found))
        if total > most_pages * PAGE or (len(entries) >= PAGE and not total):
            return None
        if not entries or len(found) >= total:
            return found
        progress.add(entries, total)
