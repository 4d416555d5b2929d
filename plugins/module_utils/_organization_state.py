# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the validation of an organization allows now, and what is missing. Pure, but for the reading at the end."""

from __future__ import annotations

import datetime as dt
import typing as t

from ansible_collections.community.digicert.plugins.module_utils._certcentral import organizations
from ansible_collections.community.digicert.plugins.module_utils._certcentral.organizations import (
    TYPES_WITH_VERIFIED_USERS,
    Organization,
    TypeValidation,
)
from ansible_collections.community.digicert.plugins.module_utils._client import Client
from ansible_collections.community.digicert.plugins.module_utils._errors import InputError


def describe_validation(validation: TypeValidation, now: dt.datetime) -> dict[str, t.Any]:
    """Return one type in the form that the module reports."""
    until = validation.validated_until
    return {
        "type": validation.type,
        "description": validation.description,
        "status": validation.status,
        "validated_until": until.isoformat() if until else None,
        "days_left": (until - now).days if until else None,
        "verified_users": [
            {key: user.get(key) for key in ("id", "first_name", "last_name")} for user in validation.verified_users
        ],
        "active": validation.is_active(now),
    }


def describe(
    organization: Organization, validations: t.Sequence[TypeValidation], types: t.Sequence[str], now: dt.datetime
) -> dict[str, t.Any]:
    """Return an organization with its validations, what it is ready for, and what is missing for the wanted types."""
    by_type = {validation.type: validation for validation in validations}
    missing, steps = [], []
    for wanted in types:
        validation = by_type.get(wanted)
        if validation is not None and validation.is_active(now):
            continue
        missing.append(wanted)
        steps.append(_next_step(organization, wanted, validation, now))
    return {
        "id": organization.id,
        "name": organization.name,
        "display_name": organization.display_name,
        "assumed_name": organization.assumed_name,
        "status": organization.status,
        "validations": [describe_validation(validation, now) for validation in validations],
        "ready_for": [validation.type for validation in validations if validation.is_active(now)],
        "missing": missing,
        "next_action": " ".join(steps) or None,
    }


def _next_step(organization: Organization, wanted: str, validation: TypeValidation | None, now: dt.datetime) -> str:
    kind, number = wanted.upper(), organization.id
    if validation is None:
        return f"Submit organization {number} for {kind} validation in CertCentral."
    if validation.validated_until is not None and validation.validated_until <= now:
        return f"The {kind} validation of organization {number} has ended: submit it again in CertCentral."
    if wanted in TYPES_WITH_VERIFIED_USERS and not validation.verified_users:
        return f"Name a verified contact for the {kind} validation of organization {number} in CertCentral."
    return f"The {kind} validation of organization {number} is {validation.status}: answer DigiCert's validation team."


def read(
    client: Client, organization_id: int | None, name: str | None, types: t.Sequence[str], now: dt.datetime
) -> list[dict[str, t.Any]]:
    """Return the organizations that are asked for: one by ID, those of a name, or all of the account."""
    if organization_id is not None:
        found = [organizations.get(client, organization_id)]
    else:
        found = organizations.list_all(client)
        if name is not None:
            wanted = name.strip().casefold()
            found = [
                organization
                for organization in found
                if wanted in {(text or "").casefold() for text in (organization.name, organization.display_name)}
            ]
            if not found:
                raise InputError(
                    f"The account has no organization with the name {name!r}.",
                    next_action="Check the name, or use organization_id.",
                )
    return [
        describe(organization, organizations.validations(client, organization.id), types, now) for organization in found
    ]
