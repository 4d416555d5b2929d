# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ways to spoil one key in every answer to a call, run after run: dropped, emptied, retyped, respelled."""

from __future__ import annotations

import contextlib
import json
import threading
import typing as t
from collections.abc import Iterator
from unittest import mock

from ansible_collections.community.digicert.plugins.module_utils._certcentral import limits
from ansible_collections.community.digicert.tests.modules.replaying import Exchange

Place = tuple[str, ...]
"""The keys that lead to a value; ``*`` stands for every entry of a list, and no key for the whole answer."""

Way = t.Callable[[t.Any], t.Any]
"""Returns the spoiled value, or GONE; the value itself if it cannot be spoiled in this way."""

GONE = object()


def _emptied(value: t.Any) -> t.Any:
    if isinstance(value, bool):
        return ""
    return type(value)() if isinstance(value, (str, int, float, list, dict)) else value


def _as_other_type(value: t.Any) -> t.Any:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, str):
        return int(value) if value.isdecimal() else [value]
    if isinstance(value, dict):
        return [value]
    return value[0] if isinstance(value, list) and value else str(value) if isinstance(value, (int, float)) else {}


def _in_object(value: t.Any) -> t.Any:
    return {"value": value}


def _in_list(value: t.Any) -> t.Any:
    return dict(enumerate(value)) if isinstance(value, list) else [value]


def _as_number(value: t.Any) -> t.Any:
    if isinstance(value, bool):
        return int(value)
    return float(value) if isinstance(value, int) else value


def _each_text(respell: t.Callable[[str], str]) -> Way:
    return lambda value: respell(value) if isinstance(value, str) else value


def _other_separators(text: str) -> str:
    return text.translate(str.maketrans("_-.:", "-_ /"))


DROPPED = "is dropped"

WAYS: dict[str, Way] = {
    DROPPED: lambda value: GONE,
    "is null": lambda value: None,
    "is emptied": _emptied,
    "has another type": _as_other_type,
    "is within a list": _in_list,
    "is within an object": _in_object,
    "is another kind of number": _as_number,
    "is in capitals": _each_text(str.upper),
    "has other separators": _each_text(_other_separators),
    "is between blanks": _each_text(lambda text: f"  {text}\t"),
    "is a title": _each_text(lambda text: text.replace("_", " ").title()),
}
"""All ways: dropped, emptied, retyped, respelled."""


class Spoil(t.NamedTuple):
    """One key of one kind of answer, and how it is spoiled in all of them."""

    kind: str
    place: Place
    way_name: str
    way: Way

    def __str__(self) -> str:
        return f"{self.kind}: {'.'.join(self.place) or 'the answer'} {self.way_name}"

    def applied(self, kind: str, exchange: Exchange) -> Exchange:
        """Return the answer, spoiled if it is one of this kind."""
        if kind != self.kind or not exchange.is_json:
            return exchange
        return exchange.with_body(json.dumps(_spoiled(exchange.decoded(), self.place, self.way)).encode())


def _spoiled(value: t.Any, place: Place, way: Way) -> t.Any:
    if not place:
        found = way(value)
        return None if found is GONE else found
    key, rest = place[0], place[1:]
    if key == "*" and isinstance(value, list):
        found = [way(entry) if not rest else _spoiled(entry, rest, way) for entry in value]
        return [entry for entry in found if entry is not GONE]
    if isinstance(value, dict) and key in value:
        found = way(value[key]) if not rest else _spoiled(value[key], rest, way)
        return {
            name: found if name == key else inner for name, inner in value.items() if name != key or found is not GONE
        }
    return value


def places(value: t.Any, here: Place = ()) -> Iterator[tuple[Place, t.Any]]:
    """Yield the place of every value within, and the value."""
    yield here, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*here, key))
    elif isinstance(value, list):
        for inner in value:
            yield from places(inner, (*here, "*"))


class Read(dict[str, t.Any]):
    """An object of an answer that records which of its keys are read."""

    def __init__(self, values: dict[str, t.Any], place: Place, seen: set[Place]) -> None:
        super().__init__({key: _watched(inner, (*place, key), seen) for key, inner in values.items()})
        self._place, self._seen = place, seen

    def get(self, key: str, default: t.Any = None) -> t.Any:
        """Return a value, and record that it was read."""
        self._seen.add((*self._place, key))
        return super().get(key, default)

    def __getitem__(self, key: str) -> t.Any:
        self._seen.add((*self._place, key))
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._seen.add((*self._place, str(key)))
        return super().__contains__(key)


def _watched(value: t.Any, place: Place, seen: set[Place]) -> t.Any:
    if isinstance(value, dict):
        return Read(value, place, seen)
    return [_watched(inner, (*place, "*"), seen) for inner in value] if isinstance(value, list) else value


class Reading:
    """Which keys of which answers runs read, and the values there."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, Place], t.Any] = {}
        self._seen: dict[str, set[Place]] = {}
        self._kind = threading.local()

    def note(self, kind: str, exchange: Exchange) -> Exchange:
        """Record an answer; it is returned unchanged."""
        self._kind.last = kind
        if exchange.is_json:
            for place, value in places(exchange.decoded()):
                self.values.setdefault((kind, place), value)
        return exchange

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Record what the runs within read."""
        loads = json.loads

        def watched(text: t.Any, **options: t.Any) -> t.Any:
            return _watched(loads(text, **options), (), self._seen.setdefault(self._kind.last, set()))

        with mock.patch.object(limits, "json", mock.Mock(wraps=json, loads=watched)):
            yield

    def read(self) -> Iterator[tuple[str, Place, t.Any]]:
        """Yield kind, place and value of everything that was read: whole answers, keys, and entries of their lists."""
        for (kind, place), value in self.values.items():
            keys = place[:-1] if place[-1:] == ("*",) else place
            if not keys or keys in self._seen.get(kind, ()):
                yield kind, place, value


def spoils(reading: Reading, *, turn: int | None) -> Iterator[Spoil]:
    """Yield every way to spoil every key that was read.

    With a number in ``turn`` each key is dropped, and every third one is also spoiled in one of the other ways: another
    number gives other keys other ways.
    """
    for number, (kind, place, value) in enumerate(reading.read()):
        fit = [
            (name, way)
            for name, way in WAYS.items()
            if name != DROPPED and (way(value) is GONE or repr(way(value)) != repr(value))
        ]
        if turn is not None and fit:
            fit = [fit[(turn + number) % len(fit)]] if (turn + number) % 3 == 0 else []
        for name, way in ((DROPPED, WAYS[DROPPED]), *fit):
            yield Spoil(kind, place, name, way)
