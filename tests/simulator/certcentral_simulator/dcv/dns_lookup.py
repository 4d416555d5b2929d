# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real DNS queries with the configured resolver."""

from __future__ import annotations

import socket

import dns.exception
import dns.message
import dns.query
import dns.rdatatype
import dns.rrset

from certcentral_simulator.dcv.network import Network
from certcentral_simulator.rules.caa import CaaRecord

_LONGEST_ALIAS_CHAIN = 8


class Lookup:
    """Looks up names with one resolver, for one check. Whatever the reason for a failure, the result is empty."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._silent = False

    @property
    def usable(self) -> bool:
        """Whether the resolver may be reached."""
        return self._network.may_reach(self._network.resolver_address[0])

    def texts(self, name: str) -> list[str]:
        """The TXT records of a name, each with its strings joined; aliases are followed."""
        current = name
        for _number in range(_LONGEST_ALIAS_CHAIN):
            answer = [b"".join(record.strings).decode("utf-8", "replace") for record in self._query(current, "TXT")]
            if answer:
                return answer
            # An authoritative server returns only the alias if its target is in another zone.
            aliases = self.aliases(current)
            if not aliases:
                return []
            current = aliases[0]
        return []

    def aliases(self, name: str) -> list[str]:
        """The CNAME records of a name, without following them."""
        return [record.to_text().rstrip(".") for record in self._query(name, "CNAME")]

    def addresses(self, name: str) -> list[str]:
        """The IPv4 and then the IPv6 addresses of a name."""
        return [record.to_text() for kind in ("A", "AAAA") for record in self._query(name, kind)]

    def caa(self, name: str) -> list[CaaRecord]:
        """The CAA records of exactly this name."""
        return [
            CaaRecord(record.flags, record.tag.decode("ascii", "replace"), record.value.decode("utf-8", "replace"))
            for record in self._query(name, "CAA")
        ]

    def _query(self, name: str, record_type: str) -> dns.rrset.RRset | tuple[()]:
        if self._silent or not self.usable:
            return ()
        try:
            reply = self._send(dns.message.make_query(name, record_type))
            return reply.resolve_chaining().answer or ()
        except (OSError, dns.exception.Timeout):
            # A resolver that does not answer is not queried again in this check.
            self._silent = True
        except dns.exception.DNSException:
            pass
        return ()

    def _send(self, query: dns.message.QueryMessage) -> dns.message.QueryMessage:
        address, port = self._network.resolver_address
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as datagrams:
            # Connected, so that a closed port is noticed at once.
            datagrams.connect((address, port))
            datagrams.setblocking(False)
            reply, _other = dns.query.udp_with_fallback(query, address, self._network.timeout, port, udp_sock=datagrams)
        if not isinstance(reply, dns.message.QueryMessage):
            raise dns.exception.FormError
        return reply
