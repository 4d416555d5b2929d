# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a host whose key alone differs from that of an order gets its certificate. Pure: no I/O, the day is an argument.

An order has one certificate at a time that is reissued, and duplicates beside it: further certificates with the same
names for other keys, at no cost. Hosts that share an order so keep a key each.

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
    """What the service lists beside the order's current certificate, and what it says of the order's domains."""

    reissues: tuple[IssuedCertificate, ...]
    """The current certificate may be among them."""
    duplicates: tuple[IssuedCertificate, ...]
    validation: Validation | None = None
    """None where the service does not tell it."""


def needs_certificates(plan: CertificatePlan, installed: str | None) -> bool:
    """Tell whether the certificates of the plan's order may make another plan of it.

    ``installed`` is the serial number of what the host has: where that is the order's current certificate, no other
    host is in the way, and the host's new key takes the place of its old one.
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
    """Return a plan without a reissue where one is possible, otherwise ``plan`` with the reason why not.

    A certificate of the order that carries the key and lasts serves, so that no key gets two. ``replaced`` is the
    serial number of a certificate that shall be replaced whatever its end: only what was issued after it serves or is
    duplicated, because what was wrong with it may be wrong with older ones.
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
        found = max(lasting, key=lambda entry: entry.id or 0)
        kind = "duplicate" if found.id in {entry.id for entry in listed.duplicates} else "certificate"
        reason = f"{kind} {found.id} of order {order.id} carries this key and these names"
        return replace(plan, action="none", reasons=(reason,), key_matches=True, certificate=found)
    obstacle: str | None
    try:
        check_possible(order, listed.duplicates, today)
    except DuplicateAwaitedError as exc:
        return replace(plan, action="none", reasons=(exc.message,))
    except NoDuplicateError as exc:
        obstacle = exc.message
    else:
        obstacle = _obstacle(order, own, listed.validation, newer_than, now)
    if obstacle is not None:
        return replace(plan, reasons=(*plan.reasons, obstacle))
    reason = f"order {order.id} is issued for these names: a duplicate carries them, too, at no cost"
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
    """Say why a duplicate that the service would issue is not what the host needs, or why it would not issue it."""
    current_id = order.certificate.id or 0
    if current_id <= newer_than:
        return f"the certificate of order {order.id} is older than the one that is replaced"
    # what the CA gave once it may give again: without end, where its end is always near
    short = [entry for entry in own if (entry.id or 0) > current_id]
    if short:
        return f"duplicate {short[0].id} ends on {short[0].valid_till}, before the certificate of order {order.id}"
    ended = [
        domain.name_scope or ", ".join(domain.names)
        for domain in (validation.domains if validation else ())
        if domain.status is not None and (not domain.is_valid or (domain.expires is not None and domain.expires <= now))
    ]
    return f"the validation of {', '.join(ended)} has ended, which a duplicate needs" if ended else None
