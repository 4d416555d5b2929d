# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which existing order fulfils an intent, or whether one must be placed. Pure: no I/O, the day is an argument."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import typing as t
from dataclasses import dataclass, replace

from .._certcentral.errors import StateError
from .._certcentral.model import IssuedCertificate, Order, folded_product
from .._x509.names import are_host_names, missing_names, surplus_names
from .renewal import order_due_date

_GENERIC_PRODUCT = "ssl"
_MADE_ID = re.compile(r"ansible[0-9a-f]{40}")


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


def is_order_of(order: Order, own_ids: t.Collection[str]) -> bool:
    """Return whether an order carries an ID that was made from the intent: then it is the order of that intent.

    An ID that the user gave proves nothing, because orders for something else may have it, too.
    """
    own_id = order.alternative_order_id
    return own_id is not None and own_id in own_ids and _MADE_ID.fullmatch(own_id) is not None


def mismatches(order: Order, intent: OrderIntent) -> list[str]:
    """Return the reasons why an order does not match the intent, regardless of its key; empty if it matches."""
    reasons = []
    if order.product and intent.product != _GENERIC_PRODUCT and not is_product(order.product, intent.product):
        reasons.append(f"its product is {order.product}")
    if intent.organization_id is not None and order.organization_id != intent.organization_id:
        reasons.append(f"its organization is {order.organization_id or 'not reported'}")
    if intent.container_id is not None and order.container_id != intent.container_id:
        reasons.append(f"its container is {order.container_id or 'not reported'}")
    missing = missing_names(intent.names, order.certificate.names)
    if missing:
        reasons.append(f"it lacks {', '.join(missing)}")
    surplus = surplus_names(intent.names, _readable_names(order.certificate))
    if surplus:
        reasons.append(f"it also covers {', '.join(surplus)}")
    return reasons


def _readable_names(certificate: IssuedCertificate) -> tuple[str, ...]:
    """Return the names of a certificate, of those that are not known for sure only host names."""
    if certificate.names_are_known:
        return certificate.names
    return tuple(name for name in certificate.names if are_host_names((name,)))


def is_product(name: str, desired: str) -> bool:
    """Return whether both are spellings of the same product."""
    return folded_product(name) == folded_product(desired)


def lacking(order: Order, intent: OrderIntent) -> list[str]:
    """Return what the service does not report of an order although it decides whether the order matches the intent."""
    names = order.certificate
    return [
        what
        for what, is_lacking in (
            ("names", not names.names or (not names.names_are_known and missing_names(intent.names, names.names))),
            ("product", order.product is None and intent.product != _GENERIC_PRODUCT),
            ("organization", intent.organization_id is not None and order.organization_id is None),
            ("container", intent.container_id is not None and order.container_id is None),
        )
        if is_lacking
    ]


def _may_match(order: Order, intent: OrderIntent, lacks: t.Collection[str]) -> bool:
    """Return whether nothing that the service reports of an order contradicts the intent."""
    certificate = order.certificate
    known = replace(
        order,
        certificate=replace(certificate, names=(*certificate.names, *intent.names))
        if "names" in lacks
        else certificate,
        organization_id=intent.organization_id if "organization" in lacks else order.organization_id,
        container_id=intent.container_id if "container" in lacks else order.container_id,
    )
    return not mismatches(known, intent)


def question(
    intent: OrderIntent,
    candidates: t.Iterable[Order],
    *,
    own_ids: t.Collection[str],
    any_key: bool,
    today: dt.date,
    known: t.Collection[int] = (),
) -> OrderChoice | None:
    """Return what must be asked before anything is paid for an intent; None if every order is known well enough.

    An order with an ID made from the intent is its order, even if it does not match any more. Any other order may
    match if the service does not report everything that decides, unless the user gave an ID to keep orders apart. With
    ``any_key`` orders for other keys are no obstacle, so the key must be known, too. The names of the orders in
    ``known`` may differ, because a reissue changes them.
    """
    is_apart = bool(own_ids) and not any(map(_MADE_ID.fullmatch, own_ids))
    for order in sorted(candidates, key=lambda order: order.id):
        if not is_live(order, today) or order.is_renewed:
            continue
        if order.id in known:
            order = replace(order, certificate=replace(order.certificate, names=intent.names))
        lacks = lacking(order, intent)
        if is_order_of(order, own_ids):
            contradictions = mismatches(order, intent)
            if contradictions:
                reason = f"order {order.id} was placed for this request, but {' and '.join(contradictions)}"
                return OrderChoice("ask", order, (reason,))
        elif _may_match(order, intent, lacks) and (not is_apart or order.alternative_order_id in own_ids):
            if any_key and not has_key(order, intent, own_ids) and _lacks_key(order):
                lacks.append("CSR")
            if lacks:
                reason = (
                    f"order {order.id} may be for the same request, but CertCentral does not report its "
                    f"{' and '.join(lacks)}"
                )
                return OrderChoice("ask", order, (reason,))
    return None


def _lacks_key(order: Order) -> bool:
    return order.certificate.public_key is None and order.status != "needs_csr"


def ask(choice: OrderChoice) -> StateError:
    """Return the error for a choice that only the user can make, because something about an order is not known."""
    number = choice.order.id if choice.order else None
    return StateError(
        f"Nothing was ordered: {choice.reasons[0]}.",
        next_action=(
            f"Check order {number} in CertCentral. If it is the right one, set order_id in digicert_certificate or "
            "digicert_reissue. To buy another one all the same, set alternative_order_id to a new ID of your own."
        ),
        order_id=number,
    )


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
    """``none``, ``adopt``, ``order``, ``renew``, ``refuse`` if only the user can decide, or ``ask`` if not enough is
    known of an order."""
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
    candidates = list(candidates)
    # a renewal has its own ID
    exact_ids = own_ids if renewal_of is None else {intent_id(intent, renewal_of)}.intersection(own_ids)
    live = [
        order
        for order in candidates
        if is_live(order, today)
        and (
            not mismatches(order, intent)
            # whatever the answer lacks, an order with the ID of the intent is its order
            or (is_order_of(order, exact_ids) and _may_match(order, intent, lacking(order, intent)))
        )
    ]
    renewed_by = {order.id: order.renewed_by for order in candidates}
    if renewal_of is not None:
        live = [
            order
            for order in live
            if renewal_of in (order.renewal_of, _renewed(order, renewed_by)) or is_order_of(order, exact_ids)
        ]
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
    others = [order for order in others if renewed in (None, order.renewal_of, _renewed(order, renewed_by))]
    if others and other_key != "order":
        other = min(others, key=lambda order: (order.status != "issued", order.id))
        reason = f"order {other.id} for the same names, product and organization is {other.status} for another key"
        return OrderChoice("adopt" if other_key == "adopt" else "refuse", other, (reason,))
    rivals = [
        order
        for order in candidates
        if renewal_of in (None, order.renewal_of, _renewed(order, renewed_by)) or is_order_of(order, exact_ids)
    ]
    asked = question(intent, rivals, own_ids=exact_ids, any_key=other_key == "order", today=today)
    if asked is not None:
        return asked
    if renewal_of is not None:
        reason = f"order {renewal_of} has no renewal for these names and this key yet"
        return OrderChoice("renew", None, (reason,), renewal_of)
    if last is not None:
        return OrderChoice("renew", last, (f"order {last.id} expires on {last.valid_till}",), last.id)
    reasons = ["no live order exists for these names, product, organization and key"]
    reasons += [f"order {order.id} is for another key; an additional order was requested" for order in others]
    return OrderChoice("order", None, tuple(reasons))


def _renewed(order: Order, renewed_by: t.Mapping[int, int | None]) -> int | None:
    """Return the order that was renewed by this one according to the renewed order itself."""
    return next((number for number, successor in renewed_by.items() if successor == order.id), None)


def has_key(order: Order, intent: OrderIntent, own_ids: t.Collection[str]) -> bool:
    if intent.public_key is None:
        return True
    if order.certificate.public_key is None:
        # the service does not return the CSR, but an ID that was derived from this key proves the same
        return order.alternative_order_id in own_ids
    return order.certificate.public_key == intent.public_key
