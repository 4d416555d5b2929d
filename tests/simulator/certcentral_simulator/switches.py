# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every behaviour of the service that is unverified, or on which sources disagree, as a named switch.

A switch that starts with ``error.`` sets the answer to one refusal, as ``<HTTP status> <code>``; these come from
the catalogue in :mod:`certcentral_simulator.errors`. The tags in ``source`` show how far a fact can be trusted:
D = DigiCert's documentation, R = recorded traffic, C = source of a client, S = secondary source, ? = unverified.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from certcentral_simulator.errors import CATALOGUE, parse_status_and_code

Value = str | int | bool


@dataclass(frozen=True)
class Switch:
    """One switch: its name, default, allowed values, meaning and source."""

    name: str
    default: Value
    allowed: tuple[Value, ...] | None
    meaning: str
    source: str


BEHAVIOUR: tuple[Switch, ...] = (
    Switch(
        "add_www",
        False,
        (True, False),
        "add the other name of the www pair to a single-domain OV or EV order for one name",
        "D: the pair is free if both names are requested; that one is added without a request is not documented",
    ),
    Switch(
        "alternate_unknown",
        "error",
        ("error", "empty"),
        "lookup of an alternative order id that no order has: 404 (see error.alternate_unknown), or an empty list",
        "C: 404 means none; D shows a list with a page",
    ),
    Switch(
        "auto_reissue_approval",
        "policy",
        ("policy", "approved"),
        "the request of an automatic reissue follows the approval mode of the account, or is approved at once",
        "D: a reissue request is created; whether it needs approval is unverified",
    ),
    Switch(
        "caa",
        True,
        (True, False),
        "CAA records are looked up before a public certificate is signed",
        "D: MPIC applies to DCV and CAA",
    ),
    Switch(
        "caa_identifiers",
        "digicert.com",
        None,
        "names (separated by spaces) that stand for this CA in CAA records",
        "? the brands have additional names",
    ),
    Switch(
        "caa_refused",
        "wait",
        ("wait", "refuse"),
        "a request that only CAA prevents from being issued at once: it waits and is checked again, "
        "or 400 caa_check_failed",
        "D: the code; when it is returned is unverified",
    ),
    Switch(
        "cancel_needs_approval",
        "refuse",
        ("refuse", "accept"),
        "status canceled for a new order that still needs approval",
        "D: the order must be pending or waiting_pickup",
    ),
    Switch(
        "cancel_note",
        "required",
        ("required", "optional"),
        "whether a note is needed to cancel an order",
        "D 2022: required for cancellations; newest page: conditional",
    ),
    Switch(
        "cancel_spelling",
        "both",
        ("both", "current", "older"),
        "accepted spelling of canceled and CANCELED",
        "D: CANCELED on the first page, canceled since 2021; clients send either",
    ),
    Switch(
        "cert_validity_too_long",
        "truncate",
        ("truncate", "refuse"),
        "cert_validity beyond the maximum of the day, or beyond the end of the order in a reissue: shortened, or 400 "
        "invalid_value:cert_validity",
        "D: shortened; older pages give a range",
    ),
    Switch(
        "certificate_status_in_info",
        False,
        (True, False),
        "certificate.status in order info",
        "C: one client prefers it over the status of the order",
    ),
    Switch(
        "check_dcv_missing_dns",
        "list",
        ("list", "error"),
        "check-dcv when a DNS record is missing: 200 with the list, or 400 invalid_dns_txt",
        "D: list since 2023, error before",
    ),
    Switch(
        "check_dcv_missing_status",
        "pending",
        None,
        "value of dns_name_validations.status and dcv_status for a name that was not found",
        "?",
    ),
    Switch(
        "content_type",
        "ignored",
        ("ignored", "checked"),
        "a body with another content type than application/json: read as JSON all the same, or refused",
        "D: the types that are taken; what happens to others is unverified",
    ),
    Switch(
        "crl_partitioned",
        True,
        (True, False),
        "a revocation list says that it is only the part of the lists which its address names",
        "D: distribution points lead to partitioned lists since 15 Sep 2026; how a list says so is unverified",
    ),
    Switch(
        "crlf_pem",
        True,
        (True, False),
        "line endings of PEM in answers and downloads are CRLF",
        "R: recorded answers carry CRLF",
    ),
    Switch(
        "dcv_scope",
        "fqdn",
        ("fqdn", "base_domain"),
        "domain that a DNS method validates if the order does not set certificate_dcv_scope",
        "D: a record for each domain on the order; S: the two values",
    ),
    Switch(
        "dcv_token_status_code",
        200,
        (200, 201),
        "HTTP status of dcv-method, dcv-random-value and dcv/token",
        "C: clients accept both",
    ),
    Switch(
        "dns_names_include_common_name",
        True,
        (True, False),
        "dns_names of an answer contain the common name as well",
        "R: live list answers do; D: the samples do not",
    ),
    Switch(
        "duplicate_status",
        "approved",
        ("approved", "issued"),
        "status of an issued duplicate in the list of duplicates",
        "D: approved in the sample",
    ),
    Switch(
        "empty_list",
        "array",
        ("array", "missing"),
        "a list without items is an empty array, or its key is missing",
        "C: one client handles the missing key",
    ),
    Switch(
        "empty_organization_as_array",
        False,
        (True, False),
        'DV orders answer "organization": []',
        "C: one client rewrites it",
    ),
    Switch(
        "ica_selection",
        True,
        (True, False),
        "the account may choose the intermediate of products that offer a choice",
        "D: it must be enabled for the account",
    ),
    Switch(
        "ica_without_selection",
        "ignore",
        ("ignore", "refuse"),
        "ca_cert_id of an order whose intermediate cannot be chosen: without effect, or refused",
        "C: a client sends the id of the product there and works; D: an intermediate that is not allowed is an error",
    ),
    Switch(
        "info_while_reissue_pending",
        "current",
        ("current", "pending"),
        "certificate shown by order info and status-changes while a reissue is pending",
        "?",
    ),
    Switch(
        "international_names",
        "a_label",
        ("a_label", "u_label"),
        "spelling of names that are not ASCII in answers and in the filter domain_name; orders take A-labels",
        "?",
    ),
    Switch(
        "multi_year_plan_mark",
        "longer_orders",
        ("longer_orders", "every_order"),
        'orders with is_multi_year_plan "1": those that outlast a certificate, or all of an account with such plans',
        "D: a Multi-year Plan; R 2021: on orders of one year as well",
    ),
    Switch(
        "multi_year_plans",
        True,
        (True, False),
        "the account has Multi-year Plans; without them cert_validity is ignored and nothing is reissued automatically",
        "D",
    ),
    Switch(
        "ocsp_answer",
        "normal",
        ("normal", "silent", "malformed", "expired", "unknown", "wrong_signature", "try_later", "unauthorized"),
        "how the OCSP responder behaves; silent: it takes 8 seconds",
        "? what a responder with a fault does",
    ),
    Switch(
        "ocsp_in_certificates",
        True,
        (True, False),
        "certificates contain the address of the OCSP responder; the one of the revocation list is always in them",
        "D: OCSP is still offered, and every public TLS certificate has a distribution point",
    ),
    Switch(
        "ocsp_signer",
        "issuer",
        ("issuer", "responder"),
        "who signs OCSP answers: the issuing CA, or a responder that it has appointed",
        "? RFC 6960 permits both",
    ),
    Switch(
        "ocsp_valid_seconds",
        0,
        None,
        "seconds of the simulated clock until the next update of an OCSP answer; 0: it may change at any time",
        "? how long answers are valid",
    ),
    Switch(
        "order_starts_validation",
        True,
        (True, False),
        "an order starts the validation that its organization lacks: it is then listed as pending, or not at all",
        "D: the validation team starts once an order is submitted; what is listed meanwhile is unverified",
    ),
    Switch(
        "organization_duplicates",
        "orders",
        ("orders", "always"),
        "organization details match an existing organization in orders only, or in POST /organization too",
        "D: for orders",
    ),
    Switch(
        "organization_list_validation",
        "full",
        ("full", "without_users", "none"),
        "what the list of organizations returns with include_validation: the same as the validation endpoint, the same "
        "without the verified users, or nothing",
        "? the parameter is known, its answer is not",
    ),
    Switch(
        "order_search",
        "contains",
        ("contains", "exact"),
        "filters[search] of the list of orders without a percent sign: contains, or is exactly this",
        'D: "matches or contains"; that a percent sign is needed is said of other lists only',
    ),
    Switch("polling", True, (True, False), "DCV is polled on the documented schedule", "D"),
    Switch(
        "profile_option_after_end",
        "ignore",
        ("ignore", "refuse"),
        "server_client_auth_eku from 1 March 2027 on: without effect, or 400 invalid_value:profile_option",
        "D: removed then; the answer is unverified",
    ),
    Switch(
        "rate_limit_long",
        1000,
        None,
        "number of requests per key in 3 minutes; 0: no limit",
        "D",
    ),
    Switch(
        "rate_limit_short",
        100,
        None,
        "number of requests per key in 5 seconds; 0: no limit",
        "D",
    ),
    Switch(
        "reissue_server_platform",
        "optional",
        ("optional", "required"),
        "server_platform in the request of a reissue",
        "D: it must be sent again; what happens without it is unverified",
    ),
    Switch(
        "request_page_limit",
        "zero",
        ("zero", "maximum"),
        "page.limit of the list of requests if none was given",
        "D: 0 in the sample; C: one client divides by it",
    ),
    Switch(
        "retry_after",
        0,
        None,
        "seconds in the Retry-After header of a 429; 0: no header",
        "? none is documented",
    ),
    Switch(
        "revocation_shown_after_seconds",
        0,
        None,
        "seconds of the simulated clock after which OCSP and revocation list show that a certificate is revoked",
        "? when they show it",
    ),
    Switch(
        "revoke_after_reissue_hours",
        72,
        None,
        "hours after which a reissue that drops or changes names revokes the earlier certificates; -1: never",
        "? the documentation says that it is revoked, but not when",
    ),
    Switch(
        "revoke_order_with_last_certificate",
        False,
        (True, False),
        "setting of the account: an order is revoked as soon as all its certificates were revoked one by one",
        "D: Certificate Revocations (API Only), by default individual certificates",
    ),
    Switch(
        "revoke_request_approval",
        "administrator",
        ("administrator", "policy"),
        "requests to revoke wait for an administrator, or follow the approval mode of the account",
        "D: an administrator must approve it, also where the step is skipped; said of requests in the console",
    ),
    Switch(
        "revoke_request_status",
        "pending",
        ("pending", "submitted"),
        "status of a new request to revoke",
        "D: pending in the sample; C: one client accepts only submitted as a success",
    ),
    Switch(
        "revoke_skip_approval",
        True,
        (True, False),
        "skip_approval takes effect on revocations",
        "D: yes; D 2019: it cannot be skipped",
    ),
    Switch(
        "server_platform",
        "ignored",
        ("ignored", "checked"),
        "a server platform that the product list does not have: taken, or refused",
        "? the list in the glossary could not be read in full",
    ),
    Switch(
        "signature_hash_granted",
        "requested",
        ("requested", "sha256"),
        "signature hash of a certificate: the requested one, or always SHA-256",
        "? that the CA may decide otherwise is unverified",
    ),
    Switch(
        "skip_approval_in_certificate",
        "ignore",
        ("ignore", "accept"),
        "skip_approval inside certificate, as in one sample",
        "D sample; clients send it at the top",
    ),
    Switch(
        "skip_approval_without_right",
        "ignore",
        ("ignore", "refuse"),
        "skip_approval with a key that may not approve: an ordinary request, or 403",
        "D: needs an approver-capable key; the answer otherwise is unverified",
    ),
    Switch(
        "status_while_issuing",
        "pending",
        ("pending", "processing"),
        "status of a new order that only waits for the CA",
        "C: processing is among the statuses that a client maps",
    ),
    Switch(
        "unknown_filter",
        "refuse",
        ("refuse", "ignore"),
        "a list is filtered by an undocumented property: refused, or the filter has no effect",
        "?",
    ),
    Switch(
        "update_status_code",
        204,
        (204, 200),
        "HTTP status of auto-reissue, ct-status, custom-renewal-message, unarchive, sendemail and account/metadata",
        "? C: the endpoints exist",
    ),
    Switch(
        "visibility_delay",
        0,
        None,
        "seconds after which a new order appears in the list and in the lookup by alternative order id",
        "? how soon is unverified",
    ),
)


def _error_switches() -> tuple[Switch, ...]:
    return tuple(
        Switch(
            f"error.{situation}",
            f"{spec.status} {spec.code}",
            None,
            f"answer if {spec.when}",
            spec.source,
        )
        for situation, spec in CATALOGUE.items()
        if not spec.verified
    )


TABLE: Mapping[str, Switch] = {switch.name: switch for switch in (*BEHAVIOUR, *_error_switches())}


def parse_value(name: str, value: object) -> Value:
    """Check a value for a switch, and convert it if it is text from the command line.

    :raises ValueError: the switch is unknown or the value is not allowed.
    """
    switch = TABLE.get(name)
    if switch is None:
        raise ValueError(f"there is no switch {name!r}")
    parsed: Value
    if isinstance(switch.default, bool):
        words = {
            "true": True,
            "on": True,
            "yes": True,
            "1": True,
            "false": False,
            "off": False,
            "no": False,
            "0": False,
        }
        word = str(value).lower()
        if word not in words:
            raise ValueError(f"switch {name} must be true or false, not {value!r}")
        return words[word]
    if isinstance(switch.default, int):
        try:
            parsed = int(str(value))
        except ValueError as exc:
            raise ValueError(f"switch {name} must be a number, not {value!r}") from exc
    else:
        parsed = str(value)
    if switch.allowed is not None and parsed not in switch.allowed:
        raise ValueError(f"switch {name} must be one of {', '.join(map(str, switch.allowed))}, not {value!r}")
    if name.startswith("error."):
        parse_status_and_code(str(parsed))
    return parsed


class Switches:
    """The current switches. Values that were not set have their default."""

    def __init__(self, values: Mapping[str, Value] | None = None) -> None:
        self._values: dict[str, Value] = {}
        for name, value in (values or {}).items():
            self._values[name] = parse_value(name, value)

    def with_values(self, values: Mapping[str, Value]) -> Switches:
        """A copy of these switches with some of them changed."""
        return Switches({**self._values, **values}) if values else self

    def flag(self, name: str) -> bool:
        """Value of a boolean switch."""
        return bool(self._get(name))

    def number(self, name: str) -> int:
        """Value of a switch that is a number."""
        return int(self._get(name))

    def text(self, name: str) -> str:
        """Value of a switch that is a word."""
        return str(self._get(name))

    def everything(self) -> dict[str, Value]:
        """Name and value of every switch."""
        return {name: self._get(name) for name in TABLE}

    def changed(self) -> dict[str, Value]:
        """The switches that were set, for storing."""
        return dict(self._values)

    def _get(self, name: str) -> Value:
        return self._values.get(name, TABLE[name].default)
