# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Orders: the list with search and pages, and the details of one order."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from certcentral_simulator.admin.common import current_simulator
from certcentral_simulator.cases.approving import OPEN
from certcentral_simulator.cases.statuses import awaited_certificate, current_status
from certcentral_simulator.cases.tokens import accepted_values
from certcentral_simulator.cases.validation import dcv_expires_at, outstanding, scopes
from certcentral_simulator.page.paging import read_paging
from certcentral_simulator.page.publication import Publication, publications
from certcentral_simulator.page.search import ORDER_STATUSES, orders_about, orders_with_status
from certcentral_simulator.page.site import PREFIX, make_part, show
from certcentral_simulator.rules.products import PRODUCTS
from certcentral_simulator.state.rows import Certificate, Domain, Order
from certcentral_simulator.state.work import Work

part = make_part("orders")


@dataclass(frozen=True)
class ListedOrder:
    """An order in the list: its status as shown in answers, and what it waits for."""

    order: Order
    status: str
    product: str
    awaits: list[str]


@dataclass(frozen=True)
class ValidatedDomain:
    """A domain of the order's certificate: its validation, and what would prove control."""

    name: str
    domain: Domain
    approved: bool
    expires_at: int | None
    publications: list[Publication]


@part.get(f"{PREFIX}/orders")
def show_list() -> str:
    """Orders, newest first, by ``search``, ``status`` and ``page``."""
    text, status = request.args.get("search", ""), request.args.get("status", "")
    with current_simulator().work() as work:
        condition = orders_about(text).and_(orders_with_status(status, work.today))
        paging = read_paging(request.args, work.orders.count(condition.where, *condition.values))
        found = work.orders.find(
            condition.where, *condition.values, order="id DESC", limit=paging.rows, offset=paging.offset
        )
        return show(
            work,
            "orders.html",
            orders=[listed_order(work, order) for order in found],
            paging=paging,
            search=text,
            status=status,
            statuses=ORDER_STATUSES,
        )


@part.get(f"{PREFIX}/orders/<int:order_id>")
def show_one(order_id: int) -> str:
    """One order."""
    with current_simulator().work() as work:
        order = work.orders.get(order_id)
        if order is None:
            raise LookupError(f"there is no order {order_id}")
        certificate = awaited_certificate(work, order) if not _is_over(order) else None
        return show(
            work,
            "order.html",
            listed=listed_order(work, order),
            order=order,
            certificates=list(work.certificates.find("order_id = ?", order.id)),
            requests=list(work.requests.find("order_id = ?", order.id)),
            undecided=list(work.requests.find("order_id = ? AND status IN (?, ?)", order.id, *OPEN)),
            changes=list(work.status_changes.find("order_id = ?", order.id)),
            billed=list(work.billed.find("order_id = ?", order.id)),
            organization=work.organizations.get(order.organization_id),
            container=work.containers.get(order.container_id),
            user=work.users.get(order.user_id),
            awaited=certificate,
            domains=[] if certificate is None else validated_domains(work, order, certificate),
        )


def listed_order(work: Work, order: Order) -> ListedOrder:
    """An order with its status and what it waits for."""
    certificate = awaited_certificate(work, order) if not _is_over(order) else None
    awaits = outstanding(work, order, certificate) if certificate is not None else []
    return ListedOrder(order, current_status(work, order), PRODUCTS[order.product].name, awaits)


def validated_domains(work: Work, order: Order, certificate: Certificate) -> list[ValidatedDomain]:
    """The domains of a pending certificate, each with its validation and what would prove control."""
    domains = []
    for scope in scopes(work, order, certificate):
        values = accepted_values(work, scope.domain, order)
        domains.append(
            ValidatedDomain(
                scope.name,
                scope.domain,
                scope.approved,
                dcv_expires_at(scope.domain, work.now),
                [] if scope.approved else publications(order.dcv_method, scope.name, values),
            )
        )
    return domains


def _is_over(order: Order) -> bool:
    return order.status in {"canceled", "rejected", "revoked"}
