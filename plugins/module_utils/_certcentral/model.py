# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Orders and certificates of the service in one form. Values only, no calls.

Fields: https://dev.digicert.com/certcentral-apis/services-api/orders/order-info.html
"""

from __future__ import annotations

import datetime as dt
import re
import typing as t
from dataclasses import dataclass, field

from .._x509.csr_key import csr_key_fingerprint
from .._x509.hexadecimal import normalise_serial_number
from .._x509.names import are_host_names, normalise_leniently
from . import shape

PENDING_STATUSES = frozenset(
    {"pending", "processing", "needs_approval", "needs_csr", "waiting_pickup", "reissue_pending"}
)
"""An order in one of these can still be issued, or needs somebody to act."""

DEAD_STATUSES = frozenset({"canceled", "rejected", "revoked", "expired", "denied", "failed"})
"""An order in one of these can never be used again."""

KNOWN_STATUSES = PENDING_STATUSES | DEAD_STATUSES | {"issued"}

UNKNOWN_STATUS = "unknown"
"""Stands for the status of an order if the service does not report one."""

OPEN_REQUEST_STATUSES = frozenset({"submitted", "pending", "needs_approval"})
"""A request for approval in one of these still has to be decided."""

KNOWN_REQUEST_STATUSES = OPEN_REQUEST_STATUSES | {"approved", "rejected", "canceled", "completed"}

KNOWN_REQUEST_TYPES = frozenset({"new_request", "revoke", "duplicate", "reissue", "renewal"})

# days; orders last some years, and a number beyond that is none of a validity
_LONGEST_ORDER = 100 * 365


@dataclass(frozen=True)
class ApprovalRequest:
    """A request for approval that belongs to an order."""

    id: int | None
    type: str | None
    """``new_request``, ``revoke``, ``duplicate`` or ``reissue``."""
    status: str | None
    """``submitted``, ``pending``, ``approved`` or ``rejected``."""
    date: str | None
    comments: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide on it."""
        return self.status in OPEN_REQUEST_STATUSES

    def may_ask_for(self, kind: str) -> bool:
        """Whether the service does not report enough to rule out that this is an open request of this type."""
        if self.type != kind and self.type in KNOWN_REQUEST_TYPES:
            return False
        return self.is_open if self.status in KNOWN_REQUEST_STATUSES else True


@dataclass(frozen=True)
class IssuedCertificate:
    """A certificate of an order, or what is known of it before it is issued."""

    id: int | None
    status: str | None
    serial_number: str | None
    thumbprint: str | None
    common_name: str | None
    names: tuple[str, ...]
    """Common name and DNS names, normalised, common name first."""
    valid_from: dt.date | None
    valid_till: dt.date | None
    signature_hash: str | None
    server_platform_id: int | None
    ca_cert_id: str | None
    csr: str | None
    public_key: str | None
    """SHA-256 of the SubjectPublicKeyInfo of the CSR, or None if the CSR is missing or cannot be read."""
    raw: dict[str, t.Any] = field(default_factory=dict, compare=False, repr=False)
    """The answer of the service."""
    names_are_known: bool = field(default=True, compare=False)
    """Whether the service listed DNS names, so that a name that is not among ``names`` is not in the certificate."""

    def as_result(self, now: dt.datetime) -> dict[str, t.Any]:
        """Return the normalised form that modules report."""
        return {
            "id": self.id,
            "status": self.status,
            "serial_number": self.serial_number,
            "thumbprint": self.thumbprint,
            "common_name": self.common_name,
            "dns_names": list(self.names),
            "valid_from": self.valid_from.isoformat() if self.valid_from else None,
            "valid_till": self.valid_till.isoformat() if self.valid_till else None,
            "days_remaining": (self.valid_till - now.date()).days if self.valid_till else None,
            "signature_hash": self.signature_hash,
            "public_key_fingerprint": self.public_key,
        }


@dataclass(frozen=True)
class Order:
    """An order, normalised; ``raw`` is the answer of the service."""

    id: int
    status: str
    product: str | None
    organization_id: int | None
    container_id: int | None
    certificate: IssuedCertificate
    alternative_order_id: str | None
    date_created: dt.datetime | None
    valid_till: dt.date | None
    """The last day of the order, as the service returned it or calculated from its validity."""
    renewal_of: int | None
    renewed_by: int | None
    is_renewed: bool
    dcv_method: str | None
    requests: tuple[ApprovalRequest, ...]
    raw: dict[str, t.Any]

    @property
    def is_dead(self) -> bool:
        """Whether the order can never be used again."""
        return self.status in DEAD_STATUSES

    @property
    def is_pending(self) -> bool:
        """Whether the order waits for something before it is issued, or issued again."""
        return self.status in PENDING_STATUSES

    def has_ended(self, today: dt.date) -> bool:
        """Whether the order has expired; its status stays ``issued``."""
        return self.valid_till is not None and self.valid_till < today

    def as_result(self) -> dict[str, t.Any]:
        """Return the normalised form that modules report."""
        return {
            "id": self.id,
            "status": self.status,
            "product": self.product,
            "organization_id": self.organization_id,
            "container_id": self.container_id,
            "certificate_id": self.certificate.id,
            "common_name": self.certificate.common_name,
            "dns_names": list(self.certificate.names),
            "alternative_order_id": self.alternative_order_id,
            "date_created": self.date_created.isoformat() if self.date_created else None,
            "order_valid_till": self.valid_till.isoformat() if self.valid_till else None,
            "renewal_of_order_id": self.renewal_of,
            "renewed_by_order_id": self.renewed_by,
            "is_renewed": self.is_renewed,
            "dcv_method": self.dcv_method,
            "requests": [
                {"id": request.id, "type": request.type, "status": request.status, "date": request.date}
                for request in self.requests
            ],
        }


def certificate_of(raw: dict[str, t.Any], location: str) -> IssuedCertificate:
    """Normalise a certificate object of an order, or of the list of reissues or duplicates."""
    common_name = shape.text(raw.get("common_name"), f"{location}.common_name")
    names = (common_name,) if common_name else ()
    dns_names = shape.texts(raw.get("dns_names"), f"{location}.dns_names")
    csr = shape.text(raw.get("csr"), f"{location}.csr")
    ca_cert = shape.mapping(raw.get("ca_cert"), f"{location}.ca_cert")
    platform = shape.mapping(raw.get("server_platform"), f"{location}.server_platform")
    serial_number = shape.text(raw.get("serial_number"), f"{location}.serial_number")
    return IssuedCertificate(
        id=shape.identifier(raw.get("id"), f"{location}.id"),
        status=shape.folded_word(raw.get("status"), f"{location}.status"),
        serial_number=normalise_serial_number(serial_number) if serial_number else None,
        thumbprint=shape.text(raw.get("thumbprint"), f"{location}.thumbprint"),
        common_name=common_name,
        names=normalise_leniently(names + dns_names),
        valid_from=shape.date(raw.get("valid_from"), f"{location}.valid_from"),
        valid_till=shape.date(raw.get("valid_till"), f"{location}.valid_till"),
        signature_hash=shape.folded_word(raw.get("signature_hash"), f"{location}.signature_hash"),
        server_platform_id=shape.platform(platform.get("id"), f"{location}.server_platform.id"),
        ca_cert_id=shape.text(ca_cert.get("id"), f"{location}.ca_cert.id"),
        csr=csr,
        public_key=csr_key_fingerprint(csr) if csr is not None else None,
        raw=raw,
        names_are_known=bool(dns_names) and are_host_names((*names, *dns_names)),
    )


def _end_of(raw: dict[str, t.Any], created: dt.datetime | None) -> dt.date | None:
    """Return the last day of the order: as the service returned it, or calculated from its start and length."""
    given = shape.date(raw.get("order_valid_till"), "order_valid_till")
    start = shape.date(raw.get("order_valid_from"), "order_valid_from") or (created.date() if created else None)
    if given is not None or start is None:
        return given
    validity = shape.mapping(raw.get("order_validity"), "order_validity")
    days = shape.whole_number(validity.get("days"), "order_validity.days", least=0, most=_LONGEST_ORDER)
    if not days:
        years = shape.whole_number(
            validity.get("years") or raw.get("validity_years"),
            "order_validity.years",
            least=0,
            most=_LONGEST_ORDER // 365,
        )
        days = 365 * years if years else None
    try:
        return start + dt.timedelta(days=days) if days else None
    except OverflowError:  # beyond the calendar
        return None


def _product_of(name_id: object, older: object) -> str | None:
    """Return the product of an order, which is at two places: if they differ, the one in the documented spelling."""
    found = shape.text(name_id, "product.name_id")
    other = shape.text(older, "product_name_id")
    if found is None or other is None or found == other:
        return found or other
    return min((found, other), key=lambda text: text != folded_product(text))


def folded_product(product: str) -> str:
    """Return a name of a product regardless of case, blanks and separators."""
    return "_".join(re.findall(r"[a-z0-9]+", product.lower()))


def order_of(decoded: object) -> Order:
    """Normalise the answer of Order info."""
    raw = shape.mapping(decoded, "the order")
    created = shape.moment(raw.get("date_created"), "date_created")
    organization = shape.mapping(raw.get("organization"), "organization")
    container = shape.mapping(raw.get("container"), "container")
    product = shape.mapping(raw.get("product"), "product")
    return Order(
        id=shape.required_identifier(raw.get("id"), "id"),
        status=shape.folded_word(raw.get("status"), "status") or UNKNOWN_STATUS,
        product=_product_of(product.get("name_id"), raw.get("product_name_id")),
        organization_id=shape.identifier(organization.get("id"), "organization.id"),
        container_id=shape.identifier(container.get("id"), "container.id"),
        certificate=certificate_of(shape.mapping(raw.get("certificate"), "certificate"), "certificate"),
        alternative_order_id=shape.text(raw.get("alternative_order_id"), "alternative_order_id"),
        date_created=created,
        valid_till=_end_of(raw, created),
        renewal_of=shape.identifier(raw.get("renewed_order_id"), "renewed_order_id"),
        renewed_by=shape.identifier(raw.get("was_renewed_by_order_id"), "was_renewed_by_order_id"),
        is_renewed=shape.flag(raw.get("is_renewed")),
        dcv_method=shape.folded_method(raw.get("dcv_method"), "dcv_method"),
        requests=tuple(
            ApprovalRequest(
                id=shape.identifier(request.get("id"), "requests.id"),
                type=shape.folded_word(request.get("type"), "requests.type"),
                status=shape.folded_word(request.get("status"), "requests.status"),
                date=shape.text(request.get("date"), "requests.date"),
                comments=shape.text(request.get("comments"), "requests.comments"),
            )
            for request in shape.mappings(raw.get("requests"), "requests")
        ),
        raw=raw,
    )
