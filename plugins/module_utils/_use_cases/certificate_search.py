# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find a certificate, and the order that it belongs to, by any of its names. Reads only."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._certcentral import orders, shape
from .._certcentral.client import Client
from .._certcentral.errors import InputError, StateError
from .._certcentral.model import IssuedCertificate, Order
from .._x509.hexadecimal import normalise_serial_number, normalise_thumbprint

# each costs two calls; who has more orders with reissues or duplicates names the order
_MOST_ORDERS = 100
_MOST_LISTED = 1000


@dataclass(frozen=True)
class CertificateName:
    """What is known of a certificate; all that is given must fit."""

    order_id: int | None = None
    certificate_id: int | None = None
    serial_number: str | None = None
    """Hexadecimal, in any spelling."""
    thumbprint: str | None = None
    """SHA-1, hexadecimal, in any spelling."""
    common_name: str | None = None
    """Narrows the search where the certificate itself is at hand."""

    @property
    def is_open(self) -> bool:
        """Whether no certificate is named, only an order."""
        return not (self.certificate_id or self.serial_number or self.thumbprint)

    def fits(self, certificate: IssuedCertificate) -> bool:
        """Tell whether a certificate is the one that is meant."""
        if self.certificate_id is not None and certificate.id != self.certificate_id:
            return False
        if self.serial_number and certificate.serial_number != normalise_serial_number(self.serial_number):
            return False
        return not self.thumbprint or normalise_thumbprint(certificate.thumbprint or "") == normalise_thumbprint(
            self.thumbprint
        )


def find_order(client: Client, name: CertificateName) -> Order:
    """Return the order of a certificate. Raises InputError when none is found."""
    if name.order_id is not None:
        return orders.get(client, name.order_id)
    order = _by_service(client, name) or _by_lists(client, name)
    if order is None:
        raise InputError(
            "CertCentral shows no order with that certificate.",
            next_action="Check the value and the account of the API key; where you know the order, give order_id too.",
        )
    return order


def _by_service(client: Client, name: CertificateName) -> Order | None:
    """Ask for the certificate by its own name, which finds the current one of an order."""
    order: Order | None = None
    if name.serial_number:
        order = orders.find_by_serial_number(client, name.serial_number)
    if order is None and name.thumbprint:
        order = orders.find(client, normalise_thumbprint(name.thumbprint))
    if order is None and name.certificate_id is not None:
        entries = orders.search(client, {"certificate_id": str(name.certificate_id)}, most=2)
        if len(entries) == 1:
            order = orders.get(client, shape.required_identifier(entries[0].get("id"), "id"))
    return order


def _by_lists(client: Client, name: CertificateName) -> Order | None:
    """Look through the reissues and duplicates of the orders that have some, newest first."""
    filters = {"domain_name": name.common_name} if name.common_name else {}
    entries = [
        entry
        for entry in orders.search(client, filters, most=_MOST_LISTED)
        # what the list does not tell may be there
        if shape.flag(entry.get("has_reissues", True)) or shape.flag(entry.get("has_duplicates", True))
    ]
    for entry in entries[:_MOST_ORDERS]:
        order_id = shape.required_identifier(entry.get("id"), "id")
        if any(name.fits(certificate) for certificate in _listed(client, order_id)):
            return orders.get(client, order_id)
    return None


def _listed(client: Client, order_id: int) -> t.Iterator[IssuedCertificate]:
    yield from orders.reissues(client, order_id)
    yield from orders.duplicates(client, order_id)


def certificates_of(client: Client, order: Order) -> list[IssuedCertificate]:
    """Return every issued certificate of an order once: the current one, reissues, duplicates."""
    found: dict[int, IssuedCertificate] = {}
    for certificate in (order.certificate, *_listed(client, order.id)):
        if certificate.id is None or certificate.status in ("pending", "rejected"):
            continue
        known = found.get(certificate.id)
        if known is None or (known.status != "revoked" and certificate.status == "revoked"):
            found[certificate.id] = certificate
    return list(found.values())


def the_one(order: Order, certificates: t.Sequence[IssuedCertificate], name: CertificateName) -> IssuedCertificate:
    """Return the certificate that is meant; where only the order is named, its current one. Raises StateError."""
    for certificate in certificates:
        if certificate.id == order.certificate.id if name.is_open else name.fits(certificate):
            return certificate
    raise StateError(
        f"Order {order.id} has no issued certificate with that ID, serial number or thumbprint.",
        next_action="digicert_order_info with include_certificates lists the certificates of the order.",
        order_id=order.id,
    )
