# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the results of the modules of DNS services: which values a record set has, in the form that ``merge`` takes."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping, Sequence

Values = Mapping[str, t.Any]
Found = dict[str, t.Any]

_NOTHING: Found = {"values": []}


def _route53(result: Values, _records: Values) -> Found:
    found = result.get("set") or {}
    return {"values": found["values"], "ttl": found["ttl"]} if found else _NOTHING


def _azure(result: Values, _records: Values) -> Found:
    found = next(iter(result.get("dnsrecordsets") or ()), None)
    return {"values": found["records"], "ttl": found["time_to_live"]} if found else _NOTHING


def _google(result: Values, records: Values) -> Found:
    own = (records["owner"], records["type"])
    found = next((one for one in result["resources"] if (one["name"], one["type"]) == own), None)
    return {"values": found["rrdatas"], "ttl": found["ttl"]} if found else _NOTHING


_READERS: Mapping[str, Callable[[Values, Values], Found]] = {
    "route53": _route53,
    "azure": _azure,
    "google": _google,
}
PROVIDERS = (*_READERS, "name_servers")


def found_by(provider: str, results: Sequence[Values], sets: Sequence[Values]) -> list[Found]:
    """Return what each record set has. ``results`` are those of the module that reads, one for each record set.

    With ``name_servers`` they are the values that name servers do not return, as the lookup dns_missing returns them.
    """
    if provider == "name_servers":
        answers = {str(missing["name"]): list(missing["answers"]) for missing in reversed(results)}
        return [{"values": answers.get(str(records["name"]), records["records"])} for records in sets]
    return [_READERS[provider](result, records) for result, records in zip(results, sets)]


def zones_of_google(
    sets: Sequence[Values], zones: Sequence[str], resources: Sequence[Values], chosen: str
) -> tuple[list[Values], str]:
    """Return the managed zone of each record set, or the problem if there is not exactly one."""
    found: list[Values] = []
    for records, zone in zip(sets, zones):
        fitting = [one for one in resources if one["dnsName"] == f"{zone}." and chosen in ("", one["name"])]
        if len(fitting) != 1:
            names = ", ".join(str(one["name"]) for one in fitting)
            return [], (
                f"The project has {len(fitting)} managed zones for {zone}{f' ({names})' if names else ''}. Set"
                f" dcv_google_managed_zone to the one to use, or dcv_zones to the zone of {records['name']}."
            )
        found.append({"name": fitting[0]["name"], "dnsName": fitting[0]["dnsName"]})
    return found, ""
