# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is noted while a set is put into use: if the run is interrupted, the next one knows what was there before."""

from __future__ import annotations

import json
import re
import typing as t
from dataclasses import dataclass

TRACE = ".deploying"
"""Name of the file next to ``current``."""
_NAMES = ("serial_number", "previous_serial_number", "replaced")
_SET = re.compile(r"[0-9a-f]+|replaced(-[0-9]+)?")


@dataclass(frozen=True)
class NotedLink:
    """A link or copy, and what was at its path before."""

    path: str
    file: str
    """Name of the file of the set that it leads to."""
    is_copy: bool
    state: str
    """``absent``, ``foreign`` (a file or link of somebody else) or ``former`` (a copy of the previous set)."""
    target: str = ""
    """Where a foreign link pointed to."""
    saved: str = ""
    """Where the content of a foreign file is kept, below ``sets``."""
    uid: int = 0
    gid: int = 0
    mode: int = 0o600


@dataclass(frozen=True)
class Trace:
    """An installation that is not proven yet."""

    serial_number: str
    previous: str = ""
    """The last set that was proven; empty if there was none."""
    replaced: str = ""
    """The set of old files that was put into use first, so that key and certificate change together."""
    set_existed: bool = True
    """Whether the set was there before this installation."""
    links: tuple[NotedLink, ...] = ()

    @property
    def is_takeover(self) -> bool:
        """Whether the previous set consists of the old files at the paths of the links."""
        return self.replaced != "" and self.replaced == self.previous

    def to_json(self) -> bytes:
        """Return the content of the file."""
        content = {
            "serial_number": self.serial_number,
            "previous_serial_number": self.previous,
            "replaced": self.replaced,
            "set_existed": self.set_existed,
            "links": [vars(link) for link in self.links],
        }
        return json.dumps(content, indent=1, sort_keys=True).encode() + b"\n"


def is_set_name(name: str) -> bool:
    """Whether a folder below ``sets`` can be put into use."""
    return _SET.fullmatch(name) is not None


def read_trace(data: bytes, in_use: str) -> Trace:
    """Read the file. What cannot be read leaves a trace of which only the set in use is known."""
    try:
        found = json.loads(data)
        links = tuple(_link(entry) for entry in found["links"])
        serial, previous, replaced = (_set(found[key]) for key in _NAMES)
        return Trace(serial, previous, replaced, set_existed=bool(found["set_existed"]), links=links)
    except (ValueError, TypeError, AttributeError, KeyError):
        return Trace(in_use, in_use)


def _set(name: t.Any) -> str:
    if name and not is_set_name(name):
        raise ValueError("not the name of a set")
    return str(name or "")


def _link(entry: t.Mapping[str, t.Any]) -> NotedLink:
    saved = str(entry["saved"])
    folder, _slash, name = saved.partition("/")
    if saved and not (is_set_name(folder) and re.fullmatch(r"[\w.-]+", name)):
        raise ValueError("not the name of a file of a set")
    return NotedLink(
        path=str(entry["path"]),
        file=str(entry["file"]),
        is_copy=bool(entry["is_copy"]),
        state=str(entry["state"]),
        target=str(entry["target"]),
        saved=saved,
        uid=int(entry["uid"]),
        gid=int(entry["gid"]),
        mode=int(entry["mode"]),
    )
