# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run left: which files changed, and where a text can be found."""

from __future__ import annotations

import base64
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from .hosts import Host

# Each login and each service writes there, whatever the play does.
_ALWAYS_WRITTEN = ("root/.ansible", "root/.cache", "var/log", "var/lib/systemd", "var/cache")
# File systems of the host that lie in its memory.
_IN_MEMORY = ("/run", "/tmp", "/dev/shm")


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if not path.is_dir() or path.is_symlink():
            yield str(path.relative_to(folder)), path


def state_of(host: Host) -> dict[str, tuple[int, int, int]]:
    """Return mode, size and time of the last change of everything that the host has written to its disk."""
    found = {}
    for path in sorted(host.own_files.rglob("*")):
        name = str(path.relative_to(host.own_files))
        if not name.startswith(_ALWAYS_WRITTEN):
            status = path.lstat()
            # A folder counts for what it holds, and that is listed.
            about = (0, 0) if stat.S_ISDIR(status.st_mode) else (status.st_size, status.st_mtime_ns)
            found[name] = (status.st_mode, *about)
    return found


def files_with(folder: Path, texts: Iterable[str]) -> set[str]:
    """Return the files below a folder that hold one of the texts."""
    searched = [text.encode() for text in texts]
    found = set()
    for name, path in _files(folder):
        if stat.S_ISREG(path.lstat().st_mode):
            content = path.read_bytes()
            if any(text in content for text in searched):
                found.add(name)
    return found


def places_with(host: Host, texts: Iterable[str]) -> set[str]:
    """Return the places of a host that hold one of the texts: files on its disk, files in its memory, its journal."""
    searched = list(texts)
    found = files_with(host.own_files, searched)
    # The texts are read from standard input, so that the search itself leaves none of them.
    grep = host.run("grep", "-rlFsf", "-", *_IN_MEMORY, check=False, stdin="\n".join(searched))
    found |= set(grep.stdout.splitlines())
    journal = host.run("journalctl", "--no-pager", "--all", "--output=cat").stdout
    return found | ({"journal"} if any(text in journal for text in searched) else set())


def spellings_of_key(pem: str) -> list[str]:
    """Return texts of which one appears wherever a private key does: as PEM, line by line, or as Base64 of that."""
    lines = pem.strip().splitlines()
    # Base64 of the whole file, as the module slurp returns it; the first line is the same for every key of a type.
    encoded = base64.b64encode(pem.encode()).decode()
    return [*lines[1:-1], encoded[80:160]]
