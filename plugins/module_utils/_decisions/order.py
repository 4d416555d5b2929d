# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which existing order fulfils an intent, or whether one must be placed. Pure: no I/O, the day is an argument."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import typing as t
from dataclasses import dataclass

from .._certcentral.model import Order
from .._x509.names import missing_names, surplus_names
from .renewal import order_due_date

_GENERIC_PRODUCT = "ssl"


@dataclass(frozen=True)
class OrderIntent:
    """The properties of the desired order."""

    names: tuple[str, ...]
    """Normalised, common name first."""
    product: str
    organization_id: int | None
    container_id: int | None
    public_key: str | None
    """SHA-256 of the SubjectPublicKeyInfo; None if no key exists yet, or if any key will do."""
    organization_details: tuple[str, ...] = ()
    """The identity of an organization that is given in full: the service finds or creates it, so it has no ID."""
    type_hint: str | None = None
    """For the generic product: the product family from which the service chooses."""


def intent_id(intent: OrderIntent, renewal_of: int | None) -> str:
    """Return the alternative order ID that stands for this intent: the same intent always gives the same ID.

    The account is not part of it: the service looks IDs up within the account of the API key only.
    """
    values: dict[str, t.Any] = {
        "names": sorted(intent.names),
        "product": intent.product,
        "organization": intent.organization_id,
        "container": intent.container_id,
        "public_key": intent.public_key,
        "renewal_of": renewal_of,
    }
    # left out if they are not used: the ID of an intent must never change, or it would be ordered again
    if intent.organization_details:
        values["organization"] = intent.organization_details
    if intent.type_hint:
        values["type_hint"] = intent.type_hint
    digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode("utf-8")).hexdigest()
    return f"ansible{digest[:40]}"


def mismatches(order: Order, intent: OrderIntent) -> list[str]:
    """Return the reasons why an order does not match the intent, regardless of its key; empty if it matches."""
    reasons = []
    if order.product and intent.product not in (_GENERIC_PRODUCT, order.product):
        reasons.append(f"its product is {order.product}")
    if intent.organization_id is not None and order.organization_id != intent.organization_id:
        reasons.append(f"its organization is {order.organization_id}")
    if intent.container_id is not None and order.container_id != intent.container_id:
        reasons.append(f"its container is {order.container_id}")
    missing = missing_names(intent.names, order.certificate.names)
    if missing:
        reasons.append(f"it lacks {', '.join(missing)}")
    surplus = surplus_names(intent.names, order.certificate.names)
    if surplus:
        reasons.append(f"it also covers {', '.join(surplus)}")
    return reasons


def is_live(order: Order, today: dt.date) -> bool:
    return not order.is_dead and not order.has_ended(today)


def renewal_date(order: Order, renew_before: str) -> dt.date | None:
    """Return the first day on which the order should be renewed; None if it is not known when the order expires."""
    start = order.date_created.date() if order.date_created else None
    return order_due_date(renew_before, start, order.valid_till)


def is_due_for_renewal(order: Order, renew_before: str, today: dt.date) -> bool:
    """Return whether an issued order expires so soon that it should be renewed."""
    due = renewal_date(order, renew_before)
    return order.status == "issued" and due is not None and due <= today


@dataclass(frozen=True)
class OrderChoice:
    """What ``digicert_order`` does."""

    action: str
    """``none``, ``adopt``, ``order``, ``renew``, or ``refuse`` if only the user can decide."""
    order: Order | None
    reasons: tuple[str, ...]
    renewal_of: int | None = None


OTHER_KEY = ("fail", "adopt", "order")
"""What to do if a matching order is for another key: refuse, return that order, or place a new one."""


def choose_order(
    intent: OrderIntent,
    candidates: t.Iterable[Order],
    *,
    own_ids: t.Collection[str],
    renewal_of: int | None,
    renew_before: str,
    other_key: str,
    today: dt.date,
) -> OrderChoice:
    """Choose an existing order, or decide to place one.

    ``other_key`` is one of OTHER_KEY. ``own_ids`` are the alternative order IDs under which this intent was, or would
    have been, ordered. If several orders are suitable, the issued one with the lowest ID is chosen, so that two
    controllers choose the same order.
    """
    live = [order for order in candidates if is_live(order, today) and not mismatches(order, intent)]
    if renewal_of is not None:
        live = [order for order in live if order.renewal_of == renewal_of]
    same_key = [order for order in live if has_key(order, intent, own_ids)]
    lasting = [
        order for order in same_key if not order.is_renewed and not is_due_for_renewal(order, renew_before, today)
    ]
    if lasting:
        best = min(lasting, key=lambda order: (order.status != "issued", order.id))
        if best.alternative_order_id in own_ids:
            return OrderChoice("none", best, (f"order {best.id} was placed for this intent and is {best.status}",))
        return OrderChoice("adopt", best, (f"order {best.id} matches in every respect and is {best.status}",))
    due = [order for order in live if not order.is_renewed and is_due_for_renewal(order, renew_before, today)]
    last = max(due, key=lambda order: (order.valid_till or today, order.id)) if due else None
    renewed = renewal_of if renewal_of is not None else last.id if last else None
    # only successors of the renewed order prevent the renewal: they show that it was already renewed for another key
    others = [order for order in live if order not in (*same_key, *due) and not order.is_renewed]
    others = [order for order in others if renewed in (None, order.renewal_of)]
    if others and other_key != "order":
        other = min(others, key=lambda order: (order.status != "issued", order.id))
        reason = f"order {other.id} for the same names, product and organization is {other.status} for another key"
        return OrderChoice("adopt" if other_key == "adopt" else "refuse", other, (reason,))
    if renewal_of is not None:
        reason = f"order {renewal_of} has no renewal for these names and this key yet"
        return OrderChoice("renew", None, (reason,), renewal_of)
    if last is not None:
        return OrderChoice("renew", last, (f"order {last.id} expires on {last.valid_till}",), last.id)
    reasons = ["no live order exists for these names, product, organization and key"]
    reasons += [f"order {order.id} is for another key; an additional order was requested" for order in others]
    return OrderChoice("order", None, tuple(reasons))


def has_key(order: Order, intent: OrderIntent, own_ids: t.Collection[str]) -> bool:
    if intent.public_key is None:
        return True
    if order.certificate.public_key is None:
        # the service does not return the CSR, but an ID that was derived from this key proves the same
        return order.alternative_order_id in own_ids
    return order.certificate.public_key == intent.public_key
