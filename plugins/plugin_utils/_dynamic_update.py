# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Change record sets with dynamic updates (RFC 2136), signed with a TSIG key (RFC 8945): one message for each zone."""

from __future__ import annotations

import binascii
import typing as t
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..module_utils._dcv.publication import UnpublishableError, longest_suffix, plain_name
from ..module_utils._dcv.zone_update import NO_CNAME, THIS_CNAME, UNUSED, Change, FoundSet, change_of, is_done, names_of
from ._name_servers import DnsError, Endpoint, reason_of

try:
    import dns.exception
    import dns.flags
    import dns.message
    import dns.name
    import dns.query
    import dns.rcode
    import dns.rdatatype
    import dns.tsig
    import dns.tsigkeyring
    import dns.update
except ImportError:
    # _name_servers.HAS_DNSPYTHON is false then, and nothing here is called
    pass

RecordSets = Sequence[Mapping[str, t.Any]]

# How often a zone is read again because somebody changed it between reading and writing.
_ATTEMPTS = 3
# A message has at most 64 KiB, which is more than this many record sets need.
_SETS_IN_A_MESSAGE = 100
# The conditions of an update did not hold (RFC 2136 section 2.2).
_CHANGED_MEANWHILE = ("YXDOMAIN", "YXRRSET", "NXRRSET", "NXDOMAIN")


class UnreadableError(DnsError):
    """A record set exists, but the server does not return it."""


@dataclass(frozen=True)
class TsigKey:
    """A TSIG key; the secret is in Base64."""

    name: str
    secret: str
    algorithm: str

    def keyring(self) -> t.Any:
        """Return it as dnspython takes it. Raises DnsError."""
        try:
            return dns.tsigkeyring.from_text({self.name: self.secret})
        except (binascii.Error, ValueError, dns.exception.DNSException):
            # the cause would contain the secret
            raise DnsError(f"The secret of the TSIG key {self.name} is not valid Base64.") from None


class Primary:
    """The primary server of zones. Queries are signed as well, because a server may choose its view by the key."""

    def __init__(
        self, endpoint: Endpoint, key: TsigKey | None = None, *, protocol: str = "tcp", timeout: float = 10.0
    ) -> None:
        """Use the server at ``endpoint``; an answer may take ``timeout`` seconds."""
        self._endpoint = endpoint
        self._key = key
        self._keyring = key.keyring() if key else None
        self._timeout = timeout
        self._transport: Callable[..., t.Any] = dns.query.udp if protocol == "udp" else dns.query.tcp

    def __str__(self) -> str:
        return str(self._endpoint)

    def _exchange(self, message: t.Any, about: str) -> t.Any:
        if self._key:
            algorithm = _algorithm(self._key.algorithm)
            message.use_tsig(self._keyring, keyname=dns.name.from_text(self._key.name), algorithm=algorithm)
        try:
            answer = self._transport(message, self._endpoint.address, port=self._endpoint.port, timeout=self._timeout)
        except (OSError, EOFError, ValueError, dns.exception.DNSException) as exc:
            said = f"TSIG update error ({type(exc).__name__})" if _is_tsig(exc) else reason_of(exc)
            raise DnsError(
                f"The DNS server {self} did not accept the query for {about}: {said}. Check that dcv_nsupdate_server"
                " and dcv_nsupdate_port can be reached from the controller, and check the TSIG key."
            ) from exc
        # RFC 8945 section 5.3: the answer to a signed message is signed; another one may be from anybody
        if self._key and not answer.had_tsig:
            raise DnsError(
                f"The answer of the DNS server {self} to the query for {about} is not signed with the TSIG key"
                f" {self._key.name}, so it is not used. Check that the server has this key."
            )
        return answer

    def _ask(self, name: str, kind: str) -> t.Any:
        query = dns.message.make_query(f"{name}.", kind)
        query.flags &= ~dns.flags.RD
        return self._exchange(query, name)

    def zone_of(self, name: str) -> str:
        """Return the zone in which the server has a name. Raises DnsError."""
        labels = name.split(".")
        for parent in (".".join(labels[number:]) for number in range(len(labels))):
            answer = self._ask(parent, "SOA")
            for records in (*answer.answer, *answer.authority):
                zone = plain_name(records.name.to_text())
                if records.rdtype == dns.rdatatype.SOA and zone and longest_suffix(name, [zone]):
                    return zone
        raise DnsError(f"The DNS server {self} does not have a zone for {name}: check it, or set dcv_zones.")

    def find(self, zone: str, name: str, kind: str) -> FoundSet:
        """Return what the server has for a record set. Raises DnsError if it keeps existing values to itself."""
        answer = self._ask(name, kind)
        if answer.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
            if self._exists(zone, name, kind):
                raise UnreadableError(
                    f"{name} has {kind} records, but the DNS server {self} does not return them to this controller."
                    " They are left unchanged. Allow queries from here."
                )
            return FoundSet()
        own = [records for records in answer.answer if records.name == dns.name.from_text(f"{name}.")]
        kinds = {dns.rdatatype.to_text(records.rdtype): records for records in own}
        # a wildcard answers for a name without records, which can get records of its own
        if "CNAME" in kinds and not self._exists(zone, name, "CNAME"):
            return FoundSet()
        if kind in kinds:
            return FoundSet(tuple(record.to_text() for record in kinds[kind]), kinds[kind].ttl)
        return FoundSet(cname=kinds["CNAME"][0].target.to_text() if "CNAME" in kinds else "")

    def _exists(self, zone: str, name: str, kind: str) -> bool:
        """Return whether a record set exists, by an update that only has this condition."""
        update = dns.update.UpdateMessage(zone)
        update.present(f"{name}.", kind)
        code = dns.rcode.to_text(self._exchange(update, name).rcode())
        if code not in ("NOERROR", "NXRRSET"):
            raise DnsError(self._refusal(f"{name}.", code))
        return code == "NOERROR"

    def _refusal(self, names: str, code: str) -> str:
        return (
            f"The DNS server {self} refuses an update of {names}: {code}. Check the TSIG key, its permissions, and"
            " that the server is the primary of the zone."
        )

    def send(self, zone: str, changes: Sequence[Change]) -> bool:
        """Send changes in one message; return whether their conditions were true. Raises DnsError if it is refused."""
        update = dns.update.UpdateMessage(zone)
        for change in changes:
            _add(update, change)
        code = dns.rcode.to_text(self._exchange(update, names_of(changes)).rcode())
        if code in _CHANGED_MEANWHILE:
            return False
        if code != "NOERROR":
            raise DnsError(self._refusal(names_of(changes), code))
        return True


def _algorithm(name: str) -> t.Any:
    """Return the name of an algorithm as TSIG has it."""
    return dns.tsig.HMAC_MD5 if name == "hmac-md5" else dns.name.from_text(name)


def _is_tsig(problem: Exception) -> bool:
    kinds = (dns.tsig.PeerError, dns.tsig.BadSignature, dns.tsig.BadKey, dns.tsig.BadTime, dns.message.UnknownTSIGKey)
    return isinstance(problem, kinds)


def _add(update: t.Any, change: Change) -> None:
    """Add a change and its condition to an update."""
    owner = f"{change.name}."
    if change.requires == NO_CNAME:
        update.absent(owner, "CNAME")
    elif change.requires == UNUSED:
        update.absent(owner)
    elif change.requires == THIS_CNAME:
        update.present(owner, "CNAME", change.expected)
    for value in change.remove:
        update.delete(owner, change.kind, value)
    for value in change.add:
        update.add(owner, change.ttl, change.kind, value)


def _decide(primary: Primary, zone: str, sets: RecordSets, state: str, ttl: int) -> list[Change]:
    """Read record sets and return the changes that they need."""
    wanted = (
        change_of(one, primary.find(zone, str(one["name"]), str(one["type"])), state=state, ttl=ttl) for one in sets
    )
    return [change for change in wanted if change]


def _verify(primary: Primary, zone: str, sets: RecordSets, changes: Sequence[Change], state: str) -> None:
    """Fail if the server does not have what it accepted."""
    changed = {(change.name, change.kind) for change in changes}
    for one in sets:
        name, kind = str(one["name"]), str(one["type"])
        if (name, kind) not in changed:
            continue
        try:
            found = primary.find(zone, name, kind)
        except UnreadableError:
            # it was not there before, and it is now
            continue
        if not is_done(one, found, state=state):
            raise DnsError(
                f"The DNS server {primary} accepted the update of {name}., but its {kind} records are not changed"
                " accordingly. Check the log of the server."
            )


def _bring(primary: Primary, zone: str, sets: RecordSets, state: str, ttl: int, *, dry: bool) -> list[Change]:
    """Bring record sets of one zone to a state; return what was changed."""
    changes: list[Change] = []
    for _attempt in range(_ATTEMPTS):
        changes = _decide(primary, zone, sets, state, ttl)
        if dry or not changes:
            return changes
        if primary.send(zone, changes):
            _verify(primary, zone, sets, changes, state)
            return changes
    raise UnpublishableError(
        f"The DNS server {primary} has other records at {names_of(changes)}, or somebody else keeps changing them: a"
        " CNAME can only be published at a name without other records."
    )


def _by_zone(primary: Primary, sets: RecordSets, zones: Sequence[str]) -> dict[str, list[Mapping[str, t.Any]]]:
    found: dict[str, list[Mapping[str, t.Any]]] = {}
    for records in sets:
        name = str(records["name"])
        zone = plain_name(longest_suffix(name, zones) or primary.zone_of(name))
        found.setdefault(zone, []).append(records)
    return found


def _portions(sets: RecordSets) -> Iterator[RecordSets]:
    for start in range(0, len(sets), _SETS_IN_A_MESSAGE):
        yield sets[start : start + _SETS_IN_A_MESSAGE]


def bring(
    primary: Primary, sets: RecordSets, *, zones: Sequence[str], state: str, ttl: int, dry: bool = False
) -> dict[str, list[Change]]:
    """Bring record sets to a state with one update for each zone; return the changes by zone.

    With ``dry`` nothing is changed. Raises DnsError or UnpublishableError.
    """
    done: dict[str, list[Change]] = {}
    for zone, members in _by_zone(primary, sets, zones).items():
        done[zone] = []
        for portion in _portions(members):
            done[zone] += _bring(primary, zone, portion, state, ttl, dry=dry)
    return done
