# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A measured figure with its target, and how figures are summarized and shown."""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from typing import Any


@dataclass(frozen=True)
class Figure:
    """A figure. ``target`` is its maximum, its minimum if ``at_least`` is set, or None if it is only reported."""

    name: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None if there is no target."""
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target

    @property
    def verdict(self) -> str:
        """The target and whether it is met, as text."""
        if self.target is None:
            return ""
        limit = f"{'>=' if self.at_least else '<='} {self.target:g}"
        return f"{limit} met" if self.met else f"{limit} MISSED"


def seconds_of(action: Callable[[], object]) -> float:
    """Return how long an action takes, in seconds of real time."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def percentile(values: Sequence[float], share: int) -> float:
    """Return the value below which ``share`` percent of the values lie."""
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1]


def as_table(figures: Iterable[Figure]) -> str:
    """Return the figures as a plain table."""
    rows = [("figure", "value", "target", "note")]
    rows += [(one.name, f"{one.value:.4g} {one.unit}", one.verdict, one.note) for one in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = []
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        lines.append("  ".join([*cells, row[3]]).rstrip())
    return "\n".join(lines)


def as_json(figures: Iterable[Figure]) -> str:
    """Return the figures and a description of the machine as JSON."""
    body: dict[str, Any] = {
        "measured_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "machine": {
            "cores": os.cpu_count(),
            "load": round(os.getloadavg()[0], 1),
            "python": platform.python_version(),
            "system": platform.platform(),
        },
        "figures": [{**asdict(one), "met": one.met} for one in figures],
    }
    return json.dumps(body, indent=1)
