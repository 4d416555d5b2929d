# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Organizations: the state of their validations, and setting it by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from certcentral_simulator.admin.common import current_simulator
from certcentral_simulator.cases.console import decide_organization
from certcentral_simulator.cases.organizations import VALIDATION_TYPES
from certcentral_simulator.cases.validation import organization_status, organization_valid_until
from certcentral_simulator.page.paging import read_paging
from certcentral_simulator.page.site import PREFIX, done, make_part, show
from certcentral_simulator.state.account import STATES
from certcentral_simulator.state.rows import Organization
from certcentral_simulator.state.work import Work

part = make_part("organizations")


@dataclass(frozen=True)
class ListedValidation:
    """One validation of an organization; ``status`` is active, pending or expired."""

    kind: str
    status: str
    valid_until: int | None
    verified_users: list[str]


@dataclass(frozen=True)
class ListedOrganization:
    """An organization with its validations and the number of its orders."""

    organization: Organization
    validations: list[ListedValidation]
    order_count: int


@part.get(f"{PREFIX}/organizations")
def show_list() -> str:
    """The organizations, by ``page``."""
    with current_simulator().work() as work:
        paging = read_paging(request.args, work.organizations.count())
        found = work.organizations.find(limit=paging.rows, offset=paging.offset)
        return show(
            work,
            "organizations.html",
            organizations=[_listed(work, organization) for organization in found],
            paging=paging,
            kinds=VALIDATION_TYPES,
            states=STATES,
        )


@part.post(f"{PREFIX}/organizations/<int:organization_id>/decide")
def decide(organization_id: int) -> Response:
    """Set one validation of an organization, or activate or deactivate the organization."""
    values: dict[str, Any]
    if "active" in request.form:
        values = {"is_active": request.form["active"] == "yes"}
        change = "active" if values["is_active"] else "deactivated"
    else:
        kind, state = request.form.get("kind", ""), request.form.get("state", "")
        if kind not in VALIDATION_TYPES:
            raise ValueError(f"there is no validation {kind!r}")
        values, change = {kind: state}, f"{state} for {kind.upper()}"
    with current_simulator().work() as work:
        decide_organization(work, organization_id, values)
        name = work.organizations.need(organization_id).name
    return done(f"{name} is now {change}.", "page_organizations.show_list")


def _listed(work: Work, organization: Organization) -> ListedOrganization:
    validations = [
        ListedValidation(
            kind,
            organization_status(organization, kind, work.now),
            organization_valid_until(organization, kind, work.now),
            [f"{user.get('first_name', '')} {user.get('last_name', '')}" for user in stored.get("verified_users", [])],
        )
        for kind, stored in organization.validations.items()
    ]
    return ListedOrganization(organization, validations, work.orders.count("organization_id = ?", organization.id))
