# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Open a folder by its path, safe from other users.

A folder is opened component by component from the root, and each component is checked after it is open. A link is
followed only if no other user could have made it.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass

from .files import File, HostError, call, is_trusted
from .folder import FOLDER_FLAGS, Folder, check_name, check_own

# an ancestor may be closed for reading
_PASS_THROUGH = getattr(os, "O_PATH", os.O_RDONLY) | FOLDER_FLAGS
_MOST_LINKS = 40


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
        if not is_trusted(found.uid):
            if self.strict:
                check_own(self.folder)
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
        if not self.trusted or not is_trusted(found.uid):
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
    return Folder(call("open", "/", os.open, "/", _PASS_THROUGH), "/")


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
        fd = call("open", path, os.open, name, _PASS_THROUGH, dir_fd=walk.folder.fd)
    except FileNotFoundError:
        return False
    walk.enter(Folder(fd, path), name)
    walk.check()
    return True


def _readable(folder: Folder) -> Folder:
    """Return a second descriptor of the same folder, with which its names can be listed and kept."""
    return Folder(call("open", folder.path, os.open, ".", os.O_RDONLY | FOLDER_FLAGS, dir_fd=folder.fd), folder.path)


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
        if target is None or not folder.trusted or not is_trusted(found.uid):
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
