# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Record the exchanges between a module and the simulator, and replay them with one answer changed.

Both replace the network adapter of requests, so that the rest of the client is exercised.
"""

from __future__ import annotations

import collections
import contextlib
import io
import json
import typing as t
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from unittest import mock
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

Call = tuple[str, str]
"""Method and path with query."""


@dataclass(frozen=True)
class Exchange:
    """A request and its answer."""

    method: str
    target: str
    """Path with query."""
    status: int
    content_type: str
    body: bytes

    @property
    def call(self) -> Call:
        """What identifies the request."""
        return self.method, self.target

    @property
    def is_json(self) -> bool:
        """Whether the answer is JSON, which can be changed value by value."""
        return "json" in self.content_type and bool(self.body.strip())

    def decoded(self) -> t.Any:
        """Return the JSON of the answer."""
        return json.loads(self.body)

    def with_body(self, body: bytes, content_type: str | None = None) -> Exchange:
        """Return the exchange with another answer."""
        return replace(self, body=body, content_type=content_type or self.content_type)


def target_of(request: requests.PreparedRequest) -> str:
    """Return the path of a request with its query."""
    parts = urlsplit(str(request.url))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


class _Recorder(HTTPAdapter):
    def __init__(self, exchanges: list[Exchange]) -> None:
        super().__init__()
        self._exchanges = exchanges

    def send(self, request: requests.PreparedRequest, *arguments: t.Any, **options: t.Any) -> requests.Response:
        answer = super().send(request, *arguments, **{**options, "stream": False})
        content_type = answer.headers.get("Content-Type", "")
        exchange = Exchange(str(request.method), target_of(request), answer.status_code, content_type, answer.content)
        self._exchanges.append(exchange)
        return answer_of(self, request, exchange)


def answer_of(adapter: HTTPAdapter, request: requests.PreparedRequest, exchange: Exchange) -> requests.Response:
    """Return the answer of an exchange as the client receives it."""
    raw = HTTPResponse(
        body=io.BytesIO(exchange.body),
        headers={"Content-Type": exchange.content_type},
        status=exchange.status,
        preload_content=False,
    )
    return adapter.build_response(request, raw)


_UNKNOWN = Exchange("", "", 404, "application/json", b'{"errors":[{"code":"not_found","message":"Not recorded."}]}')


@dataclass
class Player:
    """Gives the recorded answers; a call that was not recorded gets HTTP 404."""

    exchanges: list[Exchange]
    seen: list[Call] = field(default_factory=list)

    def answer(self, call: Call) -> Exchange:
        """Return the next answer to a call, or the last one again if there are no more."""
        earlier = self.seen.count(call)
        self.seen.append(call)
        known = [exchange for exchange in self.exchanges if exchange.call == call]
        return known[min(earlier, len(known) - 1)] if known else _UNKNOWN

    def guesses(self) -> list[Call]:
        """Return the calls that may change something and were made less often, or not at all, in the recording."""
        before = collections.Counter(exchange.call for exchange in self.exchanges)
        now = collections.Counter(self.seen)
        return [call for call, times in now.items() if call[0] != "GET" and times > before[call]]


class _PlayingAdapter(HTTPAdapter):
    def __init__(self, player: Player) -> None:
        super().__init__()
        self._player = player

    def send(self, request: requests.PreparedRequest, *_arguments: t.Any, **_options: t.Any) -> requests.Response:
        return answer_of(self, request, self._player.answer((str(request.method), target_of(request))))


@contextlib.contextmanager
def recorded() -> Iterator[list[Exchange]]:
    """Record every exchange of the runs within."""
    exchanges: list[Exchange] = []
    recorder = _Recorder(exchanges)
    with mock.patch.object(requests.Session, "get_adapter", return_value=recorder):
        yield exchanges


@contextlib.contextmanager
def played(exchanges: list[Exchange]) -> Iterator[Player]:
    """Answer the requests of the runs within from a recording."""
    player = Player(exchanges)
    adapter = _PlayingAdapter(player)
    with mock.patch.object(requests.Session, "get_adapter", return_value=adapter):
        yield player
