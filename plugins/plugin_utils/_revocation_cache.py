# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A folder of the user on the controller that keeps answers of responders and revocation lists.

What is read from it is verified like what comes from the network, so a file in it can only cause a further request.
Problems with the folder are never a failure: then nothing is kept.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

_MOST_FILES = 2000
_MOST_BYTES = 256 * 1024 * 1024
_LOCK_PAUSE = 0.05
_PRIVATE = 0o600


class Cache:
    """The open folder; one that cannot be used behaves as if it were empty."""

    def __init__(self, folder: Path, *, may_write: bool) -> None:
        """Open the folder if it is there. It stays open, because a thread may still use it."""
        self._path = folder
        self._may_write = may_write
        self._folder = _open_private(folder, create=False)

    def read(self, name: str, limit: int) -> bytes | None:
        """Return the content of a file, or None if there is none that may be used."""
        if self._folder is None:
            return None
        try:
            # opened without waiting, in case it is a pipe
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
            with os.fdopen(os.open(name, flags, dir_fd=self._folder), "rb") as file:
                is_file = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
                content = file.read(limit + 1) if is_file else b""
        except OSError:
            return None
        return content if 0 < len(content) <= limit else None

    def write(self, name: str, content: bytes) -> None:
        """Keep a file, and remove the oldest ones if there are too many."""
        folder = self._for_writing()
        if folder is None:
            return
        temporary = f".{name}.{os.getpid()}"
        with contextlib.suppress(OSError):
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
            try:
                with os.fdopen(os.open(temporary, flags, _PRIVATE, dir_fd=folder), "wb") as file:
                    file.write(content)
                os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
            except OSError:
                os.unlink(temporary, dir_fd=folder)
                raise
            _prune(folder)

    @contextlib.contextmanager
    def locked(self, name: str, until: float) -> Iterator[bool]:
        """Keep other processes of the user away until the monotonic clock says ``until``; say whether that worked."""
        folder = self._for_writing()
        if folder is None:
            yield False
            return
        try:
            descriptor = os.open(name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, _PRIVATE, dir_fd=folder)
        except OSError:
            yield False
            return
        try:
            yield _lock(descriptor, until)
        finally:
            os.close(descriptor)

    def _for_writing(self) -> int | None:
        """Return the open folder, created if it is missing, or None if nothing may be written."""
        if self._folder is None and self._may_write:
            self._folder = _open_private(self._path, create=True)
        return self._folder if self._may_write else None


def _prune(folder: int) -> None:
    kept: list[tuple[float, int, str]] = []
    for name in os.listdir(folder):
        with contextlib.suppress(OSError):
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
            kept.append((status.st_mtime, status.st_size, name))
    size = sum(entry[1] for entry in kept)
    surplus = len(kept) - _MOST_FILES
    for number, (_modified, own_size, name) in enumerate(sorted(kept)):
        if number >= surplus and size <= _MOST_BYTES:
            break
        size -= own_size
        with contextlib.suppress(OSError):
            os.unlink(name, dir_fd=folder)


def _lock(descriptor: int, until: float) -> bool:
    while time.monotonic() < until:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_LOCK_PAUSE)
        except OSError:
            return False
        else:
            return True
    return False


def _open_private(folder: Path, *, create: bool) -> int | None:
    """Open a folder that belongs to the user alone, without following a link to it; None if there is none."""
    try:
        if create:
            folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with contextlib.suppress(FileExistsError):
                folder.mkdir(mode=0o700)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    status = os.fstat(descriptor)
    if status.st_uid == os.geteuid() and not status.st_mode & 0o077:
        return descriptor
    os.close(descriptor)
    return None
