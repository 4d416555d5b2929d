# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Issuing certificates that are ready, and the consequences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from certcentral_simulator.ca.authority import LeafRequest
from certcentral_simulator.cases.caa import may_sign
from certcentral_simulator.cases.statuses import awaited_certificate, set_status
from certcentral_simulator.cases.validation import outstanding
from certcentral_simulator.cases.webhooks import record_issued
from certcentral_simulator.clock import as_date, parse_moment
from certcentral_simulator.rules.auto_reissue import auto_reissue_day
from certcentral_simulator.rules.csr import read_csr
from certcentral_simulator.rules.kinds import is_true
from certcentral_simulator.rules.products import PRODUCTS, Product
from certcentral_simulator.rules.profiles import extended_key_usages, policy
from certcentral_simulator.rules.validity import Span, certificate_end, certificate_span, parse_expiration
from certcentral_simulator.state.rows import Certificate, Order, Organization
from certcentral_simulator.state.work import Work


def progress(work: Work, order: Order) -> None:
    """Issue what is pending on the order if nothing is missing, or schedule the issuing."""
    certificate = awaited_certificate(work, order)
    if certificate is not None:
        _progress_awaited(work, order, certificate)
    for duplicate in work.certificates.find(
        "order_id = ? AND kind = 'duplicate' AND status = 'pending' AND approved = 1", order.id
    ):
        if may_sign(work, order, duplicate):
            issue(work, order, duplicate)


def _progress_awaited(work: Work, order: Order, certificate: Certificate) -> None:
    over = order_end(work, order) < as_date(work.now)
    if over or outstanding(work, order, certificate) or not may_sign(work, order, certificate):
        if certificate.issue_due_at is not None:
            certificate.issue_due_at = None
            work.certificates.update(certificate)
        return
    delay = int(work.setting("issue_delay").get("seconds", 0))
    if delay <= 0 or (certificate.issue_due_at is not None and certificate.issue_due_at <= work.now):
        issue(work, order, certificate)
    elif certificate.issue_due_at is None:
        certificate.issue_due_at = work.now + delay
        work.certificates.update(certificate)
        if order.status == "pending":
            set_status(work, order, work.switches.text("status_while_issuing"))


def progress_these(work: Work, order_ids: Iterable[int]) -> None:
    """Try to issue some orders."""
    for order_id in order_ids:
        progress(work, work.orders.need(order_id))


def progress_all(work: Work) -> None:
    """Try to issue every order with a pending certificate, after an organization or a domain changed."""
    waiting = work.certificates.find("status = 'pending' AND kind != 'duplicate' AND approved = 1")
    for certificate in waiting:
        progress(work, work.orders.need(certificate.order_id))


def issue(work: Work, order: Order, certificate: Certificate) -> None:
    """Sign the certificate and make it the order's current one, unless it is a duplicate."""
    product = PRODUCTS[order.product]
    today = as_date(work.now)
    if order.valid_till is None:
        order.valid_till = order_end(work, order).isoformat()
        order.valid_from = today.isoformat()
    requested = certificate_span(certificate.request.get("cert_validity"), today)
    last_day = certificate_end(today, requested, date.fromisoformat(order.valid_till), capped=not product.private)
    leaf = work.authority.issue(
        LeafRequest(
            common_name=certificate.common_name,
            names=certificate.names,
            organization=_subject(work.organizations.get(order.organization_id), product),
            public_key=read_csr(str(certificate.request.get("csr", ""))).public_key,
            signature_hash=str(certificate.request.get("signature_hash") or "sha256"),
            first_day=today,
            last_day=last_day,
            usages=extended_key_usages(certificate.request.get("profile_option"), product, today),
            policy=policy(product),
            names_responder=work.switches.flag("ocsp_in_certificates"),
        ),
        certificate.ica,
    )
    certificate.status = "issued"
    certificate.issued_at = work.now
    certificate.issue_due_at = None
    certificate.pem = leaf.pem
    certificate.serial_number = leaf.serial_number
    certificate.thumbprint = leaf.thumbprint
    certificate.valid_from = today.isoformat()
    certificate.valid_till = last_day.isoformat()
    work.certificates.update(certificate)
    record_issued(work, certificate)
    if certificate.kind == "duplicate":
        work.orders.update(order)
        return
    if certificate.kind == "reissue":
        _schedule_revocation(work, order, certificate)
    order.certificate_id = certificate.id
    order.pending_certificate_id = None
    order.common_name = certificate.common_name
    order.names = list(certificate.names)
    order.next_poll_at = None
    order.auto_reissue_due_at = auto_reissue_moment(work, order, certificate)
    set_status(work, order, "issued")


def auto_reissue_moment(work: Work, order: Order, current: Certificate) -> int | None:
    """When the order's current certificate will be reissued automatically, in seconds since 1970, or None."""
    enabled = is_true(order.settings.get("auto_reissue")) and work.switches.flag("multi_year_plans")
    if not enabled or current.valid_till is None or order.valid_till is None:
        return None
    day = auto_reissue_day(date.fromisoformat(current.valid_till), date.fromisoformat(order.valid_till))
    return parse_moment(day.isoformat()) if day is not None else None


def _subject(organization: Organization | None, product: Product) -> dict[str, str]:
    if organization is None:
        return {}
    subject = {**organization.details, "name": organization.name}
    if product.validation_type == "ev" and not product.private:
        # Required in the subject of an EV certificate by the CA/Browser Forum's guidelines.
        subject.setdefault("business_category", "Private Organization")
        subject.setdefault("jurisdiction_country", subject.get("country", "us"))
        subject.setdefault("registration_number", f"{organization.id:08d}")
    else:
        for name in ("business_category", "jurisdiction_country", "registration_number"):
            subject.pop(name, None)
    return {key: str(value) for key, value in subject.items() if value}


def order_end(work: Work, order: Order) -> date:
    """Last day of the order; its validity starts when it is first issued."""
    if order.valid_till is not None:
        return date.fromisoformat(order.valid_till)
    return order_span_of(order).end(as_date(work.now))


def order_span_of(order: Order) -> Span:
    """The validity requested when the order was placed."""
    stored = order.validity
    if "custom_expiration_date" in stored:
        return Span(until=parse_expiration(str(stored["custom_expiration_date"])))
    if "days" in stored:
        return Span(days=int(stored["days"]))
    return Span(years=int(stored["years"]))


def _schedule_revocation(work: Work, order: Order, replacement: Certificate) -> None:
    hours = work.switches.number("revoke_after_reissue_hours")
    if hours < 0:
        return
    for earlier in work.certificates.find("order_id = ? AND status = 'issued' AND id != ?", order.id, replacement.id):
        dropped = set(earlier.names) - set(replacement.names)
        if dropped and earlier.revoke_due_at is None:
            earlier.revoke_due_at = work.now + hours * 3600
            work.certificates.update(earlier)
