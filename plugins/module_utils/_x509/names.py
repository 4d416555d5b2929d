# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Host names in certificates: one spelling, one comparison.

The rules are those of RFC 1123 section 2.1 (labels), RFC 5890 (A-labels) and RFC 6125 section 6.4.3 (wildcards).
"""

from __future__ import annotations

import ipaddress
import re
import typing as t

_LABEL = re.compile(r"^(?!-)[a-z0-9-]{1,63}(?<!-)$")
_PORT = re.compile(r"[^:]+:[0-9]+")
_LONGEST_NAME = 253
LONGEST_COMMON_NAME = 64
"""RFC 5280, appendix A.1: ub-common-name."""


class InvalidNameError(ValueError):
    """A name that no public certificate can contain; the text says why."""


def _to_a_labels(name: str) -> str:
    """Return the ASCII form of an internationalised name, by IDNA 2008. Raises InvalidNameError."""
    if name.isascii():
        return name.lower()
    try:
        import idna  # controllers have it; hosts are given names in ASCII
    except ImportError:
        raise InvalidNameError(
            f"{name!r} has letters beyond ASCII, for which the Python library idna is needed. Install it, or write the "
            "name with A-labels (xn--...)"
        ) from None
    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except (UnicodeError, ValueError):
        raise InvalidNameError(f"{name!r} is not a host name: IDNA 2008 does not allow one of its characters") from None


def to_ascii(name: str) -> str:
    """Return a name without letters beyond ASCII; what is no host name stays as it is. Raises InvalidNameError."""
    return name if name.isascii() else normalise(name)


def in_unicode(name: str) -> str:
    """Return a normalised name with its A-labels in their own alphabet; other labels stay as they are."""
    return ".".join(_to_u_label(label) for label in name.split("."))


def _to_u_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        import idna

        return idna.decode(label)
    except (ImportError, UnicodeError, ValueError):
        return label


def normalise(name: str) -> str:
    """Return the one spelling of a host name: lower case, A-labels, no trailing dot.

    A leading ``*.`` is kept. Raises InvalidNameError if the name is not a host name with at least two labels.
    """
    text = name.strip().rstrip(".\u3002\uff0e\uff61")
    wildcard = text.startswith("*.")
    host = text[2:] if wildcard else text
    other = _what_else(host)
    if other:
        raise InvalidNameError(f"{name!r} is not a host name, but {other}")
    host = _to_a_labels(host)
    labels = host.split(".")
    if len(host) > _LONGEST_NAME:
        raise InvalidNameError(f"{name!r} is not a host name: it is longer than {_LONGEST_NAME} characters")
    for label in labels:
        if not _LABEL.match(label):
            raise InvalidNameError(
                f"{name!r} is not a host name: {label!r} must be 1 to 63 letters, digits and inner hyphens"
            )
    if len(labels) < 2:
        raise InvalidNameError(f"{name!r} is not a fully qualified host name")
    if labels[-1].isdigit():
        raise InvalidNameError(f"{name!r} is not a host name, but an IP address")
    return f"*.{host}" if wildcard else host


def _what_else(text: str) -> str | None:
    """Return what people give instead of a host name, with its article, or None if it may be one."""
    if not text:
        return "empty"
    if "://" in text:
        return "a URL"
    if "@" in text:
        return "an e-mail address"
    if any(char in ",;" or char.isspace() for char in text):
        return "a text with blanks or commas, perhaps a list of several names"
    if _is_address(text.strip("[]")):
        return "an IP address"
    if _PORT.fullmatch(text):
        return "a name with a port"
    return "a name with a path" if "/" in text else None


def common_name_problem(common_name: str) -> str | None:
    """Return why a normalised name cannot be the common name of a certificate, or None."""
    length = len(common_name)
    if length <= LONGEST_COMMON_NAME:
        return None
    return f"the common name '{common_name}' has {length} characters, and a certificate allows {LONGEST_COMMON_NAME}"


def normalise_all(names: t.Iterable[str]) -> tuple[str, ...]:
    """Normalise names and drop duplicates; the order stays."""
    return tuple(dict.fromkeys(normalise(name) for name in names))


def normalise_leniently(names: t.Iterable[str]) -> tuple[str, ...]:
    """Normalise the names of an answer or a certificate; one that is not a host name is only put in lower case."""
    found: dict[str, None] = {}
    for name in names:
        try:
            found[normalise(name)] = None
        except InvalidNameError:
            if name.strip():
                found[name.strip().lower()] = None
    return tuple(found)


def are_host_names(names: t.Iterable[str]) -> bool:
    """Return whether each of these names is a valid host name, or an address."""
    return all(map(_is_host_name, names))


def _is_host_name(name: str) -> bool:
    try:
        normalise(name)
    except InvalidNameError:
        return _is_address(name)
    return True


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip())
    except ValueError:
        return False
    return True


def without_wildcard(name: str) -> str:
    """Return the domain that is validated for a name: ``*.example.com`` is validated as ``example.com``."""
    return name.removeprefix("*.")


def _ca_may_add(requested: t.Iterable[str]) -> set[str]:
    """Return the names that a CA may add on its own: the other name of a ``www`` pair, the base of a wildcard."""
    added: set[str] = set()
    for name in requested:
        base = without_wildcard(name)
        added.add(base)
        added.add(base[4:] if base.startswith("www.") else f"www.{base}")
    return added


def is_www_pair(names: t.Iterable[str]) -> bool:
    """Whether the normalised names are exactly one name, and the same name with ``www.`` in front."""
    found = sorted(set(names), key=len)
    return len(found) == 2 and found[1] == f"www.{found[0]}"


def www_twins(name: str) -> set[str]:
    """Return a normalised name, and the other name of its ``www`` pair."""
    base = without_wildcard(name)
    return {name, base[4:] if base.startswith("www.") else f"www.{base}"}


def missing_names(requested: t.Iterable[str], present: t.Iterable[str]) -> list[str]:
    """Return the requested names that are not present, sorted. All names must be normalised."""
    return sorted(set(requested) - set(present))


def surplus_names(requested: t.Iterable[str], present: t.Iterable[str]) -> list[str]:
    """Return the names that are present, but neither requested nor added by the CA on its own, sorted."""
    requested = set(requested)
    return sorted(set(present) - requested - _ca_may_add(requested))


def covers(pattern: str, name: str) -> bool:
    """Whether a name in a certificate covers a host name; a wildcard stands for exactly one label."""
    if pattern == name:
        return True
    return pattern.startswith("*.") and "." in name and name.split(".", 1)[1] == pattern[2:] and name[0] != "*"
