# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Domain control validation of one order: choose the method, tell the records, ask for the check."""

from __future__ import annotations

import datetime as dt
import typing as t

from ansible_collections.community.digicert.plugins.module_utils._certcentral import dcv, orders
from ansible_collections.community.digicert.plugins.module_utils._client import Client
from ansible_collections.community.digicert.plugins.module_utils._dcv_check import check_repeatedly
from ansible_collections.community.digicert.plugins.module_utils._outcome import Outcome, standing_of
from ansible_collections.community.digicert.plugins.module_utils._phase import dcv_method_of
from ansible_collections.community.digicert.plugins.module_utils._request_checks import check_dcv_method


def validate_domains(
    client: Client,
    order_id: int,
    *,
    method: str | None,
    check: bool,
    check_for: float,
    interval: float,
    check_mode: bool,
    now: dt.datetime,
) -> Outcome:
    """Set the DCV method of a pending order where it differs, and ask for a check where one is wanted.

    The check is repeated every ``interval`` seconds for ``check_for`` seconds, until the service finds everything.
    """
    today = now.date()
    order = orders.get(client, order_id)
    standing = standing_of(client, order, today=today, read_only=True)
    if not order.is_pending:
        reason = f"order {order.id} is {order.status}: nothing is left to validate"
        return Outcome("none", (reason,), order, standing, extra={"check": None})
    present = dcv_method_of(order, dcv.validation(client, order_id)) if order.dcv_method is None else order.dcv_method
    action, reasons = "none", [f"order {order.id} is validated by {present}"]
    if method is not None and method != present:
        check_dcv_method(order.certificate.names, method)
        action, reasons = "change_method", [f"order {order.id} is validated by {present}, not by {method}"]
        if check_mode:
            return Outcome(
                action, tuple(reasons), order, standing, {"method": present}, {"method": method}, extra={"check": None}
            )
        dcv.set_method(client, order_id, method)
        order = orders.get(client, order_id)
    extra: dict[str, t.Any] = {"check": None}
    if check and not check_mode and standing.phase == "waiting_dcv":
        extra["check"] = check_repeatedly(client, lambda: _look(client, order_id), check_for, interval)
        order = orders.get(client, order_id)
    standing = standing_of(client, order, today=today, read_only=check_mode)
    before: dict[str, t.Any]
    after: dict[str, t.Any]
    before, after = ({"method": present}, {"method": method}) if action == "change_method" else ({}, {})
    return Outcome(action, tuple(reasons), order, standing, before, after, extra=extra)


def _look(client: Client, order_id: int) -> dict[str, t.Any]:
    """Ask the service to look now, and return for which names it found nothing."""
    answer = dcv.check(client, order_id)
    names = answer.get("dns_name_validations")
    missing = [
        entry.get("dns_name")
        for entry in (names if isinstance(names, list) else [])
        if isinstance(entry, dict) and entry.get("status") not in ("approved", "complete", "active", "valid")
    ]
    return {"found": not missing and answer.get("dcv_status") in (None, "valid"), "missing": missing, "errors": []}
