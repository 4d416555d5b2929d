# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The limits of an answer: its time and its bytes while it arrives, its size when unpacked, and the JSON in it.

The other side may be anything: the service, a proxy in front of it, or somebody who answers in its place.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import time
import typing as t
import zlib

MIB = 1024 * 1024
LARGEST_JSON = 16 * MIB
"""More than any answer of the service: a page of a list has at most 1000 orders of about 1 kB."""
LARGEST_DOWNLOAD = MIB
"""More than any certificate with its chain, in whatever format."""

# with its head, and with the sizes of its chunks
_LARGEST_ON_THE_WIRE = 2 * LARGEST_JSON
# the answers of the service have five levels; results are processed recursively later
_DEEPEST_JSON = 60
# each entry of a list or an object takes many times its bytes in memory
_MOST_VALUES = 2_000_000
_LONGEST_NUMBER = 40
# a connection that cannot be made in time must end with the error of a connection
_LAST_CHANCE = 0.01
_PIECE = 64 * 1024


class TooLargeError(Exception):
    """An answer is larger than it may be; ``limit`` is in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class UnreadableBodyError(Exception):
    """A body cannot be unpacked, or it ends too early."""


class UnusualJsonError(ValueError):
    """Something is JSON, but unlike any answer of the service; the text says why."""


class Watch:
    """The limits of the call that is under way.

    ``left`` returns its seconds, and raises when they are over; ``addresses`` returns those of a host, and
    ``unreachable`` is the error of one that cannot be reached.
    """

    def __init__(
        self,
        left: t.Callable[[], float],
        addresses: t.Callable[[str, int], t.Sequence[str]],
        unreachable: type[Exception],
    ) -> None:
        self.left = left
        self.addresses = addresses
        self.unreachable = unreachable
        self.received = 0

    def take(self, size: int) -> None:
        """Count bytes of the connection. Raises OSError, as for a connection that breaks."""
        self.received += size
        if self.is_flooded:
            raise OSError("the answer does not end")

    @property
    def is_flooded(self) -> bool:
        """Whether more has arrived than any answer has."""
        return self.received > _LARGEST_ON_THE_WIRE


class WatchedStream(io.RawIOBase):
    """The stream of a connection. Each read gets the time that is left; a timeout alone would begin anew each time."""

    def __init__(self, connection: t.Any, watch: Watch) -> None:
        super().__init__()
        self._connection = connection
        self._stream = connection.makefile("rb", buffering=0)
        self._watch = watch

    def readable(self) -> bool:
        """Return true: nothing is written through this stream."""
        return True

    def readinto(self, buffer: t.Any, /) -> int | None:
        """Read what is there, within the limits of the call."""
        self._connection.settimeout(self._watch.left())
        size: int | None = self._stream.readinto(buffer)
        self._watch.take(size or 0)
        return size

    def close(self) -> None:
        """Close the stream, which closes the connection if nothing else uses it."""
        try:
            self._stream.close()
        finally:
            super().close()


def watched_pool(pool_class: t.Any, watch: Watch) -> t.Any:
    """Return a class of connection pools of urllib3 whose answers arrive through a watched stream."""
    connection_class: t.Any = pool_class.ConnectionCls
    response_class: t.Any = connection_class.response_class

    class Response(response_class):  # type: ignore[misc]
        """An answer; also that of a proxy that is asked for a tunnel."""

        def __init__(self, connection: t.Any, *arguments: t.Any, **options: t.Any) -> None:
            super().__init__(connection, *arguments, **options)
            unwatched, self.fp = self.fp, io.BufferedReader(WatchedStream(connection, watch))
            unwatched.close()

    class Connection(connection_class):  # type: ignore[misc]
        """A connection."""

        def _new_conn(self) -> t.Any:
            """Connect to one of the addresses of the host; the time limit is for all of them together."""
            # other classes, for SOCKS, let the proxy look up the name
            if connection_class.__module__ != "urllib3.connection":
                return super()._new_conn()
            name, seconds = self._dns_host, self.timeout
            try:
                return self._connect(watch.addresses(name, self.port) or [name], seconds)
            finally:
                self._dns_host, self.timeout = name, seconds

        def _connect(self, addresses: t.Sequence[str], seconds: float) -> t.Any:
            ends = time.monotonic() + watch.left()
            *others, last = addresses
            for address in others:
                self._dns_host, self.timeout = address, min(seconds, ends - time.monotonic())
                if self.timeout <= 0:
                    break
                with contextlib.suppress(watch.unreachable):
                    return super()._new_conn()
            self._dns_host, self.timeout = last, max(min(seconds, ends - time.monotonic()), _LAST_CHANCE)
            return super()._new_conn()

    Connection.response_class = Response

    class Pool(pool_class):  # type: ignore[misc]
        """Connections to one host."""

        ConnectionCls = Connection

    return Pool


def body_of(pieces: t.Iterable[bytes], encoding: str, limit: int) -> bytes:
    """Return a body, unpacked if it is compressed. Raises TooLargeError before more than the limit is in memory."""
    if encoding in ("", "identity"):
        return _joined(pieces, limit)
    if encoding not in ("gzip", "x-gzip"):
        raise UnreadableBodyError(f"the content encoding {encoding[:40]!r} was not asked for")
    return _joined(_unzipped(pieces), limit)


def _joined(pieces: t.Iterable[bytes], limit: int) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > limit:
            raise TooLargeError(limit)
    return bytes(body)


def _unzipped(pieces: t.Iterable[bytes]) -> t.Iterator[bytes]:
    """Yield the content of gzip members (RFC 1952) in small pieces, however strongly they are compressed."""
    member = zlib.decompressobj(zlib.MAX_WBITS | 16)
    is_begun = False
    for piece in pieces:
        rest = piece
        while rest:
            if member.eof:
                member, is_begun = zlib.decompressobj(zlib.MAX_WBITS | 16), False
            try:
                found = member.decompress(rest, _PIECE)
            except zlib.error as exc:
                raise UnreadableBodyError("its compression is broken") from exc
            is_begun = True
            yield found
            rest = member.unused_data if member.eof else member.unconsumed_tail
    if is_begun and not member.eof:
        raise UnreadableBodyError("its compression is cut off")


def read_json(body: bytes) -> t.Any:
    """Decode JSON. Raises ValueError for anything else, such as NaN, infinity, or nesting that no answer has."""
    # counted before it is decoded, because this takes no memory
    if sum(map(body.count, (b",", b"[", b"{"))) > _MOST_VALUES:
        raise UnusualJsonError("it has too many values")
    try:
        decoded = json.loads(body, parse_constant=_refused, parse_float=_finite, parse_int=_whole)
    except RecursionError:
        raise UnusualJsonError("it is nested too deeply") from None
    _check_depth(decoded)
    return decoded


def _check_depth(decoded: t.Any) -> None:
    level = [decoded]
    for _depth in range(_DEEPEST_JSON):
        level = [inner for outer in level for inner in _inside(outer) if isinstance(inner, (dict, list))]
        if not level:
            return
    raise UnusualJsonError("it is nested too deeply")


def _inside(value: t.Any) -> t.Iterable[t.Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _refused(constant: str) -> t.NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise UnusualJsonError("it has a number that is too large")
    return number


def _whole(digits: str) -> int:
    # the time for long numbers grows with the square of their length
    if len(digits) > _LONGEST_NUMBER:
        raise UnusualJsonError("it has a number that is too large")
    return int(digits)
