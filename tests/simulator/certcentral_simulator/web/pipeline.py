# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The layer around the application: faults before and after it, and the ledger of requests and answers."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from werkzeug.test import run_wsgi_app

from certcentral_simulator.errors import CATALOGUE
from certcentral_simulator.faults import BEFORE, Fault
from certcentral_simulator.simulator import Simulator
from certcentral_simulator.state.rows import LedgerEntry
from certcentral_simulator.web.app import BASE_PATH
from certcentral_simulator.web.call import FAULT_KEY

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WsgiApp = Callable[[Environ, StartResponse], Any]

_PHRASES = {429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable"}
_MAX_LEDGER_TEXT = 200_000
_SLOW_PIECES = 10


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
        body = _take_body(environ)
        path = str(environ.get("PATH_INFO", "")).removeprefix(BASE_PATH)
        fault = self._simulator.faults.take(str(environ["REQUEST_METHOD"]), path)
        environ[FAULT_KEY] = fault
        answer = _answer_of_fault(fault) if fault is not None and fault.kind in BEFORE else self._forward(environ)
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
        return Answer(status, list(headers), b"".join(pieces))

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
    stream = environ["wsgi.input"]
    length = environ.get("CONTENT_LENGTH")
    body: bytes = (
        stream.read(int(length)) if length else (stream.read() if environ.get("wsgi.input_terminated") else b"")
    )
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
    return body


def _answer_of_fault(fault: Fault) -> Answer | None:
    if fault.kind == "connection_cut":
        return None
    status = 429 if fault.kind == "rate_limited" else fault.status
    phrase = _PHRASES.get(status, "Error")
    if fault.kind == "rate_limited":
        spec = CATALOGUE["rate_limit"]
        body, content_type = _errors(spec.code, spec.message), "application/json"
    elif fault.html:
        body = f"<html><head><title>{status} {phrase}</title></head><body><h1>{phrase}</h1></body></html>".encode()
        content_type = "text/html"
    else:
        body, content_type = _errors(fault.code, fault.message or phrase), "application/json"
    headers = [("Content-Type", content_type), ("Content-Length", str(len(body)))]
    if fault.retry_after is not None:
        headers.append(("Retry-After", str(fault.retry_after)))
    return Answer(f"{status} {phrase}", headers, body)


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
