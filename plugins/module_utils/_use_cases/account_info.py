# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read who the user of an API key is, and what the key may see."""

from __future__ import annotations

import typing as t

from .._certcentral import account, containers
from .._certcentral.client import Client, path
from .._certcentral.errors import ApiError
from .outcome import Outcome

# one cheap reading call for each group of endpoints that a restriction or a role may close
_PROBES = {
    "orders": ("order", "certificate"),
    "requests": ("request",),
    "organizations": ("organization",),
    "domains": ("domain",),
    "products": ("product",),
    "users": ("user",),
}

Value = t.TypeVar("Value")


def read_account(client: Client, *, check_permissions: bool) -> Outcome:
    """Return the user, and account, containers and custom fields as far as the key may read them."""
    user = account.me(client)
    extra: dict[str, t.Any] = {
        "user": user.as_result(),
        "account": _if_allowed(lambda: account.get(client)),
        "containers": _if_allowed(lambda: containers.list_all(client)),
        "custom_fields": _if_allowed(lambda: account.custom_fields(client)),
        "readable": None,
    }
    if check_permissions:
        readable = {name: _may_read(client, path(*segments)) for name, segments in _PROBES.items()}
        extra["readable"] = {**readable, "account": extra["account"] is not None}
    return Outcome("none", extra=extra)


def _if_allowed(read: t.Callable[[], Value]) -> Value | None:
    """Return what was read; None where the API key may not read it."""
    try:
        return read()
    except ApiError as exc:
        if exc.status == 403 and not exc.has_code("access_denied|access_denied_invalid_key"):
            return None
        raise


def _may_read(client: Client, url_path: str) -> bool:
    def read() -> bool:
        client.get(url_path, {"limit": 1})
        return True

    return _if_allowed(read) is True
