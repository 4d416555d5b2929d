# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide where each record of domain control validation is published: provider, name, and record set or file.

Records are those of ``dcv.records[]`` (docs/contracts.md). The result is sorted by provider: DNS
record sets, each written once, and files of web servers.
"""

from __future__ import annotations

import datetime as dt
import re
import typing as t
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .._certcentral.dcv_token import TOKEN, TOKEN_FILE
from .._certcentral.errors import DigicertError, one_line
from .._certcentral.shape import moment
from .._decisions.phase import foreign_domains
from .._x509.names import normalise_leniently

Record = Mapping[str, t.Any]

_DNS = frozenset({"TXT", "CNAME"})
_HTTP = frozenset({"HTTP"})
_ANY = _DNS | _HTTP
# The types of records that each provider of the role dcv can publish.
PUBLISHES: Mapping[str, frozenset[str]] = {
    "http": _HTTP,
    "nsupdate": _DNS,
    "route53": _DNS,
    "azure": _DNS,
    "cloudflare": _DNS,
    "google": _DNS,
    "infoblox": _DNS,
    "hook": _ANY,
    "manual": _ANY,
}

# Variables of the role that can be set for a zone, besides those of its provider.
_ZONE_VARIABLES = frozenset({"dcv_provider", "dcv_zones", "dcv_ttl", "dcv_resolvers", "dcv_authoritative_servers"})

# Paths, names and values come from a service: only tokens, files with tokens and valid names are accepted.
_NAME = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})+")
_TARGET = re.compile(r"(?=.{1,254}$)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?")


_A_TOKEN = "a token: at most 255 characters, which are letters, digits or one of ._~+/=-"
_VALUES = {"CNAME": "a host name, too", "HTTP": _A_TOKEN, "TXT": _A_TOKEN}


class UnpublishableError(Exception):
    """A record or a variable is wrong; the text is one sentence that says what to do."""


@dataclass
class RecordSet:
    """The values that a DNS record set must contain; its other values stay."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)
    domains: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, t.Any]:
        """Return the form that tasks use, with ``owner`` and ``records`` in the notation of a zone file."""
        return {
            "name": self.name,
            "owner": f"{self.name}.",
            "type": self.kind,
            "values": self.values,
            "records": [zone_file_value(self.kind, value) for value in self.values],
            "domains": self.domains,
        }


@dataclass
class Placement:
    """What a provider publishes with one set of variables.

    ``suffix`` is the key of ``dcv_providers`` that selects the provider, or empty for the variables of the role.
    """

    provider: str
    suffix: str
    records: list[dict[str, str | None]] = field(default_factory=list)
    sets: dict[tuple[str, str], RecordSet] = field(default_factory=dict)
    files: list[dict[str, str]] = field(default_factory=list)

    def add(self, record: Record, name: str) -> None:
        """Add a record that is published at ``name``, unless it was added before."""
        kind, value, domain = str(record["type"]), str(record["value"]), _domain(record)
        path = str(record["path"]) if kind == "HTTP" else None
        entry = {"domain": domain, "type": kind, "name": name, "value": value, "path": path}
        if entry in self.records:
            return
        self.records.append(entry)
        if path:
            self.files.append({"name": name, "path": path, "content": value})
            return
        records = self.sets.setdefault((name, kind), RecordSet(name, kind))
        records.values += [value] if value not in records.values else []
        records.domains += [domain] if domain not in records.domains else []

    def as_dict(self) -> dict[str, t.Any]:
        """Return the form that tasks use."""
        return {
            "provider": self.provider,
            "suffix": self.suffix,
            "records": self.records,
            "sets": [records.as_dict() for records in self.sets.values()],
            "files": self.files,
        }

    def conflict(self, records: Iterable[Record]) -> str:
        """Return why records cannot be added, or an empty string: a name has at most one CNAME (RFC 2181 10.1)."""
        for record in records:
            present = self.sets.get((str(record["name"]), "CNAME"))
            if present and record["type"] == "CNAME" and record["value"] not in present.values:
                return _two_tokens(present.name)
        return ""


def zone_file_value(kind: str, value: str) -> str:
    """Return a value in the notation of a zone file: a TXT string in quotation marks, a name with a trailing dot."""
    return f'"{value}"' if kind == "TXT" else f"{value.rstrip('.')}."


def plain_name(name: str) -> str:
    """Return the one spelling of a DNS name: lower case, no trailing dot."""
    return name.strip().rstrip(".").lower()


def longest_suffix(name: str, suffixes: Iterable[str]) -> str | None:
    """Return the longest suffix that the name is equal to or below, as it was given, or None."""
    plain = plain_name(name)
    above = [given for given in suffixes if plain == plain_name(given) or plain.endswith(f".{plain_name(given)}")]
    return max(above, key=lambda given: len(plain_name(given)), default=None)


def _domain(record: Record) -> str:
    return str(record.get("domain") or record["name"])


def _short(value: object) -> str:
    """Return a value for a message, cut if it is longer than anything that can be published."""
    return one_line(str(value)[:300])


def _check_form(record: Record) -> None:
    kind, name, value, path = (record.get(key) for key in ("type", "name", "value", "path"))
    if kind not in _ANY:
        raise UnpublishableError(f"The record '{name}' has the type '{kind}'; use one of {', '.join(sorted(_ANY))}.")
    if kind == "HTTP" and not TOKEN_FILE.fullmatch(str(path or "")):
        raise UnpublishableError(
            f"The record for {_short(name)} has the path '{_short(path or '')}', which is not a file directly in"
            " /.well-known/pki-validation/ whose name has letters, digits, hyphens and underscores, and ends in .txt."
        )
    if not _NAME.fullmatch(str(name)) or not (_TARGET if kind == "CNAME" else TOKEN).fullmatch(str(value)):
        raise UnpublishableError(
            f"The {kind} record '{_short(name)}' cannot be published: the name must be a host name without a trailing"
            f" dot, and the value must be {_VALUES[kind]}."
        )


def _check_age(record: Record, now: dt.datetime) -> None:
    try:
        expires = moment(record.get("expires"), "expires")
    except DigicertError as exc:
        raise UnpublishableError(
            f"The record for {_domain(record)} expires at '{record['expires']}', which is not an ISO 8601 time."
        ) from exc
    if expires and expires <= now:
        raise UnpublishableError(
            f"The token of {_domain(record)} expired at {expires.isoformat()}: get a new one with the module"
            " community.digicert.digicert_dcv and publish it."
        )


def _check_domain(record: Record, names: t.Collection[str]) -> None:
    """Refuse a record for a domain that nobody asked for: it would be published with the credentials of the user."""
    name = plain_name(str(record["name"]))
    domain = plain_name(str(record.get("domain") or name.removeprefix("_dnsauth.")))
    is_below = name == domain or (record["type"] != "HTTP" and name.endswith(f".{domain}"))
    if not is_below or foreign_domains([domain], names):
        raise UnpublishableError(
            f"The record at {name} is for {domain}, which is neither in dcv_names nor a domain above one of them: do"
            " not publish it, and compare the names of the order with the requested ones."
        )


def _target(record: Record, delegations: Mapping[str, str]) -> str:
    """Return the name at which a record is published: the target of its delegation, or its own name."""
    name = plain_name(str(record["name"]))
    target = delegations.get(name)
    if target is None or record["type"] == "HTTP":
        return name
    if record["type"] == "CNAME":
        raise UnpublishableError(
            f"{name} is delegated to {target}, so it already is a CNAME: use the DCV method dns-txt-token for"
            f" {_domain(record)}."
        )
    if not _NAME.fullmatch(target):
        raise UnpublishableError(f"dcv_delegations maps {name} to '{target}', which is not a host name.")
    return target


def _choose(name: str, provider: str, providers: Mapping[str, Mapping[str, t.Any]]) -> tuple[str, str]:
    suffix = longest_suffix(name, providers)
    if suffix is None:
        return provider, ""
    return str(providers[suffix].get("dcv_provider") or provider), suffix


def where(
    record: Record, provider: str, providers: Mapping[str, Mapping[str, t.Any]], delegations: Mapping[str, str]
) -> tuple[str, str, str]:
    """Return the name at which a record is published, its provider, and the suffix that selects the provider.

    Raises UnpublishableError.
    """
    targets = {plain_name(name): plain_name(str(target)) for name, target in delegations.items()}
    name = _target(record, targets)
    return (name, *_choose(name, str(record.get("provider") or provider), providers))


def check_providers(
    providers: Mapping[str, Mapping[str, t.Any]],
    provider: str,
    known: Sequence[str] | None = None,
    others: Iterable[str] = (),
) -> None:
    """Refuse entries of ``dcv_providers`` with an unknown provider, or with variables that do not belong to it.

    ``known`` lists the variables of the role; without it only the prefixes are checked. ``others`` are the providers
    that records choose themselves.
    """
    for suffix, own in providers.items():
        if not isinstance(own, Mapping):
            raise UnpublishableError(f"dcv_providers: {suffix} must be a mapping of variables such as dcv_provider.")
        chosen = str(own.get("dcv_provider") or provider)
        if chosen not in PUBLISHES:
            raise UnpublishableError(
                f"dcv_providers: {suffix} has the unknown provider '{chosen}'; use one of {', '.join(PUBLISHES)}."
            )
        possible = (chosen,) if own.get("dcv_provider") else (chosen, *others)
        prefixes = tuple(f"dcv_{one}_" for one in possible)
        odd = [
            variable
            for variable in own
            if not (variable in _ZONE_VARIABLES or variable.startswith(prefixes))
            or (known is not None and variable not in known)
        ]
        if odd:
            raise UnpublishableError(
                f"dcv_providers: {suffix} sets {', '.join(sorted(odd))}, "
                f"which cannot be set for the provider '{chosen}'."
            )


def _check_kind(record: Record, provider: str) -> None:
    if provider not in PUBLISHES:
        raise UnpublishableError(
            f"The record for {_domain(record)} has the unknown provider '{provider}'; use one of"
            f" {', '.join(PUBLISHES)}."
        )
    if record["type"] not in PUBLISHES[provider]:
        raise UnpublishableError(
            f"The provider '{provider}' publishes records of the type {' or '.join(sorted(PUBLISHES[provider]))}, but"
            f" {_domain(record)} needs {record['type']}. Choose another provider, or another DCV method for the order."
        )


def _two_tokens(name: str) -> str:
    return (
        f"Two tokens need a CNAME at {name}, and a name has only one: validate them one at a time, or use the DCV"
        " method dns-txt-token."
    )


def _check_sets(placements: Iterable[Placement]) -> None:
    for placement in placements:
        for records in placement.sets.values():
            # RFC 2181 section 10.1: a name has at most one CNAME.
            if records.kind == "CNAME" and len(records.values) > 1:
                raise UnpublishableError(_two_tokens(records.name))


def instructions(records: Sequence[Record]) -> list[str]:
    """Return what a person has to publish, one line for each record."""
    width = max((len(str(record["name"])) for record in records), default=0)
    lines = []
    for record in records:
        place_of = (
            f"http://{record['name']}{record['path']}" if record["type"] == "HTTP" else record["name"].ljust(width)
        )
        lines.append(f"{record['type']:5}  {place_of}  {record['value']}")
    return lines


def record_sets(records: Iterable[Record]) -> list[dict[str, t.Any]]:
    """Return the DNS record sets of records that are published at their own names. Raises UnpublishableError."""
    placement = Placement("", "")
    for record in records:
        _check_form(record)
        _check_kind(record, "nsupdate")
        placement.add(record, plain_name(str(record["name"])))
    _check_sets([placement])
    found: list[dict[str, t.Any]] = placement.as_dict()["sets"]
    return found


def place(
    records: Iterable[Record],
    *,
    provider: str,
    providers: Mapping[str, Mapping[str, t.Any]],
    delegations: Mapping[str, str],
    now: dt.datetime | None,
    names: Iterable[str] = (),
) -> list[Placement]:
    """Sort records by the provider that publishes them, in their order.

    The longest matching suffix in ``providers`` selects the provider. For all other names it is the one in the record,
    or else ``provider``. If there are ``names``, records of other domains are refused. Tokens that expired before
    ``now`` are refused; to remove records, omit ``now``. Raises UnpublishableError.
    """
    allowed = normalise_leniently(names)
    placements: dict[tuple[str, str], Placement] = {}
    for record in records:
        _check_form(record)
        if allowed:
            _check_domain(record, allowed)
        if now is not None:
            _check_age(record, now)
        name, chosen, suffix = where(record, provider, providers, delegations)
        _check_kind(record, chosen)
        placements.setdefault((chosen, suffix), Placement(chosen, suffix)).add(record, name)
    found = list(placements.values())
    _check_sets(found)
    return found
