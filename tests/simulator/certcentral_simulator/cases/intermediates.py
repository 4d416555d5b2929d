# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which intermediate signs a certificate (D: ICA selection is for products with flex capabilities)."""

from __future__ import annotations

from certcentral_simulator.ca.authority import Authority, Issuer
from certcentral_simulator.errors import Refusal
from certcentral_simulator.rules.products import Product

_ALLOWED = {"ov": ("ica-1", "ica-2"), "ev": ("ica-ev",), "dv": ("ica-dv",)}


def allowed_intermediates(authority: Authority, product: Product) -> dict[str, Issuer]:
    """The intermediates that may sign this product, the default one first."""
    keys = ("ica-private",) if product.private else _ALLOWED[product.validation_type]
    return {key: authority.intermediates[key] for key in keys}


def choose_intermediate(authority: Authority, product: Product, ca_cert_id: str) -> str:
    """Name of the intermediate that signs.

    :raises Refusal: the requested one is not allowed.
    """
    allowed = allowed_intermediates(authority, product)
    if not ca_cert_id:
        return next(iter(allowed))
    for key, issuer in allowed.items():
        if product.flex and issuer.id == ca_cert_id.upper():
            return key
    raise Refusal("ica_not_allowed")
