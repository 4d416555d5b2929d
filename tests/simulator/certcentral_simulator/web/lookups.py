# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding the object that a path refers to, or refusing."""

from __future__ import annotations

from certcentral_simulator.cases.divisions import is_visible
from certcentral_simulator.errors import Refusal
from certcentral_simulator.rules.kinds import natural_number
from certcentral_simulator.state.rows import Certificate, Domain, Order, Organization, Request
from certcentral_simulator.state.work import Work


def find_order(work: Work, reference: str) -> Order:
    """An order by id, or by the thumbprint or serial number of its current certificate (D: not of a duplicate).

    :raises Refusal: 404 not_found|order.
    """
    order = work.orders.get(natural_number(reference))
    if order is None:
        certificate = work.certificates.first(
            "(thumbprint = ? OR serial_number = ?) AND kind != 'duplicate'", reference.upper(), reference.upper()
        )
        holder = work.orders.get(certificate.order_id) if certificate else None
        if holder is not None and certificate is not None and holder.certificate_id == certificate.id:
            order = holder
    if order is None or not is_visible(work, order.container_id):
        raise Refusal("order_unknown")
    return order


def find_certificate(work: Work, reference: str) -> Certificate:
    """A certificate by id or serial number.

    :raises Refusal: it is unknown.
    """
    certificate = work.certificates.get(natural_number(reference))
    certificate = certificate or work.certificates.first("serial_number = ?", reference.upper())
    if certificate is None or not is_visible(work, work.orders.need(certificate.order_id).container_id):
        raise Refusal("certificate_unknown")
    return certificate


def find_organization(work: Work, organization_id: int) -> Organization:
    """:raises Refusal: the organization is unknown."""
    organization = work.organizations.get(organization_id)
    if organization is None or not is_visible(work, organization.container_id):
        raise Refusal("organization_unknown")
    return organization


def find_domain(work: Work, domain_id: int) -> Domain:
    """A domain of the account or of a DV order.

    :raises Refusal: the domain is unknown.
    """
    domain = work.domains.get(domain_id)
    if domain is None or not is_visible(work, domain.container_id):
        raise Refusal("domain_unknown")
    return domain


def find_request(work: Work, request_id: int) -> Request:
    """:raises Refusal: the request is unknown."""
    request = work.requests.get(request_id)
    if request is None or not is_visible(work, work.orders.need(request.order_id).container_id):
        raise Refusal("request_unknown")
    return request
