# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The logic of the page, without a server: paging, wording, records to publish, the fault form."""

from __future__ import annotations

import pytest

from certcentral_simulator.page.faults import fault_values
from certcentral_simulator.page.formats import duration, plural, tone
from certcentral_simulator.page.paging import Paging, read_paging
from certcentral_simulator.page.publication import Publication, publications
from certcentral_simulator.page.search import ORDER_STATUSES


@pytest.mark.parametrize(
    ("requested", "total", "number"),
    [("1", 0, 1), ("2", 26, 2), ("3", 26, 2), ("0", 26, 1), ("-1", 26, 1), ("x", 26, 1), ("٣", 100, 1)],
)
def test_an_unknown_page_number_becomes_the_nearest(requested: str, total: int, number: int) -> None:
    assert read_paging({"page": requested}, total).number == number


def test_rows_of_the_last_page() -> None:
    paging = Paging(number=3, total=52, rows=25)
    assert (paging.last, paging.offset, paging.first_row, paging.last_row) == (3, 50, 51, 52)
    empty = Paging(number=1, total=0)
    assert (empty.last, empty.first_row, empty.last_row) == (1, 0, 0)


def test_every_status_of_an_order_has_a_tone() -> None:
    assert [status for status in ORDER_STATUSES if tone(status) == "plain"] == []


def test_words_for_numbers() -> None:
    assert [plural(count, "switch", "switches") for count in (0, 1, 1200)] == [
        "0 switches",
        "1 switch",
        "1,200 switches",
    ]
    assert [duration(seconds) for seconds in (0, 61, 93784)] == ["0 seconds", "1 minute 1 second", "1 day 2 hours"]


def test_records_of_both_dns_methods_d() -> None:
    assert publications("dns-txt-token", "a.example", ["new", "old"]) == [
        Publication("TXT", "_dnsauth.a.example", "new"),
        Publication("TXT", "a.example", "new"),
    ]
    assert publications("dns-cname-token", "a.example", ["v"]) == [
        Publication("CNAME", "_dnsauth.a.example", "v.dcv.digicert.com"),
        Publication("CNAME", "v.a.example", "dcv.digicert.com"),
    ]


def test_file_and_mail_d() -> None:
    place = "http://a.example/.well-known/pki-validation/fileauth.txt"
    assert publications("http-token", "a.example", ["v"]) == [Publication("file", place, "v")]
    assert "hostmaster@a.example" in [entry.place for entry in publications("email", "a.example", [])]
    assert publications("dns-txt-token", "a.example", []) == []


def test_fault_form_becomes_the_json_of_the_control_address() -> None:
    form = {"kind": "error", "calls": "-1", "probability": "0.5", "retry_after": "", "html": "yes", "back": "/"}
    assert fault_values(form) == {"kind": "error", "calls": -1, "probability": 0.5, "html": True}
    with pytest.raises(ValueError, match="calls must be a number"):
        fault_values({"calls": "many"})
