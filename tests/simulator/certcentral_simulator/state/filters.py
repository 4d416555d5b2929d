# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters of lists as SQL conditions with their values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from certcentral_simulator.errors import Refusal
from certcentral_simulator.rules.kinds import natural_number
from certcentral_simulator.rules.listing import Condition
from certcentral_simulator.state.work import Work

Clause = tuple[str, list[object]]
Filter = Callable[[Condition], Clause]


def where(work: Work, conditions: Iterable[Condition], filters: Mapping[str, Filter], first: Sequence[str]) -> Clause:
    """All conditions together.

    :param filters: what each documented property does.
    :param first: conditions without values that apply to every list of this kind.
    :raises Refusal: a property is not documented, and the switch says that this is refused.
    """
    clauses, values = list(first), list[object]()
    for condition in conditions:
        build = filters.get(condition.property)
        if build is None:
            unknown_filter(work)
            continue
        clause, more = build(condition)
        clauses.append(clause)
        values += more
    return " AND ".join(clauses), values


def unknown_filter(work: Work) -> None:
    """Refuse an undocumented property, or ignore it.

    :raises Refusal: the switch says that it is refused.
    """
    if work.switches.text("unknown_filter") == "refuse":
        raise Refusal("filter_unknown")


def either(parts: Iterable[Clause]) -> Clause:
    """Any of several conditions."""
    found = list(parts)
    return f"({' OR '.join(clause for clause, _values in found)})", [value for _clause, more in found for value in more]


def one_of(column: str, values: Sequence[object]) -> Clause:
    """The column has one of the values."""
    return f"{column} IN ({', '.join('?' for _number in values)})", list(values)


def texts(column: str) -> Filter:
    """A filter for a column with texts."""
    return lambda condition: one_of(column, condition.values)


def numbers(column: str) -> Filter:
    """A filter for a column with numbers; what is no number finds nothing."""
    return lambda condition: one_of(column, [natural_number(value) for value in condition.values])


def search(*columns: str) -> Filter:
    """The text itself, or what contains it if it has a percent sign (D); upper and lower case are the same."""
    return lambda condition: either(_matching(column, value) for value in condition.values for column in columns)


def containing(*columns: str) -> Filter:
    """What contains the text."""
    return lambda condition: either(_matching(column, f"%{value}") for value in condition.values for column in columns)


def active(column: str) -> Filter:
    """The words active and inactive, for a column with a flag."""
    words = {"active": 1, "inactive": 0}
    return lambda condition: one_of(column, [words[value] for value in condition.values if value in words])


def custom_field(settings: str, key: str) -> Filter:
    """The custom fields of an order, by id or by value."""

    def build(condition: Condition) -> Clause:
        fields = f"json_each({settings}, '$.custom_fields') f"
        inner = f"EXISTS (SELECT 1 FROM {fields} WHERE json_extract(f.value, '$.{key}') = ?)"
        if key == "value":
            return either((inner, [value]) for value in condition.values)
        return either((inner, [natural_number(value)]) for value in condition.values)

    return build


def of_order(build: Filter) -> Filter:
    """A filter on the order that a row belongs to."""

    def wrapped(condition: Condition) -> Clause:
        clause, values = build(condition)
        return f"order_id IN (SELECT orders.id FROM orders WHERE {clause})", values

    return wrapped


def _matching(column: str, text: str) -> Clause:
    word = text.lower()
    if "%" not in word:
        return f"lower({column}) = ?", [word]
    escaped = word.strip("%").replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"lower({column}) LIKE ? ESCAPE '\\'", [f"%{escaped}%"]
