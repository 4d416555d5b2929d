# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Domains of the account: list, create, submit for validation, activate and remove."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from certcentral_simulator.cases.divisions import visible_clause
from certcentral_simulator.cases.organizations import VALIDATION_TYPES
from certcentral_simulator.cases.validation import DAY
from certcentral_simulator.clock import as_date
from certcentral_simulator.errors import Refusal, invalid
from certcentral_simulator.render.domains import Detail, render_dcv, render_domain, render_domain_validations
from certcentral_simulator.rules.forms import read_dcv_method
from certcentral_simulator.rules.kinds import is_true, nested_id, read_list, read_objects, read_text
from certcentral_simulator.rules.listing import Condition, Listing
from certcentral_simulator.rules.names import is_host_name, is_wildcard
from certcentral_simulator.rules.placement import HTTP_METHODS
from certcentral_simulator.rules.products import VALIDATION_NAMES
from certcentral_simulator.rules.validity import dcv_reuse_days
from certcentral_simulator.state import filters
from certcentral_simulator.state.rows import Domain
from certcentral_simulator.state.work import Work
from certcentral_simulator.web.call import (
    Call,
    container_clause,
    in_transaction,
    json_reply,
    list_reply,
    no_content,
    page_of,
)
from certcentral_simulator.web.lookups import find_domain, find_organization

blueprint = Blueprint("domains", __name__)

_FILTERS: dict[str, filters.Filter] = {
    "name": lambda condition: filters.one_of("name", [value.lower() for value in condition.values]),
    "search": filters.search("name"),
    "status": filters.active("is_active"),
    "dcv_method": filters.texts("dcv_method"),
    # Sent by a client (C).
    "container_id": filters.numbers("container_id"),
    "include_validation_reuse_status": lambda condition: ("1", []),
}


@blueprint.get("/domain")
@in_transaction
def list_domains(work: Work, call: Call) -> Response:
    """The domains of the account, by container and filters (D)."""
    listing = call.listing()
    known = {**_FILTERS, "validation": lambda condition: _by_validation(work, condition)}
    first = ["order_id IS NULL", visible_clause(work, "container_id"), container_clause(call, "container_id")]
    where, values = filters.where(work, listing.conditions, known, first)
    found = work.domains.find(where, *values, limit=listing.limit, offset=listing.offset)
    items = [render_domain(work, domain, _detail(call, listing)) for domain in found]
    return list_reply(work, "domains", items, page_of(work.domains.count(where, *values), listing))


@blueprint.post("/domain")
@in_transaction
def create_domain(work: Work, call: Call) -> Response:
    """Create a domain and start its validation (D)."""
    body = call.body()
    name = read_text(body.get("name"), "name").strip().lower()
    method = read_dcv_method(body.get("dcv_method"), [name])
    if method not in HTTP_METHODS and not is_true(body.get("keep_www")):
        name = name.removeprefix("www.")
    if not is_host_name(name) or is_wildcard(name):
        raise Refusal("host_name_invalid", "name")
    if work.domains.first("name = ? AND order_id IS NULL", name) is not None:
        raise Refusal("domain_exists")
    organization = find_organization(work, nested_id(body, "organization") or 0)
    domain = work.domains.insert(
        Domain(
            name=name,
            organization_id=organization.id,
            container_id=organization.container_id,
            created_at=work.now,
            submitted_at=work.now,
            dcv_method=method,
            email_array=read_email_array(body),
            types=read_types(body),
        )
    )
    return json_reply({"id": domain.id, **render_dcv(work, domain)}, 201)


@blueprint.get("/domain/validation-type")
@in_transaction
def list_validation_types(work: Work, call: Call) -> Response:
    """The validation types of a domain."""
    types = [
        {"type": kind, "name": name, "description": description}
        for kind, (name, description) in VALIDATION_NAMES.items()
        if kind != "dv"
    ]
    return list_reply(work, "validation_types", types)


@blueprint.get("/domain/<int:domain_id>")
@in_transaction
def domain_info(work: Work, call: Call, domain_id: int) -> Response:
    """One domain (D)."""
    return json_reply(render_domain(work, find_domain(work, domain_id), _detail(call, call.listing())))


@blueprint.get("/domain/<int:domain_id>/validation")
@in_transaction
def domain_validation(work: Work, call: Call, domain_id: int) -> Response:
    """The validations of a domain (D)."""
    return json_reply({"validations": render_domain_validations(work, find_domain(work, domain_id))})


@blueprint.post("/domain/<int:domain_id>/validation")
@in_transaction
def submit_domain(work: Work, call: Call, domain_id: int) -> Response:
    """Submit a domain for more validation types, or with another method (D)."""
    domain = find_domain(work, domain_id)
    body = call.body()
    domain.types = list(dict.fromkeys([*domain.types, *read_types(body)]))
    domain.dcv_method = read_dcv_method(body.get("dcv_method"), [domain.name], default=domain.dcv_method)
    domain.email_array = read_email_array(body) or domain.email_array
    domain.submitted_at = work.now
    work.domains.update(domain)
    return json_reply({"id": domain.id, **render_dcv(work, domain)})


@blueprint.put("/domain/<int:domain_id>/activate")
@in_transaction
def activate(work: Work, call: Call, domain_id: int) -> Response:
    """Make the domain usable again."""
    return _set_active(work, domain_id, active=True)


@blueprint.put("/domain/<int:domain_id>/deactivate")
@in_transaction
def deactivate(work: Work, call: Call, domain_id: int) -> Response:
    """Make the domain's validation unusable."""
    return _set_active(work, domain_id, active=False)


@blueprint.delete("/domain/<int:domain_id>")
@in_transaction
def delete_domain(work: Work, call: Call, domain_id: int) -> Response:
    """Remove a domain from the account."""
    work.domains.delete(find_domain(work, domain_id).id)
    return no_content()


def read_types(body: dict[str, Any]) -> list[str]:
    """The types of validation that a body asks for, at least one (D).

    :raises Refusal: there is none, or it is unknown.
    """
    kinds = [str(entry.get("type") or "") for entry in read_objects(body.get("validations"), "validations")]
    if not kinds or not set(kinds) <= set(VALIDATION_TYPES):
        raise invalid("validations")
    return list(dict.fromkeys(kinds))


def read_email_array(body: dict[str, Any]) -> list[str]:
    """The addresses that validation e-mails should go to.

    :raises Refusal: it is not a list of texts.
    """
    return [read_text(entry, "email_array") for entry in read_list(body.get("email_array"), "email_array")]


def _set_active(work: Work, domain_id: int, *, active: bool) -> Response:
    domain = find_domain(work, domain_id)
    domain.is_active = active
    work.domains.update(domain)
    return no_content()


def _by_validation(work: Work, condition: Condition) -> filters.Clause:
    """By a type of validation, or by whether control is proven; the documented values could not be read."""
    since = work.now - dcv_reuse_days(as_date(work.now)) * DAY
    proven = "(approved_at IS NOT NULL AND approved_at > ?)"
    words: dict[str, filters.Clause] = {
        **dict.fromkeys(("active", "not_pending"), (proven, [since])),
        "pending": (f"NOT {proven}", [since]),
    }
    of_type = "EXISTS (SELECT 1 FROM json_each(types) t WHERE t.value = ?)"
    return filters.either([words.get(value, (of_type, [value])) for value in condition.values])


def _detail(call: Call, listing: Listing) -> Detail:
    # The status of reuse is a filter of the list, and an argument for one domain (D).
    filtered = {condition.property: condition.values[0] for condition in listing.conditions}
    reuse = filtered.get("include_validation_reuse_status") or call.argument("include_validation_reuse_status")
    return Detail(
        token=call.flag("include_dcv"),
        reuse_status=is_true(reuse),
        expiration_time=call.flag("include_dcv_expiration_time"),
    )
