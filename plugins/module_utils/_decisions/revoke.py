# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which certificates a request to revoke is about: only its comment can say so, no other field does. Pure: no I/O.

The user who approves the request reads there what will be revoked.
"""

from __future__ import annotations

import re

ALL = "all"
"""Used instead of a serial number for all certificates of an order."""

_ALL_SENTENCE = "This is for all certificates of the order."
_ONE_SENTENCE = "This is for the certificate with the serial number {}."
_ONE = re.compile(r"This is for the certificate with the serial number ([0-9a-f]+)\.")


def comment_about(what: str, comment: str | None) -> str:
    """Return the comment with the subject of the request: ``ALL`` or a serial number in lower-case hexadecimal."""
    sentence = _ALL_SENTENCE if what == ALL else _ONE_SENTENCE.format(what)
    return f"{comment} {sentence}" if comment else sentence


def subject_of(comment: str | None) -> str | None:
    """Return the subject of a request with this comment; None if it was made elsewhere and has no subject."""
    if comment and _ALL_SENTENCE in comment:
        return ALL
    match = _ONE.search(comment or "")
    return match.group(1) if match else None
