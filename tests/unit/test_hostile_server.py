# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client with a server that wants to hold it up, or to fill its memory: each call ends in time and in size."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import time
import tracemalloc
import typing as t
from collections.abc import Iterator

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral import listing
from ansible_collections.community.digicert.plugins.module_utils._certcentral.client import Client, ConnectionSettings
from ansible_collections.community.digicert.plugins.module_utils._certcentral.errors import (
    DigicertError,
    TransportError,
    UnexpectedAnswerError,
)
from ansible_collections.community.digicert.plugins.module_utils._certcentral.limits import MIB
from ansible_collections.community.digicert.tests.unit.scripted_server import (
    Answer,
    Scripted,
    chunked,
    endless,
    reply,
    serve,
)

_SECONDS = 0.5
# a busy machine may be late, but a server that drips goes on for much longer than this
_LATE = 15.0
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
_CHUNKED = _HEAD + b"Transfer-Encoding: chunked\r\n\r\n"

_DRIPS = {
    "status line": endless(b"HTTP/1.1 200 O", b"K"),
    "header": endless(_HEAD + b"X-Slow: ", b"a"),
    "headers": endless(_HEAD, b"X: y\r\n"),
    "continue": endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "chunk size": endless(_CHUNKED, b"0"),
    "chunk extension": endless(_CHUNKED + b"1;", b"a"),
    "chunks": endless(_CHUNKED, b"1\r\n \r\n"),
    "trailer": endless(_CHUNKED + b"2\r\n{}\r\n0\r\n", b"X: y\r\n"),
    "body": endless(_HEAD + b"Content-Length: 900000\r\n\r\n", b" "),
    "body without length": endless(_HEAD + b"\r\n", b" "),
}


@pytest.fixture
def server() -> Iterator[Scripted]:
    """Run a server without TLS."""
    with serve() as scripted:
        yield scripted


def _client_of(server: Scripted, timeout: float = 60.0) -> Client:
    return Client(ConnectionSettings(api_key="key", api_url=server.url, timeout=timeout))


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("drip", _DRIPS.values(), ids=_DRIPS)
def test_the_time_limit_holds_for_the_whole_call(server: Scripted, drip: Answer, method: str) -> None:
    server.script = [drip] * 9
    client = _client_of(server, _SECONDS)
    began = time.monotonic()
    with pytest.raises(TransportError) as lost:
        client.get("/x") if method == "get" else client.post("/x", {})
    assert time.monotonic() - began < _LATE
    # what was sent may have been carried out: a call that costs money is looked for, not repeated
    assert lost.value.sent
    assert lost.value.fault in ("no_answer", "too_slow")
    assert len(server.seen) == 1


def test_a_proxy_that_drips_is_left(server: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    server.script = [endless(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n")]
    monkeypatch.setenv("https_proxy", server.url.removesuffix("/services/v2"))
    client = Client(ConnectionSettings(api_key="key", api_url="https://certcentral.invalid/", timeout=_SECONDS))
    began = time.monotonic()
    with pytest.raises(TransportError):
        client.post("/x", {})
    assert time.monotonic() - began < _LATE
    assert [seen.method for seen in server.seen] == ["CONNECT"]


def _resolving(patch: pytest.MonkeyPatch, name: str, port: int, addresses: t.Iterable[str]) -> None:
    """Let a name have these addresses."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]
    real = socket.getaddrinfo

    def resolve(host: str, *more: t.Any, **options: t.Any) -> t.Any:
        return found if host == name else real(host, *more, **options)

    patch.setattr(socket, "getaddrinfo", resolve)


def test_many_addresses_take_no_longer_than_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of them answers: the queue of the listener is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("0.0.0.0", 0), backlog=0))
        port = listener.getsockname()[1]
        for _client_number in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(("127.0.0.1", port))
        _resolving(monkeypatch, "certcentral.invalid", port, (f"127.0.0.{last}" for last in range(1, 250)))
        settings = ConnectionSettings(api_key="key", api_url=f"https://certcentral.invalid:{port}", timeout=_SECONDS)
        began = time.monotonic()
        with pytest.raises(TransportError, match=f"certcentral.invalid:{port}") as lost:
            Client(settings).post("/x", {})
        assert time.monotonic() - began < _LATE
        assert not lost.value.sent


def test_the_next_address_is_used_if_one_does_not_answer(server: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    server.script = [reply(200, {"ok": True})]
    port = int(server.url.split(":")[2].split("/")[0])
    _resolving(monkeypatch, "localhost", port, ("127.9.9.9", "127.0.0.1"))
    settings = ConnectionSettings(api_key="key", api_url=f"http://localhost:{port}")
    assert Client(settings).get("/x") == {"ok": True}
    assert server.seen[0].headers["host"] == f"localhost:{port}"


def test_each_call_has_a_limit_of_its_own(server: Scripted) -> None:
    server.script = [chunked(b'{"a":', b" 1}"), reply(200, {"b": 2})]
    client = _client_of(server, 5.0)
    assert client.get("/x") == {"a": 1}
    assert client.get("/x") == {"b": 2}


def _bomb(levels: int = 1) -> bytes:
    packed = b" " * (200 * MIB)
    for _level in range(levels):
        packed = gzip.compress(packed, 1)
    return packed


_FLOODS = {
    "header": endless(_HEAD + b"X-Long: ", b"a" * 60_000, every=0.0),
    "chunk size": endless(_CHUNKED, b"0" * 60_000, every=0.0),
    "body": endless(_HEAD + b"\r\n", b" " * 60_000, every=0.0),
    "bomb": reply(200, _bomb(), {"Content-Encoding": "gzip"}),
    "bomb in a bomb": reply(200, _bomb(2), {"Content-Encoding": "gzip, gzip"}),
    "other compression": reply(200, b"\x28\xb5\x2f\xfd" * 100, {"Content-Encoding": "zstd"}),
    "empty objects": reply(200, b"[" + b"{}," * 5_000_000 + b"{}]"),
    "nesting": reply(200, b'{"a":' * 900 + b"1" + b"}" * 900),
    "nesting in arrays": reply(200, b"[" * 100 + b"]" * 100),
    "long number": reply(200, b'{"a": ' + b"9" * 1_000_000 + b"}"),
    "infinity": reply(200, b'{"a": 1e999}'),
}


@pytest.mark.parametrize("flood", _FLOODS.values(), ids=_FLOODS)
def test_an_answer_is_bounded_in_memory(server: Scripted, flood: Answer) -> None:
    server.script = [flood]
    client = _client_of(server)
    tracemalloc.start()
    try:
        with pytest.raises(DigicertError) as refused:
            client.post("/x", {})
        assert tracemalloc.get_traced_memory()[1] < 80 * MIB
    finally:
        tracemalloc.stop()
    assert refused.value.next_action
    assert str(refused.value).count(". ") == 0


@pytest.mark.parametrize("length", [MIB, MIB + 1])
def test_a_download_is_bounded(server: Scripted, length: int) -> None:
    server.script = [reply(200, b"x" * length, {"Content-Type": "application/zip"})]
    client = _client_of(server)
    if length == MIB:
        assert len(client.get_bytes("/x")) == length
    else:
        with pytest.raises(UnexpectedAnswerError, match="more than 1048576 bytes"):
            client.get_bytes("/x")


def test_what_a_service_may_send_is_still_read(server: Scripted) -> None:
    orders = [{"id": number, "certificate": {"common_name": f"host{number}.example.com"}} for number in range(1000)]
    body = json.dumps({"orders": orders}).encode()
    # two members, as a server that packs piece by piece may send them
    server.script = [
        reply(200, gzip.compress(body[:1000]) + gzip.compress(body[1000:]), {"Content-Encoding": "gzip"}),
        reply(200, gzip.compress(body)[:-20], {"Content-Encoding": "gzip"}),
        reply(200, b"[" * 50 + b"]" * 50),
    ]
    client = _client_of(server)
    assert client.get("/x") == {"orders": orders}
    with pytest.raises(TransportError, match="lost in the middle"):
        client.post("/x", {})
    assert client.get("/x")


class _Lister:
    """Answers each call for a page with what a function makes of its number and offset."""

    def __init__(self, page: t.Callable[[int, int], t.Any]) -> None:
        self._page = page
        self.calls = 0

    def get(self, _path: str, params: t.Mapping[str, t.Any]) -> t.Any:
        """Return a page."""
        self.calls += 1
        return self._page(self.calls, int(params["offset"]))


def _page(ids: t.Iterable[int], total: int, **more: object) -> dict[str, t.Any]:
    return {"orders": [{"id": number, **more} for number in ids], "page": {"total": total}}


_LISTS: dict[str, tuple[t.Callable[[int, int], t.Any], int, str]] = {
    "the same page": (lambda _call, _offset: _page(range(1000), 5000), 2, "shows the same entries again"),
    "the same entry": (lambda _call, _offset: _page([1, 1], 9), 2, "shows the same entries again"),
    "two pages in turn": (lambda call, _offset: _page([call % 2], 9), 3, "shows the same entries again"),
    "one page too many": (lambda _call, offset: _page(range(offset, offset + 10), offset + 99), 11, "after 11 pages"),
    "a huge total": (lambda call, _offset: _page([call], 10**12), listing.MOST_PAGES, "after 500 pages"),
    "huge pages": (lambda call, _offset: _page([call], 300, text="a" * 40 * 1024), 7, "after 7 pages"),
}


@pytest.mark.parametrize("name", _LISTS)
def test_a_list_that_never_ends_is_an_error(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "_LARGEST_LIST", listing._LARGEST_LIST // 1024)
    page, most, words = _LISTS[name]
    for read in (listing.read_all, lambda *call: listing.read_if_short(*call, {}, most_pages=10**10)):
        client = _Lister(page)
        with pytest.raises(UnexpectedAnswerError, match=words) as refused:
            read(t.cast(t.Any, client), "/order/certificate", "orders")
        assert client.calls == most
        assert refused.value.next_action


def test_a_list_that_grows_or_shrinks_is_read() -> None:
    """While it is read, five new orders move the others down, so that five are shown twice; later some vanish."""
    client = _Lister(
        lambda call, _offset: [_page(range(1000), 2000), _page(range(995, 1995), 2005), _page([1995], 1)][call - 1]
    )
    found = listing.read_all(t.cast(t.Any, client), "/order/certificate", "orders")
    assert len(found) == 2001
    assert {entry["id"] for entry in found} == set(range(1996))
