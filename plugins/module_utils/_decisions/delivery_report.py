# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role certificate reports in the end: a result, a line and perhaps a problem for each request of a host."""

from __future__ import annotations

import typing as t
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .delivery import Entry, is_left_published, named, new_set, record_line, same_set
from .shared_keys import Source

_STATE = ("phase", "is_final", "blocked_on", "order_id")
_ISSUED: dict[str, t.Any] = {"phase": "issued", "is_final": True, "blocked_on": [], "records": [], "order_id": None}


@dataclass(frozen=True)
class Run:
    """What happened on a host.

    ``staged`` are the entries of ``digicert_host_certificate``, ``entries`` the newest ones of
    ``digicert_certificate``. By the name of the request, ``sources`` are the hosts whose key is copied, and
    ``failures`` say why a set could not be put into use.
    """

    requests: Sequence[Entry]
    found: Sequence[Entry]
    ways: Mapping[str, Sequence[str]]
    staged: Sequence[Entry] = ()
    entries: Sequence[Entry] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)
    unusable_notes: Sequence[str] = ()
    """Why records that an interrupted run left published cannot be removed."""
    is_check_mode: bool = False


def _installed(found: Entry) -> dict[str, t.Any]:
    certificate = found.get("certificate") or {}
    return {key: certificate.get(key) for key in ("serial_number", "days_left")}


def is_copied(found: Entry, source: Source, is_check_mode: bool) -> bool:
    """Return whether a host takes over key and certificate of another one now.

    If both certificates are due, this one is kept until the other host has its replacement.
    """
    if is_check_mode and source.result.get("action") in ("order", "renew", "reissue"):
        return True
    if (source.days_left or 0) <= 0:
        return False
    certificate, key = found.get("certificate"), found.get("key")
    if found["needs"] == "install" or not certificate or not key:
        return True
    same_key = certificate["public_key_fingerprint"] == key["public_key_fingerprint"]
    return not same_key or certificate["serial_number"] != source.serial_number


def _copied(run: Run, name: str, found: Entry) -> dict[str, t.Any]:
    source = run.sources[name]
    copied = is_copied(found, source, run.is_check_mode)
    new = copied and not run.is_check_mode and name not in run.failures
    shown = {"serial_number": source.serial_number, "days_left": source.days_left} if new else _installed(found)
    state = {key: source.result.get(key) for key in _STATE} if source.result else {key: _ISSUED[key] for key in _STATE}
    return {
        "action": "copy" if copied else "none",
        "reasons": [*found["reasons"], f"the key is shared with the host {source.host}"],
        **state,
        "records": [],
        **shown,
    }


def _obtained(run: Run, name: str, found: Entry) -> dict[str, t.Any]:
    entry = named(run.entries, name)
    if not entry:
        return {
            "action": "none",
            "reasons": found["reasons"],
            **dict.fromkeys(_STATE),
            "records": [],
            **_installed(found),
        }
    new = bool(entry.get("certificate_pem")) and not run.is_check_mode and name not in run.failures
    shown = {key: entry[key] for key in ("serial_number", "days_left")} if new else _installed(found)
    return {
        "action": entry["action"],
        "reasons": list(dict.fromkeys([*found["reasons"], *entry["reasons"]])),
        **{key: entry[key] for key in _STATE},
        "records": entry["records"] if entry["phase"] == "waiting_dcv" else [],
        **shown,
    }


def _result(run: Run, request: Entry) -> dict[str, t.Any]:
    name = request["name"]
    found = named(run.found, name)
    if name in run.ways["copied"]:
        result = _copied(run, name, found)
    elif name in run.ways["obtain"]:
        result = _obtained(run, name, found)
    else:
        mended = name in run.ways["install"]
        what = {"action": "install" if mended else "none", "reasons": found["reasons"]}
        result = {**what, **_ISSUED, **_installed(found)}
    return {"name": name, **result, "warnings": request["warnings"]}


def _set(run: Run, request: Entry) -> dict[str, t.Any]:
    """Return what is installed for a request; the certificate of another host is read when it is copied."""
    name = request["name"]
    found = named(run.found, name)
    if name in run.ways["install"]:
        return same_set(request, found)
    if name in run.sources:
        source = run.sources[name]
        files = f"{source.directory}/{name}/sets/{source.serial_number}"
        copied = new_set(request, found, {"serial_number": source.serial_number})
        return {**copied, "dns_names": request["dns"], "source": {"host": source.host, "files": files}}
    return new_set(request, found, named(run.entries, name))


def sets(run: Run) -> dict[str, dict[str, t.Any]]:
    """Return what to install, as variables of the role ``deploy`` without their prefix, by the name of the request."""
    issued = [entry["name"] for entry in run.entries if entry["certificate_pem"] and not entry["failed"]]
    copied = [
        name for name, source in run.sources.items() if is_copied(named(run.found, name), source, run.is_check_mode)
    ]
    # in check mode there is no key of what would be issued or copied
    chosen = {*run.ways["install"], *(() if run.is_check_mode else (*issued, *copied))}
    return {request["name"]: _set(run, request) for request in run.requests if request["name"] in chosen}


def results(run: Run) -> list[dict[str, t.Any]]:
    """Return the entries of ``certificate_results``."""
    return [_result(run, request) for request in run.requests]


def _is_dead(entry: Entry) -> bool:
    return bool(entry["is_final"]) and entry["phase"] not in ("issued", "expired")


def _without_certificate(name: str, source: Source) -> str:
    return (
        f"{name}: the host {source.host}, whose key this host shares, has no certificate to copy. The certificate "
        "installed on this host stays in use. Correct what failed there, and run the play again."
    )


def _problem(run: Run, name: str) -> str | None:
    if name in run.failures:
        return run.failures[name]
    if name in run.sources:
        source, found = run.sources[name], named(run.found, name)
        waits = source.result.get("phase") and not source.result.get("is_final")
        lacks = not is_copied(found, source, run.is_check_mode) and (source.days_left or 0) <= 0
        return _without_certificate(name, source) if lacks and not waits else None
    staged, entry = named(run.staged, name), named(run.entries, name)
    if staged.get("failed"):
        return str(staged["msg"])
    if entry and entry["failed"]:
        return str(entry["msg"])
    if name in run.ways["obtain"] and not entry:
        return f"{name}: nothing is known of its order. Run the play again; an order that was placed is found then."
    if entry and _is_dead(entry) and not run.is_check_mode:
        return (
            f"The order {entry['order_id']} of {name} is {entry['phase']}, so it will not be issued. The installed "
            "certificate stays in use. Run the play again to place a new order."
        )
    return None


def problems(run: Run) -> list[str]:
    """Return why requests could not be fulfilled, one sentence or more for each of them."""
    found = (_problem(run, request["name"]) for request in run.requests)
    return list(dict.fromkeys(problem for problem in (*found, *run.unusable_notes) if problem))


def _awaited(name: str, result: Entry, source: Source | None) -> str:
    if source:
        return (
            f"{name}: the host {source.host} is waiting, in the phase {result['phase']}; the run that installs its "
            "certificate also copies certificate and key to this host."
        )
    steps = dict.fromkeys(str(blocker["next_action"]) for blocker in result["blocked_on"])
    records = [f"Publish {record_line(record)}." for record in result["records"]]
    return " ".join([f"{name}: order {result['order_id']} is in the phase {result['phase']}.", *steps, *records])


def _withdrawn(run: Run, name: str) -> str:
    """Return what became of the records that an interrupted run left published."""
    if not is_left_published(named(run.found, name)) or any(run.unusable_notes):
        return ""
    verb = "would be" if run.is_check_mode else "were"
    return f"records that an interrupted run left published {verb} removed"


def _line(run: Run, request: Entry, result: Entry) -> str:
    name = result["name"]
    if name in run.failures or _problem(run, name):
        return f"{name}: failed"
    if result["phase"] and not result["is_final"] and not run.is_check_mode:
        return _awaited(name, result, run.sources.get(name))
    left = "" if result["days_left"] is None else f"{result['days_left']} days left"
    if result["action"] == "none":
        return ", ".join(filter(None, [f"{name}: in order", left, _withdrawn(run, name)]))
    parts = [
        f"{name}: {'would ' if run.is_check_mode else ''}{result['action']}",
        f"order {result['order_id']}" if result["order_id"] else "",
        f"serial number {result['serial_number']}" if result["serial_number"] else "",
        left,
        f"{request['directory']}/{name}/current",
        "" if run.is_check_mode else "served" if _set(run, request)["served"] else "not checked at a service",
    ]
    return ", ".join(filter(None, parts))


def lines(run: Run) -> list[str]:
    """Return a line for a person about each request."""
    return [_line(run, request, result) for request, result in zip(run.requests, results(run))]


def report(run: Run) -> dict[str, t.Any]:
    """Return ``results``, ``lines`` and ``problems``."""
    return {"results": results(run), "lines": lines(run), "problems": problems(run)}
