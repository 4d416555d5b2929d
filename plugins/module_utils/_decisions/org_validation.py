# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which certificates the validation of an organization allows now, and what is missing. Pure decisions."""

from __future__ import annotations

import datetime as dt
import typing as t

from .._certcentral.organizations import TYPES_WITH_VERIFIED_USERS, OrganizationDetails, OrganizationTypeValidation
from .._certcentral.products import Product


def describe_validation(validation: OrganizationTypeValidation, now: dt.datetime) -> dict[str, t.Any]:
    """Return the validation for one type in the form that the module reports."""
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


def ready_types(
    organization: OrganizationDetails, validations: t.Sequence[OrganizationTypeValidation], now: dt.datetime
) -> list[str]:
    """Return the types of certificates that can be issued now; none for an inactive organization."""
    if not organization.is_active:
        return []
    return [validation.type for validation in validations if validation.is_active(now)]


def describe(
    organization: OrganizationDetails,
    validations: t.Sequence[OrganizationTypeValidation],
    types: t.Sequence[str],
    now: dt.datetime,
) -> dict[str, t.Any]:
    """Return an organization, its validations, the types that are ready, and the requested types that are missing."""
    by_type = {validation.type: validation for validation in validations}
    ready = ready_types(organization, validations, now)
    missing = [kind for kind in types if kind not in ready]
    steps = [_next_step(organization, kind, by_type.get(kind), now) for kind in missing]
    return {
        "id": organization.id,
        "name": organization.name,
        "display_name": organization.display_name,
        "assumed_name": organization.assumed_name,
        "status": organization.status,
        "validations": [describe_validation(validation, now) for validation in validations],
        "ready_for": ready,
        "missing": missing,
        "next_action": " ".join(steps) or None,
    }


def _next_step(
    organization: OrganizationDetails, kind: str, validation: OrganizationTypeValidation | None, now: dt.datetime
) -> str:
    name, number = kind.upper(), organization.id
    needs_users = kind in TYPES_WITH_VERIFIED_USERS and not (validation and validation.verified_users)
    users = ", with verified_users" if needs_users else ""
    if not organization.is_active:
        return f"Activate organization {number} with digicert_organization, then check its {name} validation."
    if validation is None:
        return f"Submit organization {number} for {name} validation with digicert_organization{users}."
    if validation.expires_by(now):
        return (
            f"The {name} validation of organization {number} has expired: submit it again with "
            f"digicert_organization{users}."
        )
    if needs_users:
        return f"Set verified_users for the {name} validation of organization {number} with digicert_organization."
    return f"The {name} validation of organization {number} is {validation.status}: answer DigiCert's validation team."


def expires_within(
    validations: t.Sequence[OrganizationTypeValidation], types: t.Collection[str], days: int, now: dt.datetime
) -> bool:
    """Return whether a validation for one of the types expires within this number of days, or has expired."""
    last = now + dt.timedelta(days=days)
    return any(validation.type in types and validation.expires_by(last) for validation in validations)


def lacks_verified_users(validations: t.Sequence[OrganizationTypeValidation]) -> bool:
    """Return whether a type that needs verified users shows none: the list of organizations may omit them."""
    return any(entry.type in TYPES_WITH_VERIFIED_USERS and not entry.verified_users for entry in validations)


def ready_products(ready_for: t.Collection[str], products: t.Iterable[Product]) -> list[str]:
    """Return the identifiers of the products whose validation type is ready."""
    return sorted(product.name_id for product in products if product.validation_type in ready_for)
