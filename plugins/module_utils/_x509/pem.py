# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the blocks of PEM text and bring them into one form."""

from __future__ import annotations

import re

_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----", re.DOTALL)

CSR_LABEL = "(NEW )?CERTIFICATE REQUEST"
"""Labels of a CSR: RFC 7468 section 7, with the older form that it mentions."""
CERTIFICATE_LABEL = "(X509 |TRUSTED )?CERTIFICATE"
"""Labels of a certificate: RFC 7468 section 5.1, with those that OpenSSL also writes."""


class InvalidPemError(ValueError):
    """A text is not the PEM text that was expected; the message says what is wrong with it."""


def pem_blocks(text: str, label_pattern: str) -> list[str]:
    """Return every PEM block whose label matches, with lines of 64 characters that end in LF.

    Accepts CRLF, and text without line breaks: the service and some of its clients produce both.
    """
    blocks = []
    for match in _BLOCK.finditer(text):
        label, body = match.group(1), "".join(match.group(2).split())
        if re.fullmatch(label_pattern, label):
            lines = "\n".join(body[i : i + 64] for i in range(0, len(body), 64))
            blocks.append(f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n")
    return blocks


def only_csr(text: str) -> str:
    """Return the PEM block of a CSR. Raises InvalidPemError if there is none, or more than one."""
    blocks = pem_blocks(text, CSR_LABEL)
    if len(blocks) != 1:
        raise InvalidPemError("it holds more than one CSR" if blocks else "it holds no PEM block CERTIFICATE REQUEST")
    return blocks[0]
