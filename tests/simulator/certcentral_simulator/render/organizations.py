# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Organizations in answers."""

from __future__ import annotations

from typing import Any

from certcentral_simulator.cases.validation import organization_status, organization_valid_until
from certcentral_simulator.clock import iso
from certcentral_simulator.rules.products import VALIDATION_NAMES
from certcentral_simulator.state.rows import Organization
from certcentral_simulator.state.work import Work

_OTHER_NAMES = {
    "cs": ("CS", "Code Signing Organization Validation"),
    "ev_cs": ("EV CS", "Code Signing Organization Extended Validation (EV CS)"),
    "ds": ("DS", "Document Signing Validation"),
    "smime": ("SMIME", "SMIME Organization Validation"),
}


def display_name(organization: Organization) -> str:
    """The name, followed by the assumed name."""
    assumed = organization.details.get("assumed_name")
    return f"{organization.name} ({assumed})" if assumed else organization.name


def render_organization(organization: Organization) -> dict[str, Any]:
    """An organization in order info."""
    details = organization.details
    return {
        "id": organization.id,
        "name": organization.name,
        **({"assumed_name": details["assumed_name"]} if details.get("assumed_name") else {}),
        "display_name": display_name(organization),
        "city": details.get("city", ""),
        "state": details.get("state", ""),
        "country": details.get("country", ""),
    }


def render_organization_full(work: Work, organization: Organization, *, include_validation: bool) -> dict[str, Any]:
    """An organization in its own list and info."""
    container = work.containers.get(organization.container_id)
    body: dict[str, Any] = {
        "id": organization.id,
        "status": "active" if organization.is_active else "inactive",
        "name": organization.name,
        "display_name": display_name(organization),
        "is_active": organization.is_active,
        **organization.details,
    }
    if container is not None:
        body["container"] = {
            "id": container.id,
            "name": container.name,
            "parent_id": container.parent_id,
            "is_active": container.is_active,
        }
    if organization.contact:
        body["organization_contact"] = organization.contact
    if include_validation:
        body["validations"] = render_validations(work, organization)
    return body


def render_validations(work: Work, organization: Organization) -> list[dict[str, Any]]:
    """Every validation of an organization: type, status, expiry (D)."""
    found = []
    for kind, state in organization.validations.items():
        name, description = VALIDATION_NAMES.get(kind) or _OTHER_NAMES.get(kind, (kind.upper(), kind))
        entry: dict[str, Any] = {"type": kind, "name": name, "description": description}
        if state.get("created_at") is not None:
            entry["date_created"] = iso(int(state["created_at"]))
        until = organization_valid_until(organization, kind, work.now)
        if until is not None:
            entry["validated_until"] = iso(until)
        entry["status"] = organization_status(organization, kind, work.now)
        if state.get("verified_users"):
            entry["verified_users"] = state["verified_users"]
        found.append(entry)
    return found
