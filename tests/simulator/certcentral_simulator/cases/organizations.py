# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding and creating organizations."""

from __future__ import annotations

import re
from typing import Any

from certcentral_simulator.cases.divisions import container_for, is_visible, visible_clause
from certcentral_simulator.errors import Refusal, invalid
from certcentral_simulator.rules.contacts import read_person
from certcentral_simulator.rules.kinds import is_true, nested_id, read_id, read_object, read_text, read_texts
from certcentral_simulator.state.rows import Organization
from certcentral_simulator.state.work import Work

DETAILS = ("assumed_name", "address", "address2", "zip", "city", "state", "country", "telephone")
REQUIRED = ("name", "address", "city", "country")
# What may have 64 characters in a certificate (D).
LIMITED = ("name", "address", "address2", "city", "state", "zip")
MAXIMUM_LENGTH = 64
_COUNTRY = re.compile("[A-Za-z]{2}")
VALIDATION_TYPES = ("ov", "ev", "cs", "ev_cs", "ds", "smime")


def organization_of_order(work: Work, body: dict[str, Any], container_id: int) -> Organization:
    """The organization that an order names by id or by details; with details it is created unless it exists (D).

    :raises Refusal: none is named, or it is unknown or deactivated.
    """
    given = body.get("organization")
    if not isinstance(given, dict) or not given:
        raise Refusal("organization_missing")
    organization_id = read_id(given.get("id"), "organization")
    if organization_id is not None:
        organization = work.organizations.get(organization_id)
        if organization is None or not is_visible(work, organization.container_id):
            raise Refusal("organization_unknown")
        if not organization.is_active:
            raise Refusal("organization_inactive")
        return organization
    if not given.get("name"):
        raise Refusal("organization_missing")
    return find_duplicate(work, given) or create_organization(work, given, container_id)


def find_duplicate(work: Work, given: dict[str, Any]) -> Organization | None:
    """The oldest organization with these details (D), unless ``skip_duplicate_org_check`` is set."""
    if is_true(given.get("skip_duplicate_org_check")):
        return None
    identity = _identity(str(given.get("name")), given)
    for organization in work.organizations.find(f"is_active = 1 AND {visible_clause(work, 'container_id')}"):
        if _identity(organization.name, organization.details) == identity:
            return organization
    return None


def create_organization(work: Work, given: dict[str, Any], container_id: int) -> Organization:
    """Create an organization that is not validated yet.

    :raises Refusal: a required field is missing, or its container is unknown.
    """
    for field in REQUIRED:
        if not str(given.get(field) or "").strip():
            raise invalid(field)
    details = _details(given)
    contact = read_person(read_object(given.get("organization_contact"), "organization_contact"))
    container = container_for(work, nested_id(given, "container"), container_id)
    return work.organizations.insert(
        Organization(
            name=str(given["name"]),
            container_id=container.id,
            created_at=work.now,
            details=details,
            contact=contact,
        )
    )


def _details(given: dict[str, Any]) -> dict[str, Any]:
    for field in LIMITED:
        if len(read_text(given.get(field), field)) > MAXIMUM_LENGTH:
            raise Refusal("text_too_long", field)
    details: dict[str, Any] = dict(read_texts(given, DETAILS))
    if not _COUNTRY.fullmatch(details["country"]):
        raise invalid("country")
    return details


def start_validation(work: Work, organization: Organization, kind: str) -> None:
    """Start the validation of a type, which an order does if it has not started yet (D seed 002)."""
    if kind not in organization.validations:
        organization.validations[kind] = {"validated_at": None, "created_at": work.now, "verified_users": []}
        work.organizations.update(organization)


def _identity(name: str, details: dict[str, Any]) -> tuple[str, ...]:
    return tuple(
        str(value or "").strip().lower()
        for value in (name, *(details.get(key) for key in ("country", "city", "address")))
    )
