# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Escape text for HTML and SVG. Every value from outside must pass through here. Pure."""

from __future__ import annotations

import html
import re

# control characters are not allowed in HTML; those that change the writing direction can disguise a name
_UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def escape(value: object) -> str:
    """Return a value as text that is safe in an element and in a quoted attribute."""
    return html.escape(_UNFIT.sub("\ufffd", str(value)), quote=True)
