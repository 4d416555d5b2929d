# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Replacing many certificates: which ones are selected, and the evidence that they were replaced.

``found`` are the certificates of the fact ``certificate_found`` of the role ``certificate``.
"""

from __future__ import annotations

import csv
import io
import posixpath
import typing as t
from collections.abc import Iterable, Mapping, Sequence

Entry = Mapping[str, t.Any]

COLUMNS = (
    "host",
    "name",
    "old_serial_number",
    "new_serial_number",
    "order_id",
    "phase",
    "is_replaced",
    "is_served",
    "old_certificate",
    "failure",
    "at",
    "drill",
)
_ROW = "{:<24} {:<20} {:<34} {:<34} {:<8} {:<6} {}"


def _serial_number(text: object) -> str:
    """Return a serial number in the form that hosts report: lower case, without colons and leading zeros."""
    return str(text).strip().replace(":", "").lower().lstrip("0")


def _meets(entry: Entry, criteria: Mapping[str, t.Any], listed: set[str]) -> bool:
    certificate, request = entry["installed"]["certificate"], entry["request"]
    day = str(certificate["not_before"])[:10]
    return (
        (not listed or certificate["serial_number"] in listed)
        and (criteria.get("issuer") or certificate["issuer"]) == certificate["issuer"]
        and (criteria.get("product") or request["product"]) == request["product"]
        and str(criteria.get("issued_from") or day) <= day <= str(criteria.get("issued_until") or day)
    )


def select(found: Iterable[Entry], criteria: Mapping[str, t.Any]) -> list[dict[str, str]]:
    """Return name and serial number of the installed certificates that meet all criteria that are given.

    ``criteria`` may have ``serial_numbers`` (list), ``serial_file`` (a text with one in each line), ``issuer``,
    ``product``, ``issued_from`` and ``issued_until``.
    """
    pasted = str(criteria.get("serial_file") or "").split()
    listed = {_serial_number(one) for one in (*(criteria.get("serial_numbers") or ()), *pasted)}
    return [
        {"name": entry["name"], "serial_number": entry["installed"]["certificate"]["serial_number"]}
        for entry in found
        if (entry["installed"] or {}).get("certificate") and _meets(entry, criteria, listed)
    ]


def to_replace(requests: Iterable[Entry], selected: Iterable[Entry]) -> list[dict[str, t.Any]]:
    """Return the selected entries of ``certificate_requests``, so that the role replaces key and certificate."""
    names = {one["name"] for one in selected}
    chosen = (request for request in requests if posixpath.basename(request["name"]) in names)
    return [{**request, "force": True, "key_reuse": False} for request in chosen]


def _is_checked(found: Iterable[Entry], name: str) -> bool:
    """Return whether the role fails unless a service presents the new certificate."""
    request: Entry = next((entry["request"] for entry in found if entry["name"] == name), {})
    served = request.get("served")
    return bool(request.get("reload") if served is None else served)


def evidence(selected: Sequence[Entry], run: Entry) -> list[dict[str, t.Any]]:
    """Return what happened to the selected certificates of a host.

    ``run`` has ``host``, and perhaps ``found`` (before), ``results`` of the role, ``failure`` (why it failed) and
    ``at``.
    """
    failure, entries = run.get("failure") or "", []
    for old in selected:
        new: Entry = next((result for result in run.get("results") or () if result["name"] == old["name"]), {})
        serial_number, phase = new.get("serial_number") or "", new.get("phase") or ""
        replaced = not failure and phase == "issued" and serial_number not in ("", old["serial_number"])
        entries.append(
            {
                "host": run["host"],
                "name": old["name"],
                "old_serial_number": old["serial_number"],
                "new_serial_number": serial_number,
                "order_id": new.get("order_id") or "",
                "phase": phase,
                "is_replaced": replaced,
                "is_served": replaced and _is_checked(run.get("found") or (), old["name"]),
                "failure": failure,
                "at": run.get("at") or "",
            }
        )
    return entries


def _fate(revocation: Entry) -> str:
    """Return what became of an old certificate, from the result of the task that revokes it."""
    if revocation.get("failed"):
        return str(revocation.get("msg") or "not revoked")
    return "revoked" if revocation["phase"] == "revoked" else f"revocation {revocation['phase']}"


def summary(entries: Iterable[Entry], revocations: Iterable[Entry], drill: bool) -> list[dict[str, t.Any]]:
    """Return the evidence of all hosts with what became of the old certificates.

    ``revocations`` are the results of a loop over entries; those that were skipped do not count.
    """
    fates = {one["item"]["old_serial_number"]: _fate(one) for one in revocations if "skipped" not in one}
    return [
        {**entry, "drill": drill, "old_certificate": fates.get(entry["old_serial_number"], "not revoked")}
        for entry in entries
    ]


def table(entries: Iterable[Entry]) -> list[str]:
    """Return the evidence as lines for a person."""
    head = ("host", "certificate", "old serial number", "new serial number", "replaced", "served", "old certificate")
    rows = [
        (
            *(entry[key] for key in ("host", "name", "old_serial_number", "new_serial_number")),
            "yes" if entry["is_replaced"] else "no",
            "yes" if entry["is_served"] else "-",
            entry["old_certificate"],
        )
        for entry in entries
    ]
    return [_ROW.format(*row) for row in (head, *rows)]


def as_csv(entries: Iterable[Entry]) -> str:
    """Return the evidence as CSV (RFC 4180), with a line for each certificate."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(entries)
    return text.getvalue()


def failures(entries: Iterable[Entry]) -> list[str]:
    """Return why certificates were not replaced."""
    return [f"{entry['host']} {entry['name']}: {entry['failure']}" for entry in entries if entry["failure"]]
