# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong, and for each fault the sentence that says what to do next.

Codes of the service: https://dev.digicert.com/certcentral-apis/services-api/errors.html
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass


@dataclass(frozen=True)
class ServiceError:
    """One entry of the ``errors`` array of an answer."""

    code: str
    message: str

    def as_dict(self) -> dict[str, str]:
        """Return the form in which modules report it."""
        return {"code": self.code, "message": self.message}


class DigicertError(Exception):
    """Base of all errors that end a task. ``str()`` is one sentence for people; ``next_action`` says what to do."""

    def __init__(self, message: str, *, next_action: str = "", order_id: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.next_action = next_action
        self.order_id = order_id
        self.errors: tuple[ServiceError, ...] = ()


class InputError(DigicertError):
    """An option, or something that an option names, cannot be used."""


class StateError(DigicertError):
    """The order or certificate is in a state in which the wanted change is not possible."""


class TransportError(DigicertError):
    """No usable answer came.

    ``sent`` tells whether the service may have received the request, ``is_lasting`` whether trying again is useless.
    """

    def __init__(self, message: str, *, next_action: str, sent: bool, is_lasting: bool = False) -> None:
        super().__init__(message, next_action=next_action)
        self.sent = sent
        self.is_lasting = is_lasting


class UnexpectedAnswerError(DigicertError):
    """The service, or something in its place, answered what cannot be understood."""


class ApiError(DigicertError):
    """The service refused a request."""

    def __init__(self, status: int, errors: t.Sequence[ServiceError], request: str) -> None:
        self.status = status
        if errors:
            said = "; ".join(f"{error.code}: {error.message}" if error.message else error.code for error in errors)
        else:
            said = "without a reason"
        super().__init__(
            f"CertCentral refused {request} with HTTP {status} ({said}).",
            next_action=next_action_for(status, errors),
        )
        self.errors = tuple(errors)

    @property
    def may_have_been_carried_out(self) -> bool:
        """Whether a write may have happened although this error came back: the service failed, it did not refuse."""
        return self.status >= 500

    def has_code(self, *codes: str) -> bool:
        """Tell whether one of the codes, or one that begins with it and ``|`` or ``:``, was given."""
        return any(
            error.code == code or error.code.startswith((f"{code}|", f"{code}:"))
            for error in self.errors
            for code in codes
        )


_BY_CODE: dict[str, str] = {
    "access_denied|access_denied_invalid_key": (
        "Check the API key: it may be mistyped, revoked, or belong to the other region (see the option region)."
    ),
    "access_denied|missing_permission": (
        "The API key is valid but may not do this: give its user or the key itself the permission, or use another key."
    ),
    "access_denied|invalid_approver": "Let another user, who may approve this request, approve it.",
    "access_denied": "Check what the user of the API key may do in CertCentral.",
    "ambiguous_product": "Name the product, for example ssl_basic, instead of the generic one.",
    "bad_request_format": "Report this to the maintainers of the collection: the request was not well-formed.",
    "caa_check_failed": "Allow digicert.com in the CAA records of the domain, then try again.",
    "caa_not_found": "Make sure that the name servers of the domain answer queries for CAA records.",
    "csr_invalid_cannot_parse": "Make a new CSR and check it with openssl req -verify.",
    "file_random_value_not_found": (
        "Serve the random value at /.well-known/pki-validation/ on port 80 of each name, then check again."
    ),
    "invalid_dcv_method": "Choose a DCV method that uses a token, then ask for it again.",
    "invalid_dns_method": "The order is validated by e-mail: change its DCV method before asking for a check.",
    "invalid_dns_txt": "Publish the random value in the DNS of each name, wait until it can be seen, then check again.",
    "invalid_value": "Correct the value that the code names.",
    "not_found|order": "Check the order ID, and that the order belongs to the account of this API key.",
    "not_found|product": "Check the product identifier, and that the product is enabled for the account.",
    "not_found|organization": "Check the organization ID, and that it belongs to the account of this API key.",
    "not_found|certificate": "Check the certificate ID, and that it belongs to the account of this API key.",
    "not_found|request": "Check the request ID, and that it belongs to the account of this API key.",
    "not_found|domain": "Check the domain ID, and that it belongs to the account of this API key.",
    "not_found|container": "Check the container ID, and that it belongs to the account of this API key.",
    "not_found|route": "Check that api_url is the address of the Services API, ending in /services/v2.",
    "not_found": "Check the IDs of the request, and that api_url ends in /services/v2.",
    "request_limit_exceeded": "The rate limit of the API key is used up: wait some minutes, or lower rate_limit.",
    "time_frame_too_long": "Ask for at most seven days of status changes.",
}

_BY_STATUS: dict[int, str] = {
    401: "Check the API key.",
    403: "Check what the user of the API key may do in CertCentral.",
    404: "Check the IDs of the request, and that api_url ends in /services/v2.",
    429: "The rate limit of the API key is used up: wait some minutes, or lower rate_limit.",
}


def next_action_for(status: int, errors: t.Sequence[ServiceError]) -> str:
    """Return what to do about a refusal: by full code, by the part before ``|`` or ``:``, then by HTTP status."""
    for error in errors:
        base = error.code.replace(":", "|").split("|", 1)[0]
        for code in (error.code, base):
            if code in _BY_CODE:
                return _BY_CODE[code]
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status >= 500:
        return "The service failed: look at its status page, then run this again."
    return "Correct the request as the message says."
