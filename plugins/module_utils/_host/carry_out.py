# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Stage, install or take back the certificates of a host, one at a time."""

from __future__ import annotations

import datetime as dt
import typing as t

from .clean_up import clean_up
from .files import HostError
from .home import in_use_at
from .host_result import HostResult, entry_of
from .install import install
from .install_checks import serial_number_of
from .run_settings import RunSettings
from .set_request import Options, SetRequest, parse_request
from .stage import stage
from .take_back import put_back_previous


def carry_out_all(requests: t.Sequence[Options], settings: RunSettings, now: dt.datetime) -> list[dict[str, t.Any]]:
    """Return one entry for each request, in the same order. One that fails does not stop the others."""
    claimed: dict[str, str] = {}
    return [_carry_out(options, settings, now, claimed) for options in requests]


def _carry_out(options: Options, settings: RunSettings, now: dt.datetime, claimed: dict[str, str]) -> dict[str, t.Any]:
    try:
        request = parse_request(options, settings.state, settings.labels)
        _claim(request, claimed)
        result = _run(request, settings, now)
        problem: HostError | None = None
    except HostError as exc:
        result, problem = _failed(options), exc
    except FileNotFoundError:
        result, problem = _failed(options), HostError("a file disappeared while it was read. Run the task again")
    entry = entry_of(options, result, problem)
    if settings.state == "installed":
        entry["requested_serial_number"] = serial_number_of(options["certificate"] or "")
    return entry


def _failed(options: Options) -> HostResult:
    """Return what is in use although the request failed."""
    return HostResult(serial_number=in_use_at(options["directory"], options["name"]) or None)


def _claim(request: SetRequest, claimed: dict[str, str]) -> None:
    """Refuse a folder or path that another request of the run has, too."""
    for path in (request.home, *(str(link.path) for link in request.files.links)):
        if path in claimed:
            raise HostError(f"{path} belongs to the request {claimed[path]!r}, too. Use it in one of them only")
        claimed[path] = request.name


def _run(request: SetRequest, settings: RunSettings, now: dt.datetime) -> HostResult:
    if settings.state == "staged":
        return stage(request, settings.lock_timeout, settings.check_mode)
    if settings.state == "installed":
        result = install(request, now, settings.lock_timeout, settings.check_mode)
        if request.clean_up and result.needs_reload and not settings.check_mode:
            clean_up(request, settings.lock_timeout, settings.check_mode)
        return result
    if settings.state == "in_service":
        return clean_up(request, settings.lock_timeout, settings.check_mode)
    return put_back_previous(request, settings.lock_timeout, settings.check_mode)
