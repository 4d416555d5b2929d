# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a use case found and did, in the form of the result contract that all modules share."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass, field, replace

from ansible_collections.community.digicert.plugins.module_utils import _phase
from ansible_collections.community.digicert.plugins.module_utils._certcentral import dcv, orders
from ansible_collections.community.digicert.plugins.module_utils._certcentral.model import Order
from ansible_collections.community.digicert.plugins.module_utils._client import Client
from ansible_collections.community.digicert.plugins.module_utils._errors import ApiError, DigicertError


@dataclass(frozen=True)
class Standing:
    """Where an order stands: its phase, what it waits for, and the records that prove its domains."""

    phase: str | None
    """None for what is no order, once it waits for nothing."""
    blocked_on: tuple[_phase.Blocker, ...]
    records: tuple[dict[str, str | None], ...]
    validation: dcv.Validation | None = None
    """What the order has to prove and has proven, where that was asked for."""


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
    is_plan: bool = False
    """Whether the action is only told: somebody else carries it out."""

    @property
    def changed(self) -> bool:
        """Whether something at the service was, or in check mode would be, changed."""
        return not self.is_plan and self.action not in ("none", "adopt")

    def as_result(self, now: dt.datetime) -> dict[str, t.Any]:
        """Return the values of the result contract, the module's own ones among them."""
        return {
            "changed": self.changed,
            "action": self.action,
            "reasons": list(self.reasons),
            "phase": self.standing.phase if self.standing else None,
            "blocked_on": [blocker.as_result() for blocker in self.standing.blocked_on] if self.standing else [],
            "order": self.order.as_result() if self.order else None,
            "certificate": self.order.certificate.as_result(now) if self.order else None,
            "dcv": {"records": list(self.standing.records) if self.standing else []},
            "diff": {"before": self.before, "after": self.after},
            **self.extra,
        }


def standing_of(
    client: Client, order: Order, *, today: dt.date, read_only: bool, before: Standing | None = None
) -> Standing:
    """Ask what a pending order waits for.

    The token is asked for only when ``read_only`` is false, because the service makes a new one where the old one has
    ended.  ``before`` is how the order stood a moment ago, where nothing was done since: its validation is not asked
    for again.
    """
    if not order.is_pending:
        return Standing(_phase.phase_of(order, None, today), (), ())
    try:
        validation = before.validation if before else validation_of(client, order.id)
        phase = _phase.phase_of(order, validation, today)
        records: list[dict[str, str | None]] = []
        method = _phase.dcv_method_of(order, validation)
        if phase == "waiting_dcv" and method in dcv.TOKEN_METHODS and not read_only:
            domains = _phase.domains_to_prove(order, validation, method)
            records = _phase.dcv_records(method, dcv.random_value(client, order.id), domains)
    except DigicertError as exc:
        exc.order_id = exc.order_id or order.id
        raise
    return Standing(phase, tuple(_phase.blockers(order, validation)), tuple(records), validation)


def validation_of(client: Client, order_id: int) -> dcv.Validation | None:
    """Return what an order has to prove and has proven; None where the service does not tell it."""
    try:
        return dcv.validation(client, order_id)
    except ApiError as exc:
        # an order that nobody has approved yet may have no validation to show
        if exc.status in (400, 404):
            return None
        raise


def with_pending_reissue(client: Client, order: Order) -> Order:
    """Return the order with the certificate that its pending reissue will bring, where the service lists it.

    Which of both certificates Order info shows meanwhile is not documented.
    """
    if order.status != "reissue_pending":
        return order
    pending = [certificate for certificate in orders.reissues(client, order.id) if certificate.status == "pending"]
    if not pending:
        return order
    return replace(order, certificate=max(pending, key=lambda certificate: certificate.id or 0))
