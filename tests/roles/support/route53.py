# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Route 53 as moto's server plays it, with a name server on loopback that answers what its zone holds."""

from __future__ import annotations

from types import TracebackType
from typing import Any

import boto3
import dns.flags
import dns.message
import dns.rdatatype
import dns.rrset
from moto.server import ThreadedMotoServer

from ansible_collections.community.digicert.tests.demo.dns_server import DnsServer


class Route53:
    """One hosted zone. Use it as a context manager."""

    def __init__(self, zone: str) -> None:
        """Serve ``zone`` on free loopback ports."""
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._server.start()
        host, port = self._server.get_host_and_port()
        self._url = f"http://{host}:{port}"
        self._client: Any = boto3.client(
            "route53",
            endpoint_url=self._url,
            region_name="us-east-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        # moto keeps its state in this process: what an earlier test left is not this one's.
        for old in self._client.list_hosted_zones()["HostedZones"]:
            self._empty(old["Id"])
        self._zone_id = self._client.create_hosted_zone(Name=zone, CallerReference=self._url)["HostedZone"]["Id"]
        self._dns = DnsServer(self._answer)
        self._dns.start()

    def __enter__(self) -> Route53:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._dns.stop()
        self._server.stop()

    @property
    def environment(self) -> dict[str, str]:
        """What leads a module to this service."""
        return {
            "AWS_ENDPOINT_URL": self._url,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    @property
    def dns_port(self) -> int:
        """Port of the name server."""
        return self._dns.port

    def put(self, name: str, kind: str, ttl: int, *values: str) -> None:
        """Place a record set as if it had always been there."""
        records = {
            "Name": f"{name}.",
            "Type": kind,
            "TTL": ttl,
            "ResourceRecords": [{"Value": value} for value in values],
        }
        self._change("UPSERT", self._zone_id, records)

    def values(self, name: str, kind: str = "TXT") -> list[str]:
        """Return the values of a record set as the service spells them, sorted."""
        found = self._find(name, kind)
        return sorted(record["Value"] for record in found["ResourceRecords"]) if found else []

    def ttl(self, name: str, kind: str = "TXT") -> int | None:
        """Return the time to live of a record set in seconds, or None if there is none."""
        found = self._find(name, kind)
        return int(found["TTL"]) if found else None

    def _sets(self, zone_id: str) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = self._client.list_resource_record_sets(HostedZoneId=zone_id)[
            "ResourceRecordSets"
        ]
        return listed

    def _find(self, name: str, kind: str) -> dict[str, Any] | None:
        return next(
            (one for one in self._sets(self._zone_id) if (one["Name"], one["Type"]) == (f"{name}.", kind)), None
        )

    def _change(self, action: str, zone_id: str, records: dict[str, Any]) -> None:
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": records}]}
        self._client.change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch=batch)

    def _empty(self, zone_id: str) -> None:
        for records in self._sets(zone_id):
            if records["Type"] not in ("NS", "SOA"):
                self._change("DELETE", zone_id, records)
        self._client.delete_hosted_zone(Id=zone_id)

    def _answer(self, wire: bytes) -> bytes:
        query = dns.message.from_wire(wire)
        question = query.question[0]
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.AA
        name, kind = question.name.to_text(omit_final_dot=True).lower(), dns.rdatatype.to_text(question.rdtype)
        found = self._find(name, kind)
        if found:
            values = [record["Value"] for record in found["ResourceRecords"]]
            absolute = [value if kind == "TXT" or value.endswith(".") else f"{value}." for value in values]
            reply.answer.append(dns.rrset.from_text_list(question.name, found["TTL"], "IN", kind, absolute))
        return reply.to_wire()
