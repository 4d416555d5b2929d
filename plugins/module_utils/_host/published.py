# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is published for the validation of a certificate, noted before it is published.

The note is removed after the records are. If a run is interrupted in between, the next one finds in it what is left.
It contains no settings of a provider, because they may be secret.
"""

from __future__ import annotations

import contextlib
import json
import typing as t

from .files import WRITABLE_BY_OTHERS, FileAccess, HostError, is_trusted
from .folder import Folder, check_name
from .walk import open_path

PUBLISHED = ".published"
"""Name of the file next to ``current``."""
KEYS = ("domain", "type", "name", "value", "path", "provider")
"""What is noted of a record."""
_MOST_RECORDS = 1000
_ADVICE = "Remove records of validations that are left by hand, and then this file"

Record = dict[str, t.Any]
Labels = t.Callable[[str, "str | None"], "str | None"]
"""Returns the SELinux context of a path; the second argument is a type of the user."""


def note(directory: str, name: str, records: t.Sequence[Record], labels: Labels, *, lock_timeout: float) -> bool:
    """Note records that are about to be published, or remove the note if there are none.

    Return whether anything changed. Raises HostError.
    """
    with _home(directory, name) as home:
        if home is None:
            if not records:
                return False
            raise HostError(f"{directory.rstrip('/')}/{name} does not exist. Stage a key first")
        with home.locked(lock_timeout):
            return _write(home, records, labels(home.path_of(PUBLISHED), None))


def would_note(directory: str, name: str, records: t.Sequence[Record]) -> bool:
    """Return whether anything would change. Raises HostError."""
    with _home(directory, name) as home:
        found = home.read(PUBLISHED) if home is not None else None
        return found is not None if not records else found is None or found.content != _content(records)


@contextlib.contextmanager
def _home(directory: str, name: str) -> t.Iterator[Folder | None]:
    with contextlib.ExitStack() as stack:
        parent = open_path(directory)
        home = stack.enter_context(parent).open_if_there(check_name(name)) if parent is not None else None
        yield stack.enter_context(home) if home is not None else None


def _content(records: t.Sequence[Record]) -> bytes:
    noted = [{key: record.get(key) for key in KEYS} for record in records]
    return json.dumps({"records": noted}, indent=1, sort_keys=True).encode() + b"\n"


def _write(home: Folder, records: t.Sequence[Record], label: str | None) -> bool:
    if not records:
        found = home.discard(PUBLISHED)
        if found:
            home.sync()
        return found
    content = _content(records)
    status = home.status(PUBLISHED)
    present = home.read(PUBLISHED) if status is not None and status.kind == "file" else None
    if present is not None and present.content == content and present.status.has(FileAccess()):
        return False
    home.replace(PUBLISHED, content, FileAccess(label=label))
    return True


def left_published(directory: str, name: str) -> Record | None:
    """Return the noted records and a sentence about them, or None if there is no note.

    If the note cannot be used there are no records, and the sentence says why.
    """
    try:
        with _home(directory, name) as home:
            return _read(home) if home is not None else None
    except FileNotFoundError:
        return None
    except HostError as exc:
        # why the folder cannot be used is reported elsewhere
        return {"records": [], "reason": str(exc)} if PUBLISHED in str(exc) else None


def _read(home: Folder) -> Record | None:
    found = home.read(PUBLISHED)
    if found is None:
        return None
    path = home.path_of(PUBLISHED)
    if not is_trusted(found.status.uid) or found.status.mode & WRITABLE_BY_OTHERS:
        raise HostError(
            f"{path} could have been written by another user (ID {found.status.uid}, mode {found.status.mode:04o}), "
            f"so what it says is not carried out. {_ADVICE}"
        )
    try:
        records = _records(json.loads(found.content))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise HostError(f"{path} is not a list of records, so what it says is not carried out. {_ADVICE}") from None
    return {"records": records, "reason": f"{path} lists records that an interrupted run left published"}


def _records(content: t.Any) -> list[Record]:
    """Return the records of a note. Which of them may be removed is decided on the controller."""
    records = content["records"]
    if not 0 < len(records) <= _MOST_RECORDS or not all(isinstance(record, dict) for record in records):
        raise ValueError("not a list of records")
    return list(records)
