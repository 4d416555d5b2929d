# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the playbook prevalidate submits, and what it leaves to a person. Pure."""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Iterator, Mapping, Sequence

Entry = Mapping[str, t.Any]


def submissions(organizations: Iterable[Entry], types: Sequence[str]) -> list[dict[str, t.Any]]:
    """Return for each active organization what ``digicert_organization`` submits, and its name."""
    validations = [{"type": one} for one in types]
    return [
        {"organization_id": organization["id"], "name": organization["name"], "validations": validations}
        for organization in organizations
        if organization["status"] == "active"
    ]


def _record(record: Entry) -> str:
    return f"{record['type']} {record['name']}{record.get('path') or ''} = {record['value']}"


def _left_by(result: Entry) -> Iterator[str]:
    yield from (f"{blocker['detail']}: {blocker['next_action']}" for blocker in result["blocked_on"])
    yield from map(_record, result["dcv"]["records"])


def left_to_do(results: Iterable[Entry]) -> list[str]:
    """Return a line for each thing that is awaited and for each record to publish; skipped results do not count."""
    return [line for result in results if "skipped" not in result for line in _left_by(result)]
