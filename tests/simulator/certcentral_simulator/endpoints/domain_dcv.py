# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Domain control validation of a domain of the account: method, random value, e-mails, check."""

from __future__ import annotations

from flask import Blueprint, Response

from certcentral_simulator.cases.dcv import probe_of_domain, record_proofs
from certcentral_simulator.cases.tokens import domain_token
from certcentral_simulator.clock import iso
from certcentral_simulator.dcv.check import Probe, run_probes
from certcentral_simulator.endpoints.domains import read_email_array
from certcentral_simulator.errors import Refusal, invalid
from certcentral_simulator.render.domains import render_dcv, render_validation_emails
from certcentral_simulator.rules.forms import read_dcv_method
from certcentral_simulator.rules.kinds import natural_number, read_text
from certcentral_simulator.rules.placement import EMAIL, HTTP_METHODS, METHODS, token_fields
from certcentral_simulator.state.rows import Domain
from certcentral_simulator.state.work import Work
from certcentral_simulator.web.call import Call, in_transaction, json_reply, list_reply, no_content, with_call
from certcentral_simulator.web.lookups import find_domain

blueprint = Blueprint("domain_dcv", __name__)


@blueprint.get("/domain/dcv/method")
@in_transaction
def list_methods(work: Work, call: Call) -> Response:
    """The DCV methods."""
    return list_reply(work, "methods", [{"name_id": method, "name": method} for method in METHODS])


@blueprint.get("/domain/<domain_reference>/dcv/emails")
@in_transaction
def list_emails(work: Work, call: Call, domain_reference: str) -> Response:
    """The addresses for validation e-mails, by the id of the domain or by its name (D)."""
    by_name = work.domains.first("name = ? AND order_id IS NULL", domain_reference.lower())
    domain = find_domain(work, by_name.id if by_name else natural_number(domain_reference) or 0)
    emails = render_validation_emails(domain)
    return json_reply({**emails, "dns_txt_emails": []})


@blueprint.put("/domain/<int:domain_id>/dcv/emails")
@in_transaction
def send_emails(work: Work, call: Call, domain_id: int) -> Response:
    """Resend the validation e-mails of a domain (D: 204). The simulator sends no mail."""
    domain = find_domain(work, domain_id)
    body = call.body()
    read_text(body.get("name_scope"), "name_scope")
    # Addresses that are not allowed are ignored (D).
    read_email_array(body)
    if domain.dcv_method != EMAIL:
        raise invalid("dcv_method")
    return no_content()


@blueprint.put("/domain/<int:domain_id>/dcv/method")
@in_transaction
def put_domain_method(work: Work, call: Call, domain_id: int) -> Response:
    """Change the DCV method of a domain; the method that it has already is answered with an empty object (D)."""
    domain = find_domain(work, domain_id)
    body = call.body()
    method = read_dcv_method(body.get("dcv_method"), [domain.name], default="")
    domain.email_array = read_email_array(body) or domain.email_array
    changed, domain.dcv_method = method != domain.dcv_method, method
    work.domains.update(domain)
    return json_reply(render_dcv(work, domain) if changed else {})


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
