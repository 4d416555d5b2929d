# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Locks by which several runs of one user on one host keep out of each other's way, without a daemon.

Each lock is one byte of a file, so that many locks need neither many files nor many descriptors. The system releases
the locks of a process when it ends, however it ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import stat
import typing as t
from pathlib import Path

from .files import HostError, HostFileError, call, is_trusted
from .folder import Folder
from .walk import open_path

_FOLDER = ".digicert"
_FILE = "locks"
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_POLL = 0.1


class RunLocks:
    """The locks of one process. They are no locks between its threads, and must be used by one of them only."""

    def __init__(
        self,
        scope: str,
        sleep: t.Callable[[float], None],
        monotonic: t.Callable[[], float],
        *,
        longest: float = 300.0,
        home: str | None = None,
    ) -> None:
        """``scope`` keeps what has the same subject apart; ``longest`` are the seconds to wait for other runs."""
        self.longest = longest
        self.problem: str | None = None
        """Why there are no locks, if there are none."""
        self._scope = scope
        self._sleep, self._monotonic = sleep, monotonic
        self._home = home
        self._fd: int | None = None
        self._held: set[int] = set()

    def take(self, subjects: t.Iterable[str]) -> set[str]:
        """Take the locks; return the subjects on which another run has worked for too many seconds.

        If there can be no locks on this host, ``problem`` says why, and everything goes on without them.
        """
        by_place = {self._place(subject): subject for subject in subjects}
        if self.problem is not None or not by_place:
            return set()
        deadline = self._monotonic() + self.longest
        try:
            # all runs take their locks in the same order, so that no two can wait for each other
            return {by_place[place] for place in sorted(by_place) if not self._take(place, deadline)}
        except (HostError, OSError) as exc:
            self.release(by_place.values())
            self.problem = str(exc)
            return set()

    def release(self, subjects: t.Iterable[str]) -> None:
        """Release those locks that this run has."""
        for place in sorted({self._place(subject) for subject in subjects} & self._held):
            self._held.discard(place)
            if self._fd is not None:
                with contextlib.suppress(OSError):
                    fcntl.lockf(self._fd, fcntl.LOCK_UN, 1, place)
        # closing any descriptor of the file would release all locks of the process, so there is only one
        if not self._held and self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _place(self, subject: str) -> int:
        digest = hashlib.sha256(f"{self._scope}\n{subject}".encode()).digest()
        return int.from_bytes(digest[:7], "big")

    def _take(self, place: int, deadline: float) -> bool:
        if self._fd is None:
            self._fd = _open(self._home or str(Path("~").expanduser()))
        while True:
            try:
                fcntl.lockf(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
            except (BlockingIOError, PermissionError):
                if self._monotonic() >= deadline:
                    return False
                self._sleep(_POLL)
                continue
            self._held.add(place)
            return True


def _open(home: str) -> int:
    """Open the file in a folder that only this user can look into. Raises HostError if it cannot be had safely."""
    found = open_path(home, strict=False)
    if found is None:
        raise HostError(f"the home directory {home} does not exist")
    with found as parent:
        parent.make(_FOLDER, 0o700)
        with parent.open(_FOLDER) as folder:
            if folder.own_status().mode & 0o077:
                folder.set_access(0o700)
            return _open_in(folder)


def _open_in(folder: Folder) -> int:
    path = folder.path_of(_FILE)
    fd = call("open", path, os.open, _FILE, _FLAGS, 0o600, dir_fd=folder.fd)
    try:
        found = call("fstat", path, os.fstat, fd)
        if not stat.S_ISREG(found.st_mode) or not is_trusted(found.st_uid):
            raise HostError(f"{path} is not a regular file of this user. Move it away")
        if stat.S_IMODE(found.st_mode) & 0o077:
            call("fchmod", path, os.fchmod, fd, 0o600)
    except (HostError, HostFileError):
        os.close(fd)
        raise
    return fd
