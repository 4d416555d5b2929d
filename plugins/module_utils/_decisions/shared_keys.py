# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From which host a host copies a shared key and its certificate."""

from __future__ import annotations

import typing as t
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

_SAME = ("product", "organization_id", "container_id", "key_type", "key_size", "key_curve")


@dataclass(frozen=True)
class Peer:
    """A host of the play: its requests, what was found on it, and the results of its run of the role so far."""

    host: str
    requests: Sequence[Mapping[str, t.Any]] = ()
    found: Sequence[Mapping[str, t.Any]] = ()
    results: Sequence[Mapping[str, t.Any]] = ()


@dataclass(frozen=True)
class Source:
    """What a host has for a request with a shared key; hosts copy from that with the highest rank.

    ``rank`` is 2 if its files are in order, 1 if the host can correct them without the service, otherwise 0.
    """

    host: str
    directory: str
    rank: int
    has_staged_key: bool
    serial_number: str | None
    days_left: int | None
    result: Mapping[str, t.Any] = field(default_factory=dict)


def _intent(request: Mapping[str, t.Any]) -> tuple[object, ...]:
    """Return what two requests must have in common to share a key."""
    names = tuple(sorted(name.lower() for name in request["dns"]))
    same = tuple(str(request.get(key) or "") for key in _SAME)
    return (request["name"], names, *same, str(request["force"]).lower())


def _named(entries: Iterable[Mapping[str, t.Any]], name: str) -> Mapping[str, t.Any]:
    return next((entry for entry in entries if entry["name"] == name), {})


def _rank(found: Mapping[str, t.Any], forced: bool) -> int:
    if forced:
        return 0
    if found.get("needs") == "none":
        return 2
    return 1 if found.get("needs") == "install" and found.get("certificate_pem") and not found.get("pending_key") else 0


def _source(peer: Peer, request: Mapping[str, t.Any]) -> Source:
    found, result = _named(peer.found, request["name"]), _named(peer.results, request["name"])
    certificate = found.get("certificate") or {}
    serial_number, days_left = certificate.get("serial_number"), certificate.get("days_left")
    rank = _rank(found, bool(request["force"]))
    if result.get("serial_number") not in (None, serial_number):
        # installed by this run, after the host was read
        rank, serial_number, days_left = 2, result["serial_number"], result["days_left"]
    staged = found.get("pending_key") or {}
    return Source(peer.host, request["directory"], rank, bool(staged.get("fits")), serial_number, days_left, result)


def _candidates(name: str, request: Mapping[str, t.Any], peers: Iterable[Peer]) -> list[Source]:
    found = []
    for peer in peers:
        other = _named(peer.requests, name)
        if other and other["key_strategy"] == "shared" and _intent(other) == _intent(request):
            found.append(_source(peer, other))
    return found


def _best(sources: Sequence[Source], batch: Sequence[str]) -> Source | None:
    """Return the host to copy from: the one whose certificate is in order and expires last, or the one that obtains."""
    ranked = sorted((one for one in sources if one.rank), key=lambda one: (-one.rank, -(one.days_left or 0)))
    present = [one for one in sources if one.host in batch]
    return next(iter([*ranked, *(one for one in present if one.has_staged_key), *present]), None)


def sources_of(
    host: str, requests: Sequence[Mapping[str, t.Any]], peers: Sequence[Peer], batch: Sequence[str]
) -> dict[str, str]:
    """Return the host from which ``host`` copies, by the name of the request.

    What it obtains itself is not in it.
    """
    copied = {}
    for request in requests:
        if request["key_strategy"] != "shared":
            continue
        sources = _candidates(request["name"], request, peers)
        own = next((one for one in sources if one.host == host), None)
        best = _best(sources, batch)
        if own is None or best is None or best.host == host:
            continue
        if own.rank == 0 or own.serial_number != best.serial_number:
            copied[request["name"]] = best.host
    return copied


def source_named(request: Mapping[str, t.Any], peer: Peer) -> Source:
    """Return what a host has now for the request that another host copies."""
    return _source(peer, _named(peer.requests, request["name"]))
