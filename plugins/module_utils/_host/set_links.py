# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Paths outside the folder of a certificate that become links to, or copies of, files of the set in use."""

from __future__ import annotations

import contextlib
import posixpath
import typing as t
from dataclasses import dataclass, replace

from .._x509.certificates import Certificate, read_certificates
from .._x509.pem import InvalidPemError
from .files import TEMPORARY, File, FileAccess, HostError, Status, is_open_to_others
from .folder import Folder
from .home import Home
from .layout import CERTIFICATE, CURRENT, FULLCHAIN
from .outputs import FILES, Link
from .set_request import SetRequest
from .trace import NotedLink, Trace
from .walk import open_path, read_file, split_path
from .written_set import HAS_KEY, SetFile

_WITH_CERTIFICATE = (CERTIFICATE, FULLCHAIN, FILES["combined"])


@dataclass(frozen=True)
class PlannedLink:
    """A link or copy that is not as requested, or that an interrupted run has already changed."""

    noted: NotedLink
    to_do: bool
    """Whether it must still be changed."""
    content: File | None = None
    """The content of a foreign file, which is saved before it is replaced."""

    @property
    def reason(self) -> str:
        """Why it must be changed."""
        kind = "copy" if self.noted.is_copy else "link"
        return (
            f"{self.noted.path} is not the requested {kind}"
            if self.noted.state != "absent"
            else f"{self.noted.path} is missing"
        )


@dataclass(frozen=True)
class Interrupted:
    """What an installation noted that is not proven yet, and the files of its set."""

    trace: Trace
    files: t.Mapping[str, bytes]

    def noted(self, link: Link) -> NotedLink | None:
        """Return what was at a path before that installation, or None if it was not concerned."""
        same = [each for each in self.trace.links if (each.path, each.is_copy) == (str(link.path), link.is_copy)]
        return same[0] if same else None


@dataclass(frozen=True)
class ReplacedSet:
    """The old files at the paths, which become a set of their own."""

    name: str
    exists: bool
    files: dict[str, SetFile]


def source_of(home: str, file: str) -> str:
    """Return where a link to a file of the set in use points to."""
    return f"{home}/{CURRENT}/{file}"


@contextlib.contextmanager
def _parent(path: str) -> t.Iterator[tuple[Folder, str]]:
    parent, name = split_path(path)
    folder = open_path(parent, strict=False)
    if folder is None:
        raise HostError(f"the folder {parent} does not exist: create it, or correct the path of the link")
    with folder:
        yield folder, name


def plan_links(
    home: str,
    links: t.Sequence[Link],
    files: t.Mapping[str, SetFile],
    former: t.Mapping[str, bytes],
    interrupted: Interrupted | None,
) -> list[PlannedLink]:
    """Compare each path with what is requested.

    ``files`` is the set to be used, ``former`` the content of the set that was used before.
    """
    found = [_plan_link(home, link, files, former, interrupted) for link in links]
    return [link for link in found if link is not None]


def _plan_link(
    home: str,
    link: Link,
    files: t.Mapping[str, SetFile],
    former: t.Mapping[str, bytes],
    interrupted: Interrupted | None,
) -> PlannedLink | None:
    path, file = str(link.path), FILES[link.output]
    noted = interrupted.noted(link) if interrupted is not None else None
    with _parent(path) as (folder, name):
        status, target = folder.status(name), folder.target(name)
        if status is not None and status.kind not in ("file", "link"):
            what = "is a folder" if status.kind == "folder" else "is not a file"
            raise HostError(f"{path} {what}: use the path of a file for the link")
        here = folder.read(name) if link.is_copy and status is not None and status.kind == "file" else None
    if _is_right(home, link, status, target, here, files[file]):
        return None if noted is None else PlannedLink(replace(noted, file=file), to_do=False)
    if (
        noted is not None
        and interrupted is not None
        and here is not None
        and here.content == interrupted.files.get(noted.file)
    ):
        return PlannedLink(replace(noted, file=file), to_do=True)
    before = NotedLink(path, file, link.is_copy, "absent" if status is None else "foreign", target or "")
    if here is not None and here.content == former.get(file):
        access = here.status
        return PlannedLink(
            replace(before, state="former", uid=access.uid, gid=access.gid, mode=access.mode), to_do=True
        )
    # a link that leads nowhere has nothing to save
    content = read_file(path) if status is not None else None
    if content is not None:
        was = content.status.saved_access
        before = replace(before, uid=was.uid or 0, gid=was.gid or 0, mode=was.mode)
    if noted is not None and noted.saved and status is not None:
        before = replace(before, saved=noted.saved)
    return PlannedLink(before, True, content)


def _is_right(
    home: str, link: Link, status: Status | None, target: str | None, here: File | None, wanted: SetFile
) -> bool:
    if not link.is_copy:
        return target is not None and posixpath.normpath(target) == posixpath.normpath(
            source_of(home, FILES[link.output])
        )
    return here is not None and status is not None and here.content == wanted.content and status.has(wanted.access)


def plan_replaced(
    home: Home | None, request: SetRequest, links: t.Sequence[PlannedLink], serial_number: str
) -> tuple[ReplacedSet | None, list[PlannedLink]]:
    """Decide where the foreign files are saved. Returns the set, and the links that know their place in it."""
    files: dict[str, SetFile] = {}
    names: dict[str, str] = {}
    links = [link if _is_saved(home, link) else replace(link, noted=replace(link.noted, saved="")) for link in links]
    for link in links:
        if link.noted.state == "foreign" and link.content is not None and not link.noted.saved:
            names[link.noted.path] = _keep(files, request, link.noted.file, link.content)
    if not files:
        return None, list(links)
    leaf = _first_certificate(files)
    if leaf is not None and CERTIFICATE not in files:
        # what was in use before is compared with what is served after a rollback
        access = request.file_access(request.home, has_key=False)
        files[CERTIFICATE] = SetFile(leaf.pem.encode("ascii"), access.for_new(), "is missing")
    name, exists = _free_name(home, files, leaf.serial_number if leaf is not None else "", serial_number)
    placed = [
        replace(link, noted=replace(link.noted, saved=f"{name}/{names[link.noted.path]}"))
        if link.noted.path in names
        else link
        for link in links
    ]
    return ReplacedSet(name, exists, files), placed


def _is_saved(home: Home | None, link: PlannedLink) -> bool:
    """Whether what an interrupted run saved is still what is at the path."""
    if link.content is None or home is None or not link.noted.saved:
        return True
    saved = _content_of(home, link.noted.saved)
    return saved is not None and saved.content == link.content.content


def _keep(files: dict[str, SetFile], request: SetRequest, file: str, content: File) -> str:
    """Give a file a name in the set, next to another file of the same kind if there is one. Return the name."""
    number, name = 0, file
    while name in files and files[name].content != content.content:
        number += 1
        name = f"{file}.{number}"
    access = content.status.saved_access
    if is_open_to_others(access.mode) and (file in HAS_KEY or b"PRIVATE KEY" in content.content):
        # its own folder may have been closed to others, that of the sets is not
        access = request.file_access(request.home, has_key=True).for_new()
    files[name] = SetFile(content.content, replace(access, label=content.label), "is missing")
    return name


def _first_certificate(files: t.Mapping[str, SetFile]) -> Certificate | None:
    for name in _WITH_CERTIFICATE:
        if name in files:
            try:
                return read_certificates(files[name].content)[0]
            except InvalidPemError:
                continue
    return None


def _free_name(home: Home | None, files: t.Mapping[str, SetFile], serial_number: str, taken: str) -> tuple[str, bool]:
    """Return a name for the set that is free, or that of a set which already has exactly these files."""
    number = 0
    name = serial_number if serial_number not in ("", taken) else "replaced"
    while True:
        folder = home.open_set(name) if home is not None else None
        if folder is None:
            return name, False
        with folder:
            kept = {entry: folder.read(entry) for entry in files}
        if all(there is not None and there.content == files[entry].content for entry, there in kept.items()):
            return name, True
        number += 1
        name = "replaced" if number == 1 and name != "replaced" else f"replaced-{number}"


def take_over(home: Home, trace: Trace) -> None:
    """Replace each old file by a link to its copy, which is in use: its content stays the same."""
    for link in trace.links:
        if link.state == "foreign" and not link.is_copy and link.saved == f"{trace.replaced}/{link.file}":
            _point(home, link)


def _point(home: Home, link: NotedLink) -> None:
    source = source_of(home.path, link.file)
    with _parent(link.path) as (folder, name):
        if folder.target(name) != source:
            folder.link(name, source)


def put_in_place(home: Home, links: t.Sequence[NotedLink], labels: t.Callable[[str], str | None]) -> None:
    """Make the links, and write the copies of the files of the set in use."""
    in_use = home.open_set(home.in_use())
    if in_use is None:
        raise HostError(f"the set in use of {home.path} has disappeared. Install the certificate again")
    with in_use:
        for link in links:
            if not link.is_copy:
                _point(home, link)
                continue
            wanted = in_use.read(link.file)
            if wanted is None:
                raise HostError(f"{in_use.path_of(link.file)} is missing. Install the certificate again")
            with _parent(link.path) as (folder, name):
                status = folder.status(name)
                here = folder.read(name) if status is not None and status.kind == "file" else None
                if here is None or here.content != wanted.content or not here.status.has(wanted.status.access):
                    folder.replace(name, wanted.content, replace(wanted.status.access, label=labels(link.path)))


def restore(home: Home, trace: Trace, labels: t.Callable[[str], str | None]) -> None:
    """Put back what was at the paths before, if what is there now is ours."""
    for link in trace.links:
        with contextlib.suppress(FileNotFoundError), _parent(link.path) as (folder, name):
            _remove_temporary(folder, name)
            if (
                trace.is_takeover
                and link.state == "foreign"
                and link.saved == f"{trace.replaced}/{link.file}"
                and not link.is_copy
            ):
                # the copy of the old file is in use again
                continue
            if _is_ours(home, trace, link, folder, name):
                _restore(home, trace, link, folder, name, labels(link.path))


def _is_ours(home: Home, trace: Trace, link: NotedLink, folder: Folder, name: str) -> bool:
    """Whether the path is as the installation made it, so that it must be put back."""
    target = folder.target(name)
    if not link.is_copy or target is not None:
        return target == source_of(home.path, link.file)
    status = folder.status(name)
    here = folder.read(name) if status is not None and status.kind == "file" else None
    failed = _content_of(home, f"{trace.serial_number}/{link.file}")
    return here is not None and (failed is None or here.content == failed.content)


def _content_of(home: Home, place: str) -> File | None:
    set_name, _slash, name = place.partition("/")
    folder = home.open_set(set_name)
    if folder is None:
        return None
    with folder:
        return folder.read(name)


def _restore(home: Home, trace: Trace, link: NotedLink, folder: Folder, name: str, label: str | None) -> None:
    if link.state == "absent":
        folder.discard(name)
    elif link.target:
        folder.link(name, link.target)
    elif link.state == "former":
        former = _content_of(home, f"{trace.previous}/{link.file}")
        if former is None:
            raise HostError(f"{home.path}/sets/{trace.previous}/{link.file} is missing, so {link.path} is not restored")
        folder.replace(name, former.content, FileAccess(link.uid, link.gid, link.mode, label))
    else:
        saved = _content_of(home, link.saved)
        if saved is None:
            raise HostError(f"{home.path}/sets/{link.saved} is missing, so {link.path} is not restored")
        folder.replace(name, saved.content, replace(_access_before(link, saved), label=label))


def _access_before(link: NotedLink, saved: File) -> FileAccess:
    """Return owner, group and mode of a file before. A trace of an older version notes only the defaults."""
    noted = FileAccess(link.uid, link.gid, link.mode)
    default = FileAccess(NotedLink.uid, NotedLink.gid, NotedLink.mode)
    return saved.status.saved_access if noted == default else noted


def remove_temporaries(paths: t.Iterable[str]) -> bool:
    """Remove what an interrupted run left next to these paths. Return whether there was something."""
    found = False
    for path in paths:
        parent, name = split_path(path)
        folder = open_path(parent, strict=False)
        if folder is not None:
            with folder:
                found = _remove_temporary(folder, name) or found
    return found


def _remove_temporary(folder: Folder, name: str) -> bool:
    return folder.discard(TEMPORARY + name)
