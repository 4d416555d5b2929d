# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plain-text dialogues of protocols in which the client requests TLS."""

from __future__ import annotations

import re
import typing as t

# RFC 5321 section 4.5.3.1.5 has 512 bytes for a line of a reply; IMAP lists its capabilities in one line.
_LONGEST_LINE = 8192
_LONGEST_SHOWN = 200
# A server that sends more lines than this is not a mail server.
_MOST_LINES = 100
# "PostgreSQL: Frontend/Backend Protocol", SSLRequest: length 8, code 80877103.
_SSL_REQUEST = (8).to_bytes(4, "big") + (80877103).to_bytes(4, "big")


class StartTlsError(Exception):
    """The server does not start TLS; the text says how it answered."""


class Connection(t.Protocol):
    """The part of a socket that the dialogues need."""

    def sendall(self, data: bytes, /) -> None:
        """Send everything."""

    def recv(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes, or none at the end of the connection."""


def _line(connection: Connection) -> str:
    """Read one line, byte by byte: what follows the last line belongs to the TLS handshake."""
    line = bytearray()
    while not line.endswith(b"\n"):
        byte = connection.recv(1)
        if not byte:
            raise StartTlsError("the server closed the connection before TLS began")
        line += byte
        if len(line) > _LONGEST_LINE:
            raise StartTlsError("the server sends a line that is too long")
    return line.decode("ascii", errors="replace").rstrip("\r\n")


def _shown(line: str) -> str:
    """Return a line of the server for a message, which stays short."""
    return repr(line[:_LONGEST_SHOWN])


def _smtp_reply(connection: Connection, code: str) -> list[str]:
    """Return the lines of a reply (RFC 5321 section 4.2). Raises StartTlsError if it has another code."""
    lines: list[str] = []
    while len(lines) < _MOST_LINES:
        lines.append(_line(connection))
        if not re.match(r"[2-5]\d\d-", lines[-1]):
            break
    if not re.match(rf"{code}( |$)", lines[-1]):
        raise StartTlsError(f"the server answered {_shown(lines[-1])} instead of {code}")
    return [line[4:] for line in lines]


def _smtp(connection: Connection) -> None:
    """Start TLS as described in RFC 3207."""
    _smtp_reply(connection, "220")
    connection.sendall(b"EHLO [127.0.0.1]\r\n")
    offered = _smtp_reply(connection, "250")
    if "STARTTLS" not in (line.strip().upper() for line in offered):
        raise StartTlsError("the server does not offer STARTTLS")
    connection.sendall(b"STARTTLS\r\n")
    _smtp_reply(connection, "220")


def _imap(connection: Connection) -> None:
    """Start TLS as described in RFC 9051 section 6.2.1."""
    greeting = _line(connection)
    if not greeting.upper().startswith("* OK"):
        raise StartTlsError(f"the server greeted with {_shown(greeting)}")
    connection.sendall(b"t STARTTLS\r\n")
    answer = ""
    for _number in range(_MOST_LINES):
        answer = _line(connection)
        if answer.startswith("t "):
            break
    if not answer.upper().startswith("T OK"):
        raise StartTlsError(f"the server answered STARTTLS with {_shown(answer)}")


def _postgres(connection: Connection) -> None:
    """Request TLS as described in the protocol of PostgreSQL, section "SSL Session Encryption"."""
    connection.sendall(_SSL_REQUEST)
    answer = connection.recv(1)
    if answer == b"N":
        raise StartTlsError("the server has TLS switched off")
    if answer != b"S":
        raise StartTlsError(f"the server answered {answer!r} to the request for TLS: it is not a PostgreSQL server")


_DIALOGUES: dict[str, t.Callable[[Connection], None]] = {"smtp": _smtp, "imap": _imap, "postgres": _postgres}
PROTOCOLS = tuple(_DIALOGUES)


def start_tls(protocol: str, connection: Connection) -> None:
    """Run the dialogue of one of ``PROTOCOLS``, up to the TLS handshake.

    Raises StartTlsError if the server does not start TLS, and whatever the connection raises.
    """
    _DIALOGUES[protocol](connection)
