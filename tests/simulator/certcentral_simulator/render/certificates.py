# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates in answers."""

from __future__ import annotations

from datetime import date
from typing import Any

from certcentral_simulator.clock import as_date, days_between, iso
from certcentral_simulator.rules.names import in_unicode
from certcentral_simulator.rules.platforms import PLATFORMS
from certcentral_simulator.state.rows import Certificate
from certcentral_simulator.state.work import Work

_INSTALL_URL = "http://www.digicert.com/SSL-certificate-installation.htm"
_CSR_URL = "http://www.digicert.com/csr-creation.htm"


# Platforms with pages of their own (R); the others share one.
_OWN_PAGES = {2: "apache", 45: "nginx"}


def platform_fields(identifier: int) -> dict[str, Any]:
    """A server platform: id, name, and where installing it is explained (R)."""
    page = _OWN_PAGES.get(identifier)
    return {
        "id": identifier,
        "name": PLATFORMS.get(identifier, "OTHER"),
        "install_url": f"https://www.digicert.com/ssl-certificate-installation-{page}.htm" if page else _INSTALL_URL,
        "csr_url": f"https://www.digicert.com/csr-creation-{page}.htm" if page else _CSR_URL,
    }


def sub_id_of(certificate: Certificate) -> str:
    """The number of a duplicate within its order, as the list of duplicates shows it."""
    return f"{certificate.id % 1000:03d}"


def shown_names(work: Work, certificate: Certificate) -> list[str]:
    """``dns_names``, with or without the common name."""
    with_common_name = work.switches.flag("dns_names_include_common_name")
    names = [name for name in certificate.names if with_common_name or name != certificate.common_name]
    return [shown_name(work, name) for name in names]


def shown_name(work: Work, name: str) -> str:
    """A name as spelled in answers, as A-labels or U-labels."""
    return in_unicode(name) if work.switches.text("international_names") == "u_label" else name


def days_remaining(work: Work, certificate: Certificate) -> int:
    """Days until the certificate expires, at least 0."""
    if certificate.valid_till is None:
        return 0
    return max(0, days_between(as_date(work.now), date.fromisoformat(certificate.valid_till)))


def render_platform(certificate: Certificate) -> dict[str, Any]:
    """The requested server platform."""
    return platform_fields(int(certificate.request.get("server_platform", -1)))


def issued_fields(work: Work, certificate: Certificate) -> dict[str, Any]:
    """The fields that only an issued certificate has."""
    if certificate.issued_at is None:
        return {}
    return {
        "thumbprint": certificate.thumbprint,
        "serial_number": certificate.serial_number,
        "date_issued": iso(certificate.issued_at),
        "valid_from": certificate.valid_from,
        "valid_till": certificate.valid_till,
        "days_remaining": days_remaining(work, certificate),
    }


def requested_validity(certificate: Certificate) -> dict[str, Any]:
    """``cert_validity`` as requested; absent if it was not."""
    requested = certificate.request.get("cert_validity")
    return {"cert_validity": requested} if isinstance(requested, dict) and requested else {}


def render_reissue(work: Work, certificate: Certificate) -> dict[str, Any]:
    """An entry of the list of reissues (D), which has no status for a revoked certificate."""
    user = work.users.need(certificate.user_id)
    fields = issued_fields(work, certificate)
    fields.pop("valid_from", None)
    return {
        "id": certificate.id,
        "common_name": shown_name(work, certificate.common_name),
        "dns_names": shown_names(work, certificate),
        "status": "issued" if certificate.status == "revoked" else certificate.status,
        "date_created": iso(certificate.created_at),
        **fields,
        "csr": certificate.request.get("csr", ""),
        "key_size": certificate.key_bits,
        "archived": int(certificate.archived),
        "user_id": user.id,
        "email": user.email,
        "firstname": user.first_name,
        "lastname": user.last_name,
        "receipt_id": "0",
        "purchased_dns_names": str(max(0, len(certificate.names) - 1)),
        "purchased_wildcard_names": str(sum(name.startswith("*.") for name in certificate.names)),
    }


def render_duplicate(work: Work, certificate: Certificate) -> dict[str, Any]:
    """An entry of the list of duplicates (D), which has no status for a revoked certificate either."""
    user = work.users.need(certificate.user_id)
    fields = issued_fields(work, certificate)
    fields.pop("date_issued", None)
    has_been_issued = certificate.status in {"issued", "revoked"}
    status = work.switches.text("duplicate_status") if has_been_issued else certificate.status
    return {
        "id": certificate.id,
        "common_name": shown_name(work, certificate.common_name),
        "dns_names": shown_names(work, certificate),
        "status": status,
        "date_created": iso(certificate.created_at),
        **fields,
        "csr": certificate.request.get("csr", ""),
        "server_platform": render_platform(certificate),
        "signature_hash": certificate.request.get("signature_hash", "sha256"),
        "key_size": certificate.key_bits,
        "ca_cert_id": work.authority.intermediates[certificate.ica].id,
        "sub_id": sub_id_of(certificate),
        "archived": str(int(certificate.archived)),
        "user_id": user.id,
        "firstname": user.first_name,
        "lastname": user.last_name,
    }
