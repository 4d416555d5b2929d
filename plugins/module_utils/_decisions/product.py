# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a product accepts a request. Pure: one function for each rule; a rule passes if the service returns no data.

Sources: Product info, https://dev.digicert.com/certcentral-apis/services-api/products/product-info.html; for names, the
list of products, in which the wildcard form of an older product is a separate product; for wildcards in EV
certificates, the EV Guidelines of the CA/Browser Forum, which forbid them.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass

from .._certcentral.errors import InputError
from .._certcentral.products import Product
from .._x509.names import is_www_pair, without_wildcard
from .validity import Validity, add_years

# the wildcard form of each of these is a separate product
_WITHOUT_WILDCARDS = {
    "ssl_plus": "ssl_wildcard",
    "ssl_multi_domain": "ssl_cloud_wildcard",
    "ssl_dv_geotrust": "wildcard_dv_geotrust",
    "ssl_dv_rapidssl": "wildcard_dv_rapidssl",
    "private_ssl_plus": "private_ssl_wildcard",
    "private_ssl_multi_domain": "private_ssl_wildcard",
}
_ONE_WILDCARD = frozenset({"ssl_wildcard", "private_ssl_wildcard", "wildcard_dv_geotrust", "wildcard_dv_rapidssl"})
_ONE_NAME = {
    "ssl_plus": "ssl_multi_domain",
    "ssl_ev_plus": "ssl_ev_multi_domain",
    "ssl_dv_geotrust": "cloud_dv_geotrust",
    "ssl_dv_rapidssl": "cloud_dv_geotrust",
    "private_ssl_plus": "private_ssl_multi_domain",
}


@dataclass(frozen=True)
class ProductRequest:
    """What an order requests from its product."""

    names: tuple[str, ...]
    """Normalised, common name first."""
    has_organization: bool
    signature_hash: str | None
    ca_cert_id: str | None
    order_validity: Validity
    cert_validity: Validity | None
    auto_renew: bool
    auto_reissue: bool
    today: dt.date


@dataclass(frozen=True)
class Misfit:
    """Something that the product does not accept, and what to do about it."""

    detail: str
    next_action: str


def misfits(product: Product, request: ProductRequest) -> list[Misfit]:
    """Return everything that the product does not accept; empty if nothing is known to be wrong."""
    results = (rule(product, request) for rule in _RULES)
    return [misfit for misfit in results if misfit is not None]


def check_fit(product: Product, request: ProductRequest) -> None:
    """Refuse a request that the product does not accept. Raises InputError that lists everything that is wrong."""
    problems = misfits(product, request)
    if problems:
        raise InputError(
            f"The product {product.name_id} does not fit: {'; '.join(misfit.detail for misfit in problems)}.",
            next_action=" ".join(dict.fromkeys(misfit.next_action for misfit in problems)),
        )


def ca_cert_id(product: Product, name: str) -> str:
    """Return the ID of an intermediate CA by its name, regardless of case and blanks. Raises InputError if unknown."""
    words = _folded(name.split())
    matching = [entry for entry in product.ca_certs if str(entry["name"] or "").casefold().split() == words]
    if len(matching) != 1 or matching[0]["id"] is None:
        raise InputError(
            f"The intermediate CA {name!r} cannot be chosen for the product {product.name_id}.",
            next_action=_choice_of_ca(product),
        )
    return str(matching[0]["id"])


def _folded(words: t.Iterable[str]) -> list[str]:
    return [word.casefold() for word in words]


def _wildcards(request: ProductRequest) -> list[str]:
    return [name for name in request.names if name.startswith("*.")]


def _kind(product: Product) -> str:
    """Return the validation type in lower case; the service uses both cases."""
    return (product.validation_type or "").casefold()


def _is_private(product: Product) -> bool:
    """Return whether it is a private product; the service gives it the type of the public ones."""
    told = (product.name_id, product.type, product.validation_type)
    return any((text or "").casefold().startswith("private") for text in told)


def _organization(product: Product, request: ProductRequest) -> Misfit | None:
    if _kind(product) == "dv" and request.has_organization:
        return Misfit("it is only validated by domain and does not accept an organization", "Remove the organization.")
    if _kind(product) in ("ov", "ev") and not request.has_organization:
        return Misfit("it needs an organization", "Set organization_id, organization_name or organization.")
    return None


def _takes_wildcards(product: Product, request: ProductRequest) -> Misfit | None:
    wildcards = _wildcards(request)
    if not wildcards:
        return None
    if _kind(product) == "ev":
        return Misfit(
            f"an EV certificate cannot cover a wildcard such as {wildcards[0]}", "List each host, or use an OV product."
        )
    if product.name_id in _WITHOUT_WILDCARDS:
        other = _WITHOUT_WILDCARDS[product.name_id]
        return Misfit(f"it does not accept a wildcard such as {wildcards[0]}", f"Use {other}, or a flex product.")
    return None


def _is_for_one_wildcard(product: Product, request: ProductRequest) -> Misfit | None:
    if product.name_id not in _ONE_WILDCARD:
        return None
    wildcards = _wildcards(request)
    if len(wildcards) != 1:
        return Misfit(
            f"it accepts exactly one wildcard, not {len(wildcards)}", "Use a flex product, or correct dns_names."
        )
    base = without_wildcard(wildcards[0])
    outside = [name for name in request.names if name not in (wildcards[0], base) and not name.endswith(f".{base}")]
    if outside:
        return Misfit(f"{outside[0]} is not below {wildcards[0]}", "Use a flex product, or correct dns_names.")
    return None


def _takes_the_names(product: Product, request: ProductRequest) -> Misfit | None:
    if len(request.names) == 1 or is_www_pair(request.names) or product.name_id in _ONE_WILDCARD:
        return None
    is_single = product.additional_names_allowed is False or product.name_id in _ONE_NAME
    if not is_single:
        return None
    other = _ONE_NAME.get(product.name_id)
    return Misfit(
        f"it is for one name and its www pair, not for {len(request.names)} names",
        f"Use {other}, or a flex product." if other else "Use a product for several names.",
    )


def _hash(product: Product, request: ProductRequest) -> Misfit | None:
    if not product.signature_hashes or request.signature_hash in (None, *product.signature_hashes):
        return None
    return Misfit(
        f"its certificates are not signed with {request.signature_hash}",
        f"Set signature_hash to {' or '.join(product.signature_hashes)}.",
    )


def _ca_cert(product: Product, request: ProductRequest) -> Misfit | None:
    if request.ca_cert_id is None or not product.lists_ca_certs:
        return None
    allowed = {str(entry["id"]).casefold() for entry in product.ca_certs}
    if request.ca_cert_id.casefold() in allowed:
        return None
    return Misfit(f"the intermediate CA {request.ca_cert_id} cannot be chosen for it", _choice_of_ca(product))


def _choice_of_ca(product: Product) -> str:
    if not product.ca_certs:
        return "Leave the choice to the CA, or use a flex product of an account that may choose."
    choice = ", ".join(f"{entry['name']} ({entry['id']})" for entry in product.ca_certs)
    return f"Choose one of: {choice}."


def _order_length(product: Product, request: ProductRequest) -> Misfit | None:
    validity = request.order_validity
    if validity.until is not None and product.custom_expiration_date_allowed is False:
        return Misfit("its orders do not accept custom_expiration_date", "Set order_validity in years or days.")
    offered = product.order_years or ((product.most_order_years,) if product.most_order_years else ())
    if not offered:
        return None
    by_years = validity.until is None and validity.days is None
    if (by_years and product.order_years and validity.years not in offered) or (
        validity.end(request.today) > add_years(request.today, max(offered))
    ):
        years = ", ".join(str(number) for number in offered)
        prefix = "" if product.order_years else "at most "
        return Misfit(
            f"its orders cannot last until {validity.end(request.today)}",
            f"Order for {prefix}{years} year(s) with order_validity.",
        )
    return None


def _certificate_length(product: Product, request: ProductRequest) -> Misfit | None:
    validity = request.cert_validity
    if validity is None:
        return None
    if validity.until is not None and product.custom_expiration_date_allowed is False:
        return Misfit("its certificates do not accept custom_expiration_date", "Set cert_validity in days.")
    by_years = validity.until is None and validity.days is None
    if by_years and product.certificate_years and validity.years not in product.certificate_years:
        years = ", ".join(str(number) for number in product.certificate_years)
        return Misfit(f"its certificates cannot last {validity.years} years", f"Set cert_validity.years to {years}.")
    return None


def _auto_renew(product: Product, request: ProductRequest) -> Misfit | None:
    if request.auto_renew and product.auto_renew_allowed is False:
        return Misfit("the service does not renew it automatically", "Remove auto_renew.")
    return None


def _auto_reissue(product: Product, request: ProductRequest) -> Misfit | None:
    if request.auto_reissue and _is_private(product):
        return Misfit("it has no Multi-year Plan whose certificates the service reissues", "Remove auto_reissue.")
    return None


Rule = t.Callable[[Product, ProductRequest], t.Optional[Misfit]]

_RULES: tuple[Rule, ...] = (
    _organization,
    _takes_wildcards,
    _is_for_one_wildcard,
    _takes_the_names,
    _hash,
    _ca_cert,
    _order_length,
    _certificate_length,
    _auto_renew,
    _auto_reissue,
)


OTHER = -1

_GLOSSARY = {
    "OTHER": OTHER,
    "Apache": 2,
    "Microsoft IIS 5 or 6": 14,
    "Microsoft IIS 7": 40,
    "nginx": 45,
    "Microsoft IIS 8": 67,
    "Microsoft Exchange Server 2013": 68,
}


def platform_id(name: str, of_product: t.Iterable[t.Mapping[str, t.Any]]) -> int:
    """Return the ID of a platform by its name, regardless of case and blanks.

    ``of_product`` are the platforms that the product lists, each with ``id`` and ``name``; they take precedence over
    the glossary. Raises InputError that lists the names if the name is unknown.
    """
    listed = {entry["name"]: entry["id"] for entry in of_product if entry["id"] and entry["name"]}
    known: dict[str, int] = {**_GLOSSARY, **listed}
    by_name = {_squeezed(known_name): number for known_name, number in known.items()}
    if _squeezed(name) not in by_name:
        raise InputError(
            f"The server platform {name!r} is not known.",
            next_action=(
                f"Use one of {', '.join(sorted(known, key=str.casefold))}, or server_platform_id with its number in "
                "the glossary of the Services API."
            ),
        )
    return by_name[_squeezed(name)]


def _squeezed(name: str) -> str:
    return "".join(name.split()).casefold()
