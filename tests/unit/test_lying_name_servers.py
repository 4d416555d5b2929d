# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Name servers that answer with anything: a short message at the end, in time, and never a traceback."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import dns.flags
import dns.message
import dns.rrset
import pytest

from ansible_collections.community.digicert.plugins.plugin_utils._dynamic_update import Primary, TsigKey, bring
from ansible_collections.community.digicert.plugins.plugin_utils._name_servers import (
    Directory,
    DnsError,
    Endpoint,
    NameServer,
    answers_of,
    missing_from_all,
)

_NAME = "_dnsauth.www.example.test"
_SET = {"name": _NAME, "type": "TXT", "values": ["token"], "records": ['"token"'], "domains": ["www.example.test"]}
# a busy machine may be late, but a server that drips goes on for much longer than this
_LATE = 15.0

Answer = Callable[[bytes], bytes]


@dataclass
class _Liar:
    """What a server sends over UDP, and over TCP piece by piece."""

    udp: Answer
    tcp: Callable[[bytes], Iterator[bytes]] = lambda _query: iter(())


def _reply(query: bytes, *records: tuple[str, str, list[str]], truncated: bool = False) -> bytes:
    # without the signature of the query
    question = dns.message.from_wire(query, question_only=True)
    reply = dns.message.make_response(question)
    reply.flags |= dns.flags.AA | (dns.flags.TC if truncated else 0)
    for name, kind, values in records:
        reply.answer.append(dns.rrset.from_text_list(f"{name}.", 60, "IN", kind, values))
    return reply.to_wire()


@contextlib.contextmanager
def _serving(liar: _Liar) -> Iterator[Endpoint]:
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        port = tcp.getsockname()[1]
        udp.bind(("127.0.0.1", port))

        def answer_udp() -> None:
            with contextlib.suppress(OSError):
                while query_from := udp.recvfrom(4096):
                    if not query_from[0]:  # the end of the test
                        return
                    udp.sendto(liar.udp(query_from[0]), query_from[1])

        def answer_tcp() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _sender = tcp.accept()
                    with connection, contextlib.suppress(OSError):
                        for piece in liar.tcp(connection.recv(4096)[2:]):
                            connection.sendall(piece)

        for work in (answer_udp, answer_tcp):
            threading.Thread(target=work, daemon=True).start()
        try:
            yield Endpoint("127.0.0.1", port)
        finally:
            for one in (tcp, udp):
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)


def _drip(_query: bytes) -> Iterator[bytes]:
    yield b"\xff\xff"
    for _piece in range(600):
        time.sleep(0.05)
        yield b"\x00"


def _truncated(query: bytes) -> bytes:
    return _reply(query, truncated=True)


_LIARS: dict[str, tuple[_Liar, str]] = {
    "TCP is closed at once": (_Liar(_truncated), "does not answer (the connection was closed)"),
    "TCP drips": (_Liar(_truncated, _drip), "does not answer (no answer in time)"),
    "TCP is nonsense": (_Liar(_truncated, lambda _query: iter([b"\x00\x05hello"])), "does not answer ("),
    "UDP is nonsense": (_Liar(lambda query: query[:2] + b"\x84\x00" + b"\xff" * 60), "does not answer ("),
    "another question": (_Liar(lambda query: query[:2] + b"\x84\x00" + b"\x00" * 8), "does not answer ("),
    "control characters": (
        _Liar(lambda query: _reply(query, (_NAME, "TXT", ['"\\027[31mred\\010line"', '"a\\255b"']))),
        "answers with ",
    ),
    "many values": (
        _Liar(lambda query: _reply(query, (_NAME, "TXT", [f'"{"x" * 200}{number}"' for number in range(15)]))),
        "and 10 more",
    ),
}


@pytest.mark.parametrize("name", _LIARS)
def test_an_answer_becomes_one_short_line(name: str) -> None:
    liar, words = _LIARS[name]
    began = time.monotonic()
    with _serving(liar) as endpoint:
        values, said = answers_of(NameServer("ns.example.test", (endpoint,)), _NAME, "TXT", timeout=1.0)
    assert time.monotonic() - began < _LATE
    assert words in said
    assert said.isprintable()
    assert len(said) < 700
    assert "token" not in values


def test_nobody_is_asked_after_the_time_is_over() -> None:
    asked: list[bytes] = []

    def answer(query: bytes) -> bytes:
        asked.append(query)
        return _reply(query)

    with _serving(_Liar(answer)) as endpoint:
        servers = [NameServer(f"ns{number}.example.test", (endpoint,)) for number in range(3)]
        missing = missing_from_all([(servers, [_SET])], lambda: len(asked) > 0)
    assert len(asked) == 1
    assert [one.detail for one in missing][1:] == ["was not asked, because the time was over"] * 2


def test_a_zone_with_too_many_servers_is_refused() -> None:
    servers = [f"n{number}.example.test." for number in range(33)]
    liar = _Liar(lambda query: _reply(query, ("example.test", "NS", servers)))
    with _serving(liar) as endpoint:
        directory = Directory([endpoint])
        with pytest.raises(DnsError, match="33 name servers: list those to ask in dcv_authoritative_servers"):
            directory.names_of_servers("example.test")


@pytest.mark.parametrize("protocol", ["udp", "tcp"])
def test_an_answer_without_the_signature_of_the_key_is_not_used(protocol: str) -> None:
    """It could come from anybody, and say that the zone has the records, or that they were changed."""

    def answer(query: bytes) -> bytes:
        return _reply(query, (_NAME, "TXT", ['"token"']))

    def with_length(query: bytes) -> Iterator[bytes]:
        yield len(answer(query)).to_bytes(2, "big") + answer(query)

    key = TsigKey("certificates.", "c2VjcmV0LW9mLXRoZS10ZXN0cw==", "hmac-sha256")
    with _serving(_Liar(answer, with_length)) as endpoint:
        unsigned = Primary(endpoint, None, protocol=protocol)
        assert bring(unsigned, [_SET], zones=["example.test"], state="present", ttl=60) == {"example.test": []}
        signed = Primary(endpoint, key, protocol=protocol)
        with pytest.raises(DnsError, match="TSIG") as refused:
            bring(signed, [_SET], zones=["example.test"], state="present", ttl=60)
        # as dnspython 2.0 does, which returns it
        signed._transport = lambda query, *_place, **_options: dns.message.from_wire(answer(query.to_wire()))
        with pytest.raises(DnsError, match="is not signed with the TSIG key certificates"):
            bring(signed, [_SET], zones=["example.test"], state="present", ttl=60)
    assert key.secret not in str(refused.value)
