# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a use case found and did, in the form of the result contract of all modules."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass, field

from .._certcentral import dcv
from .._certcentral.errors import DigicertError
from .._certcentral.model import Order
from .._decisions.phase import FINAL_PHASES, Blocker


@dataclass(frozen=True)
class Standing:
    """The state of an order: its phase, what it is waiting for, and the records that prove control of its domains."""

    phase: str | None
    """None for anything but an order that is not waiting for anything."""
    blocked_on: tuple[Blocker, ...]
    records: tuple[dict[str, str | None], ...]
    validation: dcv.Validation | None = None
    """What the order has proven and still has to prove, if that was read."""

    @property
    def is_final(self) -> bool:
        """Whether the order waits for nothing and nobody: it is issued, or never will be."""
        return self.phase in FINAL_PHASES


@dataclass
class Outcome:
    """The result of one use case."""

    action: str
    reasons: tuple[str, ...] = ()
    order: Order | None = None
    standing: Standing | None = None
    before: dict[str, t.Any] = field(default_factory=dict)
    after: dict[str, t.Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    extra: dict[str, t.Any] = field(default_factory=dict)
    """The module's own values."""
    failure: DigicertError | None = None
    """Why the task fails although there is a result, which is returned as well."""
    is_plan: bool = False
    """Whether the action is only reported, for others to carry out."""

    @property
    def changed(self) -> bool:
        """Whether something at the service was, or in check mode would be, changed."""
        return not self.is_plan and self.action not in ("none", "adopt")

    def as_result(self, now: dt.datetime) -> dict[str, t.Any]:
        """Return the values of the result contract, including the module's own ones."""
        return {
            "changed": self.changed,
            "action": self.action,
            "reasons": list(self.reasons),
            "phase": self.standing.phase if self.standing else None,
            "is_final": self.standing.is_final if self.standing else False,
            "blocked_on": [blocker.as_result() for blocker in self.standing.blocked_on] if self.standing else [],
            "order": self.order.as_result() if self.order else None,
            "certificate": self.order.certificate.as_result(now) if self.order else None,
            "dcv": {"records": list(self.standing.records) if self.standing else []},
            "diff": {"before": self.before, "after": self.after},
            **self.extra,
        }
