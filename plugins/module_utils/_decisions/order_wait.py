# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The progress of waiting for orders, in one line. Pure: no I/O, the time is an argument."""

from __future__ import annotations

import collections
import typing as t

# a successful order first, then the earlier steps, then the other outcomes
_WORDS = {
    "issued": "issued",
    "processing": "with the CA",
    "waiting_organization": "waiting for organization validation",
    "waiting_dcv": "waiting for DCV",
    "waiting_approval": "waiting for approval",
    "canceled": "canceled",
    "rejected": "rejected",
    "revoked": "revoked",
    "expired": "expired",
}


def progress_line(phases: t.Iterable[str | None], seconds_left: float) -> str:
    """Return the counts by phase and the time left: ``2 orders: 1 issued, 1 waiting for DCV, 5 min left``."""
    counts = collections.Counter(phase or "unknown" for phase in phases)
    total = sum(counts.values())
    named = [phase for phase in _WORDS if phase in counts] + sorted(counts.keys() - _WORDS.keys())
    parts = [f"{counts[phase]} {_WORDS.get(phase, phase)}" for phase in named]
    return ", ".join(
        [f"{total} {'order' if total == 1 else 'orders'}: {parts[0]}", *parts[1:], _time_left(seconds_left)]
    )


def _time_left(seconds: float) -> str:
    """Return the time in whole minutes, or in seconds if it is less than two minutes."""
    whole = max(round(seconds), 0)
    return f"{round(whole / 60)} min left" if whole >= 120 else f"{whole} s left"
