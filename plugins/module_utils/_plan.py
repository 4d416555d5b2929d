# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which order serves a wish, and what has to be done so that it does. Pure: no I/O, the day is an argument."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import typing as t
from dataclasses import dataclass, replace

from ansible_collections.community.digicert.plugins.module_utils._certcentral.model import IssuedCertificate, Order
from ansible_collections.community.digicert.plugins.module_utils._names import missing_names, surplus_names
from ansible_collections.community.digicert.plugins.module_utils._renewal import is_due_on, order_due_date

_GENERIC_PRODUCT = "ssl"
_OTHER_KEY_REASON = "the certificate carries another public key"


@dataclass(frozen=True)
class Wanted:
    """What a user wants an order for."""

    names: tuple[str, ...]
    """Normalised, common name first."""
    product: str
    organization_id: int | None
    container_id: int | None
    public_key: str | None
    """SHA-256 of the SubjectPublicKeyInfo; None where no key exists yet, or any key will do."""
    organization_details: tuple[str, ...] = ()
    """What tells the organization apart where it is given in full: the service finds or creates it, so it has no ID."""
    type_hint: str | None = None
    """For the generic product: the family of products in which the service chooses."""


def intent_id(wanted: Wanted, renewal_of: int | None) -> str:
    """Return the alternative order ID that stands for this intent: the same intent always gives the same ID.

    The account is not part of it: the service looks IDs up within the account of the API key only.
    """
    intent: dict[str, t.Any] = {
        "names": sorted(wanted.names),
        "product": wanted.product,
        "organization": wanted.organization_id,
        "container": wanted.container_id,
        "public_key": wanted.public_key,
        "renewal_of": renewal_of,
    }
    # left out where they are not used: the ID of an intent must never change, or it would be ordered again
    if wanted.organization_details:
        intent["organization"] = wanted.organization_details
    if wanted.type_hint:
        intent["type_hint"] = wanted.type_hint
    digest = hashlib.sha256(json.dumps(intent, sort_keys=True).encode("utf-8")).hexdigest()
    return f"ansible{digest[:40]}"


def mismatches(order: Order, wanted: Wanted) -> list[str]:
    """Say why an order is not one for this wish, the key left aside; empty when it is."""
    found = []
    if order.product and wanted.product not in (_GENERIC_PRODUCT, order.product):
        found.append(f"its product is {order.product}")
    if wanted.organization_id is not None and order.organization_id != wanted.organization_id:
        found.append(f"its organization is {order.organization_id}")
    if wanted.container_id is not None and order.container_id != wanted.container_id:
        found.append(f"its container is {order.container_id}")
    missing = missing_names(wanted.names, order.certificate.names)
    if missing:
        found.append(f"it lacks {', '.join(missing)}")
    surplus = surplus_names(wanted.names, order.certificate.names)
    if surplus:
        found.append(f"it also covers {', '.join(surplus)}")
    return found


def _is_live(order: Order, today: dt.date) -> bool:
    return not order.is_dead and not order.has_ended(today)


def renewal_date(order: Order, renew_before: str) -> dt.date | None:
    """Return the first day on which the order's successor should be ordered; None for one whose end is not known."""
    start = order.date_created.date() if order.date_created else None
    return order_due_date(renew_before, start, order.valid_till)


def _ends_soon(order: Order, renew_before: str, today: dt.date) -> bool:
    """Tell whether an issued order is so near its end that its successor should be ordered."""
    due = renewal_date(order, renew_before)
    return order.status == "issued" and due is not None and due <= today


@dataclass(frozen=True)
class OrderChoice:
    """What ``digicert_order`` does."""

    action: str
    """``none``, ``adopt``, ``order``, ``renew``, or ``refuse`` where only the user can decide."""
    order: Order | None
    reasons: tuple[str, ...]
    renewal_of: int | None = None


OTHER_KEY = ("fail", "adopt", "order")
"""What to do when an order that fits is for another key: leave it to the user, return that order, or order anew."""


def choose_order(
    wanted: Wanted,
    candidates: t.Iterable[Order],
    *,
    own_ids: t.Collection[str],
    renewal_of: int | None,
    renew_before: str,
    other_key: str,
    today: dt.date,
) -> OrderChoice:
    """Choose among orders that exist, or decide to place one.

    ``other_key`` is one of OTHER_KEY. ``own_ids`` are the alternative order IDs under which this intent was, or would
    have been, ordered. Among several that serve, the lowest ID of the issued ones wins, so that two controllers
    choose the same.
    """
    live = [order for order in candidates if _is_live(order, today) and not mismatches(order, wanted)]
    if renewal_of is not None:
        live = [order for order in live if order.renewal_of == renewal_of]
    same_key = [order for order in live if _has_key(order, wanted, own_ids)]
    lasting = [order for order in same_key if not order.is_renewed and not _ends_soon(order, renew_before, today)]
    if lasting:
        best = min(lasting, key=lambda order: (order.status != "issued", order.id))
        if best.alternative_order_id in own_ids:
            return OrderChoice("none", best, (f"order {best.id} was placed for this intent and is {best.status}",))
        return OrderChoice("adopt", best, (f"order {best.id} fits in every respect and is {best.status}",))
    ending = [order for order in live if not order.is_renewed and _ends_soon(order, renew_before, today)]
    last = max(ending, key=lambda order: (order.valid_till or today, order.id)) if ending else None
    renewed = renewal_of if renewal_of is not None else last.id if last else None
    # of an order that is renewed only its successors are in the way: that it was renewed for another key already
    others = [order for order in live if order not in (*same_key, *ending) and not order.is_renewed]
    others = [order for order in others if renewed in (None, order.renewal_of)]
    if others and other_key != "order":
        other = min(others, key=lambda order: (order.status != "issued", order.id))
        reason = f"order {other.id} for the same names, product and organization is {other.status} for another key"
        return OrderChoice("adopt" if other_key == "adopt" else "refuse", other, (reason,))
    if renewal_of is not None:
        reason = f"order {renewal_of} has no renewal for these names and this key yet"
        return OrderChoice("renew", None, (reason,), renewal_of)
    if last is not None:
        return OrderChoice("renew", last, (f"order {last.id} ends on {last.valid_till}",), last.id)
    reasons = ["no live order exists for these names, product, organization and key"]
    reasons += [f"order {order.id} is for another key; a further order is wanted" for order in others]
    return OrderChoice("order", None, tuple(reasons))


def _has_key(order: Order, wanted: Wanted, own_ids: t.Collection[str]) -> bool:
    if wanted.public_key is None:
        return True
    if order.certificate.public_key is None:
        # the service does not tell the CSR: an ID that was made from this key stands for it
        return order.alternative_order_id in own_ids
    return order.certificate.public_key == wanted.public_key


@dataclass(frozen=True)
class ReissueChoice:
    """Whether an order's certificate must be reissued, and for which names."""

    needed: bool
    reasons: tuple[str, ...]
    names: tuple[str, ...]
    """The names to ask for, common name first."""
    added: tuple[str, ...]
    removed: tuple[str, ...]
    """Names that the reissue drops: the service then revokes the certificate that it replaces."""
    kept_against_wish: tuple[str, ...]
    """Names that nobody wants any more, kept because dropping them was not allowed."""
    ends_with_order: bool = False
    """Whether the certificate is due but ends with its order, so that a reissue would not last longer."""


WHEN = ("never", "key_changed", "expiring", "always")
"""When to reissue, each including what stands before it: differences of names or key, a near end, in any case."""


def choose_reissue(
    current: IssuedCertificate,
    *,
    names: tuple[str, ...] | None,
    public_key: str | None,
    when: str,
    renew_before: str,
    allow_name_removal: bool,
    order_valid_till: dt.date | None,
    today: dt.date,
) -> ReissueChoice:
    """Compare the current certificate with what is wanted. None for names or key means that any will do.

    A certificate that ends with its order is not reissued because of its end: the next one would end on the same day.
    """
    wanted = names if names is not None else current.names
    added = tuple(missing_names(wanted, current.names))
    surplus = tuple(surplus_names(wanted, current.names))
    removed = surplus if allow_name_removal else ()
    kept = () if allow_name_removal else surplus
    # a name that the CA may have added could as well have been ordered: without leave it is asked for again, too
    asked = wanted if allow_name_removal else tuple(dict.fromkeys((*wanted, *current.names)))
    due = is_due_on(renew_before, current.valid_from, current.valid_till, today)
    ends_with_order = _ends_with_order(current, order_valid_till)
    reasons = []
    if when != "never":
        if added:
            reasons.append(f"the certificate lacks {', '.join(added)}")
        if removed:
            reasons.append(f"the certificate covers {', '.join(removed)}, which nobody wants any more")
        if public_key is not None and current.public_key != public_key:
            reasons.append(_OTHER_KEY_REASON)
    if when in ("expiring", "always") and due and not ends_with_order:
        reasons.append(f"the certificate ends on {current.valid_till}")
    if when == "always" and not reasons:
        reasons.append("a reissue was asked for in any case")
    return ReissueChoice(bool(reasons), tuple(reasons), asked, added, removed, kept, due and ends_with_order)


def _ends_with_order(certificate: IssuedCertificate, order_valid_till: dt.date | None) -> bool:
    return (
        order_valid_till is not None
        and certificate.valid_till is not None
        and order_valid_till <= certificate.valid_till
    )


@dataclass(frozen=True)
class CertificatePlan:
    """What has to happen so that a host gets, or keeps, its certificate."""

    action: str
    """``none`` (what is there, or on its way, serves), ``adopt``, ``order``, ``renew`` or ``reissue``.

    ``_key_plan`` makes ``none`` or ``duplicate`` of a reissue.
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
    wanted: Wanted,
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
    live = [order for order in candidates if _is_live(order, today) and not order.is_renewed]
    own = [order for order in live if order.id in known_order_ids and _same_kind(order, wanted)]
    fitting = [order for order in live if order not in own and not mismatches(order, wanted)]
    same_key = [order for order in fitting if _has_key(order, wanted, own_ids) and wanted.public_key is not None]
    pending_successors = [
        order for order in fitting if order.is_pending and (order in same_key or order.renewal_of in known_order_ids)
    ]
    named = [order for order in own if order.id == named_order_id]
    chosen = _first(named) or _first(pending_successors) or _first(own) or _first(same_key) or _first(fitting)
    if chosen is None:
        return CertificatePlan("order", None, ("no live order exists for these names",), wanted.names, paid=True)
    return _plan_with(
        chosen,
        wanted,
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


def _same_kind(order: Order, wanted: Wanted) -> bool:
    """Tell whether an order may serve after a reissue: names may change, product and organization may not."""
    return not mismatches(replace(order, certificate=replace(order.certificate, names=wanted.names)), wanted)


def _plan_with(
    order: Order,
    wanted: Wanted,
    *,
    own_ids: t.Collection[str],
    adopted: bool,
    renew_before: str,
    allow_name_removal: bool,
    replaced: str | None,
    today: dt.date,
) -> CertificatePlan:
    key_matches = wanted.public_key is not None and _has_key(order, wanted, own_ids)
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
        names=wanted.names,
        # a host without a key gets a new one, which no certificate carries yet
        public_key=wanted.public_key or "",
        when="always" if is_replaced else "expiring",
        renew_before=renew_before,
        allow_name_removal=allow_name_removal,
        order_valid_till=order.valid_till,
        today=today,
    )
    warnings = tuple(
        f"{name} is no longer asked for but stays in the certificate: dropping a name makes the service revoke the "
        "certificate that is replaced; allow_name_removal permits it"
        for name in choice.kept_against_wish
    )
    if _ends_soon(order, renew_before, today) and is_due_on(
        renew_before, order.certificate.valid_from, order.certificate.valid_till, today
    ):
        reasons = (*choice.reasons, f"order {order.id} ends on {order.valid_till}: a reissue would not last longer")
        return CertificatePlan("renew", order, reasons, wanted.names, renewal_of=order.id, paid=True)
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
        only_key=choice.reasons == (_OTHER_KEY_REASON,) and not is_replaced,
    )
