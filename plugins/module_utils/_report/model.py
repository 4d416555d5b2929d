# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The input of a report, and its content. Values only."""

from __future__ import annotations

import datetime as dt
import typing as t
from dataclasses import dataclass

from .._certcentral.model import IssuedCertificate, Order

LEVELS = ("problem", "due", "waiting", "unknown", "ok")
"""How urgent an entry is, most urgent first; ``unknown`` is a host that could not be read."""

PROBLEMS: dict[str, str] = {
    "expired": "the certificate has expired",
    "revoked": "the certificate is revoked, but still in use",
    "served_differs": "the served certificate is not the installed one",
    "not_served": "no certificate is served",
    "not_verified": "the served certificate does not verify",
    "not_installed": "no certificate is installed",
    "differs": "the certificate or key does not match the request",
    "files": "files were changed by hand, or have another owner, group or mode",
    "not_from_account": "the certificate does not belong to this account",
    "no_renewal": "the order can be neither reissued nor renewed",
}
"""All kinds of problems with their meaning, in the order of reports."""


@dataclass(frozen=True)
class SeenCertificate:
    """A certificate as it was found on a host or in a handshake."""

    serial_number: str
    """Hexadecimal, lower case, without leading zeros."""
    common_name: str | None
    names: tuple[str, ...]
    valid_from: dt.date
    valid_till: dt.date
    """The last day, in UTC."""
    public_key: str
    """SHA-256 of the SubjectPublicKeyInfo, hexadecimal."""


@dataclass(frozen=True)
class Handshake:
    """What a service presented."""

    address: str
    port: int
    server_name: str | None
    certificate: SeenCertificate | None
    failure: str | None
    """Why there is no certificate, or why it does not verify; None if all is well."""


@dataclass(frozen=True)
class Place:
    """A request of a host, with what should be there and what is."""

    host: str
    request: str
    path: str
    """The folder that services read, on the host."""
    names: tuple[str, ...]
    product: str
    organization_id: int | None
    container_id: int | None
    renew_before: str
    allow_name_removal: bool
    certificate: SeenCertificate | None
    key: str | None
    """Public-key fingerprint of the key of the next certificate; None if a new key will be generated."""
    needs: str
    """``none``, ``install`` or ``certificate``, as the host reported."""
    reasons: tuple[str, ...]
    failure: str | None
    """Why the host could not be read, or None."""
    handshakes: tuple[Handshake, ...]
    revoked: str | None = None
    """When and why the CA has revoked the certificate; None if it has not, or if nobody asked it."""

    @property
    def seen(self) -> SeenCertificate | None:
        """The certificate in use: the installed one or, if the host could not be read, the served one."""
        if self.certificate is not None:
            return self.certificate
        return next((shown.certificate for shown in self.handshakes if shown.certificate), None)


@dataclass(frozen=True)
class AccountOrder:
    """An order of the account, and what else is known of it."""

    order: Order
    certificates: tuple[IssuedCertificate, ...]
    """All certificates of the order that were read."""
    waits_for: tuple[str, ...]
    """What has to be done before the order is issued, one sentence each."""

    @property
    def is_multi_year(self) -> bool:
        """Whether the order is a Multi-year Plan; the field is a text."""
        return str(self.order.raw.get("is_multi_year_plan", "")).lower() in ("1", "true")


@dataclass(frozen=True)
class NextStep:
    """What the collection will do next, and when."""

    action: str
    """``none``, ``wait``, ``install``, ``reissue``, ``renew`` or ``order``."""
    day: dt.date | None
    """The first day on which a run does it; None if that depends on someone else."""
    text: str
    order_id: int | None = None


@dataclass(frozen=True)
class Problem:
    """Something that is not as it should be."""

    code: str
    """One of PROBLEMS."""
    text: str


@dataclass(frozen=True)
class Entry:
    """A line of a report: a request of a host, or an order that no known host uses."""

    level: str
    host: str | None
    """None if the certificate is not installed on any known host."""
    request: str | None
    path: str | None
    failure: str | None
    common_name: str | None
    names: tuple[str, ...]
    serial_number: str | None
    valid_from: dt.date | None
    valid_till: dt.date | None
    days_left: int | None
    """Days from the day of the report to the last day; negative after it."""
    handshakes: tuple[Handshake, ...]
    order_id: int | None
    order_status: str | None
    product: str | None
    order_valid_till: dt.date | None
    is_multi_year: bool
    next_step: NextStep
    problems: tuple[Problem, ...]

    @property
    def identity(self) -> t.Hashable:
        """What identifies a certificate: several hosts may share one."""
        return self.serial_number or (self.order_id, self.host, self.request)


@dataclass(frozen=True)
class Report:
    """All entries, the most urgent first."""

    title: str
    day: dt.date
    """The day for which the report is made, in UTC."""
    entries: tuple[Entry, ...]

    def count(self, level: str) -> int:
        """Return the number of entries of a level."""
        return sum(entry.level == level for entry in self.entries)

    def problem_counts(self) -> dict[str, int]:
        """Return the number of entries for each kind of problem that occurs."""
        counts = {
            code: sum(any(problem.code == code for problem in entry.problems) for entry in self.entries)
            for code in PROBLEMS
        }
        return {code: count for code, count in counts.items() if count}

    def certificate_count(self) -> int:
        """Return the number of different certificates."""
        return len({entry.serial_number for entry in self.entries if entry.serial_number})
