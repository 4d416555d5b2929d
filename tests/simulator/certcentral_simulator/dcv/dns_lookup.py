# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real DNS queries to the configured resolver."""

from __future__ import annotations

import dns.exception
import dns.rdatatype
import dns.resolver

from certcentral_simulator.dcv.network import TIMEOUT_SECONDS, Network

_LONGEST_ALIAS_CHAIN = 8


class Lookup:
    """Looks names up at one resolver, for one check. What cannot be found is an empty list, whatever the reason."""

    def __init__(self, network: Network) -> None:
        address, port = network.resolver_address
        self._network = network
        self._resolver = dns.resolver.Resolver(configure=False)
        self._resolver.nameservers = [address]
        self._resolver.port = port
        self._resolver.lifetime = TIMEOUT_SECONDS
        self._silent = False

    @property
    def usable(self) -> bool:
        """Whether the resolver itself may be reached."""
        return self._network.may_reach(self._network.resolver_address[0])

    def texts(self, name: str) -> list[str]:
        """The TXT records of a name, each with its parts put together; an alias is followed."""
        current = name
        for _ in range(_LONGEST_ALIAS_CHAIN):
            answer = self._query(current, "TXT")
            if answer:
                return answer
            # An authoritative server answers with the alias alone when its target is in another zone.
            aliases = self.aliases(current)
            if not aliases:
                return []
            current = aliases[0]
        return []

    def aliases(self, name: str) -> list[str]:
        """The CNAME records of a name, without following them."""
        return self._query(name, "CNAME")

    def addresses(self, name: str) -> list[str]:
        """IPv4, then IPv6 addresses of a name."""
        return self._query(name, "A") + self._query(name, "AAAA")

    def _query(self, name: str, record_type: str) -> list[str]:
        if self._silent or not self.usable:
            return []
        try:
            answer = self._resolver.resolve(name, record_type, search=False, raise_on_no_answer=False)
        except dns.resolver.LifetimeTimeout:
            # A resolver that does not answer is not asked again in this check.
            self._silent = True
            return []
        except dns.exception.DNSException:
            return []
        if answer.rrset is None:
            return []
        if answer.rdtype == dns.rdatatype.TXT:
            return [b"".join(record.strings).decode("utf-8", "replace") for record in answer.rrset]
        return [record.to_text().rstrip(".") for record in answer.rrset]
