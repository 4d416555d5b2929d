# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts that keep their certificates over years of the simulated clock, by the collection's own decisions and calls.

A host is what the role ``certificate`` makes of one: a key that stays, and the certificate that is installed. Its daily
run asks ``digicert_host_certificate_info``'s rule first, and talks to the service only when that says so.
"""

from __future__ import annotations

import datetime as dt
import functools
import typing as t
from dataclasses import dataclass, field

from ansible_collections.community.digicert.plugins.module_utils._certcentral.client import Client
from ansible_collections.community.digicert.plugins.module_utils._decisions.order import OrderIntent, renewal_date
from ansible_collections.community.digicert.plugins.module_utils._decisions.renewal import is_due
from ansible_collections.community.digicert.plugins.module_utils._use_cases.certificate_download import (
    DownloadRequest,
    download,
)
from ansible_collections.community.digicert.plugins.module_utils._use_cases.certificate_plan import PlanRequest, plan
from ansible_collections.community.digicert.plugins.module_utils._use_cases.order import OrderRequest, ensure_order
from ansible_collections.community.digicert.plugins.module_utils._use_cases.reissue import (
    ReissueRequest,
    ensure_reissue,
)
from ansible_collections.community.digicert.plugins.module_utils._x509 import certificates
from ansible_collections.community.digicert.tests.unit import pki

_RULE = "auto"
_ORGANIZATION = 112233


@dataclass(frozen=True)
class PlacedOrder:
    """An order that a host placed."""

    ordered_on: dt.date
    valid_till: dt.date
    renewal_of: int | None
    installed_till: dt.date | None
    """Last day of the certificate that was installed on that day."""


@dataclass
class Host:
    """One host with one certificate."""

    name: str
    years: int
    """Length of the orders that it places."""
    starts: dt.date
    """Day of its first run."""
    not_before: dt.datetime | None = None
    not_after: dt.datetime | None = None
    serial_number: str | None = None
    rests_until: dt.date | None = None
    """Day before which it does not ask again, see ``run_day``."""
    actions: list[str] = field(default_factory=list)
    orders: dict[int, PlacedOrder] = field(default_factory=dict)

    @functools.cached_property
    def csr(self) -> certificates.Csr:
        """The CSR of the host's key."""
        return certificates.read_csr(pki.csr_pem(pki.new_key(), self.name, [self.name]))

    @property
    def intent(self) -> OrderIntent:
        """What it orders."""
        return OrderIntent((self.name,), "ssl_basic", _ORGANIZATION, None, self.csr.public_key)

    def is_valid(self, now: dt.datetime) -> bool:
        """Tell whether what is installed is valid at that time."""
        return self.not_before is not None and self.not_after is not None and self.not_before <= now <= self.not_after

    def needs_a_run(self, now: dt.datetime) -> bool:
        """Tell whether the daily run goes past the probe of the host."""
        if self.not_before is None or self.not_after is None:
            return now.date() >= self.starts
        if self.rests_until is not None and now.date() < self.rests_until:
            return False
        return is_due(_RULE, self.not_before, self.not_after, now)


def run_day(client: Client, host: Host, now: dt.datetime, *, asks_daily: bool) -> str:
    """Play one daily run of a host that needs one; return the action.

    A host that does not ask daily leaves out the days on which the same answer would come again: those on which a
    certificate has to wait for the end of its order, up to the day before that order is renewed.
    """
    request = PlanRequest(
        intent=host.intent,
        order_id=None,
        serial_number=host.serial_number,
        renew_before=_RULE,
        allow_name_removal=False,
    )
    planned = plan(client, request, now=now)
    details = planned.extra["plan"]
    if planned.action in ("order", "renew"):
        placed = ensure_order(client, _order(host, details["renewal_of_order_id"]), check_mode=False, now=now)
    elif planned.action == "reissue":
        placed = ensure_reissue(client, _reissue(host, details["order_id"]), check_mode=False, now=now)
    else:
        assert planned.order is not None
        due = renewal_date(planned.order, _RULE)
        if due is not None and not asks_daily:
            host.rests_until = due - dt.timedelta(days=1)
        return planned.action
    assert placed.order is not None
    host.actions.append(placed.action)
    if placed.action != "reissue":
        assert placed.order.valid_till is not None
        installed_till = host.not_after.date() if host.not_after else None
        host.orders[placed.order.id] = PlacedOrder(
            now.date(), placed.order.valid_till, details["renewal_of_order_id"], installed_till
        )
    _install(client, host, placed.order.id, now)
    return placed.action


def _order(host: Host, renewal_of: int | None) -> OrderRequest:
    fields: dict[str, t.Any] = {
        "dcv_method": "dns-txt-token",
        "skip_approval": True,
        "order_validity": {"years": host.years},
    }
    return OrderRequest(host.intent, host.csr, fields, {"signature_hash": "sha256"}, renewal_of=renewal_of)


def _reissue(host: Host, order_id: int) -> ReissueRequest:
    return ReissueRequest(
        order_id=order_id,
        csr=host.csr,
        names=(host.name,),
        when="expiring",
        renew_before=_RULE,
        allow_name_removal=False,
        fields={"skip_approval": True},
    )


def _install(client: Client, host: Host, order_id: int, now: dt.datetime) -> None:
    request = DownloadRequest(order_id, None, host.csr.public_key, "pem_all")
    found = download(client, request, with_file=False, now=now)[1]
    host.not_before = dt.datetime.fromisoformat(found["not_before"])
    host.not_after = dt.datetime.fromisoformat(found["not_after"])
    host.serial_number = found["serial_number"]
    host.rests_until = None
