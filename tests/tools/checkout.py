# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A copy of the checkout's own files: what is committed or will be, and nothing that was made."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from paths import ROOT


def own_files() -> list[str]:
    """Return the paths, relative to the checkout, of every file that git does not ignore."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = sorted(set(filter(None, listed.split("\0"))))
    # A file that was removed but is not committed yet is still listed.
    return [name for name in names if (ROOT / name).is_symlink() or (ROOT / name).exists()]


def copy_checkout(target: Path, names: Iterable[str] | None = None) -> Path:
    """Replace ``target`` by a copy of the checkout's own files, or of those in ``names``, and return it."""
    shutil.rmtree(target, ignore_errors=True)
    for name in own_files() if names is None else names:
        copy = target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, copy, follow_symlinks=False)
    return target
