# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the blocks of PEM text and bring them into one form."""

from __future__ import annotations

import re

_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)

CSR_LABEL = "(NEW )?CERTIFICATE REQUEST"
"""Labels of a CSR: RFC 7468 section 7, with the older form that it mentions."""

# what OpenSSL reads, and every service with it: each boundary on its own line, and lines that are not too long
_PLAIN = re.compile(
    r"(?m:^)-----BEGIN ([A-Z0-9 ]+)-----[ \t\r]*\n(?:[A-Za-z0-9+/=]{1,76}[ \t\r]*\n)+"
    r"-----END \1-----[ \t\r]*(?:\n|$)"
)


class InvalidPemError(ValueError):
    """A text is not the PEM text that was expected; the message says what it is, or what is wrong with it."""

    def __init__(self, problem: str, advice: str = "", *, is_key: bool = False) -> None:
        """``advice`` is a sentence without a full stop; ``is_key`` says that it is a private key in another form."""
        super().__init__(problem)
        self.advice = advice
        self.is_key = is_key

    def advice_for(self, path: str) -> str:
        """Return the advice for a file at a path."""
        return self.advice.replace("FILE", path)


def pem_blocks(text: str, label_pattern: str) -> list[str]:
    """Return every PEM block whose label matches, with lines of 64 characters that end in LF.

    Accepts CRLF, and text without line breaks: the service and some of its clients produce both.
    """
    blocks = []
    for match in _BLOCK.finditer(text):
        label, body = match.group(1), "".join(match.group(2).split())
        if re.fullmatch(label_pattern, label):
            blocks.append(pem_block(label, body))
    return blocks


def pem_block(label: str, body: str) -> str:
    """Return a block with lines of 64 characters; ``body`` is Base64 in one line."""
    lines = "\n".join(body[at : at + 64] for at in range(0, len(body), 64))
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n"


def is_plain(text: str) -> bool:
    """Whether every PEM block of a text has the form that all programs read."""
    return text.count("-----BEGIN ") == len(_PLAIN.findall(text))


def only_csr(text: str) -> str:
    """Return the PEM block of a CSR. Raises InvalidPemError if there is none, or more than one."""
    blocks = pem_blocks(text, CSR_LABEL)
    if len(blocks) != 1:
        raise InvalidPemError("it holds more than one CSR" if blocks else "it holds no PEM block CERTIFICATE REQUEST")
    return blocks[0]


def is_base64(block: str) -> bool:
    """Whether the lines between the boundaries of a block have no other characters than those of Base64."""
    return re.fullmatch(r"[A-Za-z0-9+/\n]+={0,2}\n", block[block.index("\n") : block.rindex("-----END ")]) is not None
