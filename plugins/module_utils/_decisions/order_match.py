# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which organization a name means, and whether an order is for one that is given in full. Pure decisions.

Rule of the service: details that match an organization of the account mean that one, the oldest where several match,
unless ``skip_duplicate_org_check`` is set; otherwise they create one (Services API, OV/EV certificate lifecycle). What
exactly it compares is not documented: an order that was placed for the details is therefore taken as it is.
"""

from __future__ import annotations

import typing as t

from .._certcentral import shape
from .._certcentral.errors import InputError
from .._certcentral.model import Order
from .._certcentral.organizations import OrganizationDetails
from .order import OrderIntent

_IDENTITY = ("name", "country", "city", "address")
_TOLD_BY_ORDERS = ("name", "country", "city")


def _plain(value: object) -> str:
    return " ".join(str(value or "").split()).casefold()


def identity_of(details: t.Mapping[str, t.Any]) -> tuple[str, ...]:
    """Return what tells an organization apart: name, country, city and address; case and blanks are no difference."""
    return tuple(_plain(details.get(name)) for name in _IDENTITY)


def choose_organization(organizations: t.Iterable[OrganizationDetails], name: str) -> OrganizationDetails:
    """Return the one active organization of that legal, assumed or display name. Raises InputError otherwise."""
    desired = _plain(name)
    found = [
        organization
        for organization in organizations
        if desired
        in {_plain(text) for text in (organization.name, organization.assumed_name, organization.display_name)}
    ]
    active = [organization for organization in found if organization.is_active]
    if len(active) == 1:
        return active[0]
    if active:
        numbers = _numbers(active)
        raise InputError(
            f"The account has more than one active organization called {name!r}: {numbers}.",
            next_action=f"Set organization_id to one of {numbers}; digicert_organization_info tells their addresses.",
        )
    if found:
        raise InputError(
            f"The organization called {name!r} is not active: {_numbers(found)}.",
            next_action="Activate it with digicert_organization, or name another one.",
        )
    raise InputError(
        f"The account has no organization called {name!r}.",
        next_action=(
            "digicert_organization_info lists the organizations that this API key may see; digicert_organization "
            "creates one."
        ),
    )


def _numbers(organizations: t.Iterable[OrganizationDetails]) -> str:
    return ", ".join(str(number) for number in sorted(organization.id for organization in organizations))


def may_serve(order: Order, intent: OrderIntent) -> bool:
    """Tell whether an order that was not placed for the wish may serve it: organization in full, and type hint."""
    if intent.organization_details and not _is_for_organization(order, intent.organization_details):
        return False
    return intent.type_hint is None or _is_of_type(order, intent.type_hint)


def _is_for_organization(order: Order, identity: tuple[str, ...]) -> bool:
    """Tell whether an order's organization has this identity, as far as the order tells: name, country and city."""
    told = shape.mapping(order.raw.get("organization"), "organization")
    desired = dict(zip(_IDENTITY, identity))
    if _plain(told.get("name")) != desired["name"]:
        return False
    return all(_plain(told.get(name)) in ("", desired[name]) for name in _TOLD_BY_ORDERS)


def _is_of_type(order: Order, type_hint: str) -> bool:
    """Tell whether an order's product is of the family that a type hint names: ``private``, ``ov``, ``ev``, ``dv``."""
    product = shape.mapping(order.raw.get("product"), "product")
    is_private = any(_plain(product.get(key)).startswith("private") for key in ("type", "name_id"))
    if _plain(type_hint) == "private":
        return is_private
    return not is_private and _plain(product.get("validation_type")) in ("", _plain(type_hint))
