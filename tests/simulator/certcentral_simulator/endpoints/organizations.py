# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Organizations: list, info, create, validation."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from certcentral_simulator.cases.divisions import visible_clause
from certcentral_simulator.cases.organizations import VALIDATION_TYPES, create_organization, find_duplicate
from certcentral_simulator.errors import Refusal, invalid
from certcentral_simulator.render.organizations import render_organization_full, render_validations
from certcentral_simulator.rules.contacts import read_person
from certcentral_simulator.rules.kinds import read_id, read_objects
from certcentral_simulator.rules.listing import Condition
from certcentral_simulator.state.rows import Organization
from certcentral_simulator.state.work import Work
from certcentral_simulator.web.call import Call, in_transaction, json_reply, list_reply, no_content, page_of
from certcentral_simulator.web.lookups import find_organization

blueprint = Blueprint("organizations", __name__)

_NEED_VERIFIED_USERS = {"ev", "cs", "ev_cs"}


@blueprint.get("/organization")
@in_transaction
def list_organizations(work: Work, call: Call) -> Response:
    """The list of organizations, by container and ``filters[status]``."""
    listing = call.listing()
    clauses, values = [visible_clause(work, "container_id")], []
    container_id = read_id(call.argument("container_id"), "container_id")
    if container_id is not None:
        clauses.append("container_id = ?")
        values.append(container_id)
    for condition in listing.conditions:
        clauses.append(_filter(condition))
    where = " AND ".join(clauses)
    detail = work.switches.text("organization_list_validation")
    with_validation = detail != "none" and call.argument("include_validation") in {"1", "true"}
    found = work.organizations.find(where, *values, limit=listing.limit, offset=listing.offset)
    items = [render_organization_full(work, organization, include_validation=with_validation) for organization in found]
    if detail == "without_users":
        for validation in (entry for item in items for entry in item.get("validations", [])):
            validation.pop("verified_users", None)
    return list_reply(work, "organizations", items, page_of(work.organizations.count(where, *values), listing))


@blueprint.post("/organization")
@in_transaction
def post_organization(work: Work, call: Call) -> Response:
    """Create an organization (201 with its id)."""
    body = call.body()
    always = work.switches.text("organization_duplicates") == "always"
    existing = find_duplicate(work, body) if always else None
    organization = existing or create_organization(work, body, call.user.container_id)
    return json_reply({"id": organization.id}, 201)


@blueprint.get("/organization/<int:organization_id>")
@in_transaction
def organization_info(work: Work, call: Call, organization_id: int) -> Response:
    """One organization."""
    organization = find_organization(work, organization_id)
    with_validation = call.argument("include_validation") in {"1", "true"}
    return json_reply(render_organization_full(work, organization, include_validation=with_validation))


@blueprint.get("/organization/<int:organization_id>/validation")
@in_transaction
def organization_validation(work: Work, call: Call, organization_id: int) -> Response:
    """The validations of an organization (D)."""
    organization = find_organization(work, organization_id)
    return json_reply({"validations": render_validations(work, organization)})


@blueprint.post("/organization/<int:organization_id>/validation")
@in_transaction
def submit_validation(work: Work, call: Call, organization_id: int) -> Response:
    """Submit an organization for validation (204); the CA's staff, here the control address, then validates it."""
    organization = find_organization(work, organization_id)
    entries = read_objects(call.body().get("validations"), "validations")
    if not entries:
        raise invalid("validations")
    for entry in entries:
        kind = str(entry.get("type") or "")
        if kind not in VALIDATION_TYPES:
            raise invalid("type")
        _submit(work, organization, kind, entry)
    work.organizations.update(organization)
    return no_content()


@blueprint.put("/organization/<int:organization_id>/activate")
@in_transaction
def activate(work: Work, call: Call, organization_id: int) -> Response:
    """Make the organization usable again."""
    return _set_active(work, organization_id, active=True)


@blueprint.put("/organization/<int:organization_id>/deactivate")
@in_transaction
def deactivate(work: Work, call: Call, organization_id: int) -> Response:
    """Make the organization unusable."""
    return _set_active(work, organization_id, active=False)


def _set_active(work: Work, organization_id: int, *, active: bool) -> Response:
    organization = find_organization(work, organization_id)
    organization.is_active = active
    work.organizations.update(organization)
    return no_content()


def _submit(work: Work, organization: Organization, kind: str, entry: dict[str, Any]) -> None:
    people = read_objects(entry.get("verified_users"), "verified_users")
    if kind in _NEED_VERIFIED_USERS and not people:
        raise Refusal("verified_users_missing")
    current = organization.validations.get(kind)
    if current is None:
        current = {"validated_at": None, "created_at": work.now, "verified_users": []}
    known = {person.get("id") for person in current["verified_users"]}
    for person in people:
        user_id = read_id(person.get("id"), "verified_users")
        user = work.users.get(user_id)
        if user_id is not None and user is None:
            raise invalid("verified_users")
        named: dict[str, Any] = (
            {"id": user.id, "first_name": user.first_name, "last_name": user.last_name} if user else read_person(person)
        )
        if named.get("id") not in known or named.get("id") is None:
            current["verified_users"].append(named)
    organization.validations[kind] = current


def _filter(condition: Condition) -> str:
    if condition.property != "status":
        raise Refusal("filter_unknown")
    states = [str(int(value == "active")) for value in condition.values if value in {"active", "inactive"}]
    return f"is_active IN ({', '.join(states)})"
