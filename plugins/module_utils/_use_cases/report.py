# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read what a report needs from the account, with as few calls as possible, and make the report. Only reads.

One call lists up to 1000 orders with their current certificates. Only two kinds of orders are read one at a time:
pending ones, and those that may have issued a certificate that was found in use but is not current in any order.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass, replace

from .._certcentral import orders
from .._certcentral.client import Client
from .._certcentral.model import Order, order_of
from .._report.model import AccountOrder, Place, Report, SeenCertificate
from .._report.report import build_report
from .standing import standing_of, with_pending_reissue


@dataclass(frozen=True)
class ReportRequest:
    """What to report."""

    title: str
    places: tuple[Place, ...]
    renew_before: str
    """The rule for orders that are not used by any known host."""
    day: dt.date


def make_report(client: Client, request: ReportRequest) -> Report:
    """Return the report on the places and on all orders that the API key may read."""
    listed = [order_of(raw) for raw in orders.search(client, {})]
    current = {order.certificate.serial_number for order in listed}
    unknown = [seen for seen in _seen_in(request.places) if seen.serial_number not in current]
    found = [_read(client, order, unknown, request.day) for order in listed]
    return build_report(request.title, request.places, found, renew_before=request.renew_before, today=request.day)


def _seen_in(places: t.Iterable[Place]) -> list[SeenCertificate]:
    """Return each certificate in use once."""
    found = {place.seen.serial_number: place.seen for place in places if place.seen is not None}
    return list(found.values())


def _read(client: Client, listed: Order, unknown: t.Iterable[SeenCertificate], today: dt.date) -> AccountOrder:
    """Read the details of an order that the list lacks, if they are needed."""
    order, certificates = listed, [listed.certificate]
    waits_for: tuple[str, ...] = ()
    if _may_hold(listed, unknown):
        order = orders.get(client, listed.id)
        certificates += [order.certificate, *orders.reissues(client, listed.id), *orders.duplicates(client, listed.id)]
    if listed.is_pending:
        order = with_pending_reissue(client, orders.get(client, listed.id))
        standing = standing_of(client, order, today=today, read_only=True)
        waits_for = tuple(f"{blocker.detail}. {blocker.next_action}" for blocker in standing.blocked_on)
    # only the list shows Multi-year Plans in a form that has been verified
    order = replace(order, raw={**order.raw, **listed.raw})
    return AccountOrder(order, tuple(certificates), waits_for)


def _may_hold(listed: Order, unknown: t.Iterable[SeenCertificate]) -> bool:
    """Return whether one of these certificates may be an earlier certificate or a duplicate of the order."""
    if listed.certificate.serial_number is None and listed.status != "reissue_pending":
        return False  # it has not issued any certificate yet
    # a reissue may have changed some of the names, and a duplicate their order
    names = set(listed.certificate.names)
    return any(names.intersection(seen.names) for seen in unknown)
