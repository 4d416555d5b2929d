# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small authoritative DNS server for tests: records in memory, UDP on loopback."""

from __future__ import annotations

import socket
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


class DnsServer:
    """Answers from ``records``, which map (owner name, type) to texts in zone file format."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], list[str]] = {}
        self.queries: list[tuple[str, str]] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """IP and port."""
        host, port = self._socket.getsockname()
        return f"{host}:{port}"

    def add(self, name: str, record_type: str, *values: str) -> None:
        """Publish a record set."""
        self.records[(name.lower(), record_type)] = list(values)

    def stop(self) -> None:
        """Stop the thread."""
        host, port = self._socket.getsockname()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", (host, port))
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            data, peer = self._socket.recvfrom(4096)
            if not data:
                return
            query = dns.message.from_wire(data)
            self._socket.sendto(self._answer(query).to_wire(), peer)

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        queried_type = dns.rdatatype.to_text(question.rdtype)
        self.queries.append((name, queried_type))
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.AA | dns.flags.RA
        for record_type in dict.fromkeys(("CNAME", queried_type)):
            values = self.records.get((name, record_type))
            if values:
                answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", record_type, *values))
                return answer
        if not any(owner == name for owner, _record in self.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer
