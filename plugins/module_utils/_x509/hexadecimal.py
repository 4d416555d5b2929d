# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Serial numbers, thumbprints and fingerprints: hexadecimal numbers that every tool writes in its own way."""

from __future__ import annotations

import re

SHA1_DIGITS = 40
SHA256_DIGITS = 64


def normalise_serial_number(text: str) -> str:
    """Return a serial number in the form in which it is compared: lower case, digits only, no leading zeros."""
    return _digits(text).lstrip("0") or "0"


def normalise_thumbprint(text: str) -> str:
    """Return a thumbprint as CertCentral writes it: upper case, digits only."""
    return _digits(text).upper()


def hash_digits(text: str, count: int) -> str | None:
    """Return a hash in lower case without colons, or None if the text is not exactly so many digits."""
    digits = text.replace(":", "").strip().lower()
    return digits if len(digits) == count and digits == _digits(digits) else None


def _digits(text: str) -> str:
    return re.sub(r"[^0-9a-f]", "", text.lower())
