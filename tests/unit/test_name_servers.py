# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding and querying the name servers of a zone, with servers on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset
import pytest

from ansible_collections.community.digicert.plugins.plugin_utils._name_servers import (
    Directory,
    DnsError,
    Endpoint,
    NameServer,
    missing_from,
    missing_from_all,
    parse_endpoint,
    responsible,
    servers_of,
)
from ansible_collections.community.digicert.tests.demo.dns_server import DnsServer

Serve = Callable[..., Endpoint]
TXT = {"name": "_dnsauth.www.example.test", "type": "TXT", "values": ["token"]}
CNAME = {"name": "_dnsauth.example.test", "type": "CNAME", "values": ["Token.dcv.digicert.com"]}


def _answer(wire: bytes, lines: tuple[str, ...], zone: str) -> bytes:
    """Answer from lines ``name type value``, or with the SOA record of the zone if there is none."""
    query = dns.message.from_wire(wire)
    question, reply = query.question[0], dns.message.make_response(query)
    reply.flags |= dns.flags.AA
    soa = dns.rrset.from_text(f"{zone}.", 60, "IN", "SOA", f"ns1.{zone}. admin.{zone}. 1 3600 600 86400 60")
    records = [line.split(" ", 2) for line in lines]
    kind = dns.rdatatype.to_text(question.rdtype)
    if not question.name.is_subdomain(dns.name.from_text(zone)):
        reply.set_rcode(dns.rcode.REFUSED)
    elif kind == "SOA" and question.name == soa.name:
        reply.answer.append(soa)
    else:
        found = [one for one in records if dns.name.from_text(one[0]) == question.name and one[1] in (kind, "CNAME")]
        for name, kind, value in found:
            reply.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", kind, value))
        if not found:
            reply.authority.append(soa)
    return reply.to_wire()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Return a function that starts a server of ``example.test`` with some records."""
    running: list[DnsServer] = []

    def start(*lines: str) -> Endpoint:
        server = DnsServer(lambda wire: _answer(wire, lines, "example.test"))
        server.start()
        running.append(server)
        return Endpoint("127.0.0.1", server.port)

    yield start
    for server in running:
        server.stop()


@pytest.mark.parametrize(
    ("text", "endpoint"),
    [
        ("192.0.2.53", Endpoint("192.0.2.53", 53)),
        (" 192.0.2.53:5353 ", Endpoint("192.0.2.53", 5353)),
        ("2001:DB8::53", Endpoint("2001:db8::53", 53)),
        ("[2001:db8::53]:5353", Endpoint("2001:db8::53", 5353)),
        ("[2001:db8::53]", Endpoint("2001:db8::53", 53)),
    ],
)
def test_addresses_are_read_with_and_without_a_port(text: str, endpoint: Endpoint) -> None:
    assert parse_endpoint(text) == endpoint
    assert parse_endpoint(str(endpoint)) == endpoint


@pytest.mark.parametrize("text", ["ns1.example.com", "", "192.0.2.53:dns", "192.0.2.300"])
def test_a_text_that_is_not_an_address_is_refused(text: str) -> None:
    with pytest.raises(DnsError, match="is not the address of a DNS server"):
        parse_endpoint(text)


def test_the_zone_and_its_servers_are_found_through_queries(serve: Serve) -> None:
    knows_zone = serve(
        "example.test NS ns2.example.test.", "example.test NS ns1.example.test.", "ns1.example.test A 192.0.2.1"
    )
    knows_address = serve("ns2.example.test A 192.0.2.2", "ns2.example.test AAAA 2001:db8::2")
    directories = [Directory([knows_zone]), Directory([knows_address])]

    assert directories[0].zone_of("_dnsauth.www.Example.Test") == "example.test"
    assert [str(server) for server in servers_of("example.test", directories)] == [
        "ns1.example.test (192.0.2.1)",
        "ns2.example.test (192.0.2.2, 2001:db8::2)",
    ]


def test_the_error_for_an_unknown_zone_says_what_to_set(serve: Serve) -> None:
    directory = Directory([serve()], timeout=2)
    with pytest.raises(DnsError, match="add it to dcv_zones"):
        directory.zone_of("www.example.org")
    with pytest.raises(DnsError, match="list them in dcv_authoritative_servers"):
        directory.names_of_servers("example.test")


def test_values_that_a_server_does_not_return_are_missing(serve: Serve) -> None:
    whole = NameServer(
        "",
        (
            serve(
                f'{TXT["name"]} TXT "other"',
                f'{TXT["name"]} TXT "to" "ken"',
                f"{CNAME['name']} CNAME token.DCV.digicert.com.",
            ),
        ),
    )
    old = NameServer("ns2", (serve(f"{TXT['name']} TXT old", f"{CNAME['name']} CNAME old.dcv.digicert.com."),))
    empty = NameServer("ns3", (serve(),))

    assert missing_from(whole, [TXT, CNAME]) == []
    assert [(one.kind, one.answers, one.detail) for one in missing_from(old, [TXT, CNAME])] == [
        ("TXT", ("old",), "answers with old"),
        ("CNAME", ("old.dcv.digicert.com",), "answers with old.dcv.digicert.com"),
    ]
    (missing,) = missing_from(empty, [TXT])
    assert missing.as_dict()["message"] == (
        f"{empty} answers without it; the expected TXT record of _dnsauth.www.example.test is token"
    )


def test_records_that_nobody_asked_for_do_not_count() -> None:
    name = dns.name.from_text(str(TXT["name"]))

    def answer(wire: bytes) -> bytes:
        reply = dns.message.make_response(dns.message.from_wire(wire))
        reply.answer.append(dns.rrset.from_text("other.example.test.", 60, "IN", "TXT", "token"))
        reply.answer.append(dns.rrset.from_text(name, 60, "IN", "A", "192.0.2.1"))
        return reply.to_wire()

    server = DnsServer(answer)
    server.start()
    try:
        (missing,) = missing_from(NameServer("", (Endpoint("127.0.0.1", server.port),)), [TXT])
    finally:
        server.stop()
    assert (missing.answers, missing.detail) == ((), "answers without it")


def test_a_delegated_name_a_refusal_and_silence_are_distinguished(serve: Serve) -> None:
    delegated = NameServer("ns", (serve(f"{TXT['name']} CNAME www.validation.test."),))
    (missing,) = missing_from(delegated, [TXT])
    assert missing.detail == "answers that the name is a CNAME of www.validation.test (see dcv_delegations)"

    (missing,) = missing_from(delegated, [{**TXT, "name": "_dnsauth.example.org"}])
    assert missing.detail == "answers REFUSED"

    unknown = NameServer("ns9.example.test", ())
    assert [one.detail for one in missing_from(unknown, [TXT, CNAME])] == ["has no address that can be found"] * 2

    # the discard port, on which nothing listens
    silent = NameServer("ns8", (Endpoint("127.0.0.1", 9),))
    assert all(one.detail.startswith("does not answer (") for one in missing_from(silent, [TXT, CNAME]))
    reachable = NameServer("ns", (Endpoint("127.0.0.1", 9), serve(f"{TXT['name']} TXT token")))
    assert missing_from(reachable, [TXT]) == []


class TestResponsibleServers:
    def test_servers_that_are_given_are_asked_for_everything(self) -> None:
        ((servers, sets),) = responsible([TXT, CNAME], servers=["192.0.2.1", "192.0.2.2:5353"])
        assert [str(server) for server in servers] == ["192.0.2.1", "192.0.2.2:5353"]
        assert sets == [TXT, CNAME]

    def test_otherwise_they_are_those_of_the_zones(self, serve: Serve) -> None:
        server = serve("example.test NS ns1.example.test.", "ns1.example.test A 192.0.2.1")
        inner = {**TXT, "name": "_dnsauth.Dmz.Example.Test."}
        found = responsible([TXT, inner, CNAME], resolvers=[str(server)])
        assert [([str(one) for one in servers], sets) for servers, sets in found] == [
            (["ns1.example.test (192.0.2.1)"], [TXT, inner, CNAME])
        ]
        with pytest.raises(DnsError, match=r"zone dmz\.example\.test cannot be found"):
            responsible([TXT, inner], resolvers=[str(server)], zones=["dmz.example.test"])

    def test_a_primary_that_the_zone_does_not_name_is_asked_as_well(self, serve: Serve) -> None:
        hidden = serve("example.test NS ns1.example.test.", "ns1.example.test A 192.0.2.1")
        ((servers, _sets),) = responsible([TXT], primary=str(hidden))
        assert [str(server) for server in servers] == [str(hidden), f"ns1.example.test (192.0.2.1:{hidden.port})"]

    def test_a_primary_that_the_zone_names_is_asked_once(self, serve: Serve) -> None:
        named = serve("example.test NS ns1.example.test.", "ns1.example.test A 127.0.0.1", f"{TXT['name']} TXT other")
        asked = responsible([TXT], primary=str(named))
        (missing,) = missing_from_all(asked)
        assert (missing.server, missing.answers) == (f"ns1.example.test ({named})", ("other",))

    def test_a_primary_without_other_servers_is_the_only_one(self, serve: Serve) -> None:
        alone = serve(f"{TXT['name']} TXT token")
        asked = responsible([TXT], primary=str(alone))
        assert [[str(server) for server in servers] for servers, _sets in asked] == [[str(alone)]]
        assert missing_from_all(asked) == []


def test_a_machine_without_resolvers_is_told_which_variable_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    def without(_resolver: object, _path: object) -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver.Resolver, "read_resolv_conf", without)
    with pytest.raises(DnsError, match=r"This machine has no resolver \(.*\): set dcv_resolvers\."):
        responsible([TXT])
