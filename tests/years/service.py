# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator in this process: the client's calls reach its application without sockets, TLS and threads.

How calls travel is shown by the other tests. Over years of them, that would take most of the time.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import typing as t
from collections.abc import Iterator
from pathlib import Path
from unittest import mock
from urllib.parse import unquote, urlsplit

import requests
import requests.adapters
import urllib3

from ansible_collections.community.digicert.plugins.module_utils._certcentral.client import Client, ConnectionSettings
from certcentral_simulator.admin.app import make_admin_app
from certcentral_simulator.process import SimulatorError, SimulatorProcess
from certcentral_simulator.simulator import Options, Simulator
from certcentral_simulator.web.app import BASE_PATH, make_app
from certcentral_simulator.web.pipeline import ConnectionCut, Pipeline

_ADDRESS = "https://127.0.0.1"


class Answer(t.NamedTuple):
    """What the simulator sends; a status of 0 stands for a connection that is cut."""

    status: int
    headers: dict[str, str]
    body: bytes

    def given_by(self, adapter: requests.adapters.HTTPAdapter, request: requests.PreparedRequest) -> requests.Response:
        """Return the answer as the client receives it. Raises ``ConnectionError`` if the connection is cut."""
        if not self.status:
            cut = urllib3.exceptions.ProtocolError("Connection aborted.")
            raise requests.exceptions.ConnectionError(cut, request=request)
        raw = urllib3.HTTPResponse(io.BytesIO(self.body), self.headers, self.status, preload_content=False)
        return adapter.build_response(request, raw)


class Adapter(requests.adapters.HTTPAdapter):
    """Hands the requests of a session to a simulator in this process."""

    def __init__(self, answer: t.Callable[[requests.PreparedRequest], Answer]) -> None:
        super().__init__()
        self._answer = answer

    def send(self, request: requests.PreparedRequest, *_: t.Any, **_more: t.Any) -> requests.Response:
        """Return the application's answer."""
        return self._answer(request).given_by(self, request)


def _environ(request: requests.PreparedRequest) -> dict[str, t.Any]:
    address = urlsplit(request.url or "")
    body = request.body or b""
    sent = body.encode() if isinstance(body, str) else body
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
    return {
        **headers,
        "CONTENT_LENGTH": str(len(sent)),
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "PATH_INFO": unquote(address.path),
        "QUERY_STRING": address.query,
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.input": io.BytesIO(sent),
        "wsgi.url_scheme": "https",
    }


class SimulatorHere(SimulatorProcess):
    """A simulator in this process, with the control calls of one that runs by itself."""

    def __init__(self, directory: Path, start: dt.datetime) -> None:
        """Begin at a time of the simulated clock; ``directory`` holds the state."""
        super().__init__()
        limits = {"rate_limit_long": 0, "rate_limit_short": 0}
        self._simulator = Simulator(directory, Options(now=int(start.timestamp()), switches=limits))
        self._service = Pipeline(make_app(self._simulator), self._simulator)
        self._control = make_admin_app(self._simulator).test_client()
        self.api_key = next(iter(self.keys().values()))
        self.base_url = _ADDRESS + BASE_PATH

    def __enter__(self) -> SimulatorHere:
        return self

    def start(self) -> None:
        """Do nothing: it answers from the beginning."""

    def stop(self) -> int:
        """Close the database."""
        self._simulator.close()
        return 0

    def admin(self, method: str, path: str, body: object = None) -> t.Any:
        """Call the control address; return the decoded JSON of its answer."""
        answer = self._control.open(path, method=method, json=body)
        if answer.status_code >= 300:
            raise SimulatorError(f"{method} {path}: {answer.status} {answer.text}")
        return answer.get_json()

    def answer(self, request: requests.PreparedRequest) -> Answer:
        """Answer a request of a client."""
        started: list[t.Any] = []
        try:
            pieces = self._service(_environ(request), lambda status, headers: started.extend((status, headers)))
            body = b"".join(pieces)
        except ConnectionCut:
            return Answer(0, {}, b"")
        status, headers = started
        return Answer(int(status.split(" ", 1)[0]), dict(headers), body)

    @contextlib.contextmanager
    def answering(self) -> Iterator[None]:
        """Answer all clients within."""
        with mock.patch.object(requests.Session, "get_adapter", return_value=Adapter(self.answer)):
            yield

    def client(self) -> Client:
        """Return a client whose sessions end in this simulator."""
        session = requests.Session()
        # no proxy leads here, and looking for one takes a seventh of the time
        session.trust_env = False
        session.mount(f"{_ADDRESS}/", Adapter(self.answer))
        settings = ConnectionSettings(api_key=self.api_key, api_url=self.base_url, timeout=60.0, rate_limit=0)
        with mock.patch.object(requests, "Session", return_value=session):
            return Client(settings)
