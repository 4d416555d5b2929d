# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compare what a host has with its requests: the files of all, and what their services present."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass
from pathlib import Path

from .certificate import Reading, describe_host_certificate, read_host_certificate
from .plan import InvalidHostRequestError, Shown

Options = t.Mapping[str, t.Any]


@dataclass(frozen=True)
class Looked:
    """What was found for a request."""

    entry: dict[str, t.Any] | None
    """As the module digicert_host_certificate_info returns it; None if it could not be read."""
    problem: str = ""
    """Why it could not be read, and what to do."""


def look_at(requests: t.Sequence[Options], now: dt.datetime, timeout: float) -> list[Looked]:
    """Return what was found for each request, in the same order; ``timeout`` is in seconds, for each connection."""
    read = [_read(options) for options in requests]
    readings = [(one, options["served"]) for one, options in zip(read, requests) if isinstance(one, Reading)]
    described = iter(
        [
            Looked(describe_host_certificate(reading, shown, now))
            for (reading, _served), shown in zip(readings, _served_for(readings, now, timeout))
        ]
    )
    return [next(described) if isinstance(one, Reading) else Looked(None, one) for one in read]


def _read(options: Options) -> Reading | str:
    try:
        return read_host_certificate(options)
    except InvalidHostRequestError as exc:
        return f"The request {options['name']!r} cannot be used: {exc}. Correct it."
    except OSError as exc:
        folder = Path(options["directory"]) / options["name"]
        return f"{folder} cannot be read: {exc.strerror}. Run the task with become."


def _served_for(
    readings: t.Sequence[tuple[Reading, t.Sequence[Options]]], now: dt.datetime, timeout: float
) -> list[list[Shown]]:
    if not any(endpoints for _reading, endpoints in readings):
        return [[] for _reading in readings]
    # every run on every host compiles what a module imports, and most requests have no service
    from .served import look_at_services

    return look_at_services(readings, now, timeout)
