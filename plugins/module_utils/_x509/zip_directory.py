# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether two files have the same content, also if they are ZIP archives of different times.

It imports nothing of cryptography, because every module can write files.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

LARGEST_FILE = 1024 * 1024
"""No file in an archive of certificates is larger."""

# what the standard library raises for archives that it cannot read
UNREADABLE: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    RuntimeError,
    ValueError,
    OSError,
    EOFError,
    OverflowError,
    struct.error,
    zlib.error,
)


def has_same_content(target: Path, new: bytes) -> bool:
    """Compare a file with what is to be in it.

    ZIP archives contain the time of their creation, so their directories are compared: names, sizes and checksums.
    """
    # an archive may have been packed more tightly, but not so much
    if target.stat().st_size > max(LARGEST_FILE, 2 * len(new)):
        return False
    old = target.read_bytes()
    if old == new:
        return True
    directory = _directory(old)
    return directory is not None and directory == _directory(new)


def _directory(content: bytes) -> list[tuple[str, int, int]] | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return sorted((member.filename, member.file_size, member.CRC) for member in archive.infolist())
    except UNREADABLE:
        return None
