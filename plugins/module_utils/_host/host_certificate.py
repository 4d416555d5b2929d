# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carry out all requests of a host: look at what is there if that decides, and then do what is needed."""

from __future__ import annotations

import datetime as dt
import typing as t

from .access import mode_of
from .files import HostError
from .host_result import HostResult, entry_of
from .look import Looked, look_at
from .run_settings import RunSettings

Entry = dict[str, t.Any]
Options = t.Mapping[str, t.Any]


def ensure_all(requests: t.Sequence[Options], settings: RunSettings, now: dt.datetime) -> list[Entry]:
    """Return one entry for each request, in the same order. One that fails does not stop the others."""
    looked = _looked(requests, settings, now)
    chosen = [one for one, seen in zip(requests, looked) if seen is None or _is_staged(one, seen)]
    done = iter(_carried_out(chosen, settings, now))
    return [
        _looked_entry(one, seen) if seen is not None and not _is_staged(one, seen) else _with_found(next(done), seen)
        for one, seen in zip(requests, looked)
    ]


def _carried_out(requests: t.Sequence[Options], settings: RunSettings, now: dt.datetime) -> list[Entry]:
    if not requests:
        return []
    # every run on every host compiles what a module imports, and mostly there is nothing to do
    from .carry_out import carry_out_all

    return carry_out_all(requests, settings, now)


def _looked(requests: t.Sequence[Options], settings: RunSettings, now: dt.datetime) -> list[Looked | None]:
    """Return what was found for each request; None if the request does not depend on it."""
    asked = [settings.state == "staged" and one["stage"] != "always" for one in requests]
    found = iter(look_at([_compared(one) for one, is_asked in zip(requests, asked) if is_asked], now, settings.timeout))
    return [next(found) if is_asked else None for is_asked in asked]


def _compared(options: Options) -> Options:
    """Return a request with modes as text. One that cannot be read is refused when it is compared."""
    modes = {}
    for name in ("mode", "key_mode"):
        try:
            modes[name] = f"{mode_of(options, name):04o}"
        except HostError:
            modes[name] = str(options[name])
    return {**options, **modes}


def _is_staged(options: Options, seen: Looked) -> bool:
    return options["stage"] == "if_needed" and seen.entry is not None and seen.entry["needs"] == "certificate"


def _looked_entry(options: Options, seen: Looked) -> Entry:
    """Return the entry of a request for which nothing is staged."""
    entry = entry_of(options, HostResult(), None)
    problem = {"failed": True, "msg": seen.problem, "problem": seen.problem} if seen.problem else {}
    return _with_found({**entry, **problem}, seen)


def _with_found(entry: Entry, seen: Looked | None) -> Entry:
    return {**entry, "installed": seen.entry if seen is not None else None}
