# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The first step of the role certificate: what is read on the host, and whether anything is left to do.

``requests`` are completed, ``found`` is what ``digicert_host_certificate_info`` returned for them.
"""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence

from . import delivery_report
from .delivery import Entry, look_options, ways


def options_of(requests: Sequence[Entry], passphrases: Mapping[str, str], *, services: bool) -> list[dict[str, t.Any]]:
    """Return the options with which the host is read; without ``services``, none is contacted."""
    options = [look_options(one, passphrases.get(one["name"], "")) for one in requests]
    return options if services else [{**one, "served": []} for one in options]


def with_staging(requests: Sequence[Entry], options: Sequence[Entry]) -> list[dict[str, t.Any]]:
    """Return the options with which the host is read, and a key is staged for what turns out to need a certificate.

    Which key is staged may depend on more than what the host has, if it is shared or used again.
    """
    return [
        {**one, "setype": request["setype"], "stage": "if_needed" if _is_free(request) else "never"}
        for request, one in zip(requests, options)
    ]


def _is_free(request: Entry) -> bool:
    return not (request["force"] or request["key_reuse"] or request["key_strategy"] == "shared")


def staged_in(entries: Sequence[Entry]) -> list[dict[str, t.Any]]:
    """Return the entries of ``digicert_host_certificate`` for which a key was staged, or could not be."""
    return [{key: one[key] for key in one if key != "installed"} for one in entries if one["failed"] or one["csr_path"]]


def decisions_of_the_ca(requests: Sequence[Entry]) -> list[str]:
    """Return a warning for each request with values that the CA decides."""
    return [f"{one['name']}: {one['warnings'][0]}" for one in requests if one["warnings"]]


def unchecked_services(found: Sequence[Entry]) -> list[str]:
    """Return a warning for each service whose certificate could not be read."""
    return [
        f"{one['name']}: the certificate that {seen['place']} serves was not checked: {seen['problem']}"
        for one in found
        for seen in one["served"]
        if seen["state"] == "unreachable"
    ]


def outcome(requests: Sequence[Entry], found: Sequence[Entry]) -> dict[str, t.Any]:
    """Return ``in_order``, whether nothing is left to do, with the ``results`` and ``lines`` to report in that case.

    What is needed for a shared key depends on the other hosts, which are read at the same time.
    """
    is_shared = any(one["key_strategy"] == "shared" for one in requests)
    needs = ways(requests, found, {})
    in_order = not is_shared and len(needs["keep"]) == len(requests)
    run = delivery_report.Run(requests, found, needs)
    return {
        "in_order": in_order,
        "results": delivery_report.results(run) if in_order else [],
        "lines": delivery_report.lines(run) if in_order else [],
    }
