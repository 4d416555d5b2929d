# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which duplicate of an order's certificate is suitable for a key, and whether one can be made. Pure decisions.

Rules: https://dev.digicert.com/certcentral-apis/services-api/orders/duplicate-certificate.html
"""

from __future__ import annotations

import datetime as dt
import typing as t

from .._certcentral import shape
from .._certcentral.errors import InputError, StateError
from .._certcentral.model import DEAD_STATUSES, IssuedCertificate, Order
from .._x509.names import missing_names
from .phase import Blocker
from .renewal import is_due_on

_TYPE = "duplicate"


class NoDuplicateError(StateError):
    """The order cannot have a duplicate in its present state; a reissue can still provide a certificate for a key."""


class DuplicateAwaitedError(StateError):
    """A duplicate was requested, and the service does not report for which key until it is issued."""


def choose_names(order: Order, common_name: str | None, dns_names: t.Sequence[str] | None) -> tuple[str, ...]:
    """Return the names of the duplicate, common name first: those of the order, and further ones below its wildcards.

    Raises InputError for a name that a duplicate cannot carry. All names are normalised.
    """
    present = order.certificate.names
    requested = (*((common_name,) if common_name else ()), *(dns_names or ()))
    bases = tuple(name[1:] for name in present if name.startswith("*."))
    for name in missing_names(requested, present):
        if name.startswith("*.") or not name.endswith(bases):
            raise InputError(
                f"A duplicate of the certificate of order {order.id} cannot carry {name}.",
                next_action="Add the name with digicert_reissue; a duplicate may only add names below a wildcard.",
                order_id=order.id,
            )
    if not present or not order.certificate.names_are_known:
        raise StateError(
            f"CertCentral does not report the names of order {order.id}.",
            next_action="Check the order in CertCentral; an order without names cannot have duplicates.",
            order_id=order.id,
        )
    return tuple(dict.fromkeys((common_name or present[0], *present, *requested)))


def is_alive(certificate: IssuedCertificate, today: dt.date) -> bool:
    """Return whether a certificate is or will be valid: it has not expired and is not known to be revoked."""
    return certificate.status not in DEAD_STATUSES and (
        certificate.valid_till is None or certificate.valid_till >= today
    )


def _is_suitable(
    certificate: IssuedCertificate, public_key: str, names: t.Sequence[str], common_name: str | None, today: dt.date
) -> bool:
    if not is_alive(certificate, today) or certificate.public_key != public_key:
        return False
    has_common_name = common_name is None or (certificate.common_name or "").lower() == common_name
    return has_common_name and not missing_names(names, certificate.names)


def lasts(certificate: IssuedCertificate, current: IssuedCertificate, renew_before: str, today: dt.date) -> bool:
    """Return whether a certificate is not due, or would be due but a duplicate of ``current`` would not last longer."""
    if not is_due_on(renew_before, certificate.valid_from, certificate.valid_till, today):
        return True
    return (
        certificate.valid_till is not None
        and current.valid_till is not None
        and current.valid_till <= certificate.valid_till
    )


def id_of_replaced(certificates: t.Iterable[IssuedCertificate], replaced: str | None) -> int | None:
    """Return the ID of the replaced certificate, 0 if none is replaced, None if its serial number is not listed."""
    if replaced is None:
        return 0
    return next((entry.id for entry in certificates if entry.serial_number == replaced), None)


def find_duplicate(
    order: Order,
    duplicates: t.Iterable[IssuedCertificate],
    *,
    public_key: str,
    names: t.Sequence[str],
    common_name: str | None,
    today: dt.date,
    accepts: t.Callable[[IssuedCertificate], bool] | None = None,
) -> IssuedCertificate | None:
    """Return the newest certificate for this key and these names, including the order's own; None if there is none.

    The common name is only compared if one was requested. ``accepts`` filters out those that are not new enough.
    """
    own = (order.certificate,) if order.status == "issued" else ()
    suitable = [
        entry
        for entry in (*own, *duplicates)
        if _is_suitable(entry, public_key, names, common_name, today) and (accepts is None or accepts(entry))
    ]
    return max(suitable, key=lambda entry: entry.id or 0) if suitable else None


def check_possible(
    order: Order, duplicates: t.Sequence[IssuedCertificate], today: dt.date, public_key: str | None = None
) -> None:
    """Refuse to request a duplicate for a key that the service would refuse, or that may already have been requested.

    Raises NoDuplicateError, DuplicateAwaitedError, and StateError if the order is expired, dead or pending, or if an
    answer does not show whether the duplicate exists.
    """
    unknown = [
        str(entry.id) for entry in duplicates if is_alive(entry, today) and _may_be_for(entry, order, public_key)
    ]
    if unknown:
        raise NoDuplicateError(
            f"CertCentral does not report the CSR of duplicate {', '.join(unknown)} of order {order.id}, or its names; "
            "it may be the requested one.",
            next_action="Check the duplicates of the order in CertCentral, and revoke those that nobody uses.",
            order_id=order.id,
        )
    if order.is_dead or order.has_ended(today):
        state = f"is {order.status}" if order.is_dead else f"expired on {order.valid_till}"
        raise StateError(
            f"Order {order.id} {state}, so it cannot have duplicates.",
            next_action="Place an order with digicert_order.",
            order_id=order.id,
        )
    if order.is_pending:
        raise StateError(
            f"Order {order.id} is {order.status}: it can have a duplicate once it is issued.",
            next_action="Wait until it is issued, for example with digicert_order_wait, then run this again.",
            order_id=order.id,
        )
    valid_till = order.certificate.valid_till
    if valid_till is not None and valid_till < today:
        raise NoDuplicateError(
            f"The certificate of order {order.id} expired on {valid_till}, so it cannot have duplicates.",
            next_action="Reissue it first, with digicert_reissue.",
            order_id=order.id,
        )
    _check_requests(order)
    waiting = open_requests(order)
    listed = [entry for entry in duplicates if entry.serial_number is None and is_alive(entry, today)]
    if len(waiting) > len(listed):
        numbers = ", ".join(str(number) for number in waiting)
        raise DuplicateAwaitedError(
            f"Order {order.id} has a request for a duplicate that waits for approval ({numbers}), and CertCentral does "
            "not report for which key.",
            next_action="Approve or reject the request with digicert_request, then run this again.",
            order_id=order.id,
        )


def _may_be_for(certificate: IssuedCertificate, order: Order, public_key: str | None) -> bool:
    """Return whether a duplicate may be for this key and the names of the order: its CSR or its names are lacking."""
    if certificate.public_key is None:
        return True
    lacks_names = not certificate.names_are_known and bool(missing_names(order.certificate.names, certificate.names))
    return lacks_names and public_key in (None, certificate.public_key)


def _check_requests(order: Order) -> None:
    unclear = [
        entry.id for entry in order.requests if entry.may_ask_for(_TYPE) and entry.id not in open_requests(order)
    ]
    if unclear or any(entry.id is None and entry.may_ask_for(_TYPE) for entry in order.requests):
        raise StateError(
            f"CertCentral does not report type and status of each request of order {order.id} "
            f"({', '.join(map(str, unclear))}); one may be for this duplicate.",
            next_action="Check the requests of the order in CertCentral, and run this again.",
            order_id=order.id,
        )


def accepted_duplicates(order: Order, listed: Order | None) -> int:
    """Return how many duplicates an order certainly has: by its approved requests, and by its entry in the list."""
    approved = sum(1 for entry in order.requests if entry.type == _TYPE and entry.status == "approved")
    if listed is None:
        return approved
    counted = shape.identifier(listed.raw.get("duplicates_count"), "orders.duplicates_count") or 0
    has_some = shape.flag(listed.raw.get("has_duplicates"), "orders.has_duplicates")
    return max(approved, 1 if has_some or counted else 0)


def check_shown(order: Order, accepted: int, shown: t.Sequence[IssuedCertificate]) -> None:
    """Refuse to request a duplicate while one that was accepted is not shown. Raises DuplicateAwaitedError."""
    if accepted > len(shown):
        raise DuplicateAwaitedError(
            f"CertCentral has accepted {accepted} duplicate(s) of order {order.id} but shows {len(shown)}; one that is "
            "not shown may be for this key.",
            next_action=(
                "Nothing was requested. Run this again in a few minutes; if a duplicate is still missing, check the "
                "order in CertCentral."
            ),
            order_id=order.id,
        )


def open_requests(order: Order) -> list[int]:
    """Return the IDs of the order's requests for duplicates that nobody has approved or rejected."""
    return [entry.id for entry in order.requests if entry.id is not None and entry.is_open and entry.type == _TYPE]


def phase_of_duplicate(order: Order, certificate: IssuedCertificate | None) -> tuple[str, tuple[Blocker, ...]]:
    """Return the phase of a duplicate, and what it waits for."""
    if certificate is not None and certificate.serial_number is not None:
        return "issued", ()
    blockers = tuple(
        Blocker(
            "approval",
            f"request {entry.id} for a duplicate waits for approval",
            entry.date,
            f"Ask a user who may approve requests to approve request {entry.id}, for example with digicert_request.",
        )
        for entry in order.requests
        if entry.id in open_requests(order)
    )
    return ("waiting_approval", blockers) if blockers else ("processing", ())
