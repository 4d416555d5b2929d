# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the standing of an order: its phase, what it is waiting for, and its records."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import replace

from .._certcentral import dcv, orders
from .._certcentral.client import Client
from .._certcentral.errors import ApiError, DigicertError, UnexpectedAnswerError
from .._certcentral.model import Order
from .._decisions.phase import blockers, dcv_method_of, dcv_records, domains_to_prove, foreign_domains, phase_of
from .outcome import Standing


def standing_of(
    client: Client,
    order: Order,
    *,
    today: dt.date,
    read_only: bool,
    before: Standing | None = None,
    names: t.Collection[str] | None = None,
) -> Standing:
    """Return the standing of an order; for a pending one, read what it is waiting for.

    The token is requested only if ``read_only`` is false, because the service makes a new one if the old one has
    expired. Records are only returned for ``names``, the requested ones, or for those of the order. ``before`` is the
    standing that was just read, if nothing was done since: its validation is used again.
    """
    if not order.is_pending:
        return Standing(phase_of(order, None, today), (), ())
    try:
        validation = before.validation if before else validation_of(client, order.id)
        phase = phase_of(order, validation, today)
        records: list[dict[str, str | None]] = []
        method = dcv_method_of(order, validation)
        if phase == "waiting_dcv" and method in dcv.TOKEN_METHODS and not read_only:
            domains = domains_to_prove(order, validation, method)
            check_domains(domains, names or order.certificate.names)
            records = dcv_records(method, dcv.random_value(client, order.id), domains)
    except DigicertError as exc:
        exc.order_id = exc.order_id or order.id
        raise
    return Standing(phase, tuple(blockers(order, validation)), tuple(records), validation)


def check_domains(domains: t.Iterable[str], names: t.Collection[str]) -> None:
    """Refuse to prove control of a domain that nobody asked for. Raises UnexpectedAnswerError."""
    foreign = foreign_domains(domains, names)
    if foreign:
        raise UnexpectedAnswerError(
            f"CertCentral asks for a proof of control of {foreign[0]}, which is neither a requested name nor a domain "
            "above one; nothing was published.",
            next_action="Compare the names of the order in CertCentral with the requested ones. Do not publish this.",
        )


def validation_of(client: Client, order_id: int) -> dcv.Validation | None:
    """Return the validation of an order, or None if the service does not have any."""
    try:
        return dcv.validation(client, order_id)
    except ApiError as exc:
        # an order that is not approved yet may not have a validation
        if exc.status in (400, 404):
            return None
        raise


def with_pending_reissue(client: Client, order: Order) -> Order:
    """Return the order with the certificate of its pending reissue, if the service lists it.

    DigiCert does not document which of the two certificates Order info shows during a reissue.
    """
    if order.status != "reissue_pending":
        return order
    pending = [certificate for certificate in orders.reissues(client, order.id) if certificate.status == "pending"]
    if not pending:
        return order
    return replace(order, certificate=max(pending, key=lambda certificate: certificate.id or 0))
