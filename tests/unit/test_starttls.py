# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The dialogues before TLS: what is sent, what is left for the handshake, and what a refusal looks like."""

from __future__ import annotations

import re

import pytest

from ansible_collections.community.digicert.plugins.module_utils._host.starttls import (
    PROTOCOLS,
    StartTlsError,
    start_tls,
)

HELLO = b"\x16\x03\x03 the first bytes of the handshake"


class Script:
    """A connection to a server that sends everything at once, whatever the client sends."""

    def __init__(self, answers: bytes) -> None:
        self.left = answers
        self.said = b""

    def sendall(self, data: bytes, /) -> None:
        self.said += data

    def recv(self, size: int, /) -> bytes:
        taken, self.left = self.left[:size], self.left[size:]
        return taken


SMTP = b"220-mail.example.com\r\n220 ready\r\n250-mail.example.com\r\n250-starttls\r\n250 SIZE 1000\r\n"
IMAP = b"* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n* CAPABILITY IMAP4rev1\r\n"


@pytest.mark.parametrize(
    ("protocol", "answers", "said"),
    [
        ("smtp", SMTP + b"220 go ahead\r\n", b"EHLO [127.0.0.1]\r\nSTARTTLS\r\n"),
        ("imap", IMAP + b"t ok begin\r\n", b"t STARTTLS\r\n"),
        ("postgres", b"S", b"\x00\x00\x00\x08\x04\xd2\x16\x2f"),
    ],
)
def test_tls_is_requested_and_no_byte_of_the_handshake_is_read(protocol: str, answers: bytes, said: bytes) -> None:
    script = Script(answers + HELLO)
    start_tls(protocol, script)
    assert script.said == said
    assert script.left == HELLO


@pytest.mark.parametrize(
    ("protocol", "answers", "message"),
    [
        ("smtp", b"554 no service\r\n", "'554 no service' instead of 220"),
        ("smtp", b"220 x\r\n250-x\r\n250 NOSTARTTLS\r\n", "does not offer STARTTLS"),
        ("smtp", b"220 x\r\n502 what?\r\n", "'502 what?' instead of 250"),
        ("smtp", SMTP + b"454 not now\r\n", "'454 not now' instead of 220"),
        ("smtp", b"220-x\r\n" * 1000, "'220-x' instead of 220"),
        ("imap", b"* BYE too busy\r\n", "'* BYE too busy'"),
        ("imap", b"* PREAUTH trusted\r\n", "'* PREAUTH trusted'"),
        ("imap", IMAP + b"t BAD unknown\r\n", "'t BAD unknown'"),
        ("imap", b"* OK x\r\n" * 1000, "answered STARTTLS with '* OK x'"),
        ("imap", b"x" * 100_000, "a line that is too long"),
        ("postgres", b"N", "has TLS switched off"),
        ("postgres", b"H", "it is not a PostgreSQL server"),
        ("postgres", b"", "it is not a PostgreSQL server"),
    ],
)
def test_a_refusal_is_reported(protocol: str, answers: bytes, message: str) -> None:
    with pytest.raises(StartTlsError, match=re.escape(message)):
        start_tls(protocol, Script(answers))


@pytest.mark.parametrize("protocol", [name for name in PROTOCOLS if name != "postgres"])
def test_a_server_that_hangs_up_is_reported(protocol: str) -> None:
    with pytest.raises(StartTlsError, match="closed the connection before TLS began"):
        start_tls(protocol, Script(b""))
