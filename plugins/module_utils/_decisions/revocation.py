# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What follows from the revocation of an installed certificate.

``found`` is an entry of ``digicert_host_certificate_info``, to which ``revocation`` is added: None, or a dictionary
with ``revoked_at`` and ``reason``.
"""

from __future__ import annotations

import datetime as dt
import typing as t
from collections.abc import Mapping

Entry = Mapping[str, t.Any]

_COMPROMISED = ("keyCompromise", "cACompromise", "aACompromise")


def with_revocation(request: Entry, found: Entry, revoked_at: dt.datetime, reason: str | None) -> dict[str, t.Any]:
    """Return the entry of a host whose certificate is revoked: it needs a new one, whatever else it needs."""
    revocation = {"revoked_at": revoked_at.isoformat(), "reason": reason}
    others = found["reasons"] if found["needs"] == "certificate" else []
    revoked = {**found, "needs": "certificate", "revocation": revocation, "certificate_pem": None, "chain_pem": None}
    return {**revoked, "reasons": [revoked_reason(revocation) + _about_the_key(request, revoked), *others]}


def revoked_reason(revocation: Entry) -> str:
    """Return that a certificate is revoked, when and why."""
    moment = dt.datetime.fromisoformat(revocation["revoked_at"])
    why = f"reason {revocation['reason']}" if revocation["reason"] else "without a reason"
    return f"the certificate was revoked on {moment:%Y-%m-%d at %H:%M} UTC, {why}"


def is_revoked(found: Entry) -> bool:
    """Return whether the installed certificate is revoked."""
    return found.get("revocation") is not None


def is_key_compromised(found: Entry) -> bool:
    """Return whether the installed key may never be used again."""
    revocation = found.get("revocation")
    return revocation is not None and revocation["reason"] in _COMPROMISED


def _about_the_key(request: Entry, found: Entry) -> str:
    """Return why a key is not used again although that is requested."""
    is_refused = request["key_reuse"] and is_key_compromised(found)
    return ": a new key is generated although key_reuse is set" if is_refused else ""


def warning_of(name: str, found: Entry) -> str:
    """Return what a person should know at once about a revoked certificate."""
    return f"{name}: {revoked_reason(found['revocation'])}. It must be replaced."


def unchecked(name: str, problem: str) -> str:
    """Return that nothing is known about the revocation of a certificate, and why."""
    return f"{name}: whether the certificate is revoked was not checked: {problem}"
