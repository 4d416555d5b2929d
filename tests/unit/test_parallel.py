# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several connections at once: each client is used by one thread at a time, and an error reaches the caller."""

from __future__ import annotations

import collections
import threading
import time

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral.client import Client, ConnectionSettings
from ansible_collections.community.digicert.plugins.module_utils._use_cases.parallel import Pool


@pytest.fixture
def client() -> Client:
    """Return a client that never sends anything."""
    return Client(ConnectionSettings(api_key="key"))


@pytest.mark.parametrize(("connections", "items", "most"), [(4, 20, 4), (1, 5, 1), (8, 1, 1), (8, 0, 0), (3, 2, 2)])
def test_no_client_is_used_by_two_threads(client: Client, connections: int, items: int, most: int) -> None:
    lock, in_use, seen = threading.Lock(), collections.Counter[int](), []

    def work(one: Client, item: int) -> None:
        with lock:
            in_use[id(one)] += 1
            assert in_use[id(one)] == 1
        time.sleep(0.002)
        with lock:
            in_use[id(one)] -= 1
            seen.append(item)

    pool = Pool(client, connections)
    pool.each(work, range(items))
    pool.each(work, range(items))
    pool.close()
    assert sorted(seen) == sorted([*range(items), *range(items)])
    assert len(in_use) <= most


def test_an_error_reaches_the_caller(client: Client) -> None:
    def work(_one: Client, item: int) -> None:
        if item == 3:
            raise RuntimeError("an error of the program")

    with pytest.raises(RuntimeError, match="an error of the program"):
        Pool(client, 4).each(work, range(6))


def test_what_does_not_change_is_read_once(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    sent: list[tuple[str, object]] = []

    def get(_self: Client, path: str, params: object = None) -> dict[str, str]:
        sent.append((path, params))
        return {"name": path}

    monkeypatch.setattr(Client, "get", get)
    remembering = client.remembering()
    for _time in range(2):
        assert remembering.get("/product/ssl_basic") == {"name": "/product/ssl_basic"}
        remembering.get("/product/ssl_basic", {"container_id": 5})
    assert sent == [("/product/ssl_basic", None), ("/product/ssl_basic", {"container_id": 5})]
