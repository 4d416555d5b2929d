# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Products that can be ordered.

Pages: https://dev.digicert.com/certcentral-apis/services-api/products.html
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from . import shape
from .client import Client, if_permitted, path


@dataclass(frozen=True)
class Product:
    """A product, normalised; ``raw`` is the answer of the service."""

    name_id: str
    name: str | None
    type: str | None
    group_name: str | None
    validation_type: str | None
    certificate_years: tuple[int, ...]
    order_years: tuple[int, ...]
    signature_hashes: tuple[str, ...]
    default_signature_hash: str | None
    ca_certs: tuple[dict[str, t.Any], ...]
    """Intermediate CAs to choose from, each with ``id`` and ``name``."""
    csr_required: bool
    most_order_years: int | None
    """The longest order in years, if the service returns it instead of ``order_years``."""
    additional_names_allowed: bool | None
    custom_expiration_date_allowed: bool | None
    auto_renew_allowed: bool | None
    """None if the service does not say, as for the two fields above."""
    server_platforms: tuple[dict[str, t.Any], ...]
    """Each with ``id`` and ``name``."""
    raw: dict[str, t.Any]

    @property
    def lists_ca_certs(self) -> bool:
        """Whether the service lists the intermediate CAs to choose from; the list may be empty."""
        return "allowed_ca_certs" in self.raw

    def as_result(self) -> dict[str, t.Any]:
        """Return the normalised form that modules report."""
        return {
            "name_id": self.name_id,
            "name": self.name,
            "type": self.type,
            "group_name": self.group_name,
            "validation_type": self.validation_type,
            "certificate_years": list(self.certificate_years),
            "order_years": list(self.order_years),
            "signature_hashes": list(self.signature_hashes),
            "default_signature_hash": self.default_signature_hash,
            "ca_certs": list(self.ca_certs),
            "csr_required": self.csr_required,
        }


def _years(value: object, location: str) -> tuple[int, ...]:
    found = (shape.identifier(entry, location) for entry in shape.sequence(value, location))
    return tuple(number for number in found if number is not None)


def _optional_flag(raw: dict[str, t.Any], key: str) -> bool | None:
    return shape.flag(raw[key]) if raw.get(key) is not None else None


def _product(raw: dict[str, t.Any]) -> Product:
    hashes = shape.mapping(raw.get("signature_hash_types"), "signature_hash_types")
    allowed = shape.mappings(hashes.get("allowed_hash_types"), "allowed_hash_types")
    return Product(
        name_id=shape.text(raw.get("name_id"), "product.name_id") or "unknown",
        name=shape.text(raw.get("name"), "product.name"),
        type=shape.text(raw.get("type"), "product.type"),
        group_name=shape.text(raw.get("group_name"), "product.group_name"),
        # in capitals if one product is read, in small letters in the list
        validation_type=(shape.text(raw.get("validation_type"), "product.validation_type") or "").lower() or None,
        certificate_years=_years(raw.get("allowed_validity_years"), "allowed_validity_years"),
        order_years=_years(raw.get("allowed_order_validity_years"), "allowed_order_validity_years"),
        signature_hashes=shape.texts([entry.get("id") for entry in allowed], "allowed_hash_types.id"),
        default_signature_hash=shape.text(hashes.get("default_hash_type_id"), "default_hash_type_id"),
        ca_certs=tuple(
            {"id": shape.text(entry.get("id"), "allowed_ca_certs.id"), "name": entry.get("name")}
            for entry in shape.mappings(raw.get("allowed_ca_certs"), "allowed_ca_certs")
        ),
        csr_required=shape.flag(raw.get("csr_required")),
        most_order_years=shape.identifier(
            raw.get("max_multi_year_order_validity_years"), "max_multi_year_order_validity_years"
        ),
        additional_names_allowed=_optional_flag(raw, "additional_dns_names_allowed"),
        custom_expiration_date_allowed=_optional_flag(raw, "custom_expiration_date_allowed"),
        auto_renew_allowed=_optional_flag(raw, "allow_auto_renew"),
        server_platforms=tuple(
            {
                "id": shape.platform(entry.get("id"), "server_platforms.id"),
                "name": shape.text(entry.get("name"), "server_platforms.name"),
            }
            for entry in shape.mappings(raw.get("server_platforms"), "server_platforms")
        ),
        raw=raw,
    )


def get(client: Client, name_id: str, container_id: int | None = None) -> Product:
    """Return a product by its identifier, as it can be ordered in a container, by default that of the user."""
    params = {"container_id": container_id} if container_id is not None else None
    return _product(shape.mapping(client.get(path("product", name_id), params), "the product"))


def find(client: Client, name_id: str, container_id: int | None = None) -> Product | None:
    """Return a product, or None if the API key may not read products."""
    return if_permitted(lambda: get(client, name_id, container_id))


def list_all(client: Client) -> list[Product]:
    """Return the products of the account; the list has no pages."""
    raw = shape.mapping(client.get(path("product")), "the products")
    return [_product(entry) for entry in shape.mappings(raw.get("products"), "products")]
