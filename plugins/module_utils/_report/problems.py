# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find problems: the host, its services and the account do not agree. Pure: the day is an argument."""

from __future__ import annotations

import datetime as dt
import typing as t

from .._certcentral.model import IssuedCertificate
from .._decisions.renewal import expiry_reason
from .model import AccountOrder, Handshake, NextStep, Place, Problem, SeenCertificate


def problems_of_place(
    place: Place, own: AccountOrder | None, own_certificate: IssuedCertificate | None, step: NextStep, today: dt.date
) -> tuple[Problem, ...]:
    """Return everything that someone should look at; a certificate that is only due is not a problem."""
    return (
        *_problems_of_certificate(place, own, own_certificate, step, today),
        *_problems_of_files(place, step),
        *_problems_of_handshakes(place),
    )


def _problems_of_certificate(
    place: Place, own: AccountOrder | None, own_certificate: IssuedCertificate | None, step: NextStep, today: dt.date
) -> t.Iterator[Problem]:
    seen = place.seen
    if seen is None:
        return
    if seen.valid_till < today:
        yield Problem("expired", f"the certificate expired on {seen.valid_till}")
    if place.revoked is not None:
        yield Problem("revoked", f"{place.revoked}, but it is in use")
    if own is None:
        yield Problem(
            "not_from_account", f"no order that the API key may read has the certificate {seen.serial_number}"
        )
        return
    if place.revoked is None and is_revoked(own, own_certificate):
        yield Problem("revoked", f"certificate {seen.serial_number} of order {own.order.id} is revoked, but in use")
    if step.action == "order":
        yield Problem("no_renewal", _why_no_renewal(own, step.day or today))


def _why_no_renewal(own: AccountOrder, day: dt.date) -> str:
    state = f"which is {own.order.status}"
    if own.order.is_renewed:
        state = "which was renewed by an order that is not used here"
    elif own.order.has_ended(day):
        state = f"which expires on {own.order.valid_till}"
    return f"order {own.order.id}, {state}, can be neither reissued nor renewed for this request: a new order is needed"


def is_revoked(own: AccountOrder, certificate: IssuedCertificate | None) -> bool:
    """Whether the order, or this certificate of it, is revoked."""
    return own.order.status == "revoked" or (certificate is not None and certificate.status == "revoked")


def _problems_of_files(place: Place, step: NextStep) -> t.Iterator[Problem]:
    if place.failure is not None:
        return
    if place.certificate is None:
        if step.action != "wait":
            yield Problem("not_installed", "; ".join(place.reasons) or "no certificate is installed")
        return
    due = expiry_reason(place.certificate.valid_till)
    code = "files" if place.needs == "install" else "differs"
    for reason in place.reasons:
        # both are reported as such
        if reason != due and not (place.revoked and reason.startswith(place.revoked)):
            yield Problem(code, reason)


def _problems_of_handshakes(place: Place) -> t.Iterator[Problem]:
    for shown in place.handshakes:
        if shown.certificate is None:
            # without a certificate there is nothing to serve
            if place.seen is not None:
                yield Problem("not_served", f"{where_served(shown)}: {shown.failure}")
            continue
        if shown.failure is not None:
            yield Problem("not_verified", f"{where_served(shown)}: {shown.failure}")
        if place.certificate is not None and shown.certificate.serial_number != place.certificate.serial_number:
            yield Problem("served_differs", f"{where_served(shown)} serves {_described(shown.certificate)}")


def where_served(shown: Handshake) -> str:
    """Return address and port, with the requested name if it differs."""
    name = f" ({shown.server_name})" if shown.server_name and shown.server_name != shown.address else ""
    return f"{address_of(shown)}{name}"


def address_of(shown: Handshake) -> str:
    """Return address and port, with an IPv6 address in brackets."""
    address = f"[{shown.address}]" if ":" in shown.address else shown.address
    return f"{address}:{shown.port}"


def _described(certificate: SeenCertificate) -> str:
    return f"{certificate.serial_number}, which expires on {certificate.valid_till}"
