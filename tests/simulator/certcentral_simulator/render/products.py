# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Products in answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from certcentral_simulator.ca.authority import Authority, Issuer
from certcentral_simulator.cases.intermediates import allowed_intermediates, offers_choice
from certcentral_simulator.render.certificates import platform_fields
from certcentral_simulator.rules.forms import SIGNATURE_HASHES
from certcentral_simulator.rules.limits import full_limit
from certcentral_simulator.rules.platforms import PLATFORMS
from certcentral_simulator.rules.products import VALIDATION_NAMES, Product
from certcentral_simulator.rules.validity import maximum_order_years


def render_product_of_order(product: Product) -> dict[str, Any]:
    """The product of an order in order info."""
    name, description = VALIDATION_NAMES[product.validation_type]
    return {
        "name_id": product.name_id,
        "name": product.name,
        "type": product.type,
        "validation_type": product.validation_type,
        "validation_name": name,
        "validation_description": description,
        "csr_required": True,
    }


def render_product_short(product: Product) -> dict[str, Any]:
    """The product of an order in lists."""
    return {"name_id": product.name_id, "name": product.name, "type": product.type}


def render_product(
    authority: Authority, product: Product, today: date, limits: Sequence[Mapping[str, Any]] = (), *, annual: bool
) -> dict[str, Any]:
    """A product in the product list, within the limits of a container (D: the values are those of the container).

    :param annual: whether orders are for one year only.
    """
    years = list(range(1, 2 if annual and not product.private else maximum_order_years(today) + 1))
    allowed = [full_limit(entry, 0) for entry in limits if entry["product_name_id"] == product.name_id]
    if allowed:
        years = [
            number for number in years if any(str(number) in entry["allowed_order_lifetimes"] for entry in allowed)
        ]
    return {
        "group_name": product.group,
        **render_product_of_order(product),
        "duplicates_allowed": True,
        # R: false for a product for one name; unknown if additional names must be below a wildcard.
        **({"additional_dns_names_allowed": product.sans == "many"} if product.sans != "under_wildcard" else {}),
        "custom_expiration_date_allowed": True,
        "allow_auto_renew": all(entry["allow_auto_renew"] for entry in allowed),
        "server_platforms": [platform_fields(number) for number in PLATFORMS],
        "allowed_container_ids": [],
        "allowed_validity_years": [1],
        "allowed_order_validity_years": years,
        "max_multi_year_order_validity_years": max(years, default=0),
        "custom_order_expiration_date_allowed": True,
        "signature_hash_types": {
            "allowed_hash_types": [
                {"id": identifier, "name": f"SHA-{identifier.removeprefix('sha')}"} for identifier in SIGNATURE_HASHES
            ],
            "default_hash_type_id": "sha256",
        },
        "allowed_ca_certs": (
            [
                {"id": issuer.id, "name": issuer.name, "chain_info": _chain_info(issuer, authority.root)}
                for issuer in allowed_intermediates(authority, product).values()
            ]
            if offers_choice(product)
            else []
        ),
    }


def _chain_info(issuer: Issuer, root: Issuer) -> str:
    """The certificates above a leaf, each with its signature hash (D)."""
    return f"{issuer.name} (SHA2-256) > {root.name} (SHA2-256)"
