# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read and change what is in an open folder.

Whatever digicert_host_certificate changes on a host goes through this file. Below an open folder no link is followed:
another user can neither move the folder away between check and use, nor make the module follow a link.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import time
import typing as t

from .files import (
    LARGEST_FILE,
    TEMPORARY,
    WRITABLE_BY_OTHERS,
    File,
    FileAccess,
    HostError,
    HostFileError,
    Status,
    call,
    is_trusted,
    status_of,
    writer,
)

_LOCK = ".lock"
_DEEPEST = 8

FOLDER_FLAGS = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
"""With these a folder is opened, and nothing else."""
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_CREATE = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_LABEL = "security.selinux"


def check_name(name: str) -> str:
    """Return a name that stays in its folder. Raises HostError for every other one."""
    if name in ("", ".", "..") or "/" in name or re.search(r"[\x00-\x1f\x7f]", name):
        raise HostError(f"{name!r} is not the name of a file or folder. Correct it")
    return name


class Folder:
    """An open folder."""

    def __init__(self, fd: int, path: str) -> None:
        """Take over the descriptor; ``path`` is for messages.

        ``trusted`` becomes False if another user can change what is in the folder.
        """
        self.fd = fd
        self.path = path
        self.trusted = True

    def __enter__(self) -> Folder:
        """Return the folder."""
        return self

    def __exit__(self, *_details: object) -> None:
        """Close it."""
        os.close(self.fd)

    def path_of(self, name: str) -> str:
        """Return the path of a name in the folder, for messages."""
        return f"{self.path.rstrip('/')}/{name}"

    def is_same_as(self, other: Folder) -> bool:
        """Whether both are the same folder, whatever their paths are."""
        return os.path.samestat(*(call("fstat", each.path, os.fstat, each.fd) for each in (self, other)))

    def own_status(self) -> Status:
        """Return the status of the folder itself."""
        return status_of(call("fstat", self.path, os.fstat, self.fd))

    def status(self, name: str) -> Status | None:
        """Return what is at a name, or None if nothing is."""
        try:
            found = call("stat", self.path_of(name), os.stat, check_name(name), dir_fd=self.fd, follow_symlinks=False)
        except FileNotFoundError:
            return None
        return status_of(found)

    def names(self) -> list[str]:
        """Return the names in the folder, sorted."""
        return sorted(call("listdir", self.path, os.listdir, self.fd))

    def target(self, name: str) -> str | None:
        """Return where a link points to, or None if there is no link."""
        found = self.status(name)
        if found is None or found.kind != "link":
            return None
        return str(call("readlink", self.path_of(name), os.readlink, name, dir_fd=self.fd))

    def open(self, name: str) -> Folder:
        """Open a folder in this one, which only its owner may change. Raises HostError for a link and for others."""
        path = self.path_of(check_name(name))
        found = self.status(name)
        if found is not None and found.kind != "folder":
            what = "a symbolic link" if found.kind == "link" else "not a folder"
            raise HostError(f"{path} is {what}, which is not followed here. Move it away")
        child = Folder(call("open", path, os.open, name, os.O_RDONLY | FOLDER_FLAGS, dir_fd=self.fd), path)
        try:
            check_own(child)
        except BaseException:
            child.__exit__()
            raise
        return child

    def open_if_there(self, name: str) -> Folder | None:
        """Open a folder in this one, or return None if there is none."""
        try:
            return self.open(name)
        except FileNotFoundError:
            return None

    def make(self, name: str, mode: int, label: str | None = None) -> bool:
        """Create a folder with exactly this mode, whatever the umask is. Return whether it was missing."""
        if self.status(name) is not None:
            return False
        previous = os.umask(0)
        try:
            call("mkdir", self.path_of(name), os.mkdir, name, mode, dir_fd=self.fd)
        except HostFileError as exc:
            # another run has made it in the meantime; whether it can be used is checked when it is opened
            if exc.errno != errno.EEXIST:
                raise
            return False
        finally:
            os.umask(previous)
        if label is not None:
            with self.open(name) as folder:
                folder.set_access(mode, label)
        self.sync()
        return True

    def set_access(self, mode: int, label: str | None = None) -> None:
        """Set the mode of the folder itself, and its SELinux context."""
        if label is not None:
            call("setxattr", self.path, os.setxattr, self.fd, _LABEL, label.encode())
        call("fchmod", self.path, os.fchmod, self.fd, mode)

    def read(self, name: str) -> File | None:
        """Read a regular file, or return None if there is nothing. Raises HostError for everything else."""
        found = self.status(name)
        if found is None:
            return None
        path = self.path_of(name)
        if found.kind != "file":
            raise HostError(f"{path} is not a regular file. Move it away")
        try:
            fd = call("open", path, os.open, name, _READ, dir_fd=self.fd)
        except FileNotFoundError:
            return None
        try:
            found = status_of(call("fstat", path, os.fstat, fd))
            if found.kind != "file":
                raise HostError(f"{path} is not a regular file. Move it away")
            return File(_read_all(fd, path), found, _label_of(fd))
        finally:
            os.close(fd)

    def write(self, name: str, content: bytes, access: FileAccess) -> bytes:
        """Write a file that must not exist yet, and return what the host then reads from it.

        It belongs to whoever writes it, with the mode 0600, until its content is complete.
        """
        path = self.path_of(check_name(name))
        fd = call("create", path, os.open, name, _CREATE, 0o600, dir_fd=self.fd)
        try:
            _write_all(fd, path, content)
            call("fsync", path, os.fsync, fd)
            written = _read_all(fd, path)
            if written != content:
                raise HostError(f"{path} does not contain what was written to it. Check the disk")
            _give(fd, path, access)
        finally:
            os.close(fd)
        return written

    def replace(self, name: str, content: bytes, access: FileAccess) -> bytes:
        """Write a file and put it in its place with one rename. Return what the host reads from it."""
        temporary = TEMPORARY + check_name(name)
        self.discard(temporary)
        try:
            written = self.write(temporary, content, access)
            self.rename(temporary, name)
        except Exception:
            self._discard(temporary)
            raise
        self.sync()
        return written

    def link(self, name: str, target: str) -> None:
        """Make a symbolic link, or replace what is there, with one rename."""
        temporary = TEMPORARY + check_name(name)
        self.discard(temporary)
        try:
            call("symlink", self.path_of(temporary), os.symlink, target, temporary, dir_fd=self.fd)
            self.rename(temporary, name)
        except Exception:
            self._discard(temporary)
            raise
        self.sync()

    def _discard(self, name: str) -> None:
        with contextlib.suppress(HostError, FileNotFoundError):
            self.discard(name)

    def rename(self, name: str, new_name: str) -> None:
        """Rename within the folder."""
        path = self.path_of(check_name(new_name))
        call("rename", path, os.rename, name, new_name, src_dir_fd=self.fd, dst_dir_fd=self.fd)

    def remove(self, name: str) -> bool:
        """Remove a file, a link, or a folder with its content, without following links. Return whether it was there."""
        return self._remove(name, _DEEPEST)

    def _remove(self, name: str, depth: int) -> bool:
        found = self.status(name)
        if found is None or found.kind != "folder":
            return self.discard(name)
        path = self.path_of(name)
        if depth == 0:
            raise HostError(f"{path} is nested deeper than anything that the module creates. Move it away")
        fd = call("open", path, os.open, name, os.O_RDONLY | FOLDER_FLAGS, dir_fd=self.fd)
        with Folder(fd, path) as folder:
            for entry in folder.names():
                folder._remove(entry, depth - 1)
        call("rmdir", path, os.rmdir, name, dir_fd=self.fd)
        return True

    def discard(self, name: str) -> bool:
        """Remove a file or a link, never a folder. Return whether it was there.

        For folders of other users: nobody can have the module remove a tree there.
        """
        found = self.status(name)
        if found is None:
            return False
        if found.kind == "folder":
            raise HostError(f"{self.path_of(name)} is a folder. Move it away")
        call("unlink", self.path_of(name), os.unlink, name, dir_fd=self.fd)
        return True

    def remove_empty(self, name: str) -> bool:
        """Remove an empty folder. Return whether that was possible."""
        try:
            call("rmdir", self.path_of(name), os.rmdir, check_name(name), dir_fd=self.fd)
        except (HostError, FileNotFoundError):
            return False
        return True

    def give(self, access: FileAccess) -> None:
        """Set owner and group of the folder itself."""
        uid, gid = (-1 if number is None else number for number in (access.uid, access.gid))
        call("fchown", self.path, os.fchown, self.fd, uid, gid)

    def sync(self) -> None:
        """Have the names in the folder survive a loss of power."""
        call("fsync", self.path, os.fsync, self.fd)

    @contextlib.contextmanager
    def locked(self, timeout: float) -> t.Iterator[None]:
        """Hold the lock of the folder. Raises HostError if another run has held it for too many seconds."""
        path = self.path_of(_LOCK)
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        fd = call("lock", path, os.open, _LOCK, flags, 0o600, dir_fd=self.fd)
        deadline = time.monotonic() + timeout
        try:
            while not _lock(fd):
                if time.monotonic() >= deadline:
                    raise HostError(
                        f"another run has been working on {self.path} for {timeout:g} seconds. Wait until it is "
                        "finished, or set a longer lock_timeout"
                    )
                time.sleep(0.05)
            yield
        finally:
            os.close(fd)


def _lock(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _label_of(fd: int) -> str | None:
    try:
        return os.getxattr(fd, _LABEL).rstrip(b"\0").decode()
    except (OSError, AttributeError):
        return None


def _read_all(fd: int, path: str) -> bytes:
    found = b""
    while True:
        part = call("read", path, os.pread, fd, LARGEST_FILE + 1 - len(found), len(found))
        found += part
        if len(found) > LARGEST_FILE:
            raise HostError(
                f"{path} is larger than {LARGEST_FILE} bytes, so it is not what is expected there. Move it away"
            )
        if not part:
            return found


def _write_all(fd: int, path: str, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[call("write", path, os.write, fd, left) :]


def _give(fd: int, path: str, access: FileAccess) -> None:
    """Set SELinux context, owner and mode of a complete file, in this order: the mode opens it to others."""
    if access.label is not None:
        call("setxattr", path, os.setxattr, fd, _LABEL, access.label.encode())
    found = status_of(call("fstat", path, os.fstat, fd))
    if not (access.uid in (None, found.uid) and access.gid in (None, found.gid)):
        uid, gid = (-1 if number is None else number for number in (access.uid, access.gid))
        call("fchown", path, os.fchown, fd, uid, gid)
    call("fchmod", path, os.fchmod, fd, access.mode)


def check_own(folder: Folder) -> None:
    """Refuse a folder that another user could change."""
    found = folder.own_status()
    if not is_trusted(found.uid):
        raise HostError(
            f"{folder.path} belongs to another user (ID {found.uid}), who could exchange what is in it. "
            f"Give it to the user who runs the task: chown {writer()} {folder.path}"
        )
    if found.mode & WRITABLE_BY_OTHERS:
        raise HostError(
            f"{folder.path} has the mode {found.mode:04o}, so other users could exchange what is in it. "
            f"Correct it: chmod go-w {folder.path}"
        )
