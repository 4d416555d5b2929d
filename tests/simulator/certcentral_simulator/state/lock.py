# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One simulator for each state: clock, switches and faults are its own, so a second one would contradict it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class StateLock:
    """The lock of a state directory. It ends with the process, however that ends."""

    def __init__(self, directory: Path) -> None:
        """Take the lock.

        :raises ValueError: another simulator has it.
        """
        self._descriptor = os.open(directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            holder = os.pread(self._descriptor, 32, 0).decode("ascii", errors="replace").strip()
            os.close(self._descriptor)
            raise ValueError(
                f"the state in {directory} is in use by another simulator{f', process {holder}' if holder else ''}: "
                "stop that one, or name another directory with --state"
            ) from exc
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """Give the lock back."""
        os.close(self._descriptor)
