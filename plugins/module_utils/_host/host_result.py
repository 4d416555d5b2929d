# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What digicert_host_certificate reports for one request."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from .files import HostError

Facts = dict[str, t.Any]


@dataclass
class HostResult:
    """What was done for one request, or in check mode would be done. It never contains a private key."""

    action: str = "none"
    reasons: list[str] = field(default_factory=list)
    serial_number: str | None = None
    previous_serial_number: str | None = None
    certificate_pem: str | None = None
    """The certificate in use."""
    needs_reload: bool = False
    interrupted: bool = False
    """Whether a reload was outstanding before this run."""
    only_reports: bool = False
    """Whether nothing is written although something is to be done, which is a reload."""
    csr: str | None = None
    public_key_fingerprint: str | None = None
    key_path: str | None = None
    csr_path: str | None = None
    before: Facts = field(default_factory=dict)
    after: Facts = field(default_factory=dict)
    """Names, owners, modes and serial numbers, for people."""

    @property
    def changed(self) -> bool:
        """Whether anything was changed, or in check mode would be."""
        return self.action != "none" and not self.only_reports


def entry_of(options: t.Mapping[str, t.Any], result: HostResult, problem: HostError | None) -> dict[str, t.Any]:
    """Return the entry of a request in the result of the module."""
    home = f"{options['directory'].rstrip('/')}/{options['name']}"
    return {
        "name": options["name"],
        "changed": result.changed,
        "failed": problem is not None,
        "msg": f"The request {options['name']!r} failed: {problem}." if problem is not None else None,
        "problem": problem.problem if problem is not None else None,
        "action": result.action,
        "reasons": result.reasons,
        "serial_number": result.serial_number,
        "previous_serial_number": result.previous_serial_number,
        "requested_serial_number": None,
        "certificate_pem": result.certificate_pem,
        "path": f"{home}/current",
        "needs_reload": result.needs_reload,
        "interrupted": result.interrupted,
        "csr": result.csr,
        "csr_path": result.csr_path,
        "key_path": result.key_path,
        "public_key_fingerprint": result.public_key_fingerprint,
        "diff": {"before": result.before, "after": result.after},
    }
