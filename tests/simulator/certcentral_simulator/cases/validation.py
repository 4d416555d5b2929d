# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an order still waits for: approval, domains, organization."""

from __future__ import annotations

from dataclasses import dataclass

from certcentral_simulator.clock import as_date
from certcentral_simulator.rules.names import group_by_scope, is_wildcard, parents
from certcentral_simulator.rules.placement import EMAIL, HTTP_METHODS
from certcentral_simulator.rules.products import PRODUCTS
from certcentral_simulator.rules.validity import dcv_reuse_days, organization_reuse_days
from certcentral_simulator.state.rows import Certificate, Domain, Order, Organization
from certcentral_simulator.state.work import Work

DAY = 86400


@dataclass(frozen=True)
class Scope:
    """A domain that must be validated for a certificate: its names, and the validation that covers it, if any."""

    name: str
    dns_names: tuple[str, ...]
    domain: Domain
    covered_by: Domain | None

    @property
    def approved(self) -> bool:
        """Whether control is proven and still counts."""
        return self.covered_by is not None


def dcv_expires_at(domain: Domain, now: int) -> int | None:
    """When the domain's validation expires, in seconds since 1970; None if it has none."""
    if domain.approved_at is None:
        return None
    return domain.approved_at + dcv_reuse_days(as_date(now)) * DAY


def is_validated(domain: Domain, now: int) -> bool:
    """Whether the domain is currently validated."""
    expires = dcv_expires_at(domain, now)
    return expires is not None and expires > now


def dcv_scope_of(order: Order) -> str:
    """The scope of the order's DCV; HTTP methods prove only the exact name, whatever scope was requested (D)."""
    return "fqdn" if order.dcv_method in HTTP_METHODS else order.dcv_scope


def scopes(work: Work, order: Order, certificate: Certificate) -> list[Scope]:
    """Every domain of a certificate with its state; a row is added for a domain that is not known yet."""
    product = PRODUCTS[order.product]
    found = []
    for name, dns_names in group_by_scope(certificate.names, dcv_scope_of(order)).items():
        covering = _covering(work, order, name, wildcard=any(is_wildcard(dns_name) for dns_name in dns_names))
        domain = covering or _domain_row(work, order, name)
        found.append(Scope(name, tuple(dns_names), domain, covering))
    if product.private:
        # A private certificate needs no proof of control over public DNS.
        return [Scope(scope.name, scope.dns_names, scope.domain, scope.domain) for scope in found]
    return found


def _owner(order: Order) -> tuple[str, tuple[object, ...]]:
    # DV never reuses a validation (D): its domains belong only to the order.
    if PRODUCTS[order.product].validation_type == "dv":
        return "order_id = ?", (order.id,)
    return "order_id IS NULL AND is_active = 1", ()


def _covering(work: Work, order: Order, name: str, *, wildcard: bool) -> Domain | None:
    where, values = _owner(order)
    for candidate in (name, *parents(name)):
        for domain in work.domains.find(f"name = ? AND {where}", candidate, *values):
            wide = domain.approval_scope == "subdomains"
            if is_validated(domain, work.now) and (wide or (candidate == name and not wildcard)):
                return domain
    return None


def _domain_row(work: Work, order: Order, name: str) -> Domain:
    where, values = _owner(order)
    domain = work.domains.first(f"name = ? AND {where}", name, *values)
    if domain is not None:
        return domain
    product = PRODUCTS[order.product]
    is_dv = product.validation_type == "dv"
    return work.domains.insert(
        Domain(
            name=name,
            order_id=order.id if is_dv else None,
            organization_id=order.organization_id,
            container_id=order.container_id,
            created_at=work.now,
            dcv_method=order.dcv_method,
            types=[] if is_dv else [product.validation_type],
        )
    )


def organization_valid_until(organization: Organization, kind: str, now: int) -> int | None:
    """When the organization's validation of this type expires, in seconds since 1970; None if it has none."""
    state = organization.validations.get(kind)
    if not state or state.get("validated_at") is None:
        return None
    if state.get("valid_until") is not None:
        return int(state["valid_until"])
    return int(state["validated_at"]) + organization_reuse_days(as_date(now)) * DAY


def organization_status(organization: Organization, kind: str, now: int) -> str:
    """``active``, ``pending`` or ``expired``."""
    until = organization_valid_until(organization, kind, now)
    if until is None:
        return "pending"
    return "active" if until > now else "expired"


def outstanding(work: Work, order: Order, certificate: Certificate) -> list[str]:
    """What must happen before issuing: any of csr, pickup, approval, ev_approval, organization, dcv."""
    product = PRODUCTS[order.product]
    missing = []
    if not certificate.request.get("csr"):
        missing.append("csr")
    if order.status == "waiting_pickup":
        missing.append("pickup")
    if not certificate.approved:
        missing.append("approval")
    if product.validation_type == "ev" and not certificate.ev_approved:
        missing.append("ev_approval")
    if product.needs_organization and not product.private:
        organization = work.organizations.get(order.organization_id)
        if organization is None or organization_status(organization, product.validation_type, work.now) != "active":
            missing.append("organization")
    if not all(scope.approved for scope in scopes(work, order, certificate)):
        missing.append("dcv")
    return missing


def uses_tokens(order: Order) -> bool:
    """Whether the order's DCV method uses a random value."""
    return order.dcv_method != EMAIL
