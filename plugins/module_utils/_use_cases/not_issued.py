# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why an order is not issued: the comments of people and the findings of the CA. Only reads."""

from __future__ import annotations

from .._certcentral import orders, requests, shape
from .._certcentral.client import Client
from .._certcentral.errors import DigicertError
from .._certcentral.model import Order


def why_not_issued(client: Client, order_id: int) -> str | None:
    """Return why an order cannot be issued, or what the CA says about one that it is still processing.

    None if the service gives no more than the status, or does not let the details be read.
    """
    try:
        order = orders.get(client, order_id, include_caa_status=True)
        if order.status in ("rejected", "denied", "failed"):
            return _rejection(client, order)
        if order.status == "canceled":
            return _quoted("canceled with the note", _last_note(order))
        if order.status == "revoked":
            return "its certificates were revoked"
        if order.status == "expired":
            return f"it expired on {order.valid_till}" if order.valid_till else "it has expired"
        return _caa_status(order)
    except DigicertError:
        return None


def _caa_status(order: Order) -> str | None:
    """Return what the CA says about the CAA records of each name."""
    found = shape.mapping(order.raw.get("caa_status_message") or {}, "caa_status_message")
    texts = {str(name): shape.text(text, "caa_status_message") for name, text in found.items()}
    return "; ".join(f"{name}: {text}" for name, text in texts.items() if text) or None


def _rejection(client: Client, order: Order) -> str | None:
    """Return the comment with which the latest request of the order was rejected."""
    rejected = [request.id for request in order.requests if request.status == "rejected" and request.id is not None]
    if not rejected:
        return None
    request = requests.get(client, max(rejected))
    return _quoted(f"request {request.id} was rejected with the comment", request.processor_comment)


def _last_note(order: Order) -> str | None:
    notes = shape.mappings(order.raw.get("notes"), "notes")
    return shape.text(notes[-1].get("text"), "notes.text") if notes else None


def _quoted(what: str, comment: str | None) -> str | None:
    return f"{what} '{' '.join(comment.split())}'" if comment else None
