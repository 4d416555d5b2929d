# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which organization matches a request, and what must be changed so that it is as requested. Pure decisions.

Rules: https://dev.digicert.com/certcentral-apis/services-api/organizations/create-organization.html
"""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass, field

from .._certcentral.errors import InputError, StateError
from .._certcentral.organizations import TYPES_WITH_VERIFIED_USERS, OrganizationDetails, OrganizationTypeValidation
from .phase import Blocker

IDENTITY = ("name", "country", "city", "address")
"""The fields by which the service recognises an existing organization."""


@dataclass(frozen=True)
class RequestedValidation:
    """A type of validation for which the organization should be submitted."""

    type: str
    verified_users: tuple[dict[str, t.Any], ...] = ()
    """Each with ``id``, or with the fields of a person who is not a user yet."""

    def body(self) -> dict[str, t.Any]:
        """Return the form in which it is submitted."""
        users = {"verified_users": list(self.verified_users)} if self.verified_users else {}
        return {"type": self.type, **users}


@dataclass(frozen=True)
class OrganizationRequest:
    """The desired properties of an organization."""

    organization_id: int | None
    details: dict[str, str]
    """With the service's field names (``name``, ``address``, ``city``, ``country`` and so on), only those given."""
    contact: dict[str, str]
    container_id: int | None
    skip_duplicate_check: bool
    validations: tuple[RequestedValidation, ...]
    active: bool
    renew_before: int = 0
    """How many days before it expires a validation is submitted again."""

    @property
    def label(self) -> str:
        """Return how messages refer to the organization."""
        return f"organization {self.organization_id or repr(self.details.get('name'))}"

    def body(self) -> dict[str, t.Any]:
        """Return the body of the POST that creates it."""
        body: dict[str, t.Any] = dict(self.details)
        if self.contact:
            body["organization_contact"] = self.contact
        if self.container_id is not None:
            body["container"] = {"id": self.container_id}
        if self.skip_duplicate_check:
            body["skip_duplicate_org_check"] = True
        return body


@dataclass(frozen=True)
class OrganizationPlan:
    """What must be done, and why."""

    action: str
    """``none``, ``create`` or ``update``."""
    reasons: tuple[str, ...]
    steps: tuple[str, ...] = ()
    """Among ``create``, ``activate``, ``deactivate``, ``submit``."""
    submitted: tuple[RequestedValidation, ...] = ()
    before: dict[str, t.Any] = field(default_factory=dict)
    after: dict[str, t.Any] = field(default_factory=dict)


def folded(text: object) -> str:
    """Return a text in the form for comparisons that ignore case and blanks."""
    return " ".join(str(text or "").split()).casefold()


def find_organization(
    organizations: t.Iterable[OrganizationDetails], request: OrganizationRequest
) -> OrganizationDetails | None:
    """Return the matching organization, the oldest active one if several match, as the service itself chooses.

    It has the requested name and, if they were given, the requested country, city, address and container, regardless of
    case and blanks.
    """
    matching = [
        organization
        for organization in organizations
        if all(
            folded(getattr(organization, key)) == folded(request.details[key])
            for key in IDENTITY
            if key in request.details
        )
        and request.container_id in (None, organization.container_id)
    ]
    return min(matching, key=lambda organization: (not organization.is_active, organization.id), default=None)


def check_unknown(organizations: t.Iterable[OrganizationDetails], request: OrganizationRequest) -> None:
    """Refuse to create an organization if one may exist of which the answer lacks something. Raises StateError."""
    for organization in organizations:
        lacks = [key for key in IDENTITY if request.details.get(key) and not folded(getattr(organization, key))]
        differs = any(
            folded(getattr(organization, key)) != folded(request.details[key])
            for key in IDENTITY
            if key in request.details and key not in lacks
        )
        if lacks and not differs:
            raise StateError(
                f"CertCentral does not report the {' and '.join(lacks)} of organization {organization.id}, which may "
                f"be {request.label}, so nothing was created.",
                next_action="Check the organization in CertCentral, and give its ID in organization_id.",
            )


def plan_organization(
    organization: OrganizationDetails | None,
    validations: t.Sequence[OrganizationTypeValidation],
    request: OrganizationRequest,
    now: dt.datetime,
) -> OrganizationPlan:
    """Compare an organization with the request. Raises InputError if the request cannot be fulfilled."""
    if organization is None:
        return _plan_new(request, now)
    before: dict[str, t.Any] = {}
    after: dict[str, t.Any] = {}
    reasons, steps = [], []
    if organization.is_active is not request.active:
        steps.append("activate" if request.active else "deactivate")
        reasons.append(f"organization {organization.id} is {'not active' if request.active else 'active'}")
        before["active"], after["active"] = organization.is_active, request.active
    submitted, causes = _to_submit(request, validations, now)
    if submitted:
        steps.append("submit")
        reasons += causes
        before["validations"] = {entry.type: entry.status for entry in validations}
        after["validations"] = {**before["validations"], **{entry.type: "pending" for entry in submitted}}
    if not steps:
        return OrganizationPlan("none", (f"organization {organization.id} is already as requested",))
    return OrganizationPlan("update", tuple(reasons), tuple(steps), submitted, before, after)


def _plan_new(request: OrganizationRequest, now: dt.datetime) -> OrganizationPlan:
    reason = f"the account has no {request.label}"
    if not request.active:
        return OrganizationPlan("none", (reason,))
    missing = [key for key in ("name", "address", "city", "country") if not request.details.get(key)]
    if missing:
        raise InputError(
            f"The account has no {request.label}, and it cannot be created without {', '.join(missing)}.",
            next_action="Set the full address of the organization, or correct its name.",
        )
    submitted, _causes = _to_submit(request, (), now)
    after = {**request.details, "validations": {entry.type: "pending" for entry in submitted}}
    steps = ("create", "submit") if submitted else ("create",)
    return OrganizationPlan("create", (reason,), steps, submitted, after=after)


def _to_submit(
    request: OrganizationRequest, validations: t.Sequence[OrganizationTypeValidation], now: dt.datetime
) -> tuple[tuple[RequestedValidation, ...], list[str]]:
    """Return the types that must be submitted, and the reason for each. A pending type is not submitted again."""
    if not request.active:
        return (), []
    by_type = {entry.type: entry for entry in validations}
    limit = now + dt.timedelta(days=request.renew_before)
    submitted, reasons = [], []
    for requested in request.validations:
        kind, present = requested.type.upper(), by_type.get(requested.type)
        if present is None:
            reasons.append(f"it is not submitted for {kind} validation")
        elif present.expires_by(now):
            reasons.append(f"its {kind} validation has expired")
        elif present.status != "pending" and present.expires_by(limit):
            reasons.append(f"its {kind} validation expires on {present.validated_until:%Y-%m-%d}")
        elif any(not _is_among(user, present.verified_users) for user in requested.verified_users):
            reasons.append(f"a verified user for its {kind} validation is not submitted")
        else:
            continue
        known = present.verified_users if present else ()
        if requested.type in TYPES_WITH_VERIFIED_USERS and not requested.verified_users and not known:
            raise InputError(
                f"The {kind} validation of {request.label} needs verified users.",
                next_action="List them in verified_users of the validation, by the ID of a user or as a person.",
            )
        ids = tuple({"id": user["id"]} for user in known if user.get("id"))
        submitted.append(requested if requested.verified_users else RequestedValidation(requested.type, ids))
    return tuple(submitted), reasons


def _is_among(user: dict[str, t.Any], known: t.Sequence[dict[str, t.Any]]) -> bool:
    """Return whether a user is among the verified ones, by ID, or by name if it is a person without an ID."""
    if user.get("id") is not None:
        return any(str(entry.get("id")) == str(user["id"]) for entry in known)
    names = ("first_name", "last_name")
    return any(all(folded(entry.get(name)) == folded(user.get(name)) for name in names) for entry in known)


def phase_of_organization(
    organization: OrganizationDetails,
    validations: t.Sequence[OrganizationTypeValidation],
    types: t.Iterable[str],
    now: dt.datetime,
) -> tuple[str | None, tuple[Blocker, ...]]:
    """Return ``waiting_organization`` while a requested type is not active, otherwise None, and what it waits for."""
    if not organization.is_active:
        return None, ()
    by_type = {entry.type: entry for entry in validations}
    blockers = []
    for kind in types:
        present = by_type.get(kind)
        if present is None or not present.is_active(now):
            status = present.status if present else "missing"
            detail = f"the {kind.upper()} validation of organization {organization.id} is {status}"
            blockers.append(Blocker("organization", detail, None, "Answer DigiCert's validation team."))
    return ("waiting_organization" if blockers else None), tuple(blockers)
