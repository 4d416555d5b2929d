# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check whether an accepted value of a domain is published where its DCV method requires it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from certcentral_simulator.dcv.dns_lookup import Lookup
from certcentral_simulator.dcv.http_file import fetch_file
from certcentral_simulator.dcv.network import Network
from certcentral_simulator.rules.placement import DNS_METHODS, HTTP_METHODS, dns_records, file_path, record_proves

_PARALLEL = 8


@dataclass(frozen=True)
class Probe:
    """What to look for: the row of the domain, its name, the method, and every accepted value."""

    domain_id: int
    domain: str
    method: str
    values: tuple[str, ...]


def run_probes(network: Network, probes: Sequence[Probe]) -> dict[Probe, bool]:
    """Carry out the checks over the network; True for each whose domain control is proven."""
    if not probes:
        return {}
    lookup = Lookup(network)
    with ThreadPoolExecutor(min(_PARALLEL, len(probes))) as pool:
        results = list(pool.map(lambda probe: _proven(network, lookup, probe), probes))
    return dict(zip(probes, results, strict=True))


def _proven(network: Network, lookup: Lookup, probe: Probe) -> bool:
    if probe.method in HTTP_METHODS:
        return any(_file_holds(network, lookup, probe, value) for value in probe.values)
    if probe.method in DNS_METHODS:
        return any(_record_found(lookup, probe, value) for value in probe.values)
    return False


def _file_holds(network: Network, lookup: Lookup, probe: Probe, value: str) -> bool:
    content = fetch_file(network, lookup, probe.domain, file_path(probe.method, probe.domain, value))
    return content is not None and value in content


def _record_found(lookup: Lookup, probe: Probe, value: str) -> bool:
    for record in dns_records(probe.method, probe.domain, value):
        found = lookup.texts(record.name) if record.type == "TXT" else lookup.aliases(record.name)
        if any(record_proves(record, text) for text in found):
            return True
    return False
