# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait until orders are issued: one status-changes call an interval, however many orders."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass, replace

from ansible_collections.community.digicert.plugins.module_utils._certcentral import orders
from ansible_collections.community.digicert.plugins.module_utils._certcentral.model import Order
from ansible_collections.community.digicert.plugins.module_utils._client import Client
from ansible_collections.community.digicert.plugins.module_utils._errors import InputError, StateError
from ansible_collections.community.digicert.plugins.module_utils._outcome import Outcome, Standing, standing_of

# a change that was made while a call was under way must not fall between two calls
_OVERLAP_SECONDS = 60
_LONGEST_TIME_FRAME = 604800
# the list of changes tells only changes of status: every so often each order is read whatever the list says
_FULL_READ_EVERY = 10
_INTERVAL_FOR_ONE = 5.0


@dataclass(frozen=True)
class Waited:
    """How one order stands when the waiting is over."""

    order: Order
    standing: Standing


def wait_for_orders(
    client: Client,
    order_ids: t.Sequence[int],
    *,
    timeout: float,
    interval: float,
    today: t.Callable[[], dt.date],
    until_person_needed: bool,
) -> list[Waited]:
    """Return how the orders stand as soon as all are issued or can never be, or when the time (seconds) is over.

    With ``until_person_needed`` the waiting also ends when every order left waits for a person.
    """
    started = client.monotonic()
    current = {order_id: orders.get(client, order_id) for order_id in dict.fromkeys(order_ids)}
    rounds = 0
    while True:
        pending = [order_id for order_id, order in current.items() if order.is_pending]
        left = timeout - (client.monotonic() - started)
        if not pending or left <= 0:
            break
        if until_person_needed and all(_needs_person(client, current[order_id], today()) for order_id in pending):
            break
        client.sleep(min(interval, left))
        rounds += 1
        for order_id in _worth_a_look(client, pending, client.monotonic() - started, rounds):
            current[order_id] = orders.get(client, order_id)
    return [Waited(order, standing_of(client, order, today=today(), read_only=True)) for order in current.values()]


def _worth_a_look(client: Client, pending: list[int], waited: float, rounds: int) -> list[int]:
    """Return the pending orders that may have changed."""
    if len(pending) == 1 or rounds % _FULL_READ_EVERY == 0:
        return pending
    seconds = min(int(waited) + _OVERLAP_SECONDS, _LONGEST_TIME_FRAME)
    changed = {reference.order_id for reference in orders.status_changes(client, seconds)}
    return [order_id for order_id in pending if order_id in changed]


def _needs_person(client: Client, order: Order, today: dt.date) -> bool:
    phase = standing_of(client, order, today=today, read_only=True).phase
    return phase in ("waiting_approval", "waiting_organization")


def wait_for_order(client: Client, outcome: Outcome, *, timeout: float, today: t.Callable[[], dt.date]) -> Outcome:
    """Wait for the order of an outcome, and return the outcome as it stands then."""
    if outcome.order is None or not outcome.order.is_pending:
        return outcome
    waited = wait_for_orders(
        client,
        [outcome.order.id],
        timeout=timeout,
        interval=_INTERVAL_FOR_ONE,
        today=today,
        until_person_needed=True,
    )[0]
    records = outcome.standing.records if outcome.standing and waited.order.is_pending else ()
    return replace(outcome, order=waited.order, standing=replace(waited.standing, records=records))


def wait_outcome(
    client: Client,
    order_ids: t.Sequence[int],
    *,
    timeout: float,
    interval: float,
    until_person_needed: bool,
    fail_if_not_issuable: bool,
    today: t.Callable[[], dt.date],
) -> Outcome:
    """Wait for orders and report each. Raises StateError when one can never be issued, unless told not to."""
    if interval < 1 or timeout < 0:
        raise InputError("interval must be at least 1, wait_timeout at least 0.", next_action="Correct them.")
    waited = wait_for_orders(
        client,
        order_ids,
        timeout=timeout,
        interval=interval,
        until_person_needed=until_person_needed,
        today=today,
    )
    lost = [entry for entry in waited if entry.order.is_dead]
    if lost and fail_if_not_issuable:
        raise StateError(
            "Not every order can be issued: "
            + ", ".join(f"order {entry.order.id} is {entry.order.status}" for entry in lost)
            + ".",
            next_action="Place these orders again, or leave them out.",
            order_id=lost[0].order.id,
        )
    only = waited[0] if len(waited) == 1 else None
    return Outcome(
        "none",
        tuple(f"order {entry.order.id} is {entry.order.status}" for entry in waited),
        only.order if only else None,
        only.standing if only else None,
        extra={
            "orders": [_as_result(entry) for entry in waited],
            "all_issued": all(entry.standing.phase == "issued" for entry in waited),
        },
    )


def _as_result(entry: Waited) -> dict[str, t.Any]:
    return {
        "order_id": entry.order.id,
        "status": entry.order.status,
        "phase": entry.standing.phase,
        "certificate_id": entry.order.certificate.id,
        "blocked_on": [blocker.as_result() for blocker in entry.standing.blocked_on],
    }
