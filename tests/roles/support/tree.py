# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The content of a folder, to compare it before and after."""

from __future__ import annotations

import stat
from pathlib import Path


def tree(folder: Path) -> dict[str, str]:
    """Return every path below a folder with its kind, mode and content."""
    return {str(path.relative_to(folder)): _describe(path) for path in sorted(folder.rglob("*"))}


def mode(path: Path) -> str:
    """Return the permissions of a file as octal digits."""
    return format(stat.S_IMODE(path.stat().st_mode), "o")


def _describe(path: Path) -> str:
    if path.is_symlink():
        return f"-> {path.readlink()}"
    if path.is_dir():
        return f"folder {mode(path)}"
    return f"file {mode(path)} {path.read_text(encoding='utf-8', errors='backslashreplace')}"
