# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Get the certificate of one request: adopt, order, renew, reissue or duplicate, by its plan."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass, replace

from .._certcentral import dcv, orders
from .._certcentral.client import Client
from .._certcentral.errors import ApiError, DigicertError, InputError, StateError
from .._certcentral.model import IssuedCertificate, Order, order_of
from .._certcentral.orders import Placed
from .._decisions.certificate import ANOTHER_FIRST, PAID_ACTIONS, check_comparable, check_duplicates, key_of, plan_of
from .._decisions.certificate_plan import CertificatePlan
from .._decisions.duplicate import DuplicateAwaitedError, phase_of_duplicate
from .._decisions.key_plan import Certificates, needs_certificates, plan_for_key
from .._decisions.phase import Blocker, dcv_method_of, unheeded_skip
from .._decisions.request_checks import check_csr, check_dcv_method
from .._x509.certificates import Csr
from .certificate_answer import Answered, issued_certificate, read_answer
from .certificate_entry import Work
from .certificate_look import Known
from .duplicate import DuplicateRequest, DuplicateSeen, check_all_shown, is_about_duplicates, send_duplicate
from .order import (
    OrderRequest,
    completed,
    left_unapproved,
    lost_reason,
    read_new_order,
    send_order,
    settled_and_approved,
)
from .outcome import Standing
from .reissue import ReissueRequest, check_loop, chosen_reissue, difference, send_reissue
from .send_once import RUN_AGAIN, LostAnswerError, may_have_been_carried_out
from .standing import standing_of, with_pending_reissue

_LATER = "The order is for the key of another host; once it is issued, a run gets a certificate for this one."


@dataclass
class Obtaining:
    """What all requests of a run share."""

    known: Known
    products: Client
    """A client that reads each product once."""
    now: dt.datetime
    check_mode: bool
    began: float
    """When the run began, on the clock of the client."""
    counted: set[tuple[t.Any, ...]] | None = None
    """What may be ordered, because it was counted before; None if there is no budget."""

    @property
    def today(self) -> dt.date:
        """The day of the run."""
        return self.now.date()


def plan(client: Client, run: Obtaining, work: Work, *, duplicates: bool | None = None) -> CertificatePlan:
    """Plan one request with everything that is known by now."""
    need = work.need
    if work.request.csr is not None:
        check_csr(work.request.csr)
    # an installed certificate may be one of the others of an order, which only their list shows
    found = plan_of(need, run.known.candidates_of(work), run.known.ids_of(work), run.today)
    check_comparable(found, need)
    if found.action == "reissue" and found.order is not None and need.replaced is None:
        check_loop(client, found.order, need.renew_before)
    may_duplicate = need.duplicates if duplicates is None else duplicates
    if may_duplicate and found.order is not None and needs_certificates(found, need.serial_number):
        check_duplicates(found.order, run.known.certificates_of(client, found.order).duplicates, run.today)
        found = plan_for_key(
            found,
            found.order,
            need.intent,
            run.known.certificates_of(client, found.order),
            renew_before=need.renew_before,
            replaced=need.replaced,
            now=run.now,
        )
        if found.action == "duplicate":
            found = _unless_awaited(client, run, found)
    work.renewal_of = found.renewal_of
    return found


def _unless_awaited(client: Client, run: Obtaining, found: CertificatePlan) -> CertificatePlan:
    """Return the plan, or one that waits for a duplicate that was accepted but is not shown."""
    order = t.cast(Order, found.order)
    if order.id in run.known.fresh:
        return found
    try:
        shown = run.known.certificates_of(client, order).duplicates
        check_all_shown(client, order, shown, listed=run.known.listed.get(order.id))
    except DuplicateAwaitedError as exc:
        return replace(found, action="none", reasons=(exc.message,))
    return found


def purchase_of(work: Work, found: CertificatePlan) -> tuple[t.Any, ...]:
    """Return what requests have in common that one order serves."""
    return (found.renewal_of, *work.need.group)


def check_purchase(run: Obtaining, work: Work) -> None:
    """Refuse what the product does not support, and look up what the order gives by name."""
    if work.request.order is not None:
        completed(run.products, work.request.order, run.today)


def obtain(client: Client, run: Obtaining, work: Work) -> None:
    """Do what the plan of the request says; a failure is recorded in its entry."""
    try:
        found = plan(client, run, work)
        work.entry.warnings += found.warnings
        work.entry.is_assumed = False
        _carry_out(client, run, work, found)
    except DigicertError as exc:
        if isinstance(exc, LostAnswerError):
            run.known.unknown.add(work.need.group)
        elif not work.entry.is_new and not may_have_been_carried_out(exc):
            work.entry.action, work.entry.paid = "none", False
        work.entry.fail(exc)


def _carry_out(client: Client, run: Obtaining, work: Work, found: CertificatePlan) -> None:
    entry = work.entry
    entry.reasons += found.reasons
    if found.action in ("none", "adopt"):
        _adopt(client, run, work, found)
        return
    entry.action, entry.paid = found.action, found.paid
    if found.action in PAID_ACTIONS and run.counted is not None and purchase_of(work, found) not in run.counted:
        raise StateError(
            "Nothing was ordered, because this order was not counted before the first one was placed.",
            next_action="Run this again: it is counted then.",
        )
    if run.check_mode:
        _predict(run, work, found)
        return
    if work.request.order is None:
        raise InputError("No CSR was given.", next_action="Set csr_content or csr_path.")
    if work.need.group in run.known.unknown:
        raise StateError(
            "The answer to the order of another host for the same names was lost, so nothing was ordered for this one.",
            next_action=RUN_AGAIN,
        )
    if found.action in PAID_ACTIONS:
        _order(client, run, work, found, work.request.order)
    elif found.action == "duplicate":
        _duplicate(client, run, work, found, work.request.order)
    else:
        _reissue(client, run, work, found, work.request.order)


def _adopt(client: Client, run: Obtaining, work: Work, found: CertificatePlan) -> None:
    """Use an order that exists, or wait for it."""
    entry, order = work.entry, t.cast(Order, found.order)
    if found.action == "adopt":
        entry.action = "adopt"
    certificate = found.certificate or order.certificate
    shown = replace(order, certificate=certificate)
    if order.is_pending:
        entry.follows = not found.key_matches and work.request.csr is not None
        read_only = run.check_mode or entry.follows
        standing = standing_of(client, order, today=run.today, read_only=read_only, names=work.need.intent.names)
        if found.key_matches:
            order, standing = _with_approval(client, run, work, order, standing)
            order, standing = _with_method(client, run, work, order, standing)
        entry.stand(order, standing, run.now)
        if entry.follows:
            entry.msg = _LATER
            entry.blocked_on.append(_waits_for(order).as_result())
    elif found.key_matches and found.certificate is None:
        entry.stand(shown, standing_of(client, order, today=run.today, read_only=True), run.now)
    else:
        phase, blockers = phase_of_duplicate(order, found.certificate)
        entry.stand(shown, Standing(phase, blockers, ()), run.now)
    entry.public_key_fingerprint = key_of(found, work.need)


def _other_method(work: Work, order: Order, standing: Standing) -> str | None:
    """Return the DCV method of an order that waits for a proof by another one than the request says, or None."""
    present = dcv_method_of(order, standing.validation)
    if standing.phase != "waiting_dcv" or present in (None, work.request.dcv_method):
        return None
    check_dcv_method(order.certificate.names, work.request.dcv_method)
    work.entry.reasons.append(f"order {order.id} uses the DCV method {present}, not {work.request.dcv_method}")
    return present


def _with_approval(
    client: Client, run: Obtaining, work: Work, order: Order, standing: Standing
) -> tuple[Order, Standing]:
    """Approve an order that an interrupted run has placed for the same intent."""
    entry, request = work.entry, work.request.order
    if request is None or left_unapproved(request, order) is None:
        return order, standing
    entry.action = "approve"
    entry.before, entry.after = {"approved": False}, {"approved": True}
    if run.check_mode:
        return order, standing
    approved, warnings = settled_and_approved(client, request, order, run.today)
    entry.warnings += warnings
    run.known.orders[approved.id] = approved
    return approved, standing_of(client, approved, today=run.today, read_only=False, names=work.need.intent.names)


def _with_method(
    client: Client, run: Obtaining, work: Work, order: Order, standing: Standing
) -> tuple[Order, Standing]:
    """Change the DCV method of an order that exists if it waits for a proof by another method."""
    entry = work.entry
    present = _other_method(work, order, standing)
    if present is None:
        return order, standing
    entry.action, entry.is_new = "change_method", True
    entry.before, entry.after = {"dcv_method": present}, {"dcv_method": work.request.dcv_method}
    return (order, standing) if run.check_mode else _set_method(client, run, work, order)


def _set_method(client: Client, run: Obtaining, work: Work, order: Order) -> tuple[Order, Standing]:
    dcv.set_method(client, order.id, work.request.dcv_method)
    order = with_pending_reissue(client, orders.get(client, order.id))
    run.known.orders[order.id] = order
    return order, standing_of(client, order, today=run.today, read_only=False, names=work.need.intent.names)


def _waits_for(order: Order) -> Blocker:
    return Blocker(
        "order", f"order {order.id} is for the key of another host", None, "Run this again once it is issued."
    )


def _predict(run: Obtaining, work: Work, found: CertificatePlan) -> None:
    """Record what a real run would do."""
    entry = work.entry
    entry.before, entry.after = _planned(work, found)
    if found.order is not None and found.action not in PAID_ACTIONS:
        entry.order_id, entry.order = found.order.id, found.order.as_result()
        entry.certificate = found.order.certificate.as_result(run.now)


def give_way(work: Work, earlier: Work) -> None:
    """Record in check mode that an earlier request of the run gets the certificate, and what this one gets then."""
    entry, key = work.entry, work.need.intent.public_key
    entry.paid = False
    if key is not None and key == earlier.need.intent.public_key:
        entry.action, entry.before, entry.after = "none", {}, {}
        entry.reasons = [f"{earlier.entry.label} gets it for the same key"]
        return
    entry.action = "duplicate" if work.need.duplicates else "reissue"
    entry.reasons.append(ANOTHER_FIRST)


def _planned(work: Work, found: CertificatePlan) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
    """Return the difference that the plan makes."""
    intent = work.need.intent
    order = found.order
    after: dict[str, t.Any] = {"dns_names": sorted(found.names), "public_key_fingerprint": intent.public_key}
    before: dict[str, t.Any] = {}
    if order is not None:
        before = {
            "order_id": order.id,
            "dns_names": sorted(order.certificate.names),
            "public_key_fingerprint": order.certificate.public_key,
            "valid_till": order.certificate.valid_till.isoformat() if order.certificate.valid_till else None,
        }
    if found.action in PAID_ACTIONS:
        after.update(
            product=intent.product, organization_id=intent.organization_id, renewal_of_order_id=found.renewal_of
        )
    return before, after


def _order(client: Client, run: Obtaining, work: Work, found: CertificatePlan, request: OrderRequest) -> None:
    """Place the order. A race with another run is settled later, for all orders together."""
    entry, names = work.entry, found.names
    entry.before, entry.after = _planned(work, found)
    request = replace(completed(run.products, request, run.today), renewal_of=found.renewal_of)
    known = frozenset({*run.known.listed, *list(run.known.orders)})
    sent = send_order(client, request, found.renewal_of, known, run.today)
    entry.is_new = True
    entry.reasons += lost_reason(sent, request.own_id(found.renewal_of))
    if sent.answer is not None:
        entry.order_id = sent.answer.order_id
        draft = _draft(sent.answer, request, found.renewal_of)
        answered = read_answer(
            sent.answer, draft, kind="new_request", csr=request.csr, names=request.intent.names, today=run.today
        )
        if answered is None:
            answered = _read(client, run, read_new_order(client, sent.answer.order_id), names)
    else:
        answered = _read(client, run, t.cast(Order, sent.found), names)
    work.placed = answered.order
    if found.order is not None:
        run.known.orders[found.order.id] = replace(found.order, is_renewed=True, renewed_by=answered.order.id)
    run.known.certificates[answered.order.id] = Certificates((), ())
    run.known.fresh.add(answered.order.id)
    _take(run, work, answered, names)


def _draft(placed: Placed, request: OrderRequest, renewal_of: int | None) -> Order:
    """Return the order as it was requested."""
    intent = request.intent
    return order_of(
        {
            "id": placed.order_id,
            "status": "pending",
            "certificate": {
                "id": placed.certificate_id,
                "common_name": intent.names[0],
                "dns_names": list(intent.names),
                "csr": request.csr.pem,
                "signature_hash": request.certificate_fields.get("signature_hash"),
                "server_platform": request.certificate_fields.get("server_platform"),
            },
            "product": {"name_id": intent.product},
            "organization": {"id": intent.organization_id},
            "container": {"id": intent.container_id},
            "alternative_order_id": request.own_id(renewal_of),
            "renewed_order_id": renewal_of,
            "dcv_method": request.fields.get("dcv_method"),
        }
    )


def _read(client: Client, run: Obtaining, order: Order, names: t.Collection[str]) -> Answered:
    try:
        return Answered(order, standing_of(client, order, today=run.today, read_only=False, names=names))
    except DigicertError as exc:
        exc.order_id = order.id
        raise


def _take(run: Obtaining, work: Work, answered: Answered, names: t.Sequence[str]) -> None:
    """Record the order that the request now has, and its certificate if it was issued at once."""
    run.known.orders[answered.order.id] = answered.order
    work.entry.stand(answered.order, answered.standing, run.now)
    work.entry.public_key_fingerprint = work.need.intent.public_key
    _warn_of_approval(work)
    if answered.chain is not None and set(names) <= set(answered.chain.leaf.dns_names):
        work.entry.hold(answered.chain, run.now)


def _warn_of_approval(work: Work) -> None:
    """Warn if what was just requested waits for the approval that was to be skipped."""
    request = work.request.order
    if request is not None and not request.is_strict:
        work.entry.warnings += unheeded_skip(work.entry.phase, request.fields)


def _fields(request: OrderRequest) -> dict[str, t.Any]:
    """Return the fields that reissues and duplicates have in common with orders."""
    return {name: request.fields[name] for name in ("skip_approval", "comments") if request.fields.get(name)}


def _reissue(client: Client, run: Obtaining, work: Work, found: CertificatePlan, request: OrderRequest) -> None:
    """Reissue the certificate of the order for the key and names of the request."""
    order, need = t.cast(Order, found.order), work.need
    is_replaced = need.replaced is not None and need.replaced == order.certificate.serial_number
    desired = ReissueRequest(
        order.id,
        request.csr,
        found.names,
        when="always" if is_replaced else "expiring",
        renew_before=need.renew_before,
        allow_name_removal=need.allow_name_removal,
        fields=_fields(request),
    )
    choice, _warnings = chosen_reissue(client, order, desired, run.today)
    work.entry.before, work.entry.after = difference(order, desired, choice)
    sent = send_reissue(client, order, desired, choice, run.today, products=run.products)
    work.entry.is_new, work.entry.order_id = True, order.id
    answered = None
    if sent.answer is not None:
        certificate = replace(
            order.certificate, public_key=request.csr.public_key, csr=request.csr.pem, serial_number=None, raw={}
        )
        draft = replace(order, status="reissue_pending", certificate=certificate)
        answered = read_answer(sent.answer, draft, kind="reissue", csr=request.csr, names=choice.names, today=run.today)
    if answered is None:
        reissued = sent.found or with_pending_reissue(client, orders.get(client, order.id))
        answered = _read(client, run, reissued, choice.names)
    if _other_method(work, answered.order, answered.standing) is not None:
        answered = Answered(*_set_method(client, run, work, answered.order))
    others = run.known.certificates.pop(order.id, None)
    if others is not None:
        run.known.certificates[order.id] = replace(others, reissues=(*others.reissues, order.certificate))
    _take(run, work, answered, need.intent.names)


def _duplicate(client: Client, run: Obtaining, work: Work, found: CertificatePlan, request: OrderRequest) -> None:
    """Take a duplicate of the order's certificate; if the service refuses one, reissue the certificate instead."""
    order, entry = t.cast(Order, found.order), work.entry
    others = run.known.certificates_of(client, order)
    desired = DuplicateRequest(order.id, request.csr, None, found.names, fields=_fields(request))
    try:
        seen = send_duplicate(
            client,
            order,
            desired,
            found.names,
            others.duplicates,
            today=run.today,
            read_answer=lambda placed: _answered_duplicate(run, work, order, placed, request.csr),
        )
    except ApiError as exc:
        if not is_about_duplicates(exc) or exc.may_have_been_carried_out:
            raise
        entry.action, entry.reasons = "none", [*entry.reasons, exc.message]
        _carry_out(client, run, work, plan(client, run, work, duplicates=False))
        return
    certificate = seen.certificate
    entry.before, entry.after = _planned(work, found)
    phase, blockers = phase_of_duplicate(seen.order, certificate)
    entry.stand(seen.order, Standing(phase, blockers, ()), run.now)
    _warn_of_approval(work)
    entry.public_key_fingerprint = request.csr.public_key
    entry.certificate_id = certificate.id if certificate else None
    entry.certificate = certificate.as_result(run.now) if certificate else None
    if certificate is not None:
        run.known.certificates[order.id] = replace(others, duplicates=(*others.duplicates, certificate))


def _answered_duplicate(run: Obtaining, work: Work, order: Order, placed: Placed, csr: Csr) -> DuplicateSeen | None:
    """Return the duplicate if the answer holds it."""
    work.entry.is_new = True
    draft = replace(order, certificate=replace(order.certificate, serial_number=None))
    names = work.need.intent.names
    answered = read_answer(placed, draft, kind="duplicate", csr=csr, names=names, today=run.today)
    if answered is None or answered.chain is None:
        return None
    work.entry.hold(answered.chain, run.now)
    certificate: IssuedCertificate = issued_certificate(answered.chain, placed.certificate_id, csr)
    return DuplicateSeen(order, certificate)
