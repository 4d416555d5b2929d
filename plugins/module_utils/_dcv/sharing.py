# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide which host of a batch publishes which records: one for all hosts whose provider has the same settings.

A plan is what the action dcv_assign returns for a host: ``call`` (equal for hosts that run the role together),
``state`` and ``placements``. A placement has ``settings``: equal values mean that one host can publish for another, and
an empty one that it cannot.
"""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Iterator, Mapping, Sequence

from .publication import Placement

Plan = Mapping[str, t.Any]
Planned = Mapping[str, t.Any]

# Providers that read a whole record set in one task and write it in another: hosts with different settings take turns.
_TAKING_TURNS = frozenset({"route53", "azure", "google"})


def _key(placement: Planned) -> tuple[str, str]:
    return str(placement["provider"]), str(placement["settings"])


def _of_group(plan: Plan | None, call: str, key: tuple[str, str]) -> list[Planned]:
    """Return the placements of a host that belong to a group, none if it does not run the role in this call."""
    if not plan or plan.get("call") != call:
        return []
    return [placement for placement in plan.get("placements") or () if _key(placement) == key]


def _merge(first: Planned, others: Iterator[tuple[str, Planned]], *, present: bool) -> tuple[Planned, dict[str, str]]:
    """Return one placement with all records, and the reasons of hosts whose records cannot be added to it."""
    merged = Placement(str(first["provider"]), str(first["suffix"]))
    for record in first["records"]:
        merged.add(record, str(record["name"]))
    refused: dict[str, str] = {}
    for host, other in others:
        problem = merged.conflict(other["records"]) if present else ""
        if problem:
            refused[host] = problem
            continue
        for record in other["records"]:
            merged.add(record, str(record["name"]))
    return {**first, **merged.as_dict()}, refused


def share(host: str, plan: Plan, plan_of: Callable[[str], Plan | None], batch: Sequence[str]) -> dict[str, t.Any]:
    """Return what a host publishes, also for others, and on which hosts it relies for its own records.

    ``plan_of`` returns the plan of another host, or None. Every host of a batch comes to the same result.
    """
    call, state = str(plan["call"]), str(plan["state"])
    mine: list[Planned] = []
    alone: list[Planned] = []
    relied_on: list[str] = []
    refused: dict[str, str] = {}
    done: set[tuple[str, str]] = set()

    def plan_at(other: str) -> Plan | None:
        return plan if other == host else plan_of(other)

    for placement in plan["placements"]:
        key = _key(placement)
        if not placement["settings"]:
            alone.append(placement)
            continue
        if key in done:
            continue
        done.add(key)
        first = next((other for other in batch if _of_group(plan_at(other), call, key)), host)
        if first != host:
            relied_on.append(first)
            continue
        members = ((other, one) for other in batch for one in _of_group(plan_at(other), call, key))
        merged, problems = _merge(placement, members, present=state == "present")
        mine.append(merged)
        refused.update(problems)
    own = [_own_part(placement, plan["placements"]) for placement in mine]
    # what others rely on comes first: what happens on this host afterwards does not concern them
    placements = [*mine, *alone]
    return {
        "call": call,
        "state": state,
        "placements": [*placements, *own],
        "steps": steps(mine, alone, host, state),
        "undo": undo(placements, host),
        "undo_own": [*undo(own, host, len(placements)), *undo(alone, host, len(mine))],
        # the only provider was attempted, whatever failed
        "attempted": int(len(placements) == 1),
        "relied_on": list(dict.fromkeys(relied_on)),
        "refused": refused,
    }


def _own_part(merged: Planned, planned: Sequence[Planned]) -> Planned:
    """Return a merged placement with the records of this host only."""
    members = iter([("", one) for one in planned if _key(one) == _key(merged)])
    first = next(one for one in planned if _key(one) == _key(merged))
    return _merge(first, members, present=False)[0]


def undo(placements: Sequence[Planned], host: str, offset: int = 0) -> list[dict[str, t.Any]]:
    """Return the steps that remove what was published. They are equal for hosts that can run them at the same time."""
    return [
        {
            "file": "withdraw.yml",
            "index": index,
            "provider": one["provider"],
            "turn": host if one["provider"] in _TAKING_TURNS else "",
        }
        for index, one in enumerate(placements, offset)
    ]


def steps(shared: Sequence[Planned], alone: Sequence[Planned], host: str, state: str) -> list[dict[str, t.Any]]:
    """Return the task files that a host runs, with a wait for the name servers after what is shared and at the end.

    With one provider nobody has to know later which ones were attempted.
    """
    placements = [*shared, *alone]
    found = undo(placements, host)
    if state == "absent":
        return found
    is_simple = len(placements) == 1 and not placements[0]["problem"]
    for step in found:
        step["file"] = f"{step['provider']}.yml" if is_simple else "place.yml"
    middle, end = len(shared), len(placements)
    first = [*found[:middle], extra_step("confirm.yml", 0, middle)] if shared else []
    return first + ([*found[middle:], extra_step("await.yml", middle, end)] if alone else [])


def extra_step(file: str, begin: int = 0, end: int = 0) -> dict[str, t.Any]:
    """Return a step that belongs to no provider, but maybe to placements from one number to another."""
    return {"file": file, "index": 0, "provider": "", "turn": "", "begin": begin, "end": end}
