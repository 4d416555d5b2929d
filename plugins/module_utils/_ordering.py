# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ensure that one live order exists for an intent: look up, adopt, place, and look up again when an answer is lost."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass, field

from ansible_collections.community.digicert.plugins.module_utils import _plan
from ansible_collections.community.digicert.plugins.module_utils._candidates import find_candidates
from ansible_collections.community.digicert.plugins.module_utils._certcentral import orders, requests
from ansible_collections.community.digicert.plugins.module_utils._certcentral.model import DEAD_STATUSES, Order
from ansible_collections.community.digicert.plugins.module_utils._client import Client
from ansible_collections.community.digicert.plugins.module_utils._errors import (
    ApiError,
    DigicertError,
    StateError,
    TransportError,
    UnexpectedAnswerError,
)
from ansible_collections.community.digicert.plugins.module_utils._lost_answers import (
    LOOKS,
    look_for,
    may_have_been_carried_out,
)
from ansible_collections.community.digicert.plugins.module_utils._outcome import Outcome, standing_of
from ansible_collections.community.digicert.plugins.module_utils._x509 import Csr

# a new order may be seen late: seconds to wait before each further look
_LOOKS_AFTER_A_LOST_ANSWER = (*LOOKS, 10.0)
_LOOKS_AFTER_AN_ANSWER = (0.0, 1.0, 3.0, 6.0)


@dataclass(frozen=True)
class OrderRequest:
    """What the user wants to have ordered."""

    wanted: _plan.Wanted
    csr: Csr
    fields: dict[str, t.Any] = field(default_factory=dict)
    """Top-level fields of the request body."""
    certificate_fields: dict[str, t.Any] = field(default_factory=dict)
    """Fields of its ``certificate`` object, names and CSR left aside."""
    alternative_order_id: str | None = None
    """The user's own ID in place of the one made from the intent."""
    renewal_of: int | None = None
    renew_before: str = "30"
    other_key: str = "fail"

    def own_id(self, renewal_of: int | None) -> str:
        """Return the alternative order ID under which the intent is, or will be, ordered."""
        return self.alternative_order_id or _plan.intent_id(self.wanted, renewal_of)

    def body(self, renewal_of: int | None) -> dict[str, t.Any]:
        """Return the body of the POST."""
        names = self.wanted.names
        body: dict[str, t.Any] = {
            "certificate": {
                "common_name": names[0],
                "dns_names": list(names[1:]),
                "csr": self.csr.pem,
                **self.certificate_fields,
            },
            **self.fields,
            "alternative_order_id": self.own_id(renewal_of),
        }
        if self.wanted.organization_id is not None:
            body["organization"] = {"id": self.wanted.organization_id}
        if self.wanted.container_id is not None:
            body["container"] = {"id": self.wanted.container_id}
        if renewal_of is not None:
            body["renewal_of_order_id"] = renewal_of
        return body


def ensure_order(client: Client, request: OrderRequest, *, check_mode: bool, now: dt.datetime) -> Outcome:
    """Ensure that one live order serves the intent; in check mode say what would be done."""
    today = now.date()
    own_id = request.own_id(request.renewal_of)
    candidates = find_candidates(client, [own_id], common_name=request.wanted.names[0])
    choice = _choose(request, candidates, {own_id}, today)
    if choice.action == "renew" and choice.renewal_of != request.renewal_of:
        # the renewal has an intent of its own: it may have been ordered already
        renewal_id = request.own_id(choice.renewal_of)
        candidates += find_candidates(client, [renewal_id], common_name=None)
        choice = _choose(request, candidates, {own_id, renewal_id}, today)
    if choice.action == "refuse":
        other = t.cast(Order, choice.order)
        raise StateError(
            f"Nothing was ordered: {choice.reasons[0]}.",
            next_action=(
                f"Use digicert_reissue with order_id {other.id} to get a certificate for this key at no cost, "
                "or set other_key to order, to buy a further one."
            ),
            order_id=other.id,
        )
    if choice.action in ("none", "adopt") and choice.order is not None:
        standing = standing_of(client, choice.order, today=today, read_only=check_mode)
        return Outcome(choice.action, choice.reasons, choice.order, standing)
    if choice.renewal_of is not None and choice.order is None:
        _check_renewable(client, choice.renewal_of)
    after = {
        "common_name": request.wanted.names[0],
        "dns_names": list(request.wanted.names),
        "product": request.wanted.product,
        "organization_id": request.wanted.organization_id,
        "renewal_of_order_id": choice.renewal_of,
    }
    before = {"order_id": choice.order.id} if choice.order else {}
    if check_mode:
        return Outcome(choice.action, choice.reasons, choice.order, None, before=before, after=after)
    known = frozenset(order.id for order in candidates)
    order, reasons, warnings, action = _place(client, request, choice, known)
    standing = standing_of(client, order, today=today, read_only=False)
    return Outcome(action, reasons, order, standing, before=before, after=after, warnings=warnings)


def _choose(
    request: OrderRequest, candidates: t.Sequence[Order], own_ids: set[str], today: dt.date
) -> _plan.OrderChoice:
    return _plan.choose_order(
        request.wanted,
        candidates,
        # a renewal was ordered under an ID of its own
        own_ids=own_ids | {request.own_id(order.renewal_of) for order in candidates if order.renewal_of is not None},
        renewal_of=request.renewal_of,
        renew_before=request.renew_before,
        other_key=request.other_key,
        today=today,
    )


def _check_renewable(client: Client, order_id: int) -> None:
    """Refuse to renew an order that is not there. Raises StateError."""
    if orders.find(client, order_id) is None:
        raise StateError(
            f"Order {order_id}, which is to be renewed, does not exist in this account.",
            next_action="Correct renewal_of_order_id, or leave it out to place a new order.",
        )


def _place(
    client: Client, request: OrderRequest, choice: _plan.OrderChoice, known: frozenset[int]
) -> tuple[Order, tuple[str, ...], tuple[str, ...], str]:
    """Send the paid POST once; return the order that stands, with reasons, warnings and the action.

    ``known`` are the IDs of the orders that were there before: they are neither the lost answer nor a rival.
    """
    own_id = request.own_id(choice.renewal_of)
    try:
        placed = orders.place(client, request.wanted.product, request.body(choice.renewal_of))
    except (TransportError, UnexpectedAnswerError, ApiError) as exc:
        if not may_have_been_carried_out(exc):
            raise
        order = _look_again(client, own_id, known, exc)
        reasons = (*choice.reasons, f"the answer was lost ({exc.message}); the order was found by its ID {own_id}")
    else:
        order, reasons = _read_new_order(client, placed.order_id), choice.reasons
    survivor, warnings = _settle_race(client, order, own_id, known)
    if survivor.id != order.id:
        reasons = (*reasons, f"another run placed order {survivor.id} at the same time; order {order.id} gave way")
        return survivor, reasons, warnings, "adopt"
    return order, reasons, warnings, choice.action


def _read_new_order(client: Client, order_id: int) -> Order:
    """Read an order just placed, which the service may show a little late."""
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
        next_action="Run this again: the order is found and nothing is ordered twice.",
        order_id=order_id,
    )


def _look_again(client: Client, own_id: str, known: frozenset[int], lost: DigicertError) -> Order:
    """After a lost answer, find the order if there is one; never send it again. Raises StateError if none shows."""

    def look() -> Order | None:
        live = [
            order
            for order in find_candidates(client, [own_id], common_name=None)
            if not order.is_dead and order.id not in known
        ]
        return min(live, key=lambda order: order.id, default=None)

    found = look_for(client, look, _LOOKS_AFTER_A_LOST_ANSWER)
    if found is not None:
        return found
    error = StateError(
        f"The answer to the order was lost, and CertCentral shows no order with the ID {own_id}: {lost.message}",
        next_action=(
            "Nothing was sent twice. Run this again in some minutes: the order is looked up first, and placed only if "
            "it is not there."
        ),
    )
    error.errors = lost.errors
    raise error


def _settle_race(client: Client, order: Order, own_id: str, known: frozenset[int]) -> tuple[Order, tuple[str, ...]]:
    """When two controllers ordered the same at once, let the lowest ID stand and cancel the other one."""
    try:
        rivals = [
            reference.order_id
            for reference in orders.by_alternative_id(client, own_id)
            if reference.order_id < order.id
            and reference.order_id not in known
            and reference.status not in DEAD_STATUSES
        ]
        if not rivals:
            return order, ()
        survivor = orders.get(client, min(rivals))
        if order.status == "issued":
            warning = f"order {order.id} duplicates order {survivor.id} but is issued already, so it was not cancelled"
            return survivor, (warning,)
    except DigicertError as exc:
        exc.order_id = order.id
        raise
    try:
        _withdraw(client, order, f"Duplicate of order {survivor.id}")
    except DigicertError as exc:
        return survivor, (f"order {order.id} duplicates order {survivor.id}; cancel or reject it: {exc.message}",)
    return survivor, ()


def _withdraw(client: Client, order: Order, note: str) -> None:
    """Cancel an order that nobody needs; one that still waits for its approval may have to be rejected instead."""
    try:
        orders.set_status(client, order.id, "canceled", note)
    except ApiError:
        request = next((entry.id for entry in order.requests if entry.is_open and entry.id is not None), None)
        if request is None:
            raise
        requests.decide(client, request, "rejected", note)
