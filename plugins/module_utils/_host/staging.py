# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a private key and its CSR are staged, and who may read them."""

from __future__ import annotations

import contextlib
import typing as t
from dataclasses import dataclass

from .files import FileAccess, HostError
from .folder import Folder, check_own
from .layout import KEY, PENDING
from .walk import make_path, open_path, split_path

CSR = "request.csr"
_PRIVATE = 0o700
# others pass through the folder to the file that belongs to them, and cannot list it
_PASSABLE = 0o711
# created on the way to the folder: services have to pass through them
_PARENT_MODE = 0o755


@dataclass(frozen=True)
class Staging:
    """The places of a staged key and its CSR."""

    directory: str
    key_path: str
    csr_path: str
    key_access: FileAccess
    csr_access: FileAccess
    is_elsewhere: bool
    """Whether the user named the places, so that they are not in the folder of the certificate."""

    @property
    def folder_mode(self) -> int:
        """The mode of the folder."""
        return _PRIVATE if self.key_access.uid is None and self.key_access.gid is None else _PASSABLE


def staging_in(home: str) -> Staging:
    """Return the places in the folder of a certificate."""
    folder = f"{home}/{PENDING}"
    return Staging(folder, f"{folder}/{KEY}", f"{folder}/{CSR}", FileAccess(), FileAccess(mode=0o644), False)


def staging_elsewhere(options: t.Mapping[str, t.Any], key_access: FileAccess) -> Staging:
    """Return the places that the user named. Raises HostError."""
    directory = options["directory"].rstrip("/")
    paths = (directory, options["key_path"] or f"{directory}/{KEY}", options["csr_path"] or f"{directory}/{CSR}")
    for path in paths:
        split_path(path)
        if ".." in path.split("/"):
            raise HostError(f"{path!r} is a path of staging. Use an absolute path without '..'")
    csr_access = FileAccess(key_access.uid, key_access.gid, 0o644)
    return Staging(*paths, key_access, csr_access, is_elsewhere=True)


class StagingFolders:
    """The open folders of a key and its CSR."""

    def __init__(self, staging: Staging, directory: Folder, stack: contextlib.ExitStack) -> None:
        """Open the folders of the two files. Raises HostError if one of them is missing."""
        self.directory = directory
        self.key_folder, self.key_name = _place(staging, staging.key_path, directory, stack)
        self.csr_folder, self.csr_name = _place(staging, staging.csr_path, directory, stack)


def _place(staging: Staging, path: str, directory: Folder, stack: contextlib.ExitStack) -> tuple[Folder, str]:
    parent, name = split_path(path)
    if parent == staging.directory:
        return directory, name
    folder = open_path(parent)
    if folder is None:
        raise HostError(f"the folder {parent} does not exist: create it, or correct the path of the file")
    return stack.enter_context(folder), name


def _open_directory(staging: Staging) -> Folder | None:
    """Open a staging directory that the user named. Raises HostError if another user could change it."""
    folder = open_path(staging.directory)
    if folder is None:
        return None
    try:
        check_own(folder)
    except BaseException:
        folder.__exit__()
        raise
    return folder


@contextlib.contextmanager
def staging_folders(staging: Staging, home: Folder | None) -> t.Iterator[StagingFolders | None]:
    """Open the folders for reading, or return None if the staging directory does not exist."""
    with contextlib.ExitStack() as stack:
        if staging.is_elsewhere:
            directory = _open_directory(staging)
        else:
            directory = home.open_if_there(PENDING) if home is not None else None
        if directory is None:
            yield None
            return
        yield StagingFolders(staging, stack.enter_context(directory), stack)


def make_staging(staging: Staging, home: Folder | None, labels: t.Callable[[str], str | None]) -> None:
    """Create the staging directory if it is missing."""
    if home is not None and not staging.is_elsewhere:
        home.make(PENDING, staging.folder_mode, labels(staging.directory))
        return
    parent, name = split_path(staging.directory)
    with make_path(parent, _PARENT_MODE) as folder:
        folder.make(name, staging.folder_mode, labels(staging.directory))


@contextlib.contextmanager
def locked_staging(staging: Staging, lock_timeout: float, labels: t.Callable[[str], str | None]) -> t.Iterator[None]:
    """Create a staging directory that the user named, and keep other runs away from it."""
    make_staging(staging, None, labels)
    directory = _open_directory(staging)
    if directory is None:
        raise HostError(f"{staging.directory} has disappeared. Run the task again")
    with directory, directory.locked(lock_timeout):
        yield
