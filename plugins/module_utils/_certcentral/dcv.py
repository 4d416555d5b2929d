# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Domain control validation of an order: state, token and check.

Pages: https://dev.digicert.com/certcentral-apis/services-api/orders.html
"""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .._x509.names import normalise_leniently
from . import shape
from .client import Client, path
from .dcv_token import TOKEN, TOKEN_FILE
from .errors import UnexpectedAnswerError

TOKEN_METHODS = ("dns-txt-token", "dns-cname-token", "http-token", "http-token-dynamic")
METHODS = ("email", *TOKEN_METHODS)
PROVEN = ("approved", "complete", "active", "valid")
"""Statuses of a domain that needs no further proof."""


@dataclass(frozen=True)
class DomainValidation:
    """The validation of one scope of names on an order."""

    name_scope: str | None
    names: tuple[str, ...]
    status: str | None
    method: str | None
    approval_scope: str | None = None
    """``subdomains`` if the proof also covers the names below the scope."""
    expires: dt.datetime | None = None
    """When the proof expires, if there is one."""

    @property
    def is_valid(self) -> bool:
        """Whether nothing is left to prove."""
        return self.status in PROVEN

    def as_result(self) -> dict[str, t.Any]:
        """Return the normalised form that modules report."""
        return {
            "scope": self.name_scope,
            "dns_names": list(self.names),
            "status": self.status,
            "valid": self.is_valid,
            "method": self.method,
            "covers": self.approval_scope,
            "expires": self.expires.isoformat() if self.expires else None,
        }


@dataclass(frozen=True)
class OrganizationValidation:
    """The validation of the organization of an order for one type."""

    type: str | None
    status: str | None

    @property
    def is_valid(self) -> bool:
        """Whether nothing is left to prove."""
        return self.status in ("complete", "active", "approved")


@dataclass(frozen=True)
class Validation:
    """What an order still has to prove."""

    domains: tuple[DomainValidation, ...]
    organizations: tuple[OrganizationValidation, ...]
    raw: dict[str, t.Any] = field(default_factory=dict, compare=False, repr=False)
    """The answer of the service."""


@dataclass(frozen=True)
class Token:
    """The random value that validates every domain of an order."""

    value: str
    expires: dt.datetime | None
    path: str | None = None
    """Path of the file for HTTP methods, if the service returns its address."""


def validation(client: Client, order_id: int) -> Validation:
    """Return the state of domain and organization validation of an order."""
    raw = shape.mapping(client.get(path("order", "certificate", order_id, "validation")), "the validation")
    return Validation(
        domains=tuple(
            DomainValidation(
                name_scope=shape.text(entry.get("name_scope"), "name_scope"),
                names=normalise_leniently(shape.texts(entry.get("dns_names"), "dns_names")),
                status=shape.word(entry.get("status"), "dns_name_validations.status"),
                method=shape.text(entry.get("method"), "dns_name_validations.method"),
                approval_scope=shape.text(entry.get("approval_scope"), "dns_name_validations.approval_scope"),
                expires=shape.moment(entry.get("approval_expiration_date"), "approval_expiration_date"),
            )
            for entry in shape.mappings(raw.get("dns_name_validations"), "dns_name_validations")
        ),
        organizations=tuple(
            OrganizationValidation(
                type=shape.text(entry.get("type"), "organization_validations.type"),
                status=shape.text(entry.get("status"), "organization_validations.status"),
            )
            for entry in shape.mappings(raw.get("organization_validations"), "organization_validations")
        ),
        raw=raw,
    )


def random_value(client: Client, order_id: int) -> Token | None:
    """Return the valid random value of the order. The service creates one only if there is none."""
    decoded = client.put(path("order", "certificate", order_id, "dcv-random-value"), repeatable=True)
    return token_of(decoded, "dcv_random_value")


def set_method(client: Client, order_id: int, method: str) -> Token | None:
    """Change the DCV method of an order. Return the token, or None for e-mail."""
    body = {"dcv_method": method}
    decoded = client.put(path("order", "certificate", order_id, "dcv-method"), body, repeatable=True)
    return token_of(decoded, "dcv_random_value")


def token_of(decoded: object, value_key: str) -> Token | None:
    """Return the token of an answer, or None if it has none. Orders and domains have it under different keys."""
    raw = shape.mapping(decoded, "the token")
    value = shape.text(raw.get(value_key), value_key)
    if value is None:
        return None
    address = shape.text(raw.get("http_token_url"), "http_token_url")
    expires = shape.moment(raw.get("expiration_date"), "expiration_date")
    return Token(value, expires, _path_of(address) if address else None)


def _path_of(address: str) -> str:
    try:
        return urlsplit(address).path or address
    except ValueError:
        return address


def check_token(token: Token) -> None:
    """Refuse to have anything published that is not a token. Raises UnexpectedAnswerError."""
    what = "" if TOKEN.fullmatch(token.value) else f"the token {token.value[:80]!r}"
    if token.path is not None and not TOKEN_FILE.fullmatch(token.path):
        what = f"the file {token.path[:80]!r} for a token"
    if what:
        raise UnexpectedAnswerError(
            f"CertCentral returned {what}, which is not one of domain control validation; nothing was published.",
            next_action="Check that api_url is the address of the Services API. Do not publish this.",
        )


def check(client: Client, order_id: int, names: t.Sequence[str] = ()) -> dict[str, t.Any]:
    """Ask the service to check the token for these names, or for all of the order. Return its answer."""
    body = {"dns_names_validations": list(names)} if names else None
    decoded = client.put(path("order", "certificate", order_id, "check-dcv"), body, repeatable=True)
    return shape.mapping(decoded, "the check")


def resend_emails(client: Client, order_id: int) -> None:
    """Let the service send the validation e-mails of an order again."""
    client.put(path("order", "certificate", order_id, "resend-emails"), repeatable=True)
