# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was tried and what was found, as the rows of one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_TRIED = ("runs", "kills", "faults", "to_refund")
_FOUND = (
    "duplicate_orders",
    "lost_orders",
    "second_requests",
    "mixed_pairs",
    "wrong_certificates",
    "leftovers",
    "leaks",
    "unfinished",
)


@dataclass
class Figures:
    """What was tried, and what was found, which must be 0."""

    runs: int = 0
    kills: int = 0
    faults: int = 0
    """Calls that the simulator disturbed on purpose."""
    to_refund: int = 0
    """Orders that are paid twice because order_guard is not strict, each named by the run that failed because of it."""
    duplicate_orders: int = 0
    """Orders that are paid and that nobody needs."""
    lost_orders: int = 0
    """Orders that are paid and that the last run does not name."""
    second_requests: int = 0
    """Reissues, duplicates, and requests for approval, that nobody needs."""
    mixed_pairs: int = 0
    wrong_certificates: int = 0
    """Certificates that were installed although the service has not issued them for this request."""
    leftovers: int = 0
    """What an interrupted run has left behind and the next one has not cleaned up, or not reported."""
    leaks: int = 0
    """Secrets in the output, and private keys that others can read."""
    unfinished: int = 0
    """Tasks that never ended as they do without interruption."""
    seconds: float = 0.0
    examples: list[str] = field(default_factory=list)

    def add(self, name: str, where: str, number: int = 1) -> None:
        """Count what was found; nothing if the number is 0."""
        if number:
            setattr(self, name, getattr(self, name) + number)
            self.examples.append(f"{name.replace('_', ' ')}: {where}")

    def found(self) -> dict[str, int]:
        """Return what was found, by kind."""
        return {name: getattr(self, name) for name in _FOUND if getattr(self, name)}

    def __iadd__(self, other: Figures) -> Figures:
        """Add other figures."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)
        return self


def table(rows: Mapping[str, Figures]) -> str:
    """Return a table with a row for each proof, and a last row for all of them."""
    total = Figures()
    for figures in rows.values():
        total += figures
    titles = ["", *(name.replace("_", " ") for name in (*_TRIED, *_FOUND)), "time"]
    lines = [titles, *(_line(name, figures) for name, figures in {**rows, "all": total}.items())]
    widths = [max(len(line[column]) for line in lines) for column in range(len(titles))]
    return "\n".join(
        "  ".join(text.ljust(width) if column == 0 else text.rjust(width) for column, (text, width) in enumerate(cells))
        for cells in (list(zip(line, widths, strict=True)) for line in lines)
    )


def _line(name: str, figures: Figures) -> list[str]:
    counts = [str(getattr(figures, column)) for column in (*_TRIED, *_FOUND)]
    return [name, *counts, f"{figures.seconds:.0f} s"]
