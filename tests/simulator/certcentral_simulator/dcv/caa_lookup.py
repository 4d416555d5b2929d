# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real CAA lookups with the configured resolver."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from certcentral_simulator.dcv.dns_lookup import Lookup
from certcentral_simulator.dcv.network import Network
from certcentral_simulator.rules.caa import permits, places

_PARALLEL = 8


@dataclass(frozen=True)
class CaaFinding:
    """Whether CAA permits a name, and where the decisive records were found."""

    name: str
    permitted: bool
    detail: str


def look_up_caa(network: Network, names: Collection[str], identifiers: Collection[str]) -> list[CaaFinding]:
    """Check names. If the resolver does not answer, this counts as permission, as allowed for unsigned zones."""
    lookup = Lookup(network)
    with ThreadPoolExecutor(max(1, min(_PARALLEL, len(names)))) as pool:
        return list(pool.map(lambda name: _finding(lookup, name, identifiers), _sorted(names)))


def _sorted(names: Iterable[str]) -> list[str]:
    return sorted(set(names))


def _finding(lookup: Lookup, name: str, identifiers: Collection[str]) -> CaaFinding:
    for place in places(name):
        records = lookup.caa(place)
        if records:
            texts = ", ".join(f'{record.flags} {record.tag} "{record.value}"' for record in records)
            return CaaFinding(name, permits(records, name, identifiers), f"{place}: {texts}")
    return CaaFinding(name, True, "no records")
