# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines that playbooks show: results of the role certificate, and what would be revoked."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.community.digicert.plugins.filter import certificate_lines, revocation_lines

_certificates = certificate_lines.FilterModule().filters()["certificate_lines"]
_revocations = revocation_lines.FilterModule().filters()["revocation_lines"]


def _entry(name: str, **changed: Any) -> dict[str, Any]:
    return {"name": name, "action": "order", "phase": "issued", "days_left": 198, **changed}


def test_each_certificate_has_a_line_in_the_columns_of_the_head() -> None:
    results = [[_entry("www"), _entry("mail", action="none")], [], [_entry("www", phase="waiting_dcv", days_left=None)]]
    head, *rows = _certificates(["web1", "web2", "web3"], results)
    assert [row.split() for row in rows] == [
        ["web1", "www", "order", "issued", "198"],
        ["web1", "mail", "none", "issued", "198"],
        ["web3", "www", "order", "waiting_dcv"],
    ]
    assert rows[0].index("issued") == rows[2].index("waiting_dcv") == head.index("phase")
    assert len({len(line) for line in (head, *rows)}) == 1


@pytest.mark.parametrize(("days_left", "shown"), [(0, " 0"), (-3, " -3"), (None, "  ")])
def test_a_certificate_that_expires_today_shows_it(days_left: int | None, shown: str) -> None:
    (_head, row) = _certificates(["web"], [[_entry("www", phase=None, days_left=days_left)]])
    assert row.endswith(shown)


def test_hosts_without_certificates_leave_only_the_head() -> None:
    assert len(_certificates(["database"], [[]])) == 1


def _preview(*revoked: str, reasons: tuple[str, ...] = ()) -> dict[str, Any]:
    certificates = [{"common_name": "www", "serial_number": one, "valid_till": "2027-06-14"} for one in revoked]
    after = {"revoked": certificates, "valid": []} if revoked else {}
    return {"order": {"id": 5}, "diff": {"before": {}, "after": after}, "reasons": list(reasons)}


def test_every_certificate_that_would_be_revoked_has_a_line() -> None:
    previews = [_preview("a1", "b2"), _preview(reasons=("the certificate is revoked", "really"))]
    assert _revocations(previews) == [
        "order 5: www, serial number a1, valid until 2027-06-14",
        "order 5: www, serial number b2, valid until 2027-06-14",
        "the certificate is revoked; really",
    ]
