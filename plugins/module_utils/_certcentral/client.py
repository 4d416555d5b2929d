# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client of the CertCentral Services API: session, authentication, retries, rate limit and errors.

Facts: https://dev.digicert.com/certcentral-apis/services-api.html and
https://dev.digicert.com/certcentral-apis/services-api/rate-limits.html
"""

from __future__ import annotations

import collections
import ipaddress
import json
import socket
import ssl
import threading
import time
import traceback
import typing as t
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from .errors import ApiError, InputError, ServiceError, TransportError, UnexpectedAnswerError, one_line
from .limits import (
    LARGEST_DOWNLOAD,
    LARGEST_JSON,
    TooLargeError,
    UnreadableBodyError,
    UnusualJsonError,
    Watch,
    body_of,
    read_json,
    watched_pool,
)

REQUESTS_IMPORT_ERROR: str | None
try:
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3.exceptions import HTTPError as Urllib3Error
    from urllib3.exceptions import InvalidHeader, NewConnectionError
    from urllib3.util.retry import Retry

    REQUESTS_IMPORT_ERROR = None
except ImportError:
    HTTPAdapter = object  # type: ignore[assignment, misc]
    REQUESTS_IMPORT_ERROR = traceback.format_exc()

REGIONS = {
    "us": "https://www.digicert.com/services/v2",
    "eu": "https://certcentral.digicert.eu/services/v2",
}
USER_AGENT = "ansible-community.digicert/0.1.0"

_CONNECT_SECONDS = 10.0
_PACING_WINDOW_SECONDS = 5.0
# the service also allows 1000 requests in three minutes, which is ten times the limit of the short window
_LONG_WINDOW_SECONDS = 180.0
_LONG_WINDOW_FACTOR = 10
_RETRIED_STATUS = frozenset({408, 429, 500, 502, 503, 504})
# the service does not document Retry-After; whether to wait longer than this is up to the user
_LONGEST_RETRY_AFTER = 120.0
# X509_V_ERR_CERT_NOT_YET_VALID, …_HAS_EXPIRED, …_HOSTNAME_MISMATCH, …_IP_ADDRESS_MISMATCH
_VERIFY_FAULTS = {9: "tls_expired", 10: "tls_expired", 62: "tls_wrong_name", 64: "tls_wrong_name"}
_LONGEST_MESSAGE = 1000

Value = t.TypeVar("Value")


@dataclass(frozen=True)
class ConnectionSettings:
    """How to reach the service."""

    api_key: str
    api_url: str = REGIONS["us"]
    ca_path: str | None = None
    validate_certs: bool = True
    timeout: float = 60.0
    """Seconds that a call may take with all its retries."""
    rate_limit: int = 100
    """Maximum number of requests in five seconds; 0 means no limit."""


def check_url(api_url: str) -> str:
    """Return the address without a trailing slash. Raises InputError if it would send the API key in clear text."""
    url = api_url.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is not a number, a missing bracket
        is_address = False
    if not is_address:
        shown = "an address with credentials" if "@" in api_url else repr(api_url)
        raise InputError(
            f"api_url is {shown}, which is not an https:// address.",
            next_action="Use the address of the Services API, for example " + REGIONS["us"] + ".",
        )
    if parts.username or parts.password or parts.query or parts.fragment:
        raise InputError(
            "api_url must not contain credentials, a query or a fragment.",
            next_action="Set api_url to the address alone, and api_key to the API key.",
        )
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        raise InputError(
            f"api_url uses http:// to {parts.hostname}, which would send the API key in clear text.",
            next_action="Use https://. Only loopback addresses may use http://.",
        )
    return url


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def path(*segments: object) -> str:
    """Join segments into a path below the base address. Each segment is percent-encoded."""
    return "/" + "/".join(quote(str(segment), safe="") for segment in segments)


def if_permitted(read: t.Callable[[], Value]) -> Value | None:
    """Return what a call reads, or None if the API key may not read it."""
    try:
        return read()
    except ApiError as exc:
        if exc.is_not_permitted:
            return None
        raise


class _Answer(t.NamedTuple):
    status: int
    content_type: str
    body: bytes


class _Window:
    """A limit of requests within a number of seconds, which ends at the latest request."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._sent_at: collections.deque[float] = collections.deque()

    def wait(self, sleep: t.Callable[[float], None], monotonic: t.Callable[[], float]) -> None:
        """Wait until one more request is within the limit."""
        now = monotonic()
        while self._sent_at and now - self._sent_at[0] >= self._seconds:
            self._sent_at.popleft()
        if len(self._sent_at) >= self._limit:
            sleep(self._sent_at[0] + self._seconds - now)
            self._sent_at.popleft()

    def add(self, moment: float) -> None:
        """Count a request."""
        self._sent_at.append(moment)


class _Traffic:
    """What the clients of one API key share: the limits of the service, and the number of requests."""

    def __init__(self, limit: int) -> None:
        self._lock = threading.Lock()
        self._windows = (
            (_Window(limit, _PACING_WINDOW_SECONDS), _Window(limit * _LONG_WINDOW_FACTOR, _LONG_WINDOW_SECONDS))
            if limit > 0
            else ()
        )
        self.api_calls: dict[str, int] = {}

    def take_turn(self, method: str, sleep: t.Callable[[float], None], monotonic: t.Callable[[], float]) -> float:
        """Wait until a request is within all limits, and count it; return the seconds that this took.

        Other threads wait for their turn meanwhile.
        """
        began = monotonic()
        with self._lock:
            for window in self._windows:
                window.wait(sleep, monotonic)
            sent_at = monotonic()
            for window in self._windows:
                window.add(sent_at)
            self.api_calls[method] = self.api_calls.get(method, 0) + 1
        return sent_at - began


class _WatchedAdapter(HTTPAdapter):
    """Sends requests over connections that are watched: the time limit holds for a call, not for each piece of it."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        super().__init__()

    def init_poolmanager(self, *arguments: t.Any, **options: t.Any) -> None:
        """Make the connections to the service."""
        super().init_poolmanager(*arguments, **options)
        self._apply(self.poolmanager)

    def proxy_manager_for(self, proxy: t.Any, **options: t.Any) -> t.Any:
        """Make, or return, the connections to a proxy."""
        is_new = proxy not in self.proxy_manager
        manager = super().proxy_manager_for(proxy, **options)
        if is_new:
            self._apply(manager)
        return manager

    def _apply(self, manager: t.Any) -> None:
        classes = manager.pool_classes_by_scheme
        manager.pool_classes_by_scheme = {
            scheme: watched_pool(pool_class, self._watch) for scheme, pool_class in classes.items()
        }


class Client:
    """A session with the service. It must not be used by several threads at the same time: each needs a sibling."""

    def __init__(
        self,
        settings: ConnectionSettings,
        *,
        sleep: t.Callable[[float], None] = time.sleep,
        monotonic: t.Callable[[], float] = time.monotonic,
        traffic: _Traffic | None = None,
    ) -> None:
        self._settings = settings
        self._base = check_url(settings.api_url)
        self._sleep = sleep
        self._monotonic = monotonic
        self._traffic = traffic or _Traffic(settings.rate_limit)
        self._deadline = 0.0
        self._watch = Watch(self._left, _addresses, Urllib3Error)
        self._session = requests.Session()
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, _WatchedAdapter(self._watch))
        self._session.headers.update(
            {
                "X-DC-DEVKEY": settings.api_key,
                "User-Agent": USER_AGENT,
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
            }
        )
        # passed with each request: environment variables of requests take precedence over settings of the session
        self._verify: bool | str = (settings.ca_path or True) if settings.validate_certs else False

    @property
    def api_calls(self) -> dict[str, int]:
        """Number of requests sent so far by HTTP method, including retries and those of siblings."""
        return self._traffic.api_calls

    def sibling(self) -> Client:
        """Return a client with connections of its own that shares the rate limit and the count of requests."""
        return Client(self._settings, sleep=self._sleep, monotonic=self._monotonic, traffic=self._traffic)

    def remembering(self) -> RememberingClient:
        """Return a sibling that sends each GET once."""
        return RememberingClient(self._settings, sleep=self._sleep, monotonic=self._monotonic, traffic=self._traffic)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def sleep(self, seconds: float) -> None:
        """Wait. Everything that waits between calls uses this clock."""
        self._sleep(seconds)

    def monotonic(self) -> float:
        """Return the seconds of a clock that never goes back."""
        return self._monotonic()

    def get(self, url_path: str, params: t.Mapping[str, object] | None = None) -> t.Any:
        """Send a GET and return the decoded JSON, which is never None. Retried within the time limit."""
        answer = self._call("GET", url_path, params=params, repeatable=True)
        decoded = self._decode(answer, f"GET {url_path}")
        if decoded is None:  # as an empty list, it would let things be created twice
            raise self._unexpected("nothing", f"GET {url_path}", f"HTTP {answer.status}")
        return decoded

    def get_bytes(self, url_path: str) -> bytes:
        """Send a GET and return the raw body, because downloads are not JSON. Retried within the time limit."""
        answer = self._call("GET", url_path, repeatable=True, accept="*/*", limit=LARGEST_DOWNLOAD)
        if _is_html(answer):  # the login page of a proxy, for example, must not be saved as a certificate
            raise self._not_json(answer, f"GET {url_path}")
        return answer.body

    def post(self, url_path: str, body: object) -> t.Any:
        """Send a POST and return the decoded JSON, or None. Never repeated, because it may cost money."""
        return self._decode(self._call("POST", url_path, body=body, repeatable=False), f"POST {url_path}")

    def put(self, url_path: str, body: object | None = None, *, repeatable: bool = False) -> t.Any:
        """Send a PUT and return the decoded JSON, or None. Retried only if it is ``repeatable`` without harm."""
        return self._decode(self._call("PUT", url_path, body=body, repeatable=repeatable), f"PUT {url_path}")

    def _call(
        self,
        method: str,
        url_path: str,
        *,
        repeatable: bool,
        params: t.Mapping[str, object] | None = None,
        body: object | None = None,
        accept: str | None = None,
        limit: int | None = None,
    ) -> _Answer:
        """Send a request. Retry it if it is repeatable, a retry may help, and there is time left."""
        self._deadline = self._monotonic() + self._settings.timeout
        # it counts, backs off and reads Retry-After; the loop is ours because urllib3 has no overall time limit
        retries = Retry(total=None, backoff_factor=0.5)
        while True:
            fault: TransportError | ApiError
            wait: float | None = None
            # waiting for its turn does not count: the service is not slow because of that
            self._deadline += self._traffic.take_turn(method, self._sleep, self._monotonic)
            try:
                response = self._send(method, url_path, params, body, accept)
                answer = _Answer(
                    response.status_code,
                    response.headers.get("Content-Type", ""),
                    self._read(response, limit or LARGEST_JSON, f"{method} {url_path}"),
                )
                if 200 <= answer.status < 300:
                    return answer
                fault = self._refusal(answer, f"{method} {url_path}", response.headers.get("Location"))
                if answer.status not in _RETRIED_STATUS:
                    raise fault
                wait = self._retry_after(retries, response)
            except TransportError as exc:
                fault = exc
            if not repeatable or (isinstance(fault, TransportError) and fault.is_lasting):
                raise fault
            retries = retries.increment(method, url_path, error=Urllib3Error("retried"))
            if wait is None:
                # the first back-off of urllib3 is zero; give a service in trouble a moment before the first retry, too
                wait = max(retries.get_backoff_time(), 0.5)
            if self._monotonic() + wait >= self._deadline:
                raise fault
            self._sleep(wait)

    @staticmethod
    def _retry_after(retries: t.Any, response: t.Any) -> float | None:
        """Return the seconds that the service asks to wait, clamped, or None."""
        value = response.headers.get("Retry-After")
        if value is None:
            return None
        try:
            return min(max(float(retries.parse_retry_after(value)), 0.0), _LONGEST_RETRY_AFTER)
        except (InvalidHeader, ValueError, OverflowError):
            return None

    def _send(
        self,
        method: str,
        url_path: str,
        params: t.Mapping[str, object] | None,
        body: object | None,
        accept: str | None,
    ) -> t.Any:
        left = max(self._deadline - self._monotonic(), 0.1)
        self._watch.received = 0
        try:
            return self._session.request(
                method,
                self._base + url_path,
                params=t.cast(t.Any, params),
                json=body,
                headers={"Accept": accept} if accept else None,
                timeout=(min(_CONNECT_SECONDS, left), left),
                # requests would send the header with the API key to wherever a redirect points
                allow_redirects=False,
                stream=True,
                verify=self._verify,
            )
        except requests.exceptions.SSLError as exc:
            raise self._fault(_tls_fault(exc), f"{method} {url_path}", exc) from None
        except requests.exceptions.ConnectTimeout as exc:
            raise self._fault("connect_timeout", f"{method} {url_path}", exc) from None
        except requests.exceptions.ProxyError as exc:
            raise self._fault("proxy", f"{method} {url_path}", exc) from None
        except requests.exceptions.Timeout as exc:
            raise self._fault("no_answer", f"{method} {url_path}", exc) from None
        except requests.exceptions.ConnectionError as exc:
            if self._watch.is_flooded:
                raise self._too_large(self._watch.received, f"{method} {url_path}") from None
            raise self._fault(_connection_fault(exc), f"{method} {url_path}", exc) from None
        except (OSError, ValueError) as exc:
            # OSError: ca_path does not exist; ValueError: requests refuses a header or an address
            raise InputError(
                f"The request could not be sent: {self._cause(exc)}.",
                next_action="Check api_key, api_url and ca_path.",
            ) from None

    def _left(self) -> float:
        """Return the seconds that are left for the call. Raises ``socket.timeout`` if there are none."""
        left = self._deadline - self._monotonic()
        if left <= 0:
            raise socket.timeout("timed out")
        return left

    def _read(self, response: t.Any, limit: int, request: str) -> bytes:
        """Read the body within the limits of time and size."""
        encoding = response.headers.get("Content-Encoding", "").strip().lower()
        try:
            return body_of(self._in_time(_pieces(response), request), encoding, limit)
        except TooLargeError as exc:
            raise self._too_large(exc.limit, request) from None
        except (requests.exceptions.RequestException, Urllib3Error, OSError, UnreadableBodyError) as exc:
            if self._watch.is_flooded:
                raise self._too_large(self._watch.received, request) from None
            fault = "too_slow" if self._monotonic() >= self._deadline else "cut_in_the_answer"
            raise self._fault(fault, request, exc) from None
        finally:
            response.close()

    def _in_time(self, pieces: t.Iterator[bytes], request: str) -> t.Iterator[bytes]:
        for piece in pieces:
            if self._monotonic() > self._deadline:
                raise self._fault("too_slow", request)
            yield piece

    def _decode(self, answer: _Answer, request: str) -> t.Any:
        if not answer.body.strip():
            return None
        try:
            decoded = read_json(answer.body)
        except ValueError as exc:
            raise self._not_json(answer, request, exc) from None
        if isinstance(decoded, dict) and decoded.get("errors"):
            raise self._refusal(answer, request, None)
        return decoded

    def _refusal(self, answer: _Answer, request: str, location: str | None) -> ApiError:
        """Turn an unsuccessful answer into an error. HTML pages and redirects have errors of their own."""
        if 300 <= answer.status < 400:
            raise self._unexpected("redirect", request, self._hide(str(location)))
        try:
            decoded = read_json(answer.body)
        except ValueError:
            if answer.status < 500 and answer.body.strip():
                raise self._not_json(answer, request) from None
            decoded = None
        return ApiError(answer.status, [self._hidden(error) for error in parse_errors(decoded)], request)

    def _not_json(self, answer: _Answer, request: str, exc: Exception | None = None) -> UnexpectedAnswerError:
        why = f": {exc}" if isinstance(exc, UnusualJsonError) else ""
        return self._unexpected("html" if _is_html(answer) else "not_json", request, f"HTTP {answer.status}{why}")

    def _too_large(self, size: int, request: str) -> UnexpectedAnswerError:
        return self._unexpected("too_large", request, str(size))

    def _unexpected(self, fault: str, request: str, cause: str) -> UnexpectedAnswerError:
        return UnexpectedAnswerError.of(fault, host=self._host(), request=request, cause=cause)

    def _fault(self, fault: str, request: str, exc: BaseException | None = None) -> TransportError:
        cause = self._cause(exc) if exc is not None else ""
        return TransportError(fault, host=self._host(), request=request, cause=cause)

    def _host(self) -> str:
        return urlsplit(self._base).netloc

    def _cause(self, exc: BaseException) -> str:
        """Return the innermost cause of a nested network error, without the API key."""
        seen: BaseException = exc
        for _depth in range(10):
            inner = getattr(seen, "reason", None) or (seen.args[0] if seen.args else None)
            if not isinstance(inner, BaseException):
                break
            seen = inner
        text = str(getattr(seen, "verify_message", "") or getattr(seen, "strerror", "") or seen)
        return self._hide(text.rsplit(": ", 1)[-1] if " object at 0x" in text else text)

    def _hide(self, text: str) -> str:
        for spelling in (self._settings.api_key, repr(self._settings.api_key)[1:-1]):
            text = text.replace(spelling, "********") if spelling else text
        return text

    def _hidden(self, error: ServiceError) -> ServiceError:
        return ServiceError(self._hide(error.code), self._hide(error.message))


class RememberingClient(Client):
    """A client that sends each GET once, for what does not change during a run, such as products.

    Several threads may use it.
    """

    def __init__(self, settings: ConnectionSettings, **details: t.Any) -> None:
        super().__init__(settings, **details)
        self._answers: dict[str, t.Any] = {}
        self._turn = threading.Lock()

    def get(self, url_path: str, params: t.Mapping[str, object] | None = None) -> t.Any:
        """Return the remembered answer or refusal, or send the GET."""
        call = json.dumps([url_path, params], sort_keys=True, default=str)
        with self._turn:
            if call not in self._answers:
                try:
                    self._answers[call] = super().get(url_path, params)
                except ApiError as exc:
                    self._answers[call] = exc
            answer = self._answers[call]
        if isinstance(answer, ApiError):
            raise answer
        return answer


def _addresses(host: str, port: int) -> list[str]:
    """Return the addresses of a host, or none if the name cannot be resolved."""
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _pieces(response: t.Any) -> t.Iterator[bytes]:
    """Yield the body as it arrives, not unpacked: waiting for a full buffer could exceed the time limit."""
    read1 = getattr(response.raw, "read1", None)
    if read1 is None:  # urllib3 before 2.0
        yield from response.raw.stream(1024, decode_content=False)
        return
    while True:
        piece = read1(65536, decode_content=False)
        if not piece:
            return
        yield piece


def _is_html(answer: _Answer) -> bool:
    start = answer.body.lstrip()[:15].lower()
    return "html" in answer.content_type.lower() or start.startswith((b"<!doctype html", b"<html"))


def _nested(exc: BaseException) -> t.Iterator[BaseException]:
    """Yield a network error and its causes, the innermost one last."""
    seen: object = exc
    for _depth in range(10):
        if not isinstance(seen, BaseException):
            return
        yield seen
        first = seen.args[0] if seen.args else None
        inner = (getattr(seen, "reason", None), seen.__cause__, first, seen.__context__)
        seen = next((candidate for candidate in inner if isinstance(candidate, BaseException)), None)


def _tls_fault(exc: BaseException) -> str:
    """Return the kind of fault of a TLS connection, by the error number of OpenSSL (see its x509_vfy.h)."""
    for nested in _nested(exc):
        if isinstance(nested, ssl.SSLCertVerificationError):
            return _VERIFY_FAULTS.get(nested.verify_code, "tls_untrusted")
    return "tls_failed"


def _connection_fault(exc: BaseException) -> str:
    """Return the kind of fault of a connection: a request that was never sent cannot have been carried out."""
    nested = list(_nested(exc))
    if not any(isinstance(error, NewConnectionError) for error in nested):
        return "cut"
    return "unknown_host" if any(isinstance(error, socket.gaierror) for error in nested) else "refused"


def parse_errors(decoded: object) -> list[ServiceError]:
    """Read the ``errors`` of an answer: an array as documented, one object as in old answers, or texts."""
    found = decoded.get("errors") if isinstance(decoded, dict) else None
    if not isinstance(found, list):
        found = [found]
    return [error for error in map(_parse_error, found) if error is not None]


def _parse_error(entry: object) -> ServiceError | None:
    if isinstance(entry, dict):
        return ServiceError(_short_line(entry.get("code")) or "unknown", _short_line(entry.get("message")))
    if isinstance(entry, str) and entry.strip():
        return ServiceError("unknown", _short_line(entry))
    return None


def _short_line(value: object) -> str:
    """Return a text of the service as one printable line, cut if it is longer than any real message."""
    text = "" if value is None else str(value)[: 2 * _LONGEST_MESSAGE]
    line = one_line(text)
    return line if len(line) <= _LONGEST_MESSAGE else f"{line[:_LONGEST_MESSAGE]}…"
