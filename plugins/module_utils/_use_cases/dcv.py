# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Domain control validation of one order: set the method, return the records, request a check or the e-mails."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass

from .._certcentral import dcv, orders
from .._certcentral.client import Client
from .._certcentral.errors import InputError, StateError
from .._certcentral.model import Order
from .._decisions.phase import dcv_method_of
from .._decisions.request_checks import check_dcv_method
from .dcv_check import check_order, check_repeatedly
from .outcome import Outcome, Standing
from .standing import standing_of


@dataclass(frozen=True)
class ValidationRequest:
    """What has to be done to validate the domains of an order."""

    order_id: int
    method: str | None
    """None keeps the current one."""
    check: bool
    check_names: tuple[str, ...]
    """Names of the order to check, normalised; empty means all."""
    resend_emails: bool


def validate_domains(
    client: Client,
    request: ValidationRequest,
    *,
    check_for: float,
    interval: float,
    check_mode: bool,
    now: dt.datetime,
) -> Outcome:
    """Set the DCV method of a pending order if it differs, and request a check, or e-mails, if desired.

    The check is repeated every ``interval`` seconds for ``check_for`` seconds until the service finds everything.
    """
    today = now.date()
    order = orders.get(client, request.order_id)
    _require_names(order, request.check_names)
    standing = standing_of(client, order, today=today, read_only=True)
    if not order.is_pending:
        reason = f"order {order.id} is {order.status}, so there is nothing to validate"
        return Outcome("none", (reason,), order, standing, extra=_extra(None, standing))
    present = dcv_method_of(order, standing.validation)
    action, reason = _choose(order, present, request, standing)
    before, after = ({"method": present}, {"method": request.method}) if action == "change_method" else ({}, {})
    if check_mode:
        return Outcome(action, (reason,), order, standing, before, after, extra=_extra(None, standing))
    if action == "change_method":
        dcv.set_method(client, order.id, t.cast(str, request.method))
    elif action == "resend_emails":
        dcv.resend_emails(client, order.id)
    found = None
    if request.check and standing.phase == "waiting_dcv":
        found = check_repeatedly(
            client, lambda: check_order(client, order.id, request.check_names), check_for, interval
        )
    before_it = standing if action == "none" and not found else None
    if action == "change_method" or found:
        order = orders.get(client, order.id)
    standing = standing_of(client, order, today=today, read_only=False, before=before_it)
    return Outcome(action, (reason,), order, standing, before, after, extra=_extra(found, standing))


def _require_names(order: Order, names: tuple[str, ...]) -> None:
    unknown = [name for name in names if name not in order.certificate.names]
    if unknown:
        raise InputError(
            f"Order {order.id} does not have the name {unknown[0]}.",
            next_action=f"Correct check_names; the order has {', '.join(order.certificate.names)}.",
        )


def _choose(order: Order, present: str | None, request: ValidationRequest, standing: Standing) -> tuple[str, str]:
    """Return action and reason. Raises InputError or StateError if the request is impossible."""
    if request.method not in (None, present):
        check_dcv_method(order.certificate.names, request.method)
        # when the service changes to the method email, it sends the e-mails itself
        return "change_method", f"order {order.id} uses the DCV method {present}, not {request.method}"
    if not request.resend_emails or standing.phase != "waiting_dcv":
        return "none", f"order {order.id} uses the DCV method {present}"
    if present != "email":
        raise StateError(
            f"Order {order.id} uses the DCV method {present}, which sends no e-mails.",
            next_action="Leave out resend_emails and publish the records in dcv.records, or set method to email.",
            order_id=order.id,
        )
    return "resend_emails", f"order {order.id} is waiting for an answer to its e-mails"


def _extra(found: dict[str, t.Any] | None, standing: Standing) -> dict[str, t.Any]:
    """Return the module's own values: the result of the check, and the validation of each domain."""
    domains = standing.validation.domains if standing.validation else ()
    return {"check": found, "validations": [domain.as_result() for domain in domains]}
