# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The layer around the application: faults before and after it, and the ledger of requests and answers."""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from http import HTTPStatus
from typing import Any

from werkzeug.test import run_wsgi_app

from certcentral_simulator.errors import CATALOGUE, ErrorSpec
from certcentral_simulator.faults import BEFORE, Fault
from certcentral_simulator.rules.kinds import natural_number
from certcentral_simulator.simulator import Simulator
from certcentral_simulator.state.rows import LedgerEntry
from certcentral_simulator.web.app import BASE_PATH
from certcentral_simulator.web.call import FAULT_KEY

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WsgiApp = Callable[[Environ, StartResponse], Any]

_MAX_LEDGER_TEXT = 200_000
_SLOW_PIECES = 10


class UnreadableBody(Exception):
    """The body does not have the length that the headers say."""


class ConnectionCut(Exception):
    """Close the connection here, without sending another byte."""


@dataclass(frozen=True)
class Answer:
    """A complete answer."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def code(self) -> int:
        """The HTTP status code."""
        return int(self.status.split(" ", 1)[0])


class Pipeline:
    """A WSGI application around the Services API."""

    def __init__(self, app: WsgiApp, simulator: Simulator) -> None:
        self._app = app
        self._simulator = simulator

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterator[bytes] | list[bytes]:
        """Answer one request.

        :raises ConnectionCut: a fault closes the connection before the answer.
        """
        started = time.monotonic()
        # nginx merges slashes (G), and a client lives on it (C).
        environ["PATH_INFO"] = re.sub("/{2,}", "/", str(environ.get("PATH_INFO", "")))
        fault = self._simulator.faults.take(
            str(environ["REQUEST_METHOD"]), environ["PATH_INFO"].removeprefix(BASE_PATH)
        )
        environ[FAULT_KEY] = fault
        body = b""
        try:
            body = _take_body(environ)
            answer = _answer_of_fault(fault) if fault is not None and fault.kind in BEFORE else self._forward(environ)
        except UnreadableBody:
            answer = _refusal(CATALOGUE["body_unreadable"], [("Connection", "close")])
        self._note(environ, body, answer, fault, started)
        if answer is None or (fault is not None and fault.kind == "reply_lost"):
            raise ConnectionCut
        if fault is not None and fault.kind == "slow_first_byte":
            time.sleep(fault.seconds)
        if fault is not None and fault.kind == "held":
            self._simulator.faults.wait_for_the_others(fault)
        start_response(answer.status, answer.headers)
        if fault is not None and fault.kind == "truncated_body":
            return _half(answer.body)
        if fault is not None and fault.kind == "slow_body":
            return _slowly(answer.body, fault.seconds)
        return [answer.body]

    def _forward(self, environ: Environ) -> Answer:
        pieces, status, headers = run_wsgi_app(self._app, environ, buffered=True)
        code = int(status.split(" ", 1)[0])
        return Answer(f"{code} {_phrase(code)}", list(headers), b"".join(pieces))

    def _note(self, environ: Environ, body: bytes, answer: Answer | None, fault: Fault | None, started: float) -> None:
        key = str(environ.get("HTTP_X_DC_DEVKEY", ""))
        entry = LedgerEntry(
            time=self._simulator.clock.now(),
            real_time=datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
            method=str(environ["REQUEST_METHOD"]),
            path=str(environ.get("PATH_INFO", "")),
            query=str(environ.get("QUERY_STRING", "")),
            key=f"{key[:4]}…" if key else "",
            user_agent=str(environ.get("HTTP_USER_AGENT", "")),
            body=_text(body),
            status=answer.code if answer else 0,
            answer=_text(answer.body) if answer else "",
            fault=fault.kind if fault else "",
            milliseconds=round((time.monotonic() - started) * 1000),
        )
        with self._simulator.work() as work:
            work.ledger.insert(entry)


def _take_body(environ: Environ) -> bytes:
    length = str(environ.get("CONTENT_LENGTH") or "")
    if length and natural_number(length) is None:
        raise UnreadableBody
    body = b""
    try:
        if length:
            body = environ["wsgi.input"].read(int(length))
        elif environ.get("wsgi.input_terminated"):
            body = environ["wsgi.input"].read()
    except ValueError as exc:
        # A chunk is not as long as it says.
        raise UnreadableBody from exc
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    return body


def _answer_of_fault(fault: Fault) -> Answer | None:
    if fault.kind == "connection_cut":
        return None
    status = 429 if fault.kind == "rate_limited" else fault.status
    phrase = _phrase(status)
    retry = [("Retry-After", str(fault.retry_after))] if fault.retry_after is not None else []
    if fault.kind == "rate_limited":
        return _refusal(CATALOGUE["rate_limit"], retry)
    if fault.html:
        body = f"<html><head><title>{status} {phrase}</title></head><body><h1>{phrase}</h1></body></html>".encode()
        content_type = "text/html"
    else:
        body, content_type = _errors(fault.code, fault.message or phrase), "application/json"
    return _answer(status, content_type, body, retry)


def _refusal(spec: ErrorSpec, headers: list[tuple[str, str]]) -> Answer:
    return _answer(spec.status, "application/json", _errors(spec.code, spec.message), headers)


def _answer(status: int, content_type: str, body: bytes, headers: list[tuple[str, str]]) -> Answer:
    of_body = [("Content-Type", content_type), ("Content-Length", str(len(body)))]
    return Answer(f"{status} {_phrase(status)}", [*of_body, *headers], body)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def _errors(code: str, message: str) -> bytes:
    return json.dumps({"errors": [{"code": code, "message": message}]}, separators=(",", ":")).encode()


def _half(body: bytes) -> Iterator[bytes]:
    yield body[: max(1, len(body) // 2)]
    raise ConnectionCut


def _slowly(body: bytes, seconds: float) -> Iterator[bytes]:
    size = max(1, -(-len(body) // _SLOW_PIECES))
    for start in range(0, len(body), size):
        time.sleep(seconds / _SLOW_PIECES)
        yield body[start : start + size]


def _text(body: bytes) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return f"<{len(body)} bytes>"
    return text[:_MAX_LEDGER_TEXT]
