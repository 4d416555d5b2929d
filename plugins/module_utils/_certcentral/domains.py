# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Domains of the account, and their validation before any order.

Pages: https://dev.digicert.com/certcentral-apis/services-api/domains.html
"""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass

from .._x509.names import normalise_leniently
from . import listing, shape
from .client import Client, path
from .dcv import Token, token_of


@dataclass(frozen=True)
class DomainTypeValidation:
    """The validation of a domain for one type: ``ov``, ``ev``, …"""

    type: str
    status: str | None
    """``pending`` or ``active``; it only becomes active with the organization."""
    dcv_status: str | None
    """``pending`` or ``complete``."""
    validated_until: dt.datetime | None


@dataclass(frozen=True)
class Domain:
    """A domain of the account, normalised; ``raw`` is the answer of the service."""

    id: int
    name: str
    organization_id: int | None
    container_id: int | None
    is_active: bool
    date_created: str | None
    dcv_method: str | None
    """None in lists, which do not include it."""
    dcv_expires: dt.datetime | None
    """When the proof of control expires; None if there is no proof, or if the service does not return the date."""
    token: Token | None
    validations: tuple[DomainTypeValidation, ...]
    raw: dict[str, t.Any]

    def as_result(self) -> dict[str, t.Any]:
        """Return the normalised form that modules report."""
        return {
            "id": self.id,
            "name": self.name,
            "organization_id": self.organization_id,
            "container_id": self.container_id,
            "active": self.is_active,
            "date_created": self.date_created,
            "dcv_method": self.dcv_method,
            "dcv_expires": self.dcv_expires.isoformat() if self.dcv_expires else None,
            "validations": [
                {
                    "type": entry.type,
                    "status": entry.status,
                    "dcv_status": entry.dcv_status,
                    "validated_until": entry.validated_until.isoformat() if entry.validated_until else None,
                }
                for entry in self.validations
            ],
        }


def _dcv_expiry(raw: dict[str, t.Any]) -> dt.datetime | None:
    """Return when the proof expires, or first expires if that depends on the type."""
    expires = shape.moment(raw.get("dcv_expiration_datetime"), "dcv_expiration_datetime")
    if expires is not None:
        return expires
    by_type = shape.mapping(raw.get("dcv_expiration"), "dcv_expiration")
    dates = [shape.moment(value, f"dcv_expiration.{kind}") for kind, value in by_type.items()]
    return min((date for date in dates if date is not None), default=None)


def _domain(raw: dict[str, t.Any]) -> Domain:
    name = shape.text(raw.get("name"), "domain.name") or ""
    organization = shape.mapping(raw.get("organization"), "domain.organization")
    container = shape.mapping(raw.get("container"), "domain.container")
    return Domain(
        id=shape.required_identifier(raw.get("id"), "domain.id"),
        name="".join(normalise_leniently((name,))),
        organization_id=shape.identifier(organization.get("id"), "domain.organization.id"),
        container_id=shape.identifier(container.get("id"), "domain.container.id"),
        is_active=shape.flag(raw.get("is_active"), "domain.is_active", default=True),
        date_created=shape.text(raw.get("date_created"), "domain.date_created"),
        dcv_method=shape.text(raw.get("dcv_method"), "domain.dcv_method"),
        dcv_expires=_dcv_expiry(raw),
        token=token_of(raw.get("dcv_token"), "token"),
        validations=tuple(
            DomainTypeValidation(
                type=shape.required_text(entry.get("type"), "validations.type"),
                status=shape.text(entry.get("status"), "validations.status"),
                dcv_status=shape.text(entry.get("dcv_status"), "validations.dcv_status"),
                validated_until=shape.moment(entry.get("validated_until"), "validations.validated_until"),
            )
            for entry in shape.mappings(raw.get("validations"), "validations")
        ),
        raw=raw,
    )


def get(client: Client, domain_id: int) -> Domain:
    """Return one domain with its DCV method, token and validations."""
    params = {"include_dcv": "true", "include_validation": "true"}
    found = _domain(shape.mapping(client.get(path("domain", domain_id), params), "the domain"))
    shape.check_identifier(found.id, domain_id, "domain.id")
    return found


def list_all(client: Client, container_id: int | None = None) -> list[Domain]:
    """Return the domains of the account, or of one container, with their validations."""
    params: dict[str, object] = {"include_validation": "true"}
    if container_id is not None:
        params["container_id"] = container_id
    return [_domain(raw) for raw in listing.read_all(client, path("domain"), "domains", params)]


def create(client: Client, body: t.Mapping[str, t.Any]) -> int:
    """Create a domain and start its validation. Return its ID. Sent once."""
    raw = shape.mapping(client.post(path("domain"), body), "the new domain")
    return shape.required_identifier(raw.get("id"), "domain.id")


def submit(client: Client, domain_id: int, types: t.Iterable[str]) -> None:
    """Submit a domain for further types of validation. Sent once."""
    client.post(path("domain", domain_id, "validation"), {"validations": [{"type": kind} for kind in types]})


def set_method(client: Client, domain_id: int, method: str, *, send_emails: bool = True) -> None:
    """Change the DCV method of a domain. With ``send_emails``, the service sends e-mails at once if it is ``email``."""
    body: dict[str, t.Any] = {"dcv_method": method}
    if method == "email" and not send_emails:
        body["send_dcv_email_flag"] = False
    client.put(path("domain", domain_id, "dcv", "method"), body, repeatable=True)


def resend_emails(client: Client, domain_id: int) -> None:
    """Let the service send the validation e-mails of a domain again."""
    client.put(path("domain", domain_id, "dcv", "emails"), repeatable=True)


def new_token(client: Client, domain_id: int) -> Token | None:
    """Return a new random value. Older ones stay valid."""
    return token_of(client.post(path("domain", domain_id, "dcv", "token"), {}), "token")


def check(client: Client, domain_id: int) -> None:
    """Ask the service to check the random value. It answers with an error if it does not find it."""
    client.put(path("domain", domain_id, "dcv", "validate-token"), repeatable=True)


def set_active(client: Client, domain_id: int, *, active: bool) -> None:
    """Activate or deactivate a domain."""
    client.put(path("domain", domain_id, "activate" if active else "deactivate"), repeatable=True)
