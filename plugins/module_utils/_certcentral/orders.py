# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Orders: place, read, find, change.

Pages: https://dev.digicert.com/certcentral-apis/services-api/orders.html
"""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass, field

from .._x509.hexadecimal import normalise_serial_number
from . import listing, shape
from .client import Client, path
from .errors import ApiError
from .model import IssuedCertificate, Order, certificate_of, order_of

_BASE = ("order", "certificate")


@dataclass(frozen=True)
class OrderReference:
    """An entry of a short list: the orders with an alternative order ID, or recent status changes."""

    order_id: int
    certificate_id: int | None
    status: str


@dataclass(frozen=True)
class Placed:
    """The answer of the service to a new order, a reissue or a duplicate."""

    order_id: int
    certificate_id: int | None
    request_id: int | None
    raw: dict[str, t.Any] = field(default_factory=dict, compare=False, repr=False)
    """The answer of the service; ``placed.py`` reads what else it may hold."""


def _placed(decoded: object) -> Placed:
    raw = shape.mapping(decoded, "the answer")
    requests = shape.mappings(raw.get("requests"), "requests")
    return Placed(
        order_id=shape.required_identifier(raw.get("id"), "id"),
        certificate_id=shape.identifier(raw.get("certificate_id"), "certificate_id"),
        request_id=shape.identifier(requests[0].get("id"), "requests[0].id") if requests else None,
        raw=raw,
    )


def _reference(entry: dict[str, t.Any]) -> OrderReference:
    return OrderReference(
        order_id=shape.required_identifier(entry.get("order_id") or entry.get("id"), "orders.order_id"),
        certificate_id=shape.identifier(entry.get("certificate_id"), "orders.certificate_id"),
        status=shape.text(entry.get("status"), "orders.status") or "unknown",
    )


def _references(decoded: object) -> list[OrderReference]:
    return [_reference(entry) for entry in shape.entries(decoded, "orders")]


def place(client: Client, product: str, body: t.Mapping[str, t.Any]) -> Placed:
    """Place an order, which costs money. Sent once."""
    return _placed(client.post(path(*_BASE, product), body))


def reissue(client: Client, order_id: int, body: t.Mapping[str, t.Any]) -> Placed:
    """Reissue the certificate of an order. Sent once, because added names may cost money."""
    placed = _placed(client.post(path(*_BASE, order_id, "reissue"), body))
    shape.check_identifier(placed.order_id, order_id, "id")
    return placed


def duplicate(client: Client, order_id: int, body: t.Mapping[str, t.Any]) -> Placed:
    """Request a duplicate of the certificate of an order. Sent once, because each call creates a certificate."""
    placed = _placed(client.post(path(*_BASE, order_id, "duplicate"), body))
    shape.check_identifier(placed.order_id, order_id, "id")
    return placed


def get(client: Client, order: int | str, *, include_caa_status: bool = False) -> Order:
    """Return an order by its ID, or by the thumbprint or serial number of its primary certificate.

    With ``include_caa_status``, the service adds ``caa_status_message`` while a certificate is pending.
    """
    params = {"include_caa_status": "true"} if include_caa_status else None
    found = order_of(client.get(path(*_BASE, order), params))
    if isinstance(order, int):
        shape.check_identifier(found.id, order, "id")
    return found


def find(client: Client, order: int | str) -> Order | None:
    """Return an order, or None if there is no such order."""
    try:
        return get(client, order)
    except ApiError as exc:
        if exc.is_not_found:
            return None
        raise


def find_by_serial_number(client: Client, serial_number: str) -> Order | None:
    """Return the order of a certificate by its serial number in any hexadecimal spelling, or None if there is none.

    Only the list finds certificates other than the primary one of an order. If the number has lost its leading zero,
    it is first looked up in whole bytes, as in certificates.
    """
    digits = normalise_serial_number(serial_number)
    spellings = dict.fromkeys((digits.zfill(len(digits) + len(digits) % 2), digits))
    for spelling in spellings:
        order = find(client, spelling)
        if order is not None:
            return order
    for spelling in spellings:
        entries = search(client, {"serial_number": spelling}, most=2)
        if len(entries) == 1:
            return get(client, shape.required_identifier(entries[0].get("id"), "id"))
    return None


def by_alternative_id(client: Client, alternative_order_id: str) -> list[OrderReference]:
    """Return all orders that carry an alternative order ID; 404 means that none does."""
    found: list[OrderReference] = []
    try:
        for page in listing.pages(client, path("order", "alternate", alternative_order_id), "orders"):
            found += map(_reference, page)
    except ApiError as exc:
        if not exc.is_not_found:
            raise
    return found


def search(
    client: Client,
    filters: t.Mapping[str, str | t.Sequence[str]],
    *,
    most: int | None = None,
    sort: str = "-date_created",
) -> list[dict[str, t.Any]]:
    """Return the entries of List orders that match the filters, as the service gave them.

    An entry matches a filter of several values if it has any of them. No more than ``most`` entries are returned.
    ``sort`` lists the fields to sort by, with a dash before those in descending order.
    """
    params: dict[str, object] = {"sort": sort}
    for name, value in filters.items():
        if isinstance(value, str):
            params[f"filters[{name}]"] = value
        else:
            params.update({f"filters[{name}][{index}]": entry for index, entry in enumerate(value)})
    size = min(listing.PAGE, most) if most else None
    found: list[dict[str, t.Any]] = []
    for page in listing.pages(client, path(*_BASE), "orders", params, size=size):
        found += page
        if most is not None and len(found) >= most:
            break
    return found[:most]


def all_if_few(client: Client, most_pages: int) -> list[dict[str, t.Any]] | None:
    """Return the entries of List orders for all orders of the account, or None if they take more pages than this."""
    return listing.read_if_short(client, path(*_BASE), "orders", {"sort": "-date_created"}, most_pages=most_pages)


def status_changes(client: Client, seconds: int) -> list[OrderReference]:
    """Return the orders whose status changed in the last seconds, at most seven days."""
    return _references(client.get(path(*_BASE, "status-changes"), {"seconds": seconds}))


def status_changes_between(client: Client, first: dt.date, last: dt.date) -> list[OrderReference]:
    """Return the orders whose status last changed on these days, at most seven, in the time of the service (MDT)."""
    span = f"{first.isoformat()}...{last.isoformat()}"
    return _references(client.get(path(*_BASE, "status-changes"), {"filters[status_last_updated]": span}))


def set_status(client: Client, order_id: int, status: str, note: str | None) -> None:
    """Change the status of an order to ``canceled``, ``renewed`` or ``not_renewed``."""
    body = {"status": status}
    if note:
        body["note"] = note
    client.put(path(*_BASE, order_id, "status"), body)


def revoke(client: Client, order_id: int, body: t.Mapping[str, t.Any]) -> object:
    """Request the revocation of all certificates of an order. Return the request, or None if approval is skipped."""
    return client.put(path(*_BASE, order_id, "revoke"), body)


def reissues(client: Client, order_id: int, *, show_archived: bool = False) -> list[IssuedCertificate]:
    """Return the reissued certificates of an order."""
    params = {"show_archived": "true"} if show_archived else None
    return _certificates(client.get(path(*_BASE, order_id, "reissue"), params))


def duplicates(client: Client, order_id: int, *, show_archived: bool = False) -> list[IssuedCertificate]:
    """Return the duplicates of an order."""
    params = {"show_archived": "true"} if show_archived else None
    return _certificates(client.get(path(*_BASE, order_id, "duplicate"), params))


def _certificates(decoded: object) -> list[IssuedCertificate]:
    entries = shape.entries(decoded, "certificates")
    return [certificate_of(entry, f"certificates[{index}]") for index, entry in enumerate(entries)]
