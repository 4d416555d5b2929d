# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What interrupted runs left in the folder of a certificate."""

from __future__ import annotations

import contextlib

from .files import TEMPORARY, HostError
from .folder import Folder
from .layout import PENDING, SETS
from .trace import is_set_name
from .walk import open_path


def leftovers_in(home: Folder) -> list[str]:
    """Return what is incomplete, as paths below the folder."""
    found = [name for name in home.names() if name.startswith(TEMPORARY)]
    sets = [f"{SETS}/{name}" for name in _names_in(home, SETS) if is_set_name(name)]
    for folder in (SETS, PENDING, *sets):
        found += [f"{folder}/{name}" for name in _names_in(home, folder) if name.startswith(TEMPORARY)]
    return found


def _names_in(home: Folder, path: str) -> list[str]:
    with contextlib.ExitStack() as stack:
        folder: Folder | None = home
        for name in path.split("/"):
            folder = folder.open_if_there(name) if folder is not None else None
            if folder is None:
                return []
            stack.enter_context(folder)
        return folder.names() if folder is not None else []


def left_behind(directory: str, name: str) -> list[str]:
    """Describe what is incomplete, or why nothing can be installed there; one sentence each."""
    try:
        with contextlib.ExitStack() as stack:
            parent = open_path(directory)
            home = stack.enter_context(parent).open_if_there(name) if parent is not None else None
            found = leftovers_in(stack.enter_context(home)) if home is not None else []
    except (HostError, FileNotFoundError) as exc:
        return [str(exc)] if isinstance(exc, HostError) else []
    return [f"{directory.rstrip('/')}/{name}/{path} was left incomplete by an interrupted run" for path in found]
