# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the validations of organizations, and which products can be issued to them."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass

from .._certcentral import organizations, products
from .._certcentral.client import Client, if_permitted
from .._certcentral.errors import InputError
from .._certcentral.organizations import OrganizationDetails, OrganizationTypeValidation
from .._certcentral.products import Product
from .._decisions.org_validation import describe, expires_within, lacks_verified_users, ready_products
from .outcome import Outcome


@dataclass(frozen=True)
class ValidationQuery:
    """Which organizations and validations to read."""

    organization_id: int | None
    name: str | None
    types: tuple[str, ...]
    status: str | None
    """``active`` or ``inactive``; None means both."""
    expiring_within: int | None
    """Days; None means regardless of expiry."""
    include_products: bool


def read_validations(client: Client, query: ValidationQuery, *, now: dt.datetime) -> Outcome:
    """Return the organizations of the query: one by ID, those with a name, or all of the account."""
    found = [(entry, _validations(client, entry)) for entry in _organizations(client, query)]
    if query.expiring_within is not None:
        within = query.expiring_within
        found = [pair for pair in found if expires_within(pair[1], query.types, within, now)]
    offered = _products(client) if query.include_products and found else None
    results: list[dict[str, t.Any]] = []
    for organization, validations in found:
        result = describe(organization, validations, query.types, now)
        ready = ready_products(result["ready_for"], offered) if offered is not None else None
        results.append({**result, "active": organization.is_active, "ready_products": ready})
    return Outcome("none", extra={"organizations": results})


def _organizations(client: Client, query: ValidationQuery) -> list[OrganizationDetails]:
    if query.organization_id is not None:
        return [organizations.get_details(client, query.organization_id)]
    found = organizations.list_details(client, status=query.status, include_validation=True)
    if query.name is None:
        return found
    folded = query.name.strip().casefold()
    named = [
        entry for entry in found if folded in {(text or "").casefold() for text in (entry.name, entry.display_name)}
    ]
    if not named:
        raise InputError(
            f"The account has no organization with the name {query.name!r}.",
            next_action="Check the name with digicert_organization_info, or use organization_id.",
        )
    return named


def _validations(client: Client, organization: OrganizationDetails) -> t.Sequence[OrganizationTypeValidation]:
    """Return the listed validations; read them one by one if the list lacks them or their verified users."""
    listed = organization.validations
    if listed is None or lacks_verified_users(listed):
        return organizations.validations(client, organization.id)
    return listed


def _products(client: Client) -> list[Product] | None:
    """Return the products of the account, or None if the API key may not read them."""
    return if_permitted(lambda: products.list_all(client))
