# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ensure domains of the account and validate them independently of orders; read them."""

from __future__ import annotations

import datetime as dt
import typing as t
from functools import partial

from .._certcentral import domains
from .._certcentral.client import Client
from .._certcentral.dcv import TOKEN_METHODS
from .._certcentral.domains import Domain
from .._decisions.domain import DomainFilter, DomainPlan, DomainRequest, is_proven, phase_of_domain, plan_domain
from .._decisions.phase import dcv_records
from .dcv_check import check_repeatedly
from .outcome import Outcome, Standing
from .send_once import send_once
from .standing import check_domains


def read_domains(
    client: Client,
    domain_id: int | None,
    name: str | None,
    container_id: int | None,
    selection: DomainFilter,
    *,
    now: dt.datetime,
) -> Outcome:
    """Return the domains that pass the filter: one by ID, those with a name, or all."""
    if domain_id is not None:
        found = [domains.get(client, domain_id)]
    else:
        found = domains.list_all(client, container_id)
        if name is not None:
            found = [domains.get(client, domain.id) for domain in found if domain.name == name]
            check_domains((domain.name for domain in found), [name])
    results = []
    standings = [(domain, _standing(domain, now)) for domain in found]
    standings = [entry for entry in standings if selection.accepts(entry[0], entry[1].phase, now)]
    for domain, standing in standings:
        results.append(
            {
                **domain.as_result(),
                "phase": standing.phase,
                "blocked_on": [blocker.as_result() for blocker in standing.blocked_on],
                "records": list(standing.records),
                "raw": domain.raw,
            }
        )
    only = standings[0][1] if len(standings) == 1 else None
    return Outcome("none", standing=only, extra={"domains": results})


def ensure_domain(
    client: Client,
    request: DomainRequest,
    *,
    renew_before: dt.timedelta,
    check: bool,
    check_for: float,
    interval: float,
    check_mode: bool,
    now: dt.datetime,
) -> Outcome:
    """Ensure the domain; while it is not validated, return the records, and request a check if desired.

    A validation that expires within ``renew_before`` does not count. The check is repeated every ``interval`` seconds
    for ``check_for`` seconds.
    """
    at = now + renew_before
    domain = _find(client, request.stored_name)
    plan = plan_domain(domain, request, at)
    extra: dict[str, t.Any] = {"domain": domain.as_result() if domain else None, "check": None}
    if domain is None and plan.action == "none":
        return Outcome("none", plan.reasons, extra=extra)
    if check_mode:
        standing = _standing(domain, at) if domain and plan.action == "none" else None
        return Outcome(plan.action, plan.reasons, None, standing, plan.before, plan.after, extra=extra)
    present = _carry_out(client, domain, request, plan, at)
    check_domains([present.name], [request.stored_name])
    if check and present.is_active and not is_proven(present, at):
        domain_id = present.id
        extra["check"] = check_repeatedly(client, lambda: _check(client, domain_id), check_for, interval)
        present = domains.get(client, domain_id)
    standing = _standing_with_token(client, present, at, now)
    extra["domain"] = present.as_result()
    return Outcome(plan.action, plan.reasons, None, standing, plan.before, plan.after, extra=extra)


def _find(client: Client, name: str) -> Domain | None:
    """Return the domain with its token and validations, or None if the account has no domain with that name."""
    found = next((domain for domain in domains.list_all(client) if domain.name == name), None)
    return domains.get(client, found.id) if found else None


def _check(client: Client, domain_id: int) -> dict[str, t.Any]:
    domains.check(client, domain_id)
    return {"found": True, "errors": []}


def _standing(domain: Domain, at: dt.datetime) -> Standing:
    phase, blockers = phase_of_domain(domain, at)
    records = dcv_records(domain.dcv_method, domain.token, [domain.name]) if phase == "waiting_dcv" else []
    return Standing(phase, blockers, tuple(records))


def _standing_with_token(client: Client, domain: Domain, at: dt.datetime, now: dt.datetime) -> Standing:
    """Return the standing of the domain, with a new random value if it has none or it has expired."""
    standing = _standing(domain, at)
    expires = domain.token.expires if domain.token else None
    has_token = domain.token is not None and (expires is None or expires > now)
    if standing.phase != "waiting_dcv" or has_token or domain.dcv_method not in TOKEN_METHODS:
        return standing
    token = domains.new_token(client, domain.id)
    records = dcv_records(domain.dcv_method, token, [domain.name])
    return Standing(standing.phase, standing.blocked_on, tuple(records))


def _carry_out(
    client: Client, domain: Domain | None, request: DomainRequest, plan: DomainPlan, at: dt.datetime
) -> Domain:
    """Carry out the steps of the plan and return the domain afterwards."""
    if domain is None:
        return _create(client, request)
    for step in plan.steps:
        send_once(
            client,
            partial(_change, client, domain.id, step, request, plan),
            partial(_is_done, client, domain.id, step, request, at),
            unseen=f"The answer to a change of domain {domain.name} was lost ({step}), and the domain does not show it",
        )
    return domains.get(client, domain.id) if plan.steps else domain


def _change(client: Client, domain_id: int, step: str, request: DomainRequest, plan: DomainPlan) -> None:
    if step in ("activate", "deactivate"):
        domains.set_active(client, domain_id, active=request.active)
    elif step == "method":
        domains.set_method(client, domain_id, t.cast(str, request.dcv_method), send_emails=request.send_emails)
    elif step == "emails":
        domains.resend_emails(client, domain_id)
    else:
        domains.submit(client, domain_id, plan.missing_types)


def _is_done(client: Client, domain_id: int, step: str, request: DomainRequest, at: dt.datetime) -> bool | None:
    return step not in plan_domain(domains.get(client, domain_id), request, at).steps or None


def _create(client: Client, request: DomainRequest) -> Domain:
    """Send the POST once; if the answer is lost, look for the domain."""
    sent = send_once(
        client,
        lambda: domains.create(client, request.body()),
        lambda: _find(client, request.stored_name),
        unseen=f"The answer to the creation of domain {request.stored_name} was lost, and the account does not show it",
    )
    return sent.found or domains.get(client, t.cast(int, sent.answer))
