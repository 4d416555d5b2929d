# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of domain control validation below the folder of a web server.

The folder often belongs to a user of the web server, and the service chooses the names of the files. Every step goes
through open folders: no link is followed that another user could have made, and only tokens are replaced or removed.
Pages: https://dev.digicert.com/certcentral-apis/services-api/orders.html
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from .._certcentral.dcv_token import TOKEN, TOKEN_FILE
from .files import TEMPORARY, FileAccess, HostError, is_trusted
from .folder import Folder
from .walk import open_path

MARKER = ".made-for-domain-control-validation"
"""An empty file in each folder that the module has created, so that a later run can remove the folder."""
_LONGEST = 257


@dataclass(frozen=True)
class WebFile:
    """A token below the folder of a web server."""

    webroot: str
    path: str
    """Path of the URL."""
    content: str

    @property
    def folder(self) -> str:
        """The folder of the file."""
        return self.webroot.rstrip("/") + self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        """The name of the file in it."""
        return self.path.rpartition("/")[2]

    @property
    def full_path(self) -> str:
        """The path of the file on the host."""
        return self.webroot.rstrip("/") + self.path


@dataclass(frozen=True)
class WebAccess:
    """How files and folders are created; ``host`` is the name of the host in messages."""

    file: FileAccess
    folder_mode: int
    host: str
    labels: t.Callable[[str], str | None]
    """Returns the SELinux context that a path must have, or None without SELinux."""
    check_mode: bool


def check(files: t.Sequence[WebFile]) -> None:
    """Refuse what is not a token in its folder. Raises HostError."""
    for file in files:
        if not TOKEN_FILE.fullmatch(file.path) or not TOKEN.fullmatch(file.content):
            raise HostError(
                f"{file.path!r} with {len(file.content)} characters is not a file of a validation. Pass a record as "
                "the modules of this collection return it"
            )
    if len({file.full_path for file in files}) < len({(file.full_path, file.content) for file in files}):
        raise HostError("two contents are requested for the same file. Use separate folders of the web server")


def publish(files: t.Sequence[WebFile], access: WebAccess) -> list[str]:
    """Write files, and return the paths of those that changed. All are checked before the first one is written."""
    check(files)
    changed = [file for file in dict.fromkeys(files) if not _is_published(file, access)]
    if not access.check_mode:
        for file in changed:
            _make_folders(file, access)
            with _open(file.folder) as folder:
                label = access.labels(file.full_path)
                folder.replace(file.name, file.content.encode(), _with_label(access.file, label))
    return [file.full_path for file in changed]


def withdraw(files: t.Sequence[WebFile], access: WebAccess) -> list[str]:
    """Remove files that hold the value of this validation, and folders that were created for them."""
    check(files)
    removed = [file.full_path for file in dict.fromkeys(files) if _remove(file, access)]
    if not access.check_mode:
        for file in files:
            for parent in _folders(file)[::-1]:
                _remove_folder(parent)
    return removed


def _open(path: str) -> Folder:
    found = open_path(path, strict=False)
    if found is None:
        raise HostError(f"{path} disappeared while the files were written. Run the task again")
    return found


def _with_label(access: FileAccess, label: str | None) -> FileAccess:
    return FileAccess(access.uid, access.gid, access.mode, label)


def _folders(file: WebFile) -> list[str]:
    """Return the folders between that of the web server and the file, the outermost first."""
    found, path = [], file.webroot.rstrip("/")
    for part in file.path.strip("/").split("/")[:-1]:
        path = f"{path}/{part}"
        found.append(path)
    return found


def _is_published(file: WebFile, access: WebAccess) -> bool:
    """Return whether a file is there as requested. Raises HostError if it cannot be, or must not be replaced."""
    root = open_path(file.webroot, strict=False)
    if root is None:
        raise HostError(
            f"{file.webroot} is not a folder on {access.host}. dcv_http_webroot must be the folder from which its web "
            "server serves /"
        )
    root.__exit__()
    folder = open_path(file.folder, strict=False)
    if folder is None:
        return False
    with folder:
        content = _content(folder, file.name)
        if content is None:
            return False
        if not TOKEN.fullmatch(content):
            raise HostError(
                f"{file.full_path} exists and does not hold a token of a validation, so it is not replaced. Remove it, "
                "or correct dcv_http_webroot"
            )
        found = folder.status(file.name)
        return content == file.content and found is not None and found.has(access.file)


def _content(folder: Folder, name: str) -> str | None:
    """Return what a small regular file contains, without the end of its line; empty text for everything else."""
    found = folder.status(name)
    if found is None:
        return None
    try:
        read = folder.read(name)
    except HostError:
        return ""
    data = b"" if read is None or len(read.content) > _LONGEST else read.content
    return data.decode("ascii", errors="replace").rstrip("\r\n")


def _make_folders(file: WebFile, access: WebAccess) -> None:
    for path in _folders(file):
        outer, _slash, name = path.rpartition("/")
        with _open(outer or "/") as parent:
            if not parent.make(name, access.folder_mode):
                continue
        with _open(path) as made:
            # what another user has put there in the meantime is left as it is
            if not is_trusted(made.own_status().uid) or made.names():
                continue
            label = access.labels(path)
            if label is not None:
                made.set_access(access.folder_mode, label)
            made.write(MARKER, b"", FileAccess(mode=0o644, label=access.labels(f"{path}/{MARKER}")))
            made.give(access.file)


def _remove(file: WebFile, access: WebAccess) -> bool:
    folder = open_path(file.folder, strict=False)
    if folder is None:
        return False
    with folder:
        if not access.check_mode:
            # of a run that was interrupted while it wrote the file
            folder.discard(TEMPORARY + file.name)
        if _content(folder, file.name) != file.content:
            return False
        if not access.check_mode:
            folder.discard(file.name)
        return True


def _remove_folder(path: str) -> None:
    """Remove a folder that the module has created, if nothing else is in it."""
    folder = open_path(path, strict=False)
    if folder is None:
        return
    with folder:
        if folder.names() != [MARKER] or _content(folder, MARKER) != "":
            return
        folder.discard(MARKER)
    outer, _slash, name = path.rpartition("/")
    with _open(outer or "/") as parent:
        parent.remove_empty(name)
