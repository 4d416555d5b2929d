# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which organization a name refers to, and whether an order is for an organization given in full. Pure decisions.

Rule of the service: if the details match an organization of the account, that one is used, the oldest if several match,
unless ``skip_duplicate_org_check`` is set; otherwise one is created (Services API, OV/EV certificate lifecycle). What
exactly the service compares is not documented, so an order that was placed for the details is accepted as it is.
"""

from __future__ import annotations

import typing as t

from .._certcentral import shape
from .._certcentral.errors import InputError
from .._certcentral.model import Order
from .._certcentral.organizations import OrganizationDetails
from .order import OrderIntent
from .organization import IDENTITY, folded

_IDENTITY_IN_ORDERS = ("name", "country", "city")


def identity_of(details: t.Mapping[str, t.Any]) -> tuple[str, ...]:
    """Return what identifies an organization: name, country, city and address, regardless of case and blanks."""
    return tuple(folded(details.get(name)) for name in IDENTITY)


def choose_organization(organizations: t.Iterable[OrganizationDetails], name: str) -> OrganizationDetails:
    """Return the active organization with this legal, assumed or display name. Raises InputError if not exactly one."""
    desired = folded(name)
    matching = [
        organization
        for organization in organizations
        if desired
        in {folded(text) for text in (organization.name, organization.assumed_name, organization.display_name)}
    ]
    active = [organization for organization in matching if organization.is_active]
    if len(active) == 1:
        return active[0]
    if active:
        numbers = _numbers(active)
        raise InputError(
            f"The account has more than one active organization called {name!r}: {numbers}.",
            next_action=f"Set organization_id to one of {numbers}; digicert_organization_info shows their addresses.",
        )
    if matching:
        raise InputError(
            f"The organization called {name!r} is not active: {_numbers(matching)}.",
            next_action="Activate it with digicert_organization, or use another one.",
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
    """Return whether an order placed for another intent matches the organization and the type hint of this one."""
    if intent.organization_details and not _is_for_organization(order, intent.organization_details):
        return False
    return intent.type_hint is None or _is_of_type(order, intent.type_hint)


def is_unsure(order: Order, intent: OrderIntent) -> bool:
    """Return whether the service does not report enough of an order to know whether it may serve an intent."""
    if not intent.organization_details:
        return False
    organization = shape.mapping(order.raw.get("organization"), "organization")
    return not folded(organization.get("name"))


def _is_for_organization(order: Order, identity: tuple[str, ...]) -> bool:
    """Return whether an order's organization has this identity, as far as orders show it: name, country and city."""
    organization = shape.mapping(order.raw.get("organization"), "organization")
    desired = dict(zip(IDENTITY, identity))
    if folded(organization.get("name")) != desired["name"]:
        return False
    return all(folded(organization.get(name)) in ("", desired[name]) for name in _IDENTITY_IN_ORDERS)


def _is_of_type(order: Order, type_hint: str) -> bool:
    """Return whether an order's product belongs to the family of a type hint: ``private``, ``ov``, ``ev`` or ``dv``."""
    product = shape.mapping(order.raw.get("product"), "product")
    is_private = any(folded(product.get(key)).startswith("private") for key in ("type", "name_id"))
    if folded(type_hint) == "private":
        return is_private
    return not is_private and folded(product.get("validation_type")) in ("", folded(type_hint))
