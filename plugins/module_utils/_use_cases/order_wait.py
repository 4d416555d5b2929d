# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait for orders, in one run of a module or in several, and report each order."""

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
from .waiting import WaitEntry, WaitRules, WaitState, wait_for_orders


def wait_outcome(
    client: Client,
    order_ids: t.Sequence[int],
    rules: WaitRules,
    *,
    resume: t.Mapping[str, t.Any] | None,
    today: t.Callable[[], dt.date],
) -> Outcome:
    """Wait for orders and report each. Raises StateError as soon as one can never be issued, if the rules say so.

    ``resume`` is the value of that name in an earlier outcome; waiting continues from there.
    """
    earlier = _earlier(resume, order_ids) if resume else None
    waiting = wait_for_orders(client, order_ids, rules, today=today, earlier=earlier)
    reasons = _reasons(client, waiting) if waiting.is_over else {}
    failed = [entry for entry in waiting.entries if entry.order.is_dead]
    if failed and rules.until_one_fails:
        raise StateError(
            f"{len(failed)} of {len(waiting.entries)} orders can never be issued: "
            + "; ".join(_summary(entry, reasons) for entry in failed)
            + ".",
            next_action="Place these orders again with digicert_order, or leave them out of order_ids.",
            order_id=failed[0].order.id,
        )
    only = _in_full(client, waiting.entries[0]) if waiting.is_over and len(waiting.entries) == 1 else None
    results = [_as_result(entry, reasons.get(entry.order.id)) for entry in waiting.entries]
    return Outcome(
        "none",
        tuple(_summary(entry, reasons) for entry in waiting.entries),
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


def _state(waiting: WaitState, results: t.Sequence[dict[str, t.Any]]) -> dict[str, t.Any]:
    """Return what a later run needs to continue, see ``_earlier()``."""
    return {
        "orders": results,
        "elapsed": waiting.elapsed,
        "asked_at": waiting.asked_at,
        "read_at": waiting.read_at,
    }


def _reasons(client: Client, waiting: WaitState) -> dict[int, str | None]:
    """Return the reason for each order that cannot be issued or that the CA is still processing."""
    return {
        entry.order.id: why_not_issued(client, entry.order.id)
        for entry in waiting.entries
        if entry.order.is_dead or entry.standing.phase == "processing"
    }


def _summary(entry: WaitEntry, reasons: t.Mapping[int, str | None]) -> str:
    reason = reasons.get(entry.order.id)
    return f"order {entry.order.id} is {entry.order.status}" + (f" ({reason})" if reason else "")


def _as_result(entry: WaitEntry, reason: str | None) -> dict[str, t.Any]:
    return {
        "order_id": entry.order.id,
        "status": entry.order.status,
        "phase": entry.standing.phase,
        "is_final": entry.standing.is_final,
        "reason": reason,
        "certificate_id": entry.order.certificate.id,
        "blocked_on": [blocker.as_result() for blocker in entry.standing.blocked_on],
    }


def _in_full(client: Client, entry: WaitEntry) -> WaitEntry:
    """Return the entry with its complete order; an earlier run hands over only the status."""
    return entry if "date_created" in entry.order.raw else replace(entry, order=orders.get(client, entry.order.id))


def _earlier(resume: t.Mapping[str, t.Any], order_ids: t.Sequence[int]) -> WaitState:
    """Read the value ``resume`` of an earlier run. Raises InputError if it is anything else."""
    try:
        entries = tuple(_entry(fields) for fields in shape.mappings(resume.get("orders"), "resume.orders"))
        elapsed, asked_at, read_at = (float(resume[key]) for key in ("elapsed", "asked_at", "read_at"))
    except (UnexpectedAnswerError, KeyError, TypeError, ValueError):
        entries, elapsed, asked_at, read_at = (), 0.0, 0.0, 0.0
    if {entry.order.id for entry in entries} != set(order_ids):
        raise InputError(
            "resume is not the value that an earlier run for the same order_ids returned.",
            next_action="Pass on the value resume of that run unchanged, or leave resume out.",
        )
    return WaitState(entries, elapsed, asked_at, read_at, is_over=False)


def _entry(fields: t.Mapping[str, t.Any]) -> WaitEntry:
    order = order_of(
        {
            "id": fields.get("order_id"),
            "status": fields.get("status"),
            "certificate": {"id": fields.get("certificate_id")},
        }
    )
    blockers = tuple(
        Blocker(
            shape.text(blocker.get("what"), "resume.what") or "",
            shape.text(blocker.get("detail"), "resume.detail") or "",
            shape.text(blocker.get("since"), "resume.since"),
            shape.text(blocker.get("next_action"), "resume.next_action") or "",
        )
        for blocker in shape.mappings(fields.get("blocked_on"), "resume.blocked_on")
    )
    return WaitEntry(order, Standing(shape.text(fields.get("phase"), "resume.phase"), blockers, ()))
