# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the playbook prevalidate submits, and what it leaves to a person."""

from __future__ import annotations

from typing import Any

from ansible_collections.community.digicert.plugins.filter import organizations_to_validate, prevalidation_left

_submissions = organizations_to_validate.FilterModule().filters()["organizations_to_validate"]
_left_to_do = prevalidation_left.FilterModule().filters()["prevalidation_left"]


def test_active_organizations_are_submitted_for_every_type() -> None:
    organizations = [
        {"id": 1, "name": "One", "status": "active", "validations": []},
        {"id": 2, "name": "Two", "status": "inactive", "validations": []},
    ]
    (submitted,) = _submissions(organizations, ["ov", "ev"])
    assert submitted == {"organization_id": 1, "name": "One", "validations": [{"type": "ov"}, {"type": "ev"}]}
    assert _submissions([], ["ov"]) == []


def _result(*records: dict[str, Any], blocked_on: Any = ()) -> dict[str, Any]:
    return {"blocked_on": list(blocked_on), "dcv": {"records": list(records)}}


def test_what_is_awaited_and_what_to_publish() -> None:
    awaited = {"what": "organization", "detail": "the OV validation is pending", "next_action": "Answer the team."}
    txt = {"type": "TXT", "name": "_dnsauth.a.example", "value": "token", "path": None}
    http = {"type": "HTTP", "name": "b.example", "value": "other", "path": "/.well-known/pki-validation/fileauth.txt"}
    skipped = {"skipped": True, "item": {"name": "c.example"}}
    assert _left_to_do([_result(blocked_on=[awaited]), skipped, _result(txt, http)]) == [
        "the OV validation is pending: Answer the team.",
        "TXT _dnsauth.a.example = token",
        "HTTP b.example/.well-known/pki-validation/fileauth.txt = other",
    ]


def test_nothing_may_be_left() -> None:
    assert _left_to_do([_result(), {"skipped": True}]) == []
