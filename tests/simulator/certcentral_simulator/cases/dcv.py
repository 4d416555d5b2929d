# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Domain control validation of orders and domains: what to check, and the effect of a proof."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from certcentral_simulator.cases.issuing import progress_all, progress_these
from certcentral_simulator.cases.statuses import awaited_certificate
from certcentral_simulator.cases.tokens import accepted_values, order_token, share_with_domain
from certcentral_simulator.cases.validation import Scope, scopes
from certcentral_simulator.dcv.check import Probe
from certcentral_simulator.errors import Refusal
from certcentral_simulator.rules.forms import read_dcv_method
from certcentral_simulator.rules.placement import EMAIL, approval_scope
from certcentral_simulator.rules.polling import next_poll
from certcentral_simulator.rules.products import PRODUCTS
from certcentral_simulator.state.rows import Certificate, Domain, Order, Token
from certcentral_simulator.state.work import Work


def awaiting_dcv(work: Work, order: Order) -> Certificate:
    """The pending certificate whose domains are being validated.

    :raises Refusal: nothing is pending on this order.
    """
    certificate = awaited_certificate(work, order)
    if certificate is None:
        raise Refusal("dcv_wrong_state")
    return certificate


def pending_scopes(work: Work, order: Order, certificate: Certificate, only: Iterable[str] = ()) -> list[Scope]:
    """Domains that are not validated yet; ``only`` restricts them to the given names."""
    selected = {name.lower() for name in only}
    return [
        scope
        for scope in scopes(work, order, certificate)
        if not scope.approved and (not selected or selected & {scope.name, *scope.dns_names})
    ]


def probes_of(work: Work, order: Order, pending: Iterable[Scope]) -> list[Probe]:
    """What to look for, for each domain."""
    return [
        Probe(scope.domain.id, scope.name, order.dcv_method, tuple(accepted_values(work, scope.domain, order)))
        for scope in pending
    ]


def probe_of_domain(work: Work, domain: Domain) -> Probe:
    """What to look for if a domain is validated independently of orders."""
    return Probe(domain.id, domain.name, domain.dcv_method, tuple(accepted_values(work, domain)))


def record_proofs(work: Work, found: Mapping[Probe, bool], waiting: Iterable[int] = ()) -> None:
    """Record the domains whose control is now proven, and issue what waited for them.

    :param waiting: ids of orders that may have waited for something else, such as CAA records.
    """
    proven = [probe for probe, is_proven in found.items() if is_proven]
    for probe in proven:
        domain = work.domains.get(probe.domain_id)
        if domain is not None:
            approve_domain(work, domain, probe.method)
    if proven:
        progress_all(work)
    progress_these(work, waiting)


def approve_domain(work: Work, domain: Domain, method: str) -> None:
    """Record that control of the domain is now proven."""
    domain.approved_at = work.now
    domain.approved_method = method
    domain.approval_scope = approval_scope(method)
    work.domains.update(domain)


def change_method(work: Work, order: Order, method: object) -> Token | None:
    """Change the DCV method of a pending order; return a random value if the method uses one.

    :raises Refusal: the order is not pending, or the method cannot be used for its names.
    """
    certificate = awaiting_dcv(work, order)
    order.dcv_method = read_dcv_method(method, certificate.names, default="")
    if PRODUCTS[order.product].validation_type == "dv" and order.dcv_method == "http-token-dynamic":
        raise Refusal("dynamic_file_for_dv")
    work.orders.update(order)
    return None if order.dcv_method == EMAIL else random_value(work, order)


def random_value(work: Work, order: Order) -> Token:
    """The order's random value: the current one, or a new one if that has expired.

    :raises Refusal: the order is not pending, or its method needs none.
    """
    certificate = awaiting_dcv(work, order)
    if order.dcv_method == EMAIL:
        raise Refusal("token_not_used_by_method")
    token = order_token(work, order)
    for scope in pending_scopes(work, order, certificate):
        if scope.domain.order_id is None:
            share_with_domain(work, token, scope.domain)
            scope.domain.dcv_method = order.dcv_method
            work.domains.update(scope.domain)
    return token


def due_polls(work: Work) -> tuple[list[Probe], list[int]]:
    """The automatic checks that are due: what to look for, and the orders whose domains are already validated.

    The next checks are scheduled at once.
    """
    due: list[Probe] = []
    waiting: list[int] = []
    for order in work.orders.find("next_poll_at IS NOT NULL AND next_poll_at <= ?", work.now):
        since = order.polling_since if order.polling_since is not None else work.now
        order.next_poll_at = next_poll(since, work.now)
        work.orders.update(order)
        certificate = awaited_certificate(work, order)
        pending = pending_scopes(work, order, certificate) if certificate is not None else []
        if not pending:
            waiting.append(order.id)
        elif order.dcv_method != EMAIL and work.switches.flag("polling"):
            due += probes_of(work, order, pending)
    return due, waiting
