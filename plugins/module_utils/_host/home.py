# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The folder of one certificate: the sets in it, the one in use, the staged key, and the trace of an installation."""

from __future__ import annotations

import contextlib
import typing as t

from .._x509.pem import InvalidPemError
from .._x509.private_keys import PrivateKey, read_private_key
from .files import TEMPORARY, WRITABLE_BY_OTHERS, File, FileAccess, HostError, is_trusted
from .folder import Folder, check_name
from .layout import CURRENT, KEY, PENDING, SETS
from .leftovers import leftovers_in
from .outputs import FILES
from .set_request import SetRequest
from .trace import TRACE, Trace, is_set_name, read_trace
from .walk import make_path, open_path

# created on the way to the folder of a certificate: services have to pass through them
_PARENT_MODE = 0o755


class Home:
    """The open folder of one certificate."""

    def __init__(self, folder: Folder, request: SetRequest) -> None:
        """Take over the open folder."""
        self.folder = folder
        self.request = request

    @property
    def path(self) -> str:
        """The path as the user wrote it, which is what links point to."""
        return self.request.home

    def in_use(self) -> str:
        """Return the name of the set that ``current`` points to, or nothing if there is none.

        Raises HostError if the link is not ours.
        """
        return _in_use(self.folder)

    def trace(self) -> Trace | None:
        """Return what an installation noted that is not proven yet."""
        found = self.folder.read(TRACE)
        if found is None:
            return None
        if not is_trusted(found.status.uid) or found.status.mode & WRITABLE_BY_OTHERS:
            raise HostError(
                f"{self.folder.path_of(TRACE)} could have been written by another user (ID {found.status.uid}, mode "
                f"{found.status.mode:04o}), so what it says is not carried out. Compare the files, and remove it"
            )
        return read_trace(found.content, self.in_use())

    def write_trace(self, trace: Trace) -> None:
        """Note what is about to change, before it does."""
        label = self.request.labels(f"{self.path}/{TRACE}")
        self.folder.replace(TRACE, trace.to_json(), FileAccess(mode=0o644, label=label))

    def sets(self) -> dict[str, int]:
        """Return the names of all sets with the time of their last change."""
        return _sets(self.folder)

    def folder_modes(self) -> dict[str, int]:
        """Return the modes of the folder itself and of the one with the sets, by path."""
        found = {self.path: self.folder.own_status().mode}
        sets = self.folder.open_if_there(SETS)
        if sets is not None:
            with sets:
                found[f"{self.path}/{SETS}"] = sets.own_status().mode
        return found

    def set_folder_modes(self) -> None:
        """Give these folders the requested mode."""
        self.folder.set_access(self.request.folder_mode)
        with self.folder.open(SETS) as sets:
            sets.set_access(self.request.folder_mode)

    def open_set(self, name: str) -> Folder | None:
        """Open a set, or return None if it is not there."""
        sets = self.folder.open_if_there(SETS) if name else None
        if sets is None:
            return None
        with sets:
            return sets.open_if_there(name)

    def point_to(self, name: str) -> None:
        """Put a set into use with one rename."""
        self.folder.link(CURRENT, f"{SETS}/{name}")

    def key_of_set(self, name: str) -> PrivateKey | None:
        """Return the private key of a set, or None if it cannot be used."""
        folder = self.open_set(name)
        if folder is None:
            return None
        with folder:
            return key_in(folder)

    def pending_key(self) -> PrivateKey | None:
        """Return the staged private key, or None if it cannot be used."""
        pending = self.folder.open_if_there(PENDING)
        if pending is None:
            return None
        with pending:
            return key_in(pending)

    def spoiled_staged_key(self) -> InvalidPemError | None:
        """Return what there is in the place of the staged key, if that is not a private key that can be used."""
        pending = self.folder.open_if_there(PENDING)
        if pending is None:
            return None
        with pending:
            found = pending.status(KEY)
            if found is None or key_in(pending) is not None:
                return None
            content = pending.read(KEY) if found.kind == "file" else None
        return why_unusable(content.content) if content is not None else InvalidPemError("not a regular file")

    def leftovers(self) -> list[str]:
        """Return what interrupted runs left incomplete, as paths below the folder."""
        return leftovers_in(self.folder)

    def staged_key_is_installed(self) -> bool:
        """Whether the staged key is that of the set in use. Only an interrupted run leaves it behind."""
        pending, installed = self.pending_key(), self.key_of_set(self.in_use())
        return pending is not None and installed is not None and pending.public_key == installed.public_key

    def remove(self, path: str) -> bool:
        """Remove what is at a path below the folder. Return whether it was there.

        A folder first gets a temporary name: if the run is interrupted, no part of it is taken for the whole.
        """
        *parents, name = path.split("/")
        with contextlib.ExitStack() as stack:
            folder: Folder | None = self.folder
            for parent in parents:
                folder = folder.open_if_there(parent) if folder is not None else None
                if folder is None:
                    return False
                stack.enter_context(folder)
            found = folder.status(name) if folder is not None else None
            if folder is None or found is None:
                return False
            if found.kind == "folder" and not name.startswith(TEMPORARY):
                folder.remove(TEMPORARY + name)
                folder.rename(name, TEMPORARY + name)
                name = TEMPORARY + name
            folder.remove(name)
            folder.sync()
            return True


def _in_use(home: Folder) -> str:
    found = home.status(CURRENT)
    if found is None:
        return ""
    path = home.path_of(CURRENT)
    if found.kind != "link":
        raise HostError(f"{path} is not a symbolic link. Move it away")
    target = home.target(CURRENT) or ""
    folder, _slash, name = target.partition("/")
    if folder != SETS or not is_set_name(name):
        raise HostError(f"{path} points to {target}, which is not a set of this folder. Move the link away")
    return name if name in _sets(home) else ""


def _sets(home: Folder) -> dict[str, int]:
    folder = home.open_if_there(SETS)
    if folder is None:
        return {}
    with folder:
        found = {name: folder.status(name) for name in folder.names() if is_set_name(name)}
    return {name: status.modified for name, status in found.items() if status is not None}


def in_use_at(directory: str, name: str) -> str:
    """Return the name of the set in use, or nothing if there is none or if it cannot be read."""
    try:
        parent = open_path(directory)
        if parent is None:
            return ""
        with parent:
            home = parent.open_if_there(check_name(name))
        if home is None:
            return ""
        with home:
            return _in_use(home)
    except (HostError, FileNotFoundError):
        return ""


def key_in(folder: Folder) -> PrivateKey | None:
    """Return the private key in a folder, or None if there is none that can be used."""
    found = folder.status(KEY)
    if found is None or found.kind != "file":
        return None
    try:
        content = folder.read(KEY)
        return read_private_key(content.content) if content is not None else None
    except InvalidPemError:
        return None


def why_unusable(content: bytes) -> InvalidPemError:
    """Return what a file is instead of a private key."""
    try:
        read_private_key(content)
    except InvalidPemError as exc:
        return exc
    return InvalidPemError("a key that was replaced meanwhile")


def contents_of(home: Home | None, name: str) -> dict[str, bytes]:
    """Return the files of a set, with which copies are compared."""
    folder = home.open_set(name) if home is not None else None
    if folder is None:
        return {}
    with folder:
        return {name: file.content for name, file in files_in(folder).items()}


def files_in(folder: Folder) -> dict[str, File]:
    """Return the files of a set that are there."""
    found = {}
    for name in FILES.values():
        status = folder.status(name)
        file = folder.read(name) if status is not None and status.kind == "file" else None
        if file is not None:
            found[name] = file
    return found


@contextlib.contextmanager
def existing_home(request: SetRequest) -> t.Iterator[Home | None]:
    """Open the folder of a certificate for reading, or return None if it does not exist."""
    directory = open_path(request.directory)
    if directory is None:
        yield None
        return
    with directory:
        folder = directory.open_if_there(request.name)
    if folder is None:
        yield None
        return
    with folder:
        yield Home(folder, request)


@contextlib.contextmanager
def locked_home(request: SetRequest, lock_timeout: float) -> t.Iterator[Home]:
    """Open the folder of a certificate, create it if it is missing, and keep other runs away."""
    with make_path(request.directory, _PARENT_MODE) as directory:
        directory.make(request.name, request.folder_mode, request.labels(request.home))
        folder = directory.open(request.name)
    with folder, folder.locked(lock_timeout):
        yield Home(folder, request)


@contextlib.contextmanager
def open_home(request: SetRequest, lock_timeout: float, check_mode: bool) -> t.Iterator[Home | None]:
    """Open the folder of a certificate if it exists, and keep other runs away unless it is only read."""
    with contextlib.ExitStack() as stack:
        home = stack.enter_context(existing_home(request))
        if home is not None and not check_mode:
            stack.enter_context(home.folder.locked(lock_timeout))
        yield home
