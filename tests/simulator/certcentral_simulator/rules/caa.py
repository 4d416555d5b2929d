# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CAA records (RFC 8659): which records apply to a name, and whether they permit this CA to issue."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from certcentral_simulator.rules.names import is_wildcard, strip_wildcard

_CRITICAL = 128
_KNOWN_TAGS = {"issue", "issuewild", "iodef", "contactemail", "contactphone", "issuemail", "issuevmc"}


@dataclass(frozen=True)
class CaaRecord:
    """One CAA record."""

    flags: int
    tag: str
    value: str


def places(name: str) -> list[str]:
    """Where to look for records: the domain itself, then each parent domain; the first set found counts."""
    labels = strip_wildcard(name).split(".")
    return [".".join(labels[start:]) for start in range(len(labels))]


def permits(records: Sequence[CaaRecord], name: str, identifiers: Collection[str]) -> bool:
    """Whether the record set of a name permits the CA with these identifiers to issue.

    Without records that restrict issuing, any CA may issue.
    """
    if any(record.flags & _CRITICAL and record.tag.lower() not in _KNOWN_TAGS for record in records):
        return False
    wild = list(_issuers(records, "issuewild"))
    issuers = wild if is_wildcard(name) and wild else list(_issuers(records, "issue"))
    return not issuers or any(issuer in identifiers for issuer in issuers)


def _issuers(records: Iterable[CaaRecord], tag: str) -> Iterable[str]:
    # Parameters follow a semicolon; an empty issuer permits no CA.
    return (record.value.partition(";")[0].strip().lower() for record in records if record.tag.lower() == tag)
