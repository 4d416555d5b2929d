# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads what a certificate names: answers of OCSP responders, and revocation lists.

The address comes from a host, so whoever controls that host chooses where the controller connects. That is why a
request is always a GET with nothing of ours in it, why only public addresses are reached, and why no redirect is
followed. CAs use http:// for these addresses, because what they serve is signed.
"""

from __future__ import annotations

import base64
import http.client
import ipaddress
import socket
import time
import typing as t
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

_CHUNK = 64 * 1024
_USER_AGENT = "ansible-community.digicert"


class FetchError(Exception):
    """Nothing was read; the text says why."""


@dataclass(frozen=True)
class Limits:
    """How much may be read, and until when by the monotonic clock."""

    size: int
    until: float

    def seconds_left(self) -> float:
        """Return the seconds that are left. Raises FetchError if there are none."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise FetchError("it takes too long")
        return left


@dataclass(frozen=True)
class Fetched:
    """An answer; ``body`` is None if nothing has changed."""

    body: bytes | None
    etag: str
    modified: str


@dataclass(frozen=True)
class _Target:
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == 80 else f"{host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        address = _as_address(self.host)
        return address is not None and address.is_loopback


def _as_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _target(url: str) -> _Target:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 80
    except ValueError as exc:
        raise FetchError("it is not an address") from exc
    if parts.scheme != "http" or not host:
        raise FetchError("it is not an http:// address")
    if parts.username or parts.password or parts.query or parts.fragment or "@" in parts.netloc:
        raise FetchError("it contains credentials, a query or a fragment")
    target = _Target(host, port, parts.path or "/")
    if _as_address(host) is not None and not target.is_loopback:
        raise FetchError("it has an IP address instead of a name")
    return target


def fetch(url: str, limits: Limits, headers: Mapping[str, str] | None = None) -> Fetched:
    """Send a GET. Raises FetchError."""
    try:
        target = _target(url)
        connection, path = _connect(target, limits)
        try:
            sent = {"User-Agent": _USER_AGENT, "Host": target.authority, **(headers or {})}
            connection.request("GET", path, headers=sent)
            return _read(connection.getresponse(), limits)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as exc:
        raise FetchError(str(exc) or type(exc).__name__) from exc


def _connect(target: _Target, limits: Limits) -> tuple[http.client.HTTPConnection, str]:
    """Return a connection to the target or to the proxy of the environment, and what to ask it for."""
    proxy = None if target.is_loopback or proxy_bypass(target.host) else getproxies().get("http")
    if proxy:
        return _by_proxy(proxy, target, limits)
    connection = http.client.HTTPConnection(target.host, target.port, timeout=limits.seconds_left())
    # connected here, so that the address that was checked is the one that is used
    connection.sock = _open(target, limits)
    return connection, target.path


def _by_proxy(proxy: str, target: _Target, limits: Limits) -> tuple[http.client.HTTPConnection, str]:
    parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    if parts.scheme != "http":
        raise FetchError("the proxy of the environment is not an http:// address")
    connection = _ProxyConnection(parts.hostname or "", parts.port or 80, timeout=limits.seconds_left())
    if parts.username:
        secret = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        connection.authorization = f"Basic {base64.b64encode(secret.encode()).decode('ascii')}"
    return connection, f"http://{target.authority}{target.path}"


class _ProxyConnection(http.client.HTTPConnection):
    """A connection to a proxy, which may want to know who connects."""

    authorization = ""

    def endheaders(self, *args: t.Any, **kwargs: t.Any) -> None:
        """Add who connects, and send the request."""
        if self.authorization:
            self.putheader("Proxy-Authorization", self.authorization)
        super().endheaders(*args, **kwargs)


def _open(target: _Target, limits: Limits) -> socket.socket:
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not target.is_loopback and not all(ipaddress.ip_address(one.partition("%")[0]).is_global for one in addresses):
        raise FetchError("its name does not lead to a public address")
    problem: OSError | None = None
    for address in addresses:
        try:
            return socket.create_connection((address, target.port), timeout=limits.seconds_left())
        except OSError as exc:
            problem = exc
    raise problem or FetchError("its name has no address")


def _read(response: http.client.HTTPResponse, limits: Limits) -> Fetched:
    etag, modified = response.getheader("ETag", ""), response.getheader("Last-Modified", "")
    if response.status == http.client.NOT_MODIFIED:
        return Fetched(None, etag, modified)
    if response.status != http.client.OK:
        raise FetchError(f"it answers with the status {response.status}")
    body = bytearray()
    while part := response.read1(_CHUNK):
        body += part
        if len(body) > limits.size:
            raise FetchError(f"its answer has more than {limits.size} bytes")
        limits.seconds_left()
    if response.length:
        raise FetchError("its answer ends too early")
    return Fetched(bytes(body), etag, modified)
