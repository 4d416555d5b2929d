# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all requests of a run of digicert_host_certificate share."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

Labels = t.Callable[[str, "str | None"], "str | None"]
"""Returns the SELinux context that a path must have, with this type if one is given; None without SELinux."""


@dataclass(frozen=True)
class RunSettings:
    """What all requests of a run share."""

    state: str
    lock_timeout: float
    check_mode: bool
    labels: Labels
    timeout: float = 10.0
    """Seconds for each connection to a service."""
