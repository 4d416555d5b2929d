# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A small authoritative DNS server for loopback, over UDP and TCP, with messages from dnspython.

Run as a program, it resolves every name to 127.0.0.1, so that the names of a demonstration lead to this machine.

Usage: python dns_server.py [--port PORT]; prints ``{"port": ..., "pid": ...}`` on one line when it is ready.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import socketserver
import struct
import threading
from collections.abc import Callable

import dns.flags
import dns.message
import dns.rdatatype
import dns.rrset

LOOPBACK = "127.0.0.1"
Answer = Callable[[bytes], bytes]
"""Takes the message of a client and returns the reply, both in wire format."""


class _UdpServer(socketserver.ThreadingUDPServer):
    daemon_threads = True


class _TcpServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


class DnsServer:
    """Serve one answer function over UDP and TCP on the same loopback port."""

    def __init__(self, answer: Answer, port: int = 0) -> None:
        """Bind both transports; port 0 means any free port."""

        class Datagram(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                message, socket = self.request
                socket.sendto(answer(message), self.client_address)

        class Stream(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                # RFC 1035, section 4.2.2: over TCP a message is preceded by its length in two bytes
                while len(length := self.rfile.read(2)) == 2:
                    reply = answer(self.rfile.read(struct.unpack("!H", length)[0]))
                    self.wfile.write(struct.pack("!H", len(reply)) + reply)

        self._tcp, self._udp = self._bind(Stream, Datagram, port)
        self.port: int = self._tcp.server_address[1]

    @staticmethod
    def _bind(
        stream: type[socketserver.BaseRequestHandler], datagram: type[socketserver.BaseRequestHandler], port: int
    ) -> tuple[_TcpServer, _UdpServer]:
        """Find a port that is free on both transports."""
        for attempt in range(20):
            tcp = _TcpServer((LOOPBACK, port), stream)
            try:
                return tcp, _UdpServer((LOOPBACK, tcp.server_address[1]), datagram)
            except OSError:
                tcp.server_close()
                if port or attempt == 19:
                    raise
        raise AssertionError("the loop returns or raises")

    def start(self) -> None:
        """Answer from threads of this process."""
        for server in (self._tcp, self._udp):
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def stop(self) -> None:
        """Stop answering and release the port."""
        for server in (self._tcp, self._udp):
            server.shutdown()
            server.server_close()


def everything_is_here(wire: bytes) -> bytes:
    """Answer every A question with the loopback address and every other question with an empty, authoritative reply."""
    query = dns.message.from_wire(wire)
    reply = dns.message.make_response(query)
    reply.flags |= dns.flags.AA
    for question in query.question:
        if question.rdtype == dns.rdatatype.A:
            reply.answer.append(dns.rrset.from_text(question.name, 5, "IN", "A", LOOPBACK))
    return reply.to_wire()


def main() -> None:
    """Serve until the process is stopped."""
    parser = argparse.ArgumentParser(description="Resolve every name to 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0)
    server = DnsServer(everything_is_here, parser.parse_args().port)
    server.start()
    print(json.dumps({"port": server.port, "pid": os.getpid()}), flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()


if __name__ == "__main__":
    main()
