# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one way to the CertCentral Services API: session, authentication, retry, pacing, errors.

Facts: https://dev.digicert.com/certcentral-apis/services-api.html and
https://dev.digicert.com/certcentral-apis/services-api/rate-limits.html
"""

from __future__ import annotations

import collections
import ipaddress
import json
import ssl
import time
import traceback
import typing as t
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from ansible_collections.community.digicert.plugins.module_utils._errors import (
    ApiError,
    InputError,
    ServiceError,
    TransportError,
    UnexpectedAnswerError,
)

REQUESTS_IMPORT_ERROR: str | None
try:
    import requests
    from urllib3.exceptions import HTTPError as Urllib3Error
    from urllib3.exceptions import InvalidHeader, NewConnectionError
    from urllib3.util.retry import Retry

    REQUESTS_IMPORT_ERROR = None
except ImportError:
    REQUESTS_IMPORT_ERROR = traceback.format_exc()

REGIONS = {
    "us": "https://www.digicert.com/services/v2",
    "eu": "https://certcentral.digicert.eu/services/v2",
}
USER_AGENT = "ansible-community.digicert/0.1.0"

# an answer that is larger is none that the service gives: a list page holds at most 1000 orders
_LARGEST_ANSWER = 64 * 1024 * 1024
_CONNECT_SECONDS = 10.0
_PACING_WINDOW_SECONDS = 5.0
_RETRIED_STATUS = frozenset({408, 429, 500, 502, 503, 504})
# Retry-After is not documented by the service; a longer wait than this is for the user to decide
_LONGEST_RETRY_AFTER = 120.0


@dataclass(frozen=True)
class ConnectionSettings:
    """Where and how the service is reached."""

    api_key: str
    api_url: str = REGIONS["us"]
    ca_path: str | None = None
    validate_certs: bool = True
    timeout: float = 60.0
    """Seconds that one call may take, with all its retries."""
    rate_limit: int = 100
    """Most requests within five seconds; 0 means no limit."""


def check_url(api_url: str) -> str:
    """Return the address without a trailing slash. Raises InputError for one that would send the API key in clear."""
    url = api_url.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a bracket that is not closed
        is_address = False
    if not is_address:
        shown = "an address with credentials" if "@" in api_url else repr(api_url)
        raise InputError(
            f"api_url is {shown}, which is no https:// address.",
            next_action="Use the address of the Services API, for example " + REGIONS["us"] + ".",
        )
    if parts.username or parts.password or parts.query or parts.fragment:
        raise InputError(
            "api_url must not hold credentials, a query or a fragment.",
            next_action="Give the bare address, and the key in api_key.",
        )
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        raise InputError(
            f"api_url uses http:// to {parts.hostname}, which would send the API key in clear.",
            next_action="Use https://; http:// is accepted for loopback addresses only.",
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
    """Join path segments, each percent-encoded, into a path below the base address."""
    return "/" + "/".join(quote(str(segment), safe="") for segment in segments)


class _Answer(t.NamedTuple):
    status: int
    content_type: str
    body: bytes


class Client:
    """A session with the service. Not safe for use by several threads."""

    def __init__(
        self,
        settings: ConnectionSettings,
        *,
        sleep: t.Callable[[float], None] = time.sleep,
        monotonic: t.Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._base = check_url(settings.api_url)
        self._sleep = sleep
        self._monotonic = monotonic
        self._sent_at: collections.deque[float] = collections.deque()
        self.api_calls: dict[str, int] = {}
        """Requests sent so far, by HTTP method; each retry counts."""
        self._session = requests.Session()
        self._session.headers.update(
            {"X-DC-DEVKEY": settings.api_key, "User-Agent": USER_AGENT, "Accept": "application/json"}
        )
        # given with each request: an environment variable of requests would win over the session's own setting
        self._verify: bool | str = (settings.ca_path or True) if settings.validate_certs else False

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def sleep(self, seconds: float) -> None:
        """Wait; the one clock of all who wait between calls."""
        self._sleep(seconds)

    def monotonic(self) -> float:
        """Return seconds on a clock that never steps back."""
        return self._monotonic()

    def get(self, url_path: str, params: t.Mapping[str, object] | None = None) -> t.Any:
        """GET and return the decoded JSON, or None for an empty answer. Retried within the deadline."""
        return self._decode(self._call("GET", url_path, params=params, repeatable=True), f"GET {url_path}")

    def get_bytes(self, url_path: str) -> bytes:
        """GET and return the raw body: downloads are not JSON. Retried within the deadline."""
        return self._call("GET", url_path, repeatable=True, accept="*/*").body

    def post(self, url_path: str, body: object) -> t.Any:
        """POST and return the decoded JSON, or None. Sent once: a POST may cost money."""
        return self._decode(self._call("POST", url_path, body=body, repeatable=False), f"POST {url_path}")

    def put(self, url_path: str, body: object | None = None, *, repeatable: bool = False) -> t.Any:
        """PUT and return the decoded JSON, or None. Retried only where the caller says that repeating does no harm."""
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
    ) -> _Answer:
        """Send a request, and send it again while it may be repeated, a retry could help and the deadline allows it."""
        deadline = self._monotonic() + self._settings.timeout
        # counts, backs off and reads Retry-After; the loop is ours because urllib3 knows no deadline
        retries = Retry(total=None, backoff_factor=0.5)
        while True:
            fault: TransportError | ApiError
            wait: float | None = None
            try:
                response = self._send(method, url_path, params, body, accept, deadline)
                answer = _Answer(
                    response.status_code,
                    response.headers.get("Content-Type", ""),
                    self._read(response, deadline, method, url_path),
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
                # the first back-off of urllib3 is zero: a service in trouble gets a moment before the first retry too
                wait = max(retries.get_backoff_time(), 0.5)
            if self._monotonic() + wait >= deadline:
                raise fault
            self._sleep(wait)

    @staticmethod
    def _retry_after(retries: t.Any, response: t.Any) -> float | None:
        """Return the wait in seconds that the service asks for, clamped, or None."""
        value = response.headers.get("Retry-After")
        if value is None:
            return None
        try:
            return min(max(float(retries.parse_retry_after(value)), 0.0), _LONGEST_RETRY_AFTER)
        except (InvalidHeader, ValueError, OverflowError):
            return None

    def _pace(self) -> None:
        """Keep below the number of requests that may be sent within the pacing window."""
        limit = self._settings.rate_limit
        if limit <= 0:
            return
        now = self._monotonic()
        while self._sent_at and now - self._sent_at[0] >= _PACING_WINDOW_SECONDS:
            self._sent_at.popleft()
        if len(self._sent_at) >= limit:
            self._sleep(self._sent_at[0] + _PACING_WINDOW_SECONDS - now)
            self._sent_at.popleft()
        self._sent_at.append(self._monotonic())

    def _send(
        self,
        method: str,
        url_path: str,
        params: t.Mapping[str, object] | None,
        body: object | None,
        accept: str | None,
        deadline: float,
    ) -> t.Any:
        self._pace()
        self.api_calls[method] = self.api_calls.get(method, 0) + 1
        left = max(deadline - self._monotonic(), 0.1)
        try:
            return self._session.request(
                method,
                self._base + url_path,
                params=t.cast(t.Any, params),
                json=body,
                headers={"Accept": accept} if accept else None,
                timeout=(min(_CONNECT_SECONDS, left), left),
                # requests would carry the API key, being in a header of its own, to wherever a redirect points
                allow_redirects=False,
                stream=True,
                verify=self._verify,
            )
        except requests.exceptions.SSLError as exc:
            if _innermost(exc, ssl.SSLCertVerificationError):
                raise self._certificate_fault(exc) from None
            # in the handshake or after it: which of both is not told
            raise TransportError(
                f"The TLS connection with {self._host()} failed ({self._cause(exc)}).",
                next_action="Check api_url, ca_path and the proxy settings, then run this again.",
                sent=True,
            ) from None
        except requests.exceptions.ConnectTimeout:
            raise TransportError(
                f"{self._host()} did not accept a connection in time.",
                next_action="Check the network and proxy settings of the controller, then run this again.",
                sent=False,
            ) from None
        except requests.exceptions.ProxyError as exc:
            raise TransportError(
                f"The proxy in front of {self._host()} refused the connection ({self._cause(exc)}).",
                next_action="Check the variables HTTPS_PROXY and NO_PROXY of the controller.",
                sent=False,
            ) from None
        except requests.exceptions.Timeout:
            raise self._lost(method, url_path, "no answer came in time") from None
        except requests.exceptions.ConnectionError as exc:
            if _innermost(exc, NewConnectionError):  # the request never left: nothing can have been done
                raise TransportError(
                    f"{self._host()} cannot be reached ({self._cause(exc)}).",
                    next_action="Check api_url, DNS and the network of the controller, then run this again.",
                    sent=False,
                ) from None
            raise self._lost(method, url_path, "the connection was cut") from None
        except (OSError, ValueError) as exc:
            # OSError: ca_path does not exist; ValueError: a header or address that requests refuses to send
            raise InputError(
                f"The request could not be made: {self._cause(exc)}.",
                next_action="Check api_key, api_url and ca_path.",
            ) from None

    def _read(self, response: t.Any, deadline: float, method: str, url_path: str) -> bytes:
        """Read the body within the deadline and the size limit."""
        chunks: list[bytes] = []
        size = 0
        try:
            for chunk in _pieces(response):
                chunks.append(chunk)
                size += len(chunk)
                if size > _LARGEST_ANSWER:
                    raise UnexpectedAnswerError(
                        f"{self._host()} answered {method} {url_path} with more than {_LARGEST_ANSWER} bytes.",
                        next_action="Check that api_url is the address of the Services API, ending in /services/v2.",
                    )
                if self._monotonic() > deadline:
                    raise self._lost(method, url_path, "the answer came too slowly")
        except (requests.exceptions.RequestException, Urllib3Error):
            raise self._lost(method, url_path, "the connection was cut in the middle of the answer") from None
        finally:
            response.close()
        return b"".join(chunks)

    def _decode(self, answer: _Answer, request: str) -> t.Any:
        if not answer.body.strip():
            return None
        try:
            return json.loads(answer.body)
        except ValueError:
            raise self._not_json(answer, request) from None

    def _refusal(self, answer: _Answer, request: str, location: str | None) -> ApiError:
        """Turn an answer that is no success into an error; HTML and redirects get an explanation of their own."""
        if 300 <= answer.status < 400:
            raise UnexpectedAnswerError(
                f"{self._host()} redirected {request} to {self._hide(str(location))}.",
                next_action="Set api_url to the final address of the Services API; the API key is not sent elsewhere.",
            )
        try:
            decoded = json.loads(answer.body)
        except ValueError:
            if answer.status < 500 and answer.body.strip():
                raise self._not_json(answer, request) from None
            decoded = None
        return ApiError(answer.status, [self._hidden(error) for error in parse_errors(decoded)], request)

    def _not_json(self, answer: _Answer, request: str) -> UnexpectedAnswerError:
        start = answer.body.lstrip()[:15].lower()
        is_html = "html" in answer.content_type.lower() or start.startswith((b"<!doctype html", b"<html"))
        kind = "HTML" if is_html else "something that is not JSON"
        return UnexpectedAnswerError(
            f"{self._host()} answered {request} with {kind} (HTTP {answer.status}); this is not the Services API.",
            next_action="Set api_url to the address of the Services API, ending in /services/v2; check for a proxy.",
        )

    def _certificate_fault(self, exc: Exception) -> TransportError:
        return TransportError(
            f"The TLS certificate of {self._host()} does not verify ({self._cause(exc)}).",
            next_action="Set ca_path to the CA bundle that signed it, or correct api_url; the API key was not sent.",
            sent=False,
            is_lasting=True,
        )

    def _lost(self, method: str, url_path: str, what: str) -> TransportError:
        return TransportError(
            f"{method} {url_path}: {what} from {self._host()}.",
            next_action="Run this again: what the service has already done is looked up first and not done twice.",
            sent=True,
        )

    def _host(self) -> str:
        return urlsplit(self._base).netloc

    def _cause(self, exc: BaseException) -> str:
        """Return the innermost reason of a nested network error, without the API key."""
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


def _pieces(response: t.Any) -> t.Iterator[bytes]:
    """Yield the body as it arrives: a read that waits for a full buffer would outlast the deadline."""
    read1 = getattr(response.raw, "read1", None)
    if read1 is None:  # urllib3 before 2.0
        yield from response.iter_content(1024)
        return
    while True:
        piece = read1(65536, decode_content=True)
        if not piece:
            return
        yield piece


def _innermost(exc: BaseException, kind: type[BaseException]) -> bool:
    """Tell whether a nested network error goes back to one of that kind."""
    seen: object = exc
    for _depth in range(10):
        if isinstance(seen, kind):
            return True
        if not isinstance(seen, BaseException):
            return False
        seen = getattr(seen, "reason", None) or seen.__cause__ or (seen.args[0] if seen.args else None)
    return False


def parse_errors(decoded: object) -> list[ServiceError]:
    """Read the ``errors`` of an answer: an array as documented, one object as an old answer had it, or nothing."""
    found = decoded.get("errors") if isinstance(decoded, dict) else None
    if isinstance(found, dict):
        found = [found]
    if not isinstance(found, list):
        return []
    return [
        ServiceError(str(entry.get("code") or "unknown"), str(entry.get("message") or ""))
        for entry in found
        if isinstance(entry, dict)
    ]
