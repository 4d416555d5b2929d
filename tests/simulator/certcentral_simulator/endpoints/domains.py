# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Domains of the account: list, info, create, and their validation independent of orders."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from certcentral_simulator.cases.dcv import probe_of_domain, record_proofs
from certcentral_simulator.cases.divisions import visible_clause
from certcentral_simulator.cases.organizations import VALIDATION_TYPES
from certcentral_simulator.cases.tokens import domain_token
from certcentral_simulator.clock import iso
from certcentral_simulator.dcv.check import Probe, run_probes
from certcentral_simulator.errors import Refusal, invalid
from certcentral_simulator.render.domains import render_dcv, render_domain
from certcentral_simulator.rules.forms import read_dcv_method
from certcentral_simulator.rules.kinds import nested_id, read_id, read_objects
from certcentral_simulator.rules.names import is_host_name, is_wildcard
from certcentral_simulator.rules.placement import EMAIL, HTTP_METHODS, METHODS, token_fields
from certcentral_simulator.rules.products import VALIDATION_NAMES
from certcentral_simulator.state.rows import Domain
from certcentral_simulator.state.work import Work
from certcentral_simulator.web.call import (
    Call,
    in_transaction,
    json_reply,
    list_reply,
    no_content,
    page_of,
    updated,
    with_call,
)
from certcentral_simulator.web.lookups import find_domain, find_organization

blueprint = Blueprint("domains", __name__)


@blueprint.get("/domain")
@in_transaction
def list_domains(work: Work, call: Call) -> Response:
    """The domains of the account, by container and ``filters[name]`` or ``filters[search]``."""
    listing = call.listing()
    clauses, values = ["order_id IS NULL", visible_clause(work, "container_id")], []
    container_id = read_id(call.argument("container_id"), "container_id")
    if container_id is not None:
        clauses.append("container_id = ?")
        values.append(str(container_id))
    for condition in listing.conditions:
        if condition.property == "search":
            clauses.append("name LIKE ?")
            values.append(f"%{condition.values[0].lower()}%")
        elif condition.property == "name":
            clauses.append(f"name IN ({', '.join('?' for _number in condition.values)})")
            values.extend(value.lower() for value in condition.values)
        else:
            raise Refusal("filter_unknown")
    where = " AND ".join(clauses)
    found = work.domains.find(where, *values, limit=listing.limit, offset=listing.offset)
    items = [
        render_domain(
            work, domain, include_dcv=_flag(call, "include_dcv"), include_validation=_flag(call, "include_validation")
        )
        for domain in found
    ]
    return list_reply(work, "domains", items, page_of(work.domains.count(where, *values), listing))


@blueprint.post("/domain")
@in_transaction
def create_domain(work: Work, call: Call) -> Response:
    """Create a domain and start its validation (D)."""
    body = call.body()
    name = str(body.get("name") or "").strip().lower()
    if not body.get("keep_www"):
        name = name.removeprefix("www.")
    if not is_host_name(name) or is_wildcard(name):
        raise Refusal("host_name_invalid", "name")
    if work.domains.first("name = ? AND order_id IS NULL", name) is not None:
        raise Refusal("domain_exists")
    organization = find_organization(work, nested_id(body, "organization") or 0)
    kinds = read_types(body)
    domain = work.domains.insert(
        Domain(
            name=name,
            organization_id=organization.id,
            container_id=organization.container_id,
            created_at=work.now,
            dcv_method=read_dcv_method(body.get("dcv_method"), [name]),
            types=kinds,
        )
    )
    return json_reply({"id": domain.id, **render_dcv(work, domain)}, 201)


def read_types(body: dict[str, Any]) -> list[str]:
    """The types of validation that a body asks for, at least one (D).

    :raises Refusal: there is none, or it is unknown.
    """
    kinds = [str(entry.get("type") or "") for entry in read_objects(body.get("validations"), "validations")]
    if not kinds or not set(kinds) <= set(VALIDATION_TYPES):
        raise invalid("validations")
    return list(dict.fromkeys(kinds))


@blueprint.get("/domain/dcv/method")
@in_transaction
def list_methods(work: Work, call: Call) -> Response:
    """The DCV methods."""
    return list_reply(work, "methods", [{"name_id": method, "name": method} for method in METHODS])


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
    domain = find_domain(work, domain_id)
    return json_reply(
        render_domain(
            work, domain, include_dcv=_flag(call, "include_dcv"), include_validation=_flag(call, "include_validation")
        )
    )


@blueprint.post("/domain/<int:domain_id>/validation")
@in_transaction
def submit_domain(work: Work, call: Call, domain_id: int) -> Response:
    """Submit a domain for more validation types, or with another method."""
    domain = find_domain(work, domain_id)
    body = call.body()
    domain.types = list(dict.fromkeys([*domain.types, *read_types(body)]))
    domain.dcv_method = read_dcv_method(body.get("dcv_method"), [domain.name], default=domain.dcv_method)
    work.domains.update(domain)
    return json_reply(render_dcv(work, domain))


@blueprint.put("/domain/<int:domain_id>/dcv/emails")
@in_transaction
def send_emails(work: Work, call: Call, domain_id: int) -> Response:
    """Resend the validation e-mails of a domain (D: it exists). The simulator sends no mail."""
    domain = find_domain(work, domain_id)
    if domain.dcv_method != EMAIL:
        raise invalid("dcv_method")
    return updated(work)


@blueprint.put("/domain/<int:domain_id>/dcv/method")
@in_transaction
def put_domain_method(work: Work, call: Call, domain_id: int) -> Response:
    """Change the DCV method of a domain (D)."""
    domain = find_domain(work, domain_id)
    domain.dcv_method = read_dcv_method(call.body().get("dcv_method"), [domain.name], default="")
    work.domains.update(domain)
    return json_reply(render_dcv(work, domain))


@blueprint.post("/domain/<int:domain_id>/dcv/token")
@in_transaction
def new_token(work: Work, call: Call, domain_id: int) -> Response:
    """Make a new random value for a domain (D)."""
    domain = find_domain(work, domain_id)
    if domain.dcv_method == EMAIL:
        raise Refusal("token_not_used_by_method")
    token = domain_token(work, domain, fresh=True)
    body = {
        "token": token.value,
        "expiration_date": iso(token.expires_at),
        **token_fields(domain.dcv_method, domain.name, token.value),
    }
    return json_reply(body, work.switches.number("dcv_token_status_code"))


@blueprint.put("/domain/<int:domain_id>/dcv/validate-token")
@with_call
def validate_token(call: Call, domain_id: int) -> Response:
    """Check now for the random value of a domain (D)."""

    def read(work: Work) -> tuple[Domain, Probe]:
        domain = find_domain(work, domain_id)
        if domain.dcv_method == EMAIL:
            raise Refusal("token_not_used_by_method")
        return domain, probe_of_domain(work, domain)

    domain, probe = call.carry_out(read)
    found = run_probes(call.simulator.network, [probe])
    if not found[probe]:
        raise Refusal("file_missing" if domain.dcv_method in HTTP_METHODS else "dns_record_missing")

    def record(work: Work) -> str:
        record_proofs(work, found)
        return domain_token(work, domain).value

    return json_reply({"token": call.carry_out(record), "status": "active"})


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


def _set_active(work: Work, domain_id: int, *, active: bool) -> Response:
    domain = find_domain(work, domain_id)
    domain.is_active = active
    work.domains.update(domain)
    return no_content()


def _flag(call: Call, name: str) -> bool:
    return call.argument(name) in {"1", "true"}
