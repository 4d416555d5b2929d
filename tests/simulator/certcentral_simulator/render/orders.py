# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Orders in answers: info, list, and the answer to a new order."""

from __future__ import annotations

from typing import Any

from cryptography import x509
from cryptography.x509.oid import NameOID

from certcentral_simulator.ca.formats import pem_text
from certcentral_simulator.cases.custom_fields import render_values
from certcentral_simulator.cases.issuing import order_span_of
from certcentral_simulator.cases.placing import Placed
from certcentral_simulator.cases.statuses import current_status, shown_certificate, shown_certificate_id
from certcentral_simulator.cases.tokens import order_token
from certcentral_simulator.cases.validation import scopes, uses_tokens
from certcentral_simulator.clock import as_date, iso
from certcentral_simulator.render.certificates import (
    issued_fields,
    render_platform,
    requested_validity,
    shown_name,
    shown_names,
)
from certcentral_simulator.render.domains import render_token
from certcentral_simulator.render.organizations import render_organization
from certcentral_simulator.render.people import render_contact, render_container, render_person
from certcentral_simulator.render.products import render_product_of_order, render_product_short
from certcentral_simulator.rules.kinds import is_true
from certcentral_simulator.rules.placement import CNAME_TARGET
from certcentral_simulator.rules.products import PRODUCTS
from certcentral_simulator.rules.validity import maximum_certificate_days
from certcentral_simulator.state.rows import Certificate, Order
from certcentral_simulator.state.work import Work


def render_placed(work: Work, placed: Placed) -> dict[str, Any]:
    """The answer to an order, a reissue or a duplicate (D: with requests or with certificate_id; R: with the chain)."""
    order, certificate = placed.order, placed.certificate
    body: dict[str, Any] = {"id": order.id}
    if placed.request is not None and not placed.skipped:
        body["requests"] = [{"id": placed.request.id, "status": placed.request.status}]
    if not placed.approved:
        return body
    body["certificate_id"] = certificate.id
    if certificate.status == "issued":
        body["certificate_chain"] = render_chain(work, certificate, work.authority.chain(certificate.ica))
    elif uses_tokens(order):
        body.update(_tokens(work, order, certificate))
    return body


def _tokens(work: Work, order: Order, certificate: Certificate) -> dict[str, Any]:
    found = scopes(work, order, certificate)
    if all(scope.approved for scope in found):
        return {}
    token = order_token(work, order)
    domains = []
    for scope in found:
        entry: dict[str, Any] = {"id": scope.domain.id, "name": scope.name, "dns_name": scope.name}
        if not scope.approved:
            entry["dcv_token"] = render_token(token, order.dcv_method, scope.name)
            if order.dcv_method == "dns-cname-token":
                # Newer answers contain the target of the preferred placement, at _dnsauth.<domain> (C).
                entry["dcv_token"]["verification_value"] = f"{token.value}.{CNAME_TARGET}"
        domains.append(entry)
    return {"dcv_random_value": token.value, "domains": domains}


def render_chain(
    work: Work, certificate: Certificate, above: list[x509.Certificate], *, crlf: bool | None = None
) -> list[dict[str, str]]:
    """Leaf to root, each with its name; ``above`` contains the certificates above the leaf.

    :param crlf: the line ends; None: as the switch says.
    """
    crlf = work.switches.flag("crlf_pem") if crlf is None else crlf
    names = [ca.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value for ca in above]
    leaf = certificate.pem.replace("\n", "\r\n") if crlf else certificate.pem
    return [
        {"subject_common_name": certificate.common_name, "pem": leaf},
        *(
            {"subject_common_name": str(name), "pem": pem_text([ca], crlf=crlf)}
            for name, ca in zip(names, above, strict=True)
        ),
    ]


def render_order_info(work: Work, order: Order) -> dict[str, Any]:
    """Order info (D). Fields that only an issued order has are left out until then."""
    product = PRODUCTS[order.product]
    certificate = shown_certificate(work, order)
    user = work.users.need(order.user_id)
    settings = order.settings
    body: dict[str, Any] = {
        "id": order.id,
        "certificate": _certificate(work, order, certificate),
        "status": current_status(work, order),
        **_renewal_links(order),
        "date_created": iso(order.created_at),
        **_organization(work, order),
        **_validity(work, order),
        "disable_renewal_notifications": is_true(settings.get("disable_renewal_notifications")),
        "auto_renew": int(is_true(settings.get("auto_renew"))),
        "auto_reissue": int(is_true(settings.get("auto_reissue"))),
        "container": render_container(work.containers.need(order.container_id)),
        "product": render_product_of_order(product),
        **({"organization_contact": _organization_contact(work, order)} if product.needs_organization else {}),
        # Copied from the organization contact (D).
        "technical_contact": _contact(work, order, "technical_contact") or _organization_contact(work, order),
        "user": render_person(user),
        "purchased_dns_names": max(0, len(certificate.names) - 1),
        "requests": _requests(work, order),
        "receipt_id": order.id % 1_000_000,
        "allow_duplicates": order.status == "issued",
        "user_assignments": [],
        "is_out_of_contract": False,
        "payment_method": settings.get("payment_method") or "balance",
        "product_name_id": order.product,
        "disable_issuance_email": is_true(settings.get("disable_issuance_email")),
        "disable_ct": is_true(settings.get("disable_ct")),
        "dcv_method": order.dcv_method,
        "is_guest_access_enabled": False,
    }
    if settings.get("custom_fields"):
        body["custom_fields"] = render_values(work, order)
    if order.alternative_order_id:
        body["alternative_order_id"] = order.alternative_order_id
    if order.key_name:
        body["api_key"] = {"name": order.key_name, "key_type": "api_key"}
    if order.notes:
        body["notes"] = [{"id": note["id"], "text": note["text"]} for note in order.notes]
    return body


def render_note(work: Work, note: dict[str, Any]) -> dict[str, Any]:
    """A note of an order in its own endpoints (D)."""
    return {
        "id": note["id"],
        "date_created": iso(note["date_created"]),
        "text": note["text"],
        "user": render_person(work.users.need(note["user_id"])),
    }


def render_order_in_list(work: Work, order: Order) -> dict[str, Any]:
    """An order in the list (R)."""
    certificate = shown_certificate(work, order)
    product = PRODUCTS[order.product]
    container = work.containers.need(order.container_id)
    issued = issued_fields(work, certificate)
    duplicates = work.certificates.count("order_id = ? AND kind = 'duplicate'", order.id)
    reissues = work.certificates.count("order_id = ? AND kind = 'reissue'", order.id)
    organization = work.organizations.get(order.organization_id)
    body: dict[str, Any] = {
        "id": order.id,
        "certificate": {
            "id": certificate.id,
            "common_name": shown_name(work, certificate.common_name),
            "dns_names": shown_names(work, certificate),
            **{
                key: issued[key]
                for key in ("serial_number", "valid_from", "valid_till", "days_remaining")
                if key in issued
            },
            # In every item of the list (R), while order info shows it only if it was requested (D).
            "cert_validity": certificate.request.get("cert_validity") or {"years": 1},
            "signature_hash": certificate.request.get("signature_hash", "sha256"),
            **({"status": certificate.status} if work.switches.flag("certificate_status_in_info") else {}),
        },
        "status": current_status(work, order),
        "is_renewed": order.is_renewed,
        "date_created": iso(order.created_at),
    }
    if organization is not None:
        body["organization"] = {"id": organization.id, "name": organization.name}
    elif work.switches.flag("empty_organization_as_array"):
        body["organization"] = []
    body.update(_validity(work, order))
    body.update(
        {
            "disable_renewal_notifications": is_true(order.settings.get("disable_renewal_notifications")),
            "container": render_container(container),
            "product": render_product_short(product),
            "duplicates_count": duplicates,
            "has_duplicates": duplicates > 0,
            "reissues_count": reissues,
            "has_reissues": reissues > 0,
            "price": order.price,
            "product_name_id": order.product,
            "number_of_sans": len(certificate.names),
        }
    )
    return body


def render_order_reference(work: Work, order: Order) -> dict[str, Any]:
    """An order with only its ids and status, for the lookup by alternative id and for status changes (D)."""
    return {
        "order_id": order.id,
        "certificate_id": shown_certificate_id(work, order),
        "status": current_status(work, order),
    }


def render_order_of_request(work: Work, order: Order) -> dict[str, Any]:
    """An order in the list of requests (D)."""
    organization = work.organizations.get(order.organization_id)
    container = work.containers.need(order.container_id)
    body: dict[str, Any] = {"id": order.id, "certificate": {"common_name": shown_name(work, order.common_name)}}
    if organization is not None:
        body["organization"] = {"id": organization.id, "name": organization.name}
    body["container"] = {"id": container.id, "name": container.name}
    body["product"] = render_product_short(PRODUCTS[order.product])
    return body


def _certificate(work: Work, order: Order, certificate: Certificate) -> dict[str, Any]:
    product = PRODUCTS[order.product]
    body: dict[str, Any] = {
        "id": certificate.id,
        "common_name": shown_name(work, certificate.common_name),
        "dns_names": shown_names(work, certificate),
        "date_created": iso(certificate.created_at),
        **issued_fields(work, certificate),
        **requested_validity(certificate),
        "csr": certificate.request.get("csr", ""),
        "server_platform": render_platform(certificate),
        "signature_hash": certificate.request.get("signature_hash", "sha256"),
        "key_size": certificate.key_bits,
        "user_id": certificate.user_id,
    }
    if order.organization_id is not None:
        body["organization"] = {"id": order.organization_id}
    if certificate.request.get("organization_units") and product.private:
        # Public TLS certificates have had no organization units since 2022; those that were sent are dropped.
        body["organization_units"] = certificate.request["organization_units"]
    if product.validation_type != "dv":
        # Not for DV since May 2022 (D).
        issuer = work.authority.intermediates[certificate.ica]
        body["ca_cert"] = {"id": issuer.id, "name": issuer.name}
    if work.switches.flag("certificate_status_in_info"):
        body["status"] = certificate.status
    return body


def _renewal_links(order: Order) -> dict[str, Any]:
    body: dict[str, Any] = {"is_renewal": order.renewed_order_id is not None, "is_renewed": order.is_renewed}
    if order.renewed_order_id is not None:
        body["renewed_order_id"] = order.renewed_order_id
    if order.renewed_by_order_id is not None:
        body["was_renewed_by_order_id"] = order.renewed_by_order_id
    return body


def _organization(work: Work, order: Order) -> dict[str, Any]:
    organization = work.organizations.get(order.organization_id)
    if organization is not None:
        return {"organization": render_organization(organization)}
    return {"organization": []} if work.switches.flag("empty_organization_as_array") else {}


def _validity(work: Work, order: Order) -> dict[str, Any]:
    span = order_span_of(order)
    body: dict[str, Any] = {"validity_years": span.years or 0, "order_validity": order.validity}
    if order.valid_till is not None:
        body["order_valid_from"] = order.valid_from
        body["order_valid_till"] = order.valid_till
    start = as_date(order.created_at)
    outlasts = (span.end(start) - start).days > maximum_certificate_days(start)
    of_every = work.switches.text("multi_year_plan_mark") == "every_order" and work.switches.flag("multi_year_plans")
    if not PRODUCTS[order.product].private and (outlasts or of_every):
        body["is_multi_year_plan"] = "1"
    return body


def _organization_contact(work: Work, order: Order) -> dict[str, Any]:
    organization = work.organizations.get(order.organization_id)
    of_organization = organization.contact if organization is not None else {}
    return (
        _contact(work, order, "organization_contact")
        or of_organization
        or render_contact(work.users.need(order.user_id))
    )


def _contact(work: Work, order: Order, kind: str) -> dict[str, Any]:
    given: dict[str, Any] = order.settings.get(kind) or {}
    user = work.users.get(given.get("user_id"))
    return render_contact(user) if user is not None else {key: given[key] for key in given if key != "user_id"}


def _requests(work: Work, order: Order) -> list[dict[str, Any]]:
    found = []
    for request in work.requests.find("order_id = ?", order.id):
        entry: dict[str, Any] = {
            "id": request.id,
            "date": iso(request.created_at),
            "type": request.type,
            "status": request.status,
        }
        if request.comments:
            entry["comments"] = request.comments
        found.append(entry)
    return found
