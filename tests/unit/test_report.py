# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The content of a report on hosts, handshakes and orders."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.digicert.plugins.module_utils._decisions.order import renewal_date
from ansible_collections.community.digicert.plugins.module_utils._decisions.renewal import due_date, expiry_reason
from ansible_collections.community.digicert.plugins.module_utils._report.input import places_of
from ansible_collections.community.digicert.plugins.module_utils._report.model import LEVELS, PROBLEMS, Place
from ansible_collections.community.digicert.plugins.module_utils._report.weeks import monday_of, weeks_of
from ansible_collections.community.digicert.tests.unit.made_orders import TODAY
from ansible_collections.community.digicert.tests.unit.made_reports import (
    account_order,
    fleet,
    only,
    place,
    report,
    seen,
    shown,
)

_DAY = dt.timedelta(days=1)


def _codes(there: Place, *orders: t.Any) -> list[str]:
    made = report(there, orders=orders)
    return [problem.code for problem in made.entries[0].problems]


def test_a_certificate_without_problems_is_reissued_when_it_is_due() -> None:
    certificate = seen()
    entry = only(report(place(certificate, handshakes=(shown(certificate),)), orders=[account_order(multi_year=True)]))
    assert (entry.level, entry.problems, entry.days_left) == ("ok", (), 189)
    assert (entry.order_id, entry.order_status, entry.product, entry.is_multi_year) == (
        101,
        "issued",
        "ssl_basic",
        True,
    )
    assert entry.next_step.action == "reissue"
    assert entry.next_step.day == due_date("auto", certificate.valid_from, certificate.valid_till)


def test_a_certificate_that_expires_with_its_order_is_renewed_when_the_order_is_due() -> None:
    found = account_order(expires_in=189)
    entry = only(report(place(seen()), orders=[found]))
    assert (entry.next_step.action, entry.next_step.day) == ("renew", renewal_date(found.order, "auto"))
    assert "paid" in entry.next_step.text


def test_a_due_certificate_is_not_a_problem() -> None:
    certificate = seen(expires_in=12, valid_from=TODAY - 186 * _DAY)
    there = place(certificate, needs="certificate", reasons=(expiry_reason(certificate.valid_till),))
    entry = only(report(there, orders=[account_order(certificate_expires_in=12)]))
    assert (entry.level, entry.problems) == ("due", ())
    assert (entry.next_step.action, entry.next_step.day) == ("reissue", TODAY)


def test_the_rule_of_the_request_is_used() -> None:
    entry = only(report(place(seen(), renew_before="60"), orders=[account_order()]))
    assert entry.next_step.day == TODAY + (189 - 60) * _DAY


def test_a_certificate_that_is_never_replaced_has_no_next_day() -> None:
    step = only(report(place(seen(), renew_before="never"), orders=[account_order()])).next_step
    assert (step.action, step.day, step.text) == ("none", None, "nothing: it is not replaced when it expires")


def test_a_name_that_is_added_makes_the_reissue_cost() -> None:
    there = place(seen(), names=("www.example.com", "new.example.com"), needs="certificate")
    step = only(
        report(replace(there, reasons=("the certificate lacks new.example.com",)), orders=[account_order()])
    ).next_step
    assert (step.action, step.day, step.text) == ("reissue", TODAY, "reissue order 101 (may cost: names are added)")


_TROUBLES: list[tuple[Place, list[t.Any], list[str]]] = [
    (place(seen(expires_in=-1)), [account_order(certificate_expires_in=-1)], ["expired"]),
    (place(seen()), [account_order(status="revoked")], ["revoked", "no_renewal"]),
    (place(seen()), [account_order(status="canceled")], ["no_renewal"]),
    (place(seen()), [account_order(is_renewed=True)], ["no_renewal"]),
    (place(seen(7)), [account_order()], ["not_from_account"]),
    (
        place(seen(), needs="install", reasons=("mode 0644, not 0600", "chain")),
        [account_order()],
        ["files", "files"],
    ),
    (place(seen(), needs="certificate", reasons=("the key is RSA",)), [account_order()], ["differs"]),
    (place(None), [], ["not_installed"]),
    (place(seen(), handshakes=(shown(seen(9)),)), [account_order()], ["served_differs"]),
    (place(seen(), handshakes=(shown(None),)), [account_order()], ["not_served"]),
    (place(seen(), handshakes=(shown(seen(), failure="self-signed"),)), [account_order()], ["not_verified"]),
]


@pytest.mark.parametrize(("there", "orders", "codes"), _TROUBLES)
def test_each_problem(there: Place, orders: list[t.Any], codes: list[str]) -> None:
    entry = report(there, orders=orders).entries[0]
    assert [problem.code for problem in entry.problems] == codes
    assert entry.level == "problem"


def test_the_table_of_problems_knows_them_all() -> None:
    assert {code for trouble in _TROUBLES for code in trouble[2]} == set(PROBLEMS)


def test_a_revoked_certificate_of_a_live_order() -> None:
    older = replace(account_order().order.certificate, serial_number="7", status="revoked")
    assert _codes(place(seen(7)), account_order(more=(older,))) == ["revoked"]
    assert _codes(place(seen()), account_order(more=(older,))) == []


def test_a_certificate_that_the_ca_says_is_revoked() -> None:
    """The role knows that from OCSP; no field of the service shows it."""
    revoked = "the certificate was revoked on 2026-11-20 at 12:00 UTC, reason keyCompromise"
    reasons = (f"{revoked}: a new key is generated although key_reuse is set",)
    there = place(seen(), needs="certificate", reasons=reasons, key=None, revoked=revoked)
    entry = only(report(there, orders=[account_order()]))
    assert [(problem.code, problem.text) for problem in entry.problems] == [("revoked", f"{revoked}, but it is in use")]
    assert (entry.level, entry.next_step.action, entry.next_step.day) == ("problem", "reissue", TODAY)
    # shown once if the service knows it, too, and even if the order is not known
    assert _codes(there, account_order(status="revoked")) == ["revoked", "no_renewal"]
    assert _codes(there) == ["revoked", "not_from_account"]


@pytest.mark.parametrize(
    ("revocation", "expected"),
    [
        (None, None),
        ({}, None),
        ({"revoked_at": "2026-11-20T12:00:00+00:00", "reason": None}, "2026-11-20 at 12:00 UTC, without a reason"),
        ({"reason": "superseded"}, "the certificate is revoked"),
    ],
)
def test_the_revocation_comes_from_what_was_found_on_the_host(revocation: object, expected: str | None) -> None:
    request = {"name": "www", "dns_names": ["www.example.com"]}
    key = {"public_key_fingerprint": "key-a", "fits": True}
    found = {"name": "www", "needs": "certificate", "revocation": revocation, "key": key}
    (there,) = places_of(
        [{"name": "web1", "failure": None, "requests": [request], "certificates": [found], "served": []}]
    )
    assert (there.revoked or "").endswith(expected or "")
    # the next certificate gets a new key
    assert (there.revoked is None, there.key) == ((expected is None), None if expected else "key-a")


def test_an_earlier_certificate_of_an_order_is_not_foreign() -> None:
    older = replace(account_order().order.certificate, serial_number="7")
    entry = only(report(place(seen(7)), orders=[account_order(more=(older,))]))
    assert (entry.problems, entry.order_id) == ((), 101)


def test_a_foreign_certificate_is_followed_by_a_new_order() -> None:
    assert only(report(place(seen(7), needs="certificate", reasons=("x",)))).next_step.action == "order"


def test_an_issued_order_that_matches_is_installed() -> None:
    found = account_order()
    found = replace(found, order=replace(found.order, certificate=replace(found.order.certificate, public_key="key-a")))
    entry = only(report(place(None, key="key-a"), orders=[found]))
    assert (entry.next_step.action, entry.next_step.order_id) == ("install", 101)


def test_a_waiting_order_says_what_has_to_be_done() -> None:
    found = account_order(status="needs_approval", waits_for=("request 7 waits. Approve it.",))
    entry = only(report(place(None), orders=[found]))
    assert (entry.level, entry.problems) == ("waiting", ())
    assert entry.next_step.text == "waiting: request 7 waits. Approve it."
    assert entry.next_step.day is None


def test_a_host_that_was_not_read_is_judged_by_what_it_serves() -> None:
    away = place(None, failure="unreachable", needs="none", reasons=())
    entry = only(report(away))
    assert (entry.level, entry.serial_number, entry.next_step.action) == ("unknown", None, "none")
    entry = only(report(replace(away, handshakes=(shown(seen()),)), orders=[account_order()]))
    assert (entry.level, entry.serial_number, entry.next_step.action) == ("unknown", "65", "reissue")
    assert report(replace(away, handshakes=(shown(seen(expires_in=-3)),))).entries[0].level == "problem"


def test_orders_that_no_host_uses() -> None:
    made = report(
        place(seen()),
        orders=[
            account_order(),
            account_order(102, names=("other.example",)),
            account_order(103, status="canceled"),
            account_order(104, expires_in=-1),
            account_order(105, names=("wait.example",), status="pending"),
            account_order(106, names=("old.example",), is_renewed=True, renewed_by=102),
            account_order(107, names=("soon.example",), expires_in=1, certificate_expires_in=1),
        ],
    )
    lonely = {entry.order_id: entry for entry in made.entries if entry.host is None}
    assert {number: entry.level for number, entry in lonely.items()} == {
        102: "ok",
        105: "waiting",
        106: "ok",
        107: "due",
    }
    assert lonely[102].next_step.action == "reissue"
    assert lonely[106].next_step.text == "nothing: it was renewed by order 102"
    assert lonely[107].next_step.action == "renew"


def test_a_host_whose_clock_is_ahead_gets_the_day_of_the_service() -> None:
    """The host counts seconds, the service days: what is due on the host may be due in the report on the next day."""
    certificate = seen(expires_in=31, valid_from=TODAY - 168 * _DAY)
    there = place(certificate, needs="certificate", reasons=(expiry_reason(certificate.valid_till),))
    entry = only(report(there, orders=[account_order(certificate_expires_in=31)]))
    assert (entry.next_step.action, entry.next_step.day) == ("reissue", TODAY + _DAY)
    assert (entry.level, entry.problems) == ("ok", ())


def test_nothing_is_planned_for_an_order_without_a_known_expiry() -> None:
    found = account_order(expires_in=None, certificate_expires_in=None)
    step = only(report(orders=[found])).next_step
    assert (step.action, step.day, step.text) == ("none", None, "nothing is planned")


def test_why_an_order_cannot_be_renewed() -> None:
    texts = {
        "which is canceled": account_order(status="canceled"),
        "which was renewed by an order that is not used here": account_order(is_renewed=True),
        "which expires on 2026-11-19": account_order(expires_in=-1),
    }
    for text, found in texts.items():
        problems = report(place(seen(), needs="certificate", reasons=("x",)), orders=[found]).entries[0].problems
        assert f"order 101, {text}, can be neither" in problems[0].text


def test_a_shared_certificate_counts_once() -> None:
    certificate = seen()
    hosts = [place(certificate, host=f"web{number}") for number in range(3)]
    made = report(*hosts, orders=[account_order()])
    assert len(made.entries) == 3
    assert made.certificate_count() == 1
    ends = [week for week in weeks_of(made) if week.ends]
    assert [(week.monday, len(week.ends)) for week in ends] == [(monday_of(certificate.valid_till), 1)]
    assert sum(week.count("reissue") for week in weeks_of(made)) == 3


def test_the_most_urgent_comes_first() -> None:
    made = fleet(150)
    levels = [LEVELS.index(entry.level) for entry in made.entries]
    assert levels == sorted(levels)
    assert set(levels) == set(range(len(LEVELS)))
    assert made.problem_counts().keys() <= PROBLEMS.keys()


@given(
    rule=st.sampled_from(["auto", "0", "14", "33%"]),
    expires_in=st.integers(min_value=-5, max_value=400),
    order_expires_in=st.integers(min_value=0, max_value=1100),
)
def test_nothing_is_planned_for_the_past_or_too_late(rule: str, expires_in: int, order_expires_in: int) -> None:
    certificate = seen(expires_in=expires_in)
    found = account_order(expires_in=max(expires_in, order_expires_in), certificate_expires_in=expires_in)
    entry = report(place(certificate, renew_before=rule), orders=[found]).entries[0]
    assert entry.next_step.action in ("reissue", "renew", "order")
    assert entry.next_step.day is not None
    assert TODAY <= entry.next_step.day <= max(TODAY, certificate.valid_till)
