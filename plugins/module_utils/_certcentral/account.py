# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The account, and the user of the API key.

Pages: https://dev.digicert.com/certcentral-apis/services-api/account.html and
https://dev.digicert.com/certcentral-apis/services-api/users.html
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from . import shape
from .client import Client, path


@dataclass(frozen=True)
class User:
    """A user of the account."""

    id: int
    account_id: int | None
    username: str | None
    first_name: str | None
    last_name: str | None
    email: str | None
    job_title: str | None
    telephone: str | None
    type: str | None
    status: str | None
    last_login: str | None
    container_id: int | None
    container_name: str | None
    has_container_assignments: bool
    """Whether the user is limited to some containers."""
    roles: tuple[dict[str, t.Any], ...]
    """Access roles, each with ``id`` and ``name``."""
    raw: dict[str, t.Any]
    """The answer of the service."""

    def as_result(self) -> dict[str, t.Any]:
        """Return the form that modules report."""
        return {
            "id": self.id,
            "account_id": self.account_id,
            "username": self.username,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "email": self.email,
            "job_title": self.job_title,
            "telephone": self.telephone,
            "type": self.type,
            "status": self.status,
            "last_login": self.last_login,
            "container_id": self.container_id,
            "container_name": self.container_name,
            "has_container_assignments": self.has_container_assignments,
            "roles": list(self.roles),
            "raw": self.raw,
        }


def me(client: Client) -> User:
    """Return the user that the API key belongs to."""
    raw = shape.mapping(client.get(path("user", "me")), "the user")
    container = shape.mapping(raw.get("container"), "user.container")
    return User(
        id=shape.required_identifier(raw.get("id"), "user.id"),
        account_id=shape.identifier(raw.get("account_id"), "user.account_id"),
        username=shape.text(raw.get("username"), "user.username"),
        first_name=shape.text(raw.get("first_name"), "user.first_name"),
        last_name=shape.text(raw.get("last_name"), "user.last_name"),
        email=shape.text(raw.get("email"), "user.email"),
        job_title=shape.text(raw.get("job_title"), "user.job_title"),
        telephone=shape.text(raw.get("telephone"), "user.telephone"),
        type=shape.text(raw.get("type"), "user.type"),
        status=shape.text(raw.get("status"), "user.status"),
        last_login=shape.text(raw.get("last_login_date"), "user.last_login_date"),
        container_id=shape.identifier(container.get("id"), "user.container.id"),
        container_name=shape.text(container.get("name"), "user.container.name"),
        has_container_assignments=shape.flag(raw.get("has_container_assignments")),
        roles=tuple(
            {"id": shape.identifier(role.get("id"), "access_roles.id"), "name": role.get("name")}
            for role in shape.mappings(raw.get("access_roles"), "access_roles")
        ),
        raw=raw,
    )


def get(client: Client) -> dict[str, t.Any]:
    """Return the account as the service gave it."""
    return shape.mapping(client.get(path("account")), "the account")


def custom_fields(client: Client) -> list[dict[str, t.Any]]:
    """Return the custom fields that orders of the account may or must carry, as the service gave them."""
    raw = shape.mapping(client.get(path("account", "metadata")), "the custom fields")
    return shape.mappings(raw.get("metadata"), "metadata")
