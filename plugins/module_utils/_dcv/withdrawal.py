# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide what the role certificate removes, and what it notes on the host before it publishes anything.

What a note on a host says is not trusted: records of other names and what no validation publishes are refused.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Mapping, Sequence

from .._certcentral.errors import one_line
from .._x509.names import normalise_leniently
from .publication import Record, UnpublishableError, place, plain_name, where

_NOTED = ("domain", "type", "name", "value", "path", "provider")


def _check_noted(records: t.Any, names: Iterable[str]) -> None:
    """Refuse records of a note that do not belong to the names of its request. Raises UnpublishableError."""
    allowed = normalise_leniently(names)
    if not allowed or not isinstance(records, list) or not all(_is_record(record) for record in records):
        raise UnpublishableError("These are not records of a validation.")
    place(records, provider="manual", providers={}, delegations={}, now=None, names=allowed)


def _is_record(record: t.Any) -> bool:
    """Return whether this may be an entry of a note: what it would remove is at a place of validations only."""
    if not isinstance(record, dict) or set(record) != set(_NOTED):
        return False
    if not all(isinstance(value, str) for key, value in record.items() if key != "path" or value is not None):
        return False
    prefix = "" if record["type"] == "HTTP" else "_dnsauth."
    return bool(plain_name(record["name"]) == prefix + plain_name(record["domain"]))


def left_records(request: Mapping[str, t.Any], found: Mapping[str, t.Any]) -> list[dict[str, t.Any]]:
    """Return the records that an interrupted run left published for a request, none if its note cannot be used."""
    noted = found.get("published")
    return [] if not noted or problem_of_note(request, found) else [dict(record) for record in noted["records"]]


def problem_of_note(request: Mapping[str, t.Any], found: Mapping[str, t.Any]) -> str:
    """Return why the note of a request cannot be used, or an empty string."""
    noted = found.get("published")
    if not noted:
        return ""
    if not noted["records"]:
        return f"{request['name']}: {one_line(str(noted['reason']))}."
    try:
        _check_noted(noted["records"], request["dns"])
    except UnpublishableError:
        return (
            f"{request['name']}: {one_line(str(noted['reason']))}, but not all of them are records of a validation of "
            "the requested names, so none is removed. Remove those that are left by hand, and then this file."
        )
    return ""


def to_withdraw(new: Sequence[Record], left: Iterable[Record]) -> list[dict[str, t.Any]]:
    """Return what is removed in the end: the records of this run, and those that an interrupted one left.

    A CNAME or a file of this run replaces the one that was left at the same place.
    """
    replaced = {_place(record) for record in new if record["type"] != "TXT"}
    kept = [dict(record) for record in left if _place(record) not in replaced]
    found: list[dict[str, t.Any]] = []
    for record in [*(dict(record) for record in new), *kept]:
        if record not in found:
            found.append(record)
    return found


def _place(record: Record) -> tuple[str, str, str]:
    return str(record["type"]), plain_name(str(record["name"])), str(record.get("path") or "")


def to_note(
    records: Iterable[Record],
    provider: str,
    providers: Mapping[str, Mapping[str, t.Any]],
    delegations: Mapping[str, str],
) -> list[dict[str, t.Any]]:
    """Return what is noted of records: nothing of those that a person publishes, and no settings."""
    found = []
    for record in records:
        _name, chosen, _suffix = where(record, provider, providers, delegations)
        if chosen != "manual":
            found.append({**{key: record.get(key) for key in _NOTED}, "provider": chosen})
    return found
