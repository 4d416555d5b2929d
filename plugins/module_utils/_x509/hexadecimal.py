# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Serial numbers of certificates: one spelling."""

from __future__ import annotations

import re


def normalise_serial_number(text: str) -> str:
    """Return a hexadecimal serial number as it is compared: lower case, digits only, no leading zeros."""
    return re.sub(r"[^0-9a-f]", "", text.lower()).lstrip("0") or "0"
