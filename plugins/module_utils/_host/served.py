# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read from a host which certificates its own services present."""

from __future__ import annotations

import datetime as dt
import typing as t

from .certificate import Reading
from .handshake import Endpoint, default_server_name, read_all_served
from .plan import Shown, decide

# endpoints with another value are contacted by the controller only
_FROM_HOST = ("host", "both")


def look_at_services(
    readings: t.Sequence[tuple[Reading, t.Sequence[t.Mapping[str, t.Any]]]], now: dt.datetime, timeout: float
) -> list[list[Shown]]:
    """Return for each request what its services present. All services are contacted at the same time.

    Each reading comes with the endpoints of its request. If a request needs another certificate anyway, its services
    are not contacted. ``timeout`` is in seconds, for each connection.
    """
    endpoints_by_request = [
        (number, _endpoint(given, reading), bool(given["former_only"]))
        for number, (reading, endpoints) in enumerate(readings)
        if decide(reading.request, reading.found, now).needs != "certificate"
        for given in endpoints
        if given["from"] in _FROM_HOST
    ]
    shown: list[list[Shown]] = [[] for _reading in readings]
    served = read_all_served([endpoint for _number, endpoint, _former_only in endpoints_by_request], timeout)
    for (number, endpoint, former_only), found in zip(endpoints_by_request, served):
        place = f"{endpoint.host}:{endpoint.port}"
        shown[number].append(Shown(place, former_only, found.reached, found.certificate, found.problem))
    return shown


def _endpoint(given: t.Mapping[str, t.Any], reading: Reading) -> Endpoint:
    """Return an endpoint as the role deploy contacts it: with the first name of the certificate without a wildcard."""
    certificate = reading.found.certificate
    return Endpoint(
        host=given["host"] or "127.0.0.1",
        port=given["port"],
        server_name=given["server_name"] or (default_server_name(certificate) if certificate else None),
        starttls=given["starttls"] or None,
        ca_path=given["ca_path"] or None,
    )
