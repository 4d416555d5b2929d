# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The codes with which the service refuses, each with what to do about it. Data only.

List of the vendor: https://dev.digicert.com/certcentral-apis/services-api/errors.html
"""

from __future__ import annotations

import typing as t

DOCUMENTED = "documented"
"""On the list of the vendor, or on the page of a call."""
RECORDED = "recorded"
"""Seen in real traffic."""
CLIENT = "client"
"""Known from other clients of the service; no page tells it."""
PATTERN = "pattern"
"""Assumed: it follows the pattern of documented codes."""


class KnownCode(t.NamedTuple):
    """One code. The service may add a detail after ``|`` or ``:``; the longest match counts."""

    code: str
    status: int
    """The HTTP status that it usually comes with; it is not looked at."""
    next_action: str
    """What to do, as one sentence or two."""
    source: str
    """How it is known: one of the constants above."""


def _foreign(thing: str, source: str = PATTERN) -> KnownCode:
    step = f"Check the {thing} ID, and that it belongs to the account of this API key."
    return KnownCode(f"not_found|{thing}", 404, step, source)


_CAP = "digicert_product_info tells what the product allows"

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
        "Let another user, who may approve this request, approve it.",
        CLIENT,
    ),
    KnownCode(
        "access_denied|missing_permission",
        403,
        "The API key is valid but may not do this: give its user or the key itself the permission, or use another key; "
        "digicert_account_info tells the roles of its user.",
        DOCUMENTED,
    ),
    KnownCode("ambiguous_product", 400, "Name the product, for example ssl_basic, not the generic one.", DOCUMENTED),
    KnownCode(
        "auth_key_exists_for_account",
        400,
        "The account has its AuthKey already: use that one.",
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
        "Allow digicert.com in the CAA records of the domain that the code names, then try again.",
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
        "Look at the domain locking of the account in CertCentral, or ask DigiCert's support about it.",
        DOCUMENTED,
    ),
    KnownCode("csr_invalid_cannot_parse", 400, "Make a new CSR and check it with openssl req -verify.", CLIENT),
    KnownCode(
        "file_random_value_not_found",
        400,
        "Serve the random value at /.well-known/pki-validation/ on port 80 of each name, then check again.",
        DOCUMENTED,
    ),
    KnownCode("invalid_dcv_method", 400, "Choose a DCV method that uses a token, then ask for it again.", DOCUMENTED),
    KnownCode(
        "invalid_dns_method",
        400,
        "The order is validated by e-mail: change its DCV method before asking for a check.",
        DOCUMENTED,
    ),
    KnownCode(
        "invalid_dns_txt",
        400,
        "Publish the random value in the DNS of each name, wait until it can be seen, then check again.",
        DOCUMENTED,
    ),
    KnownCode("invalid_value", 400, "Correct the value that the code names.", DOCUMENTED),
    KnownCode(
        "invalid_value:custom_expiration_date",
        400,
        f"Correct the value custom_expiration_date: give an earlier day; {_CAP}.",
        DOCUMENTED,
    ),
    KnownCode(
        "invalid_value:validity_days",
        400,
        f"Correct the value validity_days: give fewer days; {_CAP}.",
        DOCUMENTED,
    ),
    KnownCode(
        "invalid_value:validity_years",
        400,
        f"Correct the value validity_years: give fewer years; {_CAP}.",
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
        "those that are.",
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
        "The rate limit of the API key is used up: wait some minutes, or lower rate_limit.",
        DOCUMENTED,
    ),
    KnownCode(
        "service_unavailable",
        503,
        "The service failed: look at its status page, then run this again.",
        PATTERN,
    ),
    KnownCode("time_frame_too_long", 400, "Ask for at most seven days of status changes.", DOCUMENTED),
)

BY_CODE: dict[str, KnownCode] = {entry.code: entry for entry in KNOWN_CODES}

BY_STATUS: dict[int, str] = {
    401: "Check the API key.",
    403: "Check what the user of the API key may do in CertCentral.",
    404: "Check the IDs of the request, and that api_url ends in /services/v2.",
    407: "Check the variables HTTPS_PROXY and NO_PROXY where the module runs: a proxy asks for credentials.",
    408: "The service did not get the request in time: run this again.",
    413: "Make the request smaller: ask for fewer names or shorter texts.",
    429: "The rate limit of the API key is used up: wait some minutes, or lower rate_limit.",
}
"""What to do where no code is known, by HTTP status."""

SERVICE_FAILED = "The service failed: look at its status page, then run this again."
"""What to do about any other status from 500 on."""

ANYTHING_ELSE = "Correct the request as the message says."
"""What to do where neither the code nor the status is known."""
