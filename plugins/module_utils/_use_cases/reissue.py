# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ensure that an order's current certificate has a key and names; reissue it if it does not."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass, field, replace

from .._certcentral import orders, products
from .._certcentral.client import Client
from .._certcentral.errors import DigicertError, StateError
from .._certcentral.model import KNOWN_STATUSES, Order
from .._decisions.phase import unheeded_skip
from .._decisions.reissue import (
    ReissueChoice,
    check_no_loop,
    choose_reissue,
    differences,
    is_always_due_for,
    kept_validity,
    was_tried,
)
from .._decisions.request_checks import check_common_name, check_csr
from .._host.run_locks import RunLocks
from .._x509.certificates import Csr
from .._x509.names import missing_names
from .alone import alone, order_subject
from .candidates import with_listed_names
from .outcome import Outcome
from .send_once import Sent, send_once
from .standing import standing_of, with_pending_reissue

# the others reissue in any case, or not at all
_COMPARING = ("key_changed", "expiring")


@dataclass(frozen=True)
class ReissueRequest:
    """The desired properties of the order's certificate."""

    order_id: int
    csr: Csr | None
    """None reuses the CSR of the order."""
    names: tuple[str, ...] | None
    """Normalised, common name first; None keeps the names of the certificate."""
    when: str
    renew_before: str
    allow_name_removal: bool
    fields: dict[str, t.Any] = field(default_factory=dict)
    """Top-level fields of the request body."""
    certificate_fields: dict[str, t.Any] = field(default_factory=dict)
    """Fields of its ``certificate`` object, except for names and CSR."""


def ensure_reissue(
    client: Client,
    request: ReissueRequest,
    *,
    check_mode: bool,
    now: dt.datetime,
    locks: RunLocks | None = None,
) -> Outcome:
    """Ensure the certificate; in check mode report what would be done."""
    with alone(locks, [order_subject(request.order_id)]):
        return _ensure_alone(client, request, check_mode=check_mode, now=now)


def _ensure_alone(client: Client, request: ReissueRequest, *, check_mode: bool, now: dt.datetime) -> Outcome:
    today = now.date()
    check_csr(request.csr)
    order = orders.get(client, request.order_id)
    check_reissuable(order, today)
    if order.is_pending:
        return _pending(client, with_pending_reissue(client, order), request, check_mode=check_mode, today=today)
    order = with_listed_names(client, order)
    _check_comparable(order, request)
    choice, warnings = chosen_reissue(client, order, request, today)
    if choice.needed and request.when == "expiring":
        check_loop(client, order, request.renew_before)
    if not choice.needed:
        standing = standing_of(client, order, today=today, read_only=check_mode)
        reason = f"the certificate of order {order.id} is as requested"
        if request.when == "never":
            reason = f"the certificate of order {order.id} is never reissued, because when is never"
        elif choice.expires_with_order:
            reason = (
                f"order {order.id} and its certificate expire on {order.valid_till}, so only a renewal is valid longer"
            )
        return Outcome("none", (reason,), order, standing, warnings=warnings, extra=_cost(None))
    common_name = _common_name(order, choice)
    if common_name not in order.certificate.names[:1]:
        check_common_name((common_name,))
    before, after = difference(order, request, choice)
    done = Outcome("reissue", choice.reasons, order, None, before, after, warnings, _cost(choice))
    if check_mode:
        return done
    sent = send_reissue(client, order, request, choice, today)
    reissued = sent.found or with_pending_reissue(client, orders.get(client, order.id))
    standing = standing_of(client, reissued, today=today, read_only=False, names=choice.names)
    warnings += unheeded_skip(standing.phase, request.fields)
    return replace(done, order=reissued, standing=standing, warnings=warnings)


def check_loop(client: Client, order: Order, renew_before: str) -> None:
    """Refuse a reissue that every run would request again. Raises InputError."""
    if is_always_due_for(order, renew_before):
        check_no_loop(order, renew_before, orders.reissues(client, order.id))


def chosen_reissue(
    client: Client, order: Order, request: ReissueRequest, today: dt.date
) -> tuple[ReissueChoice, tuple[str, ...]]:
    """Return whether the certificate of an issued order is reissued and for which names, and warnings."""
    choice = choose_reissue(
        order.certificate,
        names=request.names,
        public_key=request.csr.public_key if request.csr else None,
        when=request.when,
        renew_before=request.renew_before,
        allow_name_removal=request.allow_name_removal,
        order_valid_till=order.valid_till,
        today=today,
    )
    choice, warnings = _with_other_values(client, order, request, choice)
    warnings += tuple(
        f"{name} stays in the certificate, because without it the service would revoke the present certificate; to "
        "remove it, set allow_name_removal"
        for name in choice.kept
    )
    return choice, warnings


def _with_other_values(
    client: Client, order: Order, request: ReissueRequest, choice: ReissueChoice
) -> tuple[ReissueChoice, tuple[str, ...]]:
    """Add differences of hash and intermediate CA; if an earlier reissue did not remove them, return warnings."""
    if request.when == "never":
        return choice, ()
    found = differences(order.certificate, request.certificate_fields)
    if not found or choice.needed:
        return replace(choice, reasons=(*choice.reasons, *found)), ()
    if was_tried(order.certificate, orders.reissues(client, order.id)):
        return choice, tuple(
            f"{difference}: the latest reissue, which changed neither names nor key, did not change that, so the "
            "certificate is not reissued for it again unless when is always"
            for difference in found
        )
    return replace(choice, needed=True, reasons=found), ()


def _cost(choice: ReissueChoice | None) -> dict[str, t.Any]:
    """Return what the reissue costs, with the keys that digicert_certificate_plan uses."""
    return {"paid": bool(choice and choice.added), "revokes": bool(choice and choice.removed)}


def check_reissuable(order: Order, today: dt.date) -> None:
    """Refuse to reissue the certificate of an order that is over, or whose status is unknown. Raises StateError."""
    if order.is_dead:
        raise StateError(
            f"Order {order.id} is {order.status}, so its certificate cannot be reissued.",
            next_action="Place a new order with digicert_order.",
            order_id=order.id,
        )
    if order.has_ended(today):
        raise StateError(
            f"Order {order.id} expired on {order.valid_till}, so its certificate cannot be reissued.",
            next_action=f"Renew it: digicert_order with renewal_of_order_id {order.id}.",
            order_id=order.id,
        )
    if order.status not in KNOWN_STATUSES:
        raise StateError(
            f"CertCentral does not report a known status of order {order.id}, so a reissue may be pending already.",
            next_action="Check the order in CertCentral, and run this again.",
            order_id=order.id,
        )


def _check_comparable(order: Order, request: ReissueRequest) -> None:
    """Refuse to compare with names or a key that the service does not report: every run would reissue again."""
    certificate = order.certificate
    if not certificate.names or (not certificate.names_are_known and request.when in _COMPARING):
        raise StateError(
            f"CertCentral does not report the names of order {order.id}.",
            next_action="Check the order in CertCentral; an order that has no names yet cannot be reissued.",
            order_id=order.id,
        )
    if request.csr is None or order.certificate.public_key is not None or request.when in ("always", "never"):
        return
    raise StateError(
        f"CertCentral does not report the CSR of order {order.id}, so it is unknown whether the key differs.",
        next_action="Reissue it once with when set to always; its CSR is known after that.",
        order_id=order.id,
    )


def _pending(client: Client, order: Order, request: ReissueRequest, *, check_mode: bool, today: dt.date) -> Outcome:
    """Adopt a pending order or reissue if it matches the request. Raises StateError otherwise."""
    key = request.csr.public_key if request.csr else None
    same_key = key is None or order.certificate.public_key in (None, key)
    same_names = request.names is None or not missing_names(request.names, order.certificate.names)
    if (same_key and same_names) or request.when == "never":
        standing = standing_of(client, order, today=today, read_only=check_mode, names=request.names)
        reason = f"order {order.id} is {order.status}"
        if same_key and same_names:
            reason += " with these names and this key"
        return Outcome("none", (reason,), order, standing, extra=_cost(None))
    what = "another key" if not same_key else "other names"
    raise StateError(
        f"Order {order.id} is {order.status} with {what}, and cannot be reissued until that is done.",
        next_action="Wait until it is issued, or cancel it: digicert_order_status with status canceled.",
        order_id=order.id,
    )


def _common_name(order: Order, choice: ReissueChoice) -> str:
    """Keep the common name if it is still among the names: changing it could revoke the present certificate."""
    first = order.certificate.names[0] if order.certificate.names else None
    return first if first in choice.names and first is not None else choice.names[0]


def difference(
    order: Order, request: ReissueRequest, choice: ReissueChoice
) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
    certificate = order.certificate
    before = {
        "dns_names": sorted(certificate.names),
        "public_key_fingerprint": certificate.public_key,
        "signature_hash": certificate.signature_hash,
        "valid_till": certificate.valid_till.isoformat() if certificate.valid_till else None,
    }
    after = {
        "dns_names": sorted(set(certificate.names) - set(choice.removed) | set(choice.names)),
        "public_key_fingerprint": request.csr.public_key if request.csr else certificate.public_key,
        "signature_hash": request.certificate_fields.get("signature_hash") or certificate.signature_hash,
        "valid_till": "as long as the order and the current rules of the CA allow",
    }
    if choice.removed:
        after["revoked_by_the_service"] = certificate.serial_number
    return before, after


def _body(
    client: Client, order: Order, request: ReissueRequest, choice: ReissueChoice, today: dt.date
) -> dict[str, t.Any]:
    """Return the body of the POST: all current values are sent again, except for those that the request changes."""
    current = order.certificate
    csr = request.csr.pem if request.csr else current.csr
    if csr is None:
        raise StateError(
            f"CertCentral does not report the CSR of order {order.id}.",
            next_action="Give the CSR in csr_content or csr_path.",
            order_id=order.id,
        )
    common_name = _common_name(order, choice)
    certificate: dict[str, t.Any] = {
        "common_name": common_name,
        "dns_names": [name for name in choice.names if name != common_name],
        "csr": csr,
        "signature_hash": current.signature_hash or "sha256",
    }
    if current.server_platform_id is not None:
        certificate["server_platform"] = {"id": current.server_platform_id}
    validity = kept_validity(order, request.when, request.renew_before, today)
    if validity:
        certificate["cert_validity"] = validity
    ca_cert_id = None if "ca_cert_id" in request.certificate_fields else _kept_ca(client, order)
    if ca_cert_id:
        certificate["ca_cert_id"] = ca_cert_id
    return {"certificate": {**certificate, **request.certificate_fields}, **request.fields}


def _kept_ca(client: Client, order: Order) -> str | None:
    """Return the intermediate CA of the order if its product offers a choice; others refuse the field."""
    ca_cert_id = order.certificate.ca_cert_id
    if ca_cert_id is None or order.product is None:
        return None
    try:
        product = products.find(client, order.product, order.container_id)
    except DigicertError:
        return None
    offered = [str(ca_cert["id"]) for ca_cert in product.ca_certs] if product else []
    return ca_cert_id if ca_cert_id in offered else None


def send_reissue(
    client: Client,
    order: Order,
    request: ReissueRequest,
    choice: ReissueChoice,
    today: dt.date,
    *,
    products: Client | None = None,
) -> Sent[orders.Placed, Order]:
    """Send the POST once; if the answer is lost, look for its effect. ``products`` reads the product."""
    body = _body(products or client, order, request, choice, today)

    def look() -> Order | None:
        after = orders.get(client, order.id)
        took_effect = after.status == "reissue_pending" or after.certificate.id != order.certificate.id
        return with_pending_reissue(client, after) if took_effect else None

    return send_once(
        client,
        lambda: orders.reissue(client, order.id, body),
        look,
        unseen=f"The answer to the reissue of order {order.id} was lost, and the order shows no reissue",
        order_id=order.id,
    )
