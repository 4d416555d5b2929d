# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where an order stands, what it waits for, and which records prove its domains. Pure decisions."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass

from .._certcentral.dcv import TOKEN_METHODS, DomainValidation, Token, Validation
from .._certcentral.model import Order
from .._x509.names import without_wildcard

_FINAL = {
    "canceled": "canceled",
    "rejected": "rejected",
    "denied": "rejected",
    "failed": "rejected",
    "revoked": "revoked",
    "expired": "expired",
}

_HTTP_FILE = "/.well-known/pki-validation/fileauth.txt"


@dataclass(frozen=True)
class Blocker:
    """One thing that somebody or something still has to do before the certificate is issued."""

    what: str
    detail: str
    since: str | None
    next_action: str

    def as_result(self) -> dict[str, str | None]:
        """Return the form in which modules report it."""
        return {"what": self.what, "detail": self.detail, "since": self.since, "next_action": self.next_action}


def _since(order: Order) -> str | None:
    return order.date_created.isoformat() if order.date_created else None


def _waits_for_approval(order: Order) -> bool:
    return order.status == "needs_approval" or any(
        request.is_open and request.type in ("new_request", "reissue", "duplicate") for request in order.requests
    )


def open_domains(validation: Validation | None) -> tuple[DomainValidation, ...]:
    """Return the validations of domains that still have to be proven."""
    return tuple(domain for domain in validation.domains if not domain.is_valid) if validation else ()


def phase_of(order: Order, validation: Validation | None, today: dt.date) -> str:
    """Return the phase of the result contract. ``validation`` is needed only while the order is pending."""
    if order.status in _FINAL:
        return _FINAL[order.status]
    if order.status == "issued":
        ends = order.certificate.valid_till
        return "expired" if ends is not None and ends < today else "issued"
    if _waits_for_approval(order):
        return "waiting_approval"
    if open_domains(validation):
        return "waiting_dcv"
    if validation and any(not entry.is_valid for entry in validation.organizations):
        return "waiting_organization"
    return "processing"


def blockers(order: Order, validation: Validation | None) -> list[Blocker]:
    """Return everything that a pending order waits for, approval first."""
    if not order.is_pending:
        return []
    found: list[Blocker] = []
    if _waits_for_approval(order):
        request = next((request for request in order.requests if request.is_open), None)
        number = f"request {request.id}" if request and request.id else "the request"
        found.append(
            Blocker(
                "approval",
                f"{number} waits for approval",
                (request.date if request else None) or _since(order),
                f"Let a user who may approve requests approve {number} in CertCentral.",
            )
        )
    for domain in open_domains(validation):
        names = ", ".join(domain.names) or domain.name_scope or "a domain"
        found.append(
            Blocker(
                "dcv",
                f"control of {names} is not proven (method {domain.method or order.dcv_method or 'unknown'})",
                _since(order),
                dcv_step(domain.method or order.dcv_method),
            )
        )
    for entry in validation.organizations if validation else ():
        if not entry.is_valid:
            kind = (entry.type or "organization").upper()
            found.append(
                Blocker(
                    "organization",
                    f"the {kind} validation of organization {order.organization_id} is {entry.status or 'open'}",
                    _since(order),
                    "Answer what DigiCert's validation team asks; digicert_org_validation_info shows the progress.",
                )
            )
    if order.status == "needs_csr":
        found.append(Blocker("csr", "the order has no CSR", _since(order), "Add a CSR to the order in CertCentral."))
    return found


def dcv_step(method: str | None) -> str:
    """Return what somebody has to do so that control of a domain is proven by this method."""
    if method in ("dns-txt-token", "dns-cname-token"):
        return "Publish the DNS records in dcv.records, then ask for a check."
    if method == "http-token-dynamic":
        return "Serve the file that dcv.records, or the console, names over HTTP on port 80, then ask for a check."
    if method == "http-token":
        return "Serve the files in dcv.records over HTTP on port 80, then ask for a check."
    return "Answer the e-mail that DigiCert sent to the contacts of the domain, or change the DCV method."


def dcv_method_of(order: Order, validation: Validation | None) -> str | None:
    """Return the DCV method of an order; older answers tell it only in its validation."""
    if order.dcv_method:
        return order.dcv_method
    return next((domain.method for domain in open_domains(validation) if domain.method), None)


def domains_to_prove(order: Order, validation: Validation | None, method: str) -> tuple[str, ...]:
    """Return the domains for which a record must be published.

    A DNS record at the scope of the validation covers all names below it; an HTTP file proves only the exact name.
    Source: https://docs.digicert.com/en/certcentral/manage-certificates/domain-control-validation-methods.html
    """
    open_ones = open_domains(validation) if validation else ()
    if validation is not None and validation.domains and not open_ones:
        return ()
    found: dict[str, None] = {}
    for domain in open_ones:
        if method.startswith("dns-") and domain.name_scope:
            found[without_wildcard(domain.name_scope)] = None
        else:
            found.update((without_wildcard(name), None) for name in domain.names or (domain.name_scope or "",))
    if not open_ones:
        found.update((without_wildcard(name), None) for name in order.certificate.names)
    return tuple(name for name in found if name)


def dcv_records(method: str | None, token: Token | None, domains: t.Iterable[str]) -> list[dict[str, str | None]]:
    """Return what must be published, in the form of the result contract.

    Places: https://docs.digicert.com/ pages on the DNS TXT, DNS CNAME and HTTP methods; for CNAME the form that the
    service prefers, at ``_dnsauth``.
    """
    if token is None or method not in TOKEN_METHODS:
        return []
    path = token.path or _HTTP_FILE
    if method == "http-token-dynamic" and token.path is None:
        return []  # the name of the file is made up by the service, which did not tell it
    expires = token.expires.isoformat() if token.expires else None
    records: list[dict[str, str | None]] = []
    for domain in domains:
        record: dict[str, str | None]
        if method == "dns-txt-token":
            record = {"type": "TXT", "name": f"_dnsauth.{domain}", "value": token.value, "path": None}
        elif method == "dns-cname-token":
            record = {
                "type": "CNAME",
                "name": f"_dnsauth.{domain}",
                "value": f"{token.value}.dcv.digicert.com",
                "path": None,
            }
        else:
            record = {"type": "HTTP", "name": domain, "value": token.value, "path": path}
        records.append({"domain": domain, **record, "expires": expires})
    return records
