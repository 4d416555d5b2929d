# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Domains and their tokens in answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from certcentral_simulator.cases.tokens import domain_token
from certcentral_simulator.cases.validation import (
    dcv_expires_at,
    is_validated,
    organization_status,
    organization_valid_until,
)
from certcentral_simulator.clock import iso
from certcentral_simulator.render.organizations import display_name
from certcentral_simulator.render.people import render_verified_user
from certcentral_simulator.rules.placement import EMAIL, token_fields
from certcentral_simulator.rules.products import VALIDATION_NAMES
from certcentral_simulator.rules.time_frame import MOUNTAIN
from certcentral_simulator.state.rows import Domain, Token
from certcentral_simulator.state.work import Work

_MAILBOXES = ("admin", "administrator", "webmaster", "hostmaster", "postmaster")


def render_token(token: Token, method: str, domain: str, *, active: bool = False) -> dict[str, Any]:
    """``dcv_token``: the value, its status and expiry, and where to publish it."""
    return {
        "token": token.value,
        "status": "active" if active else "pending",
        "expiration_date": iso(token.expires_at),
        **token_fields(method, domain, token.value),
    }


def constructed_addresses(domain: str) -> list[str]:
    """The addresses to which validation e-mails are sent."""
    return [f"{mailbox}@{domain}" for mailbox in _MAILBOXES]


def render_validation_emails(domain: Domain) -> dict[str, Any]:
    """The addresses for e-mail validation: the constructed ones, none from WHOIS since 2025, and the given ones."""
    allowed = constructed_addresses(domain.name)
    return {
        "name_scope": domain.name,
        "base_emails": allowed,
        "whois_emails": [],
        "email_array": [address for address in domain.email_array if address in allowed],
    }


def render_dcv(work: Work, domain: Domain) -> dict[str, Any]:
    """The answer to starting the validation of a domain: a token, or the addresses of the e-mail method."""
    if domain.dcv_method == EMAIL:
        return {"validation_emails": render_validation_emails(domain)}
    return {"dcv_token": render_token(domain_token(work, domain), domain.dcv_method, domain.name)}


@dataclass(frozen=True)
class Detail:
    """What a domain is shown with: its token, the status of reuse, the time of day when its validation expires."""

    token: bool = False
    reuse_status: bool = False
    expiration_time: bool = False


def render_domain(work: Work, domain: Domain, detail: Detail) -> dict[str, Any]:
    """A domain in its list and info (D)."""
    validated = is_validated(domain, work.now)
    body: dict[str, Any] = {
        "id": domain.id,
        "is_active": domain.is_active,
        "status": "active" if validated else "pending",
        "is_pending_validation": not validated,
        "name": domain.name,
        "date_created": iso(domain.created_at),
        "last_submitted_datetime": iso(domain.submitted_at or domain.created_at),
    }
    expires = dcv_expires_at(domain, work.now)
    if domain.approved_at is not None and expires is not None:
        body["dcv_approval_datetime"] = iso(domain.approved_at)
        body["dcv_expiration_datetime"] = iso(expires)
    organization = work.organizations.get(domain.organization_id)
    if organization is not None:
        body["organization"] = {
            "id": organization.id,
            "status": "active" if organization.is_active else "inactive",
            "name": organization.name,
            "display_name": display_name(organization),
            # The service returns this flag as a text (D).
            "is_active": str(int(organization.is_active)),
        }
    body.update(_container(work, domain))
    body["validations"] = [_validation(work, domain, kind) for kind in domain.types]
    body["dcv_method"] = domain.dcv_method
    if detail.token and domain.dcv_method != EMAIL:
        body["dcv_token"] = render_token(domain_token(work, domain), domain.dcv_method, domain.name, active=validated)
    if domain.approved_at is not None and expires is not None:
        body["dcv_expiration"] = _dcv_expiration(domain, domain.approved_at, expires, detail, active=validated)
    return body


def render_domain_validations(work: Work, domain: Domain) -> list[dict[str, Any]]:
    """The validations of a domain in full (D)."""
    organization = work.organizations.get(domain.organization_id)
    validations = organization.validations if organization is not None else {}
    found = []
    for kind in domain.types:
        people = [work.users.get(person.get("id")) for person in validations.get(kind, {}).get("verified_users", [])]
        entry = {
            **_validation(work, domain, kind),
            "date_created": iso(domain.created_at),
            "org_status": organization_status(organization, kind, work.now) if organization else "pending",
        }
        verified = [render_verified_user(user) for user in people if user is not None]
        found.append({**entry, "verified_users": verified} if verified else entry)
    return found


def _container(work: Work, domain: Domain) -> dict[str, Any]:
    container = work.containers.get(domain.container_id)
    if container is None:
        return {}
    fields = {"id": container.id, "parent_id": container.parent_id, "name": container.name}
    return {"container": {**fields, "is_active": container.is_active}}


def _dcv_expiration(domain: Domain, approved: int, expires: int, detail: Detail, *, active: bool) -> dict[str, Any]:
    until = iso(expires) if detail.expiration_time else datetime.fromtimestamp(expires, MOUNTAIN).date().isoformat()
    # Dates without a time are those of Mountain Time (D).
    body: dict[str, Any] = dict.fromkeys(domain.types, until)
    if detail.reuse_status:
        # The names are documented, the values are not.
        status = "active" if active else "expired"
        body["ov_shortened"] = until
        body.update({f"{kind}_status": status for kind in domain.types if kind in {"ov", "ev"}})
        body["dcv_approval_date"] = datetime.fromtimestamp(approved, MOUNTAIN).date().isoformat()
    return body


def _validation(work: Work, domain: Domain, kind: str) -> dict[str, Any]:
    name, description = VALIDATION_NAMES.get(kind, (kind.upper(), kind))
    organization = work.organizations.get(domain.organization_id)
    organization_active = organization is not None and organization_status(organization, kind, work.now) == "active"
    validated = is_validated(domain, work.now)
    body: dict[str, Any] = {"type": kind, "name": name, "description": description}
    until = organization_valid_until(organization, kind, work.now) if organization is not None else None
    if until is not None:
        body["validated_until"] = iso(until)
    body["status"] = "active" if validated and organization_active else "pending"
    body["dcv_status"] = "complete" if validated else "pending"
    return body
