# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the report is given about a host, and to which of its services the controller connects.

``found`` is the fact ``certificate_found`` of the role ``certificate``.
"""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping, Sequence

Entry = Mapping[str, t.Any]

_LOCAL = ("127.0.0.1", "::1", "localhost")
_REPORTED = (
    "name",
    "directory",
    "renew_before",
    "allow_name_removal",
    "product",
    "organization_id",
    "container_id",
)


def _services(request: Entry) -> Sequence[Entry]:
    """Return the services that the role checks."""
    if request["served"] is None:
        return [{"port": request["usual_port"]}] if request["reload"] else []
    return t.cast("Sequence[Entry]", request["served"])


def _endpoint(service: Entry, request: Entry, address: str) -> dict[str, t.Any]:
    """Return how the controller reaches a service.

    The role checks some services on the host itself; the report connects to the address of the host instead.
    """
    from_here = service.get("from", "host") in ("controller", "both")
    host = service.get("host") or (address if from_here else "127.0.0.1")
    names = [name for name in request["dns"] if not name.startswith("*")]
    endpoint = {
        "host": address if host in _LOCAL and not from_here else host,
        "port": service.get("port") or 443,
        "server_name": service.get("server_name") or next(iter(names), ""),
        "starttls": service.get("starttls"),
        "ca_path": service.get("ca_path") if from_here else None,
    }
    return {key: value for key, value in endpoint.items() if value}


def _reached(certificates: Sequence[Entry], address: str) -> Iterator[tuple[str, dict[str, t.Any]]]:
    for entry in certificates:
        for service in _services(entry["request"]):
            yield entry["name"], _endpoint(service, entry["request"], address)


def host_of_report(
    found: Entry, host: str, address: str, failure: str = "", shown: Sequence[Entry] = ()
) -> dict[str, t.Any]:
    """Return ``host``, an entry of ``hosts`` of ``digicert_report``, and ``endpoints``: where to connect for it.

    ``shown`` are the results of the handshakes with these endpoints, in the same order.
    """
    certificates = t.cast("Sequence[Entry]", found.get("certificates", ()))
    reached = list(_reached(certificates, address))
    described = {
        "name": host,
        "failure": failure or found.get("problem", ""),
        "requests": [
            {**{key: one["request"][key] for key in _REPORTED}, "dns_names": one["request"]["dns"]}
            for one in certificates
        ],
        "certificates": [one["installed"] for one in certificates if one["installed"]],
        "served": [{**seen, "request": name} for (name, _endpoint), seen in zip(reached, shown)],
    }
    return {"host": described, "endpoints": [endpoint for _name, endpoint in reached]}
