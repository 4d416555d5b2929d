# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the orders of the account that may serve an intent. Reads only."""

from __future__ import annotations

import typing as t
from dataclasses import replace

from .._certcentral import orders, shape
from .._certcentral.client import Client
from .._certcentral.errors import ApiError
from .._certcentral.model import DEAD_STATUSES, Order, order_of
from .._x509.names import are_host_names, in_unicode, www_twins
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
                found[reference.order_id] = with_id(orders.get(client, reference.order_id), own_id)
    if common_name is not None:
        for listed in _by_common_name(client, common_name):
            if listed.id not in {*known, *found}:
                found[listed.id] = orders.get(client, listed.id)
            if listed.id in found:
                found[listed.id] = with_listed(found[listed.id], listed)
    return [with_pending_reissue(client, order) for order in found.values()]


def with_id(order: Order, own_id: str) -> Order:
    """Return an order that was found by its alternative order ID, which its answer may lack."""
    return order if order.alternative_order_id else replace(order, alternative_order_id=own_id)


def with_listed(order: Order, listed: Order) -> Order:
    """Return an order with what its own answer lacks and the list reports: names, organization and container."""
    certificate = order.certificate
    if not certificate.names_are_known:
        shown = shape.mapping(listed.raw.get("certificate"), "certificate")
        certificate = replace(
            certificate,
            names=listed.certificate.names or certificate.names,
            # an empty list is known, too: such an order has a single name
            names_are_known=listed.certificate.names_are_known
            or (shown.get("dns_names") == [] and are_host_names(listed.certificate.names)),
        )
    return replace(
        order,
        certificate=certificate,
        product=order.product or listed.product,
        organization_id=order.organization_id or listed.organization_id,
        container_id=order.container_id or listed.container_id,
    )


def with_listed_names(client: Client, order: Order) -> Order:
    """Return an order with its names from the list if its own answer lacks DNS names."""
    return order if order.certificate.names_are_known else listed_too(client, order)


def listed_entry(client: Client, order: Order) -> Order | None:
    """Return an order as the list shows it, or None if it does not."""
    entries = orders.search(client, {"id": str(order.id)}, most=2)
    return next((entry for entry in map(order_of, entries) if entry.id == order.id), None)


def listed_too(client: Client, order: Order) -> Order:
    """Return an order with what its own answer lacks and the list reports."""
    listed = listed_entry(client, order)
    return with_listed(order, listed) if listed else order


def searched_names(common_name: str) -> list[str]:
    """Return the spellings of a name that orders are searched for."""
    # DigiCert does not document how the service stores an internationalized name that was typed in the console
    return list(dict.fromkeys((common_name, in_unicode(common_name))))


def _by_common_name(client: Client, common_name: str) -> list[Order]:
    """Return the newest live orders of the list that cover this name or its ``www`` twin, or lack their names."""
    spellings = www_twins(common_name)
    searched = searched_names(common_name)
    entries = orders.search(client, {"domain_name": searched if len(searched) > 1 else common_name}, most=_MOST_LISTED)
    listed = [order for order in map(order_of, entries) if not order.is_dead]
    certain = [order for order in listed if spellings.intersection(order.certificate.names)]
    unsure = [order for order in listed if order not in certain and not order.certificate.names_are_known]
    return [*certain, *unsure][:_MOST_CANDIDATES]


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
