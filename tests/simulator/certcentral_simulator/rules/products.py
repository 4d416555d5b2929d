# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The products, the names that each accepts, and how ``ssl`` with a type hint is resolved to a product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from certcentral_simulator.errors import Refusal
from certcentral_simulator.rules.names import is_internal, is_wildcard, is_www_pair, strip_wildcard


@dataclass(frozen=True)
class Product:
    """One product. ``wildcard`` is no, may or must; ``sans`` is pair, many or under_wildcard."""

    name_id: str
    name: str
    validation_type: str
    wildcard: str
    sans: str
    price: int
    flex: bool = False
    private: bool = False

    @property
    def type(self) -> str:
        """Product type, as shown in answers; private products have the same (R)."""
        return "ssl_certificate"

    @property
    def group(self) -> str:
        """Group of the product (D, R)."""
        if self.private:
            return "private_ssl_certificate"
        return "ssl_certificate" if self.needs_organization else "dv_ssl_certificate"

    @property
    def needs_organization(self) -> bool:
        """Whether the product needs an organization, as all but DV do."""
        return self.validation_type != "dv"


PRODUCTS: dict[str, Product] = {
    product.name_id: product
    for product in (
        Product("ssl_plus", "Standard SSL", "ov", "no", "pair", 175),
        Product("ssl_multi_domain", "Multi-Domain SSL", "ov", "no", "many", 239),
        Product("ssl_wildcard", "Wildcard", "ov", "must", "under_wildcard", 595),
        Product("ssl_cloud_wildcard", "Cloud", "ov", "may", "many", 895),
        Product("ssl_ev_plus", "Extended Validation SSL", "ev", "no", "pair", 295),
        Product("ssl_ev_multi_domain", "EV Multi-Domain", "ev", "no", "many", 395),
        Product("ssl_basic", "Basic OV", "ov", "may", "many", 218, flex=True),
        Product("ssl_ev_basic", "Basic EV", "ev", "no", "many", 344, flex=True),
        Product("ssl_securesite", "Secure Site OV", "ov", "no", "pair", 399),
        Product("ssl_securesite_flex", "Secure Site OV", "ov", "may", "many", 399, flex=True),
        Product("ssl_ev_securesite_flex", "Secure Site EV", "ev", "no", "many", 995, flex=True),
        Product("ssl_securesite_pro", "Secure Site Pro SSL", "ov", "may", "many", 995, flex=True),
        Product("ssl_ev_securesite_pro", "Secure Site Pro EV SSL", "ev", "no", "many", 1499, flex=True),
        Product("ssl_geotrust_truebizid", "GeoTrust TrueBusiness ID OV", "ov", "may", "many", 199, flex=True),
        Product("ssl_dv_geotrust", "GeoTrust Standard DV", "dv", "no", "pair", 149),
        Product("ssl_dv_rapidssl", "RapidSSL Standard DV", "dv", "no", "pair", 59),
        Product("wildcard_dv_geotrust", "GeoTrust Wildcard DV", "dv", "must", "under_wildcard", 688),
        Product("wildcard_dv_rapidssl", "RapidSSL Wildcard DV", "dv", "must", "under_wildcard", 249),
        Product("cloud_dv_geotrust", "GeoTrust Cloud DV", "dv", "may", "many", 799),
        Product("ssl_dv_geotrust_flex", "GeoTrust DV SSL", "dv", "may", "many", 149, flex=True),
        Product("private_ssl_plus", "Private SSL", "ov", "no", "pair", 50, private=True),
        Product("private_ssl_wildcard", "Private Wildcard", "ov", "must", "under_wildcard", 150, private=True),
        Product("private_ssl_multi_domain", "Private Multi-Domain SSL", "ov", "no", "many", 100, private=True),
        Product("private_ssl_flex", "Private SSL Flex", "ov", "may", "many", 75, flex=True, private=True),
    )
}

VALIDATION_NAMES = {
    "dv": ("DV", "Domain Validation"),
    "ov": ("OV", "Normal Organization Validation"),
    "ev": ("EV", "Extended Organization Validation (EV)"),
}

_HINTED = {
    "ov": ("ssl_plus", "ssl_multi_domain", "ssl_wildcard", "ssl_cloud_wildcard"),
    "ev": ("ssl_ev_plus", "ssl_ev_multi_domain", None, None),
    "private": ("private_ssl_plus", "private_ssl_multi_domain", "private_ssl_wildcard", "private_ssl_flex"),
}


def find_product(name_id: str) -> Product:
    """:raises Refusal: 404, the product is unknown."""
    product = PRODUCTS.get(name_id)
    if product is None:
        raise Refusal("product_unknown")
    return product


def resolve_type_hint(hint: str, names: Sequence[str]) -> Product:
    """The product for ``POST /order/certificate/ssl``; without a hint the names decide on an OV product.

    :raises Refusal: 400 ambiguous_product.
    """
    family = _HINTED.get(hint.lower() or "ov")
    if family is None:
        raise Refusal("product_ambiguous")
    single, multi, wildcard, cloud = family
    wild = [name for name in names if is_wildcard(name)]
    if wild:
        chosen = wildcard if len(wild) == 1 and _under_wildcard(names, wild[0]) else cloud
    else:
        chosen = single if len(names) == 1 or is_www_pair(names) else multi
    if chosen is None:
        raise Refusal("product_ambiguous")
    return PRODUCTS[chosen]


def check_names(product: Product, names: Sequence[str]) -> None:
    """Refuse names that the product does not accept.

    :raises Refusal: a wildcard is not allowed or is missing, or there are too many names.
    """
    if not product.private and any(is_internal(name) for name in names):
        raise Refusal("host_name_invalid", "common_name" if is_internal(names[0]) else "dns_names")
    wild = [name for name in names if is_wildcard(name)]
    if (wild and product.wildcard == "no") or (not wild and product.wildcard == "must"):
        raise Refusal("names_not_allowed")
    if product.sans == "pair" and len(names) > 1 and not is_www_pair(names):
        raise Refusal("names_not_allowed")
    if product.sans == "under_wildcard" and (len(wild) != 1 or not _under_wildcard(names, wild[0])):
        raise Refusal("names_not_allowed")


def price_of(product: Product, names: Sequence[str], years: int) -> int:
    """Made-up price in whole dollars: the product's price for each year, and a tenth of it for each name beyond two."""
    return (product.price + (product.price // 10) * max(0, len(names) - 2)) * max(1, years)


def _under_wildcard(names: Sequence[str], wildcard: str) -> bool:
    domain = strip_wildcard(wildcard)
    return all(name in (wildcard, domain) or name.endswith(f".{domain}") for name in names)
