# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait for orders in one run of a module or in several, and report each order."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import replace

from .._certcentral import orders, shape
from .._certcentral.client import Client
from .._certcentral.errors import InputError, StateError, UnexpectedAnswerError
from .._certcentral.model import order_of
from .._decisions.order_wait import progress_line
from .._decisions.phase import Blocker
from .not_issued import why_not_issued
from .outcome import Outcome, Standing
from .waiting import Waited, Waiting, WaitRules, wait_for_orders


def wait_outcome(
    client: Client,
    order_ids: t.Sequence[int],
    rules: WaitRules,
    *,
    resume: t.Mapping[str, t.Any] | None,
    today: t.Callable[[], dt.date],
) -> Outcome:
    """Wait for orders and report each. Raises StateError as soon as one can never be issued, if the rules say so.

    ``resume`` is that value of an earlier outcome, from which the waiting goes on.
    """
    earlier = _earlier(resume, order_ids) if resume else None
    waiting = wait_for_orders(client, order_ids, rules, today=today, earlier=earlier)
    reasons = _reasons(client, waiting) if waiting.is_over else {}
    lost = [entry for entry in waiting.entries if entry.order.is_dead]
    if lost and rules.until_one_fails:
        raise StateError(
            f"{len(lost)} of {len(waiting.entries)} orders can never be issued: "
            + "; ".join(_told(entry, reasons) for entry in lost)
            + ".",
            next_action="Place these orders again with digicert_order, or leave them out of order_ids.",
            order_id=lost[0].order.id,
        )
    only = _in_full(client, waiting.entries[0]) if waiting.is_over and len(waiting.entries) == 1 else None
    results = [_as_result(entry, reasons.get(entry.order.id)) for entry in waiting.entries]
    return Outcome(
        "none",
        tuple(_told(entry, reasons) for entry in waiting.entries),
        only.order if only else None,
        only.standing if only else None,
        extra={
            "orders": results,
            "all_issued": all(entry.standing.phase == "issued" for entry in waiting.entries),
            "is_over": waiting.is_over,
            "elapsed": round(waiting.elapsed, 1),
            "progress": progress_line(
                (entry.standing.phase for entry in waiting.entries), rules.timeout - waiting.elapsed
            ),
            **({"resume": _state(waiting, results)} if rules.until_change else {}),
        },
    )


def _state(waiting: Waiting, results: t.Sequence[dict[str, t.Any]]) -> dict[str, t.Any]:
    """Return what a later run needs to go on, see ``_earlier()``."""
    return {
        "orders": results,
        "elapsed": waiting.elapsed,
        "asked_at": waiting.asked_at,
        "read_at": waiting.read_at,
    }


def _reasons(client: Client, waiting: Waiting) -> dict[int, str | None]:
    """Return for each order that cannot be issued, or is left with the CA, why that is so."""
    return {
        entry.order.id: why_not_issued(client, entry.order.id)
        for entry in waiting.entries
        if entry.order.is_dead or entry.standing.phase == "processing"
    }


def _told(entry: Waited, reasons: t.Mapping[int, str | None]) -> str:
    reason = reasons.get(entry.order.id)
    return f"order {entry.order.id} is {entry.order.status}" + (f" ({reason})" if reason else "")


def _as_result(entry: Waited, reason: str | None) -> dict[str, t.Any]:
    return {
        "order_id": entry.order.id,
        "status": entry.order.status,
        "phase": entry.standing.phase,
        "reason": reason,
        "certificate_id": entry.order.certificate.id,
        "blocked_on": [blocker.as_result() for blocker in entry.standing.blocked_on],
    }


def _in_full(client: Client, entry: Waited) -> Waited:
    """Return the entry with all of its order: from an earlier run only its status is known."""
    return entry if "date_created" in entry.order.raw else replace(entry, order=orders.get(client, entry.order.id))


def _earlier(resume: t.Mapping[str, t.Any], order_ids: t.Sequence[int]) -> Waiting:
    """Read what an earlier run returned. Raises InputError for anything else."""
    try:
        entries = tuple(_entry(told) for told in shape.mappings(resume.get("orders"), "resume.orders"))
        elapsed, asked_at, read_at = (float(resume[key]) for key in ("elapsed", "asked_at", "read_at"))
    except (UnexpectedAnswerError, KeyError, TypeError, ValueError):
        entries, elapsed, asked_at, read_at = (), 0.0, 0.0, 0.0
    if {entry.order.id for entry in entries} != set(order_ids):
        raise InputError(
            "resume is not what an earlier run for the same order_ids returned.",
            next_action="Give its value resume unchanged, or leave resume out.",
        )
    return Waiting(entries, elapsed, asked_at, read_at, is_over=False)


def _entry(told: t.Mapping[str, t.Any]) -> Waited:
    order = order_of(
        {"id": told.get("order_id"), "status": told.get("status"), "certificate": {"id": told.get("certificate_id")}}
    )
    blockers = tuple(
        Blocker(
            shape.text(blocker.get("what"), "resume.what") or "",
            shape.text(blocker.get("detail"), "resume.detail") or "",
            shape.text(blocker.get("since"), "resume.since"),
            shape.text(blocker.get("next_action"), "resume.next_action") or "",
        )
        for blocker in shape.mappings(told.get("blocked_on"), "resume.blocked_on")
    )
    return Waited(order, Standing(shape.text(told.get("phase"), "resume.phase"), blockers, ()))
