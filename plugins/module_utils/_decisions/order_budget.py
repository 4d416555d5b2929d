# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many more orders may be paid. Pure: no I/O, the moment is an argument."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass

from .._certcentral.errors import StateError
from .._certcentral.model import Order

_NEVER_PAID = frozenset({"canceled", "rejected", "denied", "failed"})
# the service does not document in which time zone it compares days
_MARGIN = dt.timedelta(days=1)


@dataclass(frozen=True)
class OrderBudget:
    """How many orders may be placed in a period."""

    count: int
    days: int
    exceed_for: frozenset[str] = frozenset()
    """Names of requests, or normalised common names, for which more may be placed."""

    def allows(self, *names: str | None) -> bool:
        """Return whether one of these names was given as one that may exceed the budget."""
        return not self.exceed_for.isdisjoint(name for name in names if name)

    def days_to_list(self, now: dt.datetime) -> str:
        """Return the filter for the days that the period touches in any time zone."""
        first, last = now - dt.timedelta(days=self.days) - _MARGIN, now + _MARGIN
        return f"{first.date().isoformat()}...{last.date().isoformat()}"

    def is_spent_on(self, order: Order, now: dt.datetime) -> bool:
        """Return whether an order counts. One of which the date or the state is not known does."""
        if order.status in _NEVER_PAID:
            return False
        created = order.date_created
        if created is None:
            return True
        if created.tzinfo is None:
            created = created.replace(tzinfo=dt.timezone.utc) + _MARGIN
        return created > now - dt.timedelta(days=self.days)


@dataclass(frozen=True)
class Purchase:
    """One order that a run would place."""

    label: str
    names: tuple[str | None, ...]
    """What it may be named by in ``exceed_for``."""


def refused(budget: OrderBudget, spent: int, purchases: t.Sequence[Purchase]) -> list[Purchase]:
    """Return the purchases that the budget does not allow: all but those named, or none if there is room for all."""
    if spent + len(purchases) <= budget.count:
        return []
    return [purchase for purchase in purchases if not budget.allows(*purchase.names)]


def over_budget(budget: OrderBudget, spent: int, purchases: t.Sequence[Purchase]) -> StateError:
    """Return the error that names what would have been bought."""
    period = "a day" if budget.days == 1 else f"{budget.days} days"
    what = ", ".join(purchase.label for purchase in purchases)
    return StateError(
        f"Nothing was ordered: the budget is {budget.count} orders in {period}, {spent} were placed, and this run "
        f"would place {len(purchases)} more: {what}.",
        next_action=(
            "Find out why so much is ordered. If it is intended, raise order_budget, or name the request in "
            "order_budget_exceed_for."
        ),
    )
