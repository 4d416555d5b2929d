# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The Python interpreters of this machine: on PATH, and below pyenv's root where there is one."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from cores import Version

_NAME = re.compile(r"python3\.\d+")
# pyenv's shims answer to every name but start only what is active: the interpreter says itself where it lies.
_WHO = "import sys; print(sys.executable); print('%d.%d' % sys.version_info[:2])"


def _candidates() -> Iterator[Path]:
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if folder and Path(folder).is_dir():
            yield from sorted(path for path in Path(folder).iterdir() if _NAME.fullmatch(path.name))
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(path for path in pyenv.glob("versions/*/bin/python3.*") if _NAME.fullmatch(path.name))


def _ask(path: Path) -> tuple[Version, Path] | None:
    try:
        answer = subprocess.run([path, "-I", "-c", _WHO], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = answer.stdout.splitlines()
    if answer.returncode or len(lines) != 2:
        return None
    major, minor = lines[1].split(".")
    return (int(major), int(minor)), Path(lines[0])


@cache
def find_interpreters() -> dict[Version, Path]:
    """Return each Python 3 of this machine, by version; the first found of a version wins."""
    found: dict[Version, Path] = {}
    for candidate in _candidates():
        answer = _ask(candidate)
        if answer and answer[1].name.startswith("python"):
            found.setdefault(*answer)
    return dict(sorted(found.items()))


def interpreter_folders() -> list[str]:
    """Return the folders that hold the interpreters under their full names, to be put on PATH."""
    return list(dict.fromkeys(str(path.parent) for path in find_interpreters().values()))
