# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read what a report needs from the account, with as few calls as possible, and make the report. Reads only.

One call lists up to 1000 orders with their current certificates. Read one by one are only orders that wait for
something, and those that may hold a certificate which was found somewhere and is the current one of no order.
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
    """What the user wants to have reported."""

    title: str
    places: tuple[Place, ...]
    renew_before: str
    """The rule for orders that no host is known to use."""
    day: dt.date


def make_report(client: Client, request: ReportRequest) -> Report:
    """Return the report over the places and over all orders that the API key may read."""
    listed = [order_of(raw) for raw in orders.search(client, {})]
    current = {order.certificate.serial_number for order in listed}
    unknown = [seen for seen in _seen_in(request.places) if seen.serial_number not in current]
    found = [_read(client, order, unknown, request.day) for order in listed]
    return build_report(request.title, request.places, found, renew_before=request.renew_before, today=request.day)


def _seen_in(places: t.Iterable[Place]) -> list[SeenCertificate]:
    """Return the certificates that are in use, each once."""
    found = {place.seen.serial_number: place.seen for place in places if place.seen is not None}
    return list(found.values())


def _read(client: Client, listed: Order, unknown: t.Iterable[SeenCertificate], today: dt.date) -> AccountOrder:
    """Read of an order what the list does not tell, where that is needed."""
    order, certificates = listed, [listed.certificate]
    waits_for: tuple[str, ...] = ()
    if _may_hold(listed, unknown):
        order = orders.get(client, listed.id)
        certificates += [order.certificate, *orders.reissues(client, listed.id), *orders.duplicates(client, listed.id)]
    if listed.is_pending:
        order = with_pending_reissue(client, orders.get(client, listed.id))
        standing = standing_of(client, order, today=today, read_only=True)
        waits_for = tuple(f"{blocker.detail}. {blocker.next_action}" for blocker in standing.blocked_on)
    # the list alone tells whether it is a Multi-year Plan in a form that is established
    order = replace(order, raw={**order.raw, **listed.raw})
    return AccountOrder(order, tuple(certificates), waits_for)


def _may_hold(listed: Order, unknown: t.Iterable[SeenCertificate]) -> bool:
    """Tell whether one of these certificates may be an earlier one, or a duplicate, of the order."""
    if listed.certificate.serial_number is None and listed.status != "reissue_pending":
        return False  # nothing of it was issued yet
    # a reissue may have changed some of the names, and a duplicate which of them comes first
    names = set(listed.certificate.names)
    return any(names.intersection(seen.names) for seen in unknown)
