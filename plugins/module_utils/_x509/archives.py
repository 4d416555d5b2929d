# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files with certificates in the formats of the service: PEM, PKCS #7 and ZIP archives of them.

An archive may be made to harm whoever unpacks it, so nothing is unpacked without a limit.
"""

from __future__ import annotations

import io
import typing as t
import zipfile

from .certificates import Certificate, read_certificates
from .pem import InvalidPemError
from .zip_directory import LARGEST_FILE, UNREADABLE

_MOST_MEMBERS = 100
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_IS_ENCRYPTED = 0x1


def certificates_in(content: bytes) -> list[Certificate]:
    """Return all certificates in a file. Raises InvalidPemError if it cannot be read."""
    if content.startswith(b"PK"):
        return [found for member in _members(content) for found in read_certificates(member)]
    return read_certificates(content)


def _members(content: bytes) -> t.Iterator[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) > _MOST_MEMBERS:
                raise InvalidPemError(f"the archive has {len(members)} files")
            for member in members:
                yield _read(archive, member)
    except UNREADABLE as exc:
        if isinstance(exc, InvalidPemError):
            raise
        raise InvalidPemError("the archive is broken") from exc


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    name = member.filename[:80]
    if member.flag_bits & _IS_ENCRYPTED:
        raise InvalidPemError(f"the file {name} in the archive is encrypted")
    if member.compress_type not in _METHODS:
        raise InvalidPemError(f"the file {name} in the archive has an unknown compression")
    with archive.open(member) as stream:
        found = stream.read(LARGEST_FILE + 1)
    if len(found) > LARGEST_FILE:
        raise InvalidPemError(f"the file {name} in the archive has more than {LARGEST_FILE} bytes")
    return found
