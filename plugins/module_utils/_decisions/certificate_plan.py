# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must be done so that a host gets or keeps its certificate, and with which calls. Pure: the day is an argument.

Documentation of the calls: https://dev.digicert.com/certcentral-apis/services-api/orders.html
"""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass, replace

from .._certcentral.client import path
from .._certcentral.model import IssuedCertificate, Order
from .order import OrderIntent, has_key, is_due_for_renewal, is_live, mismatches, renewal_date
from .reissue import OTHER_KEY_REASON, choose_reissue
from .renewal import is_due_on


@dataclass(frozen=True)
class CertificatePlan:
    """What must be done so that a host gets or keeps its certificate."""

    action: str
    """``none`` (an existing or pending certificate is suitable), ``adopt``, ``order``, ``renew`` or ``reissue``.

    ``key_plan`` may turn a reissue into ``none`` or ``duplicate``.
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
    """Whether the only reason for the reissue is that the certificate is for another key."""
    certificate: IssuedCertificate | None = None
    """The suitable certificate of the order, if it is not the current one."""


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

    ``known_order_ids`` are the orders that certainly belong to this host: the one that the user names, which takes
    precedence, and the one of the installed certificate. If neither is suitable, a matching order is used. A live order
    is reissued, which costs nothing for the same names. Shortly before it expires, it is renewed, unless another order
    that lasts longer can serve: one for the same names and key, or, if the host has no order yet, for the same names.
    ``replaced`` is the serial number of a certificate that must be replaced even if it is not due; if the order already
    has a newer certificate, that one is used.
    """
    live = [order for order in candidates if is_live(order, today) and not order.is_renewed]
    own = [order for order in live if order.id in known_order_ids and _can_be_reissued_for(order, intent)]
    matching = [order for order in live if order not in own and not mismatches(order, intent)]
    same_key = [order for order in matching if has_key(order, intent, own_ids) and intent.public_key is not None]
    pending_successors = [
        order for order in matching if order.is_pending and (order in same_key or order.renewal_of in known_order_ids)
    ]
    named = [order for order in own if order.id == named_order_id]
    due = {order.id for order in live if is_due_for_renewal(order, renew_before, today)}
    preferred = (
        named,
        pending_successors,
        [order for order in own if order.id not in due],
        [order for order in same_key if order.id not in due and order.status == "issued"],
        own,
        # another key costs a reissue or a duplicate, a renewal costs money
        [order for order in matching if order.id not in due and order.status == "issued"],
        same_key,
        matching,
    )
    chosen = next((_first(orders, due) for orders in preferred if orders), None)
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


def _first(orders: t.Sequence[Order], due: t.Collection[int]) -> Order:
    """Return the order that every controller chooses.

    It is issued rather than pending, lasts rather than is ``due`` for a renewal, which is paid, and has the lowest ID.
    """
    return min(orders, key=lambda order: (order.status != "issued", order.id in due, order.id))


def _can_be_reissued_for(order: Order, intent: OrderIntent) -> bool:
    """Return whether a reissue could make an order suitable: it can change names, but not product or organization."""
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
        reasons = [f"order {order.id} is {order.status}"]
        if not key_matches:
            reasons.append("it is for a key that this host does not have: a run reissues it once it is issued")
        return CertificatePlan(
            "adopt" if adopted else "none", order, tuple(reasons), order.certificate.names, key_matches=key_matches
        )
    is_replaced = replaced is not None and replaced == order.certificate.serial_number
    choice = choose_reissue(
        order.certificate,
        names=intent.names,
        public_key=_compared_key(order, intent, key_matches=key_matches),
        when="always" if is_replaced else "expiring",
        renew_before=renew_before,
        allow_name_removal=allow_name_removal,
        order_valid_till=order.valid_till,
        today=today,
    )
    warnings = tuple(
        f"{name} is no longer requested but stays in the certificate: if a name is removed, the service revokes the "
        "replaced certificate; set allow_name_removal to permit that"
        for name in choice.kept
    )
    if is_due_for_renewal(order, renew_before, today) and is_due_on(
        renew_before, order.certificate.valid_from, order.certificate.valid_till, today
    ):
        due = f"order {order.id} expires on {order.valid_till}: a reissue would not last longer"
        return CertificatePlan("renew", order, (*choice.reasons, due), intent.names, renewal_of=order.id, paid=True)
    if not choice.needed:
        reason = f"order {order.id} is issued for these names and this key"
        if choice.expires_with_order:
            reason += f"; both expire together, and the order is due for renewal on {renewal_date(order, renew_before)}"
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


def _compared_key(order: Order, intent: OrderIntent, *, key_matches: bool) -> str | None:
    """Return the key that the certificate must carry; None if the service does not report the CSR of the own order."""
    if key_matches and order.certificate.public_key is None:
        return None
    # a host without a key gets a new one, which is not in any certificate yet
    return intent.public_key or ""


_ORDERS = ("order", "certificate")


def calls_of(plan: CertificatePlan, product: str) -> list[dict[str, str]]:
    """Return method and path, relative to the address of the API, of each call that changes something, in sequence."""
    if plan.action in ("order", "renew"):
        return [{"method": "POST", "path": path(*_ORDERS, product)}]
    if plan.action in ("reissue", "duplicate") and plan.order is not None:
        return [{"method": "POST", "path": path(*_ORDERS, plan.order.id, plan.action)}]
    return []
