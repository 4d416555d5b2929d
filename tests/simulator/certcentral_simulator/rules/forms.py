# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading the bodies of order, reissue and duplicate requests. Unknown fields are ignored; clients rely on this."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from certcentral_simulator.errors import Refusal, invalid
from certcentral_simulator.rules.contacts import read_person
from certcentral_simulator.rules.csr import read_csr
from certcentral_simulator.rules.kinds import read_flag, read_id, read_list, read_object, read_objects, read_text
from certcentral_simulator.rules.names import distinct, is_host_name, is_wildcard
from certcentral_simulator.rules.placement import EMAIL, HTTP_METHODS, METHODS

SIGNATURE_HASHES = ("sha256", "sha384", "sha512")
# RFC 5280, appendix A.1: ub-common-name
_LONGEST_COMMON_NAME = 64

# D, and subscription as a client knows it.
PAYMENT_METHODS = ("balance", "card", "credit", "profile", "wire_transfer", "subscription")

_FLAGS = ("auto_renew", "auto_reissue", "disable_renewal_notifications", "disable_issuance_email", "disable_ct")
_TEXTS = ("custom_renewal_message", "locale", "comments")


@dataclass(frozen=True)
class CertificateForm:
    """A requested certificate. ``stored`` holds what order info returns later."""

    common_name: str
    names: tuple[str, ...]
    csr: str
    key_bits: int
    ca_cert_id: str
    names_platform: bool
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
    dns_names = read_list(certificate.get("dns_names"), "dns_names")
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
        "cert_validity": read_object(certificate.get("cert_validity"), "cert_validity"),
        "organization_units": read_list(certificate.get("organization_units"), "organization_units"),
        "profile_option": certificate.get("profile_option"),
        "dns_names_given": [str(name) for name in dns_names],
    }
    return CertificateForm(
        common_name=common_name,
        names=tuple(names),
        csr=csr,
        key_bits=key.bits,
        ca_cert_id=read_text(certificate.get("ca_cert_id"), "ca_cert_id"),
        names_platform=bool(read_object(certificate.get("server_platform"), "server_platform")),
        stored=stored,
    )


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


def stored_settings(body: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an order that are only stored and returned.

    :raises Refusal: one of them has a value of the wrong kind.
    """
    read: dict[str, Callable[[object, str], Any]] = {
        **dict.fromkeys(_FLAGS, read_flag),
        **dict.fromkeys(_TEXTS, read_text),
        "payment_method": _payment_method,
        "additional_emails": lambda value, field: [read_text(entry, field) for entry in read_list(value, field)],
        "custom_fields": lambda value, field: [read_custom_field(entry) for entry in read_objects(value, field)],
        "technical_contact": lambda value, field: read_person(read_object(value, field)),
    }
    return {name: reader(body[name], name) for name, reader in read.items() if body.get(name) not in (None, "")}


def read_custom_field(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The id of a custom field and its value, both of which are required (D).

    :raises Refusal: one of them is missing or of the wrong kind.
    """
    number, value = read_id(entry.get("metadata_id"), "metadata_id"), read_text(entry.get("value"), "value")
    if number is None:
        raise invalid("metadata_id")
    if not value:
        raise invalid("value")
    return {"metadata_id": number, "value": value}


def _payment_method(value: object, field: str) -> str:
    method = read_text(value, field)
    if method not in PAYMENT_METHODS:
        raise invalid(field)
    return method


def _platform_id(value: object) -> int:
    return read_id(read_object(value, "server_platform").get("id"), "server_platform") or -1
