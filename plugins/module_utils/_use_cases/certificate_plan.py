# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Collect the orders that may serve a host's certificate, and decide what has to happen. Only reads."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass

from .._certcentral import orders
from .._certcentral.client import Client
from .._certcentral.errors import InputError
from .._certcentral.model import Order
from .._decisions.certificate_plan import CertificatePlan, calls_of, plan_certificate
from .._decisions.duplicate import phase_of_duplicate
from .._decisions.key_plan import Certificates, needs_certificates, plan_for_key
from .._decisions.order import OrderIntent, ask, intent_id, question
from .._x509.hexadecimal import normalise_serial_number
from .candidates import find_candidates
from .outcome import Outcome, Standing
from .reissue import check_loop
from .standing import standing_of, validation_of, with_pending_reissue


@dataclass(frozen=True)
class PlanRequest:
    """The certificate that a host needs, and what is known about its present one."""

    intent: OrderIntent
    order_id: int | None
    """The order that the user names."""
    serial_number: str | None
    """The serial number of the certificate that is installed."""
    renew_before: str
    allow_name_removal: bool
    replace: bool = False
    """Whether the installed certificate must be replaced even if it is not due."""
    duplicates: bool = False
    """Whether a certificate that was issued for another key is duplicated instead of reissued."""


def plan(client: Client, request: PlanRequest, *, now: dt.datetime) -> Outcome:
    """Return the plan as an outcome; nothing is changed."""
    today = now.date()
    known = _known_orders(client, request)
    own_ids = {intent_id(request.intent, renewal_of) for renewal_of in (None, *known)}
    found = {order.id: order for order in known.values()}
    for order in find_candidates(client, sorted(own_ids), common_name=request.intent.names[0], known=known):
        found[order.id] = order
    decision = plan_certificate(
        request.intent,
        list(found.values()),
        named_order_id=request.order_id,
        known_order_ids=set(known),
        own_ids=own_ids,
        renew_before=request.renew_before,
        allow_name_removal=request.allow_name_removal,
        replaced=_replaced(request),
        today=today,
    )
    if decision.action == "reissue" and decision.order is not None and not request.replace:
        check_loop(client, decision.order, request.renew_before)
    if decision.action in ("order", "renew"):
        asked = question(request.intent, found.values(), own_ids=own_ids, any_key=False, today=today, known=known)
        if asked is not None:
            raise ask(asked)
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
                "calls": calls_of(decision, request.intent.product),
            },
        },
    )


def _plan_for_key(
    client: Client, decision: CertificatePlan, order: Order, request: PlanRequest, now: dt.datetime
) -> CertificatePlan:
    listed = Certificates(
        tuple(orders.reissues(client, order.id)),
        tuple(orders.duplicates(client, order.id)),
        validation_of(client, order.id),
    )
    return plan_for_key(
        decision,
        order,
        request.intent,
        listed,
        renew_before=request.renew_before,
        replaced=_replaced(request),
        now=now,
    )


def _standing(client: Client, decision: CertificatePlan, today: dt.date) -> Standing | None:
    """Return the standing of the order, or that of the duplicate that serves or is awaited in its place."""
    order = decision.order
    if order is None:
        return None
    if decision.only_key and decision.action == "none":
        phase, blockers = phase_of_duplicate(order, decision.certificate)
        return Standing(phase, blockers, ())
    return standing_of(client, order, today=today, read_only=True)


def _known_orders(client: Client, request: PlanRequest) -> dict[int, Order]:
    """Return the orders that certainly belong to this host, by ID."""
    known: dict[int, Order] = {}
    if request.order_id is not None:
        order = orders.find(client, request.order_id)
        if order is None:
            raise InputError(
                f"Order {request.order_id} does not exist in this account.",
                next_action="Correct order_id, or leave it out to find an order by its names.",
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
