# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The phase of an order, what it waits for, and what must be published."""

from __future__ import annotations

import datetime as dt

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral.dcv import (
    TOKEN_METHODS,
    DomainValidation,
    OrganizationValidation,
    Token,
    Validation,
)
from ansible_collections.community.digicert.plugins.module_utils._decisions.phase import (
    blockers,
    dcv_method_of,
    dcv_records,
    domains_to_prove,
    phase_of,
)
from ansible_collections.community.digicert.plugins.module_utils._use_cases.outcome import Standing
from ansible_collections.community.digicert.tests.unit.made_orders import TODAY, order, request

_NOTHING_OPEN = Validation((), ())


def _validation(*domains: DomainValidation, organization: str = "complete") -> Validation:
    return Validation(domains, (OrganizationValidation("ov", organization),))


def _domain(status: str = "pending", scope: str = "example.com", method: str | None = None) -> DomainValidation:
    return DomainValidation(scope, ("www.example.com", "example.com"), status, method)


class TestPhase:
    @pytest.mark.parametrize(
        ("status", "phase"),
        [
            ("canceled", "canceled"),
            ("rejected", "rejected"),
            ("denied", "rejected"),
            ("failed", "rejected"),
            ("revoked", "revoked"),
            ("expired", "expired"),
            ("issued", "issued"),
            ("needs_approval", "waiting_approval"),
            ("pending", "processing"),
            ("processing", "processing"),
            ("waiting_pickup", "processing"),
            ("reissue_pending", "processing"),
            ("a status of tomorrow", "processing"),
        ],
    )
    def test_the_status_decides(self, status: str, phase: str) -> None:
        assert phase_of(order(status=status), _NOTHING_OPEN, TODAY) == phase

    def test_a_certificate_is_expired_from_the_day_after_its_last_one(self) -> None:
        assert phase_of(order(certificate_expires_in=0), None, TODAY) == "issued"
        assert phase_of(order(certificate_expires_in=-1), None, TODAY) == "expired"

    def test_an_open_request_comes_first(self) -> None:
        waiting = order(status="pending", requests=(request("reissue", "submitted"),))
        assert phase_of(waiting, _validation(_domain()), TODAY) == "waiting_approval"

    @pytest.mark.parametrize("kind_and_status", [("revoke", "pending"), ("new_request", "approved")])
    def test_requests_that_block_nothing_do_not_count(self, kind_and_status: tuple[str, str]) -> None:
        waiting = order(status="pending", requests=(request(*kind_and_status),))
        assert phase_of(waiting, _validation(_domain()), TODAY) == "waiting_dcv"

    @pytest.mark.parametrize("status", ["approved", "complete", "active", "valid"])
    def test_after_the_domains_the_organization_is_awaited(self, status: str) -> None:
        validation = _validation(_domain(status), organization="pending")
        assert phase_of(order(status="pending"), validation, TODAY) == "waiting_organization"

    def test_without_a_validation_it_is_being_processed(self) -> None:
        assert phase_of(order(status="pending"), None, TODAY) == "processing"


class TestBlockers:
    def test_an_issued_order_waits_for_nothing(self) -> None:
        assert blockers(order(), _validation(_domain())) == []

    def test_everything_is_reported_together_approval_first(self) -> None:
        waiting = order(status="needs_approval", requests=(request(number=77),))
        found = blockers(waiting, _validation(_domain(method="http-token"), organization="pending"))
        assert [blocker.what for blocker in found] == ["approval", "dcv", "organization"]
        assert "request 77" in found[0].detail
        assert found[0].since == "2026-11-19T10:00:00+00:00"
        assert "www.example.com, example.com" in found[1].detail
        assert "HTTP" in found[1].next_action
        assert found[1].since == "2026-11-10T00:00:00+00:00"
        assert "OV" in found[2].detail
        assert "112233" in found[2].detail
        assert all(set(blocker.as_result()) == {"what", "detail", "since", "next_action"} for blocker in found)

    def test_an_approval_without_a_request_has_the_date_of_the_order(self) -> None:
        (found,) = blockers(order(status="needs_approval"), None)
        assert found.since == "2026-11-10T00:00:00+00:00"
        assert "the request" in found.detail

    def test_a_missing_csr_is_reported(self) -> None:
        (found,) = blockers(order(status="needs_csr", date_created=None), None)
        assert (found.what, found.since) == ("csr", None)

    @pytest.mark.parametrize(
        ("method", "word"),
        [("dns-txt-token", "DNS"), ("dns-cname-token", "DNS"), ("http-token-dynamic", "HTTP"), ("email", "e-mail")],
    )
    def test_the_next_action_depends_on_the_method(self, method: str, word: str) -> None:
        (found,) = blockers(order(status="pending", dcv_method=method), Validation((_domain(),), ()))
        assert word in found.next_action
        assert method in found.detail


class TestDomainsToProve:
    def test_dns_proves_the_scope(self) -> None:
        assert domains_to_prove(order(), _validation(_domain()), "dns-txt-token") == ("example.com",)

    def test_http_proves_each_name(self) -> None:
        found = domains_to_prove(order(), _validation(_domain()), "http-token")
        assert found == ("www.example.com", "example.com")

    def test_proven_domains_are_omitted(self) -> None:
        validation = _validation(_domain("approved"), _domain(scope="other.example"))
        assert domains_to_prove(order(), validation, "dns-txt-token") == ("other.example",)
        assert domains_to_prove(order(), _validation(_domain("approved")), "dns-txt-token") == ()

    def test_without_a_list_the_names_of_the_certificate_are_used_without_wildcard(self) -> None:
        wild = order(names=("*.example.com", "example.com", "www.other.example"))
        for validation in (None, _NOTHING_OPEN):
            found = domains_to_prove(wild, validation, "dns-txt-token")
            assert found == ("example.com", "www.other.example")

    def test_a_scope_without_names_is_used_as_the_name(self) -> None:
        bare = Validation((DomainValidation("example.com", (), "pending", None),), ())
        assert domains_to_prove(order(), bare, "http-token") == ("example.com",)
        nothing = Validation((DomainValidation(None, (), "pending", None),), ())
        assert domains_to_prove(order(), nothing, "http-token") == ()

    def test_the_method_of_an_older_answer_is_found_in_the_validation(self) -> None:
        validation = _validation(_domain("approved", method="email"), _domain(method="http-token"))
        assert dcv_method_of(order(dcv_method=None), validation) == "http-token"
        assert dcv_method_of(order(dcv_method="email"), validation) == "email"
        assert dcv_method_of(order(dcv_method=None), None) is None


class TestRecords:
    _TOKEN = Token("fdy6m0wy5lq063sz4h0r6qmdt722gyfc", dt.datetime(2026, 12, 20, tzinfo=dt.timezone.utc))

    @pytest.mark.parametrize(
        ("method", "type_", "name", "value", "path"),
        [
            ("dns-txt-token", "TXT", "_dnsauth.example.com", "fdy6m0wy5lq063sz4h0r6qmdt722gyfc", None),
            (
                "dns-cname-token",
                "CNAME",
                "_dnsauth.example.com",
                "fdy6m0wy5lq063sz4h0r6qmdt722gyfc.dcv.digicert.com",
                None,
            ),
            (
                "http-token",
                "HTTP",
                "example.com",
                "fdy6m0wy5lq063sz4h0r6qmdt722gyfc",
                "/.well-known/pki-validation/fileauth.txt",
            ),
        ],
    )
    def test_each_method_has_its_location(
        self, method: str, type_: str, name: str, value: str, path: str | None
    ) -> None:
        assert dcv_records(method, self._TOKEN, ["example.com"]) == [
            {
                "domain": "example.com",
                "type": type_,
                "name": name,
                "value": value,
                "path": path,
                "expires": "2026-12-20T00:00:00+00:00",
            }
        ]

    def test_the_records_of_all_token_methods_have_the_same_keys(self) -> None:
        file = "/.well-known/pki-validation/abc.txt"
        for method in TOKEN_METHODS:
            (record,) = dcv_records(method, Token("token", None, file), ["example.com"])
            assert set(record) == {"domain", "type", "name", "value", "path", "expires"}
            assert record["expires"] is None
            assert record["path"] == (file if method.startswith("http-") else None)

    def test_an_unknown_file_name_is_not_guessed(self) -> None:
        token = Token("token", None)
        assert dcv_records("http-token-dynamic", token, ["example.com"]) == []
        (record,) = dcv_records("http-token", token, ["example.com"])
        assert record["path"] == "/.well-known/pki-validation/fileauth.txt"

    @pytest.mark.parametrize(("method", "token"), [("email", _TOKEN), (None, _TOKEN), ("dns-txt-token", None)])
    def test_without_a_token_there_is_nothing_to_publish(self, method: str | None, token: Token | None) -> None:
        assert dcv_records(method, token, ["example.com"]) == []


@pytest.mark.parametrize("phase", ["issued", "canceled", "rejected", "revoked", "expired"])
def test_an_order_that_waits_for_nothing_is_final(phase: str) -> None:
    assert Standing(phase, (), ()).is_final


@pytest.mark.parametrize("phase", ["waiting_approval", "waiting_dcv", "waiting_organization", "processing", None])
def test_an_order_that_waits_for_something_is_not_final(phase: str | None) -> None:
    assert not Standing(phase, (), ()).is_final
