# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reissues and duplicates of an issued order."""

from __future__ import annotations

from typing import Any

from certcentral_simulator.cases.approving import close_request, mark_approved, submit_to_ca
from certcentral_simulator.cases.issuing import order_end, order_span_of
from certcentral_simulator.cases.placing import (
    Placed,
    Requester,
    approval_skipped,
    auto_approval,
    check_certificate,
    new_certificate,
    open_request,
    order_years,
    submit,
)
from certcentral_simulator.cases.statuses import current_status, set_status
from certcentral_simulator.cases.validation import scopes
from certcentral_simulator.errors import Refusal
from certcentral_simulator.rules.forms import read_certificate, read_dcv_method, read_dcv_scope
from certcentral_simulator.rules.lifecycle import check_reissue
from certcentral_simulator.rules.names import is_wildcard, strip_wildcard
from certcentral_simulator.rules.products import check_names, find_product, price_of
from certcentral_simulator.state.rows import Billed, Order
from certcentral_simulator.state.work import Work


def reissue(work: Work, order: Order, body: dict[str, Any], requester: Requester) -> Placed:
    """Request a new certificate for the same order; names that the order did not have before are billed.

    :raises Refusal: the order is not issued, or the request is not accepted.
    """
    check_reissue(current_status(work, order))
    product = find_product(order.product)
    form = read_certificate(body)
    if work.switches.text("reissue_server_platform") == "required" and not form.names_platform:
        raise Refusal("platform_missing")
    check_names(product, form.names)
    form = check_certificate(work, product, form, order_span_of(order), order_end(work, order))
    order.dcv_method = read_dcv_method(body.get("dcv_method"), form.names, default=order.dcv_method)
    order.dcv_scope = read_dcv_scope(body, order.dcv_scope)
    skipped = approval_skipped(work, body, requester.user)
    certificate = new_certificate(work, order, form, form.names, requester.user, "reissue")
    order.pending_certificate_id = certificate.id
    set_status(work, order, "reissue_pending")
    _bill_added_names(work, order, certificate.id, list(form.names))
    return submit(work, order, certificate, "reissue", body, requester, skipped=skipped)


def duplicate(work: Work, order: Order, body: dict[str, Any], requester: Requester) -> Placed:
    """Request another certificate with the same names and a different key; it is issued as soon as it is approved.

    :raises Refusal: the order is not issued, the names differ, or their validation has expired.
    """
    if current_status(work, order) != "issued":
        raise Refusal("duplicate_wrong_state")
    form = read_certificate(body)
    current = work.certificates.need(order.certificate_id)
    _check_duplicate_names(set(current.names), set(form.names))
    form = check_certificate(work, find_product(order.product), form, order_span_of(order), order_end(work, order))
    skipped = approval_skipped(work, body, requester.user)
    certificate = new_certificate(work, order, form, form.names, requester.user, "duplicate")
    if not all(scope.approved for scope in scopes(work, order, certificate)):
        raise Refusal("duplicate_dcv_expired")
    request = open_request(work, order, certificate, "duplicate", body, requester)
    approved = skipped or auto_approval(work, requester, order.container_id)
    if approved:
        if request is not None:
            close_request(work, request, requester.user, "approved", "")
        mark_approved(work, order, certificate, requester.user)
        submit_to_ca(work, order, certificate)
    return Placed(
        work.orders.need(order.id), work.certificates.need(certificate.id), request, approved=approved, skipped=skipped
    )


def _bill_added_names(work: Work, order: Order, certificate_id: int, names: list[str]) -> None:
    paid = {
        name for entry in work.billed.find("order_id = ? AND credited_at IS NULL", order.id) for name in entry.names
    }
    paid |= set(order.names)
    added = [name for name in names if name not in paid]
    if not added:
        return
    product = find_product(order.product)
    years = order_years(order)
    before = len(paid)
    work.billed.insert(
        Billed(
            order_id=order.id,
            certificate_id=certificate_id,
            kind="reissue",
            product=order.product,
            names=added,
            amount=price_of(product, [*paid, *added], years) - price_of(product, sorted(paid)[:before], years),
            alternative_order_id=order.alternative_order_id,
            billed_at=work.now,
        )
    )


def _check_duplicate_names(current: set[str], requested: set[str]) -> None:
    # A duplicate of a wildcard certificate may add names below the wildcard (D).
    wildcards = {strip_wildcard(name) for name in current if is_wildcard(name)}
    extra = requested - current
    if current - requested or any(not any(name.endswith(f".{domain}") for domain in wildcards) for name in extra):
        raise Refusal("duplicate_differs")
