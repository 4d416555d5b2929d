# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find a certificate, and the order that it belongs to, by any of its identifiers. Only reads."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._certcentral import orders, shape
from .._certcentral.client import Client
from .._certcentral.errors import InputError, StateError
from .._certcentral.model import IssuedCertificate, Order
from .._x509.hexadecimal import normalise_serial_number, normalise_thumbprint

# each costs two calls; an account with more orders that have reissues or duplicates must give the order ID
_MOST_ORDERS = 100
_MOST_LISTED = 1000


@dataclass(frozen=True)
class CertificateReference:
    """The identifiers of a certificate; it must match all that are given."""

    order_id: int | None = None
    certificate_id: int | None = None
    serial_number: str | None = None
    """Hexadecimal, in any spelling."""
    thumbprint: str | None = None
    """SHA-1, hexadecimal, in any spelling."""
    common_name: str | None = None
    """Narrows the search if the certificate itself is available."""

    @property
    def is_order_only(self) -> bool:
        """Whether only the order is identified."""
        return not (self.certificate_id or self.serial_number or self.thumbprint)

    def matches(self, certificate: IssuedCertificate) -> bool:
        """Return whether a certificate has all of these identifiers."""
        if self.certificate_id is not None and certificate.id != self.certificate_id:
            return False
        if self.serial_number and certificate.serial_number != normalise_serial_number(self.serial_number):
            return False
        return not self.thumbprint or normalise_thumbprint(certificate.thumbprint or "") == normalise_thumbprint(
            self.thumbprint
        )


def find_order(client: Client, reference: CertificateReference) -> Order:
    """Return the order of a certificate. Raises InputError if none is found."""
    if reference.order_id is not None:
        return orders.get(client, reference.order_id)
    order = _find_current(client, reference) or _find_earlier(client, reference)
    if order is None:
        raise InputError(
            "CertCentral shows no order with that certificate.",
            next_action="Check the value and the account of the API key. If you know the order, give order_id too.",
        )
    return order


def _find_current(client: Client, reference: CertificateReference) -> Order | None:
    """Look the certificate up by its identifiers, which finds the current certificate of an order."""
    order: Order | None = None
    if reference.serial_number:
        order = orders.find_by_serial_number(client, reference.serial_number)
    if order is None and reference.thumbprint:
        order = orders.find(client, normalise_thumbprint(reference.thumbprint))
    if order is None and reference.certificate_id is not None:
        entries = orders.search(client, {"certificate_id": str(reference.certificate_id)}, most=2)
        if len(entries) == 1:
            order = orders.get(client, shape.required_identifier(entries[0].get("id"), "id"))
    return order


def _find_earlier(client: Client, reference: CertificateReference) -> Order | None:
    """Search the reissues and duplicates of the orders that have any, newest first."""
    filters = {"domain_name": reference.common_name} if reference.common_name else {}
    entries = [
        entry
        for entry in orders.search(client, filters, most=_MOST_LISTED)
        # if the list does not say, the order may have some
        if shape.flag(entry.get("has_reissues", True)) or shape.flag(entry.get("has_duplicates", True))
    ]
    for entry in entries[:_MOST_ORDERS]:
        order_id = shape.required_identifier(entry.get("id"), "id")
        if any(reference.matches(certificate) for certificate in _listed(client, order_id)):
            return orders.get(client, order_id)
    return None


def _listed(client: Client, order_id: int) -> t.Iterator[IssuedCertificate]:
    yield from orders.reissues(client, order_id)
    yield from orders.duplicates(client, order_id)


def certificates_of(client: Client, order: Order) -> list[IssuedCertificate]:
    """Return each issued certificate of an order once: the current one, reissues, duplicates."""
    found: dict[int, IssuedCertificate] = {}
    for certificate in (order.certificate, *_listed(client, order.id)):
        if certificate.id is None or certificate.status in ("pending", "rejected"):
            continue
        known = found.get(certificate.id)
        if known is None or (known.status != "revoked" and certificate.status == "revoked"):
            found[certificate.id] = certificate
    return list(found.values())


def select_certificate(
    order: Order, certificates: t.Sequence[IssuedCertificate], reference: CertificateReference
) -> IssuedCertificate:
    """Return the identified certificate, or the current one if only the order is identified. Raises StateError."""
    for certificate in certificates:
        if certificate.id == order.certificate.id if reference.is_order_only else reference.matches(certificate):
            return certificate
    raise StateError(
        f"Order {order.id} has no issued certificate with that ID, serial number or thumbprint.",
        next_action="List the certificates of the order with digicert_order_info and include_certificates.",
        order_id=order.id,
    )
