# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep other runs on this host away from what this one orders."""

from __future__ import annotations

import contextlib
import json
import typing as t

from .._certcentral.errors import StateError
from .._decisions.order import OrderIntent
from .._host.run_locks import RunLocks

COUNTING = "the count of paid orders"
"""What a run that keeps to a budget locks from the count to its last order. Always taken last."""


def intent_subject(intent: OrderIntent, alternative_order_id: str | None) -> str:
    """Return what a run locks that may place an order: everything but the key, because keys share an order."""
    values = (
        sorted(intent.names),
        intent.product,
        intent.organization_id,
        intent.container_id,
        intent.organization_details,
        intent.type_hint,
        alternative_order_id,
    )
    return f"intent {json.dumps(values)}"


def order_subject(order_id: int) -> str:
    """Return what a run locks that may reissue or duplicate the certificate of an order."""
    return f"order {order_id}"


def other_run(locks: RunLocks) -> StateError:
    """Return the error for what another run does not let go of."""
    return StateError(
        f"Another run on this host has been working on the same certificate for {locks.longest:g} seconds, so this one "
        "has changed nothing.",
        next_action="Wait until the other run is finished, and run this again.",
    )


@contextlib.contextmanager
def alone(locks: RunLocks | None, subjects: t.Collection[str]) -> t.Iterator[None]:
    """Work while no other run on this host works on the same. Raises StateError if another one takes too long."""
    if locks is None:
        yield
        return
    try:
        if locks.take(subjects):
            raise other_run(locks)
        yield
    finally:
        locks.release(subjects)


def without_lock(locks: RunLocks | None) -> tuple[str, ...]:
    """Return the warning about an order that was placed without a lock; empty if there was one."""
    if locks is None or locks.problem is None:
        return ()
    return (
        f"another run on this host could have ordered the same at the same time, because no lock was available: "
        f"{locks.problem}",
    )
