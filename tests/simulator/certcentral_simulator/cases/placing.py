# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Placing an order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from certcentral_simulator.cases.approving import close_request, mark_approved, submit_to_ca
from certcentral_simulator.cases.custom_fields import check_values
from certcentral_simulator.cases.divisions import container_for
from certcentral_simulator.cases.intermediates import choose_intermediate
from certcentral_simulator.cases.issuing import order_span_of
from certcentral_simulator.cases.organizations import organization_of_order, start_validation
from certcentral_simulator.cases.statuses import record_change
from certcentral_simulator.cases.tokens import order_token, share_with_domain
from certcentral_simulator.cases.validation import scopes, uses_tokens
from certcentral_simulator.clock import as_date
from certcentral_simulator.errors import Refusal, invalid
from certcentral_simulator.rules.contacts import read_contacts
from certcentral_simulator.rules.forms import (
    CertificateForm,
    read_certificate,
    read_dcv_method,
    read_dcv_scope,
    stored_settings,
)
from certcentral_simulator.rules.kinds import is_true, nested_id, read_id, read_text
from certcentral_simulator.rules.limits import OrderTerms, within_limits, years_of
from certcentral_simulator.rules.names import www_partner
from certcentral_simulator.rules.permissions import may_approve
from certcentral_simulator.rules.platforms import PLATFORMS
from certcentral_simulator.rules.products import Product, check_names, find_product, price_of, resolve_type_hint
from certcentral_simulator.rules.profiles import check_profile_option
from certcentral_simulator.rules.validity import (
    ANNUAL_PLANS_FROM,
    Span,
    add_years,
    certificate_span,
    is_too_long,
    order_span,
)
from certcentral_simulator.state.rows import ApiKey, Billed, Certificate, Order, Request, User
from certcentral_simulator.state.work import Work


@dataclass(frozen=True)
class Requester:
    """Who makes a request: the user and the key (None if an order is made as if in the console)."""

    user: User
    key: ApiKey | None

    @property
    def container_id(self) -> int:
        """Container that is used if the body names none."""
        return self.user.container_id


@dataclass(frozen=True)
class Placed:
    """A placed order, reissue or duplicate. ``approved`` is whether the approval step is done.

    There is no request if the account skips the approval step.
    """

    order: Order
    certificate: Certificate
    request: Request | None
    approved: bool
    skipped: bool


def approval_skipped(work: Work, body: dict[str, Any], user: User) -> bool:
    """Whether ``skip_approval`` takes effect: the user must be able to approve.

    :raises Refusal: it is set, the user may not approve, and the switch makes the service refuse this.
    """
    certificate = body.get("certificate")
    inside = certificate.get("skip_approval") if isinstance(certificate, dict) else None
    accepted_inside = work.switches.text("skip_approval_in_certificate") == "accept"
    if not is_true(body.get("skip_approval")) and not (accepted_inside and is_true(inside)):
        return False
    if may_approve(user.role_id):
        return True
    if work.switches.text("skip_approval_without_right") == "refuse":
        raise Refusal("permission_missing")
    return False


def approval_mode(work: Work, requester: Requester, container_id: int) -> str:
    """How requests with a key are approved: the division decides, otherwise the account.

    The step is not skipped for users who may not approve (D).
    """
    if requester.key is None:
        return "manual"
    mode = work.containers.need(container_id).approval or str(work.setting("approval").get("mode") or "manual")
    return "manual" if mode == "skip" and not may_approve(requester.user.role_id) else mode


def auto_approval(work: Work, requester: Requester, container_id: int) -> bool:
    """Whether no person has to approve requests."""
    return approval_mode(work, requester, container_id) != "manual"


def open_request(
    work: Work, order: Order, certificate: Certificate, kind: str, body: dict[str, Any], requester: Requester
) -> Request | None:
    """Make the request for a certificate; None if the account skips the approval step, so that there is none (D)."""
    if approval_mode(work, requester, order.container_id) == "skip":
        return None
    return work.requests.insert(
        Request(
            type=kind,
            order_id=order.id,
            certificate_id=certificate.id,
            requester_id=requester.user.id,
            created_at=work.now,
            comments=read_text(body.get("comments"), "comments"),
        )
    )


def check_certificate(
    work: Work, product: Product, form: CertificateForm, plan: Span, order_end: date
) -> CertificateForm:
    """Check the requested properties of a certificate besides its names; what the account does not support is dropped.

    :param plan: the validity of the whole order.
    :param order_end: the last day of the order.
    :raises Refusal: its validity or its profile is not allowed.
    """
    today = as_date(work.now)
    refuse = work.switches.text("profile_option_after_end") == "refuse"
    check_profile_option(form.stored["profile_option"], product, today, refuse_after_end=refuse)
    if not work.switches.flag("multi_year_plans"):
        return replace(form, stored={**form.stored, "cert_validity": None})
    requested = certificate_span(form.stored["cert_validity"], today)
    if requested is not None and requested.end(today) > plan.end(today):
        raise Refusal("certificate_outlasts_order")
    strict = work.switches.text("cert_validity_too_long") == "refuse"
    if strict and requested is not None and is_too_long(requested, today, order_end, capped=not product.private):
        raise invalid("cert_validity")
    return form


def allows_plans(work: Work) -> bool:
    """Whether orders may be for more than one year: only by arrangement since 24 Feb 2026 (D)."""
    return work.switches.flag("multi_year_plans") or as_date(work.now) < ANNUAL_PLANS_FROM


def check_plan(work: Work, product: Product, span: Span) -> None:
    """Refuse a plan of more than one year for an account that has no such plans (D: since 24 Feb 2026).

    :raises Refusal: the order would be longer.
    """
    today = as_date(work.now)
    if not allows_plans(work) and not product.private and span.end(today) > add_years(today, 1):
        raise Refusal("plan_not_enabled")


def order_method(product: Product, body: dict[str, Any], names: tuple[str, ...]) -> str:
    """The DCV method of an order.

    :raises Refusal: it is unknown, or cannot be used for these names or this product.
    """
    method = read_dcv_method(body.get("dcv_method"), names)
    if product.validation_type == "dv" and method == "http-token-dynamic":
        raise Refusal("dynamic_file_for_dv")
    return method


def check_platform(work: Work, form: CertificateForm) -> None:
    """Refuse a server platform that is not in the product list, if the switch says so.

    :raises Refusal: it is not.
    """
    if work.switches.text("server_platform") == "checked" and form.stored["server_platform"] not in PLATFORMS:
        raise Refusal("platform_unknown")


def place(work: Work, product_id: str, body: dict[str, Any], requester: Requester, order_id: int = 0) -> Placed:
    """Check an order, store it, bill it, and issue it at once if nothing is missing.

    :param order_id: the id of the order; 0: the next one.
    :raises Refusal: the order is not accepted; then nothing is stored.
    """
    product, form, names = _product_and_names(work, product_id, body)
    today = as_date(work.now)
    span = order_span(body, today)
    form = check_certificate(work, product, form, span, span.end(today))
    check_plan(work, product, span)
    method = order_method(product, body, names)
    check_platform(work, form)
    container = container_for(work, nested_id(body, "container"), requester.container_id)
    container_id = container.id
    settings = {**stored_settings(body), **read_contacts(body)}
    check_values(work, settings.get("custom_fields", []))
    terms = OrderTerms(
        product=product.name_id,
        role_id=requester.user.role_id,
        names=names,
        order_years=years_of(span, today),
        certificate_years=_certificate_years(form, today),
        auto_renew=is_true(settings.get("auto_renew")),
        auto_reissue=is_true(settings.get("auto_reissue")),
    )
    if container.product_limits and not within_limits(container.product_limits, terms):
        raise Refusal("product_limited")
    organization = organization_of_order(work, body, container_id) if product.needs_organization else None
    renewed = _renewed_order(work, body)
    skipped = approval_skipped(work, body, requester.user)
    alternative = body.get("alternative_order_id")
    price = price_of(product, names, span.years or 1)
    order = work.orders.insert(
        Order(
            id=order_id,
            product=product.name_id,
            status="pending" if skipped or auto_approval(work, requester, container_id) else "needs_approval",
            common_name=form.common_name,
            names=list(names),
            organization_id=organization.id if organization else None,
            container_id=container_id,
            user_id=requester.user.id,
            key_name=requester.key.name if requester.key else None,
            alternative_order_id=str(alternative) if alternative else None,
            created_at=work.now,
            status_changed_at=work.now,
            dcv_method=method,
            dcv_scope=read_dcv_scope(body, work.switches.text("dcv_scope")),
            validity=span.as_answer(),
            renewed_order_id=renewed.id if renewed else None,
            price=price,
            settings=settings,
        )
    )
    if organization is not None and not product.private and work.switches.flag("order_starts_validation"):
        start_validation(work, organization, product.validation_type)
    certificate = new_certificate(work, order, form, names, requester.user, "original")
    order.certificate_id = certificate.id
    work.orders.update(order)
    if renewed is not None:
        renewed.is_renewed = True
        renewed.renewed_by_order_id = order.id
        work.orders.update(renewed)
    work.billed.insert(
        Billed(
            order_id=order.id,
            certificate_id=certificate.id,
            kind="renewal" if renewed else "order",
            product=product.name_id,
            names=list(names),
            amount=price,
            alternative_order_id=order.alternative_order_id,
            billed_at=work.now,
        )
    )
    record_change(work, order)
    return submit(work, order, certificate, "new_request", body, requester, skipped=skipped)


def new_certificate(
    work: Work, order: Order, form: CertificateForm, names: tuple[str, ...], user: User, kind: str
) -> Certificate:
    """Store a requested certificate.

    :raises Refusal: its intermediate is not allowed.
    """
    product = find_product(order.product)
    granted = {"signature_hash": "sha256"} if work.switches.text("signature_hash_granted") == "sha256" else {}
    return work.certificates.insert(
        Certificate(
            order_id=order.id,
            kind=kind,
            common_name=form.common_name,
            names=list(names),
            request={**form.stored, **granted},
            key_bits=form.key_bits,
            user_id=user.id,
            created_at=work.now,
            ica=choose_intermediate(work, product, form.ca_cert_id),
        )
    )


def submit(
    work: Work,
    order: Order,
    certificate: Certificate,
    request_type: str,
    body: dict[str, Any],
    requester: Requester,
    *,
    skipped: bool,
) -> Placed:
    """Make the request for a new order or a reissue, approve it if no person must do so, and continue from there."""
    approved = skipped or auto_approval(work, requester, order.container_id)
    request = open_request(work, order, certificate, request_type, body, requester)
    pending = [scope for scope in scopes(work, order, certificate) if not scope.approved]
    if uses_tokens(order) and pending:
        token = order_token(work, order)
        for scope in pending:
            if scope.domain.order_id is None:
                share_with_domain(work, token, scope.domain)
                scope.domain.dcv_method = order.dcv_method
                work.domains.update(scope.domain)
    if approved:
        if request is not None:
            close_request(work, request, requester.user, "approved", "")
        mark_approved(work, order, certificate, requester.user)
        submit_to_ca(work, order, certificate)
    return Placed(
        work.orders.need(order.id), work.certificates.need(certificate.id), request, approved=approved, skipped=skipped
    )


def order_years(order: Order) -> int:
    """Whole years of the order's validity, at least one."""
    return order_span_of(order).years or 1


def _product_and_names(
    work: Work, product_id: str, body: dict[str, Any]
) -> tuple[Product, CertificateForm, tuple[str, ...]]:
    if product_id != "ssl":
        find_product(product_id)
    form = read_certificate(body)
    hint = body.get("product")
    product = (
        resolve_type_hint(str(hint.get("type_hint") or "") if isinstance(hint, dict) else "", form.names)
        if product_id == "ssl"
        else find_product(product_id)
    )
    check_names(product, form.names)
    names = form.names
    single = product.sans == "pair" and product.wildcard == "no" and product.needs_organization
    if work.switches.flag("add_www") and single and len(names) == 1:
        names = (names[0], www_partner(names[0]))
    return product, form, names


def _certificate_years(form: CertificateForm, today: date) -> int | None:
    span = certificate_span(form.stored["cert_validity"], today)
    return years_of(span, today) if span is not None else None


def _renewed_order(work: Work, body: dict[str, Any]) -> Order | None:
    order_id = read_id(body.get("renewal_of_order_id"), "renewal_of_order_id")
    thumbprint = str(body.get("renewed_thumbprint") or "").upper()
    if order_id is None and not thumbprint:
        return None
    if order_id is not None:
        order = work.orders.get(order_id)
    else:
        certificate = work.certificates.first("thumbprint = ?", thumbprint)
        order = work.orders.get(certificate.order_id) if certificate else None
    if order is None:
        raise Refusal("renewed_order_unknown")
    return order
