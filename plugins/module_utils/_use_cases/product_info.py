# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the products of the account: what they allow, and what a container allows of them."""

from __future__ import annotations

import typing as t

from .._certcentral import account, certificates, containers, products
from .._certcentral.client import Client
from .._certcentral.containers import ProductLimits
from .._certcentral.errors import StateError
from .._certcentral.products import Product
from .outcome import Outcome


def read_products(
    client: Client, name_id: str | None, *, limits: bool, container_id: int | None, intermediates: bool
) -> Outcome:
    """Return one product, or all, on request with the limits of a container (default: that of the API key's user)."""
    found = [products.get(client, name_id)] if name_id is not None else products.list_all(client)
    allowed: ProductLimits | None = None
    if limits or container_id is not None:
        container_id = container_id if container_id is not None else _own_container(client)
        allowed = containers.product_limits(client, container_id)
    extra: dict[str, t.Any] = {
        "products": [_as_result(product, allowed) for product in found],
        "limited": allowed.is_limited if allowed else None,
        "intermediates": certificates.intermediates(client) if intermediates else None,
    }
    return Outcome("none", extra=extra)


def _own_container(client: Client) -> int:
    container_id = account.me(client).container_id
    if container_id is None:
        raise StateError(
            "CertCentral does not report the container of the user of this API key.", next_action="Give container_id."
        )
    return container_id


def _as_result(product: Product, allowed: ProductLimits | None) -> dict[str, t.Any]:
    entries = [limit for limit in allowed.limits if limit.product == product.name_id] if allowed else []
    return {
        **product.as_result(),
        "limits": [limit.as_result() for limit in entries] if allowed else None,
        # a limited container allows only the products that it lists
        "orderable": (not allowed.is_limited or bool(entries)) if allowed else None,
        "raw": product.raw,
    }
