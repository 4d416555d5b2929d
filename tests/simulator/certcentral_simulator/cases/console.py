# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people do in the console or at the CA: manual orders, validation of organizations and domains."""

from __future__ import annotations

from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from certcentral_simulator.cases.approving import close_request, drop_pending, mark_approved, start_polling
from certcentral_simulator.cases.issuing import issue, progress_all
from certcentral_simulator.cases.placing import Requester, place
from certcentral_simulator.cases.revoking import revoke
from certcentral_simulator.cases.statuses import set_status
from certcentral_simulator.clock import parse_moment
from certcentral_simulator.rules.permissions import may_approve
from certcentral_simulator.state.account import set_domain_state, set_organization_state
from certcentral_simulator.state.rows import Certificate, Domain, Order, User
from certcentral_simulator.state.work import Work

ORDER_STATUSES = (
    "issued",
    "pending",
    "needs_approval",
    "needs_csr",
    "waiting_pickup",
    "canceled",
    "rejected",
    "revoked",
)


def administrator(work: Work) -> User:
    """The first user who may approve.

    :raises ValueError: the account has none.
    """
    for user in work.users.find():
        if may_approve(user.role_id):
            return user
    raise ValueError("the account has no user who may approve")


def make_order(work: Work, values: dict[str, Any]) -> Order:
    """Make an order as if in the console: not through the API, and not in the list of billed orders.

    ``product``, and the body of an order; besides ``id``, ``status`` (one of :data:`ORDER_STATUSES`), ``created``
    (ISO 8601), ``migrated``, ``is_renewed``. Without a CSR a key is generated and discarded.

    :raises Refusal: the service would not accept the order.
    :raises ValueError: the status is unknown.
    """
    body = dict(values)
    status = str(body.pop("status", "issued"))
    if status not in ORDER_STATUSES:
        raise ValueError(f"status must be one of {', '.join(ORDER_STATUSES)}")
    created = body.pop("created", None)
    then = work.at(parse_moment(str(created))) if created else work
    product = str(body.pop("product", "ssl_basic"))
    migrated, renewed = bool(body.pop("migrated", False)), bool(body.pop("is_renewed", False))
    order_id = int(body.pop("id", 0))
    certificate_body = dict(body.get("certificate") or {})
    certificate_body.setdefault("csr", make_csr(str(certificate_body.get("common_name", "example.com"))))
    body["certificate"] = certificate_body
    body.setdefault("order_validity", {"years": 1})
    body["skip_approval"] = False
    user = administrator(work)
    placed = place(then, product, body, Requester(user, None), order_id)
    order = placed.order
    for entry in list(work.billed.find("order_id = ?", order.id)):
        work.billed.delete(entry.id)
    order.migrated, order.is_renewed = migrated, renewed
    _bring_to(then, order, placed.certificate, user, status)
    work.orders.update(order)
    return order


def _bring_to(work: Work, order: Order, certificate: Certificate, user: User, status: str) -> None:
    if status == "needs_approval":
        return
    for request in work.requests.find("order_id = ?", order.id):
        close_request(work, request, user, "rejected" if status == "rejected" else "approved", "")
    if status in {"rejected", "canceled"}:
        drop_pending(work, order)
        set_status(work, order, status)
        return
    if status == "needs_csr":
        certificate.request["csr"] = ""
        work.certificates.update(certificate)
    set_status(work, order, status if status in {"needs_csr", "waiting_pickup"} else "pending")
    mark_approved(work, order, certificate, user)
    start_polling(work, order)
    if status in {"issued", "revoked"}:
        issue(work, order, work.certificates.need(order.certificate_id))
    if status == "revoked":
        revoke(work, order, None, "unspecified")


def make_csr(common_name: str) -> str:
    """A CSR for a new key that is discarded."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64])])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.PEM).decode()


def decide_organization(work: Work, organization_id: int, values: dict[str, Any]) -> None:
    """Set the state of an organization's validations: ``{"ov": "valid", "ev": "pending"}``, and ``is_active``.

    :raises LookupError: the organization is unknown.
    :raises ValueError: a state is unknown.
    """
    organization = work.organizations.need(organization_id)
    if "is_active" in values:
        organization.is_active = bool(values["is_active"])
        work.organizations.update(organization)
    for kind, given in values.items():
        if kind == "is_active":
            continue
        if isinstance(given, dict):
            set_organization_state(
                work, organization, kind, str(given.get("state") or "pending"), given.get("verified_users")
            )
        else:
            set_organization_state(work, organization, kind, str(given))
    progress_all(work)


def decide_domain(work: Work, name: str, values: dict[str, Any]) -> Domain:
    """Set the validation of a domain of the account, which is created if it does not exist.

    ``state`` is valid, pending or expired; ``order_id`` selects the domain of a DV order instead; ``method`` is the
    DCV method that is recorded as used.

    :raises ValueError: the state is unknown.
    """
    order_id = values.get("order_id")
    where, arguments = ("order_id = ?", [int(order_id)]) if order_id else ("order_id IS NULL", [])
    domain = work.domains.first(f"name = ? AND {where}", name.lower(), *arguments)
    if domain is None:
        organization = work.organizations.first("1")
        domain = work.domains.insert(
            Domain(
                name=name.lower(),
                order_id=int(order_id) if order_id else None,
                organization_id=organization.id if organization else None,
                container_id=work.containers.need(administrator(work).container_id).id,
                created_at=work.now,
                dcv_method="dns-txt-token",
                types=["ov", "ev"],
            )
        )
    if values.get("method"):
        domain.dcv_method = str(values["method"])
    set_domain_state(work, domain, str(values.get("state") or "valid"))
    progress_all(work)
    return domain
