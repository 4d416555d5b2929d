# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Organizations and their validation.

Pages: https://dev.digicert.com/certcentral-apis/services-api/organizations.html
"""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass

from ansible_collections.community.digicert.plugins.module_utils._certcentral import _shape
from ansible_collections.community.digicert.plugins.module_utils._client import Client, path

_PAGE = 1000


@dataclass(frozen=True)
class Organization:
    """An organization of the account."""

    id: int
    name: str | None
    display_name: str | None
    assumed_name: str | None
    status: str | None


@dataclass(frozen=True)
class TypeValidation:
    """The validation of an organization for one type: ``ov``, ``ev``, ``cs``, …"""

    type: str
    description: str | None
    status: str
    """``pending``, ``active`` or ``expired``."""
    validated_until: dt.datetime | None
    verified_users: tuple[dict[str, t.Any], ...]


def _organization(raw: dict[str, t.Any]) -> Organization:
    return Organization(
        id=_shape.required_identifier(raw.get("id"), "organization.id"),
        name=_shape.text(raw.get("name"), "organization.name"),
        display_name=_shape.text(raw.get("display_name"), "organization.display_name"),
        assumed_name=_shape.text(raw.get("assumed_name"), "organization.assumed_name"),
        status=_shape.text(raw.get("status"), "organization.status"),
    )


def get(client: Client, organization_id: int) -> Organization:
    """Return one organization."""
    return _organization(_shape.mapping(client.get(path("organization", organization_id)), "the organization"))


def list_all(client: Client) -> list[Organization]:
    """Return the organizations of the account, page by page."""
    found: list[Organization] = []
    while True:
        decoded = _shape.mapping(
            client.get(path("organization"), {"limit": _PAGE, "offset": len(found)}), "the organizations"
        )
        page = [_organization(raw) for raw in _shape.mappings(decoded.get("organizations"), "organizations")]
        found += page
        total = _shape.mapping(decoded.get("page"), "page").get("total")
        if not page or not isinstance(total, int) or len(found) >= total:
            return found


def validations(client: Client, organization_id: int) -> list[TypeValidation]:
    """Return the validation of an organization, type by type."""
    raw = _shape.mapping(client.get(path("organization", organization_id, "validation")), "the validation")
    return [
        TypeValidation(
            type=_shape.text(entry.get("type"), "validations.type") or "unknown",
            description=_shape.text(entry.get("description"), "validations.description"),
            status=_shape.text(entry.get("status"), "validations.status") or "unknown",
            validated_until=_shape.moment(entry.get("validated_until"), "validations.validated_until"),
            verified_users=tuple(_shape.mappings(entry.get("verified_users"), "validations.verified_users")),
        )
        for entry in _shape.mappings(raw.get("validations"), "validations")
    ]
