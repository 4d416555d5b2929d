# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the answer to a new order, a reissue or a duplicate may hold besides IDs: the chain, requests, and tokens.

Pages: https://dev.digicert.com/certcentral-apis/services-api/orders.html
"""

from __future__ import annotations

from . import dcv, shape
from .model import ApprovalRequest
from .orders import Placed


def chain_text(placed: Placed) -> str | None:
    """Return the PEM texts of a certificate that was issued at once, or None."""
    entries = shape.mappings(placed.raw.get("certificate_chain"), "certificate_chain")
    return "".join(f"{shape.required_text(entry.get('pem'), 'certificate_chain.pem')}\n" for entry in entries) or None


def requests_of(placed: Placed, kind: str) -> tuple[ApprovalRequest, ...]:
    """Return the requests for approval; the answer shows only ID and status, so the caller gives their type."""
    return tuple(
        ApprovalRequest(
            shape.identifier(entry.get("id"), "requests.id"),
            kind,
            shape.text(entry.get("status"), "requests.status"),
            shape.text(entry.get("date"), "requests.date"),
        )
        for entry in shape.mappings(placed.raw.get("requests"), "requests")
    )


def tokens_of(placed: Placed) -> dict[str, dcv.Token]:
    """Return the token of each domain whose control must be proven, if the answer lists the domains."""
    tokens: dict[str, dcv.Token] = {}
    for entry in shape.mappings(placed.raw.get("domains"), "domains"):
        name = shape.text(entry.get("dns_name") or entry.get("name"), "domains.name")
        given = shape.mapping(entry.get("dcv_token"), "domains.dcv_token")
        token = dcv.token_of(given, "token")
        if name and token and shape.text(given.get("status"), "dcv_token.status") not in dcv.PROVEN:
            tokens[name] = token
    return tokens
