# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the name servers of a DNS zone, and query each of them directly, past all caches."""

from __future__ import annotations

import ipaddress
import typing as t
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..module_utils._certcentral.errors import one_line
from ..module_utils._dcv.publication import longest_suffix, plain_name

try:
    import dns.exception
    import dns.flags
    import dns.message
    import dns.name
    import dns.query
    import dns.rcode
    import dns.rdatatype
    import dns.resolver

    HAS_DNSPYTHON = True
except ImportError:
    HAS_DNSPYTHON = False

DNS_PORT = 53

# The root zone has 13 servers with two addresses each; somebody else may list as many as fit into an answer.
_MOST_SERVERS = 32
_MOST_ADDRESSES = 8
# Answers are shown in messages: at most so many values, and so many characters of each.
_MOST_SHOWN = 5
_LONGEST_SHOWN = 100

Clock = Callable[[], bool]


class DnsError(Exception):
    """Something could not be found in the DNS; the text is one sentence that says what to do."""


@dataclass(frozen=True)
class Endpoint:
    """The address of a DNS server."""

    address: str
    port: int = DNS_PORT

    def __str__(self) -> str:
        if self.port == DNS_PORT:
            return self.address
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


@dataclass(frozen=True)
class NameServer:
    """A name server of a zone, which may have several addresses."""

    name: str
    endpoints: tuple[Endpoint, ...]

    def __str__(self) -> str:
        addresses = ", ".join(str(endpoint) for endpoint in self.endpoints)
        return f"{self.name} ({addresses})" if self.name else addresses


@dataclass(frozen=True)
class Missing:
    """A value that a server does not return; ``detail`` says what it returns instead."""

    server: str
    name: str
    kind: str
    value: str
    answers: tuple[str, ...]
    detail: str

    def as_dict(self) -> dict[str, t.Any]:
        """Return the form that the lookup returns."""
        message = f"{self.server} {self.detail}; the expected {self.kind} record of {self.name} is {self.value}"
        return {
            "server": self.server,
            "name": self.name,
            "type": self.kind,
            "value": self.value,
            "answers": list(self.answers),
            "detail": self.detail,
            "message": message,
        }


def parse_endpoint(text: str) -> Endpoint:
    """Read ``192.0.2.53``, ``192.0.2.53:5353``, ``2001:db8::53`` or ``[2001:db8::53]:5353``; raises DnsError."""
    address, port = text.strip(), str(DNS_PORT)
    if address.startswith("["):
        address, _bracket, rest = address[1:].partition("]")
        port = rest.lstrip(":") or port
    elif address.count(":") == 1:
        address, _colon, port = address.partition(":")
    try:
        return Endpoint(str(ipaddress.ip_address(address)), int(port))
    except ValueError as exc:
        raise DnsError(
            f"'{text}' is not the address of a DNS server: use an IP address, and add :port if it is not 53."
        ) from exc


class Directory:
    """Finds zones and their name servers through resolvers, by default those of this machine."""

    def __init__(self, resolvers: Sequence[Endpoint] = (), *, timeout: float = 5.0) -> None:
        """Use ``resolvers``; a query may take ``timeout`` seconds."""
        try:
            self._resolver = dns.resolver.Resolver(configure=not resolvers)
        except dns.exception.DNSException as exc:
            raise DnsError(f"This machine has no resolver ({exc}): set dcv_resolvers.") from exc
        if resolvers:
            self._resolver.nameservers = [endpoint.address for endpoint in resolvers]
            self._resolver.nameserver_ports = {endpoint.address: endpoint.port for endpoint in resolvers}
        self._resolver.lifetime = timeout

    def zone_of(self, name: str) -> str:
        """Return the zone of a name, without a trailing dot. Raises DnsError."""
        try:
            zone = dns.resolver.zone_for_name(name, resolver=self._resolver)
        except dns.exception.DNSException as exc:
            raise DnsError(
                f"The zone of {name} cannot be found ({reason_of(exc)}): add it to dcv_zones, or add a server that"
                " knows it to dcv_resolvers."
            ) from exc
        return zone.to_text(omit_final_dot=True).lower()

    def names_of_servers(self, zone: str) -> list[str]:
        """Return the names in the NS records of a zone, sorted. Raises DnsError."""
        try:
            answer = self._resolver.resolve(f"{zone}.", "NS")
        except dns.exception.DNSException as exc:
            raise DnsError(
                f"The name servers of the zone {zone} cannot be found ({reason_of(exc)}): list them in"
                " dcv_authoritative_servers."
            ) from exc
        names = sorted(record.target.to_text(omit_final_dot=True).lower() for record in answer)
        if len(names) > _MOST_SERVERS:
            raise DnsError(
                f"The zone {zone} has {len(names)} name servers: list those to ask in dcv_authoritative_servers."
            )
        return names

    def addresses_of(self, name: str) -> list[str]:
        """Return the addresses of a host name, IPv4 first, or an empty list if it has none."""
        found: list[str] = []
        for kind in ("A", "AAAA"):
            try:
                found += [record.address for record in self._resolver.resolve(f"{name}.", kind)]
            except dns.exception.DNSException:
                continue
        return found[:_MOST_ADDRESSES]


def servers_of(zone: str, directories: Sequence[Directory], port: int = DNS_PORT) -> list[NameServer]:
    """Return the servers of a zone. The first directory knows their names, any of them may know their addresses."""
    servers = []
    for name in directories[0].names_of_servers(zone):
        addresses: list[str] = next(filter(None, (directory.addresses_of(name) for directory in directories)), [])
        servers.append(NameServer(name, tuple(Endpoint(address, port) for address in addresses)))
    return servers


def reason_of(problem: Exception) -> str:
    """Return a problem of dnspython in words that need no knowledge of dnspython."""
    return {
        "NXDOMAIN": "there is no such name",
        "NoAnswer": "it has no such record",
        "LifetimeTimeout": "no resolver answered in time",
        "Timeout": "no answer in time",
        "NoNameservers": "every resolver refused to answer",
        "NoRootSOA": "no resolver knows a zone above it",
        "EOFError": "the connection was closed",
    }.get(type(problem).__name__, one_line(str(problem))[:_LONGEST_SHOWN] or type(problem).__name__)


def _ask(endpoint: Endpoint, name: str, kind: str, timeout: float) -> dns.message.Message:
    """Query a server without recursion, and over TCP if the answer is too long for UDP."""
    query = dns.message.make_query(f"{name}.", kind)
    query.flags &= ~dns.flags.RD
    answer, _used_tcp = dns.query.udp_with_fallback(query, endpoint.address, timeout=timeout, port=endpoint.port)
    return answer


def _values(answer: dns.message.Message, name: str, kind: str) -> tuple[list[str], str]:
    """Return the values that an answer has for exactly this name, and a description of the answer."""
    owner, expected = dns.name.from_text(f"{name}."), dns.rdatatype.from_text(kind)
    values: list[str] = []
    otherwise = f"answers {dns.rcode.to_text(answer.rcode())}" if answer.rcode() else "answers without it"
    for records in answer.answer:
        if records.name != owner:
            continue
        if records.rdtype == dns.rdatatype.CNAME and expected != dns.rdatatype.CNAME:
            target = records[0].target.to_text(omit_final_dot=True)
            return [], f"answers that the name is a CNAME of {target} (see dcv_delegations)"
        if records.rdtype == expected:
            values += [_text(record, kind) for record in records]
    return values, f"answers with {_shown(values)}" if values else otherwise


def _shown(values: Sequence[str]) -> str:
    """Return the values of an answer for a message: a server may answer with anything."""
    more = f" and {len(values) - _MOST_SHOWN} more" if len(values) > _MOST_SHOWN else ""
    return ", ".join(one_line(value)[:_LONGEST_SHOWN] for value in values[:_MOST_SHOWN]) + more


def _text(record: t.Any, kind: str) -> str:
    if kind == "TXT":
        return b"".join(record.strings).decode("utf-8", "replace")
    return str(record.target.to_text(omit_final_dot=True)).lower()


def answers_of(server: NameServer, name: str, kind: str, timeout: float = 3.0) -> tuple[list[str], str]:
    """Return the values that a server has for a record set, and a description of its answer.

    The addresses of the server are tried one at a time until one answers. Without an answer there are no values.
    """
    said = "has no address that can be found"
    for endpoint in server.endpoints:
        try:
            return _values(_ask(endpoint, name, kind, timeout), name, kind)
        except (OSError, EOFError, ValueError, dns.exception.DNSException) as exc:
            said = f"does not answer ({reason_of(exc)})"
    return [], said


def _never() -> bool:
    return False


def missing_from(server: NameServer, sets: Iterable[t.Mapping[str, t.Any]], is_over: Clock = _never) -> list[Missing]:
    """Return every value of the record sets that a server does not return.

    If a server does not answer, it is not queried for the other sets: each query would take the whole timeout. Nothing
    is asked any more when the time ``is_over``.
    """
    found: list[Missing] = []
    silent = ""
    for records in sets:
        name, kind = str(records["name"]), str(records["type"])
        silent = silent or ("was not asked, because the time was over" if is_over() else "")
        values, said = ([], silent) if silent else answers_of(server, name, kind)
        if said.startswith(("does not answer", "has no address")):
            silent = said
        expected = [str(value) for value in records["values"]]
        present = values if kind == "TXT" else [value.lower() for value in values]
        found += [
            Missing(str(server), name, kind, value, tuple(values), said)
            for value in expected
            if (value if kind == "TXT" else value.lower()) not in present
        ]
    return found


Responsible = list[tuple[list[NameServer], list[Mapping[str, t.Any]]]]


def responsible(
    sets: Iterable[Mapping[str, t.Any]],
    *,
    servers: Sequence[str] = (),
    primary: str = "",
    resolvers: Sequence[str] = (),
    zones: Sequence[str] = (),
) -> Responsible:
    """Return the servers of each zone with the record sets in it: ``servers``, or those in the NS records of the zone.

    A ``primary`` is one of them, and it is asked first for the zones and their servers. Raises DnsError.
    """
    if servers:
        return [([NameServer("", (parse_endpoint(text),)) for text in servers], list(sets))]
    first = parse_endpoint(primary) if primary else None
    directories = [Directory([first])] if first else []
    directories.append(Directory([parse_endpoint(text) for text in resolvers]))
    by_zone: dict[str, list[Mapping[str, t.Any]]] = {}
    for records in sets:
        name = plain_name(str(records["name"]))
        zone = longest_suffix(name, zones) or directories[0].zone_of(name)
        by_zone.setdefault(plain_name(zone), []).append(records)
    return [(_servers_with(first, zone, directories), members) for zone, members in by_zone.items()]


def _servers_with(primary: Endpoint | None, zone: str, directories: Sequence[Directory]) -> list[NameServer]:
    """Return the servers of a zone, including a primary that is hidden or does not name any others."""
    if primary is None:
        return servers_of(zone, directories)
    try:
        servers = servers_of(zone, directories, primary.port)
    except DnsError:
        servers = []
    known = {endpoint for server in servers for endpoint in server.endpoints}
    return servers if primary in known else [NameServer("", (primary,)), *servers]


def missing_from_all(asked: Responsible, is_over: Clock = _never) -> list[Missing]:
    """Return every value of record sets that one of their servers does not return, or was not asked for in time."""
    return [missing for servers, sets in asked for server in servers for missing in missing_from(server, sets, is_over)]
