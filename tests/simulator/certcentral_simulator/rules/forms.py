# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading the bodies of order, reissue and duplicate requests. Unknown fields are ignored; clients rely on this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from certcentral_simulator.errors import Refusal, invalid
from certcentral_simulator.rules.csr import read_csr
from certcentral_simulator.rules.names import distinct, is_host_name, is_wildcard
from certcentral_simulator.rules.placement import EMAIL, HTTP_METHODS, METHODS

SIGNATURE_HASHES = ("sha256", "sha384", "sha512")
# RFC 5280, appendix A.1: ub-common-name
_LONGEST_COMMON_NAME = 64

# Fields of an order that are only stored and returned by order info.
STORED_FIELDS = (
    "auto_renew",
    "auto_reissue",
    "disable_renewal_notifications",
    "disable_issuance_email",
    "disable_ct",
    "payment_method",
    "custom_fields",
    "additional_emails",
    "custom_renewal_message",
    "locale",
    "technical_contact",
    "comments",
)


@dataclass(frozen=True)
class CertificateForm:
    """A requested certificate. ``stored`` holds what order info returns later."""

    common_name: str
    names: tuple[str, ...]
    csr: str
    key_bits: int
    ca_cert_id: str
    stored: dict[str, Any]


def read_certificate(body: Mapping[str, Any]) -> CertificateForm:
    """Read ``certificate`` of an order, reissue or duplicate.

    :raises Refusal: a name is not a valid host name, the common name is too long, or the CSR or the signature hash is
        not usable.
    """
    certificate = body.get("certificate")
    if not isinstance(certificate, Mapping):
        raise invalid("certificate")
    common_name = str(certificate.get("common_name") or "").strip().lower()
    if not common_name:
        raise invalid("common_name")
    dns_names = certificate.get("dns_names") or []
    if not isinstance(dns_names, list):
        raise invalid("dns_names")
    if not is_host_name(common_name):
        raise Refusal("host_name_invalid", "common_name")
    if len(common_name) > _LONGEST_COMMON_NAME:
        raise Refusal("common_name_too_long")
    names = distinct(common_name, (str(name) for name in dns_names))
    if not all(is_host_name(name) for name in names):
        raise Refusal("host_name_invalid", "dns_names")
    signature_hash = str(certificate.get("signature_hash") or "sha256").lower()
    if signature_hash not in SIGNATURE_HASHES:
        raise invalid("signature_hash")
    csr = str(certificate.get("csr") or "")
    key = read_csr(csr)
    stored = {
        "csr": csr,
        "signature_hash": signature_hash,
        "server_platform": _platform_id(certificate.get("server_platform")),
        "cert_validity": certificate.get("cert_validity"),
        "organization_units": certificate.get("organization_units") or [],
        "profile_option": certificate.get("profile_option"),
        "dns_names_given": [str(name) for name in dns_names],
    }
    return CertificateForm(common_name, tuple(names), csr, key.bits, str(certificate.get("ca_cert_id") or ""), stored)


def read_dcv_method(value: object, names: tuple[str, ...] | list[str], default: str = EMAIL) -> str:
    """The DCV method, which must exist and be able to validate these names.

    :raises Refusal: it is unknown, or it is an HTTP method and there is a wildcard name.
    """
    method = str(value or default)
    if method not in METHODS:
        raise invalid("dcv_method")
    if method in HTTP_METHODS and any(is_wildcard(name) for name in names):
        raise Refusal("wildcard_with_http_token")
    return method


def read_dcv_scope(body: Mapping[str, Any], default: str) -> str:
    """``certificate_dcv_scope``, inside the certificate or next to it (S).

    :raises Refusal: it is neither ``fqdn`` nor ``base_domain``.
    """
    certificate = body.get("certificate")
    inner = certificate.get("certificate_dcv_scope") if isinstance(certificate, Mapping) else None
    scope = str(inner or body.get("certificate_dcv_scope") or default)
    if scope not in {"fqdn", "base_domain"}:
        raise invalid("certificate_dcv_scope")
    return scope


def read_id(value: object, field: str) -> int | None:
    """An id, given as a number or a text; None, 0 and "" mean that it is not set (clients send all of them).

    :raises Refusal: it is not a number.
    """
    if value in (None, "", 0, "0"):
        return None
    try:
        return int(str(value))
    except ValueError as exc:
        raise invalid(field) from exc


def nested_id(body: Mapping[str, Any], field: str) -> int | None:
    """The id in an object such as ``container``; None if it is not set."""
    value = body.get(field)
    return read_id(value.get("id"), field) if isinstance(value, Mapping) else None


def stored_settings(body: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an order that are only stored and returned."""
    return {name: body[name] for name in STORED_FIELDS if name in body}


def is_true(value: object) -> bool:
    """Whether a flag is set; clients send booleans, 0 and 1, or texts."""
    return value is True or str(value).lower() in {"1", "true"}


def _platform_id(value: object) -> int:
    if isinstance(value, Mapping):
        return read_id(value.get("id"), "server_platform") or -1
    return -1
