# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decisions on many requests for certificates: which share an order, and what must not be bought. Pure.

Values in, values out: no I/O, and the day is an argument.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass, replace

from .._certcentral.dcv import TOKEN_METHODS
from .._certcentral.errors import StateError
from .._certcentral.model import IssuedCertificate, Order
from .._x509.names import missing_names, surplus_names, www_twins
from .certificate_plan import CertificatePlan, plan_certificate
from .duplicate import is_alive
from .order import OrderIntent, ask, choose_order, intent_id, is_live, is_product, lacking, question
from .order_match import is_unsure, may_serve

ANOTHER_FIRST = "another host gets it for its own key first"
"""Why a request takes a duplicate of what an earlier request of the same run gets."""

PAID_ACTIONS = ("order", "renew")

_BY_WEIGHT = ("order", "renew", "reissue", "duplicate", "approve", "change_method", "write", "adopt", "none")


@dataclass(frozen=True)
class Need:
    """One requested certificate, as far as decisions know it."""

    intent: OrderIntent
    """With the key of the CSR; without a key in check mode if there is no CSR yet."""
    own_key: str | None = None
    """SHA-256 of the SubjectPublicKeyInfo of the key that the host uses now."""
    order_id: int | None = None
    serial_number: str | None = None
    """Normalised serial number of the installed certificate."""
    renew_before: str = "auto"
    allow_name_removal: bool = False
    replace: bool = False
    duplicates: bool = True
    alternative_order_id: str | None = None

    @property
    def replaced(self) -> str | None:
        """The serial number of the certificate that must be replaced even if it is not due."""
        return self.serial_number if self.replace else None

    def own_id(self, renewal_of: int | None, public_key: str | None = None) -> str:
        """Return the alternative order ID under which the certificate is, or would have been, ordered."""
        intent = replace(self.intent, public_key=public_key) if public_key else self.intent
        return self.alternative_order_id or intent_id(intent, renewal_of)

    def own_ids(self, orders: t.Iterable[Order]) -> frozenset[str]:
        """Return the IDs of the intent itself, and of a renewal of each of these orders."""
        renewals = {None, *(order.id for order in orders), *(order.renewal_of for order in orders)}
        keys = {None, self.own_key}
        return frozenset(self.own_id(renewal, key) for renewal in renewals for key in keys)

    @property
    def group(self) -> tuple[t.Any, ...]:
        """What requests have in common that can use the same order."""
        intent = self.intent
        return (
            tuple(sorted(intent.names)),
            intent.product,
            intent.organization_id,
            intent.container_id,
            intent.organization_details,
            intent.type_hint,
            self.alternative_order_id,
        )


def concerns(order: Order, need: Need, own_ids: t.Collection[str]) -> bool:
    """Return whether an order may have to do with a request: by its ID, its certificate, its own ID or its names."""
    return (
        order.id == need.order_id
        or (need.serial_number is not None and order.certificate.serial_number == need.serial_number)
        or order.alternative_order_id in own_ids
        or not www_twins(need.intent.names[0]).isdisjoint(order.certificate.names)
    )


def is_surely_other(listed: Order, need: Need) -> bool:
    """Return whether an entry of the list can serve a request in no way, so that it does not have to be read."""
    if need.serial_number is not None and listed.certificate.serial_number == need.serial_number:
        return False
    intent, names = need.intent, listed.certificate.names
    if names and listed.certificate.names_are_known and missing_names(intent.names, names):
        return True
    if surplus_names(intent.names, names):
        return True
    return (
        (listed.product is not None and intent.product != "ssl" and not is_product(listed.product, intent.product))
        or _differ(listed.organization_id, intent.organization_id)
        or _differ(listed.container_id, intent.container_id)
    )


def _differ(shown: int | None, desired: int | None) -> bool:
    return shown is not None and desired is not None and shown != desired


def groups_of(members: t.Sequence[t.Collection[t.Hashable]]) -> list[list[int]]:
    """Return the indices of the requests that share a value with each other, directly or through others, in order."""
    group_of: dict[t.Hashable, int] = {}
    groups: dict[int, list[int]] = {}
    for index, values in enumerate(members):
        joined = sorted({group_of[value] for value in values if value in group_of})
        target = joined[0] if joined else index
        merged = [member for number in joined for member in groups.pop(number)]
        groups[target] = sorted([*merged, index])
        for member in groups[target]:
            group_of.update(dict.fromkeys(members[member], target))
    return sorted(groups.values())


def plan_of(need: Need, candidates: t.Sequence[Order], known: t.Collection[int], today: dt.date) -> CertificatePlan:
    """Plan one request without the other certificates of an order, which ``key_plan`` may need in addition.

    ``known`` are the orders that certainly belong to the request. Whether to buy is asked twice: an order that serves
    the renewal or the intent in any way is used instead. Raises StateError if that cannot be known.
    """
    own_ids = need.own_ids(candidates)
    serving = [
        order
        for order in candidates
        if order.id in known or order.alternative_order_id in own_ids or may_serve(order, need.intent)
    ]
    plan = _plan(need, need.intent, serving, known, own_ids, today)
    if not _is_served(plan) and need.own_key not in (None, need.intent.public_key):
        in_use = _plan(need, replace(need.intent, public_key=need.own_key), serving, known, own_ids, today)
        if _is_served(in_use) and in_use.order is not None and in_use.order.status == "issued":
            return in_use
    if plan.action not in PAID_ACTIONS:
        return plan
    check_decided(need, candidates, own_ids, known, today)
    choice = choose_order(
        need.intent,
        serving,
        own_ids=own_ids,
        renewal_of=plan.renewal_of,
        renew_before=need.renew_before,
        other_key="adopt",
        today=today,
    )
    if choice.action == "ask":
        raise ask(choice)
    if choice.order is None:
        return replace(plan, action=choice.action, renewal_of=choice.renewal_of)
    return _plan(need, need.intent, [choice.order], {choice.order.id}, own_ids, today)


def _plan(
    need: Need,
    intent: OrderIntent,
    candidates: t.Sequence[Order],
    known: t.Collection[int],
    own_ids: t.Collection[str],
    today: dt.date,
) -> CertificatePlan:
    return plan_certificate(
        intent,
        candidates,
        named_order_id=need.order_id,
        known_order_ids=known,
        own_ids=own_ids,
        renew_before=need.renew_before,
        allow_name_removal=need.allow_name_removal,
        replaced=need.replaced,
        today=today,
    )


def _is_served(plan: CertificatePlan) -> bool:
    return plan.action in ("none", "adopt") and plan.key_matches


def check_decided(
    need: Need,
    candidates: t.Iterable[Order],
    own_ids: t.Collection[str],
    known: t.Collection[int],
    today: dt.date,
) -> None:
    """Refuse to buy if an order of this intent, or one that may be, is not known well enough. Raises StateError."""
    candidates = list(candidates)
    for order in candidates:
        if order.alternative_order_id not in own_ids or not is_live(order, today) or order.is_renewed:
            continue
        lacks = lacking(order, need.intent)
        if lacks:
            raise StateError(
                f"Order {order.id} was placed for this request, but CertCentral does not report its "
                f"{' and '.join(lacks)}, so nothing was ordered.",
                next_action="Check the order in CertCentral, and run this again.",
                order_id=order.id,
            )
    unsure = [order for order in candidates if may_serve(order, need.intent) or is_unsure(order, need.intent)]
    asked = question(need.intent, unsure, own_ids=own_ids, any_key=False, today=today, known=known)
    if asked is not None:
        raise ask(asked)


def check_comparable(plan: CertificatePlan, need: Need) -> None:
    """Refuse a reissue or duplicate that is only planned because an answer lacks something. Raises StateError."""
    order = plan.order
    if plan.action not in ("reissue", "duplicate") or order is None:
        return
    certificate = order.certificate
    lacks = [
        what
        for what, is_lacking in (
            ("status", order.status != "issued"),
            ("names", not certificate.names or not certificate.names_are_known),
            ("certificate ID", certificate.id is None),
            ("CSR", certificate.public_key is None and plan.only_key and need.intent.public_key is not None),
        )
        if is_lacking
    ]
    if lacks:
        raise StateError(
            f"CertCentral does not report the {' and '.join(lacks)} of order {order.id}, so it is unknown whether "
            "its certificate is as requested.",
            next_action="Check the order in CertCentral; digicert_reissue with when set to always reissues it.",
            order_id=order.id,
        )


def check_duplicates(order: Order, duplicates: t.Iterable[IssuedCertificate], today: dt.date) -> None:
    """Refuse to go on if a duplicate may be for the key of the request, but the answer lacks it. Raises StateError."""
    if any(is_alive(entry, today) and _is_unknown(entry, order) for entry in duplicates):
        raise StateError(
            f"CertCentral does not report ID, CSR and names of each duplicate of order {order.id}; one may be for this "
            "key.",
            next_action=(
                "Check the duplicates of the order in CertCentral, and revoke those that nobody uses, or set "
                "duplicates to false to reissue the certificate."
            ),
            order_id=order.id,
        )


def _is_unknown(duplicate: IssuedCertificate, order: Order) -> bool:
    lacks_names = not duplicate.names_are_known and missing_names(order.certificate.names, duplicate.names)
    return None in (duplicate.id, duplicate.public_key) or bool(lacks_names)


def key_of(plan: CertificatePlan, need: Need) -> str | None:
    """Return the key for which the certificate of a plan is, or will be."""
    if not _is_served(plan) or plan.order is None:
        return need.intent.public_key
    served = (plan.certificate or plan.order.certificate).public_key
    return served if served is not None and served == need.own_key else need.intent.public_key


def can_be_issued_unattended(phase: str | None, method: str | None, *, records_are_new: bool, check_for: float) -> bool:
    """Return whether an order can still be issued although nobody has been asked to do anything for it in this run."""
    if phase == "processing":
        return True
    return phase == "waiting_dcv" and method in TOKEN_METHODS and not records_are_new and check_for > 0


def weightiest(actions: t.Iterable[str]) -> str:
    """Return the action that stands for several requests: the one that matters most."""
    return min(actions, key=_BY_WEIGHT.index, default="none")


def common_phase(phases: t.Sequence[str | None]) -> str | None:
    """Return the phase that stands for several requests: the first one that is not ``issued``."""
    return next((phase for phase in phases if phase != "issued"), phases[0] if phases else None)
