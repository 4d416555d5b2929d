# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Owner, group and mode of files, as options give them."""

from __future__ import annotations

import grp
import pwd
import typing as t

from .files import FileAccess, HostError

Options = t.Mapping[str, t.Any]

_MOST_PERMISSIVE = 0o7777


def mode_of(options: Options, name: str) -> int:
    """Return a mode, given as an octal number. Raises HostError."""
    value = options[name]
    try:
        # YAML has already read an octal number that is not quoted
        mode = value if isinstance(value, int) and not isinstance(value, bool) else int(str(value), 8)
    except ValueError:
        mode = -1
    if not 0 <= mode <= _MOST_PERMISSIVE:
        raise HostError(f"{name} is {options[name]!r}, which is not an octal number such as '0640'. Correct it")
    return mode


def access_of(options: Options, prefix: str) -> FileAccess:
    """Return owner, group and mode from the options with a prefix. Raises HostError if the host does not know them."""
    owner, group = options[f"{prefix}owner"], options[f"{prefix}group"]
    uid = _id(owner, "user", lambda name: pwd.getpwnam(name).pw_uid) if owner else None
    gid = _id(group, "group", lambda name: grp.getgrnam(name).gr_gid) if group else None
    return FileAccess(uid, gid, mode_of(options, f"{prefix}mode"))


def _id(name: str, kind: str, look_up: t.Callable[[str], int]) -> int:
    try:
        return look_up(name)
    except KeyError as exc:
        if name.isdigit():
            return int(name)
        raise HostError(f"the host has no {kind} {name}. Create it, or correct the {kind}") from exc
