# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ways to spoil a correct answer: one value at a time, or as a whole."""

from __future__ import annotations

import copy
import json
import re
import typing as t
from collections.abc import Iterator

Place = tuple[str | int, ...]
"""The keys and indexes that lead to a value."""


class Spoiled(t.NamedTuple):
    """An answer that was changed."""

    what: str
    """What was changed."""
    body: bytes
    is_plausible: bool = False
    """Whether the service might give this answer about something else, so that acting on it is not a guess."""


_LARGE = 5_000_000

WRONG_VALUES: tuple[t.Any, ...] = (
    None,
    "",
    "neither this\nnor that",
    "2026-02-31",
    7,
    -7,
    10**30,
    1.5,
    True,
    [],
    {},
    [None],
    [["a"]],
    {"id": {}},
)
"""Whatever the type of a value, at least one of these is invalid for it."""

WRONG_DATES = ("2026-02-31", "0000-00-00", "31 Feb 2026", "9999-12-31T23:59:59-14:00", "soon")
_LINE = "-----BEGIN CERTIFICATE REQUEST-----"
WRONG_PEMS = (_LINE, f"{_LINE}\nAAAA\n{_LINE.replace('BEGIN', 'END')}\n", "no PEM", "-----BEGIN \x00-----")

WHOLE: tuple[Spoiled, ...] = (
    Spoiled("empty", b""),
    Spoiled("null", b"null"),
    Spoiled("a list", b"[]", is_plausible=True),
    Spoiled("a list of objects", b'[{"id": 1}]'),
    Spoiled("a text", b'"text"'),
    Spoiled("a number", b"7"),
    Spoiled("an empty object", b"{}", is_plausible=True),
    Spoiled("an error with HTTP 200", b'{"errors":[{"code":"access_denied","message":"No."}]}'),
    Spoiled("HTML", b"<!DOCTYPE html><title>Sign in</title>"),
    Spoiled("no text", b"\xff\xfe\x00"),
)

LARGE: tuple[Spoiled, ...] = (
    Spoiled("depth", b"[" * _LARGE),
    Spoiled("blanks", b" " * _LARGE),
    Spoiled("a long text", b'{"id": "' + b"9" * _LARGE + b'"}'),
)


def places(value: t.Any, here: Place = ()) -> Iterator[Place]:
    """Yield the place of every value within; the first entry of a list represents all."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*here, key)
            yield from places(inner, (*here, key))
    elif isinstance(value, list) and value:
        yield (*here, 0)
        yield from places(value[0], (*here, 0))


def _changed(value: t.Any, place: Place, change: t.Callable[[t.Any, str | int], None]) -> bytes:
    spoiled = copy.deepcopy(value)
    holder = spoiled
    for key in place[:-1]:
        holder = holder[key]
    change(holder, place[-1])
    return json.dumps(spoiled).encode()


def _remove(holder: t.Any, key: t.Any) -> None:
    del holder[key]


def _at(value: t.Any, place: Place) -> t.Any:
    for key in place:
        value = value[key]
    return value


def _is_plausible(value: t.Any, place: Place, wrong: t.Any) -> bool:
    """Return whether an empty list, another name or another number at this place is still a plausible answer."""
    present = _at(value, place)
    if isinstance(present, list):
        return wrong in (None, [])
    is_name = bool({"common_name", "dns_names"}.intersection(place)) and isinstance(wrong, (str, int))
    return is_name or (len(place) > 1 and place[-1] == "id" and type(wrong) is type(present))


def _wrong_of_its_kind(value: t.Any, place: Place) -> tuple[str, ...]:
    """Return invalid values that resemble the value at this place, if it is a date or PEM."""
    present = _at(value, place)
    if isinstance(present, str) and re.match(r"\d{4}-\d{2}-\d{2}", present):
        return WRONG_DATES
    if isinstance(present, str) and present.startswith("-----BEGIN"):
        return (*WRONG_PEMS, present[: len(present) // 2], present.replace("M", "N"))
    return ()


def spoil_values(value: t.Any, turn: int, times: int) -> Iterator[Spoiled]:
    """Yield the answer with each value missing, and with each value replaced by ``times`` wrong values.

    ``turn`` and the position of the value select the wrong values, so that each of them is used somewhere.
    """
    for number, place in enumerate(places(value)):
        path = ".".join(map(str, place))
        is_list_or_entry = isinstance(place[-1], int) or _is_plausible(value, place, [])
        yield Spoiled(f"{path} is missing", _changed(value, place, _remove), is_list_or_entry)
        common = [WRONG_VALUES[(turn + number * times + offset) % len(WRONG_VALUES)] for offset in range(times)]
        for wrong in (*common, *_wrong_of_its_kind(value, place)):

            def put(holder: t.Any, key: t.Any, wrong: t.Any = wrong) -> None:
                holder[key] = wrong

            other = _is_plausible(value, place, wrong)
            yield Spoiled(f"{path} is {wrong!r}", _changed(value, place, put), other)


def spoil_whole(body: bytes, *, large: bool) -> Iterator[Spoiled]:
    """Yield what may arrive instead of an answer, parts of the answer, and the answer with additional keys."""
    yield from WHOLE
    for end in (1, len(body) // 2, len(body) - 1):
        yield Spoiled(f"cut after {end} bytes", body[:end])
    if large:
        yield from LARGE
    with_more = json.loads(body)
    if isinstance(with_more, dict):
        more = {"a_key_of_tomorrow": {"with": ["anything"]}, "ünïcode": "\ud83d", "code": 1}
        yield Spoiled("more keys", json.dumps({**with_more, **more}).encode())
        if large:
            yield Spoiled("padding", json.dumps({**with_more, "padding": "x" * _LARGE}).encode())


DOWNLOADS: tuple[Spoiled, ...] = (
    Spoiled("nothing", b""),
    Spoiled("HTML", b"<!DOCTYPE html><title>Sign in</title>"),
    Spoiled("JSON", b'{"a": 1}'),
    Spoiled("garbage", b"\xff\x00\xfe"),
    Spoiled("a block of garbage", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
    Spoiled("large garbage", b"A" * _LARGE),
)
"""What may arrive instead of a file."""
