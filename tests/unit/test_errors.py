# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""For every error code of the service there is a sentence that says what to do."""

from __future__ import annotations

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral.client import parse_errors
from ansible_collections.community.digicert.plugins.module_utils._certcentral.error_codes import (
    ANYTHING_ELSE,
    CLIENT,
    DOCUMENTED,
    KNOWN_CODES,
    PATTERN,
    RECORDED,
)
from ansible_collections.community.digicert.plugins.module_utils._certcentral.errors import (
    ApiError,
    ServiceError,
    next_action_for,
)

# HTTP status and code of the service, from errors.html and the pages of the calls, and a part of our sentence
_KNOWN_CODES = [
    (403, "access_denied|access_denied_invalid_key", "Check the API key"),
    (403, "access_denied|missing_permission", "permission"),
    (403, "access_denied|invalid_approver", "another user"),
    (403, "access_denied", "may do in CertCentral"),
    (403, "access_denied|something_else", "may do in CertCentral"),
    (400, "ambiguous_product", "specific product"),
    (400, "auth_key_exists_for_account", "AuthKey"),
    (400, "bad_request_format", "Report this"),
    (400, "caa_check_failed|example.com", "CAA"),
    (400, "caa_not_found|example.com", "CAA"),
    (400, "cannot_activate_domain_lock", "domain locking"),
    (400, "csr_invalid_cannot_parse", "new CSR"),
    (400, "file_random_value_not_found", "/.well-known/pki-validation/"),
    (400, "invalid_dcv_method", "DCV method"),
    (400, "invalid_dns_method", "e-mail"),
    (400, "invalid_dns_txt", "DNS"),
    (400, "invalid_value", "Correct the value"),
    (400, "invalid_value:custom_expiration_date", "earlier date"),
    (400, "invalid_value:validity_days", "Reduce validity_days"),
    (400, "invalid_value:validity_years", "Reduce validity_years"),
    (400, "invalid_value:csr", "Correct the value"),
    (404, "not_found", "api_url"),
    (404, "not_found|order", "order ID"),
    (404, "not_found|product", "product identifier"),
    (404, "not_found|organization", "organization ID"),
    (404, "not_found|certificate", "certificate ID"),
    (404, "not_found|request", "request ID"),
    (404, "not_found|domain", "domain ID"),
    (404, "not_found|container", "container ID"),
    (404, "not_found|user", "IDs of the request"),
    (404, "not_found|route", "/services/v2"),
    (429, "request_limit_exceeded", "rate limit"),
    (400, "rfc5280_common_name_too_long", "at most 64 characters"),
    (503, "service_unavailable", "status page"),
    (400, "time_frame_too_long", "seven days"),
]

_HTTP_STATUSES = {code: status for status, code, _word in _KNOWN_CODES}


@pytest.mark.parametrize(("status", "code", "word"), _KNOWN_CODES)
def test_a_known_code_has_its_own_sentence(status: int, code: str, word: str) -> None:
    step = next_action_for(status, [ServiceError(code, "")])
    assert word in step
    assert step != ANYTHING_ELSE
    assert step.endswith(".")


def test_every_code_of_the_table_is_checked_here() -> None:
    checked = {code.split("|example")[0] for code in _HTTP_STATUSES}
    assert {entry.code for entry in KNOWN_CODES} - checked == set()
    assert [entry.code for entry in KNOWN_CODES] == sorted({entry.code for entry in KNOWN_CODES})
    assert {entry.source for entry in KNOWN_CODES} == {DOCUMENTED, RECORDED, CLIENT, PATTERN}


@pytest.mark.parametrize("code", ["a_code_of_tomorrow", "", "unknown"])
def test_for_other_codes_the_message_of_the_service_counts(code: str) -> None:
    assert next_action_for(400, [ServiceError(code, "")]) == ANYTHING_ELSE


def test_an_unknown_code_is_reported_unchanged() -> None:
    error = ApiError(400, [ServiceError("a_code|of:tomorrow", "What it says.")], "GET /x")
    assert "(a_code|of:tomorrow: What it says.)" in str(error)
    assert [entry.as_dict() for entry in error.errors] == [{"code": "a_code|of:tomorrow", "message": "What it says."}]


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (401, "API key"),
        (403, "may do"),
        (404, "IDs"),
        (407, "HTTPS_PROXY"),
        (408, "run this again"),
        (413, "smaller"),
        (429, "rate limit"),
        (500, "failed"),
        (503, "failed"),
    ],
)
def test_without_a_code_the_status_decides(status: int, word: str) -> None:
    assert word in next_action_for(status, [])
    assert word in next_action_for(status, [ServiceError("a_code_of_tomorrow", "")])


def test_the_first_code_with_a_sentence_wins() -> None:
    errors = [ServiceError("a_code_of_tomorrow", ""), ServiceError("not_found|product", "")]
    assert "product identifier" in next_action_for(404, errors)


def test_a_refusal_names_request_status_codes_and_messages() -> None:
    error = ApiError(400, [ServiceError("invalid_dns_txt", "No TXT."), ServiceError("other", "")], "PUT /x")
    assert str(error) == "CertCentral refused PUT /x with HTTP 400 (invalid_dns_txt: No TXT.; other)."
    assert [entry.as_dict() for entry in error.errors] == [
        {"code": "invalid_dns_txt", "message": "No TXT."},
        {"code": "other", "message": ""},
    ]
    assert "without a reason" in str(ApiError(500, [], "GET /x"))


def test_only_a_failure_of_the_service_may_have_been_carried_out() -> None:
    assert ApiError(502, [], "POST /x").may_have_been_carried_out
    assert not ApiError(429, [], "POST /x").may_have_been_carried_out


def test_a_code_is_recognised_with_and_without_its_detail() -> None:
    error = ApiError(404, [ServiceError("not_found|order", "")], "GET /x")
    assert error.has_code("not_found")
    assert error.has_code("other", "not_found|order")
    assert not error.has_code("not_foun", "not_found|route")
    assert ApiError(400, [ServiceError("invalid_value:csr", "")], "GET /x").has_code("invalid_value")


@pytest.mark.parametrize(
    ("decoded", "found"),
    [
        ({"errors": [{"code": "a", "message": "b"}]}, [ServiceError("a", "b")]),
        ({"errors": {"code": "a", "message": "b"}}, [ServiceError("a", "b")]),
        (
            {"errors": [{"message": "b"}, "text", None, " ", 7]},
            [ServiceError("unknown", "b"), ServiceError("unknown", "text")],
        ),
        ({"errors": ["one", "two"]}, [ServiceError("unknown", "one"), ServiceError("unknown", "two")]),
        ({"errors": [{"code": "a", "message": None}]}, [ServiceError("a", "")]),
        ({"errors": [{"code": "a"}]}, [ServiceError("a", "")]),
        ({"errors": [{"code": 7, "message": ["b"]}]}, [ServiceError("7", "['b']")]),
        ({"errors": [{"code": "a\nb", "message": " two\r\n  lines\x00 "}]}, [ServiceError("a b", "two lines")]),
        ({"errors": [{"code": "a", "message": "b" * 5_000_000}]}, [ServiceError("a", "b" * 1000 + "…")]),
        ({"errors": "text"}, [ServiceError("unknown", "text")]),
        ({"errors": {}}, [ServiceError("unknown", "")]),
        ({"errors": []}, []),
        ({}, []),
        ([], []),
        (None, []),
        ("text", []),
    ],
)
def test_errors_are_read_in_every_form(decoded: object, found: list[ServiceError]) -> None:
    assert parse_errors(decoded) == found
