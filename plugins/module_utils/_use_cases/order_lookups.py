# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Look up what an order gives by name: organization, renewed order, custom fields, values of the product."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._certcentral import account, orders, organizations, products, shape
from .._certcentral.client import Client
from .._certcentral.errors import InputError, StateError
from .._certcentral.products import Product
from .._decisions.order_match import choose_organization
from .._decisions.product import ca_cert_id, platform_id

GENERIC_PRODUCT = "ssl"
"""An endpoint, not a product: the service chooses the product, so its limits cannot be read."""


@dataclass(frozen=True)
class NamedValues:
    """Values given by name for which the service requires an ID."""

    ca_cert: str | None = None
    server_platform: str | None = None
    custom_fields: tuple[tuple[str, str], ...] = ()
    """Pairs of label and value."""


def organization_id_of(client: Client, name: str) -> int:
    """Return the ID of the active organization with that name. Raises InputError if there is none, or several."""
    return choose_organization(organizations.list_details(client), name).id


def order_id_of_thumbprint(client: Client, thumbprint: str) -> int:
    """Return the ID of the order whose primary certificate has this SHA-1 thumbprint. Raises StateError if none has."""
    order = orders.find(client, thumbprint)
    if order is None:
        raise StateError(
            f"No order of this account has a primary certificate with the thumbprint {thumbprint}.",
            next_action="Correct renewed_thumbprint, or give the order ID in renewal_of_order_id.",
        )
    return order.id


def product_of(client: Client, name_id: str, container_id: int | None) -> Product | None:
    """Return a product; None for the generic one, or if the API key may not read products."""
    return None if name_id == GENERIC_PRODUCT else products.find(client, name_id, container_id)


def certificate_fields_of(values: NamedValues, product: Product | None) -> dict[str, t.Any]:
    """Return the fields of the ``certificate`` object that were given by name. Raises InputError for unknown names."""
    fields: dict[str, t.Any] = {}
    if values.server_platform is not None:
        platforms = product.server_platforms if product else ()
        fields["server_platform"] = {"id": platform_id(values.server_platform, platforms)}
    if values.ca_cert is not None:
        if product is None:
            raise InputError(
                "The intermediate CAs of the product cannot be read.",
                next_action="Use a product other than ssl and an API key that may read products, or set ca_cert_id.",
            )
        fields["ca_cert_id"] = ca_cert_id(product, values.ca_cert)
    return fields


def custom_fields_of(client: Client, values: NamedValues) -> list[dict[str, t.Any]]:
    """Return the custom fields given by label, with their IDs. Raises InputError for unknown labels."""
    if not values.custom_fields:
        return []
    known = account.custom_fields(client)
    return [{"metadata_id": _field_id(known, label), "value": value} for label, value in values.custom_fields]


def _field_id(known: t.Sequence[t.Mapping[str, t.Any]], label: str) -> int:
    folded = label.casefold().strip()
    found = [field for field in known if str(field.get("label") or "").casefold().strip() == folded]
    if len(found) == 1:
        return shape.required_identifier(found[0].get("id"), "metadata.id")
    if found:
        numbers = ", ".join(str(field.get("id")) for field in found)
        raise InputError(
            f"More than one custom field has the label {label!r}.", next_action=f"Set metadata_id to one of {numbers}."
        )
    labels = ", ".join(str(field.get("label")) for field in known) or "none"
    raise InputError(
        f"The account has no custom field with the label {label!r}.",
        next_action=f"Correct the label in custom_fields; the account has: {labels}.",
    )
