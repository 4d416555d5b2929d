# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the orders of the account that may serve an intent. Reads only."""

from __future__ import annotations

import typing as t

from .._certcentral import orders, shape
from .._certcentral.client import Client
from .._certcentral.errors import ApiError
from .._certcentral.model import DEAD_STATUSES, Order, certificate_of
from .._x509.names import in_unicode, www_twins
from .standing import with_pending_reissue

# read the details of the newest candidates only: no host has more orders of its own for one name
_MOST_CANDIDATES = 20
_MOST_LISTED = 200


def find_candidates(
    client: Client, own_ids: t.Iterable[str], *, common_name: str | None, known: t.Collection[int] = ()
) -> list[Order]:
    """Return the live orders of an intent: those with its ID, and those in the account for the common name.

    ``known`` are the IDs of orders that this run has just read: they are neither read again nor returned.
    """
    found: dict[int, Order] = {}
    for own_id in own_ids:
        for reference in orders.by_alternative_id(client, own_id):
            if reference.status not in DEAD_STATUSES and reference.order_id not in {*known, *found}:
                found[reference.order_id] = orders.get(client, reference.order_id)
    if common_name is not None:
        for order_id in _by_common_name(client, common_name):
            if order_id not in {*known, *found}:
                found[order_id] = orders.get(client, order_id)
    return [with_pending_reissue(client, order) for order in found.values()]


def searched_names(common_name: str) -> list[str]:
    """Return the spellings of a name that orders are searched for."""
    # DigiCert does not document how the service stores an internationalized name that was typed in the console
    return list(dict.fromkeys((common_name, in_unicode(common_name))))


def _by_common_name(client: Client, common_name: str) -> list[int]:
    """Return the IDs of the newest live orders that cover this name, or its ``www`` twin."""
    spellings = www_twins(common_name)
    searched = searched_names(common_name)
    entries = orders.search(client, {"domain_name": searched if len(searched) > 1 else common_name}, most=_MOST_LISTED)
    order_ids = []
    for entry in entries:
        certificate = certificate_of(shape.mapping(entry.get("certificate"), "certificate"), "certificate")
        status = shape.text(entry.get("status"), "status")
        if status not in DEAD_STATUSES and spellings.intersection(certificate.names):
            order_ids.append(shape.required_identifier(entry.get("id"), "id"))
    return order_ids[:_MOST_CANDIDATES]


_LATEST_SECONDS = 600
# in a large account many orders change in that time; the newest ones have the highest IDs
_MOST_COMPARED = 100
_MOST_READ = 20


def changed_orders(client: Client, seconds: int = _LATEST_SECONDS) -> list[orders.OrderReference] | None:
    """Return the live orders that changed within the last seconds; None if the API key may not read the changes."""
    try:
        references = orders.status_changes(client, seconds)
    except ApiError as exc:
        if exc.status >= 500:
            raise
        return None
    return [reference for reference in references if reference.status not in DEAD_STATUSES]


def unlisted_orders(client: Client, known: t.Collection[int]) -> list[Order]:
    """Return the live orders that changed within the last ten minutes and that the list does not show yet.

    ``known`` are the IDs of orders that were already read. One call if nothing changed, two if all are listed.
    """
    # if the API key may not read the changes, the list is all there is
    return unlisted_among(client, changed_orders(client) or [], known)


def unlisted_among(
    client: Client, references: t.Iterable[orders.OrderReference], known: t.Collection[int]
) -> list[Order]:
    """Return the orders of these references that are neither known nor in the list."""
    newest = sorted({reference.order_id for reference in references}.difference(known), reverse=True)[:_MOST_COMPARED]
    if not newest:
        return []
    entries = orders.search(client, {"id": [str(number) for number in newest]}, most=len(newest))
    listed = {shape.required_identifier(entry.get("id"), "id") for entry in entries}
    unlisted = [number for number in newest if number not in listed][:_MOST_READ]
    found = [orders.find(client, number) for number in unlisted]
    return [order for order in found if order is not None and not order.is_dead]
