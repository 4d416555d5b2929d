# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hash, intermediate CA and validity in a reissue: what is a difference, what is sent again. Pure: no I/O."""

from __future__ import annotations

import datetime as dt
import typing as t

from ansible_collections.community.digicert.plugins.module_utils._certcentral.model import IssuedCertificate, Order
from ansible_collections.community.digicert.plugins.module_utils._renewal import is_due_on


def differences(current: IssuedCertificate, asked: t.Mapping[str, t.Any]) -> tuple[str, ...]:
    """Say in what hash and intermediate CA differ from what was asked for; what the service does not tell does not.

    Platform and validity are none: the platform changes nothing in a certificate, and the CA shortens validities.
    """
    found = []
    for key, present, text in (
        ("signature_hash", current.signature_hash, "is signed with"),
        ("ca_cert_id", current.ca_cert_id, "was issued by the intermediate CA"),
    ):
        wanted = asked.get(key)
        if wanted and present and str(wanted).lower() != present.lower():
            found.append(f"the certificate {text} {present}, not {wanted}")
    return tuple(found)


def was_tried(current: IssuedCertificate, reissues: t.Iterable[IssuedCertificate]) -> bool:
    """Tell whether the latest reissue changed neither names nor key, so that the CA was asked for all else by it.

    The list of reissues does not tell the hash: what a reissue for nothing else did not bring, a further one does not
    bring either.
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
    """Return the validity that was asked for the present certificate, in the form of a request; empty where none was.

    A fixed last day is left out where the certificate is reissued because that day is near.
    """
    certificate = order.raw.get("certificate")
    told = certificate.get("cert_validity") if isinstance(certificate, dict) else None
    validity = {
        key: told[key]
        for key in ("years", "days", "custom_expiration_date")
        if isinstance(told, dict) and told.get(key)
    }
    current = order.certificate
    if when in ("expiring", "always") and is_due_on(renew_before, current.valid_from, current.valid_till, today):
        validity.pop("custom_expiration_date", None)
    return validity
