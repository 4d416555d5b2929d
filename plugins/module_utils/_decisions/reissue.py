# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a certificate must be reissued, and which of its current values are sent again. Pure: no I/O."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass

from .._certcentral.errors import InputError
from .._certcentral.model import IssuedCertificate, Order
from .._x509.names import missing_names, surplus_names
from .renewal import is_always_due, is_due_on

OTHER_KEY_REASON = "the certificate carries another public key"


@dataclass(frozen=True)
class ReissueChoice:
    """Whether an order's certificate must be reissued, and for which names."""

    needed: bool
    reasons: tuple[str, ...]
    names: tuple[str, ...]
    """The names to request, common name first."""
    added: tuple[str, ...]
    removed: tuple[str, ...]
    """Names that the reissue removes: the service then revokes the replaced certificate."""
    kept: tuple[str, ...]
    """Names that are no longer requested, but are kept because their removal is not permitted."""
    expires_with_order: bool = False
    """Whether the certificate is due but expires with its order, so that a reissue would not last longer."""


WHEN = ("never", "key_changed", "expiring", "always")
"""When to reissue: never, if names or key differ, also if the certificate expires soon, or in any case."""


def choose_reissue(
    current: IssuedCertificate,
    *,
    names: tuple[str, ...] | None,
    public_key: str | None,
    when: str,
    renew_before: str,
    allow_name_removal: bool,
    order_valid_till: dt.date | None,
    today: dt.date,
) -> ReissueChoice:
    """Compare the current certificate with the request. None for names or key means that any will do.

    A certificate that expires with its order is not reissued for that reason: a new one would expire on the same day.
    """
    desired = names if names is not None else current.names
    added = tuple(missing_names(desired, current.names))
    surplus = tuple(surplus_names(desired, current.names))
    removed = surplus if allow_name_removal else ()
    kept = () if allow_name_removal else surplus
    # a name that the CA may have added could also have been ordered: without permission it is requested again
    requested = desired if allow_name_removal else tuple(dict.fromkeys((*desired, *current.names)))
    due = is_due_on(renew_before, current.valid_from, current.valid_till, today)
    expires_with_order = _expires_with_order(current, order_valid_till)
    reasons = []
    if when != "never":
        if added:
            reasons.append(f"the certificate lacks {', '.join(added)}")
        if removed:
            reasons.append(f"the certificate covers {', '.join(removed)}, no longer requested")
        if public_key is not None and current.public_key != public_key:
            reasons.append(OTHER_KEY_REASON)
    if when in ("expiring", "always") and due and not expires_with_order:
        reasons.append(f"the certificate expires on {current.valid_till}")
    if when == "always" and not reasons:
        reasons.append("a reissue was requested in any case")
    return ReissueChoice(bool(reasons), tuple(reasons), requested, added, removed, kept, due and expires_with_order)


def is_always_due_for(order: Order, renew_before: str) -> bool:
    """Return whether the certificate of an order was due on its first day by this rule."""
    certificate = order.certificate
    return is_always_due(renew_before, certificate.valid_from, certificate.valid_till)


def check_no_loop(order: Order, renew_before: str, reissues: t.Iterable[IssuedCertificate]) -> None:
    """Refuse to reissue a certificate again that was due on its first day, as every run would. Raises InputError."""
    certificate = order.certificate
    if is_always_due_for(order, renew_before) and was_tried(certificate, reissues):
        raise InputError(
            f"With renew_before {renew_before}, the certificate of order {order.id}, which is valid from "
            f"{certificate.valid_from} to {certificate.valid_till}, was due on its first day, although it was already "
            "reissued: every run would reissue it again.",
            next_action="Decrease renew_before, or set it to auto, which depends on the lifetime of the certificate.",
            order_id=order.id,
        )


def _expires_with_order(certificate: IssuedCertificate, order_valid_till: dt.date | None) -> bool:
    return (
        order_valid_till is not None
        and certificate.valid_till is not None
        and order_valid_till <= certificate.valid_till
    )


def differences(current: IssuedCertificate, requested: t.Mapping[str, t.Any]) -> tuple[str, ...]:
    """Return how hash and intermediate CA differ from the request; what the service does not return does not differ.

    Platform and validity are not compared: the platform changes nothing in a certificate, and the CA shortens
    validities.
    """
    reasons = []
    for key, present, text in (
        ("signature_hash", current.signature_hash, "is signed with"),
        ("ca_cert_id", current.ca_cert_id, "was issued by the intermediate CA"),
    ):
        desired = requested.get(key)
        if desired and present and _folded(str(desired)) != _folded(present):
            reasons.append(f"the certificate {text} {present}, not {desired}")
    return tuple(reasons)


def _folded(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def was_tried(current: IssuedCertificate, reissues: t.Iterable[IssuedCertificate]) -> bool:
    """Return whether the latest reissue changed neither names nor key, so that it was made for other differences.

    The list of reissues does not show the hash. If a reissue that was only made for such differences did not remove
    them, another one does not either.
    """
    earlier = [
        certificate
        for certificate in reissues
        if certificate.status == "issued" and (certificate.id or 0) < (current.id or 0)
    ]
    if not earlier:
        return False
    last = max(earlier, key=lambda certificate: certificate.id or 0)
    same_key = last.public_key is not None and last.public_key == current.public_key
    return same_key and set(last.names) == set(current.names)


def kept_validity(order: Order, when: str, renew_before: str, today: dt.date) -> dict[str, t.Any]:
    """Return the validity that was requested for the current certificate, as in a request body; empty if none was.

    A fixed last day is omitted if the certificate is reissued because that day is near.
    """
    certificate = order.raw.get("certificate")
    requested = certificate.get("cert_validity") if isinstance(certificate, dict) else None
    validity = {
        key: requested[key]
        for key in ("years", "days", "custom_expiration_date")
        if isinstance(requested, dict) and requested.get(key)
    }
    current = order.certificate
    if when in ("expiring", "always") and is_due_on(renew_before, current.valid_from, current.valid_till, today):
        validity.pop("custom_expiration_date", None)
    return validity
