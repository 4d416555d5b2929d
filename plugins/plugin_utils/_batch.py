# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests of several hosts in one call: which hosts belong to the same account, and which of them makes the call."""

from __future__ import annotations

import hashlib
import hmac
import json
import typing as t
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Connection options, and the variables that the modules read if they are not set.
CONNECTION = {
    "api_key": "DIGICERT_API_KEY",
    "api_url": "DIGICERT_API_URL",
    "ca_path": "DIGICERT_CA_PATH",
    "region": None,
    "validate_certs": None,
    "timeout": None,
    "rate_limit": None,
}
# Strategies with which a task has ended on all hosts before the next one starts. Of others nothing is known.
_LOCKSTEP = frozenset({"linear", "debug", "ansible.builtin.linear", "ansible.builtin.debug"})

Entry = Mapping[str, t.Any]


def account_of(options: Mapping[str, t.Any], environment: Mapping[str, str], run: str) -> str:
    """Return an identifier of the account and the connection, an HMAC with ``run``, so that it may be shown."""
    values = {
        name: options.get(name) if options.get(name) is not None else environment.get(variable or "")
        for name, variable in CONNECTION.items()
    }
    text = json.dumps(values, sort_keys=True, default=str)
    return hmac.new(run.encode(), text.encode(), hashlib.sha256).hexdigest()


def hosts_meet(strategy: str) -> bool:
    """Return whether a task can rely on what the task before it has found on other hosts."""
    return strategy in _LOCKSTEP


@dataclass(frozen=True)
class Share:
    """What one host does: call for ``requests``, or leave that to the host ``handled_by``."""

    handled_by: str
    requests: tuple[Entry, ...] = ()


def share_of(host: str, account: str, prepared: Sequence[Entry], meet: bool) -> Share:
    """Return what a host does: the first host of each account calls for all of its hosts.

    ``prepared`` has an entry with ``host``, ``account`` and ``requests`` for each host. If hosts do not meet, each
    calls for itself.
    """
    # a host without requests may skip the task, so it cannot call for others
    asking = [one for one in prepared if one.get("account") == account and one["requests"]]
    own = [one for one in asking if meet or one["host"] == host]
    leader = own[0]["host"] if own else host
    if leader != host:
        return Share(leader)
    return Share(host, tuple(request for one in own for request in one["requests"]))


def unanswered(requests: Sequence[Entry], message: str) -> list[dict[str, t.Any]]:
    """Return an entry for each request of a call that failed as a whole."""
    nothing = {
        "changed": False,
        "failed": True,
        "msg": message,
        "action": "none",
        "reasons": [],
        "phase": None,
        "is_final": False,
        "blocked_on": [],
        "order_id": None,
        "certificate_id": None,
        "serial_number": None,
        "days_left": None,
        "not_after": None,
        "public_key_fingerprint": None,
        "certificate_pem": None,
        "chain_pem": None,
        "records": [],
        "paid": False,
    }
    return [{"host": request.get("host"), "name": request.get("name"), **nothing} for request in requests]
