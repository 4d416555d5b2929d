# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ensure organizations of the account and submit them for validation; read them."""

from __future__ import annotations

import datetime as dt
import typing as t

from .._certcentral import organizations
from .._certcentral.client import Client
from .._certcentral.organizations import OrganizationDetails, OrganizationTypeValidation
from .._decisions.org_validation import describe
from .._decisions.organization import (
    OrganizationPlan,
    OrganizationRequest,
    check_unknown,
    find_organization,
    phase_of_organization,
    plan_organization,
)
from .outcome import Outcome, Standing
from .send_once import send_once


def read_organizations(
    client: Client, organization_id: int | None, name: str | None, status: str | None, container_id: int | None
) -> Outcome:
    """Return organizations: one by ID, those with a name, or all."""
    if organization_id is not None:
        found = [organizations.get_details(client, organization_id)]
    else:
        found = organizations.list_details(client, status=status, container_id=container_id)
        if name is not None:
            folded = name.strip().casefold()
            found = [
                entry
                for entry in found
                if folded in {(text or "").strip().casefold() for text in (entry.name, entry.display_name)}
            ]
    return Outcome("none", extra={"organizations": [{**entry.as_result(), "raw": entry.raw} for entry in found]})


def ensure_organization(client: Client, request: OrganizationRequest, *, check_mode: bool, now: dt.datetime) -> Outcome:
    """Ensure the organization and its validations; in check mode report what would be done."""
    organization = _find(client, request)
    validations = organizations.validations(client, organization.id) if organization else []
    plan = plan_organization(organization, validations, request, now)
    if organization is None and plan.action == "none":
        return Outcome("none", plan.reasons, extra={"organization": None})
    if check_mode and plan.steps:
        result = _as_result(organization, validations, request, now) if organization else None
        return Outcome(plan.action, plan.reasons, None, None, plan.before, plan.after, extra={"organization": result})
    present = _carry_out(client, organization, request, plan, now)
    if plan.steps:
        validations = organizations.validations(client, present.id)
    types = [entry.type for entry in request.validations]
    phase, blockers = phase_of_organization(present, validations, types, now)
    extra = {"organization": _as_result(present, validations, request, now)}
    standing = Standing(phase, blockers, ())
    return Outcome(plan.action, plan.reasons, None, standing, plan.before, plan.after, extra=extra)


def _as_result(
    organization: OrganizationDetails,
    validations: t.Sequence[OrganizationTypeValidation],
    request: OrganizationRequest,
    now: dt.datetime,
) -> dict[str, t.Any]:
    types = [entry.type for entry in request.validations]
    return {**organization.as_result(), **describe(organization, validations, types, now)}


def _find(client: Client, request: OrganizationRequest) -> OrganizationDetails | None:
    if request.organization_id is not None:
        return organizations.get_details(client, request.organization_id)
    listed = organizations.list_details(client)
    found = find_organization(listed, request)
    if found is None:
        check_unknown(listed, request)
    return found


def _carry_out(
    client: Client,
    organization: OrganizationDetails | None,
    request: OrganizationRequest,
    plan: OrganizationPlan,
    now: dt.datetime,
) -> OrganizationDetails:
    """Carry out the steps of the plan and return the organization afterwards."""
    if organization is None:
        organization = _create(client, request)
    if not plan.steps:
        return organization
    if "activate" in plan.steps or "deactivate" in plan.steps:
        organizations.set_active(client, organization.id, active=request.active)
    if "submit" in plan.steps:
        _submit(client, organization, request, plan, now)
    return organizations.get_details(client, organization.id)


def _create(client: Client, request: OrganizationRequest) -> OrganizationDetails:
    """Send the POST once; if the answer is lost, look for the organization."""
    sent = send_once(
        client,
        lambda: organizations.create(client, request.body()),
        lambda: _find(client, request),
        unseen="The answer to the creation of the organization was lost, and the account does not show it",
    )
    return sent.found or organizations.get_details(client, t.cast(int, sent.answer))


def _submit(
    client: Client,
    organization: OrganizationDetails,
    request: OrganizationRequest,
    plan: OrganizationPlan,
    now: dt.datetime,
) -> None:
    """Send the POST once; if the answer is lost, look for its effect."""

    def look() -> bool | None:
        validations = organizations.validations(client, organization.id)
        return "submit" not in plan_organization(organization, validations, request, now).steps or None

    send_once(
        client,
        lambda: organizations.submit(client, organization.id, [entry.body() for entry in plan.submitted]),
        look,
        unseen=(
            f"The answer to the submission of organization {organization.id} was lost, and CertCentral does not show "
            "the submission"
        ),
    )
