# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a request to revoke is about: its comment says it, because no other field of a request does. Pure: no I/O.

Whoever approves the request reads there what it is that will be revoked.
"""

from __future__ import annotations

import re

ALL = "all"
"""Stands for all certificates of an order, where otherwise a serial number stands for one."""

_ALL_SENTENCE = "This is for all certificates of the order."
_ONE_SENTENCE = "This is for the certificate with the serial number {}."
_ONE = re.compile(r"This is for the certificate with the serial number ([0-9a-f]+)\.")


def comment_about(what: str, comment: str | None) -> str:
    """Return the comment with what the request is about: ``ALL`` or a serial number, hexadecimal in lower case."""
    sentence = _ALL_SENTENCE if what == ALL else _ONE_SENTENCE.format(what)
    return f"{comment} {sentence}" if comment else sentence


def subject_of(comment: str | None) -> str | None:
    """Return what a request with this comment is about; None where it was made elsewhere and does not say it."""
    if comment and _ALL_SENTENCE in comment:
        return ALL
    found = _ONE.search(comment or "")
    return found.group(1) if found else None
