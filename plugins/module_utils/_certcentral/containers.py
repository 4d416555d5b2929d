# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Containers (divisions) of the account, and what can be ordered in them.

Pages: https://dev.digicert.com/certcentral-apis/services-api/containers.html
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from . import shape
from .client import Client, path


@dataclass(frozen=True)
class ProductLimit:
    """What a container allows for one product and one role."""

    product: str
    role_id: int | None
    """None means all roles."""
    certificate_years: tuple[str, ...]
    order_years: tuple[str, ...]
    auto_renew: bool
    auto_reissue: bool
    wildcards: bool

    def as_result(self) -> dict[str, t.Any]:
        """Return the form that modules report."""
        return {
            "role_id": self.role_id,
            "certificate_years": list(self.certificate_years),
            "order_years": list(self.order_years),
            "auto_renew": self.auto_renew,
            "auto_reissue": self.auto_reissue,
            "wildcards": self.wildcards,
        }


@dataclass(frozen=True)
class ProductLimits:
    """What a container allows; without limits it allows everything."""

    is_limited: bool
    limits: tuple[ProductLimit, ...]


def list_all(client: Client) -> list[dict[str, t.Any]]:
    """Return the containers of the account that the user of the API key can see."""
    return [
        {
            "id": shape.required_identifier(entry.get("id"), "container.id"),
            "name": shape.text(entry.get("name"), "container.name"),
            "parent_id": shape.identifier(entry.get("parent_id"), "container.parent_id"),
            "active": shape.flag(entry.get("is_active"), "container.is_active", default=True),
        }
        for entry in shape.entries(client.get(path("container")), "containers")
    ]


def product_limits(client: Client, container_id: int) -> ProductLimits:
    """Return what can be ordered in a container."""
    raw = shape.mapping(client.get(path("container", container_id, "product-limits")), "the product limits")
    return ProductLimits(
        is_limited=shape.flag(raw.get("is_limited")),
        limits=tuple(
            ProductLimit(
                product=shape.text(entry.get("product_name_id"), "product_limits.product_name_id") or "unknown",
                role_id=shape.identifier(entry.get("role_id"), "product_limits.role_id"),
                certificate_years=shape.texts(entry.get("allowed_lifetimes"), "allowed_lifetimes"),
                order_years=shape.texts(entry.get("allowed_order_lifetimes"), "allowed_order_lifetimes"),
                auto_renew=shape.flag(entry.get("allow_auto_renew")),
                auto_reissue=shape.flag(entry.get("allow_auto_reissue")),
                wildcards=shape.flag(entry.get("allowed_wildcards")),
            )
            for entry in shape.mappings(raw.get("product_limits"), "product_limits")
        ),
    )
