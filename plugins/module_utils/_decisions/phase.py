# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The phase of an order, what it waits for, and which records prove control of its domains. Pure decisions."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass

from .._certcentral.dcv import TOKEN_METHODS, DomainValidation, Token, Validation, check_token
from .._certcentral.model import Order
from .._x509.names import without_wildcard, www_twins

_FINAL = {
    "canceled": "canceled",
    "rejected": "rejected",
    "denied": "rejected",
    "failed": "rejected",
    "revoked": "revoked",
    "expired": "expired",
}

FINAL_PHASES = frozenset({"issued", *_FINAL.values()})
"""Phases in which an order waits for nothing and nobody."""

_HTTP_FILE = "/.well-known/pki-validation/fileauth.txt"


@dataclass(frozen=True)
class Blocker:
    """Something that still has to be done before the certificate is issued."""

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
    """Return the validations of the domains whose control is not proven yet."""
    return tuple(domain for domain in validation.domains if not domain.is_valid) if validation else ()


def phase_of(order: Order, validation: Validation | None, today: dt.date) -> str:
    """Return the phase, as modules report it. ``validation`` is only needed while the order is pending."""
    if order.status in _FINAL:
        return _FINAL[order.status]
    if order.status == "issued":
        valid_till = order.certificate.valid_till
        return "expired" if valid_till is not None and valid_till < today else "issued"
    if _waits_for_approval(order):
        return "waiting_approval"
    if open_domains(validation):
        return "waiting_dcv"
    if validation and any(not entry.is_valid for entry in validation.organizations):
        return "waiting_organization"
    return "processing"


def unheeded_skip(phase: str | None, fields: t.Mapping[str, t.Any], *, is_new: bool = True) -> tuple[str, ...]:
    """Return a warning if something waits for the approval that the request wanted to skip.

    If it is not new, it may have been requested by somebody else, or without the option.
    """
    if phase != "waiting_approval" or not fields.get("skip_approval"):
        return ()
    cause = "the user of the API key may not approve requests"
    if is_new:
        return (f"skip_approval had no effect, because {cause}",)
    return (f"it waits for approval although skip_approval is set: it was requested without it, or {cause}",)


def blockers(order: Order, validation: Validation | None) -> list[Blocker]:
    """Return everything that a pending order waits for, approval first."""
    if not order.is_pending:
        return []
    entries: list[Blocker] = []
    if _waits_for_approval(order):
        request = next((request for request in order.requests if request.is_open), None)
        name = f"request {request.id}" if request and request.id else "the request"
        entries.append(
            Blocker(
                "approval",
                f"{name} waits for approval",
                (request.date if request else None) or _since(order),
                f"Ask a user who may approve requests to approve {name} in CertCentral.",
            )
        )
    for domain in open_domains(validation):
        names = ", ".join(domain.names) or domain.name_scope or "a domain"
        entries.append(
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
            entries.append(
                Blocker(
                    "organization",
                    f"the {kind} validation of organization {order.organization_id} is {entry.status or 'open'}",
                    _since(order),
                    "Answer DigiCert's validation team; digicert_org_validation_info shows the progress.",
                )
            )
    if order.status == "needs_csr":
        entries.append(Blocker("csr", "the order has no CSR", _since(order), "Add a CSR to the order in CertCentral."))
    return entries


def dcv_step(method: str | None) -> str:
    """Return what must be done to prove control of a domain by this method."""
    if method in ("dns-txt-token", "dns-cname-token"):
        return "Publish the DNS records in dcv.records, then request a check."
    if method == "http-token-dynamic":
        return "Serve the file shown in dcv.records, or in the console, over HTTP on port 80, then request a check."
    if method == "http-token":
        return "Serve the files in dcv.records over HTTP on port 80, then request a check."
    return "Answer the e-mail that DigiCert sent to the contacts of the domain, or change the DCV method."


def dcv_method_of(order: Order, validation: Validation | None) -> str | None:
    """Return the DCV method of an order; older answers only show it in the validation."""
    if order.dcv_method:
        return order.dcv_method
    return next((domain.method for domain in open_domains(validation) if domain.method), None)


def domains_to_prove(order: Order, validation: Validation | None, method: str) -> tuple[str, ...]:
    """Return the domains for which a record must be published.

    A DNS record at the scope of the validation covers all names below it; an HTTP file only proves the exact name.
    Source: https://docs.digicert.com/en/certcentral/manage-certificates/domain-control-validation-methods.html
    """
    unproven = open_domains(validation) if validation else ()
    if validation is not None and validation.domains and not unproven:
        return ()
    names: dict[str, None] = {}
    for domain in unproven:
        if method.startswith("dns-") and domain.name_scope:
            names[without_wildcard(domain.name_scope)] = None
        else:
            names.update((without_wildcard(name), None) for name in domain.names or (domain.name_scope or "",))
    if not unproven:
        names.update((without_wildcard(name), None) for name in order.certificate.names)
    return tuple(name for name in names if name)


def foreign_domains(domains: t.Iterable[str], names: t.Collection[str]) -> list[str]:
    """Return the domains for which nothing may be published: neither a requested name nor a domain above one.

    A CA may also validate the other name of a ``www`` pair, because it adds that to the certificate.
    """
    desired = {name for requested in names for name in www_twins(without_wildcard(requested))}
    return [domain for domain in domains if not _is_above(domain, desired)]


def _is_above(domain: str, names: t.Collection[str]) -> bool:
    return "." in domain and any(name == domain or name.endswith(f".{domain}") for name in names)


def dcv_records(method: str | None, token: Token | None, domains: t.Iterable[str]) -> list[dict[str, str | None]]:
    """Return the records that must be published, as modules report them.

    Locations: https://docs.digicert.com/ pages on the DNS TXT, DNS CNAME and HTTP methods; for CNAME the form that the
    service prefers, at ``_dnsauth``. Raises UnexpectedAnswerError if the token is anything but a token.
    """
    if token is None or method not in TOKEN_METHODS:
        return []
    check_token(token)
    path = token.path or _HTTP_FILE
    if method == "http-token-dynamic" and token.path is None:
        return []  # the service chooses the name of the file, and did not return it
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
