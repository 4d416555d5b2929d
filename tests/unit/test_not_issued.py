# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is reported of an order that is not issued, and of a certificate that is not the requested one."""

from __future__ import annotations

import datetime as dt
import typing as t
from collections.abc import Iterator

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral.errors import UnexpectedAnswerError
from ansible_collections.community.digicert.plugins.module_utils._decisions.certificate import Need
from ansible_collections.community.digicert.plugins.module_utils._decisions.order import OrderIntent
from ansible_collections.community.digicert.plugins.module_utils._use_cases.certificate_collect import check_certificate
from ansible_collections.community.digicert.plugins.module_utils._use_cases.certificate_entry import (
    CertificateRequest,
    Entry,
    Work,
)
from ansible_collections.community.digicert.plugins.module_utils._use_cases.not_issued import why_not_issued
from ansible_collections.community.digicert.plugins.module_utils._x509.certificates import Chain, read_certificates
from ansible_collections.community.digicert.tests.unit import pki
from ansible_collections.community.digicert.tests.unit.scripted_client import client_of
from ansible_collections.community.digicert.tests.unit.scripted_server import (
    Answer,
    Scripted,
    refusal,
    reply,
    serve,
)


@pytest.fixture
def server() -> Iterator[Scripted]:
    """Run a server whose script must be used up completely."""
    with serve() as scripted:
        yield scripted
        assert scripted.script == []


def _order(status: str, **values: t.Any) -> Answer:
    return reply(200, {"id": 12, "status": status, "certificate": {"id": 7}, **values})


def _request(number: int, status: str) -> dict[str, t.Any]:
    return {"id": number, "type": "new_request", "status": status}


def _comment(number: int, comment: str | None) -> Answer:
    return reply(200, {**_request(number, "rejected"), "processor_comment": comment})


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (
            [
                _order(
                    "rejected", requests=[_request(5, "rejected"), _request(9, "rejected"), _request(10, "pending")]
                ),
                _comment(9, "Not\n  ours"),
            ],
            "request 9 was rejected with the comment 'Not ours'",
        ),
        ([_order("rejected", requests=[_request(5, "rejected")]), _comment(5, None)], None),
        ([_order("failed", requests=[_request(5, "approved")])], None),
        (
            [_order("canceled", notes=[{"text": "first"}, {"text": "not needed"}])],
            "canceled with the note 'not needed'",
        ),
        ([_order("canceled")], None),
        ([_order("revoked")], "its certificates were revoked"),
        ([_order("expired", certificate={"id": 7, "valid_till": "2026-01-31"})], "it has expired"),
        ([_order("expired", order_valid_till="2026-01-31")], "it expired on 2026-01-31"),
        (
            [_order("pending", caa_status_message={"example.com": "CAA check failed", "a.example": "passed"})],
            "example.com: CAA check failed; a.example: passed",
        ),
        ([_order("pending", caa_status_message={})], None),
        ([_order("pending", caa_status_message="a text")], None),
        # what a user may not read is not an error of the wait
        ([refusal(403, "access_denied")], None),
        ([_order("rejected", requests=[_request(5, "rejected")]), refusal(403, "access_denied")], None),
    ],
)
def test_why_an_order_is_not_issued(server: Scripted, answers: list[Answer], reason: str | None) -> None:
    assert why_not_issued(client_of(server, *answers), 12) == reason


def _work(*names: str) -> Work:
    need = Need(OrderIntent(names, "ssl_basic", 112233, None, "key"))
    entry = Entry(None, "www", order_id=12, certificate_id=7)
    return Work(CertificateRequest(need, None, "ssl_basic", "dns-txt-token", 0), entry)


def _chain() -> Chain:
    (leaf,) = read_certificates(pki.hierarchy().leaf.pem)
    return Chain(leaf, (), None)


def test_a_certificate_without_a_requested_name_is_refused_before_anything_is_written() -> None:
    check_certificate(_chain(), _work("www.example.com", "example.com"), pki.NOW)
    with pytest.raises(UnexpectedAnswerError) as refused:
        check_certificate(_chain(), _work("www.example.com", "mail.example.com"), pki.NOW)
    assert refused.value.message.startswith("Certificate 7 of order 12 lacks the requested names mail.example.com; ")
    assert refused.value.message.endswith("; nothing was written.")
    assert "Compare the certificate with the order in CertCentral" in refused.value.next_action


def test_a_certificate_that_has_expired_is_refused_with_the_clock_as_a_possible_cause() -> None:
    later = pki.NOW + dt.timedelta(days=400)
    with pytest.raises(UnexpectedAnswerError, match="Certificate 7 of order 12 expired on 2027-06-06") as refused:
        check_certificate(_chain(), _work("www.example.com"), later)
    assert "the clock of this machine" in refused.value.next_action
