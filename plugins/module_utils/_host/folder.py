# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files and folders of a host, through open directory descriptors.

Whatever digicert_host_certificate reads or changes on a host goes through this file. A folder is opened component by
component from the root, and each component is checked after it is open: another user can neither move a folder away
between check and use, nor make the module follow a link. Below an open folder no link is followed at all.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import re
import stat
import time
import typing as t
from dataclasses import dataclass, replace

LARGEST_FILE = 1024 * 1024
"""No file that the module reads is larger."""
TEMPORARY = ".new-"
"""Start of the names of what is not complete yet. Only an interrupted run leaves such names behind."""
_LOCK = ".lock"

_FLAGS = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# an ancestor may be closed for reading
_PASS_THROUGH = getattr(os, "O_PATH", os.O_RDONLY) | _FLAGS
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_CREATE = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_MOST_LINKS = 40
_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH
_LABEL = "security.selinux"

_T = t.TypeVar("_T")


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


def observe(call: str, path: str) -> None:
    """Do nothing. Tests replace this function, which is called before every system call."""


def _call(call: str, path: str, function: t.Callable[..., _T], *arguments: t.Any, **more: t.Any) -> _T:
    """Make a system call. Raises HostFileError with the whole path, or FileNotFoundError."""
    try:
        observe(call, path)
        return function(*arguments, **more)
    except FileNotFoundError:
        raise
    except OSError as exc:
        raise HostFileError(path, exc) from exc


def _status(found: os.stat_result) -> Status:
    kinds = ((stat.S_ISREG, "file"), (stat.S_ISDIR, "folder"), (stat.S_ISLNK, "link"))
    kind = next((name for matches, name in kinds if matches(found.st_mode)), "other")
    return Status(kind, found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode), found.st_mtime_ns)


def _writer() -> int:
    return os.geteuid()


def _is_trusted(uid: int) -> bool:
    return uid in (0, _writer())


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
        return os.path.samestat(*(_call("fstat", each.path, os.fstat, each.fd) for each in (self, other)))

    def own_status(self) -> Status:
        """Return the status of the folder itself."""
        return _status(_call("fstat", self.path, os.fstat, self.fd))

    def status(self, name: str) -> Status | None:
        """Return what is at a name, or None if nothing is."""
        try:
            found = _call("stat", self.path_of(name), os.stat, check_name(name), dir_fd=self.fd, follow_symlinks=False)
        except FileNotFoundError:
            return None
        return _status(found)

    def names(self) -> list[str]:
        """Return the names in the folder, sorted."""
        return sorted(_call("listdir", self.path, os.listdir, self.fd))

    def target(self, name: str) -> str | None:
        """Return where a link points to, or None if there is no link."""
        found = self.status(name)
        if found is None or found.kind != "link":
            return None
        return str(_call("readlink", self.path_of(name), os.readlink, name, dir_fd=self.fd))

    def open(self, name: str) -> Folder:
        """Open a folder in this one, which only its owner may change. Raises HostError for a link and for others."""
        path = self.path_of(check_name(name))
        found = self.status(name)
        if found is not None and found.kind != "folder":
            what = "a symbolic link" if found.kind == "link" else "not a folder"
            raise HostError(f"{path} is {what}, which is not followed here. Move it away")
        child = Folder(_call("open", path, os.open, name, os.O_RDONLY | _FLAGS, dir_fd=self.fd), path)
        try:
            _check_own(child)
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
            _call("mkdir", self.path_of(name), os.mkdir, name, mode, dir_fd=self.fd)
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
            _call("setxattr", self.path, os.setxattr, self.fd, _LABEL, label.encode())
        _call("fchmod", self.path, os.fchmod, self.fd, mode)

    def read(self, name: str) -> File | None:
        """Read a regular file, or return None if there is nothing. Raises HostError for everything else."""
        found = self.status(name)
        if found is None:
            return None
        path = self.path_of(name)
        if found.kind != "file":
            raise HostError(f"{path} is not a regular file. Move it away")
        try:
            fd = _call("open", path, os.open, name, _READ, dir_fd=self.fd)
        except FileNotFoundError:
            return None
        try:
            found = _status(_call("fstat", path, os.fstat, fd))
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
        fd = _call("create", path, os.open, name, _CREATE, 0o600, dir_fd=self.fd)
        try:
            _write_all(fd, path, content)
            _call("fsync", path, os.fsync, fd)
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
        self.remove(temporary)
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
        self.remove(temporary)
        try:
            _call("symlink", self.path_of(temporary), os.symlink, target, temporary, dir_fd=self.fd)
            self.rename(temporary, name)
        except Exception:
            self._discard(temporary)
            raise
        self.sync()

    def _discard(self, name: str) -> None:
        with contextlib.suppress(HostError):
            self.remove(name)

    def rename(self, name: str, new_name: str) -> None:
        """Rename within the folder."""
        path = self.path_of(check_name(new_name))
        _call("rename", path, os.rename, name, new_name, src_dir_fd=self.fd, dst_dir_fd=self.fd)

    def remove(self, name: str) -> bool:
        """Remove a file, a link, or a folder with its content, without following links. Return whether it was there."""
        found = self.status(name)
        if found is None:
            return False
        path = self.path_of(name)
        if found.kind != "folder":
            _call("unlink", path, os.unlink, name, dir_fd=self.fd)
            return True
        fd = _call("open", path, os.open, name, os.O_RDONLY | _FLAGS, dir_fd=self.fd)
        with Folder(fd, path) as folder:
            for entry in folder.names():
                folder.remove(entry)
        _call("rmdir", path, os.rmdir, name, dir_fd=self.fd)
        return True

    def sync(self) -> None:
        """Have the names in the folder survive a loss of power."""
        _call("fsync", self.path, os.fsync, self.fd)

    @contextlib.contextmanager
    def locked(self, timeout: float) -> t.Iterator[None]:
        """Hold the lock of the folder. Raises HostError if another run has held it for too many seconds."""
        path = self.path_of(_LOCK)
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        fd = _call("lock", path, os.open, _LOCK, flags, 0o600, dir_fd=self.fd)
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
        part = _call("read", path, os.pread, fd, LARGEST_FILE + 1 - len(found), len(found))
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
        left = left[_call("write", path, os.write, fd, left) :]


def _give(fd: int, path: str, access: FileAccess) -> None:
    """Set SELinux context, owner and mode of a complete file, in this order: the mode opens it to others."""
    if access.label is not None:
        _call("setxattr", path, os.setxattr, fd, _LABEL, access.label.encode())
    found = _status(_call("fstat", path, os.fstat, fd))
    if not (access.uid in (None, found.uid) and access.gid in (None, found.gid)):
        uid, gid = (-1 if number is None else number for number in (access.uid, access.gid))
        _call("fchown", path, os.fchown, fd, uid, gid)
    _call("fchmod", path, os.fchmod, fd, access.mode)


def _check_own(folder: Folder) -> None:
    """Refuse a folder that another user could change."""
    found = folder.own_status()
    if not _is_trusted(found.uid):
        raise HostError(
            f"{folder.path} belongs to another user (ID {found.uid}), who could exchange what is in it. "
            f"Give it to the user who runs the task: chown {_writer()} {folder.path}"
        )
    if found.mode & _WRITABLE_BY_OTHERS:
        raise HostError(
            f"{folder.path} has the mode {found.mode:04o}, so other users could exchange what is in it. "
            f"Correct it: chmod go-w {folder.path}"
        )


@dataclass
class _Walk:
    """The way from the root to a folder; components that are links are replaced by where they lead."""

    strict: bool
    left: list[str]
    passed: list[str]
    folder: Folder
    trusted: bool = True
    """Whether only root and the writer can change the last folder."""
    links: int = 0

    def enter(self, folder: Folder, name: str) -> None:
        """Go on in this folder."""
        self.folder.__exit__()
        self.folder = folder
        self.passed.append(name)

    def restart(self, parts: list[str]) -> None:
        """Go on at the root."""
        self.folder.__exit__()
        self.folder = _root()
        self.left, self.passed, self.trusted = parts, [], True

    def check(self) -> None:
        """Refuse a folder that others may change, or remember that they can."""
        found = self.folder.own_status()
        if not _is_trusted(found.uid):
            if self.strict:
                _check_own(self.folder)
            self.trusted = False
        if found.mode & stat.S_ISVTX:
            return
        # the group of root stands for root
        if found.mode & stat.S_IWOTH or (self.strict and found.mode & stat.S_IWGRP and found.gid != 0):
            raise HostError(
                f"{self.folder.path} has the mode {found.mode:04o}, so other users could exchange what is in it. "
                f"Correct it: chmod {'o' if not self.strict else 'go'}-w {self.folder.path}"
            )
        if found.mode & stat.S_IWGRP and found.gid != 0:
            self.trusted = False

    def follow(self, name: str) -> None:
        """Replace a link among the components by its target. Raises HostError if another user could have made it."""
        path = self.folder.path_of(name)
        found, target = self.folder.status(name), self.folder.target(name)
        self.links += 1
        if found is None or target is None or self.links > _MOST_LINKS:
            raise HostError(f"{path} cannot be followed. Use a path without it")
        if not self.trusted or not _is_trusted(found.uid):
            raise HostError(
                f"{path} is a symbolic link that another user could have made, so it is not followed. "
                "Use a path without it"
            )
        parts = _parts(target) + self.left
        if target.startswith("/"):
            self.restart(parts)
        else:
            self.left = parts


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in ("", ".")]


def _root() -> Folder:
    return Folder(_call("open", "/", os.open, "/", _PASS_THROUGH), "/")


def open_path(path: str, *, strict: bool = True) -> Folder | None:
    """Open a folder from the root down, or return None if it does not exist.

    With ``strict`` all of its components must be safe from other users. Otherwise another user may own a folder, but
    no link in it is followed, and folders that everybody may change are refused.
    """
    if not path.startswith("/"):
        raise HostError(f"{path!r} is not an absolute path. Correct it")
    walk = _Walk(strict, _parts(path), [], _root())
    try:
        walk.check()
        while walk.left:
            if not _step(walk):
                return None
        found = _readable(walk.folder)
        found.trusted = walk.trusted
        return found
    finally:
        walk.folder.__exit__()


def _step(walk: _Walk) -> bool:
    """Enter the next component. Return False if it is missing."""
    name = walk.left.pop(0)
    if name == "..":
        walk.restart([*walk.passed[:-1], *walk.left])
        return True
    found = walk.folder.status(name)
    if found is None:
        return False
    if found.kind == "link":
        walk.follow(name)
        return True
    path = walk.folder.path_of(name)
    if found.kind != "folder":
        raise HostError(f"{path} is not a folder. Move it away, or use another path")
    try:
        fd = _call("open", path, os.open, name, _PASS_THROUGH, dir_fd=walk.folder.fd)
    except FileNotFoundError:
        return False
    walk.enter(Folder(fd, path), name)
    walk.check()
    return True


def _readable(folder: Folder) -> Folder:
    """Return a second descriptor of the same folder, with which its names can be listed and kept."""
    return Folder(_call("open", folder.path, os.open, ".", os.O_RDONLY | _FLAGS, dir_fd=folder.fd), folder.path)


def make_path(path: str, mode: int) -> Folder:
    """Open a folder from the root down, and create what is missing."""
    found = open_path(path)
    if found is not None:
        return found
    parts = _parts(path)
    parent = "/" + "/".join(parts[:-1])
    with make_path(parent, mode) as folder:
        folder.make(parts[-1], mode)
        return folder.open(parts[-1])


def split_path(path: str) -> tuple[str, str]:
    """Return the folder and the name of a path. Raises HostError if it is not the absolute path of a file."""
    parent, _slash, name = path.rpartition("/")
    if not path.startswith("/"):
        raise HostError(f"{path!r} is not an absolute path. Correct it")
    return parent or "/", check_name(name)


def find_file(path: str) -> tuple[Folder, str] | None:
    """Return the folder and the name of the file to which a path leads, or None if it leads nowhere.

    A link is followed only if no other user could have made it.
    """
    for _number in range(_MOST_LINKS):
        parent, name = split_path(path)
        folder = open_path(parent, strict=False)
        if folder is None:
            return None
        found = target = None
        try:
            found, target = folder.status(name), folder.target(name)
        finally:
            if found is None or found.kind == "link":
                folder.__exit__()
        if found is None:
            return None
        if found.kind != "link":
            return folder, name
        if target is None or not folder.trusted or not _is_trusted(found.uid):
            raise HostError(
                f"{path} is a symbolic link that another user could have made, so it is not followed. "
                "Use a path without it"
            )
        path = target if target.startswith("/") else f"{folder.path.rstrip('/')}/{target}"
    raise HostError(f"{path} cannot be followed: there are too many links. Use a path without them")


def read_file(path: str) -> File | None:
    """Read the regular file to which a path leads, or return None if it leads nowhere."""
    found = find_file(path)
    if found is None:
        return None
    folder, name = found
    with folder:
        return folder.read(name)
