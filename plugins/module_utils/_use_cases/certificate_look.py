# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the orders that may serve many requests, with as few calls as possible. Only reads."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .._certcentral import orders
from .._certcentral.client import Client
from .._certcentral.errors import DigicertError, InputError
from .._certcentral.model import DEAD_STATUSES, Order, order_of
from .._decisions.certificate import concerns, is_surely_other
from .._decisions.key_plan import Certificates
from .._x509.names import are_host_names
from .candidates import changed_orders, searched_names, unlisted_among, with_id, with_listed, with_listed_names
from .certificate_entry import Work
from .parallel import Pool
from .standing import validation_of, with_pending_reissue

# no host has more orders of its own for one name; the newest come first
_MOST_CANDIDATES = 20


@dataclass
class Known:
    """What a run knows of the orders of the account."""

    orders: dict[int, Order] = field(default_factory=dict)
    """Live orders that were read in full, each at most once unless it was changed."""
    listed: dict[int, Order] = field(default_factory=dict)
    """Live orders as the list shows them."""
    certificates: dict[int, Certificates] = field(default_factory=dict)
    """The further certificates of orders."""
    unknown: set[tuple[t.Any, ...]] = field(default_factory=set)
    """Groups of requests of which one may have an order that nothing shows, because the answer to it was lost."""
    fresh: set[int] = field(default_factory=set)
    """Orders that this run has placed: they have no certificates that are not shown."""
    is_sure: bool = True
    """Whether all orders and their names were listed, so that an order that was not does not exist, or is too new."""

    def candidates_of(self, work: Work) -> list[Order]:
        """Return the orders that may serve a request, in a fixed order."""
        need = work.need
        own_ids = {*need.own_ids(()), need.own_id(work.renewal_of)}
        # other threads add orders meanwhile
        found = [order for order in list(self.orders.values()) if concerns(order, need, own_ids)]
        return sorted(found, key=lambda order: order.id)

    def ids_of(self, work: Work) -> set[int]:
        """Return the orders that certainly belong to a request: the one that it names and that of its certificate."""
        serial_number = work.need.serial_number
        return {
            order.id
            for order in self.candidates_of(work)
            if order.id in (work.need.order_id, work.installed_order)
            or (serial_number is not None and self._has_serial_number(order, serial_number))
        }

    def _has_serial_number(self, order: Order, serial_number: str) -> bool:
        others = self.certificates.get(order.id)
        certificates = (order.certificate, *((*others.reissues, *others.duplicates) if others else ()))
        return any(certificate.serial_number == serial_number for certificate in certificates)

    def certificates_of(self, client: Client, order: Order) -> Certificates:
        """Return the further certificates of an order, which are read once."""
        if order.id not in self.certificates:
            self.certificates[order.id] = Certificates(
                tuple(orders.reissues(client, order.id)),
                tuple(orders.duplicates(client, order.id)),
                validation_of(client, order.id),
            )
        return self.certificates[order.id]


def look(pool: Pool, works: t.Sequence[Work], known: Known, *, may_assume: bool) -> None:
    """Read the orders that may serve the requests: those that they name, and those that the list shows.

    With ``may_assume``, a pending order that the list shows for just one request is not read in full: see ``_assume``.
    """
    named = [work for work in works if work.need.order_id is not None]
    pool.each(lambda client, work: _guarded(work, lambda: _read_named(client, work, known)), named)
    look_in_list(pool, [work for work in works if work.need.order_id is None], known, may_assume=may_assume)


def look_in_list(pool: Pool, works: t.Sequence[Work], known: Known, *, may_assume: bool = False) -> None:
    """Read the orders that the list shows for the names of these requests, and those of installed certificates."""
    works = [work for work in works if work.is_open]
    if not works:
        return
    _read_list(pool, works, known)
    assumed = _assume(works, known) if may_assume else set()
    needed: dict[int, None] = {}
    for work in works:
        needed.update(dict.fromkeys(listed_for(work, known)))
    unreadable = _read(pool, [order_id for order_id in needed if order_id not in assumed], known)
    for work in works:
        for order_id in unreadable.keys() & listed_for(work, known):
            work.entry.fail(unreadable[order_id])
    works = [work for work in works if work.is_open]
    pool.each(lambda client, work: _guarded(work, lambda: _find_installed(client, work, known)), works)


def _guarded(work: Work, read: t.Callable[[], None]) -> None:
    """Read for one request; if that fails, only this request fails."""
    try:
        read()
    except DigicertError as exc:
        work.entry.fail(exc)


def _read_named(client: Client, work: Work, known: Known) -> None:
    order_id = t.cast(int, work.need.order_id)
    if order_id in known.orders:
        return
    order = orders.find(client, order_id)
    if order is None:
        raise InputError(
            f"Order {order_id} does not exist in this account.",
            next_action="Correct order_id, or leave it out to find an order by its names.",
        )
    order = with_listed_names(client, order)
    known.orders[order.id] = with_pending_reissue(client, order)


def _read_list(pool: Pool, works: t.Sequence[Work], known: Known) -> None:
    """Read the list: all of it, or filtered by each name, whichever takes fewer calls.

    A filter that misses an order must not lead to another one, so only the whole list is reliable.
    """
    names = list(dict.fromkeys(name for work in works for name in searched_names(work.need.intent.names[0])))
    whole = orders.all_if_few(pool.client, len(names)) if len(works) > 1 else None
    known.is_sure = known.is_sure and whole is not None
    for entry in _filtered(pool, names) if whole is None else whole:
        order = order_of(entry)
        if order.status not in DEAD_STATUSES:
            known.listed[order.id] = order
            known.is_sure = known.is_sure and order.certificate.names_are_known


def _filtered(pool: Pool, names: t.Sequence[str]) -> list[dict[str, t.Any]]:
    """Return the orders of the list for each of these names."""
    entries: list[dict[str, t.Any]] = []
    errors: list[DigicertError] = []

    def read(client: Client, name: str) -> None:
        try:
            entries.extend(orders.search(client, {"domain_name": name}))
        except DigicertError as exc:
            errors.append(exc)

    pool.each(read, names)
    if errors:
        raise errors[0]
    return entries


def listed_for(work: Work, known: Known) -> list[int]:
    """Return the IDs of the newest orders of the list that may serve a request."""
    own_ids = work.need.own_ids(())
    found = [
        order.id
        for order in known.listed.values()
        if (not are_host_names(order.certificate.names or ("",)) or concerns(order, work.need, own_ids))
        and not is_surely_other(order, work.need)
    ]
    return sorted(found, reverse=True)[:_MOST_CANDIDATES]


def _assume(works: t.Sequence[Work], known: Known) -> set[int]:
    """Mark requests whose order can only be one pending order of the list; return the IDs of these orders.

    Such an order is checked and downloaded without being read: the key is compared with what was downloaded.
    """
    sharing: dict[int, list[Work]] = {}
    for work in works:
        for order_id in listed_for(work, known):
            sharing.setdefault(order_id, []).append(work)
    assumed: set[int] = set()
    for work in works:
        found = listed_for(work, known)
        if len(found) != 1 or len(sharing[found[0]]) != 1 or work.request.csr is None or work.need.replace:
            continue
        order = known.listed[found[0]]
        if order.status == "pending" and set(work.need.intent.names) <= set(order.certificate.names):
            work.entry.is_assumed = True
            work.entry.order_id, work.entry.status = order.id, order.status
            work.entry.phase = "waiting_dcv"
            assumed.add(order.id)
    return assumed


def _read(pool: Pool, order_ids: t.Sequence[int], known: Known) -> dict[int, DigicertError]:
    """Read orders in full; return the errors of those that cannot be read."""
    errors: dict[int, DigicertError] = {}

    def read(client: Client, order_id: int) -> None:
        try:
            order = orders.get(client, order_id)
            if order_id in known.listed:
                order = with_listed(order, known.listed[order_id])
            known.orders[order_id] = with_pending_reissue(client, order)
        except DigicertError as exc:
            exc.order_id = order_id
            errors[order_id] = exc

    pool.each(read, [order_id for order_id in order_ids if order_id not in known.orders])
    return errors


def _find_installed(client: Client, work: Work, known: Known) -> None:
    """Find the order of the installed certificate if no order that was read has it."""
    serial_number = work.need.serial_number
    if serial_number is None or work.request.is_file_only or work.entry.is_assumed or known.ids_of(work):
        return
    order = orders.find_by_serial_number(client, serial_number)
    if order is None:
        return
    order = known.orders.get(order.id) or with_pending_reissue(client, with_listed_names(client, order))
    known.orders[order.id] = order
    work.installed_order = order.id


def look_before_paying(pool: Pool, works: t.Sequence[Work], known: Known) -> None:
    """Find orders that are too new to be listed, and those that only their own ID shows.

    The IDs are asked for if the list is not reliable, and if the user gave them, because they say nothing about names.
    """
    references = changed_orders(pool.client)
    for order in unlisted_among(pool.client, references or [], {*known.listed, *known.orders}):
        known.orders[order.id] = order
    is_sure = known.is_sure and references is not None
    unsure = [work for work in works if not is_sure or work.need.alternative_order_id]
    pool.each(lambda client, work: _guarded(work, lambda: _read_own(client, work, known)), unsure)


def _read_own(client: Client, work: Work, known: Known) -> None:
    for own_id in sorted({work.need.own_id(None), work.need.own_id(work.renewal_of)}):
        for reference in orders.by_alternative_id(client, own_id):
            if reference.status not in DEAD_STATUSES and reference.order_id not in known.orders:
                order = with_id(orders.get(client, reference.order_id), own_id)
                known.orders[order.id] = with_pending_reissue(client, order)
