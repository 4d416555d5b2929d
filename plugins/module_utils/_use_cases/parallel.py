# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Do the same for many things over several connections at once, within the shared limits of the service."""

from __future__ import annotations

import queue
import typing as t
from concurrent.futures import ThreadPoolExecutor

from .._certcentral.client import Client

Item = t.TypeVar("Item")


class Pool:
    """A client and its siblings, one for each connection."""

    def __init__(self, client: Client, connections: int) -> None:
        self.client = client
        self._connections = connections
        self._siblings: list[Client] = []

    def close(self) -> None:
        """Close the connections of the siblings."""
        for sibling in self._siblings:
            sibling.close()

    def each(self, work: t.Callable[[Client, Item], None], items: t.Iterable[Item]) -> None:
        """Call ``work`` for every item; it handles its own errors."""
        todo = list(items)
        size = min(self._connections, len(todo))
        if size < 2:
            for item in todo:
                work(self.client, item)
            return
        while len(self._siblings) < size - 1:
            self._siblings.append(self.client.sibling())
        free: queue.SimpleQueue[Client] = queue.SimpleQueue()
        for client in (self.client, *self._siblings[: size - 1]):
            free.put(client)

        def run(item: Item) -> None:
            client = free.get()
            try:
                work(client, item)
            finally:
                free.put(client)

        with ThreadPoolExecutor(size) as executor:
            # list() raises what a thread raised
            list(executor.map(run, todo))
