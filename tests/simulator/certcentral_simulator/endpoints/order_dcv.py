# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Domain control validation of an order: check, method, random value, e-mails, state; and a CSR added later."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Blueprint, Response

from certcentral_simulator.cases.dcv import (
    awaiting_dcv,
    change_method,
    pending_scopes,
    probes_of,
    random_value,
    record_proofs,
)
from certcentral_simulator.cases.issuing import progress
from certcentral_simulator.cases.statuses import current_status, set_status, shown_certificate, shown_certificate_id
from certcentral_simulator.cases.validation import dcv_expires_at, scopes
from certcentral_simulator.clock import iso
from certcentral_simulator.dcv.check import Probe, run_probes
from certcentral_simulator.errors import Refusal, invalid
from certcentral_simulator.render.organizations import render_validations
from certcentral_simulator.rules.csr import read_csr
from certcentral_simulator.rules.placement import EMAIL, HTTP_METHODS, token_fields
from certcentral_simulator.state.rows import Order, Token
from certcentral_simulator.state.work import Work
from certcentral_simulator.web.call import Call, in_transaction, json_reply, no_content, with_call
from certcentral_simulator.web.lookups import find_order

blueprint = Blueprint("order_dcv", __name__)


@dataclass(frozen=True)
class _Check:
    """What a check of an order looks for, or the answer if there is nothing to look for."""

    order: Order
    names: list[str] = field(default_factory=list)
    probes: list[Probe] = field(default_factory=list)
    answer: dict[str, object] | None = None


@blueprint.put("/order/certificate/<reference>/check-dcv")
@with_call
def check_dcv(call: Call, reference: str) -> Response:
    """Check now for the random value of every domain that is not validated (D); this does not restart polling."""
    given = call.body().get("dns_names_validations") or []
    if not isinstance(given, list):
        raise invalid("dns_names_validations")

    def read(work: Work) -> _Check:
        order = find_order(work, reference)
        if order.dcv_method == EMAIL:
            raise Refusal("check_of_email_order")
        if order.status == "issued":
            return _Check(order, answer=_checked(work, order, []))
        certificate = awaiting_dcv(work, order)
        only = [str(name) for name in given]
        selected = {name.lower() for name in only}
        names = [name for name in certificate.names if not selected or name in selected]
        return _Check(order, names, probes_of(work, order, pending_scopes(work, order, certificate, only)))

    check = call.carry_out(read)
    if check.answer is not None:
        return json_reply(check.answer)
    found = run_probes(call.simulator.network, check.probes)

    def record(work: Work) -> dict[str, object]:
        record_proofs(work, found, [check.order.id])
        return _checked(work, work.orders.need(check.order.id), check.names)

    answer = call.carry_out(record)
    # Domains that were found stay validated, even if the call as a whole is refused.
    if not all(found.values()):
        if check.order.dcv_method in HTTP_METHODS:
            raise Refusal("file_missing")
        if call.simulator.switches.text("check_dcv_missing_dns") == "error":
            raise Refusal("dns_record_missing")
    return json_reply(answer)


@blueprint.put("/order/certificate/<reference>/dcv-method")
@in_transaction
def put_dcv_method(work: Work, call: Call, reference: str) -> Response:
    """Change the DCV method: 204 for e-mail, otherwise the random value (D)."""
    order = find_order(work, reference)
    token = change_method(work, order, call.body().get("dcv_method"))
    return no_content() if token is None else _random_value(work, order, token)


@blueprint.put("/order/certificate/<reference>/dcv-random-value")
@in_transaction
def put_random_value(work: Work, call: Call, reference: str) -> Response:
    """The current random value, or a new one if that has expired (D)."""
    order = find_order(work, reference)
    return _random_value(work, order, random_value(work, order))


@blueprint.put("/order/certificate/<reference>/resend-emails")
@in_transaction
def resend_emails(work: Work, call: Call, reference: str) -> Response:
    """Resend the validation e-mails (C: 204). The simulator sends no mail."""
    awaiting_dcv(work, find_order(work, reference))
    return no_content()


@blueprint.post("/order/certificate/<reference>/csr")
@in_transaction
def add_csr(work: Work, call: Call, reference: str) -> Response:
    """Add or replace the CSR of a pending order (C: 204)."""
    order = find_order(work, reference)
    certificate = awaiting_dcv(work, order)
    csr = str(call.body().get("csr") or "")
    certificate.key_bits = read_csr(csr).bits
    certificate.request["csr"] = csr
    work.certificates.update(certificate)
    if order.status == "needs_csr":
        set_status(work, order, "pending")
    progress(work, order)
    return no_content()


@blueprint.get("/order/certificate/<reference>/validation")
@in_transaction
def order_validation(work: Work, call: Call, reference: str) -> Response:
    """Validation of the organization and the domains of an order; ids are texts (D)."""
    order = find_order(work, reference)
    body: dict[str, object] = {"order_id": str(order.id), "order_status": current_status(work, order)}
    organization = work.organizations.get(order.organization_id)
    if organization is not None:
        body["organization_id"] = str(organization.id)
        body["organization_name"] = organization.name
        # This endpoint uses "complete" instead of "active" in the organization's own endpoint (D).
        body["organization_validations"] = [
            {**entry, "status": "complete" if entry["status"] == "active" else entry["status"]}
            for entry in render_validations(work, organization)
        ]
    certificate = work.certificates.need(order.pending_certificate_id or order.certificate_id)
    validations = []
    for scope in scopes(work, order, certificate):
        entry: dict[str, object] = {
            "domain_id": str(scope.domain.id),
            "name_scope": scope.domain.name if scope.approved else scope.name,
            "status": "approved" if scope.approved else "pending",
            "method": scope.domain.approved_method or order.dcv_method,
            "order_name_scope": scope.name,
            "order_dcv_method": order.dcv_method,
            "dns_names": list(scope.dns_names),
        }
        expires = dcv_expires_at(scope.domain, work.now)
        if scope.approved:
            entry["approval_scope"] = scope.domain.approval_scope
            if expires is not None:
                entry["approval_expiration_date"] = iso(expires)
        validations.append(entry)
    body["dns_name_validations"] = validations
    return json_reply(body)


def _checked(work: Work, order: Order, names: list[str]) -> dict[str, object]:
    pending_word = work.switches.text("check_dcv_missing_status")
    certificate = work.certificates.need(order.pending_certificate_id or order.certificate_id)
    states = {name: scope.approved for scope in scopes(work, order, certificate) for name in scope.dns_names}
    complete = order.status == "issued" or all(states.values())
    body: dict[str, object] = {
        "order_status": current_status(work, order),
        "certificate_id": certificate.id if order.status != "issued" else shown_certificate_id(work, order),
        "dcv_status": "valid" if complete else pending_word,
    }
    shown = names or list(shown_certificate(work, order).names)
    body["dns_name_validations"] = [
        {"dns_name": name, "status": "approved" if complete or states.get(name) else pending_word} for name in shown
    ]
    return body


def _random_value(work: Work, order: Order, token: Token) -> Response:
    body: dict[str, object] = {"dcv_random_value": token.value, "expiration_date": iso(token.expires_at)}
    if order.dcv_method == "http-token-dynamic":
        certificate = work.certificates.need(order.pending_certificate_id or order.certificate_id)
        body["http_token_url"] = token_fields(order.dcv_method, certificate.common_name, token.value)["http_token_url"]
    return json_reply(body, work.switches.number("dcv_token_status_code"))
