# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Combine hosts, handshakes and orders into one report. Pure: the day is an argument."""

from __future__ import annotations

import datetime as dt
import typing as t

from .._certcentral.model import IssuedCertificate
from .model import LEVELS, AccountOrder, Entry, NextStep, Place, Problem, Report
from .next_step import next_step_of_order, next_step_of_place
from .problems import problems_of_place

_NEVER = dt.date.max


class Account:
    """The orders of the account, found by serial number and by name."""

    def __init__(self, orders: t.Iterable[AccountOrder]) -> None:
        self.orders = tuple(sorted(orders, key=lambda entry: entry.order.id))
        self._by_serial_number: dict[str, tuple[AccountOrder, IssuedCertificate]] = {}
        self._by_name: dict[str, list[AccountOrder]] = {}
        for entry in self.orders:
            for certificate in entry.certificates:
                if certificate.serial_number:
                    self._by_serial_number[certificate.serial_number] = (entry, certificate)
            for name in dict.fromkeys(entry.order.certificate.names):
                self._by_name.setdefault(name, []).append(entry)

    def of_certificate(self, serial_number: str | None) -> tuple[AccountOrder | None, IssuedCertificate | None]:
        """Return the order of a certificate, and the certificate as the order has it."""
        return self._by_serial_number.get(serial_number or "", (None, None))

    def of_names(self, names: t.Iterable[str]) -> tuple[AccountOrder, ...]:
        """Return the orders that have one of the names, oldest first."""
        found = {entry.order.id: entry for name in names for entry in self._by_name.get(name, ())}
        return tuple(found[number] for number in sorted(found))


def build_report(
    title: str, places: t.Iterable[Place], orders: t.Iterable[AccountOrder], *, renew_before: str, today: dt.date
) -> Report:
    """Return the report. ``renew_before`` is the rule for orders that no known host uses."""
    account = Account(orders)
    entries = [_entry_of_place(place, account, today) for place in places]
    used = {entry.order_id for entry in entries} | {entry.next_step.order_id for entry in entries}
    for found in account.orders:
        if found.order.id not in used and _may_be_in_use(found, today):
            entries.append(_entry_of_order(found, renew_before, today))
    return Report(title, today, tuple(sorted(entries, key=_urgency)))


def _entry_of_place(place: Place, account: Account, today: dt.date) -> Entry:
    seen = place.seen
    own, own_certificate = account.of_certificate(seen.serial_number if seen else None)
    step = next_step_of_place(place, own, account.of_names(place.names), today)
    problems = problems_of_place(place, own, own_certificate, step, today)
    order = own.order if own else None
    return Entry(
        level=_level(problems, step, today, is_read=place.failure is None),
        host=place.host,
        request=place.request,
        path=place.path,
        failure=place.failure,
        common_name=(seen.common_name if seen else None) or (place.names[0] if place.names else None),
        names=seen.names if seen else place.names,
        serial_number=seen.serial_number if seen else None,
        valid_from=seen.valid_from if seen else None,
        valid_till=seen.valid_till if seen else None,
        days_left=(seen.valid_till - today).days if seen else None,
        handshakes=place.handshakes,
        order_id=order.id if order else None,
        order_status=order.status if order else None,
        product=order.product if order else None,
        order_valid_till=order.valid_till if order else None,
        is_multi_year=own.is_multi_year if own else False,
        next_step=step,
        problems=problems,
    )


def _may_be_in_use(found: AccountOrder, today: dt.date) -> bool:
    order = found.order
    if order.is_dead or order.has_ended(today):
        return False
    last = order.certificate.valid_till
    return order.is_pending or not order.is_renewed or last is None or last >= today


def _entry_of_order(found: AccountOrder, renew_before: str, today: dt.date) -> Entry:
    order = found.order
    certificate = order.certificate
    step = next_step_of_order(found, renew_before, today)
    return Entry(
        level=_level((), step, today, is_read=True),
        host=None,
        request=None,
        path=None,
        failure=None,
        common_name=certificate.common_name,
        names=certificate.names,
        serial_number=certificate.serial_number,
        valid_from=certificate.valid_from,
        valid_till=certificate.valid_till,
        days_left=(certificate.valid_till - today).days if certificate.valid_till else None,
        handshakes=(),
        order_id=order.id,
        order_status=order.status,
        product=order.product,
        order_valid_till=order.valid_till,
        is_multi_year=found.is_multi_year,
        next_step=step,
        problems=(),
    )


def _level(problems: t.Sequence[Problem], step: NextStep, today: dt.date, *, is_read: bool) -> str:
    if problems:
        return "problem"
    if not is_read:
        return "unknown"
    if step.action == "wait":
        return "waiting"
    return "due" if step.day is not None and step.day <= today else "ok"


def _urgency(entry: Entry) -> tuple[t.Any, ...]:
    soonest = min(entry.next_step.day or _NEVER, entry.valid_till or _NEVER)
    return (LEVELS.index(entry.level), soonest, entry.host or "~", entry.request or "", entry.order_id or 0)
