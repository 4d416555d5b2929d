# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the variables of the role dcv that apply to a placement, and compare those of hosts without revealing them."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import typing as t
from collections.abc import Callable, Mapping

from . import _batch

Variables = Mapping[str, t.Any]

# Variables that apply to each provider.
_COMMON = ("dcv_zones", "dcv_ttl", "dcv_resolvers", "dcv_authoritative_servers")
_WAITING = ("dcv_wait", "dcv_wait_timeout", "dcv_wait_interval")
# The providers for which one host can publish for others: nothing about them depends on the host.
_SHARED = frozenset({"nsupdate", "route53", "azure", "cloudflare", "google", "infoblox"})
# Made in the main process of Ansible, from which all others are forked. If they were not, no host would share anything.
_SALT = secrets.token_bytes(32)


def settings_of(
    placement: Mapping[str, t.Any], variables: Variables, template: Callable[[t.Any], t.Any]
) -> dict[str, t.Any]:
    """Return the variables that apply to a placement: those in dcv_providers, or else those of the role."""
    suffix = placement["suffix"]
    own = (template(variables["dcv_providers"]) or {})[suffix] if suffix else {}
    prefix = f"dcv_{placement['provider']}_"
    names = [name for name in variables if name.startswith(prefix) or name in (*_COMMON, *_WAITING)]
    return {name: own[name] if name in own else template(variables[name]) for name in names}


def is_shared(provider: str) -> bool:
    """Return whether one host can publish for others."""
    return provider in _SHARED


def fingerprint(*values: t.Any) -> str:
    """Return a text that is equal for equal values in this run of Ansible, and from which nothing can be guessed."""
    text = json.dumps(values, sort_keys=True, default=str)
    return hmac.new(_SALT, text.encode("utf-8"), hashlib.sha256).hexdigest()


def hosts_meet(task: t.Any) -> bool:
    """Return whether all hosts of a batch run each task together, so that each of them sees the results of the others.

    If it is not known, they do not.
    """
    try:
        return _batch.hosts_meet(str(task.get_play().strategy))
    except AttributeError:
        return False
