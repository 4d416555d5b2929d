# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which intermediate signs a certificate (D: ICA selection is for products with flex capabilities)."""

from __future__ import annotations

from certcentral_simulator.ca.authority import Authority, Issuer
from certcentral_simulator.errors import Refusal
from certcentral_simulator.rules.products import Product
from certcentral_simulator.state.work import Work

_ALLOWED = {"ov": ("ica-1", "ica-2"), "ev": ("ica-ev",), "dv": ("ica-dv",)}


def allowed_intermediates(authority: Authority, product: Product) -> dict[str, Issuer]:
    """The intermediates that may sign this product, the default one first."""
    keys = ("ica-private",) if product.private else _ALLOWED[product.validation_type]
    return {key: authority.intermediates[key] for key in keys}


def offers_choice(product: Product) -> bool:
    """Whether the product list shows intermediates: for flex products, and for private ones (D)."""
    return product.flex or product.private


def choose_intermediate(work: Work, product: Product, ca_cert_id: str) -> str:
    """Name of the intermediate that signs; the one that signs anyway may always be named.

    :raises Refusal: the requested one is not allowed.
    """
    allowed = allowed_intermediates(work.authority, product)
    default = next(iter(allowed))
    named = next((key for key, issuer in allowed.items() if issuer.id == ca_cert_id.upper()), None)
    selectable = offers_choice(product) and work.switches.flag("ica_selection")
    if not ca_cert_id or named == default:
        return default
    if named is not None and selectable:
        return named
    if not selectable and work.switches.text("ica_without_selection") == "ignore":
        return default
    raise Refusal("ica_not_allowed")
