# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ensure that a duplicate of an order's certificate exists for a key."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass, field, replace

from .._certcentral import orders
from .._certcentral.client import Client
from .._certcentral.errors import ApiError, DigicertError, InputError, StateError
from .._certcentral.model import IssuedCertificate, Order
from .._decisions.duplicate import (
    DuplicateAwaitedError,
    NoDuplicateError,
    accepted_duplicates,
    check_possible,
    check_shown,
    choose_names,
    find_duplicate,
    id_of_replaced,
    lasts,
    open_requests,
    phase_of_duplicate,
)
from .._decisions.phase import unheeded_skip
from .._decisions.request_checks import check_csr
from .._host.run_locks import RunLocks
from .._x509.certificates import Csr
from .alone import alone, order_subject
from .candidates import listed_entry, with_listed_names
from .outcome import Outcome, Standing
from .send_once import LOOKS, RUN_AGAIN, look_for, send_once

# a wrong API key and the rate limit say nothing about duplicates
_NOT_ABOUT_DUPLICATES = (401, 429)


@dataclass(frozen=True)
class DuplicateRequest:
    """The key and names that a certificate of the order must have."""

    order_id: int
    csr: Csr
    common_name: str | None
    dns_names: tuple[str, ...] | None
    """Both normalised; None keeps the value of the order's certificate."""
    fields: dict[str, t.Any] = field(default_factory=dict)
    """Top-level fields of the request body."""
    certificate_fields: dict[str, t.Any] = field(default_factory=dict)
    """Fields of its ``certificate`` object, except for names and CSR."""
    renew_before: str | None = None
    """A certificate for the key does not suffice if it is due by this rule; None accepts any that is still valid."""
    replaced: str | None = None
    """Normalised serial number of a certificate of the order: a certificate for the key must be newer to suffice."""
    reports_refusal: bool = False
    """Whether a refusal is returned as a result, so that the caller can do something else, and not raised."""


@dataclass(frozen=True)
class DuplicateSeen:
    """The order, and its certificate for the key if there is one yet."""

    order: Order
    certificate: IssuedCertificate | None


def ensure_duplicate(
    client: Client,
    request: DuplicateRequest,
    *,
    check_mode: bool,
    now: dt.datetime,
    locks: RunLocks | None = None,
) -> Outcome:
    """Ensure the certificate for the key; in check mode report what would be done."""
    with alone(locks, [order_subject(request.order_id)]):
        return _ensure_alone(client, request, check_mode=check_mode, now=now)


def _ensure_alone(client: Client, request: DuplicateRequest, *, check_mode: bool, now: dt.datetime) -> Outcome:
    today = now.date()
    check_csr(request.csr)
    order = orders.get(client, request.order_id)
    order = with_listed_names(client, order)
    names = choose_names(order, request.common_name, request.dns_names)
    listed = orders.duplicates(client, order.id)
    newer_than = _id_of_replaced(client, request.replaced, order, listed)

    found = _find(
        order, listed, request, names, today, lambda entry: _suffices(entry, request, order, newer_than, today)
    )
    if found is not None:
        is_own = found.id == order.certificate.id
        what = f"the certificate of order {order.id}" if is_own else f"duplicate {found.id} of order {order.id}"
        return _outcome("none", f"{what} has this key and these names", DuplicateSeen(order, found), now)
    try:
        check_possible(order, listed, today, request.csr.public_key)
        check_all_shown(client, order, listed)
    except DuplicateAwaitedError as exc:
        if not request.reports_refusal:
            raise
        return _outcome("none", exc.message, DuplicateSeen(order, None), now)
    except NoDuplicateError as exc:
        if not request.reports_refusal:
            raise
        return _refused(exc, order)
    reason = f"no certificate of order {order.id} has this key and these names"
    present = [_names_and_key(entry.names, entry.public_key) for entry in (order.certificate, *listed)]
    before: dict[str, t.Any] = {"certificates": present}
    after = {"certificates": [*present, _names_and_key(names, request.csr.public_key)]}
    if check_mode:
        extra = {"certificate": None, "refused": False}
        return Outcome("duplicate", (reason,), order, None, before, after, extra=extra)
    try:
        seen = send_duplicate(client, order, request, names, listed, today=today)
    except ApiError as exc:
        if not request.reports_refusal or not is_about_duplicates(exc):
            raise
        return _refused(exc, order)
    done = _outcome("duplicate", reason, seen, now, before, after)
    phase = done.standing.phase if done.standing else None
    return replace(done, warnings=unheeded_skip(phase, request.fields))


def check_all_shown(
    client: Client, order: Order, shown: t.Sequence[IssuedCertificate], *, listed: Order | None = None
) -> None:
    """Refuse to request a duplicate while one that was accepted is not shown. Raises DuplicateAwaitedError.

    ``listed`` is the order's entry in the list, which is read if no duplicate is shown: it says whether there is one.
    """
    if not shown and listed is None:
        listed = listed_entry(client, order)
    accepted = accepted_duplicates(order, None if shown else listed)
    if accepted > len(shown):
        # archived ones are not shown without a request
        check_shown(order, accepted, orders.duplicates(client, order.id, show_archived=True))


def is_about_duplicates(exc: ApiError) -> bool:
    """Return whether a refusal is about the duplicate, so that a reissue may still be possible."""
    return exc.status not in _NOT_ABOUT_DUPLICATES


def _find(
    order: Order,
    among: t.Iterable[IssuedCertificate],
    request: DuplicateRequest,
    names: tuple[str, ...],
    today: dt.date,
    accepts: t.Callable[[IssuedCertificate], bool],
) -> IssuedCertificate | None:
    return find_duplicate(
        order,
        among,
        public_key=request.csr.public_key,
        names=names,
        common_name=request.common_name,
        today=today,
        accepts=accepts,
    )


def _id_of_replaced(
    client: Client, replaced: str | None, order: Order, listed: t.Sequence[IssuedCertificate]
) -> int | None:
    """Return the ID of the certificate to replace, or None if none is replaced.

    Raises InputError if the order has no certificate with that serial number.
    """
    if replaced is None:
        return None
    found = id_of_replaced((order.certificate, *listed), replaced)
    if found is None:
        found = id_of_replaced(orders.reissues(client, order.id), replaced)
    if found is None:
        raise InputError(
            f"Order {order.id} has no certificate with the serial number {replaced}.",
            next_action="Give the serial number of a certificate of this order, or leave it out.",
            order_id=order.id,
        )
    return found


def _suffices(
    certificate: IssuedCertificate,
    request: DuplicateRequest,
    order: Order,
    newer_than: int | None,
    today: dt.date,
) -> bool:
    """Return whether a certificate for the key does not have to be replaced."""
    if newer_than is not None and (certificate.id is None or certificate.id <= newer_than):
        return False
    return request.renew_before is None or lasts(certificate, order.certificate, request.renew_before, today)


def _names_and_key(names: tuple[str, ...], public_key: str | None) -> dict[str, t.Any]:
    """Return what distinguishes the certificates of an order, for the diff."""
    return {"dns_names": list(names), "public_key_fingerprint": public_key}


def _outcome(
    action: str,
    reason: str,
    seen: DuplicateSeen,
    now: dt.datetime,
    before: dict[str, t.Any] | None = None,
    after: dict[str, t.Any] | None = None,
) -> Outcome:
    phase, blockers = phase_of_duplicate(seen.order, seen.certificate)
    certificate = seen.certificate.as_result(now) if seen.certificate else None
    standing = Standing(phase, blockers, ())
    return Outcome(
        action,
        (reason,),
        seen.order,
        standing,
        before or {},
        after or {},
        extra={"certificate": certificate, "refused": False},
    )


def _refused(refusal: DigicertError, order: Order) -> Outcome:
    return Outcome("none", (refusal.message,), order, extra={"certificate": None, "refused": True})


def _body(order: Order, request: DuplicateRequest, names: tuple[str, ...]) -> dict[str, t.Any]:
    """Return the body of the POST: all current values are sent again, except for those that a duplicate may change."""
    current = order.certificate
    certificate: dict[str, t.Any] = {
        "common_name": names[0],
        "dns_names": list(names[1:]),
        "csr": request.csr.pem,
        "signature_hash": current.signature_hash or "sha256",
    }
    if current.server_platform_id is not None:
        certificate["server_platform"] = {"id": current.server_platform_id}
    return {"certificate": {**certificate, **request.certificate_fields}, **request.fields}


def send_duplicate(
    client: Client,
    order: Order,
    request: DuplicateRequest,
    names: tuple[str, ...],
    listed: t.Sequence[IssuedCertificate],
    *,
    today: dt.date,
    read_answer: t.Callable[[orders.Placed], DuplicateSeen | None] = lambda _placed: None,
) -> DuplicateSeen:
    """Send the POST once, and look for the duplicate or its request if the answer is lost or does not show it.

    ``listed`` are the duplicates that exist before. ``read_answer`` returns None if the answer does not hold the
    duplicate.
    """
    known_requests = set(open_requests(order))
    known_ids = {entry.id for entry in (order.certificate, *listed)}
    body = _body(order, request, names)
    requested = f"A duplicate of the certificate of order {order.id} was requested."

    def look() -> DuplicateSeen | None:
        current = orders.get(client, order.id)
        listed_now = orders.duplicates(client, order.id)
        found = _find(current, listed_now, request, names, today, lambda entry: entry.id not in known_ids)
        if found is not None or set(open_requests(current)) - known_requests:
            return DuplicateSeen(current, found)
        return None

    sent = send_once(
        client,
        lambda: _post(client, order.id, body),
        look,
        unseen=f"{requested} The answer was lost, and CertCentral does not show the duplicate",
        order_id=order.id,
    )
    seen = sent.found or (read_answer(sent.answer) if sent.answer else None) or look_for(client, look, (0.0, *LOOKS))
    if seen is None:
        raise StateError(
            f"{requested} CertCentral accepted the request but does not show it.",
            next_action=RUN_AGAIN,
            order_id=order.id,
        )
    return seen


def _post(client: Client, order_id: int, body: dict[str, t.Any]) -> orders.Placed:
    try:
        return orders.duplicate(client, order_id, body)
    except ApiError as exc:
        if exc.status == 400:
            exc.next_action += (
                " If the validation of a domain has expired, reissue the certificate first (digicert_reissue)."
            )
        raise
