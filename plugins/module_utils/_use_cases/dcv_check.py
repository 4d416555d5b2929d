# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Request a check of domain control until it succeeds or the time is up."""

from __future__ import annotations

import typing as t

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
        result = _check_once(check)
        if result["found"] or client.monotonic() - started + interval > check_for:
            return result
        client.sleep(interval)


def _check_once(check: t.Callable[[], dict[str, t.Any]]) -> dict[str, t.Any]:
    """Check once. A value that the service does not see yet is a state, not an error."""
    try:
        return check()
    except ApiError as exc:
        if not exc.has_code(*_NOT_FOUND_YET):
            raise
        return {"found": False, "message": exc.message, "errors": [error.as_dict() for error in exc.errors]}
