# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has to happen so that a host gets, or keeps, its certificate, and by which calls. Pure: the day is an argument.

Pages of the calls: https://dev.digicert.com/certcentral-apis/services-api/orders.html
"""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass, replace

from .._certcentral.client import path
from .._certcentral.model import IssuedCertificate, Order
from .order import OrderIntent, ends_soon, has_key, is_live, mismatches, renewal_date
from .reissue import OTHER_KEY_REASON, choose_reissue
from .renewal import is_due_on


@dataclass(frozen=True)
class CertificatePlan:
    """What has to happen so that a host gets, or keeps, its certificate."""

    action: str
    """``none`` (what is there, or on its way, serves), ``adopt``, ``order``, ``renew`` or ``reissue``.

    ``key_plan`` makes ``none`` or ``duplicate`` of a reissue.
    """
    order: Order | None
    reasons: tuple[str, ...]
    names: tuple[str, ...]
    renewal_of: int | None = None
    paid: bool = False
    revokes: bool = False
    warnings: tuple[str, ...] = ()
    key_matches: bool = False
    """Whether the order's certificate is, or will be, for the host's key."""
    only_key: bool = False
    """Whether it is reissued for no other reason than that its certificate is for another key."""
    certificate: IssuedCertificate | None = None
    """The certificate of the order that serves, where that is not its current one."""


def plan_certificate(
    intent: OrderIntent,
    candidates: t.Sequence[Order],
    *,
    named_order_id: int | None,
    known_order_ids: t.Collection[int],
    own_ids: t.Collection[str],
    renew_before: str,
    allow_name_removal: bool,
    replaced: str | None = None,
    today: dt.date,
) -> CertificatePlan:
    """Decide for one certificate of one host.

    ``known_order_ids`` are the orders that are this host's for sure: the one that the user names, which comes first,
    and the one of the installed certificate. Where neither serves, an order that fits is used. An order that lives is
    reissued, which costs nothing for the same names; near its end it is renewed. ``replaced`` is the serial number of
    a certificate that shall be replaced whatever its end; where the order has a newer one already, that serves.
    """
    live = [order for order in candidates if is_live(order, today) and not order.is_renewed]
    own = [order for order in live if order.id in known_order_ids and _same_kind(order, intent)]
    fitting = [order for order in live if order not in own and not mismatches(order, intent)]
    same_key = [order for order in fitting if has_key(order, intent, own_ids) and intent.public_key is not None]
    pending_successors = [
        order for order in fitting if order.is_pending and (order in same_key or order.renewal_of in known_order_ids)
    ]
    named = [order for order in own if order.id == named_order_id]
    chosen = _first(named) or _first(pending_successors) or _first(own) or _first(same_key) or _first(fitting)
    if chosen is None:
        return CertificatePlan("order", None, ("no live order exists for these names",), intent.names, paid=True)
    return _plan_with(
        chosen,
        intent,
        own_ids=own_ids,
        adopted=chosen not in own and chosen.alternative_order_id not in own_ids,
        renew_before=renew_before,
        allow_name_removal=allow_name_removal,
        replaced=replaced,
        today=today,
    )


def _first(orders: t.Sequence[Order]) -> Order | None:
    """Return the order that all controllers choose: issued before pending, then the lowest ID."""
    return min(orders, key=lambda order: (order.status != "issued", order.id)) if orders else None


def _same_kind(order: Order, intent: OrderIntent) -> bool:
    """Tell whether an order may serve after a reissue: names may change, product and organization may not."""
    return not mismatches(replace(order, certificate=replace(order.certificate, names=intent.names)), intent)


def _plan_with(
    order: Order,
    intent: OrderIntent,
    *,
    own_ids: t.Collection[str],
    adopted: bool,
    renew_before: str,
    allow_name_removal: bool,
    replaced: str | None,
    today: dt.date,
) -> CertificatePlan:
    key_matches = intent.public_key is not None and has_key(order, intent, own_ids)
    if order.is_pending:
        waiting = [f"order {order.id} is {order.status}"]
        if not key_matches:
            waiting.append("it is for a key that this host does not have: once it is issued, a run reissues it")
        return CertificatePlan(
            "adopt" if adopted else "none", order, tuple(waiting), order.certificate.names, key_matches=key_matches
        )
    is_replaced = replaced is not None and replaced == order.certificate.serial_number
    choice = choose_reissue(
        order.certificate,
        names=intent.names,
        # a host without a key gets a new one, which no certificate carries yet
        public_key=intent.public_key or "",
        when="always" if is_replaced else "expiring",
        renew_before=renew_before,
        allow_name_removal=allow_name_removal,
        order_valid_till=order.valid_till,
        today=today,
    )
    warnings = tuple(
        f"{name} is no longer asked for but stays in the certificate: dropping a name makes the service revoke the "
        "certificate that is replaced; allow_name_removal permits it"
        for name in choice.kept
    )
    if ends_soon(order, renew_before, today) and is_due_on(
        renew_before, order.certificate.valid_from, order.certificate.valid_till, today
    ):
        reasons = (*choice.reasons, f"order {order.id} ends on {order.valid_till}: a reissue would not last longer")
        return CertificatePlan("renew", order, reasons, intent.names, renewal_of=order.id, paid=True)
    if not choice.needed:
        reason = f"order {order.id} is issued for these names and this key"
        if choice.ends_with_order:
            reason += f"; the certificate ends with it, and it is renewed from {renewal_date(order, renew_before)} on"
        return CertificatePlan(
            "adopt" if adopted else "none", order, (reason,), choice.names, warnings=warnings, key_matches=True
        )
    return CertificatePlan(
        "reissue",
        order,
        choice.reasons,
        choice.names,
        paid=bool(choice.added),
        revokes=bool(choice.removed),
        warnings=warnings,
        key_matches=key_matches,
        only_key=choice.reasons == (OTHER_KEY_REASON,) and not is_replaced,
    )


_ORDERS = ("order", "certificate")


def calls_of(plan: CertificatePlan, product: str) -> list[dict[str, str]]:
    """Return method and path, below the address of the API, of each call that changes something, in their order."""
    if plan.action in ("order", "renew"):
        return [{"method": "POST", "path": path(*_ORDERS, product)}]
    if plan.action in ("reissue", "duplicate") and plan.order is not None:
        return [{"method": "POST", "path": path(*_ORDERS, plan.order.id, plan.action)}]
    return []
