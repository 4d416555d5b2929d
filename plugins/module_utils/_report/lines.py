# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines that the playbooks show to a person. Pure."""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Mapping, Sequence

Entry = Mapping[str, t.Any]

_ROW = "{:<32} {:<24} {:<9} {:<20} {:>10}"


def certificates(hosts: Iterable[str], results: Iterable[Sequence[Entry]]) -> list[str]:
    """Return a table with a line for each certificate.

    ``results`` has the value of ``certificate_results`` of each host, in the order of ``hosts``.
    """
    rows = [
        (host, one["name"], one["action"], one["phase"] or "", "" if one["days_left"] is None else one["days_left"])
        for host, entries in zip(hosts, results)
        for one in entries
    ]
    return [_ROW.format(*row) for row in (("host", "certificate", "action", "phase", "days left"), *rows)]


def _revocations_of(preview: Entry) -> list[str]:
    return [
        f"order {preview['order']['id']}: {one['common_name']}, serial number {one['serial_number']}, "
        f"valid until {one['valid_till']}"
        for one in preview["diff"]["after"].get("revoked", ())
    ]


def revocations(previews: Iterable[Entry]) -> list[str]:
    """Return a line for each certificate that would be revoked, or why there is none.

    ``previews`` are results of ``digicert_revoke`` in check mode.
    """
    return [line for one in previews for line in _revocations_of(one) or ["; ".join(one["reasons"])]]
