# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ensure that one live order exists for an intent: look it up, adopt or place it, look again if an answer is lost."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass, field, replace

from .._certcentral import orders, requests
from .._certcentral.client import Client
from .._certcentral.errors import ApiError, DigicertError, StateError
from .._certcentral.model import DEAD_STATUSES, ApprovalRequest, Order
from .._decisions.order import OrderChoice, OrderIntent, ask, choose_order, intent_id, is_live, is_order_of, mismatches
from .._decisions.order_budget import OrderBudget, Purchase
from .._decisions.order_match import is_unsure, may_serve
from .._decisions.phase import unheeded_skip
from .._decisions.product import ProductRequest, check_fit
from .._decisions.validity import Validity
from .._host.run_locks import RunLocks
from .._x509.certificates import Csr
from .alone import COUNTING, alone, intent_subject, without_lock
from .candidates import changed_orders, find_candidates, unlisted_orders, with_id
from .order_budget import over_the_budget
from .order_lookups import (
    NamedValues,
    certificate_fields_of,
    custom_fields_of,
    order_id_of_thumbprint,
    organization_id_of,
    product_of,
)
from .outcome import Outcome
from .send_once import LOOKS, Sent, send_once
from .standing import standing_of

# a new order may show up late: seconds to wait before each further look
_LOOKS_AFTER_A_LOST_ANSWER = (*LOOKS, 10.0)
_LOOKS_AFTER_AN_ANSWER = (0.0, 1.0, 3.0, 6.0)

_AFTER_A_LOST_ORDER = (
    "Nothing was sent twice. Wait a few minutes, because CertCentral may show a new order late, or look for it in the "
    "console. Run this again after that: the order is looked up first, and placed only if it does not exist."
)


@dataclass(frozen=True)
class OrderRequest:
    """What to order."""

    intent: OrderIntent
    csr: Csr
    fields: dict[str, t.Any] = field(default_factory=dict)
    """Top-level fields of the request body."""
    certificate_fields: dict[str, t.Any] = field(default_factory=dict)
    """Fields of its ``certificate`` object, except for names and CSR."""
    organization: dict[str, t.Any] = field(default_factory=dict)
    """Fields of its ``organization`` object: contacts, or a complete organization."""
    organization_name: str | None = None
    """The name of the organization, if ``intent`` does not have its ID."""
    named: NamedValues = field(default_factory=NamedValues)
    order_validity: Validity = field(default_factory=lambda: Validity(years=1))
    cert_validity: Validity | None = None
    alternative_order_id: str | None = None
    """The user's own ID instead of the one made from the intent."""
    renewal_of: int | None = None
    renewed_thumbprint: str | None = None
    """SHA-1 thumbprint of the primary certificate of the order to renew, instead of ``renewal_of``."""
    renew_before: str = "30"
    other_key: str = "fail"
    is_strict: bool = False
    """Whether an order is only approved once it is known that no other controller has placed the same one."""

    @property
    def approves(self) -> bool:
        """Whether this run approves its order itself, in place of skipping the approval."""
        return self.is_strict and bool(self.fields.get("skip_approval"))

    def own_id(self, renewal_of: int | None) -> str:
        """Return the alternative order ID under which the intent is, or will be, ordered."""
        return self.alternative_order_id or intent_id(self.intent, renewal_of)

    def product_request(self, today: dt.date) -> ProductRequest:
        """Return what the product has to support."""
        return ProductRequest(
            names=self.intent.names,
            has_organization=self.intent.organization_id is not None or bool(self.organization),
            signature_hash=self.certificate_fields.get("signature_hash"),
            ca_cert_id=self.certificate_fields.get("ca_cert_id"),
            order_validity=self.order_validity,
            cert_validity=self.cert_validity,
            auto_renew=bool(self.fields.get("auto_renew")),
            auto_reissue=bool(self.fields.get("auto_reissue")),
            today=today,
        )

    def body(self, renewal_of: int | None) -> dict[str, t.Any]:
        """Return the body of the POST."""
        names = self.intent.names
        body: dict[str, t.Any] = {
            "certificate": {
                "common_name": names[0],
                "dns_names": list(names[1:]),
                "csr": self.csr.pem,
                **self.certificate_fields,
            },
            **{name: value for name, value in self.fields.items() if name != "skip_approval" or not self.is_strict},
            "alternative_order_id": self.own_id(renewal_of),
        }
        number = self.intent.organization_id
        if number is not None or self.organization:
            body["organization"] = {**({"id": number} if number is not None else {}), **self.organization}
        if self.intent.container_id is not None:
            body["container"] = {"id": self.intent.container_id}
        if renewal_of is not None:
            body["renewal_of_order_id"] = renewal_of
        return body


def ensure_order(
    client: Client,
    request: OrderRequest,
    *,
    check_mode: bool,
    now: dt.datetime,
    budget: OrderBudget | None = None,
    locks: RunLocks | None = None,
) -> Outcome:
    """Ensure that one live order serves the intent; in check mode report what would be done."""
    request = identified(client, request)
    locks = None if check_mode else locks
    with alone(locks, [intent_subject(request.intent, request.alternative_order_id)]):
        return _ensure_alone(client, request, check_mode=check_mode, now=now, budget=budget, locks=locks)


def _ensure_alone(
    client: Client,
    request: OrderRequest,
    *,
    check_mode: bool,
    now: dt.datetime,
    budget: OrderBudget | None,
    locks: RunLocks | None,
) -> Outcome:
    today = now.date()
    choice, known = _decide(client, request, today)
    if choice.action == "ask":
        raise ask(choice)
    if choice.action == "refuse":
        other = t.cast(Order, choice.order)
        raise StateError(
            f"Nothing was ordered: {choice.reasons[0]}.",
            next_action=(
                f"Use digicert_reissue with order_id {other.id} to get a certificate for this key at no cost, "
                "or set other_key to order to buy another one."
            ),
            order_id=other.id,
        )
    if choice.action in ("none", "adopt") and choice.order is not None:
        if left_unapproved(request, choice.order) is not None:
            return _approve(client, request, choice, check_mode=check_mode, today=today)
        names = request.intent.names
        standing = standing_of(client, choice.order, today=today, read_only=check_mode, names=names)
        warnings = unheeded_skip(standing.phase, request.fields, is_new=False)
        return Outcome(choice.action, choice.reasons, choice.order, standing, warnings=warnings)
    if choice.renewal_of is not None and choice.order is None:
        _check_renewable(client, choice.renewal_of)
    request = completed(client, request, today)
    after = {
        "common_name": request.intent.names[0],
        "dns_names": list(request.intent.names),
        "product": request.intent.product,
        "organization_id": request.intent.organization_id,
        "renewal_of_order_id": choice.renewal_of,
    }
    if request.intent.organization_details:
        after["organization"] = request.organization["name"]
    before = {"order_id": choice.order.id} if choice.order else {}
    with alone(locks, [COUNTING] if budget else []):
        _check_budget(client, budget, request, now)
        if check_mode:
            return Outcome(choice.action, choice.reasons, choice.order, None, before=before, after=after)
        order, reasons, warnings, action = _place(client, request, choice, known, today)
    warnings += without_lock(locks)
    standing = standing_of(client, order, today=today, read_only=False, names=request.intent.names)
    if not request.is_strict:
        warnings += unheeded_skip(standing.phase, request.fields, is_new=action != "adopt")
    return Outcome(action, reasons, order, standing, before=before, after=after, warnings=warnings)


def _check_budget(client: Client, budget: OrderBudget | None, request: OrderRequest, now: dt.datetime) -> None:
    """Raise DigicertError if one more order exceeds the budget, or if that is not known."""
    name = request.intent.names[0]
    _purchases, error = over_the_budget(client, budget, [Purchase(name, (name,))], now)
    if error is not None:
        raise error


def identified(client: Client, request: OrderRequest) -> OrderRequest:
    """Return the request with the IDs of the organization and the renewed order, looked up by name or thumbprint."""
    if request.organization_name is not None:
        number = organization_id_of(client, request.organization_name)
        request = replace(request, intent=replace(request.intent, organization_id=number))
    if request.renewed_thumbprint is not None:
        request = replace(request, renewal_of=order_id_of_thumbprint(client, request.renewed_thumbprint))
    return request


def completed(client: Client, request: OrderRequest, today: dt.date) -> OrderRequest:
    """Return the request with the IDs of everything given by name, checked against its product. Only reads."""
    product = product_of(client, request.intent.product, request.intent.container_id)
    found = certificate_fields_of(request.named, product)
    request = replace(request, certificate_fields={**request.certificate_fields, **found})
    if product is not None:
        check_fit(product, request.product_request(today))
    labelled = custom_fields_of(client, request.named)
    if labelled:
        numbered = request.fields.get("custom_fields", [])
        request = replace(request, fields={**request.fields, "custom_fields": [*numbered, *labelled]})
    return request


def _decide(client: Client, request: OrderRequest, today: dt.date) -> tuple[OrderChoice, frozenset[int]]:
    """Look for orders and choose; also return the IDs of the existing orders.

    Before anything that costs money, also look for orders that are too new to be listed: an earlier run may just have
    lost its answer, or another controller may have been faster.
    """
    own_ids = {request.own_id(request.renewal_of)}
    candidates = find_candidates(client, own_ids, common_name=request.intent.names[0])
    choice = choose_for(request, candidates, own_ids, today)
    if choice.action == "renew" and choice.renewal_of != request.renewal_of:
        # the renewal has its own intent, and may have been ordered already
        renewal_id = request.own_id(choice.renewal_of)
        own_ids.add(renewal_id)
        candidates += find_candidates(client, [renewal_id], common_name=None, known={order.id for order in candidates})
        choice = choose_for(request, candidates, own_ids, today)
    if choice.action in ("order", "renew"):
        late = unlisted_orders(client, {order.id for order in candidates})
        candidates += late
        choice = choose_for(request, candidates, own_ids, today) if late else choice
    return choice, frozenset(order.id for order in candidates)


def choose_for(request: OrderRequest, candidates: t.Sequence[Order], own_ids: set[str], today: dt.date) -> OrderChoice:
    # a renewal was ordered under its own ID
    own_ids = own_ids | {request.own_id(order.renewal_of) for order in candidates if order.renewal_of is not None}
    choice = choose_order(
        request.intent,
        [order for order in candidates if order.alternative_order_id in own_ids or may_serve(order, request.intent)],
        own_ids=own_ids,
        renewal_of=request.renewal_of,
        renew_before=request.renew_before,
        other_key=request.other_key,
        today=today,
    )
    unsure = [
        order
        for order in candidates
        if order.alternative_order_id not in own_ids
        and is_unsure(order, request.intent)
        and is_live(order, today)
        and not mismatches(order, request.intent)
    ]
    if choice.action in ("order", "renew") and unsure:
        reason = f"order {unsure[0].id} may be for the same request, but CertCentral does not report its organization"
        return OrderChoice("ask", unsure[0], (reason,))
    return choice


def _check_renewable(client: Client, order_id: int) -> None:
    """Raise StateError if the order to renew does not exist."""
    if orders.find(client, order_id) is None:
        raise StateError(
            f"Order {order_id}, which should be renewed, does not exist in this account.",
            next_action="Correct renewal_of_order_id, or leave it out to place a new order.",
        )


def _place(
    client: Client, request: OrderRequest, choice: OrderChoice, known: frozenset[int], today: dt.date
) -> tuple[Order, tuple[str, ...], tuple[str, ...], str]:
    """Send the paid POST once; return the surviving order, with reasons, warnings and the action.

    ``known`` are the IDs of the orders that existed before: they are neither the new order nor a rival.
    """
    sent = send_order(client, request, choice.renewal_of, known, today)
    reasons = choice.reasons + lost_reason(sent, request.own_id(choice.renewal_of))
    order = read_new_order(client, sent.answer.order_id) if sent.answer else t.cast(Order, sent.found)
    survivor = settle_race(client, request, choice.renewal_of, order, known, today)
    if survivor.id != order.id:
        return survivor, (*reasons, gave_way(order.id, survivor.id)), (), "adopt"
    order, warnings = approve_own(client, request, order)
    return order, reasons, warnings, choice.action


def left_unapproved(request: OrderRequest, order: Order) -> ApprovalRequest | None:
    """Return what this run has to approve: an order of its own intent that an interrupted run has not approved."""
    if not request.approves or order.alternative_order_id != request.own_id(order.renewal_of):
        return None
    return next((entry for entry in order.requests if entry.is_open and entry.type == "new_request" and entry.id), None)


def _approve(
    client: Client, request: OrderRequest, choice: OrderChoice, *, check_mode: bool, today: dt.date
) -> Outcome:
    """Approve an order that an interrupted run has placed; in check mode report that."""
    own = order = t.cast(Order, choice.order)
    warnings: tuple[str, ...] = ()
    reasons = (*choice.reasons, "it was placed without skipping the approval, and is not approved yet")
    if not check_mode:
        order, warnings = settled_and_approved(client, request, order, today)
    standing = standing_of(client, order, today=today, read_only=check_mode, names=request.intent.names)
    if order.id != own.id:
        return Outcome("adopt", (*reasons, gave_way(own.id, order.id)), order, standing, warnings=warnings)
    change = ({"approved": False}, {"approved": True})
    return Outcome("approve", reasons, order, standing, *change, warnings)


def settled_and_approved(
    client: Client, request: OrderRequest, order: Order, today: dt.date
) -> tuple[Order, tuple[str, ...]]:
    """Settle the race of an order that an interrupted run has placed, and approve it."""
    survivor = settle_race(client, request, order.renewal_of, order, frozenset(), today)
    return (survivor, ()) if survivor.id != order.id else approve_own(client, request, order)


def approve_own(client: Client, request: OrderRequest, order: Order) -> tuple[Order, tuple[str, ...]]:
    """Approve an order, if that was left to this run. Return it as it is then, and warnings."""
    awaited = left_unapproved(request, order)
    if awaited is None or awaited.id is None:
        return order, ()
    problem = ""
    try:
        requests.decide(client, awaited.id, "approved", "No other controller has placed the same order")
    except DigicertError as exc:
        problem = exc.message
    order = read_new_order(client, order.id)
    if problem and left_unapproved(request, order) is not None:
        return order, (f"order {order.id} is not approved yet, because this run could not approve it: {problem}",)
    return order, ()


def gave_way(order_id: int, survivor_id: int) -> str:
    """Return the reason why another order is used in place of the one that this run has placed."""
    return f"another run placed order {survivor_id} at the same time, so order {order_id} gave way"


def lost_reason(sent: Sent[orders.Placed, Order], own_id: str) -> tuple[str, ...]:
    """Return how an order was found whose answer was lost; empty if the answer arrived."""
    if sent.answer is not None:
        return ()
    lost = sent.lost.message if sent.lost else ""
    return (f"the answer was lost ({lost}); the order was found by its ID {own_id}",)


def _serves(request: OrderRequest, own_id: str, today: dt.date) -> t.Callable[[Order], bool]:
    # orders for something else may have an ID that the user gave; one that was made from the intent proves enough
    return lambda order: (
        is_order_of(order, {own_id}) or choose_for(request, [order], {own_id}, today).action in ("none", "adopt")
    )


def send_order(
    client: Client, request: OrderRequest, renewal_of: int | None, known: frozenset[int], today: dt.date
) -> Sent[orders.Placed, Order]:
    """Send the paid POST once; if its answer is lost, look for the order."""
    own_id = request.own_id(renewal_of)
    serves = _serves(request, own_id, today)

    def look() -> Order | None:
        listed = find_candidates(client, [own_id], common_name=None)
        live = [order for order in listed if not order.is_dead and order.id not in known]
        live = live or [order for order in unlisted_orders(client, known) if order.alternative_order_id == own_id]
        # after a race nothing shows which of several orders is our own: take the last one, which is canceled
        return max(filter(serves, live), key=lambda order: order.id, default=None)

    return send_once(
        client,
        lambda: orders.place(client, request.intent.product, request.body(renewal_of)),
        look,
        unseen=f"The answer to the order was lost, and CertCentral shows no order with the ID {own_id}",
        next_action=_AFTER_A_LOST_ORDER,
        delays=_LOOKS_AFTER_A_LOST_ANSWER,
    )


def read_new_order(client: Client, order_id: int) -> Order:
    """Read an order that was just placed; the service may show it a little late."""
    for delay in _LOOKS_AFTER_AN_ANSWER:
        client.sleep(delay)
        try:
            order = orders.find(client, order_id)
        except DigicertError as exc:
            exc.order_id = order_id
            raise
        if order is not None:
            return order
    raise StateError(
        f"Order {order_id} was placed, but CertCentral does not show it yet.",
        next_action="Run this again: the order is then found, and nothing is ordered twice.",
        order_id=order_id,
    )


def settle_race(
    client: Client,
    request: OrderRequest,
    renewal_of: int | None,
    order: Order,
    known: frozenset[int],
    today: dt.date,
) -> Order:
    """If several controllers placed the same order at once, keep the lowest ID; each controller cancels its own order.

    Returns the surviving order. Raises StateError if it is another one and this order stays, because it is paid then.
    """
    own_id = request.own_id(renewal_of)
    try:
        if request.approves:
            _wait_until_shown(client, order.id, own_id)
        survivor = _earlier_rival(client, order, own_id, known, _serves(request, own_id, today))
    except DigicertError as exc:
        exc.order_id = order.id
        raise
    if survivor is None:
        return order
    if order.status == "issued":
        raise StateError(
            f"Order {order.id} was placed for the same certificate as order {survivor.id}, which another run placed at "
            f"the same time. Order {order.id} is already issued, so it cannot be canceled, and both are billed.",
            next_action=(
                f"Revoke order {order.id} with digicert_revoke and scope order, and ask DigiCert to refund it. The "
                f"next run uses order {survivor.id}. Set order_guard to strict to prevent this."
            ),
            order_id=order.id,
        )
    try:
        _withdraw(client, order, f"Duplicate of order {survivor.id}")
    except DigicertError as exc:
        error = StateError(
            f"Order {order.id} was placed for the same certificate as order {survivor.id}, which another run placed at "
            f"the same time, and it could not be canceled: {exc.message}",
            next_action=(
                f"Cancel order {order.id}, or reject its request, before both are paid. The next run uses order "
                f"{survivor.id}."
            ),
            order_id=order.id,
        )
        error.errors = exc.errors
        raise error from None
    return survivor


def _wait_until_shown(client: Client, order_id: int, own_id: str) -> None:
    """Wait until the service shows an order, so that it shows those that were placed before, too."""
    for delay in _LOOKS_AFTER_AN_ANSWER:
        client.sleep(delay)
        if any(reference.order_id == order_id for reference in orders.by_alternative_id(client, own_id)):
            return
        if any(reference.order_id == order_id for reference in changed_orders(client) or []):
            return
    raise StateError(
        f"Order {order_id} was placed, but CertCentral does not list it yet, so whether another run has placed the "
        "same is not known. It was not approved.",
        next_action="Run this again in a few minutes: the order is approved then.",
        order_id=order_id,
    )


def _earlier_rival(
    client: Client, order: Order, own_id: str, known: frozenset[int], serves: t.Callable[[Order], bool]
) -> Order | None:
    """Return the first order that another controller placed for the same intent before this one, or None."""
    references = orders.by_alternative_id(client, own_id)
    live = {reference.order_id for reference in references if reference.status not in DEAD_STATUSES}
    if order.id not in {reference.order_id for reference in references}:
        # if this order is too new to be listed, those of others may be too
        late = unlisted_orders(client, {*known, order.id})
        live |= {other.id for other in late if other.alternative_order_id == own_id}
    listed = {reference.order_id for reference in references}
    for number in sorted(live - known):
        if number < order.id:
            rival = orders.get(client, number)
            rival = with_id(rival, own_id) if number in listed else rival
            if serves(rival):
                return rival
    return None


def _withdraw(client: Client, order: Order, note: str) -> None:
    """Cancel an order that nobody needs; one that is waiting for approval may have to be rejected instead."""
    try:
        orders.set_status(client, order.id, "canceled", note)
    except ApiError:
        current = orders.get(client, order.id)
        if current.is_dead:
            return  # somebody else was faster
        request = next((entry.id for entry in current.requests if entry.is_open and entry.id is not None), None)
        if request is None:
            raise
        requests.decide(client, request, "rejected", note)
