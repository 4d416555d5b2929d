# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading ``filters[…]``, ``sort``, ``offset`` and ``limit`` of list requests."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from certcentral_simulator.errors import invalid
from certcentral_simulator.rules.kinds import natural_number

_FILTER = re.compile(r"^filters\[(?P<name>[a-z_]+)\](?:\[(?P<index>\d*)\])?$")
MAXIMUM = 1000


@dataclass(frozen=True)
class Condition:
    """One filter: ``operator`` is ``in``, ``between``, ``>``, ``<``, ``>=`` or ``<=``."""

    property: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Listing:
    """The parameters of a list request. ``sort`` holds pairs of property and whether the order is descending."""

    conditions: tuple[Condition, ...] = ()
    sort: tuple[tuple[str, bool], ...] = ()
    offset: int = 0
    limit: int = MAXIMUM
    limit_given: bool = False
    plain: dict[str, str] = field(default_factory=dict)


def parse_listing(arguments: Iterable[tuple[str, str]]) -> Listing:
    """Read the decoded query arguments; those that are not filters, sort or page go into ``plain``.

    :raises Refusal: offset or limit is not a number.
    """
    values: dict[str, list[str]] = {}
    plain: dict[str, str] = {}
    for name, value in arguments:
        match = _FILTER.match(name)
        if match:
            values.setdefault(match["name"], []).append(value)
        else:
            plain[name] = value
    sort = tuple(
        (name.lstrip("-"), name.startswith("-"))
        for name in (part.strip() for part in plain.pop("sort", "").split(","))
        if name
    )
    offset = _number(plain.pop("offset", ""), "offset", 0)
    given_limit = plain.pop("limit", "")
    limit = _number(given_limit, "limit", MAXIMUM)
    conditions = tuple(_condition(name, given) for name, given in values.items())
    return Listing(conditions, sort, offset, min(limit, MAXIMUM) or MAXIMUM, bool(given_limit), plain)


def _condition(name: str, given: list[str]) -> Condition:
    if len(given) == 1:
        only = given[0]
        first, dots, last = only.partition("...")
        if dots:
            return Condition(name, "between", (first, last))
        for operator in (">=", "<=", ">", "<"):
            if only.startswith(operator):
                return Condition(name, operator, (only[len(operator) :].strip(),))
    return Condition(name, "in", tuple(given))


def _number(text: str, field_name: str, default: int) -> int:
    if not text:
        return default
    number = natural_number(text)
    if number is None:
        raise invalid(field_name)
    return number
