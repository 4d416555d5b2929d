# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Domains: the state of their validation, what DCV waits for, and setting it by hand."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from werkzeug.wrappers import Response

from certcentral_simulator.admin.common import current_simulator
from certcentral_simulator.cases.console import decide_domain
from certcentral_simulator.cases.tokens import accepted_values
from certcentral_simulator.cases.validation import dcv_expires_at, is_validated
from certcentral_simulator.page.paging import read_paging
from certcentral_simulator.page.publication import Publication, publications
from certcentral_simulator.page.search import DOMAIN_STATES, domains_about, domains_with_state
from certcentral_simulator.page.site import PREFIX, done, make_part, show
from certcentral_simulator.state.account import STATES
from certcentral_simulator.state.rows import Domain, Order
from certcentral_simulator.state.work import Work

part = make_part("domains")


@dataclass(frozen=True)
class ListedDomain:
    """A domain with its validation and, while that is pending, what would prove control.

    ``method`` is that of the DV order that the domain belongs to, otherwise its own.
    """

    domain: Domain
    state: str
    method: str
    order: Order | None
    expires_at: int | None
    publications: list[Publication]


@part.get(f"{PREFIX}/domains")
def show_list() -> str:
    """Domains, newest first, by ``search``, ``state`` and ``page``."""
    text, state = request.args.get("search", ""), request.args.get("state", "")
    with current_simulator().work() as work:
        condition = domains_about(text).and_(domains_with_state(state, work.now))
        paging = read_paging(request.args, work.domains.count(condition.where, *condition.values))
        found = work.domains.find(
            condition.where, *condition.values, order="id DESC", limit=paging.rows, offset=paging.offset
        )
        return show(
            work,
            "domains.html",
            domains=[listed_domain(work, domain) for domain in found],
            paging=paging,
            search=text,
            state=state,
            states=DOMAIN_STATES,
            decisions=STATES,
        )


@part.post(f"{PREFIX}/domains/<int:domain_id>/decide")
def decide(domain_id: int) -> Response:
    """Set the validation of a domain to valid, pending or expired."""
    state = request.form.get("state", "")
    with current_simulator().work() as work:
        domain = work.domains.get(domain_id)
        if domain is None:
            raise LookupError(f"there is no domain {domain_id}")
        decide_domain(work, domain.name, {"state": state, "order_id": domain.order_id})
    return done(f"{domain.name} is now {state}.", "page_domains.show_list")


def listed_domain(work: Work, domain: Domain) -> ListedDomain:
    """A domain with its state and the records to publish for it."""
    order = work.orders.get(domain.order_id)
    method = order.dcv_method if order is not None else domain.dcv_method
    validated = is_validated(domain, work.now)
    state = "valid" if validated else "pending" if domain.approved_at is None else "expired"
    values = [] if validated else accepted_values(work, domain, order)
    return ListedDomain(
        domain,
        state,
        method,
        order,
        dcv_expires_at(domain, work.now),
        [] if validated else publications(method, domain.name, values),
    )
