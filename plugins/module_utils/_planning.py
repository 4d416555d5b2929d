# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Gather the orders that may serve a host's certificate, and decide what has to happen. Reads only."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass

from ansible_collections.community.digicert.plugins.module_utils import _plan
from ansible_collections.community.digicert.plugins.module_utils._candidates import find_candidates
from ansible_collections.community.digicert.plugins.module_utils._certcentral import orders
from ansible_collections.community.digicert.plugins.module_utils._certcentral.model import Order
from ansible_collections.community.digicert.plugins.module_utils._client import Client
from ansible_collections.community.digicert.plugins.module_utils._duplicates import phase_of_duplicate
from ansible_collections.community.digicert.plugins.module_utils._errors import InputError
from ansible_collections.community.digicert.plugins.module_utils._key_plan import (
    Certificates,
    needs_certificates,
    plan_for_key,
)
from ansible_collections.community.digicert.plugins.module_utils._outcome import (
    Outcome,
    Standing,
    standing_of,
    validation_of,
    with_pending_reissue,
)
from ansible_collections.community.digicert.plugins.module_utils._plan_calls import calls_of
from ansible_collections.community.digicert.plugins.module_utils._serial_number import normalise_serial_number


@dataclass(frozen=True)
class PlanRequest:
    """What a host wants, and what is known of it."""

    wanted: _plan.Wanted
    order_id: int | None
    """The order that the user names."""
    serial_number: str | None
    """The serial number of the certificate that is installed."""
    renew_before: str
    allow_name_removal: bool
    replace: bool = False
    """Whether the installed certificate shall be replaced whatever its end."""
    duplicates: bool = False
    """Whether a certificate that is issued for another key is duplicated rather than reissued."""


def plan(client: Client, request: PlanRequest, *, now: dt.datetime) -> Outcome:
    """Return the plan as an outcome; nothing is changed."""
    today = now.date()
    known = _known_orders(client, request)
    own_ids = {_plan.intent_id(request.wanted, renewal_of) for renewal_of in (None, *known)}
    found = {order.id: order for order in known.values()}
    for order in find_candidates(client, sorted(own_ids), common_name=request.wanted.names[0], known=known):
        found[order.id] = order
    decision = _plan.plan_certificate(
        request.wanted,
        list(found.values()),
        named_order_id=request.order_id,
        known_order_ids=set(known),
        own_ids=own_ids,
        renew_before=request.renew_before,
        allow_name_removal=request.allow_name_removal,
        replaced=_replaced(request),
        today=today,
    )
    if request.duplicates and decision.order is not None and needs_certificates(decision, _installed(request)):
        decision = _plan_for_key(client, decision, decision.order, request, now)
    serving = decision.certificate
    return Outcome(
        decision.action,
        decision.reasons,
        decision.order,
        _standing(client, decision, today),
        before=_certificate_before(decision.order),
        after={"dns_names": sorted(decision.names)},
        warnings=decision.warnings,
        is_plan=True,
        extra={
            **({"certificate": serving.as_result(now)} if serving else {}),
            "plan": {
                "order_id": decision.order.id if decision.order else None,
                "renewal_of_order_id": decision.renewal_of,
                "dns_names": list(decision.names),
                "paid": decision.paid,
                "revokes": decision.revokes,
                "key_matches": decision.key_matches,
                "calls": calls_of(decision, request.wanted.product),
            },
        },
    )


def _plan_for_key(
    client: Client, decision: _plan.CertificatePlan, order: Order, request: PlanRequest, now: dt.datetime
) -> _plan.CertificatePlan:
    listed = Certificates(
        tuple(orders.reissues(client, order.id)),
        tuple(orders.duplicates(client, order.id)),
        validation_of(client, order.id),
    )
    return plan_for_key(
        decision,
        order,
        request.wanted,
        listed,
        renew_before=request.renew_before,
        replaced=_replaced(request),
        now=now,
    )


def _standing(client: Client, decision: _plan.CertificatePlan, today: dt.date) -> Standing | None:
    """Return where the order stands; where something else than its current certificate serves or is awaited, that."""
    order = decision.order
    if order is None:
        return None
    if decision.only_key and decision.action == "none":
        phase, blockers = phase_of_duplicate(order, decision.certificate)
        return Standing(phase, blockers, ())
    return standing_of(client, order, today=today, read_only=True)


def _known_orders(client: Client, request: PlanRequest) -> dict[int, Order]:
    """Return the orders that are this host's for sure, by ID."""
    known: dict[int, Order] = {}
    if request.order_id is not None:
        order = orders.find(client, request.order_id)
        if order is None:
            raise InputError(
                f"Order {request.order_id} does not exist in this account.",
                next_action="Correct order_id, or leave it out so that an order is found by its names.",
            )
        known[order.id] = with_pending_reissue(client, order)
    if request.serial_number:
        order = orders.find_by_serial_number(client, request.serial_number)
        if order is not None and order.id not in known:
            known[order.id] = with_pending_reissue(client, order)
    return known


def _installed(request: PlanRequest) -> str | None:
    return normalise_serial_number(request.serial_number) if request.serial_number else None


def _replaced(request: PlanRequest) -> str | None:
    return _installed(request) if request.replace else None


def _certificate_before(order: Order | None) -> dict[str, t.Any]:
    return {"dns_names": sorted(order.certificate.names)} if order else {}
