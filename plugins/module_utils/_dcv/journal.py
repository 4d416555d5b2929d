# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host notes while it publishes records, and what the hosts that rely on it conclude from that."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence

Values = Mapping[str, t.Any]


def note(log: Values, call: str, *, attempted: bool = False, reason: str = "", failure: str = "") -> dict[str, t.Any]:
    """Return the log of a call with another entry; a log of an earlier call is replaced.

    ``attempted`` counts one more provider, ``reason`` is why publishing failed, ``failure`` why removing failed.
    """
    old = log if log.get("call") == call else {}
    failures = list(old.get("failures") or ())
    return {
        "call": call,
        "attempted": int(old.get("attempted") or 0) + attempted,
        "reason": reason or str(old.get("reason") or ""),
        "failures": failures + ([failure] if failure else []),
    }


def conclusion(log: Values, *, dry: bool) -> str:
    """Return why publishing failed and what became of the records that had been published before."""
    reason, failures = str(log["reason"]), list(log["failures"])
    if dry:
        return reason
    if not failures:
        return f"{reason} The published records have been removed."
    # if publishing failed because a server is unreachable, removing fails for the same reason
    besides = [failure for failure in failures if failure != reason]
    return f"{reason} In addition, what was published could not be removed: {' '.join(besides)}" if besides else reason


def _about_itself(log: Values, *, dry: bool) -> list[str]:
    return [conclusion(log, dry=dry)] if log.get("reason") else list(log.get("failures") or ())


def _about_another(host: str, own: str, turn: Values, variables: Values, *, dry: bool) -> list[str]:
    """Return what went wrong on the host that publishes for this one."""
    call = turn["call"]
    theirs, log, confirmed = (variables.get(f"__dcv_{name}") or {} for name in ("turn", "log", "confirmed"))
    if theirs.get("call") != call:
        return [f"{host}, which should have published the records of this host, did not do so."]
    if own in theirs["refused"]:
        return [theirs["refused"][own]]
    if turn["state"] == "present" and confirmed.get("call") == call:
        return []
    problems = _about_itself(log, dry=dry) if log.get("call") == call else []
    if not problems and turn["state"] == "present":
        return [f"{host}, which published the records of this host, did not finish."]
    return problems


def problems_of(host: str, turn: Values, variables_of: t.Callable[[str], Values], *, dry: bool) -> Sequence[str]:
    """Return what kept the records of a host from being published or removed, on whichever host it happened."""
    log = variables_of(host).get("__dcv_log") or {}
    found = _about_itself(log, dry=dry) if log.get("call") == turn["call"] else []
    for other in turn["relied_on"]:
        found += _about_another(other, host, turn, variables_of(other), dry=dry)
    return list(dict.fromkeys(found))
