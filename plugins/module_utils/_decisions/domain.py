# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must be changed so that a domain is as requested, and what its validation waits for. Pure decisions.

Rules: https://dev.digicert.com/certcentral-apis/services-api/domains/add-domain.html
"""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass, field

from .._certcentral.domains import Domain
from .._certcentral.errors import InputError, StateError
from .._x509.names import InvalidNameError, normalise
from .phase import Blocker, dcv_step

_HTTP_METHODS = ("http-token", "http-token-dynamic")


def read_name(text: str) -> str:
    """Return the normalised name of a domain. Raises InputError if it is not a valid one."""
    try:
        name = normalise(text)
    except InvalidNameError as exc:
        raise InputError(f"{exc}.", next_action="Correct the option name.") from exc
    if name.startswith("*."):
        raise InputError(
            f"{name} is a wildcard name, not a domain.",
            next_action=f"Set name to {name[2:]}; its validation by DNS or e-mail covers all names below it.",
        )
    return name


@dataclass(frozen=True)
class DomainRequest:
    """The desired properties of a domain."""

    name: str
    """Normalised."""
    organization_id: int | None
    dcv_method: str | None
    types: tuple[str, ...]
    keep_www: bool
    active: bool
    send_emails: bool = True
    """Whether the service sends its e-mails at once if the method is changed to ``email``."""
    resend_emails: bool = False
    """Whether the service sends them again while nobody has answered."""

    @property
    def keeps_www(self) -> bool:
        """Whether a leading ``www.`` stays: the service drops it unless files are used, which prove only one name."""
        return self.keep_www or self.dcv_method in _HTTP_METHODS

    @property
    def stored_name(self) -> str:
        """The name under which the service stores the domain."""
        return self.name if self.keeps_www else self.name.removeprefix("www.")

    def body(self) -> dict[str, t.Any]:
        """Return the body of the POST that creates it."""
        body: dict[str, t.Any] = {
            "name": self.name,
            "organization": {"id": self.organization_id},
            "validations": [{"type": kind} for kind in self.types],
        }
        if self.dcv_method is not None:
            body["dcv_method"] = self.dcv_method
        if self.keeps_www and self.name.startswith("www."):
            body["keep_www"] = True
        return body


@dataclass(frozen=True)
class DomainPlan:
    """What must be done, and why."""

    action: str
    """``none``, ``create``, ``update`` or ``resend_emails``."""
    reasons: tuple[str, ...]
    steps: tuple[str, ...] = ()
    """Among ``create``, ``activate``, ``deactivate``, ``submit``, ``method``, ``emails``."""
    missing_types: tuple[str, ...] = ()
    before: dict[str, t.Any] = field(default_factory=dict)
    after: dict[str, t.Any] = field(default_factory=dict)


def plan_domain(domain: Domain | None, request: DomainRequest, at: dt.datetime) -> DomainPlan:
    """Compare a domain with the request. ``at`` is the time until which control must be proven.

    Raises InputError or StateError if the request cannot be fulfilled.
    """
    name = request.stored_name
    if domain is None:
        return _plan_new(request)
    if request.organization_id is not None and domain.organization_id != request.organization_id:
        raise StateError(
            f"Domain {name} belongs to organization {domain.organization_id}, not to {request.organization_id}.",
            next_action="Correct organization_id, or move the domain in the CertCentral console.",
        )
    before: dict[str, t.Any] = {}
    after: dict[str, t.Any] = {}
    reasons, steps = [], []
    if domain.is_active is not request.active:
        steps.append("activate" if request.active else "deactivate")
        reasons.append(f"domain {name} is {'not active' if request.active else 'active'}")
        before["active"], after["active"] = domain.is_active, request.active
    present = [entry.type for entry in domain.validations]
    missing = tuple(kind for kind in request.types if kind not in present) if request.active else ()
    if missing:
        steps.append("submit")
        reasons.append(f"domain {name} is not submitted for {', '.join(missing)}")
        before["validations"], after["validations"] = present, [*present, *missing]
    if request.active and request.dcv_method not in (None, domain.dcv_method) and not is_proven(domain, at):
        steps.append("method")
        reasons.append(f"domain {name} is validated by {domain.dcv_method}, not by {request.dcv_method}")
        before["dcv_method"], after["dcv_method"] = domain.dcv_method, request.dcv_method
    if request.active and request.resend_emails and "method" not in steps and not is_proven(domain, at):
        _require_email(domain)
        steps.append("emails")
        reasons.append(f"domain {name} waits for an answer to its e-mails")
    if not steps:
        return DomainPlan("none", (f"domain {name} is already as requested",))
    action = "resend_emails" if steps == ["emails"] else "update"
    return DomainPlan(action, tuple(reasons), tuple(steps), missing, before, after)


def _require_email(domain: Domain) -> None:
    if domain.dcv_method not in (None, "email"):
        raise StateError(
            f"Domain {domain.name} is validated by {domain.dcv_method}, for which no e-mail is sent.",
            next_action="Remove resend_emails and publish the records in dcv.records, or set dcv_method to email.",
        )


def _plan_new(request: DomainRequest) -> DomainPlan:
    name = request.stored_name
    if not request.active:
        return DomainPlan("none", (f"the account has no domain {name}",))
    if request.organization_id is None:
        raise InputError(
            f"The account has no domain {name}, and a domain cannot be created without an organization.",
            next_action="Set organization_id; digicert_organization_info lists the organizations.",
        )
    after = {
        "name": name,
        "organization_id": request.organization_id,
        "dcv_method": request.dcv_method,
        "validations": list(request.types),
    }
    return DomainPlan("create", (f"the account has no domain {name}",), ("create",), after=after)


@dataclass(frozen=True)
class DomainFilter:
    """Which of the listed domains to return; a value of None, or an empty one, does not filter."""

    organization_id: int | None = None
    active: bool | None = None
    phases: tuple[str, ...] = ()
    expiring_within: dt.timedelta | None = None
    """Only domains whose proof of control expires within this time, or has expired."""

    def accepts(self, domain: Domain, phase: str | None, now: dt.datetime) -> bool:
        """Return whether a domain whose validation is in this phase passes the filter."""
        if self.organization_id is not None and domain.organization_id != self.organization_id:
            return False
        if self.active is not None and domain.is_active is not self.active:
            return False
        if self.phases and phase not in self.phases:
            return False
        if self.expiring_within is None:
            return True
        return domain.dcv_expires is not None and domain.dcv_expires <= now + self.expiring_within


def is_proven(domain: Domain, at: dt.datetime) -> bool:
    """Return whether control of the domain is proven, and still will be at this time."""
    if domain.dcv_expires is not None:
        return domain.dcv_expires > at
    return any(entry.dcv_status == "complete" for entry in domain.validations)


def phase_of_domain(domain: Domain, at: dt.datetime) -> tuple[str | None, tuple[Blocker, ...]]:
    """Return the phase of a domain's validation, None if there is nothing to wait for, and what it waits for."""
    if not domain.is_active:
        return None, ()
    blockers: list[Blocker] = []
    if not is_proven(domain, at):
        detail = f"control of {domain.name} is not proven (method {domain.dcv_method or 'unknown'})"
        blockers.append(Blocker("dcv", detail, domain.date_created, dcv_step(domain.dcv_method)))
    else:
        for entry in domain.validations:
            if entry.status not in ("active", "complete"):
                blockers.append(
                    Blocker(
                        "organization",
                        f"the {entry.type.upper()} validation of organization {domain.organization_id} is not active",
                        domain.date_created,
                        "Submit the organization with digicert_organization, and answer DigiCert's validation team.",
                    )
                )
    if not blockers:
        return None, ()
    return ("waiting_dcv" if blockers[0].what == "dcv" else "waiting_organization"), tuple(blockers)
