# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Collect what was obtained: have domains checked, wait for all orders together, and take the chains."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass, field

from .._certcentral import certificates, dcv, orders, shape
from .._certcentral.client import Client
from .._certcentral.errors import ApiError, DigicertError, StateError, UnexpectedAnswerError
from .._certcentral.model import Order, order_of
from .._decisions.certificate import can_be_issued_unattended
from .._decisions.phase import Blocker
from .._x509.certificates import Chain, build_chain, find_leaf, read_certificates
from .._x509.pem import InvalidPemError
from .certificate_download import check_usable, verified_chain
from .certificate_entry import Work
from .certificate_obtain import Obtaining, obtain
from .dcv_check import check_once, found_by
from .not_issued import why_not_issued
from .outcome import Standing
from .parallel import Pool
from .standing import standing_of, with_pending_reissue
from .waiting import WaitEntry, WaitRules, WaitState, wait_for_orders


@dataclass
class Check:
    """The DCV checks of one order, for all requests that it is for."""

    works: list[Work]
    deadline: float
    is_over: bool = False
    error: ApiError | None = None
    reread: bool = field(default=False)
    """Whether the order has to be read, because its state has changed or is not known."""


def check_domains(pool: Pool, works: t.Sequence[Work], run: Obtaining, *, interval: float) -> None:
    """Have the service check the records of all orders that existed before this run, in rounds."""
    checks = _checks(works)
    started = pool.client.monotonic()
    while True:
        todo = [check for check in checks if not check.is_over]
        pool.each(_check, todo)
        elapsed = pool.client.monotonic() - started + interval
        for check in todo:
            check.is_over = check.is_over or elapsed > check.deadline
        if all(check.is_over for check in checks):
            break
        pool.client.sleep(interval)
    pool.each(lambda client, check: _read_again(client, check, run), [check for check in checks if _is_unclear(check)])


def _checks(works: t.Sequence[Work]) -> list[Check]:
    found: dict[int, Check] = {}
    for work in works:
        entry = work.entry
        may_be_proven = entry.is_assumed or (entry.phase == "waiting_dcv" and not entry.is_new and not entry.follows)
        if work.is_open and may_be_proven and entry.order_id and work.request.dcv_method in dcv.TOKEN_METHODS:
            check = found.setdefault(entry.order_id, Check([], 0.0))
            check.works.append(work)
            check.deadline = max(check.deadline, work.request.check_for)
    return list(found.values())


def _check(client: Client, check: Check) -> None:
    """Ask once; a record that the service does not see yet is no error."""
    order_id = t.cast(int, check.works[0].entry.order_id)
    answer: dict[str, t.Any] = {}

    def ask() -> dict[str, t.Any]:
        answer.update(dcv.check(client, order_id))
        return found_by(answer)

    try:
        result = check_once(ask)
        if shape.text(answer.get("order_status"), "order_status") == "issued":
            certificate_id = shape.identifier(answer.get("certificate_id"), "certificate_id")
            for work in check.works:
                work.entry.status, work.entry.phase, work.entry.certificate_id = "issued", "issued", certificate_id
            check.is_over, check.reread = True, certificate_id is None
        elif result["found"]:
            check.is_over = check.reread = True
    except ApiError as exc:
        # it may have been issued meanwhile, or wait for something else
        check.error, check.is_over, check.reread = exc, True, True
    except DigicertError as exc:
        check.is_over = True
        for work in check.works:
            work.entry.fail(exc)


def _is_unclear(check: Check) -> bool:
    return check.reread or any(work.entry.is_assumed and work.entry.status != "issued" for work in check.works)


def _read_again(client: Client, check: Check, run: Obtaining) -> None:
    """Read the order of a check whose state is not known, and go on with its requests from there."""
    for work in check.works:
        if not work.is_open:
            continue
        try:
            _refresh(client, work, run)
        except DigicertError as exc:
            work.entry.fail(exc)
        if check.error is not None and work.entry.phase == "waiting_dcv" and not work.entry.is_new:
            work.entry.fail(check.error)


def _refresh(client: Client, work: Work, run: Obtaining) -> None:
    entry = work.entry
    order = with_pending_reissue(client, orders.get(client, t.cast(int, entry.order_id)))
    run.known.orders[order.id] = order
    if entry.is_assumed:
        obtain(client, run, work)
        return
    names = work.need.intent.names
    entry.stand(order, standing_of(client, order, today=run.today, read_only=False, names=names), run.now)


def take_chains(pool: Pool, works: t.Sequence[Work], run: Obtaining) -> None:
    """Take the chain of every issued certificate that this run does not have yet."""
    todo = [work for work in works if work.is_open and work.entry.phase == "issued" and not work.entry.certificate_pem]
    pool.each(lambda client, work: _take_chain(client, work, run), todo)


def _take_chain(client: Client, work: Work, run: Obtaining) -> None:
    entry = work.entry
    key = entry.public_key_fingerprint or work.need.intent.public_key
    if key is None or entry.certificate_id is None:
        return
    try:
        chain = _present_chain(work, key)
        if chain is None:
            body = certificates.download(client, entry.certificate_id, "pem_all")
            try:
                chain = verified_chain(body, entry.certificate_id, key)
            except UnexpectedAnswerError:
                if not entry.is_assumed:
                    raise
                _replan(client, work, run)
                return
        check_certificate(chain, work, run.now)
        if entry.is_assumed:
            entry.reasons.append(f"order {entry.order_id} was placed for these names and this key")
        entry.hold(chain, run.now)
    except DigicertError as exc:
        exc.order_id = exc.order_id or entry.order_id
        entry.fail(exc)


def _replan(client: Client, work: Work, run: Obtaining) -> None:
    """The order that the list showed is for another key: plan with the order in full."""
    entry = work.entry
    order = with_pending_reissue(client, orders.get(client, t.cast(int, entry.order_id)))
    run.known.orders[order.id] = order
    entry.is_assumed, entry.certificate_id = False, None
    obtain(client, run, work)
    if entry.phase == "issued" and not entry.certificate_pem:
        _take_chain(client, work, run)


def _present_chain(work: Work, key: str) -> Chain | None:
    """Return the chain from the files of the request if they already hold this certificate."""
    known = work.entry.certificate or {}
    if not work.request.present or known.get("serial_number") is None:
        return None
    try:
        found = read_certificates(work.request.present)
    except InvalidPemError:
        return None
    leaf = find_leaf(found, key)
    if leaf is None or leaf.serial_number != known["serial_number"]:
        return None
    chain = build_chain(found, leaf)
    return chain if chain.intermediates else None


def check_certificate(chain: Chain, work: Work, now: dt.datetime) -> None:
    """Refuse an issued certificate that is not what was requested. Raises UnexpectedAnswerError."""
    what = f"Certificate {work.entry.certificate_id} of order {work.entry.order_id}"
    check_usable(chain, what, now, work.need.intent.names, is_exact=True)


def awaited(works: t.Sequence[Work]) -> list[Work]:
    """Return the requests whose order can still be issued although nobody has been asked to do anything in this run."""
    return [
        work
        for work in works
        if work.is_open
        and work.entry.order_id is not None
        and work.entry.status != "issued"
        and can_be_issued_unattended(
            work.entry.phase,
            work.request.dcv_method,
            records_are_new=work.entry.is_new or work.entry.follows,
            check_for=work.request.check_for,
        )
    ]


def start_of_wait(works: t.Sequence[Work]) -> WaitState:
    """Return the state before anything was waited for: nothing is read again before the first interval."""
    entries = {entry.order.id: entry for entry in map(_wait_entry, works)}
    return WaitState(tuple(entries.values()), 0.0, 0.0, 0.0, is_over=False)


def _wait_entry(work: Work) -> WaitEntry:
    entry = work.entry
    order = order_of(
        {"id": entry.order_id, "status": entry.status, "certificate": {"id": entry.certificate_id}},
    )
    blockers = tuple(
        Blocker(str(blocker["what"]), str(blocker["detail"]), blocker["since"], str(blocker["next_action"]))
        for blocker in entry.blocked_on
    )
    return WaitEntry(order, Standing(entry.phase, blockers, tuple(entry.records)))


def wait(client: Client, works: t.Sequence[Work], rules: WaitRules, run: Obtaining, earlier: WaitState) -> WaitState:
    """Wait for the orders of these requests, and record what has become of them."""
    order_ids = [entry.order.id for entry in earlier.entries]
    state = wait_for_orders(client, order_ids, rules, today=lambda: run.today, earlier=earlier)
    by_id = {entry.order.id: entry for entry in state.entries}
    for work in works:
        waited = by_id.get(work.entry.order_id or 0)
        if waited is None or not work.is_open:
            continue
        _record(client, work, waited, run)
    return state


def _record(client: Client, work: Work, waited: WaitEntry, run: Obtaining) -> None:
    """Record the state of an order after some waiting; records stay as they are while they are needed."""
    entry, order = work.entry, waited.order
    if "date_created" not in order.raw:
        entry.status, entry.phase = order.status, waited.standing.phase
        return
    run.known.orders[order.id] = order
    records = entry.records if waited.standing.phase == "waiting_dcv" else []
    entry.stand(order, waited.standing, run.now)
    entry.records = records
    if order.is_dead:
        _fail_for_good(client, work, order)


def _fail_for_good(client: Client, work: Work, order: Order) -> None:
    reason = why_not_issued(client, order.id)
    because = f" ({reason})" if reason else ""
    work.entry.fail(
        StateError(
            f"Order {order.id} is {order.status}{because}, so it will not be issued.",
            next_action="Run this again to place a new order.",
            order_id=order.id,
        )
    )


def continue_for_others(client: Client, group: t.Sequence[Work], run: Obtaining) -> None:
    """Get certificates for the requests whose order was for the key of another host and is issued now."""
    for work in group:
        entry = work.entry
        if not (work.is_open and entry.follows and entry.phase == "issued"):
            continue
        entry.follows, entry.msg, entry.blocked_on, entry.records = False, "", [], []
        try:
            order_id = t.cast(int, entry.order_id)
            known = run.known.orders.get(order_id)
            if known is None or known.status != "issued" or "date_created" not in known.raw:
                run.known.orders[order_id] = with_pending_reissue(client, orders.get(client, order_id))
        except DigicertError as exc:
            entry.fail(exc)
            continue
        obtain(client, run, work)
