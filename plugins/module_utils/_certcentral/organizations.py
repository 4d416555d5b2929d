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

from . import listing, shape
from .client import Client, path

TYPES_WITH_VERIFIED_USERS = ("ev", "cs", "ev_cs")
"""Types of validation that need verified users."""


@dataclass(frozen=True)
class Organization:
    """An organization of the account."""

    id: int
    name: str | None
    display_name: str | None
    assumed_name: str | None
    status: str | None


@dataclass(frozen=True)
class OrganizationTypeValidation:
    """The validation of an organization for one type: ``ov``, ``ev``, ``cs``, …"""

    type: str
    description: str | None
    status: str
    """``pending``, ``active`` or ``expired``."""
    validated_until: dt.datetime | None
    verified_users: tuple[dict[str, t.Any], ...]

    def is_active(self, now: dt.datetime) -> bool:
        """Whether the validation allows certificates of this type to be issued now."""
        if self.status not in ("active", "complete"):
            return False
        return self.validated_until is None or self.validated_until > now

    def expires_by(self, moment: dt.datetime) -> bool:
        """Whether the validation has expired already, or expires by that time."""
        return self.status == "expired" or (self.validated_until is not None and self.validated_until <= moment)


@dataclass(frozen=True)
class OrganizationDetails(Organization):
    """An organization with its address; ``raw`` is the answer of the service."""

    is_active: bool
    address: str | None
    address2: str | None
    zip: str | None
    city: str | None
    state: str | None
    country: str | None
    telephone: str | None
    container_id: int | None
    raw: dict[str, t.Any]
    validations: tuple[OrganizationTypeValidation, ...] | None = None
    """None if the answer does not include them; another call returns them."""

    def as_result(self) -> dict[str, t.Any]:
        """Return the normalised form that modules report."""
        return {
            "id": self.id,
            "name": self.name,
            "display_name": self.display_name,
            "assumed_name": self.assumed_name,
            "status": self.status,
            "active": self.is_active,
            "address": self.address,
            "address2": self.address2,
            "zip": self.zip,
            "city": self.city,
            "state": self.state,
            "country": self.country,
            "telephone": self.telephone,
            "container_id": self.container_id,
        }


def _organization(raw: dict[str, t.Any]) -> Organization:
    return Organization(
        id=shape.required_identifier(raw.get("id"), "organization.id"),
        name=shape.text(raw.get("name"), "organization.name"),
        display_name=shape.text(raw.get("display_name"), "organization.display_name"),
        assumed_name=shape.text(raw.get("assumed_name"), "organization.assumed_name"),
        status=shape.text(raw.get("status"), "organization.status"),
    )


def _details(raw: dict[str, t.Any]) -> OrganizationDetails:
    short = _organization(raw)
    texts = {
        name: shape.text(raw.get(name), f"organization.{name}")
        for name in ("address", "address2", "zip", "city", "state", "country", "telephone")
    }
    container = shape.mapping(raw.get("container"), "organization.container")
    return OrganizationDetails(
        id=short.id,
        name=short.name,
        display_name=short.display_name,
        assumed_name=short.assumed_name,
        status=short.status,
        is_active=shape.flag(raw.get("is_active"), "organization.is_active", default=short.status != "inactive"),
        **texts,
        container_id=shape.identifier(container.get("id"), "organization.container.id"),
        raw=raw,
        validations=_validations(raw) if raw.get("validations") is not None else None,
    )


def _validations(raw: dict[str, t.Any]) -> tuple[OrganizationTypeValidation, ...]:
    return tuple(
        OrganizationTypeValidation(
            type=shape.required_text(entry.get("type"), "validations.type"),
            description=shape.text(entry.get("description"), "validations.description"),
            status=shape.text(entry.get("status"), "validations.status") or "unknown",
            validated_until=shape.moment(entry.get("validated_until"), "validations.validated_until"),
            verified_users=tuple(shape.mappings(entry.get("verified_users"), "validations.verified_users")),
        )
        for entry in shape.mappings(raw.get("validations"), "validations")
    )


def get_details(client: Client, organization_id: int) -> OrganizationDetails:
    """Return one organization with its address."""
    found = _details(shape.mapping(client.get(path("organization", organization_id)), "the organization"))
    shape.check_identifier(found.id, organization_id, "organization.id")
    return found


def list_details(
    client: Client,
    *,
    status: str | None = None,
    container_id: int | None = None,
    include_validation: bool = False,
) -> list[OrganizationDetails]:
    """Return the organizations of the account with their addresses.

    ``status`` is ``active`` or ``inactive``; None means both. ``include_validation`` adds the validations.
    """
    params: dict[str, object] = {"filters[status]": status} if status else {}
    if include_validation:
        params["include_validation"] = "true"
    if container_id is not None:
        params["container_id"] = container_id
    return [_details(raw) for raw in listing.read_all(client, path("organization"), "organizations", params)]


def create(client: Client, body: t.Mapping[str, t.Any]) -> int:
    """Create an organization. Return its ID. Sent once."""
    raw = shape.mapping(client.post(path("organization"), body), "the new organization")
    return shape.required_identifier(raw.get("id"), "organization.id")


def submit(client: Client, organization_id: int, validations: t.Sequence[t.Mapping[str, t.Any]]) -> None:
    """Submit an organization for validations, each with ``type`` and, if needed, ``verified_users``. Sent once."""
    client.post(path("organization", organization_id, "validation"), {"validations": list(validations)})


def set_active(client: Client, organization_id: int, *, active: bool) -> None:
    """Activate or deactivate an organization."""
    client.put(path("organization", organization_id, "activate" if active else "deactivate"), repeatable=True)


def validations(client: Client, organization_id: int) -> list[OrganizationTypeValidation]:
    """Return the validations of an organization, one for each type."""
    raw = shape.mapping(client.get(path("organization", organization_id, "validation")), "the validation")
    return list(_validations(raw))
