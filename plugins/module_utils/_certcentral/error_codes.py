# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The error codes of the service, each with what to do about it. Data only.

List of the vendor: https://dev.digicert.com/certcentral-apis/services-api/errors.html
"""

from __future__ import annotations

import typing as t

DOCUMENTED = "documented"
"""On the vendor's list, or on the page of a call."""
RECORDED = "recorded"
"""Seen in real traffic."""
CLIENT = "client"
"""Known from other clients of the service, but on no page."""
PATTERN = "pattern"
"""Assumed from the pattern of documented codes."""


class KnownCode(t.NamedTuple):
    """A code. The service may add a detail after ``|`` or ``:``; the longest match counts."""

    code: str
    status: int
    """The HTTP status that it usually comes with, for information only."""
    next_action: str
    """What to do, in one or two sentences."""
    source: str
    """How we know it: one of the constants above."""


def _foreign(thing: str, source: str = PATTERN) -> KnownCode:
    step = f"Check the {thing} ID, and that it belongs to the account of this API key."
    return KnownCode(f"not_found|{thing}", 404, step, source)


COMMON_NAME_TOO_LONG = "rfc5280_common_name_too_long"
_CAP = "digicert_product_info lists what the product allows"

KNOWN_CODES: tuple[KnownCode, ...] = (
    KnownCode(
        "access_denied",
        403,
        "Check what the user of the API key may do in CertCentral.",
        PATTERN,
    ),
    KnownCode(
        "access_denied|access_denied_invalid_key",
        403,
        "Check the API key: it may be mistyped, revoked, or belong to the other region (see the option region).",
        RECORDED,
    ),
    KnownCode(
        "access_denied|invalid_approver",
        403,
        "Let another user who may approve this request approve it.",
        CLIENT,
    ),
    KnownCode(
        "access_denied|missing_permission",
        403,
        "The API key is valid but may not do this: give the permission to its user or to the key, or use another key; "
        "digicert_account_info lists the roles of its user.",
        DOCUMENTED,
    ),
    KnownCode(
        "ambiguous_product",
        400,
        "Use a specific product, for example ssl_basic, instead of the generic one.",
        DOCUMENTED,
    ),
    KnownCode(
        "auth_key_exists_for_account",
        400,
        "The account already has an AuthKey: use that one.",
        DOCUMENTED,
    ),
    KnownCode(
        "bad_request_format",
        400,
        "Report this to the maintainers of the collection: the request was not well-formed.",
        DOCUMENTED,
    ),
    KnownCode(
        "caa_check_failed",
        400,
        "Allow digicert.com in the CAA records of the domain in the code, then try again.",
        DOCUMENTED,
    ),
    KnownCode(
        "caa_not_found",
        400,
        "Make sure that the name servers of the domain answer queries for CAA records, then try again.",
        DOCUMENTED,
    ),
    KnownCode(
        "cannot_activate_domain_lock",
        400,
        "Check the domain locking of the account in CertCentral, or ask DigiCert support.",
        DOCUMENTED,
    ),
    KnownCode("csr_invalid_cannot_parse", 400, "Create a new CSR and check it with openssl req -verify.", CLIENT),
    KnownCode(
        "file_random_value_not_found",
        400,
        "Serve the random value at /.well-known/pki-validation/ on port 80 of each name, then check again.",
        DOCUMENTED,
    ),
    KnownCode(
        "invalid_dcv_method", 400, "Choose a DCV method that uses a token, then request the token again.", DOCUMENTED
    ),
    KnownCode(
        "invalid_dns_method",
        400,
        "The order is validated by e-mail: change its DCV method before you request a check.",
        DOCUMENTED,
    ),
    KnownCode(
        "invalid_dns_txt",
        400,
        "Publish the random value in the DNS of each name, wait until it is visible, then check again.",
        DOCUMENTED,
    ),
    KnownCode("invalid_value", 400, "Correct the value in the code.", DOCUMENTED),
    KnownCode(
        "invalid_value:custom_expiration_date",
        400,
        f"Set custom_expiration_date to an earlier date; {_CAP}.",
        DOCUMENTED,
    ),
    KnownCode(
        "invalid_value:validity_days",
        400,
        f"Reduce validity_days; {_CAP}.",
        DOCUMENTED,
    ),
    KnownCode(
        "invalid_value:validity_years",
        400,
        f"Reduce validity_years; {_CAP}.",
        DOCUMENTED,
    ),
    KnownCode("not_found", 404, "Check the IDs of the request, and that api_url ends in /services/v2.", DOCUMENTED),
    _foreign("certificate"),
    _foreign("container"),
    _foreign("domain"),
    KnownCode(
        "not_found|order",
        404,
        "Check the order ID, and that the order belongs to the account of this API key.",
        DOCUMENTED,
    ),
    _foreign("organization"),
    KnownCode(
        "not_found|product",
        404,
        "Check the product identifier, and that the product is enabled for the account; digicert_product_info lists "
        "the products that are.",
        DOCUMENTED,
    ),
    _foreign("request"),
    KnownCode(
        "not_found|route",
        404,
        "Check that api_url is the address of the Services API, ending in /services/v2.",
        DOCUMENTED,
    ),
    KnownCode(
        "request_limit_exceeded",
        429,
        "The rate limit of the API key is exhausted: wait a few minutes, or lower rate_limit.",
        DOCUMENTED,
    ),
    KnownCode(
        COMMON_NAME_TOO_LONG,
        400,
        "Set common_name to a name of at most 64 characters, or put such a name first in dns_names; the long one can "
        "follow it.",
        CLIENT,
    ),
    KnownCode(
        "service_unavailable",
        503,
        "The service failed: check its status page, then run this again.",
        PATTERN,
    ),
    KnownCode("time_frame_too_long", 400, "Request at most seven days of status changes.", DOCUMENTED),
)

BY_CODE: dict[str, KnownCode] = {entry.code: entry for entry in KNOWN_CODES}

BY_STATUS: dict[int, str] = {
    401: "Check the API key.",
    403: "Check what the user of the API key may do in CertCentral.",
    404: "Check the IDs of the request, and that api_url ends in /services/v2.",
    407: "Check HTTPS_PROXY and NO_PROXY on the host that runs the module: a proxy requires credentials.",
    408: "The service did not receive the request in time: run this again.",
    413: "Make the request smaller: use fewer names or shorter texts.",
    429: "The rate limit of the API key is exhausted: wait a few minutes, or lower rate_limit.",
}
"""What to do if no code is known, by HTTP status."""

SERVICE_FAILED = "The service failed: check its status page, then run this again."
"""What to do about any other status from 500 on."""

ANYTHING_ELSE = "Correct the request as the message says."
"""What to do if neither the code nor the status is known."""
