# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a host gets its certificate if only its key differs from that of an order. Pure: no I/O, the day is an argument.

An order has one current certificate, which a reissue replaces, and any number of duplicates: further certificates with
the same names for other keys, at no cost. Hosts that share an order can therefore keep their own keys.

Rules: https://dev.digicert.com/certcentral-apis/services-api/orders/duplicate-certificate.html
"""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass, replace

from .._certcentral.dcv import Validation
from .._certcentral.model import IssuedCertificate, Order
from .._x509.names import missing_names, surplus_names
from .certificate_plan import CertificatePlan
from .duplicate import (
    DuplicateAwaitedError,
    NoDuplicateError,
    check_possible,
    choose_names,
    id_of_replaced,
    is_alive,
    lasts,
)
from .order import OrderIntent


@dataclass(frozen=True)
class Certificates:
    """The certificates that the service lists in addition to the current one, and the state of the order's domains."""

    reissues: tuple[IssuedCertificate, ...]
    """May include the current certificate."""
    duplicates: tuple[IssuedCertificate, ...]
    validation: Validation | None = None
    """None if the service does not return it."""


def needs_certificates(plan: CertificatePlan, installed: str | None) -> bool:
    """Return whether the other certificates of the plan's order can change the plan.

    ``installed`` is the serial number of the host's certificate: if that is the order's current certificate, no other
    host uses it, and a reissue replaces the host's old key with its new one.
    """
    if plan.action != "reissue" or not plan.only_key or plan.key_matches or plan.order is None:
        return False
    return installed is None or plan.order.certificate.serial_number != installed


def plan_for_key(
    plan: CertificatePlan,
    order: Order,
    intent: OrderIntent,
    listed: Certificates,
    *,
    renew_before: str,
    replaced: str | None,
    now: dt.datetime,
) -> CertificatePlan:
    """Return a plan without a reissue if possible, otherwise ``plan`` with the reason why a reissue is needed.

    If a certificate of the order is for the key and not due, it is used, so that no key gets two certificates.
    ``replaced`` is the serial number of a certificate that must be replaced even if it is not due: only a certificate
    that was issued later is used or duplicated, because older ones may have the same fault.
    """
    today = now.date()
    current = order.certificate
    others = [entry for entry in (*listed.reissues, *listed.duplicates) if entry.id != current.id]
    newer_than = id_of_replaced((current, *others), replaced)
    if newer_than is None:
        return plan
    own = [
        entry
        for entry in others
        if entry.id is not None
        and entry.id > newer_than
        and entry.public_key is not None
        and entry.public_key == intent.public_key
        and is_alive(entry, today)
        and not missing_names(current.names, entry.names)
        and not surplus_names(current.names, entry.names)
    ]
    lasting = [entry for entry in own if lasts(entry, current, renew_before, today)]
    if lasting:
        newest = max(lasting, key=lambda entry: entry.id or 0)
        kind = "duplicate" if newest.id in {entry.id for entry in listed.duplicates} else "certificate"
        reason = f"{kind} {newest.id} of order {order.id} carries this key and these names"
        return replace(plan, action="none", reasons=(reason,), key_matches=True, certificate=newest)
    obstacle: str | None
    try:
        check_possible(order, listed.duplicates, today, intent.public_key)
    except DuplicateAwaitedError as exc:
        return replace(plan, action="none", reasons=(exc.message,))
    except NoDuplicateError as exc:
        obstacle = exc.message
    else:
        obstacle = _obstacle(order, own, listed.validation, newer_than, now)
    if obstacle is not None:
        return replace(plan, reasons=(*plan.reasons, obstacle))
    reason = f"order {order.id} is issued for these names: a duplicate also carries them, at no cost"
    return replace(
        plan, action="duplicate", reasons=(*plan.reasons, reason), names=choose_names(order, None, intent.names)
    )


def _obstacle(
    order: Order,
    own: t.Iterable[IssuedCertificate],
    validation: Validation | None,
    newer_than: int,
    now: dt.datetime,
) -> str | None:
    """Return why a duplicate would not help the host, or why the service would not issue one; None if neither."""
    current_id = order.certificate.id or 0
    if current_id <= newer_than:
        return f"the certificate of order {order.id} is older than the replaced one"
    # the CA may issue another short duplicate: without this check, every run would request one
    short = [entry for entry in own if (entry.id or 0) > current_id]
    if short:
        return f"duplicate {short[0].id} expires on {short[0].valid_till}, before the certificate of order {order.id}"
    expired = [
        domain.name_scope or ", ".join(domain.names)
        for domain in (validation.domains if validation else ())
        if domain.status is not None and (not domain.is_valid or (domain.expires is not None and domain.expires <= now))
    ]
    return f"the validation of {', '.join(expired)}, which a duplicate needs, has expired" if expired else None
