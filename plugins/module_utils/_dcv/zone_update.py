# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide how a dynamic update (RFC 2136) changes one record set, and under which condition the server may apply it."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .merge import merge
from .publication import UnpublishableError

# What must be true of a name when the server applies the change (RFC 2136 section 2.4).
ANYTHING = "anything"
NO_CNAME = "no CNAME"
UNUSED = "unused"
THIS_CNAME = "this CNAME"


@dataclass(frozen=True)
class FoundSet:
    """What the primary server has: the values of a record set with their time to live, and the CNAME of the name."""

    values: tuple[str, ...] = ()
    ttl: int | None = None
    cname: str = ""


@dataclass(frozen=True)
class Change:
    """What an update does to a record set; ``expected`` is the value that THIS_CNAME requires."""

    name: str
    kind: str
    ttl: int
    requires: str
    remove: tuple[str, ...] = ()
    add: tuple[str, ...] = ()
    expected: str = ""


def change_of(records: Mapping[str, t.Any], found: FoundSet, *, state: str, ttl: int) -> Change | None:
    """Return how a record set changes, or None if it does not. Raises UnpublishableError.

    Only values of this validation are added and removed, so values that others add at the same time are kept.
    """
    name, kind = str(records["name"]), str(records["type"])
    merged = merge(records, found.values, found_ttl=found.ttl, state=state, ttl=ttl, notation="zone")
    if state == "present" and kind == "TXT" and found.cname:
        raise UnpublishableError(
            f"{name} is a CNAME of {found.cname.rstrip('.')}, so it cannot have a TXT record: publish the record there"
            " (see dcv_delegations), or remove the CNAME."
        )
    if merged["problem"]:
        raise UnpublishableError(merged["problem"])
    if not merged["change"]:
        return None
    if state == "absent":
        gone = tuple(value for value in found.values if value not in merged["result"])
        return Change(name, kind, merged["ttl"], ANYTHING, remove=gone)
    if kind == "TXT":
        new = tuple(value for value in records["records"] if value not in found.values)
        return Change(name, kind, merged["ttl"], NO_CNAME, add=new)
    ours = tuple(str(value) for value in records["records"])
    if not found.values:
        return Change(name, kind, merged["ttl"], UNUSED, add=ours)
    return Change(name, kind, merged["ttl"], THIS_CNAME, found.values, ours, found.values[0])


def is_done(records: Mapping[str, t.Any], found: FoundSet, *, state: str) -> bool:
    """Return whether a record set is as it should be."""
    merged = merge(records, found.values, found_ttl=found.ttl, state=state, ttl=0, notation="zone")
    return not merged["change"]


def names_of(changes: Sequence[Change]) -> str:
    """Return the absolute names of changes for a message; the first few are enough to recognize them."""
    names = list(dict.fromkeys(f"{change.name}." for change in changes))
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
