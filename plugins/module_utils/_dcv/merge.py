# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a record set has to become, so that values of a validation come and go and all others stay."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Mapping, Sequence

# A CNAME that leads there is of a validation, ours or an earlier one.
_OF_A_VALIDATION = re.compile(r"(^|\.)dcv\.digicert\.com$")
NOTATIONS = ("zone", "azure")


def _spelled(records: Mapping[str, t.Any], notation: str) -> list[t.Any]:
    """Return the values of a validation in the notation of a provider."""
    if notation == "zone":
        return list(records["records"])
    if records["type"] == "TXT":
        return [{"value": [value]} for value in records["values"]]
    return [{"cname": value} for value in records["values"]]


def _plain(kind: str, value: t.Any) -> str:
    """Return what tells two values apart: names in one spelling, TXT strings as they are."""
    if isinstance(value, Mapping):
        strings = value.get("value", value.get("cname", ""))
        value = strings if isinstance(strings, str) else " ".join(f'"{string}"' for string in strings)
    return str(value) if kind == "TXT" else str(value).rstrip(".").lower()


def merge(
    records: Mapping[str, t.Any], found: Sequence[t.Any], *, found_ttl: int | None, state: str, ttl: int, notation: str
) -> dict[str, t.Any]:
    """Return what a record set has to become.

    ``found`` are the values that the provider has, in its notation, ``found_ttl`` their time to live in seconds or None
    where there is no set; a set keeps its time to live. ``change`` says whether something is to be written, ``result``
    are all values then, and ``in_the_way`` names a CNAME that is no validation's and so may not be replaced.
    """
    kind = str(records["type"])
    ours = _spelled(records, notation)
    marks = {_plain(kind, value) for value in ours}
    others = [value for value in found if _plain(kind, value) not in marks]
    foreign = [] if kind == "TXT" else [_plain(kind, value) for value in others]
    in_the_way = next((name for name in foreign if not _OF_A_VALIDATION.search(name)), "")
    present = {_plain(kind, value) for value in found} & marks
    if state == "absent":
        change, result = bool(present), others
    else:
        change, result = present != marks, ([*others, *ours] if kind == "TXT" else ours)
    return {
        **records,
        "change": change,
        "result": result,
        "found": list(found),
        "ttl": ttl if found_ttl is None else found_ttl,
        "in_the_way": in_the_way if state == "present" else "",
    }
