# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Add or remove the values of a validation in a record set, and keep all other values."""

from __future__ import annotations

import re
import typing as t
from collections.abc import Mapping, Sequence

# A CNAME with this target belongs to a validation, ours or an earlier one.
_VALIDATION_TARGET = re.compile(r"(^|\.)dcv\.digicert\.com$")
NOTATIONS = ("zone", "azure")


def _spelled(records: Mapping[str, t.Any], notation: str) -> list[t.Any]:
    """Return the values of a validation in the notation of the provider."""
    if notation == "zone":
        return list(records["records"])
    if records["type"] == "TXT":
        return [{"value": [value]} for value in records["values"]]
    return [{"cname": value} for value in records["values"]]


def _comparable(kind: str, value: t.Any) -> str:
    """Return a value in the form in which it is compared: names in one spelling, TXT strings as they are."""
    if isinstance(value, Mapping):
        strings = value.get("value", value.get("cname", ""))
        value = strings if isinstance(strings, str) else " ".join(f'"{string}"' for string in strings)
    return str(value) if kind == "TXT" else str(value).rstrip(".").lower()


def _problem(name: str, in_the_way: str) -> str:
    """Return why the record set cannot be written, or an empty string."""
    if not in_the_way:
        return ""
    return f"{name} is already a CNAME of {in_the_way}. Remove it, or use the DCV method dns-txt-token."


def merge(
    records: Mapping[str, t.Any], found: Sequence[t.Any], *, found_ttl: int | None, state: str, ttl: int, notation: str
) -> dict[str, t.Any]:
    """Return the record set with what has to be written.

    ``found`` are the values of the provider in its notation. ``found_ttl`` is their time to live in seconds, which is
    kept, or None if there is no record set. In the result, ``change`` is whether to write anything, and ``result``
    lists all values after the change. A provider that replaces whole record sets writes ``written`` with the state
    ``state``. ``in_the_way`` is a CNAME that does not belong to a validation and may not be replaced, and ``problem``
    says so.
    """
    kind = str(records["type"])
    ours = _spelled(records, notation)
    expected = {_comparable(kind, value) for value in ours}
    others = [value for value in found if _comparable(kind, value) not in expected]
    foreign = [] if kind == "TXT" else [_comparable(kind, value) for value in others]
    in_the_way = next((name for name in foreign if not _VALIDATION_TARGET.search(name)), "")
    if state == "absent":
        in_the_way = ""
    present = {_comparable(kind, value) for value in found} & expected
    if state == "absent":
        change, result = bool(present), others
    else:
        change, result = present != expected, ([*others, *ours] if kind == "TXT" else ours)
    return {
        **records,
        "change": change,
        "result": result,
        "found": list(found),
        "written": result or list(found),
        "state": "present" if result else "absent",
        "ttl": ttl if found_ttl is None else found_ttl,
        "in_the_way": in_the_way,
        "problem": _problem(str(records["name"]), in_the_way),
    }
