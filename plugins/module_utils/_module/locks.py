# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The locks between runs on one host."""

from __future__ import annotations

from .._host.run_locks import RunLocks
from .run import Run


def locks_of(run: Run) -> RunLocks | None:
    """Return the locks of a run; none in check mode, which touches no file."""
    if run.check_mode:
        return None
    return RunLocks(run.client.base_url, run.client.sleep, run.client.monotonic)
