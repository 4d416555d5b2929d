# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of a file on a host, the errors that a request can have, and the one way to make a system call."""

from __future__ import annotations

import errno
import os
import stat
import typing as t
from dataclasses import dataclass, replace

_T = t.TypeVar("_T")

LARGEST_FILE = 1024 * 1024
"""No file that the modules read is larger."""
WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH
TEMPORARY = ".new-"
"""Start of the names of what is not complete yet. Only an interrupted run leaves such names behind."""


class HostError(Exception):
    """A request cannot be carried out; the text says why and what to do."""

    def __init__(self, text: str, problem: str | None = None) -> None:
        """``problem`` is the cause, if the text says more than that."""
        super().__init__(text)
        self.problem = text if problem is None else problem


class HostFileError(HostError):
    """A system call on a file failed."""

    def __init__(self, path: str, cause: OSError) -> None:
        """Describe the failure in words."""
        self.errno = cause.errno
        super().__init__(f"{path}: {cause.strerror or cause}{_ADVICE.get(cause.errno or 0, '')}")


_ADVICE = {
    errno.EACCES: ". Run the task with become",
    errno.EPERM: ". Run the task with become",
    errno.ENOSPC: ". Free some space",
    errno.EDQUOT: ". Free some space",
    errno.EROFS: ". Mount it writable",
}


@dataclass(frozen=True)
class FileAccess:
    """Owner, group and mode of a file. None means that of whoever writes it."""

    uid: int | None = None
    gid: int | None = None
    mode: int = 0o600
    label: str | None = None
    """SELinux context, or None if the host does not use SELinux."""

    def for_new(self) -> FileAccess:
        """Return the access of a new file: it belongs to whoever writes it, unless an owner is given."""
        uid = os.geteuid() if self.uid is None else self.uid
        return replace(self, uid=uid, gid=os.getegid() if self.gid is None else self.gid)


@dataclass(frozen=True)
class Status:
    """What is at a name."""

    kind: str
    """``file``, ``folder``, ``link`` or ``other``."""
    uid: int
    gid: int
    mode: int
    modified: int
    """Nanoseconds since the epoch."""

    def has(self, access: FileAccess) -> bool:
        """Whether owner, group and mode are as requested."""
        return self.mode == access.mode and access.uid in (None, self.uid) and access.gid in (None, self.gid)

    @property
    def access(self) -> FileAccess:
        """Owner, group and mode."""
        return FileAccess(self.uid, self.gid, self.mode)

    @property
    def saved_access(self) -> FileAccess:
        """The same for a copy of a file that somebody else made: it never runs with the rights of its owner."""
        return FileAccess(self.uid, self.gid, self.mode & 0o777)


@dataclass(frozen=True)
class File:
    """The content of a regular file, and its status when it was read. The content is never shown."""

    content: bytes
    status: Status
    label: str | None = None

    def __repr__(self) -> str:
        """Return what may be shown."""
        return f"File({len(self.content)} bytes, {self.status})"

    def has(self, access: FileAccess) -> bool:
        """Whether owner, group, mode and SELinux context are as requested."""
        return self.status.has(access) and access.label in (None, self.label)


def read_regular(path: str | os.PathLike[str]) -> bytes:
    """Read a regular file, through links. Raises OSError, also for a pipe or a device, which could block for ever."""
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file")
        found = b""
        while len(found) <= LARGEST_FILE and (part := os.read(fd, LARGEST_FILE + 1 - len(found))):
            found += part
    finally:
        os.close(fd)
    if len(found) > LARGEST_FILE:
        raise OSError(errno.EFBIG, f"it is larger than {LARGEST_FILE} bytes")
    return found


def observe(call: str, path: str) -> None:
    """Do nothing. Tests replace this function, which is called before every system call."""


def call(name: str, path: str, function: t.Callable[..., _T], *arguments: t.Any, **more: t.Any) -> _T:
    """Make a system call. Raises HostFileError with the whole path, or FileNotFoundError."""
    try:
        observe(name, path)
        return function(*arguments, **more)
    except FileNotFoundError:
        raise
    except OSError as exc:
        raise HostFileError(path, exc) from exc


def status_of(found: os.stat_result) -> Status:
    """Return the parts of a status that are compared."""
    kinds = ((stat.S_ISREG, "file"), (stat.S_ISDIR, "folder"), (stat.S_ISLNK, "link"))
    kind = next((name for matches, name in kinds if matches(found.st_mode)), "other")
    return Status(kind, found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode), found.st_mtime_ns)


def writer() -> int:
    """Return the user who runs the module."""
    return os.geteuid()


def is_trusted(uid: int) -> bool:
    """Whether what belongs to a user cannot be exchanged by another one."""
    return uid in (0, writer())


def is_open_to_others(mode: int) -> bool:
    """Whether every user may do something with a file."""
    return mode & 0o007 != 0
