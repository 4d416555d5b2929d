# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shapes of the answers about orders, according to the facts (sections 3.1 to 3.7)."""

from __future__ import annotations

from typing import Any

from simulator_testing.shapes import DAY, MOMENT, PEM, SERIAL, THUMBPRINT, TOKEN

CHAIN = [{"subject_common_name": str, "pem": PEM}]
DCV_TOKEN = {
    "token": TOKEN,
    "status": ("pending", "active"),
    "expiration_date": MOMENT,
    "verification_value?": str,
    "http_token_url?": str,
}
TOKEN_DOMAINS = [{"id": int, "name": str, "dns_name": str, "dcv_token?": DCV_TOKEN}]

NEEDS_APPROVAL = {"id": int, "requests": [{"id": int, "status": "pending"}]}
SKIPPED = {"id": int, "certificate_id": int}
SKIPPED_WITH_TOKEN = {**SKIPPED, "dcv_random_value": TOKEN, "domains": TOKEN_DOMAINS}
ISSUED_AT_ONCE = {**SKIPPED, "certificate_chain": CHAIN}
APPROVED_AND_ISSUED = {**ISSUED_AT_ONCE, "requests": [{"id": int, "status": "approved"}]}

SPAN = {"years?": int, "days?": int, "custom_expiration_date?": str}
CONTAINER = {"id": int, "name": str, "is_active": bool}
PERSON = {"id": int, "first_name": str, "last_name": str, "email": str}
CONTACT = {
    "first_name": str,
    "last_name": str,
    "email": str,
    "job_title": str,
    "telephone": str,
    "telephone_extension?": str,
}
PLATFORM = {"id": int, "name": str, "install_url": str, "csr_url": str}
PRODUCT_SHORT = {"name_id": str, "name": str, "type": str}
PRODUCT = {
    **PRODUCT_SHORT,
    "validation_type": ("ov", "ev", "dv"),
    "validation_name": str,
    "validation_description": str,
    "csr_required": bool,
}
ORGANIZATION = {
    "id": int,
    "name": str,
    "assumed_name?": str,
    "display_name": str,
    "city": str,
    "state": str,
    "country": str,
}
REQUEST = {
    "id": int,
    "date": MOMENT,
    "type": ("new_request", "revoke", "duplicate", "reissue"),
    "status": ("submitted", "pending", "approved", "rejected"),
    "comments?": str,
}

# Fields marked with * in seed 003, and fields that exist only once a certificate is issued.
_ISSUED_CERTIFICATE = {
    "thumbprint": THUMBPRINT,
    "serial_number": SERIAL,
    "date_issued": MOMENT,
    "valid_from": DAY,
    "valid_till": DAY,
    "days_remaining": int,
}
_CERTIFICATE = {
    "id": int,
    "common_name": str,
    "dns_names": [str],
    "date_created": MOMENT,
    "cert_validity?": SPAN,
    "csr": str,
    "organization?": {"id": int},
    "organization_units?": [str],
    "server_platform": PLATFORM,
    "signature_hash": ("sha256", "sha384", "sha512"),
    "key_size": int,
    "ca_cert?": {"id": str, "name": str},
    "user_id": int,
}
_INFO = {
    "id": int,
    "status": str,
    "is_renewal": bool,
    "is_renewed": bool,
    "renewed_order_id?": int,
    "was_renewed_by_order_id?": int,
    "date_created": MOMENT,
    "organization?": ORGANIZATION,
    "validity_years": int,
    "order_validity": SPAN,
    "disable_renewal_notifications": bool,
    "auto_renew": (0, 1),
    "auto_reissue": (0, 1),
    "container": CONTAINER,
    "product": PRODUCT,
    "organization_contact?": CONTACT,
    "technical_contact": CONTACT,
    "user": PERSON,
    "purchased_dns_names": int,
    "requests": [REQUEST],
    "receipt_id": int,
    "allow_duplicates": bool,
    "user_assignments": [PERSON],
    "is_out_of_contract": bool,
    "payment_method": ("balance", "credit", "card", "profile", "wire_transfer"),
    "product_name_id": str,
    "custom_fields?": [{"metadata_id": int, "label?": str, "value": str}],
    "disable_issuance_email": bool,
    "disable_ct": bool,
    "dcv_method": str,
    "alternative_order_id?": str,
    "api_key?": {"name": str, "key_type": ("api_key", "acme_url")},
    "is_multi_year_plan?": "1",
    "is_guest_access_enabled": bool,
    "notes?": [{"id": int, "text": str}],
    "caa_status_message?": dict,
    "custom_renewal_message?": str,
}
INFO_PENDING: dict[str, Any] = {**_INFO, "certificate": _CERTIFICATE}
INFO_ISSUED: dict[str, Any] = {
    **_INFO,
    "certificate": {**_CERTIFICATE, **_ISSUED_CERTIFICATE},
    "order_valid_from": DAY,
    "order_valid_till": DAY,
}

_LISTED_CERTIFICATE = {
    "id": int,
    "common_name": str,
    "dns_names": [str],
    "cert_validity": SPAN,
    "signature_hash": str,
}
_LISTED = {
    "id": int,
    "status": str,
    "is_renewed": bool,
    "date_created": MOMENT,
    "organization?": {"id": int, "name": str},
    "validity_years": int,
    "order_validity": SPAN,
    "disable_renewal_notifications": bool,
    "container": CONTAINER,
    "product": PRODUCT_SHORT,
    "duplicates_count": int,
    "has_duplicates": bool,
    "reissues_count": int,
    "has_reissues": bool,
    "price": int,
    "product_name_id": str,
    "number_of_sans": int,
    "is_multi_year_plan?": "1",
}
LISTED_PENDING: dict[str, Any] = {**_LISTED, "certificate": _LISTED_CERTIFICATE}
LISTED_ISSUED: dict[str, Any] = {
    **_LISTED,
    "certificate": {
        **_LISTED_CERTIFICATE,
        "serial_number": SERIAL,
        "valid_from": DAY,
        "valid_till": DAY,
        "days_remaining": int,
    },
    "order_valid_from?": DAY,
    "order_valid_till": DAY,
}
PAGE = {"total": int, "limit": int, "offset": int}
REFERENCE = {"order_id": int, "certificate_id": int, "status": str}

REISSUE = {
    "id": int,
    "thumbprint?": THUMBPRINT,
    "serial_number?": SERIAL,
    "common_name": str,
    "dns_names": [str],
    "status": ("issued", "pending", "rejected"),
    "date_created": MOMENT,
    "date_issued?": MOMENT,
    "valid_till?": DAY,
    "days_remaining?": int,
    "csr": str,
    "key_size": int,
    "archived": (0, 1),
    "user_id": int,
    "email": str,
    "firstname": str,
    "lastname": str,
    "receipt_id": str,
    "purchased_dns_names": str,
    "purchased_wildcard_names": str,
}
DUPLICATE = {
    "id": int,
    "thumbprint?": THUMBPRINT,
    "serial_number?": SERIAL,
    "common_name": str,
    "dns_names": [str],
    "status": ("approved", "issued", "pending", "rejected"),
    "date_created": MOMENT,
    "valid_from?": DAY,
    "valid_till?": DAY,
    "days_remaining?": int,
    "csr": str,
    "server_platform": PLATFORM,
    "signature_hash": str,
    "key_size": int,
    "ca_cert_id": str,
    "sub_id": str,
    "archived": ("0", "1"),
    "user_id": int,
    "firstname": str,
    "lastname": str,
}
