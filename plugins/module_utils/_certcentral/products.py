# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Products that can be ordered.

Pages: https://dev.digicert.com/certcentral-apis/services-api/products.html
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.community.digicert.plugins.module_utils._certcentral import _shape
from ansible_collections.community.digicert.plugins.module_utils._client import Client, path


@dataclass(frozen=True)
class Product:
    """A product, normalised; ``raw`` is what the service said."""

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
    """Intermediate CAs that may be chosen, each with ``id`` and ``name``."""
    csr_required: bool
    raw: dict[str, t.Any]

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


def _years(value: object, where: str) -> tuple[int, ...]:
    found = (_shape.identifier(entry, where) for entry in _shape.sequence(value, where))
    return tuple(number for number in found if number is not None)


def _product(raw: dict[str, t.Any]) -> Product:
    hashes = _shape.mapping(raw.get("signature_hash_types"), "signature_hash_types")
    allowed = _shape.mappings(hashes.get("allowed_hash_types"), "allowed_hash_types")
    return Product(
        name_id=_shape.text(raw.get("name_id"), "product.name_id") or "unknown",
        name=_shape.text(raw.get("name"), "product.name"),
        type=_shape.text(raw.get("type"), "product.type"),
        group_name=_shape.text(raw.get("group_name"), "product.group_name"),
        validation_type=_shape.text(raw.get("validation_type"), "product.validation_type"),
        certificate_years=_years(raw.get("allowed_validity_years"), "allowed_validity_years"),
        order_years=_years(raw.get("allowed_order_validity_years"), "allowed_order_validity_years"),
        signature_hashes=_shape.texts([entry.get("id") for entry in allowed], "allowed_hash_types.id"),
        default_signature_hash=_shape.text(hashes.get("default_hash_type_id"), "default_hash_type_id"),
        ca_certs=tuple(
            {"id": _shape.text(entry.get("id"), "allowed_ca_certs.id"), "name": entry.get("name")}
            for entry in _shape.mappings(raw.get("allowed_ca_certs"), "allowed_ca_certs")
        ),
        csr_required=_shape.flag(raw.get("csr_required")),
        raw=raw,
    )


def get(client: Client, name_id: str) -> Product:
    """Return one product by its identifier."""
    return _product(_shape.mapping(client.get(path("product", name_id)), "the product"))


def list_all(client: Client) -> list[Product]:
    """Return the products of the account; the list has no pages."""
    raw = _shape.mapping(client.get(path("product")), "the products")
    return [_product(entry) for entry in _shape.mappings(raw.get("products"), "products")]
