# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A primary DNS server that takes dynamic updates (RFC 2136) signed with TSIG (RFC 8945); state in memory."""

from __future__ import annotations

import threading

import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import dns.tsig
import dns.tsigkeyring
import dns.update

from ansible_collections.community.digicert.tests.demo.dns_server import DnsServer

_Owner = tuple[dns.name.Name, dns.rdatatype.RdataType]


class DnsPrimary:
    """One zone; who updates it must sign with the key ``update.``."""

    key_name = "update."

    def __init__(self, zone: str, secret: str) -> None:
        """Serve an empty zone on a free loopback port; ``secret`` is Base64."""
        self.zone = dns.name.from_text(zone)
        self.updates = 0
        """How many updates changed something."""
        self.mute_answers = False
        """Answer no question about record sets, but keep taking updates."""
        self._sets: dict[_Owner, dns.rrset.RRset] = {}
        self._keyring = dns.tsigkeyring.from_text({self.key_name: secret})
        self._lock = threading.Lock()
        self._server = DnsServer(self._answer)
        self.port = self._server.port
        self._server.start()

    def stop(self) -> None:
        """Stop answering."""
        self._server.stop()

    def put(self, name: str, ttl: int, kind: str, *values: str) -> None:
        """Place a record set as if it had always been there."""
        records = dns.rrset.from_text(dns.name.from_text(name), ttl, "IN", kind, *values)
        self._sets[(records.name, records.rdtype)] = records

    def values(self, name: str, kind: str = "TXT") -> list[str]:
        """Return the values of a record set in presentation form, sorted."""
        return sorted(record.to_text() for record in self._find(name, kind) or [])

    def names(self) -> set[str]:
        """Return the absolute names that have records."""
        return {owner.to_text() for owner, _kind in self._sets}

    def ttl(self, name: str, kind: str = "TXT") -> int | None:
        """Return the time to live of a record set, or None if there is none."""
        found = self._find(name, kind)
        return found.ttl if found else None

    def _find(self, name: str, kind: str) -> dns.rrset.RRset | None:
        return self._sets.get((dns.name.from_text(name), dns.rdatatype.from_text(kind)))

    def _answer(self, wire: bytes) -> bytes:
        try:
            message = dns.message.from_wire(wire, keyring=self._keyring)
        except (dns.tsig.BadKey, dns.tsig.BadSignature, dns.message.UnknownTSIGKey) as problem:
            return self._distrust(wire, problem)
        reply = dns.message.make_response(message)
        reply.flags |= dns.flags.AA
        with self._lock:
            if isinstance(message, dns.update.UpdateMessage):
                reply.set_rcode(self._update(message))
            else:
                self._query(message, reply)
        return reply.to_wire()

    def _distrust(self, wire: bytes, problem: Exception) -> bytes:
        """Refuse a message whose signature is wrong, RFC 8945 section 5.2: NOTAUTH with a TSIG error."""
        error = dns.rcode.BADSIG if isinstance(problem, dns.tsig.BadSignature) else dns.rcode.BADKEY
        reply = dns.message.make_response(dns.message.from_wire(wire, keyring=False))
        reply.set_rcode(dns.rcode.NOTAUTH)
        reply.use_tsig(self._keyring, self.key_name, tsig_error=error)
        return reply.to_wire()

    def _query(self, message: dns.message.Message, reply: dns.message.Message) -> None:
        question = message.question[0]
        found = self._found(question.name, question.rdtype)
        if question.rdtype == dns.rdatatype.SOA:
            soa = f"ns.{self.zone} admin.{self.zone} 1 3600 600 86400 60"
            if question.name.is_subdomain(self.zone):
                section = reply.answer if question.name == self.zone else reply.authority
                section.append(dns.rrset.from_text(self.zone, 60, "IN", "SOA", soa))
            else:
                reply.set_rcode(dns.rcode.REFUSED)
        elif self.mute_answers:
            reply.set_rcode(dns.rcode.REFUSED)
        elif found:
            reply.answer.append(dns.rrset.from_rdata_list(question.name, found.ttl, list(found)))
        elif not any(owner == question.name for owner, _kind in self._sets):
            reply.set_rcode(dns.rcode.NXDOMAIN)

    def _found(self, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> dns.rrset.RRset | None:
        """Return what answers a question: the records of the name, or of the wildcard that stands for it."""
        exists = any(owner == name for owner, _kind in self._sets)
        owner = name if exists else dns.name.Name((b"*", *name.labels[1:]))
        return self._sets.get((owner, kind)) or self._sets.get((owner, dns.rdatatype.CNAME))

    def _update(self, message: dns.update.UpdateMessage) -> dns.rcode.Rcode:
        if not message.had_tsig:
            return dns.rcode.REFUSED
        if message.zone[0].name != self.zone:
            return dns.rcode.NOTAUTH
        failed = next(filter(None, map(self._failed, message.prerequisite)), None) or self._differs(message)
        if failed:
            return failed
        for change in message.update:
            self._apply(change)
        self.updates += bool(message.update)
        return dns.rcode.NOERROR

    def _failed(self, condition: dns.rrset.RRset) -> dns.rcode.Rcode | None:
        """Decide a condition without values, RFC 2136 sections 2.4.1 and 2.4.3 to 2.4.5."""
        has_set = (condition.name, condition.rdtype) in self._sets
        has_name = any(owner == condition.name for owner, _kind in self._sets)
        of_name = condition.rdtype == dns.rdatatype.ANY
        if condition.deleting == dns.rdataclass.NONE and (has_name if of_name else has_set):
            return dns.rcode.YXDOMAIN if of_name else dns.rcode.YXRRSET
        if condition.deleting == dns.rdataclass.ANY and not (has_name if of_name else has_set):
            return dns.rcode.NXDOMAIN if of_name else dns.rcode.NXRRSET
        return None

    def _differs(self, message: dns.update.UpdateMessage) -> dns.rcode.Rcode | None:
        """Compare record sets with those of conditions with values, RFC 2136 section 2.4.2."""
        expected: dict[_Owner, set[str]] = {}
        for records in message.prerequisite:
            if records.deleting is None:
                values = {value.to_text() for value in records}
                expected.setdefault((records.name, records.rdtype), set()).update(values)
        present = {owner: {value.to_text() for value in self._sets.get(owner, ())} for owner in expected}
        return None if present == expected else dns.rcode.NXRRSET

    def _apply(self, change: dns.rrset.RRset) -> None:
        """Apply one update, RFC 2136 section 2.5: class ANY deletes the set, NONE one value, IN adds."""
        owner = (change.name, change.rdtype)
        empty = dns.rrset.RRset(change.name, dns.rdataclass.IN, change.rdtype)
        present = self._sets.get(owner, empty)
        if change.deleting == dns.rdataclass.ANY:
            self._sets.pop(owner, None)
        elif change.deleting == dns.rdataclass.NONE:
            kept = [value for value in present if value not in change]
            self._sets.pop(owner, None)
            if kept:
                self._sets[owner] = dns.rrset.from_rdata_list(change.name, present.ttl, kept)
        else:
            self._sets[owner] = present
            present.ttl = change.ttl
            for value in change:
                present.add(value)
