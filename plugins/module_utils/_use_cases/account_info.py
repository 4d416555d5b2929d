# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read which user an API key belongs to, and what the key may read."""

from __future__ import annotations

import typing as t

from .._certcentral import account, containers
from .._certcentral.client import Client, if_permitted, path
from .outcome import Outcome

# one cheap read for each group of endpoints that the role or the restrictions of the key may deny
_PROBES = {
    "orders": ("order", "certificate"),
    "requests": ("request",),
    "organizations": ("organization",),
    "domains": ("domain",),
    "products": ("product",),
    "users": ("user",),
}


def read_account(client: Client, *, check_permissions: bool) -> Outcome:
    """Return the user, and the account, containers and custom fields as far as the key may read them."""
    user = account.me(client)
    extra: dict[str, t.Any] = {
        "user": user.as_result(),
        "account": if_permitted(lambda: account.get(client)),
        "containers": if_permitted(lambda: containers.list_all(client)),
        "custom_fields": if_permitted(lambda: account.custom_fields(client)),
        "readable": None,
    }
    if check_permissions:
        readable = {name: _may_read(client, path(*segments)) for name, segments in _PROBES.items()}
        extra["readable"] = {**readable, "account": extra["account"] is not None}
    return Outcome("none", extra=extra)


def _may_read(client: Client, url_path: str) -> bool:
    def read() -> bool:
        client.get(url_path, {"limit": 1})
        return True

    return if_permitted(read) is True
