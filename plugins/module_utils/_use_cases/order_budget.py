# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Count the paid orders of a period before more are placed. Only reads."""

from __future__ import annotations

import datetime as dt
import typing as t

from .._certcentral import orders
from .._certcentral.client import Client
from .._certcentral.errors import DigicertError
from .._certcentral.model import order_of
from .._decisions.order_budget import OrderBudget, Purchase, over_budget, refused
from .candidates import unlisted_orders


def spent(client: Client, budget: OrderBudget, now: dt.datetime) -> int:
    """Return how many orders of the period count, also those that are too new to be listed.

    What cannot be counted is not paid: every error of the look is raised.
    """
    try:
        listed = [order_of(entry) for entry in orders.search(client, {"date_created": budget.days_to_list(now)})]
        late = unlisted_orders(client, {order.id for order in listed})
    except DigicertError as exc:
        exc.message = f"Nothing was ordered, because the orders of the budget cannot be counted: {exc.message}"
        raise
    found = {order.id for order in (*listed, *late) if budget.is_spent_on(order, now)}
    return len(found)


def over_the_budget(
    client: Client, budget: OrderBudget | None, purchases: t.Sequence[Purchase], now: dt.datetime
) -> tuple[list[Purchase], DigicertError | None]:
    """Return the purchases that must not be made, and why."""
    if budget is None or all(budget.allows(*purchase.names) for purchase in purchases):
        return [], None
    try:
        count = spent(client, budget, now)
    except DigicertError as exc:
        return [purchase for purchase in purchases if not budget.allows(*purchase.names)], exc
    found = refused(budget, count, purchases)
    return found, over_budget(budget, count, purchases) if found else None
