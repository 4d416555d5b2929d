# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ensure that there is an issued certificate for each of many requests."""

from __future__ import annotations

import collections
import datetime as dt
import functools
import typing as t
from dataclasses import dataclass

from .._certcentral import orders
from .._certcentral.client import Client
from .._certcentral.errors import DigicertError, ServiceError, StateError
from .._certcentral.model import Order, order_of
from .._decisions.certificate import PAID_ACTIONS, common_phase, groups_of, weightiest
from .._decisions.order_wait import progress_line
from .candidates import changed_orders
from .certificate_collect import (
    awaited,
    check_domains,
    continue_for_others,
    start_of_wait,
    take_chains,
    wait,
)
from .certificate_entry import Entry, Work, entry_of_state, refused_resume
from .certificate_look import Known, look, look_before_paying, look_in_list
from .certificate_obtain import Obtaining, check_purchase, give_way, obtain, plan
from .order import gave_way, settle_race
from .outcome import Outcome, Standing
from .parallel import Pool
from .standing import standing_of
from .waiting import WaitRules, WaitState

_LATEST_SECONDS = 600
_LONGEST_TIME_FRAME = 604800


@dataclass(frozen=True)
class CertificateRules:
    """How the requests are worked on."""

    wait: bool
    timeout: float
    interval: float
    check_interval: float
    connections: int
    until_change: bool = False


@dataclass(frozen=True)
class Progress:
    """Where a run that waits stands."""

    is_over: bool
    elapsed: float
    line: str
    resume: dict[str, t.Any] | None = None


def ensure_certificates(
    client: Client,
    works: t.Sequence[Work],
    rules: CertificateRules,
    *,
    check_mode: bool,
    now: dt.datetime,
    resume: t.Mapping[str, t.Any] | None = None,
) -> Progress:
    """Work on all requests; their entries hold the results. A request that fails stops no other."""
    pool = Pool(client, rules.connections)
    products = client.remembering()
    run = Obtaining(Known(), products, now, check_mode, client.monotonic())
    try:
        if resume is None:
            _begin(pool, works, run, rules)
        earlier = _earlier(works, resume) if resume is not None else None
        return _collect(pool, works, run, rules, earlier)
    except DigicertError as exc:
        for work in works:
            if work.is_open and not work.entry.certificate_pem:
                work.entry.fail(exc)
        return Progress(True, 0.0, "")
    finally:
        pool.close()
        products.close()


def _begin(pool: Pool, works: t.Sequence[Work], run: Obtaining, rules: CertificateRules) -> None:
    """Look up what exists, and adopt, order, renew, reissue and duplicate."""
    look(pool, [work for work in works if work.is_open], run.known, may_assume=rules.wait and not run.check_mode)
    pool.each(lambda client, work: _plan_first(client, run, work), _planned(works))
    named = [work for work in works if work.need.order_id is not None and _pays(work)]
    if named:
        look_in_list(pool, named, run.known)
    paying = [work for work in works if work.is_open and _pays(work)]
    if paying:
        look_before_paying(pool, paying, run.known)
        for work in paying:
            _guarded(work, functools.partial(check_purchase, run, work))
    pool.each(lambda client, group: _obtain_group(client, run, group), _groups(_planned(works), run))
    _settle_races(pool, [work for work in works if work.placed is not None], run)


def _planned(works: t.Sequence[Work]) -> list[Work]:
    return [work for work in works if work.is_open and not work.entry.is_assumed]


def _plan_first(client: Client, run: Obtaining, work: Work) -> None:
    """Plan before anything is done, to know whether money will be spent."""

    def first() -> None:
        work.first_plan = plan(client, run, work)

    _guarded(work, first)


def _pays(work: Work) -> bool:
    return work.first_plan is not None and work.first_plan.action in PAID_ACTIONS


def _guarded(work: Work, do: t.Callable[[], None]) -> None:
    try:
        do()
    except DigicertError as exc:
        work.entry.fail(exc)


def _groups(works: t.Sequence[Work], run: Obtaining) -> list[list[Work]]:
    """Return the requests that share an order, or would: each group is worked on in sequence."""
    members = [
        {work.need.group, work.entry.order_id or work.need.group, *(o.id for o in run.known.candidates_of(work))}
        for work in works
    ]
    return [[works[index] for index in group] for group in groups_of(members)]


def _obtain_group(client: Client, run: Obtaining, group: t.Sequence[Work]) -> None:
    """Work on requests that share orders: what one gets, the next one sees."""
    first: dict[tuple[t.Any, ...], Work] = {}
    for work in group:
        obtain(client, run, work)
        if not run.check_mode or not work.is_open or work.entry.action not in (*PAID_ACTIONS, "reissue"):
            continue
        shared = (work.entry.order_id, work.renewal_of, work.need.group)
        earlier = first.setdefault(shared, work)
        if earlier is not work:
            give_way(work, earlier)


def _settle_races(pool: Pool, works: t.Sequence[Work], run: Obtaining) -> None:
    """Find out with one call whether another run has placed one of the same orders at the same time."""
    placed = {work.placed.id: work for work in works if work.placed is not None}
    if not placed:
        return
    try:
        seconds = min(_LATEST_SECONDS + int(pool.client.monotonic() - run.began), _LONGEST_TIME_FRAME)
        changed = changed_orders(pool.client, seconds)
        suspicious = _suspicious(pool.client, changed, placed, run)
    except DigicertError as exc:
        for work in works:
            work.entry.warnings.append(
                f"whether another run has placed the order of {work.entry.label} too is not known: {exc.message}"
            )
        return
    pool.each(lambda client, work: _guarded(work, lambda: _settle(client, work, run)), suspicious)


def _suspicious(
    client: Client,
    changed: t.Sequence[orders.OrderReference] | None,
    placed: t.Mapping[int, Work],
    run: Obtaining,
) -> list[Work]:
    """Return the requests for which another order may have been placed meanwhile."""
    if changed is None:
        return list(placed.values())
    shown = {reference.order_id for reference in changed}
    unseen = [work for order_id, work in placed.items() if order_id not in shown]
    strange = sorted(shown.difference(placed, run.known.orders, run.known.listed))
    if not strange:
        return unseen
    entries = orders.search(client, {"id": [str(number) for number in strange[-100:]]})
    if len(entries) < len(strange):  # some are too new to be listed, so their names are not known
        return list(placed.values())
    listed = [order_of(entry) for entry in entries]
    same = [
        work
        for work in placed.values()
        if any(set(work.need.intent.names) & set(order.certificate.names) for order in listed)
    ]
    return list({id(work): work for work in (*unseen, *same)}.values())


def _settle(client: Client, work: Work, run: Obtaining) -> None:
    order, request = work.placed, work.request.order
    if order is None or request is None:
        return
    known = frozenset({*run.known.listed, *list(run.known.orders)} - {order.id})
    survivor, warnings = settle_race(client, request, work.renewal_of, order, known, run.today)
    work.entry.warnings += warnings
    if survivor.id != order.id:
        _adopt_survivor(client, work, order, survivor, run)


def _adopt_survivor(client: Client, work: Work, order: Order, survivor: Order, run: Obtaining) -> None:
    entry = work.entry
    run.known.orders[survivor.id] = survivor
    run.known.orders.pop(order.id, None)
    entry.action, entry.paid = "adopt", False
    entry.reasons.append(gave_way(order.id, survivor.id))
    entry.certificate_pem = entry.chain_pem = entry.serial_number = entry.not_after = entry.days_left = None
    names = work.need.intent.names
    entry.stand(survivor, standing_of(client, survivor, today=run.today, read_only=False, names=names), run.now)


def _earlier(works: t.Sequence[Work], resume: t.Mapping[str, t.Any]) -> WaitState:
    """Continue from the value that an earlier run returned. Raises InputError if it is anything else."""
    states = resume.get("entries")
    if not isinstance(states, list) or len(states) != len(works):
        raise refused_resume()
    for work, state in zip(works, states):
        work.entry = entry_of_state(state)
    try:
        elapsed, asked_at, read_at = (float(resume[key]) for key in ("elapsed", "asked_at", "read_at"))
    except (KeyError, TypeError, ValueError):
        raise refused_resume() from None
    entries = start_of_wait(awaited(works)).entries
    return WaitState(entries, elapsed, asked_at, read_at, is_over=False)


def _collect(
    pool: Pool, works: t.Sequence[Work], run: Obtaining, rules: CertificateRules, earlier: WaitState | None
) -> Progress:
    """Check, wait, and take chains."""
    waits = rules.wait and not run.check_mode
    if waits and earlier is None:
        check_domains(pool, works, run, interval=rules.check_interval)
        take_chains(pool, works, run)
    state = earlier or start_of_wait(awaited(works) if waits else [])
    if state.entries:
        if rules.until_change and earlier is None:
            return _progress(works, state, rules)
        wait_rules = WaitRules(rules.timeout, rules.interval, until_change=rules.until_change)
        state = wait(pool.client, _of(works, state), wait_rules, run, state)
        if not state.is_over:
            return _progress(works, state, rules)
    if waits:
        _mark_issued(works)
        pool.each(lambda client, group: continue_for_others(client, group, run), _groups(works, run))
    take_chains(pool, works, run)
    return _progress(works, state, rules, is_over=True)


def _of(works: t.Sequence[Work], state: WaitState) -> list[Work]:
    order_ids = {entry.order.id for entry in state.entries}
    return [work for work in works if work.entry.order_id in order_ids]


def _mark_issued(works: t.Sequence[Work]) -> None:
    """Let requests that follow an order see that it was issued for another request of this run."""
    issued = {
        work.entry.order_id
        for work in works
        if work.is_open and not work.entry.follows and work.entry.phase == "issued"
    }
    for work in works:
        if work.entry.follows and work.entry.order_id in issued:
            work.entry.phase = "issued"


def _progress(works: t.Sequence[Work], state: WaitState, rules: CertificateRules, *, is_over: bool = False) -> Progress:
    phases = [work.entry.phase for work in works]
    line = progress_line(phases, rules.timeout - state.elapsed) if phases else ""
    if is_over:
        return Progress(True, state.elapsed, line)
    resume = {
        "entries": [work.entry.as_state() for work in works],
        "elapsed": state.elapsed,
        "asked_at": state.asked_at,
        "read_at": state.read_at,
    }
    return Progress(False, state.elapsed, line, resume)


def outcome_of(works: t.Sequence[Work], progress: Progress, *, fails: bool) -> Outcome:
    """Return the result of the module; the values of the result contract stand for all requests together."""
    entries = [work.entry for work in works]
    only = entries[0] if len(entries) == 1 else None
    labels = _labels(entries)
    differing = [
        (label, entry) for label, entry in zip(labels, entries) if entry.changed and entry.before != entry.after
    ]
    outcome = Outcome(
        weightiest(entry.action for entry in entries),
        tuple(
            reason if only else f"{label}: {reason}"
            for label, entry in zip(labels, entries)
            for reason in entry.reasons
        ),
        standing=Standing(common_phase([entry.phase for entry in entries]), (), ()),
        before={label: entry.before for label, entry in differing},
        after={label: entry.after for label, entry in differing},
        warnings=tuple(
            warning if only else f"{label}: {warning}"
            for label, entry in zip(labels, entries)
            for warning in entry.warnings
        ),
        extra=_values(entries, only, progress),
    )
    if fails and progress.is_over and any(entry.failed for entry in entries):
        outcome.failure = _failure(entries, labels)
    return outcome


def _labels(entries: t.Sequence[Entry]) -> list[str]:
    """Return a label for each request, with a number if several have the same name and host."""
    seen: collections.Counter[str] = collections.Counter()
    labels = []
    for entry in entries:
        seen[entry.label] += 1
        number = seen[entry.label]
        labels.append(f"{entry.label} ({number})" if number > 1 else entry.label)
    return labels


def _values(entries: t.Sequence[Entry], only: Entry | None, progress: Progress) -> dict[str, t.Any]:
    """Return the module's own values, and those of the result contract that several requests have together."""
    return {
        "certificates": [entry.as_result() for entry in entries],
        "is_final": all(entry.is_final for entry in entries),
        "blocked_on": [blocker for entry in entries for blocker in entry.blocked_on],
        "dcv": {"records": _unique(record for entry in entries for record in entry.records)},
        "order": only.order if only else None,
        "certificate": only.certificate if only else None,
        "is_over": progress.is_over,
        "elapsed": round(progress.elapsed, 1),
        "progress": progress.line,
        **({"resume": progress.resume} if progress.resume else {}),
    }


def _unique(records: t.Iterable[dict[str, str | None]]) -> list[dict[str, str | None]]:
    found: list[dict[str, str | None]] = []
    for record in records:
        if record not in found:
            found.append(record)
    return found


def _failure(entries: t.Sequence[Entry], labels: t.Sequence[str]) -> DigicertError:
    """Return one error for all requests that failed."""
    failed = [(label, entry) for label, entry in zip(labels, entries) if entry.failed]
    steps = " ".join(dict.fromkeys(entry.next_action for _label, entry in failed if entry.next_action))
    if len(entries) == 1:
        said = failed[0][1].msg
    else:
        said = f"{len(failed)} of {len(entries)} requests failed. " + " ".join(
            f"{label}: {entry.msg}" for label, entry in failed
        )
    error = StateError(said, next_action=steps, order_id=failed[0][1].order_id)
    error.errors = tuple(ServiceError(**found) for _label, entry in failed for found in entry.errors)
    return error
