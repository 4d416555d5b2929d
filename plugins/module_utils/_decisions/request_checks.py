# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks that refuse what the service would refuse, before anything is sent. Pure decisions."""

from __future__ import annotations

import datetime as dt
import re
import typing as t

from .._certcentral.error_codes import BY_CODE, COMMON_NAME_TOO_LONG
from .._certcentral.errors import InputError, ServiceError
from .._x509.hexadecimal import SHA1_DIGITS, hash_digits, normalise_thumbprint
from .._x509.names import InvalidNameError, common_name_problem, normalise, without_wildcard
from .renewal import order_due_date
from .validity import Validity

if t.TYPE_CHECKING:
    from .._x509.certificates import Csr


def require_csr(csr: Csr | None) -> Csr:
    """Return the CSR. Raises InputError if none was given."""
    if csr is None:
        raise InputError(
            "No CSR was given.", next_action="Set csr_content or csr_path; the role csr creates a CSR on the host."
        )
    return csr


def require_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names. Raises InputError if there are none."""
    if not names:
        raise InputError("No name was given.", next_action="Set at least one name in dns_names.")
    return names


def check_csr(csr: Csr | None) -> None:
    """Refuse a CSR whose key no public CA accepts. Raises InputError."""
    if csr is not None and csr.weakness:
        raise InputError(f"The CSR has {csr.weakness}.", next_action="Create a new key and a new CSR.")


def check_common_name(names: t.Sequence[str]) -> None:
    """Refuse a common name, which is the first name, that DigiCert refuses as too long. Raises InputError."""
    problem = common_name_problem(names[0]) if names else None
    if problem:
        error = InputError(
            f"{problem[:1].upper()}{problem[1:]} (DigiCert refuses it with {COMMON_NAME_TOO_LONG}).",
            next_action=BY_CODE[COMMON_NAME_TOO_LONG].next_action,
        )
        error.errors = (ServiceError(COMMON_NAME_TOO_LONG, problem),)
        raise error


def is_domain_validated(product: str) -> bool:
    """Return whether a product identifier belongs to a DV product: they all have ``dv`` as one of their parts."""
    return "dv" in product.split("_")


def check_organization(product: str, *, is_given: bool) -> None:
    """Refuse a product without a required organization, or with one that it does not accept. Raises InputError."""
    if is_domain_validated(product) and is_given:
        raise InputError(
            f"The product {product} is only validated by domain and does not accept an organization.",
            next_action="Remove the organization, or use an OV or EV product.",
        )
    if not is_domain_validated(product) and not is_given:
        raise InputError(
            f"The product {product} needs an organization.",
            next_action="Set organization_id; the console shows the ID on the page of the organization.",
        )


def check_dcv_method(names: t.Iterable[str], dcv_method: str | None) -> None:
    """Refuse HTTP methods for wildcards. Raises InputError.

    Source: https://docs.digicert.com/ on the HTTP practical demonstration method, since 16 November 2021.
    """
    wildcards = [name for name in names if name.startswith("*.")]
    if wildcards and dcv_method in ("http-token", "http-token-dynamic"):
        raise InputError(
            f"The wildcard name {wildcards[0]} cannot be validated by {dcv_method}.",
            next_action="Use dns-txt-token or dns-cname-token, or order without the wildcard.",
        )


_ADDRESS = re.compile(r"^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+$")


def check_type_hint(product: str, type_hint: str | None) -> None:
    """Refuse a type hint for any product but the generic one. Raises InputError."""
    if type_hint and product != "ssl":
        raise InputError(
            f"type_hint is for the product ssl, not for {product}.",
            next_action="Set product to ssl, or remove type_hint.",
        )


def check_renewal(renew_before: str, order_validity: Validity, today: dt.date) -> None:
    """Refuse an order that would be due for renewal at once: every run would buy another one. Raises InputError."""
    end = order_validity.end(today)
    due = order_due_date(renew_before, today, end)
    if due is not None and due <= today:
        raise InputError(
            f"With renew_before {renew_before}, an order that expires on {end} would have to be renewed at once.",
            next_action="Decrease renew_before, or increase order_validity.",
        )


def check_addresses(option: str, addresses: t.Iterable[str]) -> None:
    """Refuse invalid e-mail addresses. Raises InputError."""
    for address in addresses:
        if not _ADDRESS.match(address):
            raise InputError(f"{option}: {address!r} is not a valid e-mail address.", next_action=f"Correct {option}.")


def check_contacts(product: str, contacts: t.Sequence[t.Mapping[str, t.Any]]) -> None:
    """Refuse contacts for a product without an organization, and two contacts of one type. Raises InputError."""
    if contacts and is_domain_validated(product):
        raise InputError(
            f"The product {product} has no organization, so it does not accept contacts.",
            next_action="Use technical_contact for DV products.",
        )
    kinds = [contact["contact_type"] for contact in contacts]
    for kind in kinds:
        if kinds.count(kind) > 1:
            raise InputError(f"contacts has more than one {kind}.", next_action="Set at most one contact of each type.")


def thumbprint_of(text: str | None) -> str | None:
    """Return a SHA-1 thumbprint as CertCentral writes it, or None if none was given. Raises InputError."""
    if not text:
        return None
    if hash_digits(text, SHA1_DIGITS) is None:
        raise InputError(
            f"renewed_thumbprint {text!r} is not a SHA-1 thumbprint.", next_action="Set it to 40 hexadecimal digits."
        )
    return normalise_thumbprint(text)


def dcv_emails_of(
    entries: t.Sequence[t.Mapping[str, str]], names: t.Sequence[str], dcv_method: str
) -> list[dict[str, str]]:
    """Return the e-mail scopes with normalised names. Raises InputError for a scope that does not match the order.

    A wildcard may be written with or without ``*.``. Which addresses of a domain the service accepts depends on its
    DNS, so only the form of an address is checked.
    """
    if entries and dcv_method != "email":
        raise InputError(
            f"dcv_emails is for the DCV method email, not for {dcv_method}.",
            next_action="Set dcv_method to email, or remove dcv_emails.",
        )
    check_addresses("dcv_emails", [entry["email"] for entry in entries])
    scopes = [
        {
            "dns_name": _name(entry["dns_name"]),
            "email_domain": _name(entry["email_domain"]),
            "email": entry["email"],
        }
        for entry in entries
    ]
    ordered = {*names, *(without_wildcard(name) for name in names)}
    for scope in scopes:
        name, domain = scope["dns_name"], scope["email_domain"]
        if name not in ordered:
            raise InputError(
                f"dcv_emails lists {name}, which is not in the order.", next_action="Correct dcv_emails or dns_names."
            )
        if not f".{without_wildcard(name)}".endswith(f".{domain}"):
            raise InputError(
                f"dcv_emails: {domain} is neither {name} nor a domain above it.", next_action="Correct email_domain."
            )
    return scopes


def _name(text: str) -> str:
    try:
        return normalise(text)
    except InvalidNameError as exc:
        raise InputError(f"dcv_emails: {exc}.", next_action="Correct dcv_emails.") from exc
