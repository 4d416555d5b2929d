# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The service's refusals: one entry for each situation, with its HTTP status and code.

An unverified code has one of the two documented forms, ``invalid_value:<field>`` or
``not_found|<thing>``, and can be changed with the switch ``error.<situation>``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class ErrorSpec:
    """The answer to one situation. ``{field}`` in code and message is replaced by the field of the refusal."""

    status: int
    code: str
    message: str
    when: str
    source: str
    verified: bool


def _known(status: int, code: str, message: str, when: str, source: str) -> ErrorSpec:
    return ErrorSpec(status, code, message, when, source, verified=True)


def _open(status: int, code: str, when: str, message: str = "", source: str = "?") -> ErrorSpec:
    return ErrorSpec(
        status, code, message or "An error occurred while processing your request.", when, source, verified=False
    )


_FIELD_MESSAGE = "{field} contains an invalid value."
_PROCESSING = "An error occurred while processing your request."

CATALOGUE: dict[str, ErrorSpec] = {
    # Verified by documentation or recorded traffic.
    "rate_limit": _known(
        429, "request_limit_exceeded", "Service unavailable, please limit request volume", "a rate window is full", "D"
    ),
    "malformed_url": _known(404, "not_found", "The specified resource was not found.", "the URL is malformed", "D"),
    "route_unknown": _known(
        404, "not_found|route", "The specified route was not found.", "there is no such endpoint", "D"
    ),
    "order_unknown": _known(404, "not_found|order", "The specified order was not found.", "the order is unknown", "D"),
    "product_unknown": _known(
        404, "not_found|product", "The specified product was not found.", "the product is unknown", "D"
    ),
    "key_refused": _known(
        403,
        "access_denied|access_denied_invalid_key",
        "Access denied due to access_denied_invalid_key.",
        "the key is unknown",
        "R",
    ),
    "permission_missing": _known(
        403,
        "access_denied|missing_permission",
        "Access denied due to missing_permission.",
        "the key lacks the permission",
        "D",
    ),
    "body_unreadable": _known(400, "bad_request_format", "The request body is not valid.", "the body is not JSON", "D"),
    "product_ambiguous": _known(400, "ambiguous_product", _PROCESSING, "type_hint cannot decide", "D"),
    "field_invalid": _known(
        400, "invalid_value:{field}", _FIELD_MESSAGE, "a field has a value that is not allowed", "D"
    ),
    "time_frame_too_long": _known(
        400, "time_frame_too_long", _PROCESSING, "status changes of more than 7 days are requested", "D"
    ),
    "dns_record_missing": _known(
        400,
        "invalid_dns_txt",
        "Could not find a valid TXT record for one or more domains.",
        "no valid DNS record was found",
        "D",
    ),
    "file_missing": _known(
        400,
        "file_random_value_not_found",
        "Could not find the random value at the expected file location for one or more domains.",
        "the random value was not found over HTTP",
        "D",
    ),
    "check_of_email_order": _known(
        400, "invalid_dns_method", _PROCESSING, "check-dcv of an order with e-mail validation", "D"
    ),
    "token_not_used_by_method": _known(
        400, "invalid_dcv_method", _PROCESSING, "a token is requested although the DCV method needs none", "D"
    ),
    "approver_invalid": _known(
        403,
        "access_denied|invalid_approver",
        "Access denied due to invalid_approver.",
        "the user may not approve the request",
        "C",
    ),
    "caa_refused": _known(
        400, "caa_check_failed|{field}", "The CAA check failed for {field}.", "a CAA record refuses this CA", "D"
    ),
    "csr_unparsable": _known(
        400, "csr_invalid_cannot_parse", "The CSR could not be parsed.", "the CSR cannot be parsed", "D"
    ),
    "primary_not_archived": _known(
        400,
        "cannot_archive_primary_certificate",
        "Primary certificate cannot be archived",
        "the current certificate of an order is archived",
        "D",
    ),
    "certificate_outlasts_order": _known(
        400,
        "cert_validity_exceeds_order_validity",
        _PROCESSING,
        "the certificate is requested for longer than the order",
        "D",
    ),
    "ct_turned_off": _known(
        400,
        "cert_transparency_turned_off_for_account",
        _PROCESSING,
        "CT logging is disabled for the account",
        "D",
    ),
    "auth_key_exists": _known(
        400, "auth_key_exists_for_account", _PROCESSING, "the account has an AuthKey without validity already", "D"
    ),
    "webhook_unknown": _known(
        404, "not_found|webhook", "The specified webhook was not found.", "the webhook is unknown", "D"
    ),
    "webhook_endpoint_invalid": _known(
        400, "webhook_invalid_endpoint", _PROCESSING, "the endpoint of a webhook is no HTTPS address", "D"
    ),
    "webhook_endpoint_error": _known(
        400, "webhook_endpoint_error", _PROCESSING, "the listener of a webhook does not answer with 2XX", "D"
    ),
    "webhook_exists": _known(400, "webhook_configured_already", _PROCESSING, "the account has a webhook already", "D"),
    "webhook_action_invalid": _known(
        400, "webhook_invalid_action", _PROCESSING, "a webhook is switched before its challenge was passed", "D"
    ),
    "webhook_token_invalid": _known(
        400, "webhook_invalid_token", _PROCESSING, "the token of a challenge is missing, wrong or too old", "D"
    ),
    # Not verified: each is a switch.
    "key_missing": _open(
        403,
        "access_denied|access_denied_invalid_key",
        "the X-DC-DEVKEY header is missing",
        "Access denied due to access_denied_invalid_key.",
        "? assumed to be the same as for a bad key",
    ),
    "content_type_refused": _open(
        400,
        "bad_request_format",
        "the content type is not application/json, and the switch content_type says that it is checked",
        "The request body is not valid.",
    ),
    "key_too_weak": _open(
        400,
        "invalid_value:csr",
        "the key of the CSR is too weak",
        "csr contains an invalid value: the key is too weak.",
    ),
    "csr_missing": _open(400, "invalid_value:csr", "the CSR is missing", "csr contains an invalid value."),
    "common_name_too_long": _open(
        400, "rfc5280_common_name_too_long", "the common name has more than 64 characters", source="C, unverified"
    ),
    "host_name_invalid": _open(400, "invalid_value:{field}", "a name is not a valid host name", _FIELD_MESSAGE),
    "names_not_allowed": _open(
        400,
        "invalid_value:dns_names",
        "the product does not accept these names",
        "dns_names contains an invalid value.",
    ),
    "dynamic_file_for_dv": _open(
        400,
        "invalid_value:dcv_method",
        "a DV order asks for http-token-dynamic",
        "dcv_method contains an invalid value.",
        "D: for OV and EV only; its code is unverified",
    ),
    "platform_missing": _open(
        400,
        "invalid_value:server_platform",
        "a reissue names no server platform, and the switch reissue_server_platform says that it must",
        "server_platform contains an invalid value.",
    ),
    "platform_unknown": _open(
        400,
        "invalid_value:server_platform",
        "the server platform is unknown, and the switch server_platform says that it is checked",
        "server_platform contains an invalid value.",
    ),
    "plan_not_enabled": _open(
        400,
        "invalid_value:validity_years",
        "an order of more than one year in an account without Multi-year Plans",
        "validity_years contains an invalid value.",
        "D: since 24 Feb 2026; its code is unverified",
    ),
    "wildcard_with_http_token": _open(
        400,
        "invalid_dcv_method",
        "a wildcard name is ordered with an HTTP method",
        "The DCV method cannot be used for a wildcard domain.",
    ),
    "organization_missing": _open(
        400,
        "invalid_value:organization",
        "an OV or EV order names no organization",
        "organization contains an invalid value.",
    ),
    "organization_unknown": _open(
        404, "not_found|organization", "the organization is unknown", "The specified organization was not found."
    ),
    "text_too_long": _open(
        400,
        "invalid_value:{field}",
        "the name of an organization, or a line of its address, has more than 64 characters",
        _FIELD_MESSAGE,
        "D: the limit; its code is unverified",
    ),
    "organization_inactive": _open(
        400, "invalid_value:organization", "the organization is deactivated", "organization contains an invalid value."
    ),
    "container_unknown": _open(
        404, "not_found|container", "the container is unknown", "The specified container was not found."
    ),
    "container_forbidden": _open(
        403,
        "access_denied|missing_permission",
        "the user does not work in the container",
        "Access denied due to missing_permission.",
    ),
    "product_limited": _open(
        403,
        "access_denied|missing_permission",
        "the limits of the container do not allow the product or its lifetime",
        "Access denied due to missing_permission.",
    ),
    "certificate_unknown": _open(
        404, "not_found|certificate", "the certificate is unknown", "The specified certificate was not found."
    ),
    "domain_unknown": _open(404, "not_found|domain", "the domain is unknown", "The specified domain was not found."),
    "user_unknown": _open(404, "not_found|user", "the user is unknown", "The specified user was not found."),
    "custom_field_unknown": _open(
        400,
        "invalid_value:metadata_id",
        "the account has no such custom field",
        "metadata_id contains an invalid value.",
    ),
    "custom_field_value": _open(
        400,
        "invalid_custom_field_value",
        "a value does not fit the data type of its custom field",
        source="D: the code; its HTTP status is unverified",
    ),
    "approval_email_wrong_state": _open(
        400,
        "invalid_value:order_id",
        "approval e-mails are requested for an order that is not a pending EV order",
        "The order does not wait for an EV approver.",
        "D: pending EV orders only; its code is unverified",
    ),
    "approval_email_unknown": _open(
        400,
        "invalid_value:emails",
        "approval e-mails should go to somebody who is not a verified contact",
        "emails contains an invalid value.",
        "D: verified contacts only; its code is unverified",
    ),
    "request_unknown": _open(
        404, "not_found|request", "the request is unknown", "The specified request was not found."
    ),
    "alternate_unknown": _open(
        404,
        "not_found|order",
        "no order has the alternative order id",
        "The specified order was not found.",
        "C: 404 means none",
    ),
    "ica_not_allowed": _open(
        400,
        "invalid_value:ca_cert_id",
        "the product may not use the ICA",
        "ca_cert_id contains an invalid value.",
        "D: an error; its code is unverified",
    ),
    "cancel_wrong_state": _open(
        400, "invalid_value:status", "the order to cancel is not pending", "status contains an invalid value."
    ),
    "renewed_wrong_state": _open(
        400,
        "invalid_value:status",
        "renewed or not_renewed does not fit the order",
        "status contains an invalid value.",
    ),
    "note_missing": _open(
        400, "invalid_value:note", "an order is canceled without a note", "note contains an invalid value."
    ),
    "reissue_wrong_state": _open(
        400, "invalid_value:order_id", "the order to reissue is not issued", "The order cannot be reissued."
    ),
    "reissue_pending": _open(
        400,
        "invalid_value:order_id",
        "an order is reissued that has a pending reissue",
        "The order already has a pending reissue.",
    ),
    "duplicate_wrong_state": _open(
        400,
        "invalid_value:order_id",
        "a duplicate is requested of an order that is not issued",
        "The order cannot have a duplicate.",
    ),
    "duplicate_differs": _open(
        400,
        "invalid_value:dns_names",
        "a duplicate has different names from its order",
        "dns_names contains an invalid value.",
    ),
    "duplicate_dcv_expired": _open(
        400,
        "invalid_value:dns_names",
        "the domain validation of a duplicate has expired",
        "Reissue the certificate first.",
    ),
    "revoke_with_pending_reissue": _open(
        400,
        "invalid_value:certificate_id",
        "a certificate is revoked while a reissue is pending",
        "A certificate with a pending reissue cannot be revoked.",
        "D: not possible; its code is unverified",
    ),
    "revoke_wrong_state": _open(
        400,
        "invalid_value:certificate_id",
        "the certificate or order to revoke is not issued",
        "The certificate cannot be revoked.",
    ),
    "request_already_processed": _open(
        400,
        "invalid_value:status",
        "the request to approve or reject is no longer pending",
        "status contains an invalid value.",
    ),
    "dcv_wrong_state": _open(
        400,
        "invalid_value:order_id",
        "a DCV call is made for an order that does not need DCV",
        "The order is not pending validation.",
    ),
    "download_not_issued": _open(
        400,
        "invalid_value:certificate_id",
        "a certificate is downloaded before it is issued",
        "The certificate is not issued.",
        "? 4xx",
    ),
    "download_format_unknown": _open(
        400, "invalid_value:format_type", "the download format is unknown", "format_type contains an invalid value."
    ),
    "renewed_order_unknown": _open(
        404, "not_found|order", "the order that is renewed is unknown", "The specified order was not found."
    ),
    "time_frame_missing": _open(
        400,
        "invalid_value:filters",
        "status changes are requested without a time frame",
        "filters contains an invalid value.",
        "D: mandatory; its code is unverified",
    ),
    "filter_unknown": _open(
        400,
        "invalid_value:filters",
        "a list is filtered by an undocumented property",
        "filters contains an invalid value.",
    ),
    "verified_users_missing": _open(
        400,
        "invalid_value:verified_users",
        "EV or CS validation is requested without verified users",
        "verified_users contains an invalid value.",
        "D: required; its code is unverified",
    ),
    "domain_exists": _open(
        400, "invalid_value:name", "the domain to create already exists", "name contains an invalid value."
    ),
}


def parse_status_and_code(text: str) -> tuple[int, str]:
    """Split the value of an ``error.`` switch, for example ``400 invalid_value:status``.

    :raises ValueError: it is not an HTTP error status followed by a code.
    """
    status, _other, code = text.partition(" ")
    if not (status.isascii() and status.isdigit()) or not 400 <= int(status) <= 599 or not code.strip():
        raise ValueError(f"an error must be given as '<HTTP status> <code>', not {text!r}")
    return int(status), code.strip()


class Refusal(Exception):
    """The service refuses the call. ``situation`` is a key of :data:`CATALOGUE`."""

    def __init__(self, situation: str, field: str = "") -> None:
        super().__init__(situation)
        self.situation = situation
        self.field = field

    def answer(self, switch: Callable[[str], str]) -> tuple[int, dict[str, list[dict[str, str]]]]:
        """HTTP status and JSON body. ``switch`` returns the value of a switch as text."""
        spec = CATALOGUE[self.situation]
        status, code = spec.status, spec.code
        if not spec.verified:
            status, code = parse_status_and_code(switch(f"error.{self.situation}"))
        error = {"code": code.replace("{field}", self.field), "message": spec.message.replace("{field}", self.field)}
        return status, {"errors": [error]}


def invalid(field: str) -> Refusal:
    """The documented refusal of a field's value, for the caller to raise."""
    return Refusal("field_invalid", field)
