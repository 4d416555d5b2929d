# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Predict what the collection will do next for a certificate, and when.

There are no rules here: ``_decisions`` provides the days that matter, and decides for each of them what a run would do.
Pure: the day is an argument.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import replace

from .._certcentral.model import Order
from .._decisions.certificate_plan import CertificatePlan, plan_certificate
from .._decisions.order import OrderIntent, renewal_date
from .._decisions.renewal import due_date
from .model import AccountOrder, NextStep, Place

_ANY_KEY = "any"


def next_step_of_place(
    place: Place, own: AccountOrder | None, matching: t.Iterable[AccountOrder], today: dt.date
) -> NextStep:
    """Return what happens next on a host: ``own`` is the order of its certificate, ``matching`` share a name."""
    if place.needs == "install":
        return NextStep("install", today, "the next run of the role installs the files again")
    known = {entry.order.id: entry for entry in ([own] if own else []) + list(matching)}
    candidates = [_with_own_certificate(entry.order, place) for entry in known.values()]
    start, seen = today, place.seen
    due = due_date(place.renew_before, seen.valid_from, seen.valid_till) if seen else None
    if place.failure is not None or (place.certificate is not None and place.needs == "none"):
        if due is None:
            why = "nothing: it is not replaced when it expires" if seen else "unknown: the host could not be read"
            return NextStep("none", None, why)
        start = max(today, due)
    intent = OrderIntent(
        names=place.names,
        product=place.product,
        organization_id=place.organization_id,
        container_id=place.container_id,
        public_key=place.key or (seen.public_key if seen and place.failure else None),
    )
    turns = [due, *(renewal_date(order, place.renew_before) for order in candidates)]
    for day in sorted({start, *(day for day in turns if day is not None and day > start)}):
        plan = plan_certificate(
            intent,
            candidates,
            named_order_id=None,
            known_order_ids={own.order.id} if own else set(),
            own_ids=(),
            renew_before=place.renew_before,
            allow_name_removal=place.allow_name_removal,
            replaced=seen.serial_number if seen and place.revoked else None,
            today=day,
        )
        step = _as_step(plan, known, day, place)
        if step is not None:
            return step
    return NextStep("none", None, "nothing is planned")


def _with_own_certificate(order: Order, place: Place) -> Order:
    """Return the order with the certificate as it was found: lists of orders do not include its key."""
    seen = place.seen
    if seen is None or order.certificate.serial_number != seen.serial_number:
        return order
    certificate = replace(
        order.certificate,
        names=seen.names,
        public_key=seen.public_key,
        valid_from=seen.valid_from,
        valid_till=seen.valid_till,
    )
    return replace(order, certificate=certificate)


def _as_step(plan: CertificatePlan, known: t.Mapping[int, AccountOrder], day: dt.date, place: Place) -> NextStep | None:
    """Describe what a plan does, or return None if it does nothing on that day."""
    number = plan.order.id if plan.order else None
    if plan.action in ("none", "adopt"):
        if plan.order is not None and plan.order.is_pending:
            return _waiting(known[plan.order.id])
        offered = plan.order.certificate.serial_number if plan.order else None
        if plan.order is None or (place.seen is not None and offered == place.seen.serial_number):
            return None
        return NextStep("install", day, f"install the certificate of order {number}", number)
    if plan.action == "renew":
        return NextStep("renew", day, f"renew order {number} (paid)", number)
    if plan.action == "reissue":
        cost = "may cost: names are added" if plan.paid else "no cost"
        return NextStep("reissue", day, f"reissue order {number} ({cost})", number)
    return NextStep("order", day, "place a new order (paid)")


def next_step_of_order(entry: AccountOrder, renew_before: str, today: dt.date) -> NextStep:
    """Return what happens next to an order that no known host uses."""
    order = entry.order
    if order.is_pending:
        return _waiting(entry)
    if order.is_renewed:
        successor = f"order {order.renewed_by}" if order.renewed_by else "another order"
        return NextStep("none", None, f"nothing: it was renewed by {successor}")
    certificate = order.certificate
    # no request asks for other names or another key
    order = replace(order, certificate=replace(certificate, public_key=_ANY_KEY))
    intent = OrderIntent(certificate.names, order.product or "", None, None, _ANY_KEY)
    due = due_date(renew_before, certificate.valid_from, certificate.valid_till)
    found = (due, renewal_date(order, renew_before))
    for day in sorted({max(day, today) for day in found if day is not None}):
        plan = plan_certificate(
            intent,
            [order],
            named_order_id=order.id,
            known_order_ids={order.id},
            own_ids=(),
            renew_before=renew_before,
            allow_name_removal=False,
            today=day,
        )
        if plan.action == "renew":
            return NextStep("renew", day, f"renew order {order.id} (paid), if it is still used", order.id)
        if plan.action == "reissue":
            return NextStep("reissue", day, f"reissue order {order.id} (no cost), if it is still used", order.id)
    return NextStep("none", None, "nothing is planned")


def _waiting(entry: AccountOrder) -> NextStep:
    what = "; ".join(entry.waits_for) or f"order {entry.order.id} is {entry.order.status}"
    return NextStep("wait", None, f"waiting: {what}", entry.order.id)
