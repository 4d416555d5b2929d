# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Orders as plain values, for tests of decisions."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import replace

from ansible_collections.community.digicert.plugins.module_utils._certcentral.model import (
    ApprovalRequest,
    IssuedCertificate,
    Order,
)

TODAY = dt.date(2026, 11, 20)
_DAY = dt.timedelta(days=1)

_CERTIFICATE = IssuedCertificate(
    id=7001,
    status=None,
    serial_number="0a1b",
    thumbprint=None,
    common_name="www.example.com",
    names=("www.example.com", "example.com"),
    valid_from=TODAY - 10 * _DAY,
    valid_till=TODAY + 189 * _DAY,
    signature_hash="sha256",
    server_platform_id=None,
    ca_cert_id=None,
    csr=None,
    public_key="key-a",
)

_ORDER = Order(
    id=101,
    status="issued",
    product="ssl_basic",
    organization_id=112233,
    container_id=5,
    certificate=_CERTIFICATE,
    alternative_order_id=None,
    date_created=dt.datetime(2026, 11, 10, tzinfo=dt.timezone.utc),
    valid_till=TODAY + 355 * _DAY,
    renewal_of=None,
    renewed_by=None,
    is_renewed=False,
    dcv_method="dns-txt-token",
    requests=(),
    raw={},
)


def certificate(**changes: t.Any) -> IssuedCertificate:
    """Return a certificate for www.example.com and example.com with these changes."""
    return replace(_CERTIFICATE, **changes)


def order(
    number: int = 101,
    *,
    names: tuple[str, ...] = ("www.example.com", "example.com"),
    key: str | None = "key-a",
    expires_in: int | None = 355,
    certificate_expires_in: int | None = 189,
    **changes: t.Any,
) -> Order:
    """Return an issued order with its certificate; order and certificate expire this many days from TODAY."""
    own_certificate = certificate(
        id=7000 + number,
        common_name=names[0] if names else None,
        names=names,
        public_key=key,
        valid_till=None if certificate_expires_in is None else TODAY + certificate_expires_in * _DAY,
    )
    valid_till = None if expires_in is None else TODAY + expires_in * _DAY
    return replace(_ORDER, **{"id": number, "certificate": own_certificate, "valid_till": valid_till, **changes})


def request(kind: str = "new_request", status: str = "pending", number: int = 1) -> ApprovalRequest:
    """Return a request for approval."""
    return ApprovalRequest(number, kind, status, "2026-11-19T10:00:00+00:00")
