# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every fault of the table is recognised on real sockets."""

from __future__ import annotations

import contextlib
import socket
import typing as t
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ansible_collections.community.digicert.plugins.module_utils._certcentral import client as _client
from ansible_collections.community.digicert.plugins.module_utils._certcentral.client import Client, ConnectionSettings
from ansible_collections.community.digicert.plugins.module_utils._certcentral.errors import (
    ApiError,
    DigicertError,
    TransportError,
    UnexpectedAnswerError,
)
from ansible_collections.community.digicert.plugins.module_utils._certcentral.transport_faults import TRANSPORT_FAULTS
from ansible_collections.community.digicert.tests.unit import pki, scripted_server
from ansible_collections.community.digicert.tests.unit.scripted_server import Answer, reply, serve

_API_KEY = "SECRET0KEY1OF2THE3TESTS4"


class Place(t.NamedTuple):
    """The address for the client, and the CA that it trusts."""

    url: str
    ca_path: str | None = None


Scene = t.ContextManager[Place]


@contextlib.contextmanager
def _answering(answer: Answer) -> Iterator[Place]:
    with serve() as server:
        server.script = [answer]
        yield Place(server.url)


@contextlib.contextmanager
def _nobody() -> Iterator[Place]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    yield Place(f"http://127.0.0.1:{port}/services/v2")


@contextlib.contextmanager
def _no_name(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    def refuse(*_arguments: object, **_options: object) -> t.NoReturn:
        raise socket.gaierror(-2, "Name or service not known")

    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", refuse)
        yield Place("https://certcentral.invalid/services/v2")


@contextlib.contextmanager
def _full_queue() -> Iterator[Place]:
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _client_number in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield Place(f"http://127.0.0.1:{listener.getsockname()[1]}/services/v2")


@contextlib.contextmanager
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with _nobody() as nobody, monkeypatch.context() as patch:
        patch.setenv("https_proxy", nobody.url)
        yield Place("https://certcentral.invalid/services/v2")


@contextlib.contextmanager
def _tls(folder: Path, *, name: str = "127.0.0.1", days: int = 1, trusted: bool = True) -> Iterator[Place]:
    both, alone = pki.server_certificate(folder, name, days=days)
    with serve(both) as server:
        yield Place(server.url, str(alone) if trusted else None)


@contextlib.contextmanager
def _no_tls() -> Iterator[Place]:
    with serve() as server:
        yield Place(server.url.replace("http:", "https:"))


@contextlib.contextmanager
def _small_limit(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with monkeypatch.context() as patch, _answering(scripted_server.flood(50_000_000)) as place:
        patch.setattr(_client, "LARGEST_JSON", 1_000_000)
        yield place


_HTML = reply(200, b"<!DOCTYPE html><title>Sign in</title>", {"Content-Type": "text/html"})

_SCENES: dict[str, Callable[[Path, pytest.MonkeyPatch], Scene]] = {
    "refused": lambda folder, patch: _nobody(),
    "unknown_host": lambda folder, patch: _no_name(patch),
    "connect_timeout": lambda folder, patch: _full_queue(),
    "proxy": lambda folder, patch: _no_proxy(patch),
    "tls_untrusted": lambda folder, patch: _tls(folder, trusted=False),
    "tls_expired": lambda folder, patch: _tls(folder, days=-1),
    "tls_wrong_name": lambda folder, patch: _tls(folder, name="192.0.2.1"),
    "tls_failed": lambda folder, patch: _no_tls(),
    "no_answer": lambda folder, patch: _answering(scripted_server.silence(60)),
    "too_slow": lambda folder, patch: _answering(scripted_server.drip(600, 0.1)),
    "cut": lambda folder, patch: _answering(scripted_server.cut),
    "cut_in_the_answer": lambda folder, patch: _answering(scripted_server.cut_in_the_body),
    "redirect": lambda folder, patch: _answering(reply(302, None, {"Location": "https://elsewhere.example/"})),
    "html": lambda folder, patch: _answering(_HTML),
    "not_json": lambda folder, patch: _answering(reply(200, b"OK", {"Content-Type": "text/plain"})),
    "nothing": lambda folder, patch: _answering(reply(200, b" ")),
    "too_large": lambda folder, patch: _small_limit(patch),
}


def test_every_fault_has_its_scene() -> None:
    assert set(_SCENES) == set(TRANSPORT_FAULTS)


@pytest.mark.parametrize("name", _SCENES)
def test_a_fault_is_recognised(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = TRANSPORT_FAULTS[name]
    with _SCENES[name](tmp_path, monkeypatch) as place:
        # only what never comes is waited for; a busy machine gets all the time that it needs for the rest
        timeout = 2.0 if name in ("connect_timeout", "no_answer", "too_slow") else 60.0
        client = Client(ConnectionSettings(api_key=_API_KEY, api_url=place.url, ca_path=place.ca_path, timeout=timeout))
        # only a GET must have an answer; other calls are sent once whatever happens
        method = "GET" if name == "nothing" else "POST"
        with pytest.raises(DigicertError) as caught:
            client.get("/x") if method == "GET" else client.post("/x", {})
        client.close()
    error = caught.value
    assert error.next_action == fault.next_action
    # the words around the values that are filled in
    for words in fault.what.replace("{host}", "{}").replace("{request}", "{}").replace("{cause}", "{}").split("{}"):
        assert words in error.message
    assert "{" not in error.message
    assert "()" not in error.message
    assert _API_KEY not in f"{error.message}{error.next_action}"
    assert client.api_calls == {method: 1}
    if isinstance(error, TransportError):
        assert (error.fault, error.sent, error.is_lasting) == (name, fault.sent, fault.is_lasting)
    else:
        assert isinstance(error, UnexpectedAnswerError)
        assert fault.sent


@pytest.mark.parametrize(
    "body",
    [b"[" * 200_000, b'{"a": NaN}', b'{"a": -Infinity}', b'{"a": ' + b"9" * 10_000 + b"}", b'"\xff"', b"{", b'{"a":}'],
    ids=["depth", "NaN", "infinity", "number without end", "no UTF-8", "cut", "no value"],
)
def test_what_only_resembles_json_is_refused(body: bytes) -> None:
    with _answering(reply(200, body)) as place:
        client = Client(ConnectionSettings(api_key=_API_KEY, api_url=place.url))
        with pytest.raises(UnexpectedAnswerError, match="not JSON"):
            client.get("/x")


@pytest.mark.parametrize("method", ["get", "post", "put"])
def test_an_error_with_a_successful_status_is_an_error(method: str) -> None:
    with _answering(reply(200, {"errors": [{"code": "access_denied", "message": "No."}]})) as place:
        client = Client(ConnectionSettings(api_key=_API_KEY, api_url=place.url))
        with pytest.raises(ApiError, match="access_denied: No") as refused:
            client.get("/x") if method == "get" else getattr(client, method)("/x", {})
    # status and answer contradict each other: the module has to check what the service did
    assert refused.value.may_have_been_carried_out


def test_a_page_in_place_of_a_download_is_refused() -> None:
    with _answering(_HTML) as place:
        client = Client(ConnectionSettings(api_key=_API_KEY, api_url=place.url))
        with pytest.raises(UnexpectedAnswerError, match="HTML"):
            client.get_bytes("/certificate/1/download/format/pem_all")
