# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Orders that the service has but does not list yet. Reads only.

How soon a new order is in the list and in the look-up by alternative order ID is not documented. Order info knows it at
once, and the list of status changes names it: what changed lately and is not listed is read by its ID.
"""

from __future__ import annotations

import typing as t

from ansible_collections.community.digicert.plugins.module_utils._certcentral import _shape, orders
from ansible_collections.community.digicert.plugins.module_utils._certcentral.model import DEAD_STATUSES, Order
from ansible_collections.community.digicert.plugins.module_utils._client import Client
from ansible_collections.community.digicert.plugins.module_utils._errors import ApiError

_LATEST_SECONDS = 600
# in a large account much else changes meanwhile: the newest orders have the highest IDs
_MOST_COMPARED = 100
_MOST_READ = 20


def unlisted_orders(client: Client, known: t.Collection[int]) -> list[Order]:
    """Return the live orders that changed within the last ten minutes and that the list does not show yet.

    ``known`` are the IDs of orders that were read already. One call where nothing changed, two where all is listed.
    """
    try:
        references = orders.status_changes(client, _LATEST_SECONDS)
    except ApiError as exc:
        if exc.status >= 500:
            raise
        return []  # the API key may not read it: what it shows is all that can be known
    changed = {reference.order_id for reference in references if reference.status not in DEAD_STATUSES}
    newest = sorted(changed.difference(known), reverse=True)[:_MOST_COMPARED]
    if not newest:
        return []
    entries = orders.search(client, {"id": [str(number) for number in newest]}, most=len(newest))
    listed = {_shape.required_identifier(entry.get("id"), "id") for entry in entries}
    unlisted = [number for number in newest if number not in listed][:_MOST_READ]
    found = [orders.find(client, number) for number in unlisted]
    return [order for order in found if order is not None and not order.is_dead]
