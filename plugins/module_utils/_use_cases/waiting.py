# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait until orders are issued, with one status-changes call per interval for any number of orders."""

from __future__ import annotations

import collections
import datetime as dt
import typing as t
from dataclasses import dataclass, replace

from .._certcentral import orders
from .._certcentral.client import Client
from .._certcentral.model import Order
from .outcome import Outcome, Standing
from .standing import standing_of

# do not miss a change that is made during a call
_OVERLAP_SECONDS = 60
_LONGEST_TIME_FRAME = 604800
# the list contains only changes of status, so each order is read from time to time even if it is not listed
_FULL_READ_EVERY = 10
_INTERVAL_FOR_ONE = 5.0


@dataclass(frozen=True)
class WaitEntry:
    """An order and its standing when it was last read."""

    order: Order
    standing: Standing


@dataclass(frozen=True)
class WaitRules:
    """When to stop waiting."""

    timeout: float
    """Seconds."""
    interval: float
    """Seconds between two calls."""
    until_person_needed: bool = False
    """Whether to stop when every pending order is waiting for a person."""
    until_one_fails: bool = False
    """Whether to stop when one order can never be issued."""
    until_change: bool = False
    """Whether to pause when the number of orders in a phase is different from that at the beginning."""


@dataclass(frozen=True)
class WaitState:
    """The orders after some waiting, and the state of the waiting itself."""

    entries: tuple[WaitEntry, ...]
    elapsed: float
    """Seconds since the waiting began."""
    asked_at: float
    """When the changes were last read, in seconds since the beginning."""
    read_at: float
    """When all pending orders were last read, in seconds since the beginning."""
    is_over: bool
    """Whether there is nothing left to wait for, or no time left."""

    @property
    def counts(self) -> dict[str | None, int]:
        """The number of orders in each phase."""
        return collections.Counter(entry.standing.phase for entry in self.entries)


def wait_for_orders(
    client: Client,
    order_ids: t.Sequence[int],
    rules: WaitRules,
    *,
    today: t.Callable[[], dt.date],
    earlier: WaitState | None = None,
) -> WaitState:
    """Return the orders as soon as each is issued or can never be issued, or when the rules say so.

    With ``earlier``, waiting continues from there: nothing is read again before the next interval.
    """
    began = client.monotonic() - (earlier.elapsed if earlier else 0.0)

    def elapsed() -> float:
        return client.monotonic() - began

    if earlier is None:
        entries = {order_id: _read(client, order_id, today()) for order_id in dict.fromkeys(order_ids)}
        asked_at = read_at = elapsed()
        latest = set(entries)
    else:
        entries = {entry.order.id: entry for entry in earlier.entries}
        asked_at, read_at = earlier.asked_at, earlier.read_at
        latest = set()
    while True:
        seen = tuple(entries.values())
        left = rules.timeout - elapsed()
        if left <= 0 or _is_over(seen, rules):
            final = tuple(
                entry if entry.order.id in latest else _with_new_standing(client, entry, today())
                for entry in entries.values()
            )
            return WaitState(final, elapsed(), asked_at, read_at, is_over=True)
        now = WaitState(seen, elapsed(), asked_at, read_at, is_over=False)
        if rules.until_change and (earlier is None or now.counts != earlier.counts):
            return now
        client.sleep(min(max(asked_at + rules.interval - elapsed(), 0.0), left))
        asked_at = elapsed()
        pending = {order_id: entry for order_id, entry in entries.items() if entry.order.is_pending}
        if asked_at - read_at >= _FULL_READ_EVERY * rules.interval:
            read_at = asked_at
            latest = set(pending)
        else:
            latest = _changed(client, pending, asked_at)
        entries.update({order_id: _read(client, order_id, today()) for order_id in entries if order_id in latest})


def _read(client: Client, order_id: int, today: dt.date) -> WaitEntry:
    order = orders.get(client, order_id)
    return WaitEntry(order, standing_of(client, order, today=today, read_only=True))


def _with_new_standing(client: Client, entry: WaitEntry, today: dt.date) -> WaitEntry:
    """Read once more what a pending order is waiting for, so that the final report is up to date."""
    return replace(entry, standing=standing_of(client, entry.order, today=today, read_only=True))


def _is_over(entries: t.Sequence[WaitEntry], rules: WaitRules) -> bool:
    pending = [entry for entry in entries if entry.order.is_pending]
    if not pending or (rules.until_one_fails and any(entry.order.is_dead for entry in entries)):
        return True
    return rules.until_person_needed and all(
        entry.standing.phase in ("waiting_approval", "waiting_organization") for entry in pending
    )


def _changed(client: Client, pending: t.Mapping[int, WaitEntry], waited: float) -> set[int]:
    """Return the IDs of pending orders whose status has changed; a single order is always read."""
    if len(pending) == 1:
        return set(pending)
    seconds = min(int(waited) + _OVERLAP_SECONDS, _LONGEST_TIME_FRAME)
    return {
        reference.order_id
        for reference in orders.status_changes(client, seconds)
        if reference.order_id in pending and reference.status != pending[reference.order_id].order.status
    }


def wait_for_order(client: Client, outcome: Outcome, *, timeout: float, today: t.Callable[[], dt.date]) -> Outcome:
    """Wait for the order of an outcome, and return the outcome after that."""
    if outcome.order is None or not outcome.order.is_pending:
        return outcome
    rules = WaitRules(timeout, _INTERVAL_FOR_ONE, until_person_needed=True)
    waited = wait_for_orders(client, [outcome.order.id], rules, today=today).entries[0]
    records = outcome.standing.records if outcome.standing and waited.order.is_pending else ()
    return replace(outcome, order=waited.order, standing=replace(waited.standing, records=records))
