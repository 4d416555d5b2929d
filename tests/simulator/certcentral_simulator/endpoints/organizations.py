# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Organizations: list, info, create, validation."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from certcentral_simulator.cases.divisions import container_for, visible_clause
from certcentral_simulator.cases.organizations import VALIDATION_TYPES, create_organization, find_duplicate
from certcentral_simulator.errors import Refusal, invalid
from certcentral_simulator.render.organizations import render_organization_full, render_validations
from certcentral_simulator.rules.contacts import read_person
from certcentral_simulator.rules.kinds import natural_number, read_id, read_objects
from certcentral_simulator.rules.listing import Condition
from certcentral_simulator.state import filters
from certcentral_simulator.state.rows import Organization
from certcentral_simulator.state.work import Work
from certcentral_simulator.web.call import (
    Call,
    container_clause,
    in_transaction,
    json_reply,
    list_reply,
    no_content,
    page_of,
)
from certcentral_simulator.web.lookups import find_organization

blueprint = Blueprint("organizations", __name__)

_NEED_VERIFIED_USERS = {"ev", "cs", "ev_cs"}


@blueprint.get("/organization")
@in_transaction
def list_organizations(work: Work, call: Call) -> Response:
    """The list of organizations, by container and filters (D)."""
    listing = call.listing()
    known = {**_FILTERS, "container_id_for_organization": lambda condition: _usable_in(work, condition)}
    first = [visible_clause(work, "container_id"), container_clause(call, "container_id")]
    where, values = filters.where(work, listing.conditions, known, first)
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


@blueprint.get("/container/<int:container_id>/order/organization")
@in_transaction
def organizations_of_container(work: Work, call: Call, container_id: int) -> Response:
    """The organizations that a division may order for, with their validations (D)."""
    container = container_for(work, container_id, container_id)
    clause, values = _usable_in(work, Condition("container_id_for_organization", "in", (str(container.id),)))
    found = work.organizations.find(f"{clause} AND {visible_clause(work, 'container_id')}", *values)
    items = [render_organization_full(work, organization, include_validation=True) for organization in found]
    return list_reply(work, "organizations", items)


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


def _by_validation(condition: Condition) -> filters.Clause:
    waiting = "SELECT 1 FROM json_each(validations) v WHERE json_extract(v.value, '$.validated_at') IS NULL"
    words: dict[str, filters.Clause] = {
        "pending": (f"EXISTS ({waiting})", []),
        "not_pending": (f"NOT EXISTS ({waiting})", []),
    }
    return filters.either([("0", []), *(words[value] for value in condition.values if value in words)])


def _by_id_or_name(condition: Condition) -> filters.Clause:
    """Unlike the other lists: the id, or a part of the name without a percent sign (D)."""
    return filters.either([filters.numbers("id")(condition), filters.containing("name")(condition)])


def _usable_in(work: Work, condition: Condition) -> filters.Clause:
    """What a division may order for: in the root no filter applies (D); else its own and those of the ones above it."""
    container = work.containers.get(natural_number(condition.values[0]))
    if container is None:
        return "0", []
    if not container.parent_id:
        return "1", []
    found: list[object] = []
    while container is not None and container.id not in found:
        found.append(container.id)
        container = work.containers.get(container.parent_id)
    return filters.one_of("container_id", found)


_FILTERS: dict[str, filters.Filter] = {
    "status": filters.active("is_active"),
    "validation": _by_validation,
    "search": _by_id_or_name,
}
