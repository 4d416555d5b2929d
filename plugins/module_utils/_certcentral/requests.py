# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests for approval.

Page: https://dev.digicert.com/certcentral-apis/services-api/requests.html
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from . import listing, shape
from .client import Client, path
from .model import OPEN_REQUEST_STATUSES


@dataclass(frozen=True)
class Request:
    """A request for approval, normalised; ``raw`` is the answer of the service."""

    id: int
    type: str | None
    """``new_request``, ``revoke``, ``duplicate`` or ``reissue``."""
    status: str | None
    """``submitted``, ``pending``, ``approved`` or ``rejected``."""
    date: str | None
    date_processed: str | None
    comments: str | None
    processor_comment: str | None
    requester: dict[str, t.Any] | None
    processor: dict[str, t.Any] | None
    order_id: int | None
    common_name: str | None
    product: str | None
    organization_id: int | None
    raw: dict[str, t.Any]

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide on it."""
        return self.status in OPEN_REQUEST_STATUSES

    def as_result(self) -> dict[str, t.Any]:
        """Return the normalised form that modules report."""
        return {
            "id": self.id,
            "type": self.type,
            "status": self.status,
            "date": self.date,
            "date_processed": self.date_processed,
            "comments": self.comments,
            "processor_comment": self.processor_comment,
            "requester": self.requester,
            "processor": self.processor,
            "order_id": self.order_id,
            "common_name": self.common_name,
            "product": self.product,
            "organization_id": self.organization_id,
        }


def _person(value: object, location: str) -> dict[str, t.Any] | None:
    raw = shape.mapping(value, location)
    return {key: raw.get(key) for key in ("id", "first_name", "last_name", "email")} if raw else None


def _request(raw: dict[str, t.Any]) -> Request:
    order = shape.mapping(raw.get("order"), "request.order")
    certificate = shape.mapping(order.get("certificate"), "request.order.certificate")
    organization = shape.mapping(order.get("organization"), "request.order.organization")
    product = shape.mapping(order.get("product"), "request.order.product")
    return Request(
        id=shape.required_identifier(raw.get("id"), "request.id"),
        type=shape.folded_word(raw.get("type"), "request.type"),
        status=shape.folded_word(raw.get("status"), "request.status"),
        date=shape.text(raw.get("date"), "request.date"),
        date_processed=shape.text(raw.get("date_processed"), "request.date_processed"),
        comments=shape.text(raw.get("comments"), "request.comments"),
        processor_comment=shape.text(raw.get("processor_comment"), "request.processor_comment"),
        requester=_person(raw.get("requester"), "request.requester"),
        processor=_person(raw.get("processor") or raw.get("reviewer"), "request.processor"),
        order_id=shape.identifier(order.get("id"), "request.order.id"),
        common_name=shape.text(certificate.get("common_name"), "request.order.certificate.common_name"),
        product=shape.text(product.get("name_id"), "request.order.product.name_id"),
        organization_id=shape.identifier(organization.get("id"), "request.order.organization.id"),
        raw=raw,
    )


def get(client: Client, request_id: int) -> Request:
    """Return a request with its comments and with the person who decided on it."""
    found = _request(shape.mapping(client.get(path("request", request_id)), "the request"))
    shape.check_identifier(found.id, request_id, "request.id")
    return found


def list_all(client: Client, status: str | None) -> list[Request]:
    """Return the requests of the account, or only those with a status."""
    params = {"filters[status]": status} if status else {}
    return [_request(raw) for raw in listing.read_all(client, path("request"), "requests", params)]


def open_ones(client: Client, order_id: int, kind: str) -> list[Request]:
    """Return the requests of a type that somebody still has to decide on, for one order."""
    found = listing.read_all(client, path("request"), "requests", {"filters[type]": kind})
    return [request for request in map(_request, found) if request.order_id in (order_id, None) and request.is_open]


def decide(client: Client, request_id: int, status: str, comment: str | None) -> None:
    """Approve or reject a request, which needs a permission: ``status`` is ``approved`` or ``rejected``."""
    body = {"status": status}
    if comment:
        body["processor_comment"] = comment
    client.put(path("request", request_id, "status"), body)
