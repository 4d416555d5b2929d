# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Request a check of domain control until it succeeds or the time is up."""

from __future__ import annotations

import typing as t

from .._certcentral import dcv
from .._certcentral.client import Client
from .._certcentral.errors import ApiError

_NOT_FOUND_YET = ("invalid_dns_txt", "file_random_value_not_found", "invalid_dns_cname")


def check_repeatedly(
    client: Client, check: t.Callable[[], dict[str, t.Any]], check_for: float, interval: float
) -> dict[str, t.Any]:
    """Return the result of the last check: whether everything was ``found``, and what the service said if not.

    ``check`` is repeated every ``interval`` seconds for ``check_for`` seconds.
    """
    started = client.monotonic()
    while True:
        result = check_once(check)
        if result["found"] or client.monotonic() - started + interval > check_for:
            return result
        client.sleep(interval)


def check_once(check: t.Callable[[], dict[str, t.Any]]) -> dict[str, t.Any]:
    """Check once. A value that the service does not see yet is a state, not an error."""
    try:
        return check()
    except ApiError as exc:
        if not exc.has_code(*_NOT_FOUND_YET):
            raise
        return {"found": False, "message": exc.message, "errors": [error.as_dict() for error in exc.errors]}


def check_order(client: Client, order_id: int, check_names: tuple[str, ...] = ()) -> dict[str, t.Any]:
    """Ask the service to check now, and return the names for which it found nothing."""
    return found_by(dcv.check(client, order_id, check_names), check_names)


def found_by(answer: t.Mapping[str, t.Any], check_names: tuple[str, ...] = ()) -> dict[str, t.Any]:
    """Return what a check has found, by the answer to it."""
    listed = answer.get("dns_name_validations")
    names = [entry for entry in (listed if isinstance(listed, list) else []) if isinstance(entry, dict)]
    if check_names:
        names = [entry for entry in names if entry.get("dns_name") in check_names]
    missing = [entry.get("dns_name") for entry in names if entry.get("status") not in dcv.PROVEN]
    # dcv_status is for the whole order, so it says nothing about a few of its names
    proven = bool(check_names and names) or answer.get("dcv_status") in (None, "valid")
    return {"found": not missing and proven, "missing": missing, "errors": []}
