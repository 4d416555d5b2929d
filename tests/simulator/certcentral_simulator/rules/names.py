# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Host names: validity, the domain that must be validated for a name, and which domain covers which."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from publicsuffixlist import PublicSuffixList

# One label of RFC 1123: letters, digits and inner hyphens, at most 63 characters.
_LABEL = re.compile(r"^(?!-)[a-z0-9-]{1,63}(?<!-)$")

# Top-level domains that are reserved for other uses or not delegated; .example and .test stay usable for tests.
_INTERNAL = {"local", "localhost", "invalid", "internal", "lan", "home", "corp", "intranet"}


def is_host_name(name: str) -> bool:
    """Whether it is a name of at least two labels, in ASCII, possibly with ``*.`` in front."""
    labels = strip_wildcard(name.lower()).split(".")
    if len(labels) < 2 or len(name) > 253:
        return False
    if labels[-1].isdigit():
        return False
    return all(_LABEL.match(label) for label in labels)


def is_internal(name: str) -> bool:
    """Whether the name cannot be in public DNS, so that no public certificate may be issued for it."""
    return name.rpartition(".")[2] in _INTERNAL


def is_wildcard(name: str) -> bool:
    """Whether the name starts with ``*.``."""
    return name.startswith("*.")


def strip_wildcard(name: str) -> str:
    """The domain of a wildcard name; other names are returned unchanged."""
    return name[2:] if is_wildcard(name) else name


def in_unicode(name: str) -> str:
    """The name with its A-labels as U-labels."""
    labels = name.split(".")
    return ".".join(label.encode("ascii").decode("idna") if label.startswith("xn--") else label for label in labels)


def in_ascii(name: str) -> str:
    """The name with its U-labels as A-labels; returned unchanged if this is not possible."""
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return name


def distinct(common_name: str, dns_names: Iterable[str]) -> list[str]:
    """All names of a certificate in lower case, the common name first, without duplicates."""
    return list(dict.fromkeys(name.strip().lower() for name in (common_name, *dns_names) if name.strip()))


def parents(domain: str) -> list[str]:
    """The parent domains with at least two labels, nearest first."""
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(1, len(labels) - 1)]


@cache
def _suffixes() -> PublicSuffixList:
    # Loaded only on demand: reading the list would slow down the start of the simulator.
    return PublicSuffixList(only_icann=True)


def base_domain(domain: str) -> str:
    """The registered domain, one label below the public suffix; for a public suffix, the suffix itself."""
    return _suffixes().privatesuffix(domain) or domain


def is_www_pair(names: Iterable[str]) -> bool:
    """Whether the names are exactly a domain and its www name."""
    first, *rest = sorted(set(names), key=len)
    return rest == [f"www.{first}"]


def www_partner(name: str) -> str:
    """The other name of a www pair."""
    return name[4:] if name.startswith("www.") else f"www.{name}"


def group_by_scope(names: Iterable[str], scope: str) -> dict[str, list[str]]:
    """The domains that must be validated, each with the names that depend on it.

    :param scope: ``fqdn`` for each name itself (a wildcard without ``*.``), ``base_domain`` for the registered domain.
    """
    groups: dict[str, list[str]] = {}
    for name in names:
        domain = strip_wildcard(name)
        groups.setdefault(base_domain(domain) if scope == "base_domain" else domain, []).append(name)
    return groups
